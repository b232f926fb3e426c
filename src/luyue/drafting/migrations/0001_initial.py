import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from luyue.ledger.first_tables import FirstTables


class Migration(FirstTables):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("contracts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="方案名称")),
                ("plan", models.CharField(max_length=60, verbose_name="方案编号")),
                ("file_name", models.CharField(max_length=200, verbose_name="文件名")),
                ("file_id", models.BigIntegerField(null=True)),
                ("digest", models.CharField(max_length=64)),
                ("author_name", models.CharField(blank=True, max_length=60, verbose_name="上传人")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待读取"),
                            ("reading", "正在读取"),
                            ("ready", "待审阅"),
                            ("failed", "读不出来"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=40)),
                ("notes", models.JSONField(blank=True, default=list)),
                ("text", models.TextField(blank=True)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Clause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("promise", models.CharField(max_length=80)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("words", models.TextField()),
                ("place", models.CharField(blank=True, max_length=400)),
                ("digest", models.CharField(max_length=64)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clauses",
                        to="contracts.planversion",
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clauses",
                        to="drafting.draft",
                    ),
                ),
            ],
            options={
                "ordering": ["start", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("version"),
                        models.F("draft"),
                        models.F("promise"),
                        models.F("start"),
                        name="clause_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Drafted",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("facts", models.JSONField()),
                ("read", models.JSONField(blank=True, default=dict)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("words", models.TextField()),
                ("place", models.CharField(blank=True, max_length=400)),
                ("rule", models.CharField(max_length=80)),
                ("confidence", models.FloatField()),
                (
                    "origin",
                    models.CharField(
                        choices=[("rule", "规则读出"), ("person", "人工添加")], default="rule", max_length=10
                    ),
                ),
                ("state", models.CharField(default="proposed", max_length=10)),
                ("answered", models.JSONField(blank=True, default=list)),
                ("decided_by", models.CharField(blank=True, max_length=60)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="promises",
                        to="drafting.draft",
                    ),
                ),
                (
                    "into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="merged",
                        to="drafting.drafted",
                    ),
                ),
            ],
            options={
                "ordering": ["start", "id"],
                "indexes": [models.Index(fields=["draft", "start", "id"], name="drafted_place")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="drafted_has_words"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "merged"), ("into__isnull", True), _connector="OR"),
                        name="drafted_into_when_merged",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sentence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("words", models.TextField()),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("aside", models.BooleanField(default=False)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sentences",
                        to="drafting.draft",
                    ),
                ),
            ],
            options={
                "ordering": ["start", "id"],
                "indexes": [models.Index(fields=["draft", "start", "id"], name="sentence_place")],
            },
        ),
    ]

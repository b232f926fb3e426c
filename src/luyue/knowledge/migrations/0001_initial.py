import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from luyue.ledger.first_tables import FirstTables


class Migration(FirstTables):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("contracts", "0001_initial"),
        ("desk", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Article",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("fault", "已知故障"), ("emergency", "应急情况"), ("howto", "操作方法")],
                        default="fault",
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("in_review", "待审核"),
                            ("published", "已发布"),
                            ("withdrawn", "已撤下"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("title", models.CharField(max_length=150, verbose_name="标题")),
                ("device_kinds", models.JSONField(default=list)),
                ("tags", models.JSONField(default=list)),
                ("for_customers", models.BooleanField(default=False, verbose_name="客户可见")),
                ("used", models.PositiveIntegerField(default=0, verbose_name="用上次数")),
                ("last_used_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(verbose_name="更新")),
                ("words", django.contrib.postgres.search.SearchVectorField(null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.contract",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("in_review", "待审核"),
                            ("approved", "已通过"),
                            ("rejected", "已退回"),
                        ],
                        default="draft",
                        max_length=20,
                    ),
                ),
                ("title", models.CharField(max_length=150, verbose_name="标题")),
                ("symptom", models.TextField(verbose_name="现象")),
                ("cause", models.TextField(blank=True, verbose_name="原因")),
                ("remedy", models.TextField(verbose_name="处理办法")),
                ("prevention", models.TextField(blank=True, verbose_name="预防")),
                ("change_note", models.CharField(blank=True, max_length=200, verbose_name="改了什么")),
                ("writer_name", models.CharField(blank=True, max_length=60)),
                ("written_at", models.DateTimeField()),
                ("reviewer_name", models.CharField(blank=True, max_length=60)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("review_note", models.CharField(blank=True, max_length=500)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="knowledge.article",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.contract",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["article", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("article"), models.F("number"), name="article_version_once"
                    ),
                    models.UniqueConstraint(
                        models.F("article"),
                        condition=models.Q(("state__in", ["draft", "in_review", "rejected"])),
                        name="article_one_open_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("draft", "in_review", "approved", "rejected"))),
                        name="article_version_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Use",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_name", models.CharField(blank=True, max_length=60)),
                ("used_at", models.DateTimeField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="knowledge.article",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="desk.case"
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.contract"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="knowledge.version"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("article"), models.F("case"), name="article_used_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="article",
            name="current",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="knowledge.version",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(models.F("words"), name="article_words"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["-changed_at", "-id"], name="article_changed"),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("draft", "in_review", "published", "withdrawn"))),
                name="article_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True),
                    ("current__isnull", False),
                    _connector="OR",
                ),
                name="article_published_has_text",
            ),
        ),
    ]

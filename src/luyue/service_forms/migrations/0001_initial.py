import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from luyue.ledger.first_tables import FirstTables


class Migration(FirstTables):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("contracts", "0001_initial"),
        ("desk", "0001_initial"),
        ("files", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Letterhead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="单位名称")),
                ("lines", models.TextField(blank=True, max_length=400, verbose_name="地址和电话")),
                ("logo", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="letterhead_is_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20, verbose_name="种类")),
                ("number", models.CharField(blank=True, max_length=90, verbose_name="编号")),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="更正原因")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("issued", "已开具"),
                            ("signed", "已签字"),
                            ("refused", "已拒签"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("facts", models.JSONField(default=dict)),
                ("heading", models.JSONField(default=dict)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("made_name", models.CharField(blank=True, max_length=60)),
                ("made_at", models.DateTimeField()),
                ("issued_name", models.CharField(blank=True, max_length=60)),
                ("issued_at", models.DateTimeField(null=True)),
                ("handed_over_at", models.DateTimeField(null=True)),
                ("replaced_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("refusal", models.TextField(blank=True, verbose_name="拒签原因")),
                ("subject_kind", models.CharField(blank=True, max_length=40)),
                ("subject_id", models.BigIntegerField(null=True)),
                ("given", models.JSONField(default=dict)),
                ("idempotency_key", models.CharField(blank=True, max_length=120)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="forms",
                        to="desk.case",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.contract",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="service_forms.serviceform",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "refusal_scan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.attachment",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["contract", "-made_at", "-id"], name="form_contract_made"),
                    models.Index(fields=["-made_at", "-id"], name="form_made"),
                    models.Index(
                        condition=models.Q(("subject_kind", ""), _negated=True),
                        fields=["subject_kind", "subject_id"],
                        name="form_subject",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"),
                        models.F("number"),
                        models.F("version"),
                        condition=models.Q(("number", ""), _negated=True),
                        name="form_number_once",
                    ),
                    models.UniqueConstraint(
                        models.F("contract"),
                        models.F("idempotency_key"),
                        condition=models.Q(("idempotency_key", ""), _negated=True),
                        name="form_key_once",
                    ),
                    models.UniqueConstraint(models.F("corrects"), name="form_corrected_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "issued", "signed", "refused"])),
                        name="form_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(
                                models.Q(("number", ""), _negated=True),
                                models.Q(("digest", ""), _negated=True),
                                ("issued_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="form_issued_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("signer", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("paper", models.BooleanField(default=False)),
                ("digest", models.CharField(max_length=64)),
                ("about", models.CharField(blank=True, max_length=60)),
                ("signed_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_name", models.CharField(blank=True, max_length=60)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.contract"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.attachment"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="service_forms.serviceform",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(models.F("form"), models.F("signer"), name="signature_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Template",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=2)),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("digest", models.CharField(max_length=64)),
                ("uploaded_name", models.CharField(blank=True, max_length=60)),
                ("uploaded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("kind"), models.F("language"), name="form_template_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contracts.contract"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"), models.F("kind"), models.F("year"), name="counter_once"
                    )
                ],
            },
        ),
    ]

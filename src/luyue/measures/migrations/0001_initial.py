import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from luyue.ledger.first_tables import FirstTables


class Migration(FirstTables):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("contracts", "0001_initial"),
        ("desk", "0001_initial"),
        ("devices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Measuring",
            fields=[
                (
                    "contract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="contracts.contract",
                    ),
                ),
                ("since", models.DateField()),
                ("reckoned_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("promise", models.CharField(max_length=80)),
                ("measure", models.CharField(max_length=80)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("whole", models.BooleanField(default=True)),
                ("over", models.BooleanField(default=False)),
                ("state", models.CharField(default="open", max_length=10, verbose_name="状态")),
                ("standing", models.CharField(default="no_data", max_length=10)),
                ("kept", models.PositiveIntegerField(default=0)),
                ("missed", models.PositiveIntegerField(default=0)),
                ("no_data", models.PositiveIntegerField(default=0)),
                ("waived", models.PositiveIntegerField(default=0)),
                ("value", models.FloatField(null=True)),
                ("worst", models.CharField(blank=True, max_length=150)),
                ("at_least", models.FloatField(null=True)),
                ("at_most", models.FloatField(null=True)),
                ("reckoned_at", models.DateTimeField(null=True)),
                ("warned_at", models.DateTimeField(null=True)),
                ("told_state", models.CharField(blank=True, max_length=10)),
                ("told_at", models.DateTimeField(null=True)),
                ("told", models.JSONField(default=list)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("reviewed_by", models.CharField(blank=True, max_length=60, verbose_name="复核人")),
                ("stale", models.BooleanField(default=False)),
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
                    "plan_version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.planversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["contract", "-last", "promise"], name="turn_contract_last"),
                    models.Index(fields=["last"], name="turn_last"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"), models.F("promise"), models.F("first"), name="turn_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="turn_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "kept", "missed", "no_data", "waived", "nothing"])
                        ),
                        name="turn_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("over", True), _negated=True),
                            models.Q(("state", "open"), _negated=True),
                            _connector="OR",
                        ),
                        name="turn_over_is_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "kept"), _negated=True),
                            models.Q(("kept__gt", 0), ("missed", 0), ("no_data", 0)),
                            _connector="OR",
                        ),
                        name="turn_kept_has_data",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Measurement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="对象")),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("current", models.BooleanField(default=True)),
                ("frozen", models.BooleanField(default=False)),
                ("state", models.CharField(max_length=10, verbose_name="状态")),
                ("standing", models.CharField(max_length=10)),
                ("value", models.FloatField(null=True, verbose_name="数值")),
                ("numerator", models.FloatField(null=True, verbose_name="分子")),
                ("denominator", models.FloatField(null=True, verbose_name="分母")),
                ("at_least", models.FloatField(null=True)),
                ("at_most", models.FloatField(null=True)),
                ("badness", models.FloatField(null=True)),
                ("excluded", models.JSONField(default=list)),
                ("steps", models.JSONField(default=list)),
                ("reckoned_at", models.DateTimeField()),
                ("why", models.CharField(blank=True, max_length=300, verbose_name="更正原因")),
                ("made_by", models.CharField(blank=True, max_length=60)),
                ("waiver", models.CharField(blank=True, max_length=8)),
                ("waiver_reason", models.CharField(blank=True, max_length=300, verbose_name="豁免原因")),
                ("waiver_asked_by", models.CharField(blank=True, max_length=60)),
                ("waiver_asked_at", models.DateTimeField(null=True)),
                ("waiver_by", models.CharField(blank=True, max_length=60, verbose_name="同意豁免的人")),
                ("waiver_at", models.DateTimeField(null=True)),
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
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="devices.device",
                    ),
                ),
                (
                    "turn",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measurements",
                        to="measures.turn",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("current", True)),
                        fields=["turn", "-badness", "id"],
                        name="measurement_worst",
                    ),
                    models.Index(fields=["device", "-id"], name="measurement_device"),
                    models.Index(
                        condition=models.Q(("current", True), ("waiver", "asked")),
                        fields=["contract"],
                        name="measurement_waiver",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("turn", "device", "name", "version"),
                        name="measurement_version_once",
                        nulls_distinct=False,
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("current", True)),
                        fields=("turn", "device", "name"),
                        name="measurement_one_current",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "kept", "missed", "no_data", "waived", "nothing"])
                        ),
                        name="measurement_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "kept"), _negated=True),
                            ("value__isnull", False),
                            _connector="OR",
                        ),
                        name="measurement_kept_has_value",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("promise", models.CharField(blank=True, max_length=80)),
                ("starts_at", models.DateTimeField(verbose_name="开始")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                ("reason", models.CharField(max_length=20, verbose_name="原因")),
                ("note", models.TextField(verbose_name="说明")),
                ("by_name", models.CharField(blank=True, max_length=60)),
                ("made_at", models.DateTimeField()),
                ("struck_at", models.DateTimeField(null=True)),
                ("struck_by", models.CharField(blank=True, max_length=60)),
                ("struck_why", models.CharField(blank=True, max_length=300, verbose_name="划去原因")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="devices.device",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="devices.site",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["contract", "-starts_at"], name="exclusion_contract")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="exclusion_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "force_majeure",
                                    "customer",
                                    "power",
                                    "network",
                                    "planned",
                                    "not_a_fault",
                                    "other",
                                    "nothing",
                                ],
                            )
                        ),
                        name="exclusion_reason_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("promise", models.CharField(max_length=80)),
                ("part", models.CharField(max_length=100, verbose_name="配件")),
                ("figure", models.FloatField(verbose_name="约定数")),
                ("agreed_by", models.CharField(max_length=60, verbose_name="同意人")),
                ("agreed_on", models.DateField(verbose_name="同意日期")),
                ("by_name", models.CharField(blank=True, max_length=60)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contracts.contract",
                    ),
                ),
            ],
            options={
                "ordering": ["part", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("contract", "promise", "part"),
                        name="part_limit_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("figure__gte", 0)), name="part_limit_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measure", models.CharField(max_length=80, verbose_name="指标")),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="对象")),
                ("day", models.DateField(verbose_name="日期")),
                ("mark", models.CharField(blank=True, max_length=40)),
                ("value", models.FloatField(null=True, verbose_name="数值")),
                ("numerator", models.FloatField(null=True, verbose_name="分子")),
                ("denominator", models.FloatField(null=True, verbose_name="分母")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("source", models.CharField(max_length=10, verbose_name="来源")),
                ("source_id", models.BigIntegerField(null=True)),
                ("by_name", models.CharField(blank=True, max_length=60)),
                ("recorded_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(null=True)),
                ("struck_at", models.DateTimeField(null=True)),
                ("struck_by", models.CharField(blank=True, max_length=60)),
                ("struck_why", models.CharField(blank=True, max_length=300, verbose_name="划去原因")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="devices.device",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("replaced_at", None), ("struck_at", None)),
                        fields=["contract", "measure", "day"],
                        name="reading_standing",
                    ),
                    models.Index(fields=["contract", "-id"], name="reading_contract"),
                    models.Index(
                        condition=models.Q(("source", "round")),
                        fields=["contract", "source_id"],
                        name="reading_round",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at", None), ("struck_at", None)),
                        fields=("contract", "measure", "device", "name", "day", "mark"),
                        name="reading_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("denominator", None), ("numerator", None), ("value__isnull", False)),
                            models.Q(("denominator__gt", 0), ("numerator__isnull", False), ("value", None)),
                            _connector="OR",
                        ),
                        name="reading_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["round", "import", "api", "hand"])),
                        name="reading_source_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadingFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measure", models.CharField(max_length=80, verbose_name="指标")),
                ("file_name", models.CharField(max_length=200, verbose_name="文件名")),
                ("content", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("mapping", models.JSONField(default=dict)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("added", models.PositiveIntegerField(default=0)),
                ("replaced", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("bad", models.PositiveIntegerField(default=0)),
                ("problems", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contracts.contract"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["contract", "-id"], name="reading_file_contract")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "done"])), name="reading_file_state_known"
                    )
                ],
            },
        ),
    ]

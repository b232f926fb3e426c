import django.db.models.deletion
import django.db.models.functions.text
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
            name="AlarmSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                (
                    "format",
                    models.CharField(
                        choices=[("alertmanager", "Prometheus Alertmanager"), ("zabbix", "Zabbix")],
                        max_length=20,
                        verbose_name="格式",
                    ),
                ),
                ("hash", models.BinaryField(max_length=32, unique=True)),
                ("hint", models.CharField(max_length=8)),
                (
                    "device_labels",
                    models.CharField(blank=True, max_length=200, verbose_name="设备序列号在哪个标签"),
                ),
                (
                    "severity_label",
                    models.CharField(blank=True, max_length=80, verbose_name="等级在哪个标签"),
                ),
                ("severities", models.JSONField(blank=True, default=dict)),
                ("least", models.JSONField(blank=True, default=list)),
                ("note_recovery", models.BooleanField(default=True, verbose_name="恢复时在服务请求上备注")),
                ("muted_from", models.DateTimeField(blank=True, null=True, verbose_name="静默从")),
                ("muted_until", models.DateTimeField(blank=True, null=True, verbose_name="静默到")),
                ("active", models.BooleanField(default=True, verbose_name="启用")),
                ("created_at", models.DateTimeField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contracts.contract",
                        verbose_name="合同",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(models.F("contract"), models.F("name"), name="alarm_source_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("payload", models.JSONField(null=True)),
                ("received_at", models.DateTimeField()),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("found", models.PositiveIntegerField(default=0)),
                ("fresh", models.PositiveIntegerField(default=0)),
                ("repeated", models.PositiveIntegerField(default=0)),
                ("recovered", models.PositiveIntegerField(default=0)),
                ("muted", models.PositiveIntegerField(default=0)),
                ("below", models.PositiveIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("trouble", models.CharField(blank=True, max_length=300)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contracts.contract",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="channels.alarmsource",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["id"], name="delivery_waiting"
                    ),
                    models.Index(fields=["source", "-id"], name="delivery_source"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Label",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.CharField(max_length=16, unique=True)),
                ("issued_at", models.DateTimeField(verbose_name="生成时间")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contracts.contract"
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="labels",
                        to="devices.device",
                        verbose_name="设备",
                    ),
                ),
                (
                    "issued_by",
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
                "constraints": [
                    models.UniqueConstraint(
                        models.F("device"),
                        condition=models.Q(("revoked_at__isnull", True)),
                        name="label_valid_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LabelReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.CharField(max_length=16, unique=True)),
                ("form_key", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("phone", models.CharField(max_length=30, verbose_name="电话")),
                ("joined", models.BooleanField(default=False)),
                ("reported_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="label_reports",
                        to="desk.case",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contracts.contract"
                    ),
                ),
                (
                    "label",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="channels.label",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(models.F("label"), models.F("form_key"), name="label_report_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MachineAlarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                ("event", models.CharField(max_length=160)),
                ("title", models.CharField(max_length=200, verbose_name="告警")),
                ("text", models.TextField(blank=True)),
                ("labels", models.JSONField(default=dict)),
                ("link", models.CharField(blank=True, max_length=500)),
                ("severity", models.CharField(blank=True, max_length=80)),
                ("state", models.CharField(max_length=10, verbose_name="状态")),
                ("times", models.PositiveIntegerField(default=1)),
                ("began_at", models.DateTimeField(verbose_name="开始")),
                ("seen_at", models.DateTimeField(verbose_name="最近一次")),
                ("recovered_at", models.DateTimeField(null=True, verbose_name="恢复")),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="machine_alarms",
                        to="desk.case",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contracts.contract",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="devices.device",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="devices.site",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alarms",
                        to="channels.alarmsource",
                    ),
                ),
            ],
            options={
                "ordering": ["-seen_at", "-id"],
                "indexes": [
                    models.Index(fields=["contract", "-seen_at", "-id"], name="machine_alarm_contract"),
                    models.Index(fields=["-seen_at", "-id"], name="machine_alarm_seen"),
                    models.Index(fields=["began_at"], name="machine_alarm_began"),
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("source"), models.F("key"), name="machine_alarm_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("address", models.EmailField(max_length=254, verbose_name="邮箱地址")),
                ("host", models.CharField(max_length=200, verbose_name="IMAP 服务器")),
                ("port", models.PositiveIntegerField(default=993, verbose_name="端口")),
                (
                    "security",
                    models.CharField(
                        choices=[
                            ("tls", "TLS（993）"),
                            ("starttls", "STARTTLS（143）"),
                            ("none", "不加密（只限内网）"),
                        ],
                        default="tls",
                        max_length=10,
                        verbose_name="加密",
                    ),
                ),
                ("username", models.CharField(max_length=200, verbose_name="登录名")),
                ("password", models.TextField(blank=True)),
                ("folder", models.CharField(default="INBOX", max_length=200, verbose_name="文件夹")),
                ("receipts", models.BooleanField(default=True, verbose_name="自动回执")),
                ("active", models.BooleanField(default=True, verbose_name="启用")),
                ("uid_validity", models.BigIntegerField(null=True)),
                ("last_uid", models.BigIntegerField(default=0)),
                ("polled_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=300)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("told_failing", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("address"), name="mailbox_address_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomingMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.CharField(max_length=260, unique=True)),
                ("sender", models.CharField(blank=True, max_length=254, verbose_name="发件人")),
                ("sender_name", models.CharField(blank=True, max_length=100)),
                ("recipients", models.JSONField(default=list)),
                ("references", models.JSONField(default=list)),
                ("subject", models.CharField(blank=True, max_length=400, verbose_name="主题")),
                ("text", models.TextField(blank=True)),
                ("attachments", models.PositiveIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField(verbose_name="收到")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("unassigned", "待归入"),
                            ("case", "成了服务请求"),
                            ("note", "加到服务请求"),
                            ("ignored", "已忽略"),
                            ("unreadable", "读不出"),
                            ("discarded", "已丢弃"),
                        ],
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("handled_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="mails",
                        to="desk.case",
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
                    "handled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "suggested",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="desk.case",
                    ),
                ),
                (
                    "mailbox",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="channels.mailbox",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["state", "-id"], name="mail_state"),
                    models.Index(fields=["sender", "-id"], name="mail_sender"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.CharField(max_length=260, unique=True)),
                ("address", models.CharField(max_length=254)),
                ("subject", models.CharField(max_length=400)),
                ("body", models.TextField()),
                ("state", models.CharField(default="waiting", max_length=20)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("trouble", models.CharField(blank=True, max_length=300)),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contracts.contract"
                    ),
                ),
                (
                    "mail",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipt",
                        to="channels.incomingmail",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["address", "-made_at"], name="receipt_address")],
            },
        ),
        migrations.CreateModel(
            name="SenderAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=254, verbose_name="邮箱地址")),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contracts.contract"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["address"], name="sender_address")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"), models.F("address"), name="sender_address_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                ("begins_at", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["begins_at"], name="tally_begins")],
                "constraints": [
                    models.UniqueConstraint(models.F("key"), models.F("begins_at"), name="tally_once")
                ],
            },
        ),
    ]

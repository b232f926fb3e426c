"""An index for each filter of the queue, and finer statistics of the words, so that searches are planned well."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0002_wall"),
        ("desk", "0003_import_progress"),
        ("devices", "0002_wall"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["state", "-reported_at", "-id"], name="case_state_reported"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["kind", "-reported_at", "-id"], name="case_kind_reported"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["severity", "-reported_at", "-id"], name="case_severity_reported"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["channel", "-reported_at", "-id"], name="case_channel_reported"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["owner", "-reported_at", "-id"], name="case_owner_reported"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("breached", True)), fields=["-reported_at", "-id"], name="case_breached"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("breached", True)),
                fields=["contract", "-reported_at", "-id"],
                name="case_contract_breached",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("resolved_at__isnull", False)),
                fields=["resolved_at"],
                name="case_resolved",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("result", "breached")), fields=["due_at"], name="clock_breached"
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE desk_case ALTER COLUMN words SET STATISTICS 500",
            "ALTER TABLE desk_case ALTER COLUMN words SET STATISTICS -1",
        ),
    ]

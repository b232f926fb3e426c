"""Mails are deliveries now; the old jobs have nothing to send any more."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0005_mails_become_deliveries"),
        ("procrastinate", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(
            "DELETE FROM procrastinate_jobs WHERE task_name = 'notices.send_mail' AND status = 'todo'",
            migrations.RunSQL.noop,
        ),
        migrations.DeleteModel(name="Mail"),
    ]

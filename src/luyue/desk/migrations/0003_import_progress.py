"""Imports of history that can be left, found again and continued; their bad rows as a table of their own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0001_contracts"),
        ("desk", "0002_wall"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField("importrun", "problems"),
        migrations.AddField(
            "importrun", "digest", models.CharField(default="", max_length=64), preserve_default=False
        ),
        migrations.AddField("importrun", "preview", models.JSONField(null=True)),
        migrations.AddField("importrun", "updated_at", models.DateTimeField(null=True)),
        migrations.AddField("importrun", "message", models.TextField(blank=True)),
        migrations.AddField("importrun", "pace", models.FloatField(null=True)),
        migrations.AddField("importrun", "bad", models.PositiveIntegerField(default=0)),
        migrations.AddField("importrun", "conflicts", models.PositiveIntegerField(default=0)),
        migrations.AlterField(
            "importrun", "file_name", models.CharField(max_length=200, verbose_name="文件")
        ),
        migrations.AlterField(
            "importrun",
            "contract",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="contracts.contract",
                verbose_name="合同",
            ),
        ),
        migrations.AddIndex(
            "importrun", models.Index(fields=["contract", "digest"], name="import_same_file")
        ),
        migrations.CreateModel(
            name="ImportProblem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row", models.PositiveIntegerField()),
                ("column", models.CharField(max_length=500)),
                ("code", models.CharField(max_length=60)),
                ("value", models.CharField(max_length=200)),
                ("external_id", models.CharField(max_length=120)),
                ("facts", models.JSONField(default=dict)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contracts.contract"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="problems",
                        to="desk.importrun",
                    ),
                ),
            ],
        ),
        protect("desk_importproblem"),
    ]

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    """Acts of a review with what they changed, so that they can be undone; behind the wall of drafts."""

    dependencies = [("drafting", "0003_new_versions"), ("ledger", "0002_wall")]

    operations = [
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("act", models.CharField(max_length=20)),
                ("before", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("done_by", models.CharField(blank=True, max_length=60)),
                ("done_at", models.DateTimeField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="drafting.draft",
                    ),
                ),
            ],
            options={"ordering": ["-id"]},
        ),
        protect("drafting_step", condition="(SELECT luyue_scope_all())"),
    ]

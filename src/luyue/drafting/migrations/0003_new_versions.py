import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A draft may be the new version of another one, and take over what was decided about its promises."""

    dependencies = [("drafting", "0002_wall")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="before",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="later",
                to="drafting.draft",
            ),
        ),
        migrations.AddField(
            model_name="drafted",
            name="carried",
            field=models.CharField(
                blank=True,
                choices=[("same", "沿用上一版"), ("look", "沿用上一版，请看")],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="drafted",
            name="earlier",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="heirs",
                to="drafting.drafted",
            ),
        ),
    ]

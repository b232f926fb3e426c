from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A program that hands in a document twice under one key makes one draft."""

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("drafting", "0004_steps")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="key",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                fields=("author", "key"), condition=~models.Q(key=""), name="draft_key_once"
            ),
        ),
    ]

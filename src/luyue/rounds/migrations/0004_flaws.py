from django.db import migrations, models


class Migration(migrations.Migration):
    """A firm's own items count in the register too: its index is of all flaws, which are few."""

    dependencies = [("rounds", "0003_register")]

    operations = [
        migrations.RemoveIndex(model_name="answer", name="answer_register"),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("verdict__in", ["flag", "fail"])), fields=["-id"], name="answer_flaws"
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("foresight", "0002_wall")]
    operations = [
        migrations.AlterField(
            "foresight",
            "origin",
            models.CharField(
                choices=[("history", "本公司的历史"), ("load", "模拟的来件量")],
                max_length=10,
                verbose_name="依据",
            ),
        )
    ]

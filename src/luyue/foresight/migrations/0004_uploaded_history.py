from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("foresight", "0003_simulated_load")]
    operations = [
        migrations.AddField("foresight", "content", models.BinaryField(default=bytes)),
        migrations.AlterField(
            "foresight",
            "origin",
            models.CharField(
                choices=[("history", "本公司的历史"), ("load", "模拟的来件量"), ("file", "上传的登记表")],
                max_length=10,
                verbose_name="依据",
            ),
        ),
    ]

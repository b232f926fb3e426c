from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("devices", "0003_many_contracts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["serial"], name="device_serial"),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staffing", "0002_wall")]

    operations = [
        migrations.AddField(
            model_name="sign",
            name="stated_at",
            field=models.DateTimeField(null=True, verbose_name="手机时间"),
        ),
        migrations.AddField(
            model_name="sign",
            name="clock_off",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="sign",
            name="doubt",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
    ]

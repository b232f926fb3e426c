from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0004_units_wall"),
        ("desk", "0016_one_nature"),
        ("devices", "0003_site_unit"),
        ("field", "0002_wall"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="workorder",
            name="order_state_known",
        ),
        migrations.AlterField(
            model_name="workorder",
            name="kind",
            field=models.CharField(
                choices=[
                    ("visit", "上门"),
                    ("remote", "远程"),
                    ("emergency_repair", "抢修"),
                    ("round", "巡检"),
                ],
                max_length=20,
                verbose_name="类别",
            ),
        ),
        migrations.AddConstraint(
            model_name="workorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            "planned",
                            "accepted",
                            "departed",
                            "arrived",
                            "working",
                            "finished",
                            "unfinished",
                            "confirmed",
                            "refused",
                            "rejected",
                            "cancelled",
                        ),
                    ),
                    ("kind__in", ("visit", "remote", "emergency_repair", "round")),
                ),
                name="order_state_known",
            ),
        ),
    ]

"""The wall around desk."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_cases"), ("ledger", "0001_events")]
    operations = [
        protect("desk_case"),
        protect("desk_clock"),
        protect("desk_alarm"),
        protect("desk_importrun"),
    ]

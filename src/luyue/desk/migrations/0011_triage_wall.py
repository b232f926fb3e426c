"""The wall around what triage found."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("desk", "0010_triage")]
    operations = [protect("desk_casetriage")]

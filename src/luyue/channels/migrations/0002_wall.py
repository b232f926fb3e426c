"""The wall around labels and the reports by them."""

from django.db import migrations

from luyue.ledger.wall import protect


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_labels"), ("ledger", "0001_events")]
    operations = [protect("channels_label"), protect("channels_labelreport")]

"""The wall of sub-units around the calls after closed cases, see 0002."""

from django.db import migrations

from luyue.ledger.wall import follows, narrow


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_units_wall_wider"), ("follow_ups", "0002_wall")]
    operations = [narrow("follow_ups_followup", follows("case", "case_id"))]

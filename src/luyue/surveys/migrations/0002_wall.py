"""The wall around surveys. Those limited to a sub-unit see that there is a campaign, and of it what is their unit's."""

from django.db import migrations

from luyue.ledger.wall import narrow, protect

_UNIT = "unit_id = ANY ((SELECT luyue_scope_units())::bigint[])"
_NARROW = {
    "surveys_respondent": _UNIT,
    "surveys_response": _UNIT,
    "surveys_try": "FALSE",
    "surveys_draw": "FALSE",
}


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial"), ("ledger", "0002_wall"), ("contracts", "0002_wall")]
    operations = [
        *(protect(table) for table in ("surveys_campaign", *_NARROW)),
        *(narrow(table, rule) for table, rule in _NARROW.items()),
    ]

"""The wall around rounds. A round covers sites of several sub-units; people limited to some of them do not see it."""

from django.db import migrations

from luyue.ledger.wall import narrow, protect

_TABLES = ("rounds_round", "rounds_target", "rounds_answer", "rounds_finding")


class Migration(migrations.Migration):
    dependencies = [("rounds", "0001_initial"), ("ledger", "0002_wall"), ("contracts", "0002_wall")]
    operations = [
        *(protect(table) for table in _TABLES),
        *(narrow(table, "FALSE") for table in _TABLES),
    ]

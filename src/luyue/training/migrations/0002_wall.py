"""The wall around trainings and meetings. They are for the whole contract; people limited to sub-units do not see them."""

from django.db import migrations

from luyue.ledger.wall import narrow, protect

_TABLES = (
    "training_trainingplan", "training_planline", "training_session", "training_lecturer", "training_trainee",
    "training_attendance", "training_score", "training_feedback", "training_resolution",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0001_initial"),
        ("ledger", "0002_wall"),
        ("contracts", "0002_wall"),
    ]
    operations = [
        *(protect(table) for table in _TABLES),
        *(narrow(table, "FALSE") for table in _TABLES),
    ]

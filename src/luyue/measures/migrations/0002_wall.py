"""The wall around quotas. A quota covers all of a contract; people limited to some of its sub-units do not see it.

A measurement that was reviewed is never changed again: only which version counts may turn. The database sees to it.
"""

from django.db import migrations

from luyue.ledger.wall import narrow, protect

_TABLES = (
    "measures_measuring", "measures_readingfile", "measures_reading", "measures_exclusion", "measures_partlimit",
    "measures_turn", "measures_measurement",
)  # fmt: skip
_FREEZE = """
CREATE FUNCTION measures_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a reviewed measurement is not removed';
  END IF;
  IF to_jsonb(NEW) - 'current' IS DISTINCT FROM to_jsonb(OLD) - 'current' THEN
    RAISE EXCEPTION 'a reviewed measurement is not changed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON measures_measurement
  FOR EACH ROW WHEN (OLD.frozen) EXECUTE FUNCTION measures_stays();
"""
_UNFREEZE = "DROP TRIGGER stays ON measures_measurement; DROP FUNCTION measures_stays();"


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0001_initial"),
        ("ledger", "0002_wall"),
        ("contracts", "0002_wall"),
    ]
    operations = [
        *(protect(table) for table in _TABLES),
        *(narrow(table, "FALSE") for table in _TABLES),
        migrations.RunSQL(_FREEZE, _UNFREEZE),
    ]

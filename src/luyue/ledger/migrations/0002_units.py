"""Within a contract a person may be limited to sub-units of the customer; events follow their case.

FOR SELECT: somebody who is limited may still cause events that he does not see.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION luyue_scope_limited() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN string_to_array(nullif(current_setting('luyue.limited', true), ''), ',')::bigint[];
CREATE FUNCTION luyue_scope_units() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN string_to_array(nullif(current_setting('luyue.units', true), ''), ',')::bigint[];
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_events")]
    operations = [
        migrations.RunSQL(
            FUNCTIONS, "DROP FUNCTION luyue_scope_limited(); DROP FUNCTION luyue_scope_units();"
        )
    ]

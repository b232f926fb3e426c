"""The counts of a day that the calendar shows (see `models.DayCount`)."""

from django.db import connection

_MERGE = """
WITH several AS (SELECT day FROM obligations_daycount GROUP BY day HAVING count(*) > 1),
     gone AS (DELETE FROM obligations_daycount WHERE day IN (SELECT day FROM several) RETURNING *)
INSERT INTO obligations_daycount (day, total, open, missed, done)
SELECT day, sum(total), sum(open), sum(missed), sum(done) FROM gone GROUP BY day"""


def merge_day_counts() -> None:
    """Make one row of the rows of each day. Rows that others add meanwhile stay for the next time."""
    with connection.cursor() as cursor:
        cursor.execute(_MERGE)

"""Hold the database of a small demo until standard input ends: `python -m tests.browser.filled`.

Prints `ready` when tables and data are there. The private PostgreSQL ends with this process.
"""

import sys

from luyue.project import commands, postgres
from tests import migrated
from tests.conftest import NOT_DURABLE

SEED, DAYS, PER_DAY = 7, 10, 0.45

migrated.lay()
postgres.ensure_database(NOT_DURABLE)
commands.ready()
commands.migrate()

from luyue.simulator import demo  # noqa: E402

demo.fill(seed=SEED, days=DAYS, per_day=PER_DAY)
print("ready", flush=True)
sys.stdin.read()

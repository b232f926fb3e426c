"""Tables that a version of before the first release made: its migrations are gone, see docs/adr/0031."""

import psycopg

from luyue.project import postgres

WHAT = (
    "these tables were made by a trial version of before the first release and cannot be brought up to date"
)
ADVICE = "take an empty database, or an empty data folder (LUYUE_DATA), and run luyue migrate"
TOLD = (
    "这里的表由发布前的试用版建立，不能更新，须重新建立：换一个空数据库，"
    f"或换一个空的数据文件夹（LUYUE_DATA），再运行 luyue migrate / {WHAT}: {ADVICE}"
)


def made_the_tables() -> bool:
    """Whether they are such tables. The server must run; Django is not needed.

    Raises:
        psycopg.OperationalError: the database cannot be reached.
    """
    with psycopg.connect(postgres.urls().owner) as owner:
        there = owner.execute("SELECT to_regclass('django_migrations')").fetchone()
        if there is None or there[0] is None:
            return False
        first = "SELECT FROM django_migrations WHERE app = 'ledger' AND name = '0001_events'"
        return owner.execute(first).fetchone() is not None

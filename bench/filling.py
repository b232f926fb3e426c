"""Many cases at once, as tables hold them after years: INSERT ... SELECT past the acts, indexes made afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import psycopg

PLACES = ("一号", "二号", "三楼东侧", "南门", "北门", "地下车库", "指挥中心", "十字路口", "收费站", "派出所")
THINGS = (
    "摄像机",
    "光模块",
    "交换机",
    "存储服务器",
    "解码器",
    "显示大屏",
    "机柜电源",
    "硬盘录像机",
    "光纤收发器",
)
FAULTS = (
    "黑屏",
    "无法启动",
    "通信中断",
    "录像丢失",
    "图像模糊",
    "时间不准",
    "告警频繁",
    "温度过高",
    "离线",
    "无法登录",
)
COMMON, RARE, NONE = "黑屏", "闸机道杆变形", "量子纠缠"
OPEN_OF_GUEST = 60  # open cases of the first contract, so that a page is full at every size


@contextmanager
def boss() -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
    """The private server's superuser: past the wall and without foreign keys being looked at."""
    from luyue.project import postgres

    with psycopg.connect(postgres.boss_url(), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '512MB'")
        yield connection


def fill(
    to: int, contracts: list[int], version: int, *, open_percent: int = 2, due_in_hours: float = 0
) -> None:
    """Bring the number of cases up to `to`. An open case has three clocks, a closed one its resolution.

    open_percent: share of open cases; the first 60 are open and of the first contract. due_in_hours: from when on the
    alarms of open clocks are due; 0: some of them long ago, as in an operation that is late now and then.
    """
    with boss() as connection:
        _texts(connection)
        row = connection.execute("SELECT coalesce(max(id), 0) FROM desk_case").fetchone()
        first = (row[0] if row else 0) + 1
        with _without_indexes(connection, "desk_case", "desk_clock"):
            values = {"first": first, "last": to, "contracts": contracts, "version": version, "open": open_percent,
                      "guest": OPEN_OF_GUEST, "later": due_in_hours}  # fmt: skip
            connection.execute(_CASES, values)
            connection.execute(_CLOCKS, values)
        for table in ("case", "clock"):
            connection.execute(
                f"SELECT setval('desk_{table}_id_seq', (SELECT coalesce(max(id), 1) FROM desk_{table}))"  # noqa: S608
            )
        connection.execute("VACUUM ANALYZE desk_case")
        connection.execute("VACUUM ANALYZE desk_clock")
        connection.execute("CHECKPOINT")


_CASES = """
INSERT INTO desk_case (id, contract_id, plan_version_id, kind, severity, title, description, channel, reporter_name,
  reporter_phone, state, in_scope, scope_reason, known, reported_at, recorded_at, resolved_at, closed_at, next_due_at,
  breached, source, external_id, version, words)
SELECT n, contract, %(version)s, 'fault', (ARRAY['normal','normal','normal','serious','urgent'])[1 + n %% 5],
  title, '', 'hotline', '', '', CASE WHEN is_open THEN (ARRAY['new','open','open'])[1 + n %% 3] ELSE 'closed' END,
  true, '', '{}', at, at, CASE WHEN NOT is_open THEN at + interval '3 hours' END,
  CASE WHEN NOT is_open THEN at + interval '1 day' END,
  CASE WHEN is_open THEN due END, n %% 20 = 0, '', '', 3, words
FROM (
  SELECT n, n <= %(guest)s OR abs(hashint8(n + 7)::bigint) %% 100 < %(open)s AS is_open,
    CASE WHEN n <= %(guest)s THEN (%(contracts)s::bigint[])[1]
         ELSE (%(contracts)s::bigint[])[1 + abs(hashint8(n)::bigint) %% cardinality(%(contracts)s::bigint[])]
    END AS contract,
    now() - interval '2 years' * (abs(hashint8(n + 1)::bigint) %% 1000000) / 1000000.0 AS at,
    now() + interval '1 hour' * %(later)s
      + interval '1 minute' * (abs(hashint8(n + 2)::bigint) %% 4000 - 60 * (%(later)s = 0)::int) AS due,
    CASE WHEN n %% 20000 = 77 THEN 0 ELSE 1 + n %% (SELECT max(id) FROM bench_text) END AS text
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n) AS new
JOIN bench_text ON bench_text.id = text
ORDER BY n"""
_CLOCKS = """
INSERT INTO desk_clock (case_id, contract_id, plan_version_id, promise, metric, number, state, result, started_at,
  due_original_at, due_at, warn_at, stopped_at, ended_at, paused_seconds, late_entry, next_alarm_at)
SELECT c.id, c.contract_id, c.plan_version_id, promise, metric, 0,
  CASE WHEN next_due_at IS NOT NULL THEN 'running' ELSE 'met' END,
  CASE WHEN next_due_at IS NOT NULL THEN 'running' ELSE 'met' END,
  reported_at, due, due, due - interval '30 minutes', resolved_at, resolved_at, 0, false,
  CASE WHEN next_due_at IS NOT NULL THEN due - interval '30 minutes' END
FROM desk_case c CROSS JOIN (VALUES ('normal-respond', 'respond'), ('normal-plan', 'plan'),
  ('normal-resolve', 'resolve')) AS clock (promise, metric)
CROSS JOIN LATERAL (SELECT coalesce(next_due_at, reported_at + interval '8 hours') AS due) AS times
WHERE c.id BETWEEN %(first)s AND %(last)s AND (next_due_at IS NOT NULL OR promise = 'normal-resolve')"""


def _texts(connection: "psycopg.Connection[tuple[Any, ...]]") -> None:
    """900 different titles; number 0 is in one case of 20,000."""
    from luyue.domain.search import index_words

    connection.execute(
        "CREATE TABLE IF NOT EXISTS bench_text (id int PRIMARY KEY, title text, words tsvector)"
    )
    titles = ["".join(words) for words in product(PLACES, THINGS, FAULTS)]
    rows = [(number, title, index_words(title)) for number, title in enumerate([RARE, *titles])]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO bench_text VALUES (%s, %s, to_tsvector('simple', %s)) ON CONFLICT DO NOTHING", rows
        )


@contextmanager
def _without_indexes(connection: "psycopg.Connection[tuple[Any, ...]]", *tables: str) -> Iterator[None]:
    """Drop the indexes that no constraint needs, and make them again from their own definitions."""
    found = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = ANY (%s::regclass[]) AND NOT indisunique",
        [list(tables)],
    ).fetchall()
    for name, _definition in found:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in found:
        connection.execute(definition)

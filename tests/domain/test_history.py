"""Foreign logs and registers become cases; whatever is wrong is listed and costs nothing else."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

import luyue
from luyue.domain.cases import (
    CANCELLED,
    CLOSED,
    PAUSED,
    REOPENED,
    REPORTED,
    RESOLVED,
    RESUMED,
    SEVERITY_CHANGED,
)
from luyue.domain.history import (
    BadRow,
    HistoryCase,
    MappingError,
    for_plan,
    map_rows,
    read_mapping,
    suggest_mapping,
    write_mapping,
)
from luyue.domain.history.mapping import SENTENCES as MAPPING_SENTENCES
from luyue.domain.history.told import SENTENCES
from luyue.domain.plan.loader import load_plan
from luyue.domain.tables import open_table

MAPS = Path(luyue.__file__).parent / "maps"
PLANS = Path(luyue.__file__).parent / "plans"
SHANGHAI = ZoneInfo("Asia/Shanghai")
TABLE = read_mapping((MAPS / "simple-table.yaml").read_bytes())
LOG = read_mapping((MAPS / "uci-incident-log.yaml").read_bytes())
HEADER = (
    "单号,报修时间,故障现象,报修人,点位,设备,故障等级,响应时间,出发时间,到场时间,解决时间,关闭时间,处理人"
)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp())


NOW = at("2026-06-01 00:00")


def cases_of(text: str, mapping=TABLE, now: int = NOW) -> list[HistoryCase | BadRow]:
    rows = open_table(text.encode(), wanted=mapping.columns.names())
    return list(map_rows(rows, mapping, now))


def register(*rows: str) -> list[HistoryCase | BadRow]:
    return cases_of("\n".join([HEADER, *rows]) + "\n")


def kinds(case: HistoryCase) -> list[str]:
    return [event.kind for event in case.events]


GOOD = "A-1,2026-03-05 08:30,无图像,张三,东门,摄像机 7,严重,2026-03-05 08:35,,2026-03-05 10:00,2026-03-05 11:00,,李四"


# -- a table ----------------------------------------------------------------------------------------------------


def test_a_row_of_a_register_is_a_case_with_its_events():
    (case,) = register(GOOD)
    assert isinstance(case, HistoryCase)
    assert (case.external_id, case.title, case.reporter, case.site) == ("A-1", "无图像", "张三", "东门")
    assert (case.device, case.assignee, case.row) == ("摄像机 7", "李四", 2)
    assert [(e.kind, e.at) for e in case.events] == [
        (REPORTED, at("2026-03-05 08:30")),
        ("case.responded", at("2026-03-05 08:35")),
        ("case.arrived", at("2026-03-05 10:00")),
        (RESOLVED, at("2026-03-05 11:00")),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-05 08:30",
        "2026/3/5 8:30",
        "2026.03.05 08:30:00",
        "2026年3月5日 8时30分",
        "2026年3月5日8点30分",
        "２０２６年３月５日 上午8:30",
        "2026-03-05T08:30",
        "2026-03-05T00:30:00+00:00",
        "2026-03-05T00:30:00Z",
    ],
)
def test_a_time_is_read_however_it_is_written(text):
    (case,) = register(f"A-1,{text},x" + "," * 10)
    assert isinstance(case, HistoryCase), case
    assert case.events[0].at == at("2026-03-05 08:30")


def test_the_afternoon_is_twelve_hours_later():
    (case,) = register("A-1,2026年3月5日 下午3:20,x" + "," * 10)
    assert case.events[0].at == at("2026-03-05 15:20")


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (",2026-03-05 08:30,x,,,,,,,,,,", "单号", "id.missing"),
        ("A-2,,x,,,,,,,,,,", "报修时间", "date.missing"),
        ("A-2,昨天,x,,,,,,,,,,", "报修时间", "date.unreadable"),
        ("A-2,2026-02-30 10:00,x,,,,,,,,,,", "报修时间", "date.unreadable"),
        ("A-2,2026-03-05,x,,,,,,,,,,", "报修时间", "date.no_time"),
        ("A-2,1900-01-00 00:00,x,,,,,,,,,,", "报修时间", "date.unreadable"),
        ("A-2,1900-01-01 00:00,x,,,,,,,,,,", "报修时间", "date.too_early"),
        ("A-2,2026-07-01 00:00,x,,,,,,,,,,", "报修时间", "date.future"),
        ("A-2,2026-03-05 08:30,x,,,,,,,,2026-03-04 08:30,,", "解决时间", "order.before_report"),
        ("A-2,2026-03-05 08:30,x,,,,,,2026-03-05 10:00,2026-03-05 09:00,,,", "到场时间", "order.reversed"),
        ("A-2,2026-03-05 08:30,x,,,,,,,,2026-03-06 08:30,2026-03-05 09:00,", "关闭时间", "order.reversed"),
        (f"A-2,2026-03-05 08:30,{'长' * 201},,,,,,,,,,", "故障现象", "text.too_long"),
        ("A-2,2026-03-05 08:30,\x01x,,,,,,,,,,", "故障现象", "text.control"),
        ("A-1,2026-03-05 08:30,x,,,,,,,,,,", "单号", "case.duplicate"),
        (f"{'9' * 101},2026-03-05 08:30,x,,,,,,,,,,", "单号", "text.too_long"),
    ],
)
def test_a_bad_row_is_listed_with_its_reason_and_the_good_one_kept(row, column, code):
    good, *bad = register(GOOD, row)
    assert isinstance(good, HistoryCase)
    assert [(b.row, b.column, b.code) for b in bad] == [(3, column, code)]
    assert "{" not in bad[0].sentence("zh") + bad[0].sentence("en")


def test_a_row_with_two_faults_names_both():
    bad = register("A-2,昨天,x,,,,,明天,,,,,")
    assert {(b.column, b.code) for b in bad} == {
        ("报修时间", "date.unreadable"),
        ("响应时间", "date.unreadable"),
    }


def test_a_damaged_letter_costs_its_row_only():
    raw = (HEADER + "\n" + GOOD + "\n").encode() + b"A-2,2026-03-05 08:30," + b"\xc5\xff" + b"," * 10
    bad_and_good = list(map_rows(open_table(raw), TABLE, NOW))
    assert [type(one).__name__ for one in bad_and_good] == ["HistoryCase", "BadRow"]
    assert bad_and_good[1].code == "text.encoding"


def test_a_date_without_a_time_is_taken_where_the_mapping_says_how():
    start = TABLE.model_copy(update={"dates_without_time": "start_of_day"})
    text = HEADER + "\nA-1,2026-03-05,x" + "," * 10 + "\n"
    (case,) = cases_of(text, start)
    assert case.events[0].at == at("2026-03-05 00:00")
    (late,) = cases_of(text, TABLE.model_copy(update={"dates_without_time": "end_of_day"}))
    assert late.events[0].at == at("2026-03-05 23:59:59")


def test_cells_of_a_spreadsheet_are_taken_by_their_kind():
    row = {
        "单号": 12.0,
        "报修时间": datetime(2026, 3, 5, 8, 30),
        "响应时间": 46086.375,
        "解决时间": date(2026, 3, 6),
        "故障现象": None,
    }
    (bad,) = map_rows([(4, row)], TABLE, NOW)
    assert (bad.column, bad.code) == ("解决时间", "date.no_time")
    (case,) = map_rows([(4, row | {"解决时间": ""})], TABLE, NOW)
    assert (case.external_id, case.title) == ("12", "")
    assert [e.at for e in case.events] == [at("2026-03-05 08:30"), at("2026-03-05 09:00")]


def test_a_pause_has_the_reason_that_the_mapping_gives_its_word():
    mapping = read_mapping(
        """
mapping: 1
id: paused
title: {zh: x, en: x}
layout: table
columns: {external_id: id, reported_at: at, paused_at: p, resumed_at: r, pause_reason: why}
words: {pause_reason: {等客户: [cooperation, customer]}}
""".encode()
    )
    text = "id,at,p,r,why\n1,2026-03-05 08:30,2026-03-05 09:00,2026-03-05 10:00,等客户\n"
    (case,) = cases_of(text, mapping)
    assert kinds(case) == [REPORTED, PAUSED, RESUMED]
    bound = for_plan(case, _plan("001"))
    assert bound.events[1].data["reason"] == "cooperation"


def test_an_own_time_zone_and_an_own_form_are_respected():
    mapping = TABLE.model_copy(update={"zone": "Europe/Rome", "dates": ("%d.%m.%Y %H:%M",)})
    (case,) = cases_of(HEADER + "\nA-1,05.03.2026 08:30,x" + "," * 10 + "\n", mapping)
    assert case.events[0].at == int(datetime(2026, 3, 5, 7, 30, tzinfo=UTC).timestamp())


# -- a log ------------------------------------------------------------------------------------------------------

LOG_COLUMNS = (
    "number,incident_state,opened_at,sys_updated_at,sys_mod_count,priority,category,subcategory,u_symptom,"
    "caller_id,location,cmdb_ci,assigned_to,contact_type,resolved_at,closed_at"
)


def log_row(
    number: str, state: str, when: str, count: int, priority: str = "3 - Moderate", who: str = "?"
) -> str:
    return (
        f"{number},{state},1/3/2016 08:00,{when},{count},{priority},Category 1,?,?,"
        f"Caller 1,Location 2,?,{who},Phone,9/3/2016 12:00,14/3/2016 12:00"
    )


def log(*rows: str) -> list[HistoryCase | BadRow]:
    return cases_of("\n".join([LOG_COLUMNS, *rows]) + "\n", LOG)


def test_changes_of_state_become_events():
    (case,) = log(
        log_row("I-1", "New", "1/3/2016 08:05", 0),
        log_row("I-1", "Active", "1/3/2016 09:00", 1, who="Resolver 7"),
        log_row("I-1", "Active", "1/3/2016 09:30", 2, "1 - Critical", who="Resolver 7"),
        log_row("I-1", "Awaiting User Info", "1/3/2016 10:00", 3, "1 - Critical"),
        log_row("I-1", "Active", "2/3/2016 10:00", 4, "1 - Critical"),
        log_row("I-1", "Resolved", "2/3/2016 12:00", 5, "1 - Critical"),
        log_row("I-1", "Active", "3/3/2016 12:00", 6, "1 - Critical"),
        log_row("I-1", "Resolved", "4/3/2016 12:00", 7, "1 - Critical"),
        log_row("I-1", "Closed", "9/3/2016 12:00", 8, "1 - Critical"),
    )
    assert [(e.kind, datetime.fromtimestamp(e.at, SHANGHAI).strftime("%d %H:%M")) for e in case.events] == [
        (REPORTED, "01 08:00"),
        ("case.assigned", "01 09:00"),
        ("case.responded", "01 09:00"),
        (SEVERITY_CHANGED, "01 09:30"),
        (PAUSED, "01 10:00"),
        (RESUMED, "02 10:00"),
        (RESOLVED, "02 12:00"),
        (REOPENED, "03 12:00"),
        (RESOLVED, "04 12:00"),
        (CLOSED, "09 12:00"),
    ]
    assert (case.title, case.reporter, case.device) == ("Category 1", "Caller 1", "")
    assert case.facts.channel == "hotline" and case.facts.onsite is False


def test_columns_that_know_the_future_are_not_looked_at():
    # Every row of the log carries the final resolved_at and closed_at; the case is still open all the same.
    (case,) = log(log_row("I-1", "New", "1/3/2016 08:05", 0), log_row("I-1", "Active", "1/3/2016 09:00", 1))
    assert kinds(case) == [REPORTED, "case.responded"]
    assert not {"resolved_at", "closed_at", "made_sla"} & set(LOG.columns.names())


def test_rows_of_a_log_may_stand_in_any_order():
    rows = [
        log_row("I-1", "New", "1/3/2016 08:05", 0),
        log_row("I-2", "New", "1/3/2016 08:06", 0),
        log_row("I-1", "Active", "1/3/2016 09:00", 1, "2 - High"),
        log_row("I-1", "Resolved", "1/3/2016 09:00", 2, "2 - High"),
    ]
    forward, backward = log(*rows), log(*reversed(rows))
    assert {c.external_id: c.events for c in forward} == {c.external_id: c.events for c in backward}


def test_a_stray_row_of_a_log_is_left_out_and_its_case_kept():
    *bad, case = sorted(
        log(
            log_row("I-1", "New", "1/3/2016 08:05", 0),
            log_row("I-1", "-100", "1/3/2016 08:30", 1),
            log_row("I-1", "Active", "sometime", 2),
            log_row("I-1", "Active", "1/3/2016 07:00", 3),
            log_row("I-1", "Active", "1/3/2016 08:40", 4, "9 - Odd"),
            log_row("I-1", "Resolved", "1/3/2016 09:00", 5),
            log_row("I-1", "Resolved", "1/3/2016 09:00", 5),
        ),
        key=lambda one: isinstance(one, HistoryCase),
    )
    assert kinds(case) == [REPORTED, RESOLVED]
    assert [(b.row, b.code) for b in bad] == [
        (3, "word.unknown"),
        (4, "date.unreadable"),
        (5, "order.before_report"),
        (6, "word.unknown"),
        (8, "row.duplicate"),
    ]
    assert [b.value for b in bad[:2]] == ["-100", "sometime"]


def test_what_came_before_a_break_in_the_file_is_kept():
    import gzip

    lines = [LOG_COLUMNS]
    for n in range(5000):
        lines.append(log_row(f"I-{n * 7919 % 100_003}", "New", "1/3/2016 08:05", 0))
    packed = gzip.compress("\n".join(lines).encode())
    found = list(map_rows(open_table(packed[: len(packed) * 3 // 4]), LOG, NOW))
    bad = [one for one in found if isinstance(one, BadRow)]
    assert [one.code for one in bad] == ["table.truncated"]
    assert len(found) > 1000
    assert "{" not in bad[0].sentence("zh")


# -- a plan -----------------------------------------------------------------------------------------------------


def _plan(number: str):
    (path,) = PLANS.glob(f"{number}-*.yaml")
    return load_plan(path.read_bytes()).plan


@pytest.mark.parametrize(
    ("number", "severities"),
    [
        ("001", ["urgent", "serious", "normal", "normal"]),
        ("002", ["critical", "medium", "minor", "minor"]),
        ("000", ["major", None, None, None]),
        ("004", [None, None, None, None]),
    ],
)
def test_a_rank_finds_its_severity_in_every_plan(number, severities):
    words = ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low")
    found = log(*(log_row(f"I-{n}", "New", "1/3/2016 08:05", 0, word) for n, word in enumerate(words)))
    assert [for_plan(case, _plan(number)).facts.severity for case in found] == severities


def test_a_register_may_use_the_plans_own_words():
    case, other = register(GOOD, GOOD.replace("A-1", "A-2").replace("严重", "要命"))
    assert for_plan(case, _plan("001")).facts.severity == "serious"
    bad = for_plan(other, _plan("001"))
    assert (bad.code, bad.value, bad.case) == ("word.not_in_plan", "要命", "A-2")


# -- mapping files ----------------------------------------------------------------------------------------------


def problems_of(text: str) -> list[tuple[int, str]]:
    with pytest.raises(MappingError) as refused:
        read_mapping(text.encode())
    assert all("{" not in p.sentence("zh") + p.sentence("en") for p in refused.value.problems)
    return [(p.line, p.code) for p in refused.value.problems]


MINIMAL = (
    "mapping: 1\nid: m\ntitle: {zh: x, en: x}\nlayout: table\ncolumns:\n  external_id: a\n  reported_at: b\n"
)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("mapping: 1", "mapping: ["), [(1, "yaml.syntax")]),
        (("layout: table", "layout: tabel"), [(4, "word.unknown")]),
        (("reported_at", "reportet_at"), [(7, "key.unknown")]),
        (("  reported_at: b\n", ""), [(5, "mapping.table_needs")]),
        (("columns:", "zone: Moon/Crater\ncolumns:"), [(5, "mapping.zone")]),
        (("columns:", "dates: ['%H:%M']\ncolumns:"), [(5, "mapping.date_form")]),
        (("  reported_at: b\n", "  reported_at: b\n  state: c\n"), [(5, "mapping.unfit")]),
        (("layout: table", "layout: log"), [(5, "mapping.log_needs")]),
        (("columns:", "words: {kind: {x: fualt}}\ncolumns:"), [(5, "word.unknown")]),
        (("columns:", "words: {severity: {x: {rank: 0}}}\ncolumns:"), [(5, "value.range")]),
        (("columns:", "states: {x: {act: dance}}\ncolumns:"), [(5, "word.unknown")]),
    ],
)
def test_a_mistake_in_a_mapping_is_told_with_its_line(change, found):
    assert problems_of(MINIMAL.replace(*change)) == found


def test_a_mapping_in_another_encoding_is_told():
    with pytest.raises(MappingError) as refused:
        read_mapping("mapping: 1\nid: 表".encode("gbk"))
    assert refused.value.problems[0].code == "file.encoding"


@pytest.mark.parametrize("mapping", [TABLE, LOG], ids=lambda mapping: mapping.id)
def test_a_mapping_can_be_written_and_read_back(mapping):
    assert read_mapping(write_mapping(mapping).encode()) == mapping


def test_every_code_has_both_sentences():
    assert all(zh and en for table in (SENTENCES, MAPPING_SENTENCES) for zh, en in table.values())


# -- guessing ---------------------------------------------------------------------------------------------------


def test_the_columns_of_a_register_are_guessed():
    table = open_table((HEADER + ",备用栏\n" + GOOD + ",x\n").encode())
    draft = suggest_mapping(table.header, [row for _, row in table])
    assert draft.content["layout"] == "table"
    assert draft.content["columns"] == {field: names[0] for field, names in TABLE.columns.by_field().items()}
    assert (draft.missing, draft.unused) == ((), ("备用栏",))
    assert read_mapping(yaml.safe_dump(draft.content, allow_unicode=True).encode())


def test_a_log_is_told_by_its_repeated_numbers_and_its_states():
    table = open_table(
        "\n".join(
            [
                LOG_COLUMNS,
                log_row("I-1", "New", "1/3/2016 08:05", 0),
                log_row("I-1", "Awaiting User Info", "1/3/2016 09:05", 1),
                log_row("I-1", "Resolved", "13/3/2016 09:05", 2),
            ]
        ).encode()
    )
    draft = suggest_mapping(table.header, [row for _, row in table])
    assert draft.content["layout"] == "log"
    assert draft.content["dates"][0] == "%d/%m/%Y %H:%M"
    assert draft.content["columns"]["at"] == "sys_updated_at"
    assert "resolved_at" not in draft.content["columns"]
    assert draft.content["states"] == {
        "New": "new",
        "Awaiting User Info": {"pause": ["customer"]},
        "Resolved": "resolved",
    }
    assert read_mapping(yaml.safe_dump(draft.content, allow_unicode=True).encode())


def test_words_of_an_ordinary_register_are_guessed():
    """Kind, level and channel as colleagues write them: a person corrects and need not begin with nothing."""
    text = (
        "单号,报修时间,受理时间,现象,故障等级,类别,来源\n"
        "1,2026-03-02 09:10,2026-03-02 09:15,断电,1级,故障,电话\n"
        "2,2026-03-02 09:10,2026-03-02 09:15,断电,2级,业务咨询,微信\n"
        "3,2026-03-02 09:10,2026-03-02 09:15,断电,Ⅲ级,我们的类别,电话\n"
    )
    table = open_table(text.encode())
    draft = suggest_mapping(table.header, [row for _, row in table])
    assert (
        draft.content["columns"]["title"] == "现象" and draft.content["columns"]["received_at"] == "受理时间"
    )
    assert draft.content["words"] == {
        "severity": {"1级": {"rank": 1}, "2级": {"rank": 2}, "Ⅲ级": {"rank": 3}},
        "kind": {"故障": "fault", "业务咨询": "consultation"},
        "channel": {"电话": "hotline", "微信": "online"},
    }
    mapping = read_mapping(yaml.safe_dump(draft.content, allow_unicode=True).encode())
    assert [type(one) for one in cases_of(text, mapping)] == [HistoryCase, HistoryCase, BadRow]


def test_what_cannot_be_guessed_is_named():
    draft = suggest_mapping(("甲", "乙"), [])
    assert (draft.missing, draft.unused) == (("external_id", "reported_at"), ("甲", "乙"))


REAL_LOG = Path(__file__).parents[3] / "shared/data/uci_incident_log/incident_event_log_even.csv.gz"


@pytest.mark.skipif(not REAL_LOG.exists(), reason="the public log is not on this machine")
def test_the_real_log_is_read_whole():
    found = list(map_rows(open_table(REAL_LOG.read_bytes(), wanted=LOG.columns.names()), LOG, NOW))
    bad = Counter(one.code for one in found if isinstance(one, BadRow))
    cases = [one for one in found if isinstance(one, HistoryCase)]
    assert (len(cases), bad) == (12_438, {"order.before_report": 3})
    events = Counter(event.kind for case in cases for event in case.events)
    # 179 + 8 + 1 times a solved or closed incident was taken up again.
    assert events[REOPENED] == 188
    assert events[RESOLVED] == 12_622
    assert CANCELLED not in events

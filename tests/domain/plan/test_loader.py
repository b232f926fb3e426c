"""Bad plan files: every error has its code, its line and a sentence in both languages."""

import textwrap

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from luyue.domain.plan.loader import Source, load_plan
from luyue.domain.plan.spans import Length, Span
from luyue.domain.plan.yaml_lines import PlanError

GOOD = textwrap.dedent(
    """\
    luyue: 1
    id: small
    title: {zh: 小方案, en: A small plan}
    calendars:
      always: 24x7
      office: {days: mon-fri, hours: ["09:00-12:00", "13:00-18:00"], holidays: CN}
    severities:
      - {id: grave, zh: 严重, en: Grave}
    pauses:
      - {id: customer, zh: 等客户, en: Waits for the customer, clause: "3"}
    periods:
      - {id: warranty, zh: 质保期, en: Warranty, clause: "1", length: 3y, from: acceptance}
    targets:
      - id: arrive
        clause: "1.1"
        text: {zh: 4 小时到场, en: Arrives in 4 h}
        metric: arrive
        within: 4h
        calendar: always
        when: {severity: grave, kind: fault}
        pauses: [customer]
    duties:
      - id: round
        clause: "2"
        text: {zh: 每月巡检, en: A round every month}
        owe: round.system
        every: month
    entitlements:
      - id: free
        clause: "4"
        text: {zh: 免费, en: Free of charge}
        topic: charges.parts
        term: free
        period: warranty
        years: [0, 3]
    staffing:
      - id: resident
        clause: "5"
        text: {zh: 驻场, en: Somebody is on site}
        role: resident
        calendar: office
        sign_in: ["08:30-12:00", "13:30-17:00"]
    """
)


def changed(old: str, new: str) -> bytes:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new).encode()


def problems(raw: bytes) -> list[tuple[int, str]]:
    """Line and code of each error; also that every sentence can be said."""
    with pytest.raises(PlanError) as caught:
        load_plan(raw)
    for problem in caught.value.problems:
        assert problem.level == "error"
        for language in ("zh", "en"):
            shown = problem.show("plan.yaml", language)
            assert shown.startswith(f"plan.yaml:{problem.line}: {problem.code}: ")
            assert "\n" not in shown and len(shown) < 2000
    return [(problem.line, problem.code) for problem in caught.value.problems]


def sentences(raw: bytes) -> tuple[str, str]:
    with pytest.raises(PlanError) as caught:
        load_plan(raw)
    (problem,) = caught.value.problems
    return problem.sentence("zh"), problem.sentence("en")


def test_a_good_plan_loads():
    source = load_plan(GOOD.encode())
    assert [promise.id for promise in source.plan.promises] == ["arrive", "round", "free", "resident"]
    assert source.line_of_promise("arrive") == 14
    assert source.line_of("targets", 0, "when", "severity") == 20


def test_a_byte_order_mark_and_windows_line_ends_are_welcome():
    raw = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert load_plan(raw).line_of_promise("round") == 23


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", (1, "file.empty")),
        (b"\n  \n", (1, "file.empty")),
        (b"---\n", (1, "file.empty")),
        (b"# nothing but a comment\n", (1, "file.empty")),
        (b"- a\n- b\n", (1, "yaml.not_a_mapping")),
        (b"just text", (1, "yaml.not_a_mapping")),
        (b"a: 1\nb:\n\t- c\n", (3, "yaml.syntax")),
        (b"a: 1\nb: 'open\n", (2, "yaml.syntax")),
        (b"a: 1\nb: c: d\n", (2, "yaml.syntax")),
        (b"a: 1\nb: [c, d\ne: 2\nf: 3\n", (2, "yaml.syntax")),
        (b"a: 1\nb: {c: d\ne: {x: y}\nf: 3\n", (2, "yaml.syntax")),
        (b"a: 1\nb: *nowhere\n", (2, "yaml.syntax")),
        (b"a: 1\n---\nb: 2\n", (2, "yaml.syntax")),
        (b"a: 1\nb: \x00\n", (2, "yaml.syntax")),
        ("a: 1\nb: 售后\n".encode("gbk"), (2, "file.encoding")),
        ("a: 1".encode("utf-16"), (1, "file.encoding")),
        (b"a: 1\n? [b, c]\n: 2\n", (2, "yaml.key")),
        (b"a: 1\nb: " + b"[" * 200_000, (2, "yaml.too_deep")),
        (b"a: 1\nb:\n  " + b"- " * 200_000, (3, "yaml.too_deep")),
        (b"a: 1\nb: &x [*x]\n", (2, "yaml.alias_bomb")),
        (b"a: " + b"x" * (4 * 1024 * 1024), (1, "file.too_large")),
    ],
)
def test_what_is_no_yaml_mapping_is_refused_at_its_line(raw: bytes, expected: tuple[int, str]):
    assert problems(raw) == [expected]


def test_an_alias_bomb_is_refused():
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert [code for _, code in problems("\n".join(levels).encode())] == ["yaml.alias_bomb"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # Keys
        ("id: small", "id: small\nid: again", (3, "yaml.duplicate_key")),
        ("within: 4h", "within: 4h\n    within: 5h", (19, "yaml.duplicate_key")),
        ("    metric: arrive\n", "", (14, "key.missing")),
        ("metric: arrive", "metric: arrive\n    withn: 4h", (18, "key.unknown")),
        ("from: acceptance", "start: acceptance", (12, "key.unknown")),
        ("luyue: 1", "luyue: 2", (1, "word.unknown")),
        ("duties:", "dutys:", (22, "key.unknown")),
        # Words
        ("metric: arrive", "metric: arive", (17, "word.unknown")),
        ("owe: round.system", "owe: rounds.system", (26, "word.unknown")),
        ("topic: charges.parts", "topic: Charges", (32, "word.unknown")),
        ("every: month", "every: fortnight", (27, "word.unknown")),
        ("kind: fault}", "kind: [fault, fire]}", (20, "word.unknown")),
        # Types and forms
        ('clause: "1.1"', "clause: 1.1", (15, "value.type")),
        ("text: {zh: 每月巡检, en: A round every month}", "text: 每月巡检", (25, "value.type")),
        ("pauses: [customer]", "pauses: {a: b}", (21, "value.type")),
        ("years: [0, 3]", "years: [0, three]", (35, "value.type")),
        ("years: [0, 3]", "years: [0, nan]", (35, "value.type")),
        ("years: [0, 3]", "years: [-1, 3]", (35, "value.range")),
        ("years: [0, 3]", "years: [3, 3]", (35, "years.reversed")),
        ("years: [0, 3]", "years: [3]", (35, "value.type")),
        ("id: round", "id: Round 1", (23, "value.pattern")),
        ("metric: arrive", "metric: []", (17, "value.range")),
        ("every: month", "every: month\n    count: 0", (28, "value.range")),
        ("every: month", "every: month\n    sample: most", (28, "value.pattern")),
        ("every: month", "every: month\n    sample: 300%", (28, "value.pattern")),
        ("every: month", "every: month\n    due: 1 decade", (28, "duration.unreadable")),
        ("every: month", "every: month\n    due: 0 months", (28, "duration.zero")),
        ("en: A round every month", 'en: "  "', (25, "value.pattern")),
        # Durations
        ("within: 4h", "within: 1 day", (18, "duration.ambiguous_day")),
        ("within: 4h", "within: 1d", (18, "duration.ambiguous_day")),
        ("within: 4h", "within: -4h", (18, "duration.negative")),
        ("within: 4h", "within: 0h", (18, "duration.zero")),
        ("within: 4h", "within: 999999999h", (18, "duration.absurd")),
        ("within: 4h", "within: 99999 working days", (18, "duration.absurd")),
        ("within: 4h", f"within: {'9' * 5000}h", (18, "duration.unreadable")),
        ("within: 4h", f"within: {'9' * 50}h", (18, "duration.absurd")),
        ("within: 4h", "within: soon", (18, "duration.unreadable")),
        ("within: 4h", "within: 4", (18, "duration.unreadable")),
        ("within: 4h", "within: [4h]", (18, "duration.unreadable")),
        ("within: 4h", "within: 1 month", (18, "duration.month")),
        ("length: 3y", "length: -3y", (12, "duration.negative")),
        ("length: 3y", "length: 3 decades", (12, "duration.unreadable")),
        ("length: 3y", "length: 999y", (12, "duration.absurd")),
        ("within: 4h", "within: 2 working days", (18, "calendar.no_working_days")),
        # Calendars
        ("always: 24x7", "always: round the clock", (5, "word.unknown")),
        ("days: mon-fri", "days: mon-fry", (6, "calendar.bad")),
        ("days: mon-fri", "days: fri-mon", (6, "calendar.bad")),
        ('"09:00-12:00"', '"12:00-09:00"', (6, "calendar.bad")),
        ('"09:00-12:00"', '"09:00-13:30"', (6, "calendar.bad")),
        ('"09:00-12:00"', '"09:00"', (6, "calendar.bad")),
        ('"09:00-12:00"', '"09:00-25:00"', (6, "calendar.bad")),
        ("holidays: CN", "closed: [2026-02-30]", (6, "calendar.bad")),
        ('hours: ["09:00-12:00", "13:00-18:00"]', "hours: []", (6, "calendar.bad")),
        ("holidays: CN", "zone: Mars/Olympus", (6, "calendar.bad")),
        ("holidays: CN", "holidays: XX", (6, "word.unknown")),
        ("holidays: CN", "open: never", (6, "key.unknown")),
        ('"08:30-12:00"', '"12:00-08:30"', (42, "window.bad")),
        ('"08:30-12:00"', '"08:30-14:00"', (42, "window.bad")),
        # Ids and references
        ("id: round", "id: arrive", (23, "id.duplicate")),
        ("calendar: always", "calendar: nights", (19, "reference.unknown")),
        ("severity: grave", "severity: graver", (20, "reference.unknown")),
        ("pauses: [customer]", "pauses: [weather]", (21, "reference.unknown")),
        ("period: warranty", "period: warrant", (34, "reference.unknown")),
        ("from: acceptance", "after: nothing", (12, "reference.unknown")),
        ("from: acceptance", "after: warranty", (12, "period.circle")),
    ],
)
def test_an_error_in_a_plan_is_told_at_its_line(old: str, new: str, expected: tuple[int, str]):
    assert problems(changed(old, new)) == [expected]


def test_calendar_errors_stand_at_the_field_that_is_wrong():
    long_form = 'office:\n    days: mon-fri\n    hours: ["18:00-09:00"]\n    closed:\n      - 2026-13-01'
    raw = changed('office: {days: mon-fri, hours: ["09:00-12:00", "13:00-18:00"], holidays: CN}', long_form)
    assert problems(raw) == [(9, "calendar.bad")]
    assert problems(raw.replace(b"2026-13-01", b"2026-12-01")) == [(8, "calendar.bad")]


def test_quotas_and_items_need_sound_bounds():
    head = "quotas:\n  - {id: q, clause: '6', text: {zh: 指标, en: Quota}, measure: storage.free, unit: GB"
    assert problems(changed("staffing:", head + "}\nstaffing:")) == [(37, "quota.no_figure")]
    reversed_bounds = head + ", at_least: 3, at_most: 2}\nstaffing:"
    assert problems(changed("staffing:", reversed_bounds)) == [(37, "bounds.reversed")]
    item = "every: month\n    items:\n      - {id: a, zh: 温度, en: Heat, at_least: 9, at_most: 1}"
    assert problems(changed("every: month", item)) == [(29, "bounds.reversed")]


def test_a_percentage_lies_between_nothing_and_all():
    quota = (
        "quotas:\n  - {id: q, clause: '6', text: {zh: 指标, en: Quota}, measure: calls.answered, unit: '%'"
    )
    assert problems(changed("staffing:", quota + ", at_least: 250}\nstaffing:")) == [(37, "bounds.percent")]
    assert problems(changed("staffing:", quota + ", at_most: -5}\nstaffing:")) == [(37, "bounds.percent")]
    assert load_plan(changed("staffing:", quota + ", at_least: 100}\nstaffing:"))


def test_work_may_be_due_in_whole_months_and_in_working_days_of_a_named_calendar():
    raw = changed(
        "every: month", "every: once\n    due: 1 month\n    lead: 5 working days\n    calendar: office"
    )
    duty = load_plan(raw).plan.duties[0]
    assert (duty.due, duty.lead) == (Length(months=1), Span(working_days=5))
    assert problems(raw.replace(b"calendar: office", b"calendar: always", 1)) == [
        (29, "calendar.no_working_days")
    ]
    unknown = raw.replace(b"calendar: office", b"calendar: nights", 1)
    assert problems(unknown) == [(30, "reference.unknown")]


def test_a_pause_has_no_calendar_for_working_days():
    raw = changed('clause: "3"', 'clause: "3", max: 5 working days')
    assert problems(raw) == [(10, "duration.no_calendar")]


def test_the_version_may_stand_in_quotes():
    assert load_plan(changed("luyue: 1", 'luyue: "1"')).plan.luyue == 1


def test_too_many_promises_are_refused_before_they_are_compared():
    one = "  - {id: d%d, clause: '1', text: {zh: 甲, en: A}, owe: round.x, every: month}\n"
    many = "".join(one % number for number in range(1000))
    assert problems(changed("duties:\n", "duties:\n" + many)) == [(1, "plan.too_many")]


@pytest.mark.parametrize(
    ("raw", "guess"),
    [
        (GOOD.encode("gbk"), "GBK"),
        (GOOD.encode("utf-16"), "UTF-16"),
        (b"a: \xff\xff\xff", ""),
        (b"\x00\xff", ""),
    ],
)
def test_a_foreign_encoding_is_named_where_it_can_be_known(raw: bytes, guess: str):
    zh, en = sentences(raw)
    assert zh == f"文件不是 UTF-8 编码{f'（像是 {guess}）' if guess else ''}，请另存为 UTF-8 后重试。"
    assert en == f"The file is not UTF-8{f' (it looks like {guess})' if guess else ''}; save it as UTF-8."


def test_a_value_in_a_wrong_form_is_shown_with_the_right_form():
    assert sentences(changed("length: 3y", "length: 3年"))[0] == (
        "periods[1].length 的时长“3年”看不懂；可写 3y, 18 months, 1 week, 30 days。"
    )
    assert sentences(changed("within: 4h", "within: ~"))[1].startswith(
        "targets[1].within: cannot read the duration “null”;"
    )
    assert sentences(changed("id: round", "id: 巡检"))[0].endswith("“巡检”（只用小写字母、数字、- 和 _）")
    assert "制表符" in sentences(b"a:\n  b: 1\n\tc: 2\n")[0]


def test_items_of_one_promise_may_not_share_an_id():
    items = "every: month\n    items:\n      - {id: a, zh: 甲, en: A}\n      - {id: a, zh: 乙, en: B}"
    assert problems(changed("every: month", items)) == [(30, "id.duplicate")]


def test_all_errors_are_told_at_once_in_the_order_of_lines():
    raw = changed("metric: arrive", "metric: arive").replace(b"every: month", b"every: fortnight")
    assert problems(raw) == [(17, "word.unknown"), (27, "word.unknown")]


def test_a_plan_needs_a_promise():
    assert problems(b"luyue: 1\nid: a\ntitle: {zh: a, en: a}\ncalendars: {}\n") == [(1, "plan.empty")]


@pytest.mark.parametrize(
    ("old", "new", "close"),
    [
        ("metric: arrive", "metric: arive", "arrive"),
        ("owe: round.system", "owe: rounds.system", "round"),
        ("within: 4h", "withn: 4h\n    within: 4h", "within"),
        ("severity: grave", "severty: grave", "severity"),
        ("duties:", "dutis:", "duties"),
        ("from: acceptance", "form: acceptance", "from"),
        ("days: mon-fri", "day: mon-fri", "days"),
    ],
)
def test_a_slip_of_the_pen_gets_a_hint_in_both_languages(old: str, new: str, close: str):
    zh, en = sentences(changed(old, new))
    assert f"（是否 {close}？）" in zh
    assert f"(did you mean {close}?)" in en


def test_sentences_speak_the_language_that_was_asked_for():
    zh, en = sentences(changed("calendar: always", "calendar: nights"))
    assert zh == "targets[1].calendar 引用了不存在的服务日历“nights”。"
    assert en == "targets[1].calendar refers to the calendar “nights”, which does not exist."
    zh, en = sentences(b"a: b: c")
    assert "冒号" in zh and "mapping values" in en
    zh, _ = sentences(changed('"09:00-12:00"', '"12:00-09:00"'))
    assert "时段的结束不晚于开始" in zh and "12:00-09:00" in zh


def test_long_values_are_cut_in_sentences():
    zh, _ = sentences(changed("metric: arrive", f"metric: {'x' * 10_000}"))
    assert len(zh) < 400


def loads_or_refuses(raw: bytes) -> None:
    try:
        assert isinstance(load_plan(raw), Source)
    except PlanError as error:
        for problem in error.problems:
            assert problem.line >= 1
            assert problem.sentence("zh") and problem.sentence("en")


@given(st.binary(max_size=300))
@example(b"\xff\xfe")
@example(b"a: !!python/object:os.system x")
@example(b"calendars: {a: {zone: '../../etc/passwd'}}")
def test_any_bytes_are_a_plan_or_a_refusal(raw: bytes):
    loads_or_refuses(raw)


@given(st.text(alphabet="abc:{}[]-,#&*!|>'\"%@`?~ \n\t\u2028售0", max_size=120))
def test_any_text_that_looks_like_yaml_is_a_plan_or_a_refusal(text: str):
    loads_or_refuses(text.encode())


SCRAPS = [
    *(
        "",
        "4h",
        "-1",
        "nan",
        "24x7",
        "[]",
        "{}",
        "[a, 1]",
        "{zh: a}",
        "~",
        "true",
        "1e400",
        "ask",
        "９h",
        "9" * 400,
    ),
    *("1.5", "{[a]: b}", "'\\0'", '"\\0"', "&a [*a]", "2026-13-01", "..", "2 working days", "severities"),
]


@settings(max_examples=150)
@given(st.data())
def test_a_damaged_plan_is_a_plan_or_a_refusal(data: st.DataObject):
    lines = GOOD.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(lines) - 1))
        key, colon, _rest = lines[number].partition(":")
        scrap = data.draw(st.sampled_from(SCRAPS))
        lines[number] = data.draw(st.sampled_from([f"{key}{colon} {scrap}", scrap, f"  {lines[number]}", ""]))
    loads_or_refuses("\n".join(lines).encode())

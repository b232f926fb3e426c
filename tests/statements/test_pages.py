"""The statement as page, JSON and spreadsheet: the same figures, for those who may see them."""

import io
import json
import re
from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
import python_calamine
from django.urls import reverse
from django.utils import timezone

from luyue.cli import main
from luyue.contracts import actions as contracts
from luyue.contracts.plans import running_plan
from luyue.contracts.queries import ZONE
from luyue.domain import statement as reckoning
from luyue.domain.statement import BROKEN, Outcome, month_of, year_of
from luyue.hotline import actions as hotline
from luyue.ledger.wall import Scope, scope
from luyue.obligations import actions as obligation_actions
from luyue.statements import pages, queries, sheet
from luyue.statements.wording import read_period
from tests import factories as make
from tests.statements.test_queries import busy_contract

YEAR = {"from": "2026-01-01", "to": "2026-12-31"}


@pytest.fixture
def contract(db):
    with scope(Scope.everything()):
        return busy_contract()


@pytest.fixture
def quiet_contract(db):
    with scope(Scope.everything()):
        return make.contract()


@pytest.fixture
def manager(db):
    return make.person("manager")


def get(client, person, contract, name="statements:statement", **query):
    client.force_login(person)
    return client.get(reverse(name, args=[contract.pk]), YEAR | query)


def seconds(text):
    return None if text is None else int(datetime.fromisoformat(text).timestamp())


def test_a_third_party_adds_the_json_up_to_the_same_figures(client, manager, contract):
    told = get(client, manager, contract, format="json").json()
    as_of = seconds(told["as_of"])
    counted: Counter[tuple[str, str]] = Counter()
    for one in told["instances"]:
        outcome = reckoning.outcome(one["result"], seconds(one["due"]), seconds(one["stopped"]), as_of)
        assert outcome == one["outcome"]
        if one["due"] and one["stopped"]:
            late = seconds(one["stopped"]) > seconds(one["due"])
            assert one["result"] == "waived" or late == (outcome in BROKEN)
        counted[one["promise"], outcome] += 1
    for row in told["promises"]:
        assert {one: counted[row["promise"], one] for one in Outcome} == {
            one: row["counts"][one] for one in Outcome
        }
        months = row["months"].values()
        assert sum(month["total"] for month in months) == row["counts"]["total"]
    assert told["totals"]["total"] == len(told["instances"]) > 40
    assert told["totals"]["promised"] == sum(row["counts"]["promised"] for row in told["promises"])
    stopped = [one for one in told["instances"] if one["stopped"] and one["result"] != "waived"]
    assert all(one["evidence"]["event"] for one in stopped)
    assert "instances" not in get(client, manager, contract, format="json", instances="0").json()


def test_the_spreadsheet_says_what_the_json_says(client, manager, contract):
    with scope(Scope.everything()):
        obligation_actions.plan_contract(
            contract.pk, now=make.NOW, since=date(2026, 1, 1), until=date(2026, 3, 31)
        )
    told = get(client, manager, contract, format="json").json()
    page = get(client, manager, contract, format="xlsx")
    assert "filename*=utf-8''%E5%B1%A5%E7%BA%A6" in page["Content-Disposition"]
    book = python_calamine.load_workbook(io.BytesIO(page.content))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    statement, instances, owed, each, rest = sheets
    head = next(index for index, row in enumerate(statement) if row[0] == "方案版本")
    rows = statement[head + 1 : -1]
    names = [str(one) for one in ("promised", *Outcome)]
    assert [(row[3], *row[5:15]) for row in rows] == [
        (one["promise"], *(one["counts"][name] for name in names)) for one in told["promises"]
    ]
    assert statement[-1][5:15] == [told["totals"][name] for name in names]

    def at(cell):  # the reader takes a midnight for a day
        return datetime.combine(cell, time()) if type(cell) is date else cell

    def local(text):
        return datetime.fromisoformat(text).astimezone(ZONE).replace(tzinfo=None) if text else ""

    assert [(row[0], row[2], *map(at, row[5:9]), row[10]) for row in instances[1:]] == [
        (one["case"], one["promise"], local(one["started"]), local(one["due"]), local(one["stopped"]),
         one["paused_seconds"], one["result"])
        for one in told["instances"]
    ]  # fmt: skip
    counted = ("promised", "kept", "late", "missed", "running", "waived", "cancelled", "not_started")
    assert [(row[3], *row[5:13]) for row in owed[1:]] == [
        (one["promise"], *(one["counts"][name] for name in counted))
        for one in told["obligations"]["promises"]
    ]
    assert [row[0] for row in each[1:]] == [one["obligation"] for one in told["obligation_instances"]] != []
    assert [(row[3], row[1]) for row in rest[1:]] == [
        (one["promise"], one["clause"]) for one in told["not_executed"]
    ]


def test_a_name_that_looks_like_a_formula_stays_a_name(client, manager):
    with scope(Scope.everything()):
        customer = make.customer(name="=cmd|' /C calc'!A0")
        contract = make.contract(number="=1+1", name='=HYPERLINK("http://x")', customer=customer)
    book = python_calamine.load_workbook(io.BytesIO(get(client, manager, contract, format="xlsx").content))
    sheet = book.get_sheet_by_index(0).to_python()
    assert sheet[0][1:3] == ["=1+1", '=HYPERLINK("http://x")']
    assert sheet[1][1] == "=cmd|' /C calc'!A0"


def test_the_page_shows_a_row_per_clause_and_lists_the_rest_honestly(client, manager, contract):
    page = get(client, manager, contract)
    assert page.status_code == 200
    body = page.content.decode()
    statement = page.context["statement"]
    for line in page.context["lines"]:
        assert f'id="{line.row.key.promise}"' in body
        assert line.text in body
    rest = page.context["rest"]
    owed = sum(len(lines) + len(quiet) for _kind, lines, quiet in page.context["owed_groups"])
    plan_size = len(page.context["lines"]) + owed + page.context["rest_number"]
    plan_size += len(page.context["staff_lines"]) + len(page.context["quotas"])
    plan_size += len(page.context["entitled_lines"])
    (binding,) = page.context["bindings"]
    assert plan_size == len(running_plan(binding.plan_version_id).plan.promises)
    assert {one.status for one in rest} == {"asks", "declared"}
    assert str(statement.totals.promised) in page.context["sentence"]
    assert page.context["grid"]["totals"]


def test_an_empty_contract_shows_its_promises_and_no_charts(client, manager):
    with scope(Scope.everything()):
        contract, bare = make.contract(), make.contract(plan=None)
    page = get(client, manager, contract)
    assert page.context["lines"]
    assert (page.context["rate"], page.context["spread"]) == (None, None)
    assert page.context["totals"].share_kept is None
    assert "没有生效的时限承诺" in get(client, manager, bare).content.decode()


def test_instances_page_through_all_clocks_with_their_evidence(client, manager, contract, monkeypatch):
    monkeypatch.setattr("luyue.statements.instance_pages.INSTANCES", 4)
    line = next(line for line in get(client, manager, contract).context["lines"] if line.row.counts.total > 8)
    seen: list[int] = []
    url = line.url
    while url:
        page = client.get(url)
        seen += [row["clock"].pk for row in page.context["rows"]]
        for row in page.context["rows"]:
            assert bool(row["proof"]) or row["clock"].stopped_at is None
        url = page.context["next"]
    assert len(seen) == len(set(seen)) == line.row.counts.total
    part = client.get(line.url, headers={"HX-Request": "true"})
    assert b"<html" not in part.content


def test_a_case_is_found_among_the_instances_by_number_and_by_words(client, manager, contract, monkeypatch):
    monkeypatch.setattr("luyue.statements.instance_pages.INSTANCES", 4)
    line = next(line for line in get(client, manager, contract).context["lines"] if line.row.counts.total > 8)
    with scope(Scope.everything()):
        period = read_period(YEAR, date(2026, 12, 31), year_of(date(2026, 1, 1)))[0]
        wanted = queries.instances(contract.pk, period, now=timezone.now(), key=line.row.key).last().case
    page = client.get(f"{line.url}&q={wanted.number.lower()}")
    assert {row["clock"].case_id for row in page.context["rows"]} == {wanted.pk}
    assert wanted.number in page.content.decode()
    url, seen = f"{line.url}&q={wanted.title}", 0
    while url:  # pages and outcomes keep what was looked for
        page = client.get(url)
        seen += len(page.context["rows"])
        assert all("q=" in other for _, _, _, other, _ in page.context["outcomes"])
        url = page.context["next"]
    assert 0 < seen <= line.row.counts.total
    nothing = client.get(f"{line.url}&q=FW9999999")
    assert not nothing.context["rows"]
    assert "没有找到" in nothing.content.decode()


def test_an_outcome_narrows_the_instances_to_what_the_row_counts(client, manager, contract):
    for line in get(client, manager, contract).context["lines"]:
        for outcome in Outcome:
            page = client.get(f"{line.url}&outcome={outcome}")
            assert len(page.context["rows"]) == getattr(line.row.counts, outcome)


def test_the_page_takes_the_same_queries_however_many_clocks_there_are(
    client, manager, contract, django_assert_max_num_queries
):
    get(client, manager, contract)
    with django_assert_max_num_queries(30):
        client.get(reverse("statements:statement", args=[contract.pk]), YEAR)
    line = get(client, manager, contract).context["lines"][0]
    with django_assert_max_num_queries(12):
        client.get(line.url)


def test_a_user_of_another_contract_gets_nothing_and_counts_nothing(client, contract):
    with scope(Scope.everything()):
        other, person = make.contract(), make.person("customer")
        contracts.give_access(other.pk, person=person, role="customer", actor=None, now=make.NOW)
    for query in ({}, {"format": "json"}, {"format": "xlsx"}):
        assert get(client, person, contract, **query).status_code == 404
    hidden = get(client, person, contract, name="statements:instances", version="1", promise="arrive")
    assert hidden.status_code == 404
    index = client.get(reverse("statements:index"), YEAR)
    assert index.context["totals"].total == 0
    assert contract.number not in index.content.decode()
    assert get(client, person, other, format="json").json()["totals"]["total"] == 0


def test_a_customer_sees_the_statement_of_his_own_contract(client, contract):
    person = make.person("customer")
    with scope(Scope.everything()):
        contracts.give_access(contract.pk, person=person, role="customer", actor=None, now=make.NOW)
    assert get(client, person, contract).context["totals"].promised > 0


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-02-30"}, {"from": "2026-03-01", "to": "2026-02-01"}, {"from": "0001-01-01", "to": "2026-01-01"},
        {"from": "", "to": "", "preset": "decade"}, {"format": "pdf"}, {"from": "x"},
    ],
)  # fmt: skip
def test_a_period_or_format_that_is_none_is_refused(client, manager, quiet_contract, query):
    assert get(client, manager, quiet_contract, **query).status_code == 422


@pytest.mark.parametrize(
    "query",
    [{"version": "x"}, {"version": "1" * 30}, {"outcome": "lost"}, {"after": "nonsense"}, {"version": ""}],
)
def test_instances_of_nothing_are_refused(client, manager, quiet_contract, query):
    page = get(
        client,
        manager,
        quiet_contract,
        name="statements:instances",
        **{"version": "1", "promise": "arrive"} | query,
    )
    assert page.status_code == 422


def test_the_overview_names_the_worst_contract_and_promise_first(
    client, manager, contract, django_assert_max_num_queries
):
    with scope(Scope.everything()):
        make.contract()
        good = make.contract()
        at = timezone.now() - timedelta(minutes=30)
        make.resolved(make.case(good, at), timedelta(minutes=10))
    client.force_login(manager)
    client.get(reverse("statements:index"), YEAR)
    with django_assert_max_num_queries(16):
        page = client.get(
            reverse("statements:index"), {"from": "2026-01-01", "to": f"{timezone.now().year}-12-31"}
        )
    rows = page.context["rows"]
    assert [row["contract"].pk for row in rows] == [contract.pk, good.pk]
    broken = [row["counts"].broken for row in page.context["broken"]]
    assert broken == sorted(broken, reverse=True)
    assert broken


def test_the_overview_of_many_contracts_has_pages_and_a_search(client, manager, contract, monkeypatch):
    with scope(Scope.everything()):
        other = make.contract()
        make.resolved(make.case(other, make.NOW), timedelta(minutes=10))
    monkeypatch.setattr(pages, "IN_PAGE", 1)
    client.force_login(manager)

    def rows(**more):
        return client.get(reverse("statements:index"), YEAR | more)

    first, second = rows(), rows(page="2")
    assert [row["contract"].pk for row in first.context["rows"]] == [contract.pk]
    assert [row["contract"].pk for row in second.context["rows"]] == [other.pk]
    assert "page=2" in first.content.decode() and "from=2026-01-01" in first.content.decode()
    for odd in ("0", "99", "-1", "²", "x"):
        assert len(rows(page=odd).context["rows"]) == 1
    found = rows(q=other.number)
    assert [row["contract"].pk for row in found.context["rows"]] == [other.pk]
    assert found.context["totals"] == first.context["totals"]
    assert "没有符合的合同" in rows(q="查无此人").content.decode()


def test_the_overview_as_a_file_has_all_of_its_pages(client, manager, contract, monkeypatch):
    with scope(Scope.everything()):
        other = make.contract()
        make.resolved(make.case(other, make.NOW), timedelta(minutes=10))
    monkeypatch.setattr(sheet, "CHUNK", 1)
    client.force_login(manager)
    page = client.get(reverse("statements:index"), YEAR)

    def lines(address):
        answer = client.get(reverse("statements:index") + address)
        book = python_calamine.load_workbook(io.BytesIO(answer.content))
        days, _head, *rows = book.get_sheet_by_index(0).to_python()
        assert [str(day) for day in days[1:3]] == [YEAR["from"], YEAR["to"]]
        return rows

    whole = lines(page.context["xlsx_url"])
    assert [line[0] for line in whole] == [row["contract"].number for row in page.context["rows"]]
    for line, row in zip(whole, page.context["rows"], strict=True):
        c, load = row["counts"], row["load"]
        assert line[3:7] == [c.promised, c.kept, c.late, c.missed]
        assert line[9] == ("" if c.share_kept is None else pytest.approx(c.share_kept))
        assert line[12:15] == [load.red, load.amber, load.green]
    found = client.get(reverse("statements:index"), YEAR | {"q": other.number}).context["xlsx_url"]
    assert [line[0] for line in lines(found)] == [other.number]
    assert page.context["xlsx_url"].replace("&amp;", "&") in page.content.decode().replace("&amp;", "&")


def test_presets_are_calendar_periods_in_the_contracts_zone():
    today = date(2026, 3, 4)
    whole = year_of(date(2025, 1, 1))
    assert read_period({}, today, whole) == (month_of(today), "month")
    assert read_period({"preset": "last_month"}, today, whole)[0] == month_of(date(2026, 2, 1))
    assert read_period({"preset": "all"}, today, whole) == (whole, "all")
    assert read_period({"from": "2026-03-01", "to": "2026-03-31"}, today, whole) == (month_of(today), "month")


def test_the_command_prints_what_the_page_shows(capsys, tmp_path, contract):
    assert main(["statement", contract.number, "--from", YEAR["from"], "--to", YEAR["to"], "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["totals"]["total"] == len(told["instances"])
    out = tmp_path / "out.xlsx"
    assert (
        main(["statement", contract.number, "--from", YEAR["from"], "--to", YEAR["to"], "--xlsx", str(out)])
        == 0
    )
    assert python_calamine.load_workbook(str(out)).sheet_names[0] == "履约报告"
    assert main(["statement", contract.number, "--from", YEAR["from"], "--to", YEAR["to"]]) == 0
    assert str(told["totals"]["promised"]) in capsys.readouterr().out
    march = ["statement", contract.number, "--from", "2026-03-01", "--to", "2026-03-31", "--against"]
    assert main([*march, "previous", "--json"]) == 0
    held = json.loads(capsys.readouterr().out)["comparison"]
    assert held["against"] == {"from": "2026-02-01", "to": "2026-02-28"}
    assert main([*march, "2026-02-01..2026-02-28"]) == 0
    lines = capsys.readouterr().out.partition("against 2026-02-01")[2].splitlines()
    assert len(lines) == 3 + len(held["promises"])
    assert all(one["text"] in line for one, line in zip(held["promises"], lines[2:], strict=False))
    assert main([*march, "previous", "--xlsx", str(out)]) == 0
    assert "对比" in python_calamine.load_workbook(str(out)).sheet_names
    assert main([*march, "never"]) == 2
    assert main(["statement", "no such contract"]) == 1
    assert main(["statement", contract.number, "--from", "2026-02-01", "--to", "2026-01-01"]) == 2
    assert main(["statement", contract.number, "--from", "yesterday"]) == 2


def test_the_answered_share_leads_to_the_calls_that_it_counts(client, manager):
    with scope(Scope.everything()):
        of = make.contract("regional-video")
        line = hotline.add_line(
            name="热线", number="4008001", hours={"kind": "always"}, actor=None, now=make.NOW
        )
        for number in range(4):
            at = make.NOW + timedelta(minutes=number)
            hotline.record_call(
                number=f"1380000{number:04d}", answered=number > 0, contract_id=of.pk, line_id=line.pk, actor=None,
                at=at, now=at,
            )  # fmt: skip
        customer = make.person("customer")
        contracts.give_access(of.pk, person=customer, role="customer", actor=None, now=make.NOW)
    month = {"from": f"{make.NOW:%Y-%m}-01", "to": f"{make.NOW:%Y-%m}-28"}
    page = get(client, manager, of, **month).content.decode()
    assert "75%" in page and "低于承诺" in page
    where = re.search(r'href="(/calls/\?contract=[^"]*kind=counted)"', page)[1].replace("&amp;", "&")
    calls = client.get(where).content.decode()
    assert all(f"1380000{number:04d}" in calls for number in range(4))
    lost = client.get(where.replace("counted", "lost")).content.decode()
    assert "13800000000" in lost and "13800000001" not in lost
    told = get(client, manager, of, format="json", **month).json()["measured"][0]
    assert (told["numerator"], told["denominator"], told["kept"]) == (3, 4, False)
    # The customer sees the figures; the firm's register of calls is not his.
    his = get(client, customer, of, **month).content.decode()
    assert "75%" in his and "/calls/?" not in his


def test_a_period_is_held_against_another_clause_by_clause(
    client, manager, contract, django_assert_max_num_queries
):
    plain = get(client, manager, contract, **YEAR)
    assert plain.context["comparison"] is None and "against=last_year" in plain.content.decode()
    with scope(Scope.everything()):
        march = {"from": "2026-03-01", "to": "2026-03-31"}
    page = get(client, manager, contract, **march, against="previous")
    with django_assert_max_num_queries(32):
        client.get(reverse("statements:statement", args=[contract.pk]), march | {"against": "previous"})
    told = page.context["comparison"]
    february = queries.statement_of
    with scope(Scope.everything()):
        here = february(contract.pk, month_of(date(2026, 3, 1)), now=timezone.now())
        there = february(contract.pk, month_of(date(2026, 2, 1)), now=timezone.now())
    for row in here.rows:
        if row.counts.total or dict(here.earlier).get(row.key):
            line = next(one for one in told.lines if one.place[1] == row.key.promise)
            earlier = next(one.counts for one in there.rows if one.key == row.key)
            assert (line.change.now, line.change.before) == (row.counts, earlier)
    assert any(line.change.now.decided and line.change.before.total for line in told.lines)
    text = page.content.decode()
    assert any(word in text for word in ("变好", "变差", "持平", "只有本期"))
    # The same as files, and the links to them keep what is held against.
    assert "against=previous" in page.context["json_url"] and "against=previous" in page.context["xlsx_url"]
    data = get(client, manager, contract, **march, against="previous", format="json").json()
    assert data["comparison"]["against"] == {"from": "2026-02-01", "to": "2026-02-28"}
    assert len(data["comparison"]["promises"]) == len(told.lines)
    assert {one["trend"] for one in data["comparison"]["promises"]} == {
        str(line.change.trend) for line in told.lines
    }
    book = python_calamine.load_workbook(
        io.BytesIO(get(client, manager, contract, **march, against="previous", format="xlsx").content)
    )
    assert len(book.get_sheet_by_name("对比").to_python()) == len(told.lines) + 4
    assert "comparison" not in get(client, manager, contract, **march, format="json").json()
    # The same over REST.
    over_rest = f"/api/v1/statements/{contract.pk}"
    assert client.get(over_rest, march | {"against": "previous"}).json()["comparison"] == data["comparison"]
    assert "comparison" not in client.get(over_rest, march).json()
    wrong = client.get(over_rest, march | {"against": "never"})
    assert (wrong.status_code, wrong.json()["facts"]["field"]) == (422, "against")


def test_a_year_ago_and_days_of_ones_own_can_be_held_against(client, manager, quiet_contract):
    march = {"from": "2026-03-01", "to": "2026-03-31"}
    page = get(client, manager, quiet_contract, **march, against="last_year")
    assert page.context["comparison"].against == month_of(date(2025, 3, 1))
    assert page.context["before_word"] == "去年同期" and "两段时间都没有计入的承诺" in page.content.decode()
    own = get(client, manager, quiet_contract, **march, against="2025-06-01..2025-06-30")
    assert own.context["comparison"].against == month_of(date(2025, 6, 1))
    for bad in ("never", "2025-06-31..2025-07-01", "2025-06-02..2025-06-01", ".."):
        assert get(client, manager, quiet_contract, **march, against=bad).status_code == 422

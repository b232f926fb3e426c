"""The database counts what the domain counts, within the wall, in few queries."""

import itertools
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from luyue.contracts import actions as contract_actions
from luyue.desk import actions as desk
from luyue.desk.models import Clock
from luyue.domain import statement as reckoning
from luyue.domain.plan.execution import executable
from luyue.domain.statement import Counts, Key, Outcome, Period, month_of, year_of
from luyue.hotline import actions as hotline
from luyue.ledger.wall import Scope, scope
from luyue.measures import actions as measures
from luyue.measures.models import Turn
from luyue.obligations import actions as planning
from luyue.statements import entitlements, obligations, overview, queries, quotas, staffing
from tests import factories as make

MARCH = month_of(date(2026, 3, 1))
END = datetime(2026, 4, 1, tzinfo=UTC)


def busy_contract():
    """A contract with cases in every state: kept, late, missed, running, waived, cancelled, waiting."""
    contract = make.contract()
    start = datetime(2026, 2, 25, 1, tzinfo=UTC)
    for number in range(16):
        at = start + timedelta(hours=41 * number)
        case = make.case(contract, at, severity=("normal", "serious")[number % 2])
        step = number % 8
        later = [at + timedelta(minutes=minutes) for minutes in (30, 90, 400, 900)]
        if step != 7:
            desk.triage_case(case.pk, actor=None, at=later[0], now=later[0], onsite=step % 2 == 0)
        if step == 0:
            make.resolved(case, timedelta(minutes=60))  # without a visit
        elif step == 1:
            desk.cancel_case(case.pk, actor=None, at=later[1], now=later[1], reason="重复")
        elif step == 2:
            desk.pause_case(
                case.pk, actor=None, at=later[1], now=later[1], reason="cooperation", note="等门禁"
            )
        elif step == 3:
            desk.change_severity(
                case.pk, severity="urgent", reason="扩大", actor=None, at=later[1], now=later[1]
            )
        elif step in (4, 5, 6):
            desk.arrive(case.pk, actor=None, at=later[1], now=later[1])
            make.resolved(case, timedelta(minutes=(200, 900, 3000)[step - 4]))
        if step == 6:
            desk.excuse_clock(case.pk, promise=case.clocks.exclude(started_at=None).order_by("id")[0].promise,
                              reason="台风", evidence="公告", agreed_by="李科长", actor=None, at=at + timedelta(days=3),
                              now=at + timedelta(days=3))  # fmt: skip
    return contract


def counted_by_hand(contract_id: int, period: Period, now: datetime) -> Counter[tuple[Key, int, Outcome]]:
    """Every clock of the contract, one by one, with nothing but the domain."""
    start, end = period.bounds(queries.ZONE)
    months = [month.bounds(queries.ZONE)[0] for month in period.months()]
    found: Counter[tuple[Key, int, Outcome]] = Counter()

    def s(at: datetime | None) -> int | None:
        return None if at is None else int(at.timestamp())

    for clock in Clock.objects.filter(contract_id=contract_id).select_related("case"):
        at = reckoning.belongs_at(s(clock.due_at), s(clock.started_at), s(clock.case.reported_at))
        if start <= at < end:
            what = reckoning.outcome(clock.result, s(clock.due_at), s(clock.stopped_at), int(now.timestamp()))
            found[
                Key(clock.plan_version_id, clock.promise), sum(at >= first for first in months) - 1, what
            ] += 1
    return found


@pytest.mark.parametrize(
    "period",
    [MARCH, month_of(date(2026, 2, 1)), year_of(MARCH.first), Period(date(2026, 2, 26), date(2026, 3, 7))],
)
def test_the_database_counts_what_a_walk_through_all_clocks_counts(everything, period):
    contract = busy_contract()
    busy_contract()  # another one, which must not be counted
    statement = queries.statement_of(contract.pk, period, now=END)
    counted: Counter[tuple[Key, int, Outcome]] = Counter()
    for row in statement.rows:
        for index, counts in enumerate(row.months):
            for one in Outcome:
                if number := getattr(counts, one):
                    counted[row.key, index, one] = number
    by_hand = counted_by_hand(contract.pk, period, END)
    assert counted == by_hand
    assert statement.totals.total == sum(by_hand.values())
    assert queries.instances(contract.pk, period, now=END).count() == statement.totals.total
    for one in Outcome:
        assert queries.instances(contract.pk, period, now=END, outcome=one).count() == getattr(
            statement.totals, one
        )


def test_every_outcome_occurs_so_that_the_comparison_means_something(everything):
    totals = queries.statement_of(busy_contract().pk, year_of(MARCH.first), now=END).totals
    assert [one for one in Outcome if one not in (Outcome.RUNNING,) and not getattr(totals, one)] == []


def test_used_shares_are_those_of_the_stopped_clocks(everything):
    contract = busy_contract()
    statement = queries.statement_of(contract.pk, MARCH, now=END)
    start, end = queries.moments(MARCH)
    stopped = Clock.objects.filter(
        contract_id=contract.pk,
        due_at__gte=start,
        due_at__lt=end,
        result__in=["met", "breached"],
        stopped_at__isnull=False,
    )
    shares = Counter(
        reckoning.used_percent(*(int(at.timestamp()) for at in (one.started_at, one.due_at, one.stopped_at)))
        for one in stopped
    )
    assert dict(statement.used) == dict(shares)


def test_a_clock_past_due_is_missed_before_the_sweep_has_come_by(everything):
    contract = make.contract()
    make.case(contract)
    in_time, too_late = (
        queries.statement_of(contract.pk, MARCH, now=make.NOW + timedelta(hours=hours)).totals
        for hours in (1, 900)
    )
    assert (in_time.missed, in_time.running) == (0, in_time.promised)
    assert (too_late.running, too_late.missed) == (0, in_time.running)


def test_promises_in_force_have_rows_of_zeros_and_the_rest_is_listed_as_not_executed(everything):
    contract = make.contract()
    statement = queries.statement_of(contract.pk, MARCH, now=END)
    rest = queries.not_executed(contract.pk, MARCH)
    plan = rest[0][0].plan
    assert statement.rows
    assert statement.totals == Counts()
    owed = obligations.statement_of(contract.pk, MARCH, now=END)
    assert owed.rows and owed.totals == Counts()
    people = staffing.statement_of(contract.pk, MARCH, now=END)
    measured = {promise.id for promise in plan.quotas if executable(promise).status == "runs"}
    rights = entitlements.statement_of(contract.pk, MARCH, now=END)
    assert rights.rows and rights.totals == Counts()
    listed = (
        len(statement.rows) + len(owed.rows) + len(people.rows) + len(measured) + len(rights.rows) + len(rest)
    )
    assert listed == len(plan.promises)
    assert {status for *_, status in rest} == {"asks", "declared"}


def test_the_period_is_judged_by_the_plan_versions_in_force_in_it(everything):
    contract = make.contract()
    other = make.plan_version("software-maintenance")
    contract_actions.bind_plan(
        contract.pk, version=other, effective_on=date(2026, 3, 15), actor=None, now=make.NOW
    )
    february, march, april = (month_of(date(2026, month, 1)) for month in (2, 3, 4))
    versions = [
        {row.plan_version_id for row in queries.bindings_in(contract.pk, one)}
        for one in (february, march, april)
    ]
    assert [len(one) for one in versions] == [1, 2, 1]
    assert versions[2] == {other.pk}


def test_a_statement_takes_the_same_few_queries_for_any_number_of_clocks(
    everything, django_assert_max_num_queries
):
    contract = busy_contract()
    queries.statement_of(contract.pk, MARCH, now=END)
    with django_assert_max_num_queries(4):
        queries.statement_of(contract.pk, MARCH, now=END)


def test_evidence_names_the_event_that_stopped_each_clock(everything, django_assert_num_queries):
    contract = busy_contract()
    clocks = list(queries.instances(contract.pk, year_of(MARCH.first), now=END))
    with django_assert_num_queries(1):
        evidence = queries.evidence_of(clocks)
    stopped = [clock for clock in clocks if clock.stopped_at]
    assert stopped
    assert {clock.pk for clock in stopped} <= set(evidence)
    for clock in stopped:
        if clock.result != "waived":
            assert evidence[clock.pk].at <= clock.stopped_at
    waived = [clock for clock in clocks if clock.result == "waived"]
    assert {evidence[clock.pk].kind for clock in waived} == {"case.excused"}
    assert {(evidence[clock.pk].reason, evidence[clock.pk].agreed_by) for clock in waived} == {
        ("台风", "李科长")
    }
    assert {evidence[clock.pk].reason for clock in stopped if clock.result != "waived"} == {""}


def test_behind_the_wall_another_contract_counts_nothing(db):
    with scope(Scope.everything()):
        mine, other = busy_contract(), busy_contract()
    with scope(Scope.of([mine.pk])):
        assert queries.statement_of(other.pk, MARCH, now=END).totals == Counts()
        assert queries.statement_of(mine.pk, MARCH, now=END).totals.total > 0
        assert set(overview.overview(MARCH, now=END).contracts) == {mine.pk}
        assert set(overview.loads(None, END)) == {mine.pk}
        assert overview.records(other.pk, END) == {}


def test_loads_count_open_clocks_by_colour(everything):
    contract = make.contract()
    for minutes in (0, 200, 390):
        make.case(contract, make.NOW + timedelta(minutes=minutes), severity="normal")
    load = overview.loads([contract.pk], make.NOW + timedelta(minutes=400))[contract.pk]
    open_clocks = Clock.objects.filter(contract=contract, result__in=["running", "breached"], stopped_at=None)
    assert load.cases == 3
    assert load.red + load.amber + load.green == open_clocks.count()
    assert load.red == open_clocks.filter(due_at__lt=make.NOW + timedelta(minutes=400)).count() > 0
    assert load.colour == "breached"


def test_the_overview_sums_the_statements_of_all_contracts(everything):
    first, second = busy_contract(), busy_contract()
    whole = overview.overview(MARCH, now=END)
    for one in (first, second):
        assert whole.contracts[one.pk] == queries.statement_of(one.pk, MARCH, now=END).totals
    assert sum((c for c in whole.months), Counts()) == whole.totals
    own = overview.overview(MARCH, now=END, contract_ids=[first.pk])
    assert own.contracts == {first.pk: own.totals} == {first.pk: whole.contracts[first.pk]}
    assert own.worst and {contract for contract, *_rest in own.worst} == {first.pk}


@pytest.mark.parametrize(
    "period", [MARCH, year_of(MARCH.first), Period(date(2026, 2, 20), date(2026, 3, 31))]
)
def test_the_overview_adds_up_every_kind_of_promise_and_tells_the_worst(everything, period):
    for _ in range(2):
        busy_contract()
    duties = make.contract("police-information", delivery_on=date(2026, 1, 1))
    planning.plan_contract(duties.pk, now=make.NOW, since=date(2026, 1, 1))
    measures.reckon_contract(duties.pk, now=END, since=date(2026, 1, 1))
    contracts: Counter[tuple[int, Outcome]] = Counter()
    months: Counter[tuple[int, Outcome]] = Counter()
    promises: dict[tuple[int, Key], Counter[Outcome]] = {}
    kinds = [one.tally(period, END) for one in (queries, obligations, staffing, quotas, entitlements)]
    for contract, key, month, what, number in itertools.chain(*kinds):
        contracts[contract, what] += number
        months[month, what] += number
        promises.setdefault((contract, key), Counter())[what] += number
    assert all(kinds[:2]) and len({contract for contract, _what in contracts}) == 3
    found = overview.overview(period, now=END)
    assert {
        (key, what): n for key, of in found.contracts.items() for what in Outcome if (n := getattr(of, what))
    } == contracts
    assert {
        (at, what): n for at, of in enumerate(found.months) for what in Outcome if (n := getattr(of, what))
    } == months
    broken = sorted(
        ((-of[Outcome.LATE] - of[Outcome.MISSED], -of[Outcome.MISSED], *pair), Counts.of(of))
        for pair, of in promises.items() if of[Outcome.LATE] + of[Outcome.MISSED]
    )  # fmt: skip
    assert [(contract, key, counts) for contract, key, counts in found.worst] == [
        (contract, key, counts) for (_broken, _missed, contract, key), counts in broken[: overview.WORST]
    ]
    assert len(broken) > 3


def test_periods_of_quotas_are_counted_by_their_last_day(everything):
    of = make.contract()
    version = of.bindings.get().plan_version
    states = {
        "kept": "kept", "missed": "missed", "waived": "waived", "nothing": "not_applicable", "no_data": "not_started",
    }  # fmt: skip
    turns = [(date(2026, 2, 28), state, word) for state, word in states.items()]
    # One that still runs, and one that has ended since it was reckoned.
    turns += [(date(2026, 4, 1), "open", "running"), (date(2026, 3, 31), "open", "not_started")]
    for number, (last, state, _word) in enumerate(
        [*turns, (date(2026, 1, 31), "kept", ""), (date(2026, 5, 1), "kept", "")]
    ):
        Turn.objects.create(
            contract=of, plan_version=version, promise=f"quota-{number}", measure="x", first=last.replace(day=1),
            last=last, state=state, kept=1,
        )  # fmt: skip
    period = Period(date(2026, 2, 1), date(2026, 4, 30))
    assert sorted(quotas.tally(period, END, of.pk)) == [
        (of.pk, Key(version.pk, f"quota-{number}"), last.month - 2, Outcome(word), 1)
        for number, (last, _state, word) in enumerate(turns)
    ]


def test_counting_stays_within_the_indexes(everything):
    """A column that is asked for besides would send every count of a firm to the rows, ten times as slow."""
    busy_contract()
    given = queries.given(year_of(MARCH.first), END)
    for sql, index in ((queries.TALLY, "clock_contract_due"), (obligations.TALLY, "obligation_due")):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {queries.among(sql)}", given)
            plan = "\n".join(line for (line,) in cursor)
        assert f"Index Only Scan using {index}" in plan, plan


def test_the_answered_share_of_the_hotline_is_reckoned_month_by_month_against_what_was_promised(db):
    with scope(Scope.everything()):
        of = make.contract("regional-video")
        line = hotline.add_line(
            name="热线", number="4008001", hours={"kind": "always"}, actor=None, now=make.NOW
        )
        told = [(3, 5, True)] * 9 + [(3, 5, False)] + [(2, 11, True), (2, 12, False), (1, 9, True)]
        for number, (month, day, answered) in enumerate(told):
            at = datetime(2026, month, day, 3, number, tzinfo=UTC)
            hotline.record_call(
                number=f"1380000{number:04d}", answered=answered, contract_id=of.pk, line_id=line.pk, actor=None,
                at=at, now=at,
            )  # fmt: skip
        [one] = queries.measured(of.pk, Period(date(2026, 1, 1), date(2026, 4, 30)))
        assert (one.quota.id, one.at_least) == ("answer-rate", 90)
        assert [(month.month, share.answered, share.denominator) for month, share in one.months] == [
            (1, 1, 1), (2, 1, 2), (3, 9, 10), (4, 0, 0),
        ]  # fmt: skip
        assert one.judged == (2, 3)  # a month without a call is neither kept nor broken
        left = [promise.id for _plan, promise, _status in queries.not_executed(of.pk, MARCH)]
        assert "answer-rate" not in left
        # The clocks' totals are theirs alone.
        assert queries.statement_of(of.pk, MARCH, now=END).totals == Counts()


def test_an_answered_share_with_periods_of_its_own_stands_in_a_statement_once(everything):
    of = make.contract("regional-video")
    for number in range(10):
        at = datetime(2026, 3, 5, 3, number, tzinfo=UTC)
        hotline.record_call(
            number=f"1380000{number:04d}", answered=True, contract_id=of.pk, actor=None, at=at, now=at
        )
    assert queries.measured(of.pk, MARCH) and not quotas.rows(of.pk, MARCH)
    measures.reckon_contract(of.pk, now=END + timedelta(hours=1), since=MARCH.first)
    assert not queries.measured(of.pk, MARCH)
    assert [row.kept for row in quotas.rows(of.pk, MARCH) if row.quota.id == "answer-rate"] == [1]

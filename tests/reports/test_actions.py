"""The life of a report, on the database."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, transaction

from luyue.domain.refusals import BadInput, FourEyes, IllegalMove, NotAllowed, StaleVersion
from luyue.domain.reports.kinds import KINDS
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope
from luyue.notices.models import Message
from luyue.obligations.models import Obligation
from luyue.reports import actions, jobs, queries
from luyue.reports.actions import HazardFacts, Wanted
from luyue.reports.actions.bulk import draft_next
from luyue.reports.models import Delivery, Hazard, Report
from luyue.service_forms import queries as forms
from luyue.service_forms.tokens import token_of
from tests import factories
from tests.reports.conftest import JUNE, MAY, member


def figures(one: Report, section: str, language: str = "zh") -> dict[str, str]:
    found = next(part for part in one.sections if part["key"] == section)
    return {name: value for block in found["blocks"][language] for name, value in block["rows"]}


def kinds_of_events(one: Report) -> list[str]:
    return list(
        Event.objects.filter(subject_kind="report", subject_id=one.pk)
        .order_by("pk")
        .values_list("kind", flat=True)
    )


def test_a_draft_counts_what_happened_in_its_days(draft, faults, contract):
    factories.case(contract, JUNE, title="六月的", severity="fault")
    one = draft()
    told = figures(one, "summary")
    assert told["受理"] == "5" and told["解决"] == "3" and told["期末未解决"] == "2"
    assert told["平均解决用时"] == "2.0 小时"
    assert figures(one, "summary", "en")["Mean time to solve"] == "2.0 h"
    assert "5 件" in one.sections[0]["text"]["zh"] and "5 cases" in one.sections[0]["text"]["en"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_can_be_drafted_with_little_and_with_nothing(kind, contract, writer, faults):
    case = factories.case(contract, JUNE - timedelta(days=1), severity="fault") if KINDS[kind].about else None
    wanted = Wanted(contract.pk, kind, *MAY, case_id=case.pk if case else None)
    one = actions.draft_report(wanted, actor=writer, now=JUNE)
    assert [part["key"] for part in one.sections] == [part.key for part in KINDS[kind].sections]
    empty = factories.contract("regional-video")
    other = factories.case(empty, JUNE - timedelta(days=1), severity="fault") if case else None
    wanted = Wanted(empty.pk, kind, *MAY, case_id=other.pk if other else None)
    assert actions.draft_report(wanted, actor=writer, now=JUNE).pk != one.pk


def test_the_same_is_drafted_once_and_takes_its_obligation_along(draft, owed):
    asked = owed("report.fault_summary")
    one = draft()
    assert one.obligation == asked and one.due_at == asked.due_at and one.clause
    assert draft().pk == one.pk


def test_refused_drafts(contract, writer, customer):
    def wanted(kind="fault_summary", first=MAY[0], last=MAY[1], case=None):
        return Wanted(contract.pk, kind, first, last, case)

    for bad, field in (
        (wanted("poem"), "kind"),
        (wanted(last=date(2026, 4, 1)), "last"),
        (wanted(first=date(2026, 7, 1), last=date(2026, 7, 31)), "last"),
        (wanted("major_fault"), "case"),
        (wanted("major_fault", case=factories.case(factories.contract()).pk), "case"),
    ):
        with pytest.raises(BadInput) as refusal:
            actions.draft_report(bad, actor=writer, now=JUNE)
        assert refusal.value.facts["field"] == field
    with pytest.raises(NotAllowed):
        actions.draft_report(wanted(), actor=customer, now=JUNE)


def test_by_itself_what_is_owed_is_drafted_once_when_its_days_are_over(owed, contract, lead, faults):
    asked = owed("report.fault_summary")
    mine = queries.owed(JUNE, since=JUNE - timedelta(days=45)).filter(pk=asked.pk)
    assert mine.exists()
    assert actions.draft_owed(asked, now=asked.opens_at + timedelta(hours=1)) is None
    one = actions.draft_owed(asked, now=JUNE)
    assert one is not None and (one.first, one.last) == MAY and one.made_by is None
    assert Message.objects.filter(person=lead, kind="report.drafted").exists()
    assert not mine.exists()


def test_the_job_drafts_for_each_obligation_and_tells_of_the_late(owed, contract, lead):
    owed("report.fault_summary")
    assert jobs.draft_what_is_owed(JUNE) > 3
    assert jobs.draft_what_is_owed(JUNE) == 0
    one = Report.objects.get(kind="fault_summary", first=MAY[0])
    later = max(JUNE, one.due_at) + timedelta(days=1)
    assert jobs.tell_what_is_late(later) >= 1
    assert jobs.tell_what_is_late(later) == 0
    assert Message.objects.filter(person=lead, kind="report.late").exists()


def test_a_fault_report_is_drafted_for_its_case(contract, writer, lead):
    from luyue.obligations.actions.raising import follow_event

    case = factories.resolved(
        factories.case(contract, JUNE - timedelta(days=1), severity="fault"), timedelta(hours=3)
    )
    event = Event.objects.filter(subject_kind="case", subject_id=case.pk, kind="case.resolved").get()
    follow_event(event.pk, now=JUNE)
    asked = Obligation.objects.get(case=case, owe="report.fault")
    one = actions.draft_owed(asked, now=JUNE)
    assert one is not None and one.case == case and one.kind == "fault"
    assert next(part for part in one.sections if part["key"] == "cause")["text"]["zh"] == "接头松动"


def test_own_words_stay_when_figures_are_refreshed_and_the_difference_is_told(
    draft, faults, contract, writer
):
    one = draft()
    actions.write_section(one.pk, "advice", zh="更换老化线缆。", en="", revision=1, actor=writer, now=JUNE)
    factories.case(contract, JUNE - timedelta(days=4), title="补录的", severity="fault")
    changes = actions.refresh_report(one.pk, actor=writer, now=JUNE)
    assert ("受理", "5", "6") in [(change.what, change.before, change.after) for change in changes]
    one.refresh_from_db()
    assert next(part for part in one.sections if part["key"] == "advice")["text"]["zh"] == "更换老化线缆。"
    assert figures(one, "summary")["受理"] == "6"


def test_nobody_overwrites_unseen_words(draft, writer):
    one = draft()
    actions.write_section(one.pk, "advice", zh="一", en="", revision=1, actor=writer, now=JUNE)
    with pytest.raises(StaleVersion):
        actions.write_section(one.pk, "advice", zh="二", en="", revision=1, actor=writer, now=JUNE)
    actions.write_section(one.pk, "summary", zh="  ", en="", revision=2, actor=writer, now=JUNE)
    one.refresh_from_db()
    assert one.sections[0]["text"] == one.sections[0]["said"]


def test_what_has_to_be_said_is_asked_for(draft, writer):
    one = draft("optimisation")
    with pytest.raises(BadInput) as refusal:
        actions.submit_report(one.pk, actor=writer, now=JUNE)
    assert refusal.value.facts["field"] == "section"


def test_another_pair_of_eyes_approves(draft, lead, writer):
    one = draft()
    actions.write_section(one.pk, "advice", zh="我写的", en="", revision=1, actor=lead, now=JUNE)
    actions.submit_report(one.pk, actor=writer, now=JUNE)
    with pytest.raises(FourEyes):
        actions.approve_report(one.pk, actor=lead, now=JUNE)
    actions.return_report(one.pk, reason="数字不对", actor=lead, now=JUNE)
    one.refresh_from_db()
    assert one.is_draft and one.remarks.get().back
    with pytest.raises(NotAllowed):
        actions.approve_report(one.pk, actor=writer, now=JUNE)
    with pytest.raises(IllegalMove):
        actions.issue_report(one.pk, actor=lead, now=JUNE)


def test_an_issue_numbers_delivers_and_keeps_the_promise(draft, issue, owed, customer):
    asked = owed("report.fault_summary")
    one = issue(draft())
    assert one.number.endswith("-GZ-2026-001") and one.version == 1 and len(one.digest) == 64
    assert Delivery.objects.get(report=one).person == customer
    assert Message.objects.filter(person=customer, kind="report.issued").exists()
    asked.refresh_from_db()
    assert asked.state in ("done", "done_late")
    assert asked.records.get().source_kind == "report"
    assert kinds_of_events(one) == ["report.drafted", "report.submitted", "report.approved", "report.issued"]


def test_the_customer_opens_and_confirms(draft, issue, customer, lead):
    one = issue(draft())
    actions.open_report(one.pk, actor=customer, now=JUNE + timedelta(hours=1))
    actions.open_report(one.pk, actor=customer, now=JUNE + timedelta(hours=2))
    assert Delivery.objects.get(report=one).opened_at == JUNE + timedelta(hours=1)
    actions.confirm_report(one.pk, actor=customer, now=JUNE + timedelta(hours=3))
    with pytest.raises(IllegalMove):
        actions.ask_correction(one.pk, wish="x", actor=customer, now=JUNE + timedelta(hours=4))
    assert Message.objects.filter(person=lead, kind="report.answered").exists()


def test_a_correction_is_a_new_version_and_the_old_one_stays(draft, issue, customer, writer, lead):
    one = issue(draft())
    actions.ask_correction(one.pk, wish="漏了一件", actor=customer, now=JUNE)
    new = actions.correct_report(one.pk, reason="漏了一件", actor=writer, now=JUNE)
    with pytest.raises(IllegalMove):
        actions.correct_report(one.pk, reason="再改", actor=writer, now=JUNE)
    actions.write_section(new.pk, "advice", zh="已补上", en="", revision=1, actor=writer, now=JUNE)
    new = issue(Report.objects.get(pk=new.pk))
    one.refresh_from_db()
    assert (new.number, new.version, new.corrects_id) == (one.number, 2, one.pk)
    assert one.replaced_at is not None and new.digest != one.digest
    assert [row.version for row in queries.versions_of(new, to=customer)] == [2, 1]
    with Scope.everything().entered():
        assert forms.verified(token_of(one.pk, "report")).verdict == "superseded"
        assert forms.verified(token_of(new.pk, "report")).verdict == "genuine"


@pytest.mark.parametrize(
    "name, value", [("sections", []), ("digest", "0" * 64), ("number", "x"), ("state", "draft")]
)
def test_the_database_refuses_to_change_an_issued_report(draft, issue, name, value):
    one = issue(draft())
    with pytest.raises(ProgrammingError, match="frozen"), transaction.atomic():
        Report.objects.filter(pk=one.pk).update(**{name: value})
    with pytest.raises(ProgrammingError, match="frozen"), transaction.atomic():
        Report.objects.filter(pk=one.pk).delete()


def test_a_draft_can_be_deleted_and_is_drafted_anew(draft, owed, writer):
    owed("report.fault_summary")
    one = draft()
    actions.discard_report(one.pk, actor=writer, now=JUNE)
    assert draft().pk != one.pk


def test_open_hazards_are_carried_into_the_next_report(draft, contract, writer, issue):
    facts = HazardFacts("机房空调老化", "high", "每周清洗滤网", "备用风机 2 台", writer.pk, date(2026, 6, 30))
    one = actions.add_hazard(contract.pk, facts, found_on=date(2026, 5, 3), actor=writer, now=JUNE)
    gone = actions.add_hazard(contract.pk, facts, found_on=date(2026, 5, 3), actor=writer, now=JUNE)
    actions.end_hazard(gone.pk, ended_on=date(2026, 5, 20), end="已更换", actor=writer, now=JUNE)
    rows = risks(draft("risk"))
    assert [(row[0], row[7]) for row in rows] == [("YH-001", "未消除"), ("YH-002", "2026-05-20 已更换")]
    later = JUNE + timedelta(days=31)
    june = actions.draft_report(
        Wanted(contract.pk, "risk", date(2026, 6, 1), date(2026, 6, 30)), actor=writer, now=later
    )
    assert [row[0] for row in risks(june)] == ["YH-001"]
    assert rows[0][3:7] == ["每周清洗滤网", "备用风机 2 台", "孙岩", "2026-06-30"]
    with pytest.raises(IllegalMove):
        actions.end_hazard(gone.pk, ended_on=date(2026, 5, 21), end="x", actor=writer, now=JUNE)
    with pytest.raises(StaleVersion):
        actions.change_hazard(one.pk, facts, revision=7, actor=writer, now=JUNE)


def risks(one: Report) -> list[list[str]]:
    return next(part for part in one.sections if part["key"] == "risks")["blocks"]["zh"][0]["rows"]


@pytest.mark.parametrize("what", ["what", "prevention", "person_id", "due_on", "level"])
def test_a_hazard_without_its_parts_is_refused(contract, writer, customer, what):
    bad = {"what": " ", "prevention": "", "person_id": customer.pk, "due_on": date(2020, 1, 1), "level": "x"}[
        what
    ]
    known = {
        "what": "a",
        "level": "low",
        "prevention": "b",
        "parts": "",
        "person_id": writer.pk,
        "due_on": date(2027, 1, 1),
    }
    with pytest.raises(BadInput):
        actions.add_hazard(contract.pk, HazardFacts(**{**known, what: bad}), actor=writer, now=JUNE)
    assert not Hazard.objects.exists()


def test_a_run_drafts_contract_by_contract_and_goes_on_where_it_was(contract, lead):
    others = [factories.contract("regional-video") for _ in range(2)]
    manager = factories.person("manager")
    run = actions.start_run("fault_summary", *MAY, actor=manager, now=JUNE, defer=False)
    assert set(run.contracts) == {contract.pk, *(one.pk for one in others)}
    while draft_next(run.pk, now=JUNE):
        pass
    run.refresh_from_db()
    assert (run.done, run.made, run.failed) == (3, 3, 0) and run.ended_at is not None
    again = actions.start_run("fault_summary", *MAY, actor=manager, now=JUNE, defer=False)
    while draft_next(again.pk, now=JUNE):
        pass
    again.refresh_from_db()
    assert (again.done, again.made) == (3, 0)
    with pytest.raises(BadInput):
        actions.start_run("major_fault", *MAY, actor=manager, now=JUNE)


def test_drafting_asks_as_often_for_many_cases_as_for_few(
    draft, contract, writer, django_assert_max_num_queries, faults
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(kind):
        with CaptureQueriesContext(
            connection,
        ) as found:
            one = actions.draft_report(Wanted(contract.pk, kind, *MAY), actor=writer, now=JUNE)
        actions.discard_report(one.pk, actor=writer, now=JUNE)
        return len(found)

    kinds = [name for name, kind in KINDS.items() if not kind.about]
    few = {kind: count(kind) for kind in kinds}
    for day in range(20):
        factories.resolved(
            factories.case(contract, JUNE - timedelta(days=20, hours=day), severity="fault"),
            timedelta(hours=1),
        )
    assert {kind: count(kind) for kind in kinds} == few


def test_a_report_that_nobody_of_the_customer_can_see_is_delivered_when_somebody_opens_it(
    draft, issue, owed, contract
):
    asked = owed("report.fault_summary")
    one = issue(draft())
    asked.refresh_from_db()
    assert one.issued and asked.open and not asked.records.exists()
    reader = member(contract, "customer")
    actions.open_report(one.pk, actor=reader, now=JUNE)
    actions.open_report(one.pk, actor=reader, now=JUNE)
    asked.refresh_from_db()
    assert asked.state in ("done", "done_late") and asked.records.count() == 1

"""Planned changes: told in time, agreed to, then in force."""

from datetime import UTC, date, datetime, timedelta

import pytest

from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.hotline import actions, changes, jobs
from luyue.hotline.models import Change, Contact, Line
from luyue.ledger.models import Event
from luyue.notices.models import Message
from tests import factories
from tests.hotline.conftest import NOW, Firm, member

DAY = timedelta(days=1)
# 2026-03-04 is a Wednesday: the fifth working day after it is the 11th, the fifteenth the 25th.
FIVE, FIFTEEN = date(2026, 3, 11), date(2026, 3, 25)


@pytest.fixture
def contact(firm: Firm) -> Contact:
    return actions.add_contact(
        firm.contract.pk, region="东片区", name="张三", phone="13900000001", actor=firm.lead, now=NOW
    )


def plan(firm: Firm, contact: Contact, day: date = FIVE) -> Change:
    (made,) = changes.plan_change(
        act="change", effective_on=day, after={"name": "李四", "phone": "13900000002"}, contact_id=contact.pk,
        actor=firm.lead, now=NOW, reason="调岗",
    )  # fmt: skip
    return made


def test_the_last_day_for_the_notice_comes_from_the_plan(firm: Firm, contact: Contact) -> None:
    change = plan(firm, contact)
    assert (change.lead, change.latest_on, change.clause) == ("5 working_days", NOW.date(), "6.2.4; 8.11")
    assert change.consent_needed
    (line,) = changes.plan_change(
        act="change", effective_on=FIFTEEN, after={"number": "400-800-9999"}, line_id=firm.line.pk,
        actor=firm.operator, now=NOW,
    )  # fmt: skip
    assert (line.lead, line.latest_on) == ("15 working_days", NOW.date())


def test_told_and_agreed_it_comes_into_force_on_its_day_and_not_before(firm: Firm, contact: Contact) -> None:
    change = plan(firm, contact)
    told = changes.notify(change.pk, actor=firm.lead, now=NOW)
    assert [one["name"] for one in told.told] == ["王科长"]
    assert not told.late
    changes.consent(change.pk, actor=firm.customer, now=NOW + DAY)
    assert changes.apply_due(now=NOW + DAY) == 0
    assert Contact.objects.get(pk=contact.pk).name == "张三"
    on_the_day = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    assert changes.apply_due(now=on_the_day) == 1
    assert changes.apply_due(now=on_the_day) == 0
    assert Contact.objects.get(pk=contact.pk).name == "李四"
    assert Change.objects.get().state == "in_force"
    kinds = Event.objects.filter(subject_kind="change").order_by("id").values_list("kind", flat=True)
    assert [kind.removeprefix("hotline.change_") for kind in kinds] == [
        "planned",
        "notified",
        "consented",
        "applied",
    ]


def test_without_consent_the_day_alone_changes_nothing(firm: Firm, contact: Contact) -> None:
    change = plan(firm, contact)
    changes.notify(change.pk, actor=firm.lead, now=NOW)
    assert changes.apply_due(now=NOW + 30 * DAY) == 0
    changes.consent(change.pk, actor=firm.customer, now=NOW + 30 * DAY)
    # Late consent: in force at once.
    assert Contact.objects.get(pk=contact.pk).name == "李四"


def test_a_late_notice_needs_a_reason_and_stays_a_broken_promise(firm: Firm, contact: Contact) -> None:
    change = plan(firm, contact)
    late = NOW + 2 * DAY
    with pytest.raises(BadInput) as bad:
        changes.notify(change.pk, actor=firm.lead, now=late)
    assert bad.value.facts["field"] == "late_reason"
    told = changes.notify(change.pk, actor=firm.lead, now=late, late_reason="人员突然离职")
    assert told.late_days == 2
    event = Event.objects.get(kind="hotline.change_notified")
    assert (event.data["late_days"], event.data["promise"]) == (2, "contact-change-notice")


def test_a_contract_whose_plan_says_nothing_needs_neither_lead_nor_consent(firm: Firm) -> None:
    other = factories.contract("hardware-supply")
    lead = member(other, "project_manager")
    one = actions.add_contact(other.pk, region="北", name="甲", phone="13900000003", actor=lead, now=NOW)
    (change,) = changes.plan_change(
        act="remove", effective_on=NOW.date(), after={}, contact_id=one.pk, actor=lead, now=NOW
    )
    assert (change.latest_on, change.consent_needed) == (None, False)
    changes.notify(change.pk, actor=lead, now=NOW)
    assert changes.apply_due(now=NOW) == 1
    assert not Contact.objects.get(pk=one.pk).active


def test_a_line_of_all_contracts_changes_when_all_have_agreed(firm: Firm) -> None:
    other = factories.contract("regional-video")
    second = member(other, "customer")
    made = changes.plan_change(
        act="change", effective_on=FIFTEEN, after={"number": "400-800-9999"}, line_id=firm.line.pk,
        actor=firm.operator, now=NOW,
    )  # fmt: skip
    assert {one.contract_id for one in made} == {firm.contract.pk, other.pk}
    mine, theirs = sorted(made, key=lambda one: one.contract_id != firm.contract.pk)
    for one in made:
        changes.notify(one.pk, actor=firm.operator, now=NOW)
    changes.consent(mine.pk, actor=firm.customer, now=NOW)
    assert changes.apply_due(now=NOW + 30 * DAY) == 0
    changes.consent(theirs.pk, actor=second, now=NOW + 30 * DAY)
    line = Line.objects.get(pk=firm.line.pk)
    assert (line.number, line.plain, line.aliases) == ("400-800-9999", "4008009999", ["8001", "queue-1"])


def test_consent_for_the_customer_needs_a_name_and_evidence(firm: Firm, contact: Contact) -> None:
    change = plan(firm, contact)
    changes.notify(change.pk, actor=firm.lead, now=NOW)
    for facts in ({}, {"answered_by": "王科长"}):
        with pytest.raises(BadInput):
            changes.consent(change.pk, actor=firm.lead, now=NOW, **facts)
    done = changes.consent(change.pk, actor=firm.lead, now=NOW, answered_by="王科长", note="3 月 5 日函")
    assert done.state == "consented"


def test_a_refused_change_is_over(firm: Firm, contact: Contact) -> None:
    change = plan(firm, contact)
    changes.notify(change.pk, actor=firm.lead, now=NOW)
    changes.refuse(change.pk, actor=firm.customer, now=NOW, note="不同意换人")
    with pytest.raises(IllegalMove):
        changes.consent(change.pk, actor=firm.customer, now=NOW)
    assert changes.apply_due(now=NOW + 30 * DAY) == 0


def test_only_leads_plan_and_only_customers_or_leads_answer(firm: Firm, contact: Contact) -> None:
    with pytest.raises(NotAllowed):
        changes.plan_change(
            act="remove", effective_on=FIVE, after={}, contact_id=contact.pk, actor=firm.engineer, now=NOW
        )
    change = plan(firm, contact)
    changes.notify(change.pk, actor=firm.lead, now=NOW)
    with pytest.raises(NotAllowed):
        changes.consent(change.pk, actor=firm.engineer, now=NOW, answered_by="x", note="y")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"effective_on": date(2026, 3, 3)}, "effective_on"),
        ({"after": {"name": "张三"}}, "after"),
        ({"after": {"phone": "-"}}, "phone"),
        ({"act": "explode"}, "act"),
    ],
)
def test_impossible_plans_are_refused(
    firm: Firm, contact: Contact, facts: dict[str, object], field: str
) -> None:
    known = {"act": "change", "effective_on": FIVE, "after": {"name": "李四"}, "contact_id": contact.pk}
    with pytest.raises(BadInput) as bad:
        changes.plan_change(**known | facts, actor=firm.lead, now=NOW)
    assert bad.value.facts["field"] == field


def told(person: object) -> list[str]:
    return list(Message.objects.filter(person=person).order_by("id").values_list("kind", flat=True))


def test_people_are_told_and_reminded_once_for_each_mark(firm: Firm, contact: Contact) -> None:
    change = plan(firm, contact)
    changes.notify(change.pk, actor=firm.lead, now=NOW)
    event = Event.objects.get(kind="hotline.change_notified")
    jobs.tell_change(event.pk)
    jobs.tell_change(event.pk)
    assert told(firm.customer) == ["hotline.change_notified"]
    for day in (0, 0, 2, 7, 8, 9):
        jobs.remind(NOW + day * DAY)
    reminded = [kind for kind in told(firm.customer) if kind == "hotline.remind_notified"]
    assert (
        len(reminded) == 3
    )  # 7 days before (mark 10), 5 days before, on the day; then it is the lead's business
    assert told(firm.lead).count("hotline.remind_notified") == 4
    changes.consent(change.pk, actor=firm.customer, now=NOW)
    assert jobs.remind(NOW + 9 * DAY) == 0


def test_customers_are_told_of_a_failed_line(firm: Firm) -> None:
    actions.fail_line(firm.line.pk, actor=firm.operator, at=NOW, now=NOW)
    jobs.tell_failed(Event.objects.get(kind="hotline.failed").pk)
    message = Message.objects.get(person=firm.customer)
    assert "400-800-1234" in message.title
    assert message.link == f"/contracts/{firm.contract.pk}/hotline/"

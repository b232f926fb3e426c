"""The wall of sub-units: who is limited to one sees of a contract only what belongs to it, whatever the query."""

import pytest
from django.db import ProgrammingError, connection, transaction

from luyue.contracts import actions as contract_actions
from luyue.contracts.queries import scope_of
from luyue.desk import actions as desk
from luyue.desk.models import Case, Clock
from luyue.devices import actions as devices
from luyue.devices.models import Device, Site
from luyue.files import actions as files
from luyue.files.models import Attachment
from luyue.ledger.models import Event
from tests import factories
from tests.factories import NOW

# Behind the wall of contracts and contract-wide on purpose: what one unit may know, the other may know too.
CONTRACT_WIDE = {
    "contracts_access", "contracts_binding", "contracts_contract", "contracts_customer", "contracts_figure",
    "contracts_project", "hotline_change", "hotline_contact", "hotline_line", "knowledge_article", "knowledge_version",
    "notices_delivery", "notices_message", "service_forms_counter", "surveys_campaign",
}  # fmt: skip
# Of no contract at all: who is limited to one does not even see that there is something.
FIRMS_OWN = {
    "drafting_clause", "drafting_draft", "drafting_drafted", "drafting_sentence", "drafting_step", "foresight_foreseen",
    "foresight_foresight", "obligations_daycount",
}  # fmt: skip


def test_every_table_behind_the_wall_is_narrowed_or_contract_wide_on_purpose(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, array_agg(policyname::text) FROM pg_policies GROUP BY tablename")
        policies = dict(cursor.fetchall())
    walled = {table for table, names in policies.items() if any(name.startswith("wall") for name in names)}
    narrowed = {table for table, names in policies.items() if "units" in names}
    assert walled - narrowed == CONTRACT_WIDE | FIRMS_OWN
    assert narrowed <= walled


@pytest.fixture
def two(everything):
    """A contract with two sub-units, a site, device, case and file of each, and a person limited to the first."""
    buyer = factories.customer()
    units = [factories.customer(parent=buyer) for _ in range(2)]
    of = factories.contract(customer=buyer)
    cases = []
    for number, unit in enumerate(units):
        site = devices.add_site(of.pk, name=f"点位{number}", unit=unit, actor=None, now=NOW)
        device = devices.add_device(
            of.pk, kind="camera", name="x", serial=str(number), site=site, actor=None, now=NOW
        )
        cases.append(factories.case(of, device=device))
        files.attach(
            b"x",
            name="a.txt",
            kind="document",
            subject=("case", cases[-1].pk),
            contract_id=of.pk,
            actor=None,
            now=NOW,
        )
    person = factories.person("customer")
    contract_actions.give_access(of.pk, person=person, role="customer", unit=units[0], actor=None, now=NOW)
    return of, units, cases, person


def test_a_person_of_a_unit_sees_its_rows_only(two):
    of, _units, cases, person = two
    with scope_of(person).entered():
        assert [one.pk for one in Case.objects.all()] == [cases[0].pk]
        assert set(Clock.objects.values_list("case_id", flat=True)) == {cases[0].pk}
        assert Site.objects.count() == Device.objects.count() == Attachment.objects.count() == 1
        assert set(Event.objects.values_list("subject_kind", "subject_id")) == {("case", cases[0].pk)}
    assert Case.objects.filter(contract=of).count() == 2


def test_units_below_belong_to_it(two):
    of, units, cases, person = two
    below = factories.customer(parent=units[0])
    case = factories.case(of)
    Case.objects.filter(pk=case.pk).update(unit=below)
    with scope_of(person).entered():
        assert set(Case.objects.values_list("pk", flat=True)) == {cases[0].pk, case.pk}


def test_what_he_reports_belongs_to_his_unit_and_all_acts_work(two):
    of, units, _cases, person = two
    with scope_of(person).entered():
        case = desk.report_case(of.pk, title="大厅无图像", severity="normal", actor=person, at=NOW, now=NOW)
        assert Case.objects.get(pk=case.pk).unit_id == units[0].pk
        desk.urge_case(case.pk, actor=person, at=NOW, now=NOW, note="请尽快")
        desk.cancel_case(case.pk, reason="报错了", actor=person, at=NOW, now=NOW)
        assert Case.objects.get(pk=case.pk).state == "cancelled"


def test_he_cannot_write_into_another_unit(two):
    _of, units, cases, person = two
    with scope_of(person).entered():
        assert Case.objects.filter(pk=cases[1].pk).update(title="x") == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            Case.objects.filter(pk=cases[0].pk).update(unit=units[1])


def test_his_other_contracts_are_seen_whole(two):
    _of, _units, cases, person = two
    other = factories.contract()
    case = factories.case(other)
    contract_actions.give_access(other.pk, person=person, role="customer", actor=None, now=NOW)
    with scope_of(person).entered():
        assert set(Case.objects.values_list("pk", flat=True)) == {cases[0].pk, case.pk}

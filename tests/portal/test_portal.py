"""What customers do for themselves: urge, rate, name colleagues."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Access
from luyue.desk import jobs as desk_jobs
from luyue.domain.refusals import AlreadyThere, BadInput, IllegalMove, NotAllowed
from luyue.ledger.models import Event
from luyue.notices.models import Message
from luyue.portal import actions, jobs, queries
from luyue.portal.models import Rating
from tests import factories
from tests.factories import NOW

GOOD = {"speed": 5, "result": 4, "manner": 5}


@pytest.fixture
def customer(everything):
    """(contract, a customer's person on it)."""
    of = factories.contract(customer=factories.customer())
    person = factories.person("customer")
    contract_actions.give_access(of.pk, person=person, role="customer", actor=None, now=NOW)
    return of, person


def solved(of):
    return factories.resolved(factories.case(of), timedelta(hours=2))


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_later_rating_is_a_new_version_and_the_latest_counts(customer):
    of, person = customer
    case = solved(of)
    actions.rate_case(case.pk, actor=person, now=NOW, **GOOD)
    actions.rate_case(case.pk, actor=person, now=NOW, **GOOD | {"speed": 1}, comment="来得太慢")
    assert [one.version for one in Rating.objects.order_by("version")] == [1, 2]
    assert [one.speed for one in queries.ratings_of(case.pk)] == [1]
    assert queries.stars(queries.ratings_of(case.pk)) == 3.3
    assert Event.objects.filter(kind="case.rated").count() == 2


def test_no_answer_is_no_rating(customer):
    assert queries.stars([]) is None


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_are_one_to_five(customer, stars):
    of, person = customer
    with pytest.raises(BadInput):
        actions.rate_case(solved(of).pk, actor=person, now=NOW, **GOOD | {"result": stars})


def test_an_open_case_cannot_be_rated_and_the_firm_rates_nothing(customer):
    of, person = customer
    with pytest.raises(IllegalMove):
        actions.rate_case(factories.case(of).pk, actor=person, now=NOW, **GOOD)
    with pytest.raises(NotAllowed):
        actions.rate_case(solved(of).pk, actor=factories.person("operator"), now=NOW, **GOOD)


def test_a_low_rating_reaches_supervisor_and_project_manager_once(customer):
    of, person = customer
    supervisor, lead = factories.person("supervisor"), factories.person("project_manager")
    contract_actions.give_access(of.pk, person=lead, role="project_manager", actor=None, now=NOW)
    case = solved(of)
    actions.rate_case(case.pk, actor=person, now=NOW, **GOOD)
    actions.rate_case(case.pk, actor=person, now=NOW, **GOOD | {"manner": 2})
    for event in Event.objects.filter(kind="case.rated"):
        jobs.tell_low_rating(event.pk)
        jobs.tell_low_rating(event.pk)
    told = Message.objects.filter(kind="case.rated")
    assert {one.person_id for one in told} == {supervisor.pk, lead.pk}
    assert told.count() == 2


def test_urging_tells_owner_operators_and_lead(customer):
    of, person = customer
    engineer, operator = factories.person("engineer"), factories.person("operator")
    case = factories.case(of, owner=engineer)
    client_of(person).post(f"/cases/{case.pk}/act/urge/", {"note": "领导在等", "version": case.version})
    event = Event.objects.get(kind="case.urged")
    desk_jobs.tell_urged(event.pk)
    assert {one.person_id for one in Message.objects.filter(kind="case.urged")} == {engineer.pk, operator.pk}
    case.refresh_from_db()
    assert case.state == "new", "asking to hurry does not mean that somebody works on it"


def test_rating_by_the_page(customer):
    of, person = customer
    case = solved(of)
    client = client_of(person)
    assert case.number in client.get("/").content.decode()
    assert client.post(f"/cases/{case.pk}/rate/", {"speed": "5"}).status_code == 422
    client.post(f"/cases/{case.pk}/rate/", {"speed": "5", "result": "5", "manner": "4", "comment": "满意"})
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "★★★★☆" in page and "满意" in page and "改评价" in page


def test_a_colleague_gets_a_password_once_and_can_log_in(customer):
    of, person = customer
    form = {"name": "小李", "username": "xiaoli", "role": "customer", "phone": "", "email": ""}
    answer = client_of(person).post(f"/contracts/{of.pk}/colleagues/", form)
    password = re.findall(r"<code>([a-z0-9]{12})</code>", answer.content.decode())[0]
    assert answer["Cache-Control"] == "no-store"
    assert Person.objects.get(username="xiaoli").check_password(password)
    assert password not in client_of(person).get(f"/contracts/{of.pk}/colleagues/").content.decode()
    assert Client().login(username="xiaoli", password=password)
    assert password not in str(list(Event.objects.values_list("data", flat=True)))


def test_the_customer_gives_no_role_of_the_firm_and_takes_nobody_of_it(customer):
    of, person = customer
    engineer = factories.person("engineer")
    contract_actions.give_access(of.pk, person=engineer, role="engineer", actor=None, now=NOW)
    with pytest.raises(BadInput):
        actions.name_colleague(of.pk, name="x", username="x1", role="engineer", actor=person, now=NOW)
    with pytest.raises(NotAllowed):
        contract_actions.give_access(of.pk, person=engineer, role="customer", actor=person, now=NOW)
    answer = client_of(person).post(f"/contracts/{of.pk}/colleagues/{engineer.pk}/")
    assert answer.status_code == 403
    assert Access.objects.filter(person=engineer).exists()


def test_nobody_locks_himself_out(customer):
    of, person = customer
    assert client_of(person).post(f"/contracts/{of.pk}/colleagues/{person.pk}/").status_code == 403


def test_a_taken_name_says_so_and_keeps_what_was_typed(customer):
    of, person = customer
    factories.person(username="taken")
    with pytest.raises(AlreadyThere):
        actions.name_colleague(of.pk, name="x", username="Taken", role="inspector", actor=person, now=NOW)
    form = {"name": "小李", "username": "taken", "role": "customer"}
    answer = client_of(person).post(f"/contracts/{of.pk}/colleagues/", form)
    assert answer.status_code == 422 and "小李" in answer.content.decode()


def test_who_has_a_unit_names_people_for_it_only(customer):
    of, person = customer
    units = [factories.customer(parent=of.customer) for _ in range(2)]
    contract_actions.give_access(of.pk, person=person, role="customer", unit=units[0], actor=None, now=NOW)
    made, _password = actions.name_colleague(
        of.pk, name="x", username="x2", role="customer", unit=units[1], actor=person, now=NOW
    )
    assert Access.objects.get(person=made).unit_id == units[0].pk
    other = factories.person("customer")
    contract_actions.give_access(of.pk, person=other, role="customer", unit=units[1], actor=None, now=NOW)
    with pytest.raises(NotAllowed):
        contract_actions.take_access(of.pk, person=other, actor=person, now=NOW)


def test_an_inspector_reads_and_changes_nothing(customer):
    of, person = customer
    inspector, _password = actions.name_colleague(
        of.pk, name="监理", username="jl", role="inspector", actor=person, now=NOW
    )
    case = solved(of)
    client = client_of(inspector)
    assert client.get(f"/cases/{case.pk}/").status_code == 200
    assert client.get(f"/contracts/{of.pk}/statement/").status_code == 200
    for address in (f"/cases/{case.pk}/rate/", f"/contracts/{of.pk}/colleagues/", "/cases/new/"):
        assert client.get(address).status_code == 403, address
    assert client.post(f"/cases/{case.pk}/act/close/", {"version": case.version}).status_code in (403, 409)

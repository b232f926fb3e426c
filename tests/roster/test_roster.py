"""Who is on duty, what routing makes of it, and the named staff that a customer gets."""

import io
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import python_calamine
from django.test import Client

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.queries import ZONE
from luyue.desk import routing
from luyue.domain.refusals import BadInput, NotAllowed
from luyue.ledger.models import Event
from luyue.roster import actions, queries
from luyue.roster.models import Certificate, Shift
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
NOW = factories.NOW
HOUR = timedelta(hours=1)


def on(person: Person, start: datetime, hours: int = 8, **facts: Any) -> Shift:
    known: dict[str, Any] = {"actor": None, "now": NOW} | facts
    return actions.add_shift(person.pk, starts_at=start, ends_at=start + hours * HOUR, **known)


def test_the_roster_knows_who_is_on_who_is_off_and_of_whom_it_says_nothing() -> None:
    here, off, never = (factories.person("engineer") for _ in range(3))
    on(here, NOW - HOUR)
    on(off, NOW + 20 * HOUR)
    ids = [here.pk, off.pk, never.pk]
    assert queries.on_duty(ids, NOW) == {here.pk: True, off.pk: False}
    # A shift ends with its last second, and a time for which nobody was put on duty says nothing of anybody.
    assert queries.on_duty(ids, NOW + 7 * HOUR - timedelta(seconds=1))[here.pk]
    assert queries.on_duty(ids, NOW + 7 * HOUR) == {}


def test_routing_prefers_whom_the_roster_has_on_duty() -> None:
    of = factories.contract()
    first, second = factories.person("engineer", name="甲"), factories.person("engineer", name="乙")
    case = factories.case(of, NOW)
    for one in (first, second):
        contract_actions.give_access(of.pk, person=one, role="engineer", actor=None, now=NOW)
    plain = routing.suggest_for(case, None, NOW)
    assert {one.person for one in plain} == {first.pk, second.pk}
    assert not any(reason.code in ("on_duty", "off_duty") for one in plain for reason in one.reasons)
    on(second, NOW - HOUR)
    on(first, NOW + 30 * HOUR)
    best = routing.suggest_for(case, None, NOW)
    assert best[0].person == second.pk
    told = {one.person: {reason.code for reason in one.reasons} for one in best}
    assert "on_duty" in told[second.pk] and "off_duty" in told.get(first.pk, {"off_duty"})


@pytest.mark.parametrize(
    ("hours", "field", "problem"),
    [(0, "ends_at", None), (-1, "ends_at", None), (24 * 8, "ends_at", "too_long")],
)
def test_a_shift_that_cannot_be_is_refused(hours: int, field: str, problem: str | None) -> None:
    with pytest.raises(BadInput) as refused:
        on(factories.person("engineer"), NOW, hours)
    assert (refused.value.facts["field"], refused.value.facts.get("problem")) == (field, problem)


def test_nobody_has_two_shifts_at_once_and_customers_have_none() -> None:
    engineer = factories.person("engineer")
    on(engineer, NOW)
    on(engineer, NOW + 8 * HOUR)  # one follows the other
    with pytest.raises(BadInput):
        on(engineer, NOW + 7 * HOUR)
    with pytest.raises(BadInput):
        on(factories.person("customer"), NOW)
    with pytest.raises(NotAllowed):
        on(engineer, NOW + 90 * HOUR, actor=engineer)


def sheet(*rows: str) -> bytes:
    return "\n".join(("人员,开始,结束,岗位", *rows)).encode()


def test_a_roster_comes_from_a_spreadsheet_once() -> None:
    engineer = factories.person("engineer", name="孙小岩")
    given = sheet(
        "孙小岩,2026-03-05 08:30,2026-03-05 17:30,热线值班",
        f"{engineer.username},2026/03/06 08:30,2026/03/06 17:30,",
    )
    assert actions.import_shifts(given, actor=None, now=NOW) == (2, ())
    assert actions.import_shifts(given, actor=None, now=NOW) == (0, ())
    first = Shift.objects.order_by("starts_at")[0]
    assert first.starts_at == datetime(2026, 3, 5, 8, 30, tzinfo=ZONE) and first.post == "热线值班"
    assert Event.objects.filter(kind="shift.imported").count() == 1


def test_one_bad_row_and_nothing_is_taken() -> None:
    factories.person("engineer", name="孙小岩")
    given = sheet(
        "孙小岩,2026-03-05 08:30,2026-03-05 17:30,",
        "没有此人,2026-03-05 08:30,2026-03-05 17:30,",
        "孙小岩,明天,后天,",
    )
    added, bad = actions.import_shifts(given, actor=None, now=NOW)
    assert added == 0 and not Shift.objects.exists()
    assert [(one.field, one.value) for one in bad] == [("person", "没有此人"), ("starts_at", "明天")]


def test_the_pages_of_the_roster() -> None:
    operator, engineer = factories.person("operator"), factories.person("engineer", name="孙小岩")
    client = Client()
    client.force_login(operator)
    start = datetime.now(ZONE) - HOUR
    typed = {
        "person": engineer.pk,
        "starts_at": f"{start:%Y-%m-%dT%H:%M}",
        "ends_at": f"{start + 6 * HOUR:%Y-%m-%dT%H:%M}",
    }
    assert client.post("/roster/", typed).status_code == 302
    page = client.get("/roster/").content.decode()
    assert "孙小岩" in page and "现在没有排班" not in page
    again = client.post("/roster/", typed)
    assert again.status_code == 422 and "已经有班" in again.content.decode()
    file = io.BytesIO(sheet("没有此人,2026-03-05 08:30,2026-03-05 17:30,"))
    file.name = "roster.csv"
    wrong = client.post("/roster/import/", {"file": file})
    assert wrong.status_code == 422 and "没有此人" in wrong.content.decode()
    assert client.post(f"/roster/{Shift.objects.get().pk}/remove/").status_code == 302
    client.force_login(engineer)
    assert client.get("/roster/").status_code == 200 and client.post("/roster/", typed).status_code == 403


def test_the_named_staff_of_a_contract_as_page_spreadsheet_word_and_pdf() -> None:
    of = factories.contract()
    lead, engineer = (
        factories.person("project_manager", name="陈静"),
        factories.person("engineer", name="=孙岩", phone="139"),
    )
    customer, stranger = factories.person("customer"), factories.person("customer")
    for one in (lead, engineer, customer):
        contract_actions.give_access(of.pk, person=one, role=one.role, actor=None, now=NOW)
    actions.describe_staff(engineer.pk, post="现场技术负责人", speciality="视频", actor=lead, now=NOW)
    actions.add_certificate(
        engineer.pk, name="网络工程师", number="W-7", valid_until=date(2027, 3, 1), actor=lead, now=NOW
    )
    client = Client()
    client.force_login(customer)
    where = f"/contracts/{of.pk}/staff/"
    page = client.get(where).content.decode()
    assert page.index("陈静") < page.index("=孙岩")
    assert "现场技术负责人" in page and "W-7" in page and customer.name not in page.split("<main")[1]
    book = python_calamine.load_workbook(io.BytesIO(client.get(where, {"format": "xlsx"}).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[3][:5] == ["=孙岩", "服务工程师", "现场技术负责人", "视频", "139"]
    text = (
        zipfile.ZipFile(io.BytesIO(client.get(where, {"format": "docx"}).content))
        .read("word/document.xml")
        .decode()
    )
    assert "现场技术负责人" in text and "W-7" in text
    assert client.get(where, {"format": "pdf"}).content.startswith(b"%PDF")
    assert client.get(where, {"format": "exe"}).status_code == 422
    client.force_login(stranger)
    assert client.get(where).status_code == 404


def test_certificates_are_added_and_removed_on_the_page() -> None:
    lead, engineer = factories.person("manager"), factories.person("engineer")
    client = Client()
    client.force_login(lead)
    where = f"/people/{engineer.pk}/staff/"
    assert client.post(where, {"certificate": "1", "name": "  "}).status_code == 422
    client.post(where, {"certificate": "1", "name": "高处作业证", "valid_until": "2020-01-01"})
    assert "已过期" in client.get(where).content.decode()
    client.post(where, {"post": "驻场", "speciality": "网络"})
    assert queries.staff(engineer.pk).post == "驻场"
    client.post(f"/people/certificates/{Certificate.objects.get().pk}/remove/")
    assert not Certificate.objects.exists()
    client.force_login(engineer)
    assert client.get(where).status_code == 403


def test_the_list_of_staff_asks_as_often_for_many_as_for_one(django_assert_max_num_queries: Any) -> None:
    of = factories.contract()
    for _ in range(6):
        one = factories.person("engineer")
        contract_actions.give_access(of.pk, person=one, role="engineer", actor=None, now=NOW)
        actions.add_certificate(one.pk, name="证", actor=None, now=NOW)
    with django_assert_max_num_queries(3):
        assert len(queries.staff_of(of.pk)) == 6

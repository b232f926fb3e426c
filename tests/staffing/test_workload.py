"""The forecast of work: what is due against who is there, and where it could go."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from luyue.accounts.models import Person
from luyue.contracts.models import Access, Contract
from luyue.contracts.plans import running_plan
from luyue.contracts.queries import ZONE, local_day
from luyue.desk.models import Competence
from luyue.domain.obligations import workload as rules
from luyue.field.models import Absence, WorkOrder
from luyue.obligations.models import Obligation, Record
from luyue.roster.models import Shift
from luyue.staffing.forecast import forecast
from tests import factories

ADDRESS = "/obligations/workload/"


def monday(number: int = 0) -> date:
    return rules.monday_of(local_day(timezone.now())) + timedelta(days=7 * number)


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


def team(contract: Contract, role: str, name: str) -> Person:
    made = factories.person(role, name=name)
    Access.objects.create(contract=contract, person=made, role=role)
    return made


def duty(
    contract: Contract, week: date, person: Person | None, hours: float = 0, opens: int = 0, **facts: Any
):
    """An obligation due on the Friday of a week."""
    number = Obligation.objects.count()
    known = {
        "contract": contract, "plan_version": contract.bindings.get().plan_version, "kind": "duty", "by": "provider",
        "promise": f"x-{number}", "owe": "report.monthly", "key": f"x:{number}", "hours": hours, "state": "due",
        "opens_at": at(week - timedelta(days=7 * opens), 0), "due_at": at(week + timedelta(days=5), 0),
        "person": person, "made_at": timezone.now(),
    }  # fmt: skip
    return Obligation.objects.create(**known | facts)


@pytest.fixture
def engineer(contract: Contract) -> Person:
    Obligation.objects.all().delete()
    return team(contract, "engineer", "刘洋")


@pytest.fixture
def helper(contract: Contract) -> Person:
    return team(contract, "engineer", "孙强")


def looked() -> Any:
    return forecast([monday(number) for number in range(4)], timezone.now())


def page(person: Person, query: str = "") -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(ADDRESS + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_hours_are_promised_measured_or_usual(contract, engineer):
    week = monday(1)
    duty(contract, week, engineer, hours=6, done_hours=2)
    duty(contract, week, engineer, owe="form.sheet", times=3, done_times=1)
    known = duty(contract, monday(-4), engineer, owe="form.sheet", state="done")
    long_ago = timezone.now() - timedelta(days=28)
    Record.objects.create(
        obligation=known,
        contract=contract,
        occurred_at=long_ago,
        recorded_at=long_ago,
        what="填了",
        hours=3,
        times=2,
    )
    duty(contract, week, engineer, owe="training.site")
    jobs = sorted((job.basis, job.hours) for job in looked().jobs())
    assert jobs == [("measured", 3.0), ("promised", 4.0), ("usual", 4.0)]


def test_what_is_overdue_is_work_of_this_week_and_the_customers_duties_are_nobodys(contract, engineer):
    duty(contract, monday(-3), engineer, state="missed")
    duty(contract, monday(1), engineer, by="customer")
    (job,) = looked().jobs()
    assert job.due == monday()


DUTIES = st.lists(
    st.tuples(
        st.integers(-9, 30),  # days from the Monday of this week
        st.sampled_from([0, 1, 3600, 86399]),  # seconds after midnight: what is due at 24:00 is of the day that ends
        st.sampled_from([0.0, 2.5, 8.0]), st.sampled_from([0.0, 1.0, 9.0]), st.integers(1, 3), st.integers(0, 4),
        st.sampled_from(["report.monthly", "form.sheet", "strange"]), st.integers(0, 3),
        st.sampled_from(["due", "missed", "in_progress", "done", "cancelled"]),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DUTIES)
def test_hours_added_up_by_the_database_are_those_of_the_jobs(contract, manager, engineer, helper, rows):
    people = [engineer, helper, None, manager]
    known = duty(contract, monday(-4), engineer, owe="form.sheet", state="done")
    Record.objects.create(
        obligation=known, contract=contract, occurred_at=known.due_at, recorded_at=known.due_at, what="填了",
        hours=1.5, times=1,
    )  # fmt: skip
    level = running_plan(contract.bindings.get().plan_version_id).plan.severities[0].id
    factories.work_order(factories.case(contract, severity=level), at(monday(1), 9), engineer=engineer)
    for days, second, hours, done_hours, times, done_times, owe, person, state in rows:
        due = at(monday() + timedelta(days=days), 0) + timedelta(seconds=second)
        duty(
            contract, monday(), people[person], hours=hours, done_hours=done_hours, times=times,
            done_times=done_times, owe=owe, state=state, due_at=due,
        )  # fmt: skip
    found = looked()
    slow = rules.work_of(found.jobs())
    assert {cell: hours for cell, hours in found.work.items() if hours} == pytest.approx(slow)
    for person in (engineer.pk, helper.pk, None):
        for week in found.weeks:
            mine = [one for one in found.jobs() if one.person == person and rules.monday_of(one.due) == week]
            assert found.jobs_of(person, week) == mine
    Obligation.objects.all().delete()
    WorkOrder.objects.all().delete()


def test_absence_and_roster_lessen_the_hours(contract, engineer, helper):
    free = looked().hours
    week = max((monday(number) for number in range(1, 4)), key=lambda one: free[engineer.pk, one])
    before = free[engineer.pk, week]
    day = next(
        day for day in (week + timedelta(days=n) for n in range(7))
        if rules.available(week, open_days=[day], shifts=None, away=()) and day.weekday() < 5
    )  # fmt: skip
    Absence.objects.create(
        person=engineer, starts_at=at(day, 0), ends_at=at(day, 23), reason="培训", entered_at=timezone.now()
    )
    assert looked().hours[engineer.pk, week] in (before, before - 8), "a holiday has no hours to lose"
    Shift.objects.create(
        person=engineer, starts_at=at(week + timedelta(days=6), 9), ends_at=at(week + timedelta(days=6), 15),
        entered_at=timezone.now(),
    )  # fmt: skip
    found = looked().hours
    assert found[engineer.pk, week] == 6, "the roster says when he works"
    assert found[helper.pk, week] == before, "of him it says nothing"


def test_a_week_that_is_too_full_leads_to_what_can_be_moved(contract, manager, engineer, helper):
    week = monday(2)
    early = duty(contract, week, engineer, hours=30, opens=2, promise="round-monthly")
    duty(contract, week, engineer, hours=30)
    whole = page(manager)
    assert "1 人周超负荷" in whole and 'data-state="breached"' in whole
    text = page(manager, f"?who={engineer.pk}&week={week}")
    assert f"/obligations/{early.pk}/" in text
    assert "孙强" in text and f"{monday(1):%m-%d}" in text.split('id="week"')[1]
    assert "超负荷" not in page(manager, "?q=孙强").split("ly-table-box")[1]


def test_of_the_week_that_runs_only_the_rest_counts(contract, engineer):
    weeks = [date(2026, 3, 2), date(2026, 3, 9)]
    left = [
        forecast(weeks, at(weeks[0] + timedelta(days=day), 0)).hours[engineer.pk, weeks[0]]
        for day in (0, 3, 6)
    ]
    assert left == [40, 16, 0]


def test_work_that_nobody_has_stands_below(contract, manager, engineer):
    duty(contract, monday(1), None, hours=5)
    assert "没有人" in page(manager)
    assert "还没有人做：5 小时" in page(manager, f"?who=none&week={monday(1)}")


def test_people_are_chosen_by_region_and_skill(contract, manager, engineer, helper):
    Competence.objects.create(person=engineer, skills=["摄像机"], regions=["南部"])
    Competence.objects.create(person=helper, skills=["网络"], regions=["南部"])
    text = page(manager, "?region=南部&skill=网络").split("ly-table-box")[1]
    assert "孙强" in text and "刘洋" not in text


def test_as_a_file(contract, manager, engineer):
    duty(contract, monday(1), engineer, hours=6)
    client = Client()
    client.force_login(manager)
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{ADDRESS}?format=xlsx").content))
    first, second = (book.get_sheet_by_index(number).to_python() for number in (0, 1))
    assert next(row for row in first if row[0] == "刘洋")[3] == 6
    assert second[1][:3] == [monday(1), "刘洋", contract.name] and second[1][6] == 6


def test_who_may_not_lead_sees_none(contract, engineer):
    client = Client()
    client.force_login(engineer)
    assert client.get(ADDRESS).status_code == 403


def test_much_work_costs_no_more_queries(contract, manager, engineer, helper, django_assert_max_num_queries):
    client = Client()
    client.force_login(manager)
    week = monday(1)
    duty(contract, week, engineer, hours=1)
    address = f"{ADDRESS}?who={engineer.pk}&week={week}"
    client.get(address)
    with django_assert_max_num_queries(30) as queried:
        client.get(address)
        before = len(queried)
    for number in range(12):
        duty(contract, week, (engineer, helper, None)[number % 3], hours=1)
    with django_assert_max_num_queries(before):
        client.get(address)

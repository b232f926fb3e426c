"""Cases over REST: one pass and one refusal for each thing it does."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from luyue.accounts import actions as accounts
from luyue.accounts.models import ApiToken
from luyue.contracts.models import Access
from luyue.desk import actions
from luyue.desk.api import ACTS
from luyue.desk.models import Case, Clock
from luyue.domain.cases import EVENT_OF_ACT
from luyue.ledger.models import Event
from luyue.ledger.recording import digest
from tests import factories
from tests.api.conftest import Program

Programs = Callable[..., Program]
REPORT = {"title": "三楼摄像机黑屏", "severity": "normal", "reporter_name": "王工"}


def report(program: Program, contract: int, key: str = "", **facts: object) -> tuple[int, dict]:
    headers = {"Idempotency-Key": key} if key else {}
    answer = program.post("/cases", {"contract": contract} | REPORT | facts, **headers)
    return answer.status_code, answer.json()


def test_a_report_comes_back_with_its_number_and_its_clocks(program: Programs) -> None:
    status, made = report(program(), factories.contract().pk)
    assert status == 201
    assert made["number"] == f"FW{made['id']:07d}"
    assert made["state"] == "new"
    running = [clock for clock in made["clocks"] if clock["state"] == "running"]
    assert [clock["promise"] for clock in running] == ["normal-respond", "normal-plan", "normal-resolve"]
    assert made["next_due_at"] == min(clock["due_at"] for clock in running)


def test_what_the_report_answered_is_what_the_database_holds(program: Programs) -> None:
    operator = program()
    _, made = report(operator, factories.contract().pk)
    kept = operator.get(f"/cases/{made['id']}").json()
    by_promise = {clock["promise"]: clock for clock in kept["clocks"]}
    assert {name: kept[name] for name in made if name != "clocks"} == {
        n: made[n] for n in made if n != "clocks"
    }
    assert by_promise == {clock["promise"]: clock for clock in made["clocks"]}
    assert [event["kind"] for event in kept["timeline"]] == ["case.reported"]


def test_the_database_seals_a_report_as_the_ledger_does(program: Programs) -> None:
    _, made = report(program(), factories.contract().pk, title='带引号 " 和 \\ 的标题')
    event = Event.objects.get(subject_kind="case", subject_id=made["id"])
    names = ("contract_id", "actor_id", "actor_name", "occurred_at", "recorded_at", "data")
    facts = {name: getattr(event, name) for name in names}
    assert bytes(event.digest) == digest(event.kind, subject=("case", made["id"]), **facts)


def test_times_are_utc_and_chinese_stays_chinese(program: Programs) -> None:
    answer = program().post("/cases", {"contract": factories.contract().pk} | REPORT)
    assert "三楼摄像机黑屏" in answer.content.decode()
    assert answer.json()["reported_at"].endswith("Z")


def test_the_same_key_gives_the_same_case(program: Programs) -> None:
    operator, contract = program(), factories.contract()
    assert report(operator, contract.pk, key="k1")[0] == 201
    status, again = report(operator, contract.pk, key="k1")
    assert status == 200
    assert Case.objects.filter(contract=contract).count() == 1
    assert len(again["clocks"]) == Clock.objects.filter(case_id=again["id"]).count() > 0
    assert Event.objects.filter(subject_kind="case", subject_id=again["id"]).count() == 1


def test_the_same_key_with_another_report_is_refused(program: Programs) -> None:
    operator, contract = program(), factories.contract()
    report(operator, contract.pk, key="k1")
    status, problem = report(operator, contract.pk, key="k1", title="别的事")
    assert (status, problem["code"]) == (409, "conflict")


def test_a_key_belongs_to_its_person(program: Programs) -> None:
    contract = factories.contract()
    assert report(program(), contract.pk, key="k1")[0] == 201
    assert report(program(), contract.pk, key="k1")[0] == 201


def test_a_key_gives_its_case_even_if_the_report_would_be_refused_by_now(program: Programs) -> None:
    operator, contract = program(), factories.contract()
    _, made = report(operator, contract.pk, key="k1")
    contract.bindings.all().delete()
    status, again = report(operator, contract.pk, key="k1")
    assert (status, again["id"]) == (200, made["id"])


def test_a_contract_out_of_scope_is_not_found(program: Programs) -> None:
    engineer = program("engineer", access=[factories.contract()])
    status, problem = report(engineer, factories.contract().pk)
    assert (status, problem["code"]) == (404, "not_found")


def test_a_contract_that_has_ended_takes_the_case_as_out_of_scope(program: Programs, now: datetime) -> None:
    contract = factories.contract(ends_on=now.date())
    _, made = report(program(), contract.pk)
    assert made["in_scope"] is False
    assert made["scope_reason"] == "contract_not_in_force"
    assert made["clocks"] == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"reporter_name": "a\0b"}, "reporter_name"),
        ({"kind": "nonsense"}, "kind"),
        ({"severity": "nonsense"}, "severity"),
        ({"contract": 0}, "contract"),
        ({"contract": 2**63}, "contract"),
        ({"contract": "x"}, "contract"),
        ({"at": "2026-03-04T10:00:00"}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"at": "2199-01-01T00:00:00Z"}, "at"),
        ({"titel": "x"}, "titel"),
        ({"onsite": "perhaps"}, "onsite"),
    ],
)
def test_bad_input_names_its_field(program: Programs, facts: dict, field: str) -> None:
    contract = factories.contract()
    answer = program().post("/cases", {"contract": contract.pk} | REPORT | facts)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")
    assert answer.json()["facts"]["field"].endswith(field)
    assert not Case.objects.filter(contract=contract).exists()


@pytest.mark.parametrize("text", ["{", "[1,2", "\xff", '"\\ud800"', "[" * 100_000])
def test_a_body_that_is_no_json_is_refused(program: Programs, text: str) -> None:
    operator = program()
    answer = operator.client.post("/api/v1/cases", text.encode("latin-1"), content_type="application/json")
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"code", "detail", "facts"}


def test_half_a_character_is_refused(program: Programs) -> None:
    body = json.dumps({"contract": factories.contract().pk, "title": "a\ud800"})
    answer = program().client.post("/api/v1/cases", body, content_type="application/json")
    assert answer.status_code == 422


def test_a_customer_reports_on_his_contract(program: Programs) -> None:
    contract = factories.contract()
    status, made = report(program("customer", access=[contract]), contract.pk)
    assert status == 201
    assert made["contract"] == contract.pk


def test_every_act_of_the_lifecycle_has_a_route() -> None:
    assert set(ACTS) == set(EVENT_OF_ACT) - {"report"}


def test_an_act_changes_the_case_and_its_version(program: Programs) -> None:
    operator = program()
    _, made = report(operator, factories.contract().pk)
    answer = operator.post(
        f"/cases/{made['id']}/acts/respond", {"note": "已联系", "version": made["version"]}
    )
    assert answer.status_code == 200
    assert answer.json()["state"] == "open"
    assert answer.json()["version"] == 2
    assert {c["promise"]: c["state"] for c in answer.json()["clocks"]}["normal-respond"] == "met"


def test_an_act_on_a_case_that_was_changed_meanwhile_is_told(program: Programs) -> None:
    operator = program()
    _, made = report(operator, factories.contract().pk)
    path = f"/cases/{made['id']}/acts/respond"
    operator.post(path, {"version": 1})
    answer = operator.post(path, {"version": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")


def test_an_act_that_the_lifecycle_does_not_have_is_told(program: Programs) -> None:
    operator = program()
    _, made = report(operator, factories.contract().pk)
    answer = operator.post(f"/cases/{made['id']}/acts/close", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_move")


def test_a_resolution_carries_cause_and_fix(program: Programs) -> None:
    operator = program()
    _, made = report(operator, factories.contract().pk)
    assert operator.post(f"/cases/{made['id']}/acts/resolve", {"cause": "接头松动"}).status_code == 422
    answer = operator.post(f"/cases/{made['id']}/acts/resolve", {"cause": "接头松动", "fix": "重新压接"})
    assert answer.json()["state"] == "resolved"


def test_an_act_hands_the_case_to_a_person(program: Programs) -> None:
    operator, engineer, contract = program(), factories.person("engineer"), factories.contract()
    _, made = report(operator, contract.pk)
    hidden = operator.post(f"/cases/{made['id']}/acts/assign", {"owner": engineer.pk})
    assert hidden.status_code == 422 and hidden.json()["facts"]["problem"] == "not_of_contract"
    Access.objects.create(contract=contract, person=engineer, role="engineer")
    answer = operator.post(f"/cases/{made['id']}/acts/assign", {"owner": engineer.pk})
    assert answer.json()["owner"] == engineer.pk
    assert operator.post(f"/cases/{made['id']}/acts/assign", {"owner": 10**15}).status_code == 404


def test_a_customer_may_not_do_the_firms_acts(program: Programs) -> None:
    contract = factories.contract()
    customer = program("customer", access=[contract])
    case = factories.case(contract)
    answer = customer.post(f"/cases/{case.pk}/acts/respond", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_a_customer_does_not_read_the_firms_notes(program: Programs, now: datetime) -> None:
    contract = factories.contract()
    case = factories.case(contract)
    actions.note_case(case.pk, actor=None, at=now, now=now, note="内部")
    told = program("customer", access=[contract]).get(f"/cases/{case.pk}")
    assert "内部" not in told.content.decode()
    assert "内部" in program().get(f"/cases/{case.pk}").content.decode()


def test_the_reckoning_of_a_clock_is_told_in_words(program: Programs) -> None:
    operator = program()
    case = factories.case(factories.contract())
    told = operator.get(f"/cases/{case.pk}/why/normal-resolve").json()
    assert told["clock"]["promise"] == "normal-resolve"
    assert told["steps"][-1]["text"]
    assert operator.get(f"/cases/{case.pk}/why/nonsense").status_code == 404


def test_a_list_is_filtered_sorted_and_searched(program: Programs, now: datetime) -> None:
    operator, contract = program(), factories.contract()
    first = factories.case(contract, at=now - timedelta(hours=2), title="光模块故障，通信中断")
    second = factories.case(contract, at=now - timedelta(hours=1), title="硬盘告警", severity="urgent")
    factories.resolved(second, timedelta(minutes=10))

    def ids(**query: object) -> list[int]:
        return [row["id"] for row in operator.get("/cases", contract=contract.pk, **query).json()["cases"]]

    assert ids() == [second.pk, first.pk]
    assert ids(sort="reported") == [first.pk, second.pk]
    assert ids(open="true") == [first.pk]
    assert ids(state="resolved") == [second.pk]
    assert ids(state=["resolved", "new"]) == [second.pk, first.pk]
    assert ids(severity="urgent") == [second.pk]
    assert ids(kind="complaint") == []
    assert ids(q="通信") == [first.pk]
    assert ids(q="信中断") == [first.pk]
    assert ids(q="通断") == []
    assert ids(q=first.number) == [first.pk]
    assert ids(nobodys="true") == [second.pk, first.pk]
    assert ids(reported_from=(now - timedelta(minutes=90)).isoformat()) == [second.pk]
    assert ids(reported_to=(now - timedelta(minutes=90)).isoformat()) == [first.pk]


@pytest.mark.parametrize("sort", ["-reported", "reported", "due", "-due"])
def test_pages_follow_one_another_without_gap_or_repetition(
    program: Programs, now: datetime, sort: str
) -> None:
    operator, contract = program(), factories.contract()
    made = [factories.case(contract, at=now - timedelta(minutes=n // 2)).pk for n in range(5)]
    factories.resolved(Case.objects.get(pk=made[0]), timedelta(minutes=1))
    seen: list[int] = []
    after = ""
    while True:
        page = operator.get("/cases", contract=contract.pk, limit=2, after=after, sort=sort).json()
        seen += [row["id"] for row in page["cases"]]
        after = page["next"]
        if not after:
            break
    assert sorted(seen) == sorted(made)


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0}, {"limit": 201}, {"limit": 2**64}, {"after": "nonsense"}, {"sort": "title"}, {"state": "x"},
        {"contract": -1}, {"contract": 2**63}, {"reported_from": "yesterday"}, {"q": "a\0b"}, {"owner": "me"},
        {"reported_from": "2026-03-04T10:00:00"}, {"severity": "a\0b"},
    ],
)  # fmt: skip
def test_a_list_refuses_what_it_does_not_know(program: Programs, query: dict) -> None:
    assert program().get("/cases", **query).status_code == 422


def test_a_list_costs_the_same_whatever_its_length(
    program: Programs, django_assert_max_num_queries: Callable, now: datetime
) -> None:
    contract = factories.contract()
    engineer = program("engineer", access=[contract])
    for _ in range(4):
        factories.case(contract, at=now)
    engineer.get("/cases")
    with django_assert_max_num_queries(12):
        assert len(engineer.get("/cases").json()["cases"]) == 4


def test_a_token_that_was_ended_opens_nothing(program: Programs, now: datetime) -> None:
    operator = program()
    assert operator.get("/cases").status_code == 200
    accounts.revoke_token(ApiToken.objects.get(person=operator.person).pk, actor=None, now=now)
    assert operator.get("/cases").status_code == 401


def test_a_person_who_was_barred_opens_nothing(program: Programs, now: datetime) -> None:
    operator = program()
    assert operator.get("/cases").status_code == 200
    accounts.deactivate_person(operator.person.pk, actor=None, now=now)
    assert operator.get("/cases").status_code == 401


def test_an_entry_about_the_past_needs_the_right(program: Programs) -> None:
    contract = factories.contract()
    at = (timezone.now() - timedelta(hours=2)).astimezone(UTC).isoformat()
    assert report(program("customer", access=[contract]), contract.pk, at=at)[0] == 403
    assert report(program(), contract.pk, at=at)[0] == 201

"""Every operation of the OpenAPI document, asked by those who must not see: strangers, neighbours, customers."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from luyue.accounts import actions as accounts
from luyue.api.urls import api
from luyue.contracts import actions as contracts
from luyue.desk.models import Case, CaseLink
from luyue.devices.models import Device
from luyue.drafting.models import Draft, Drafted
from luyue.entitlements import actions as entitlements
from luyue.entitlements.models import Use
from luyue.field.models import WorkOrder
from luyue.foresight.models import Foresight
from luyue.ledger.wall import Scope
from luyue.measures.models import Turn
from luyue.obligations.actions import plan_contract
from luyue.obligations.models import Obligation
from luyue.reports.models import Report
from luyue.rounds.actions import Wanted, plan_round
from luyue.rounds.models import Round
from tests import factories
from tests.api.conftest import Program

REFUSED = {"400", "401", "403", "404", "409", "422", "429"}


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    told: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def operations() -> Iterator[Operation]:
    for path, methods in api.get_openapi_schema(path_prefix="")["paths"].items():
        for method, told in methods.items():
            yield Operation(method, "/" + path.lstrip("/"), told)


# Alarms have a secret of their own in the address; tests/channels asks them.
ALL = [one for one in operations() if not one.path.startswith(("/alarms/", "/signals/"))]
SCHEMAS = api.get_openapi_schema()["components"]["schemas"]  # made once: it takes its time
BODIES = {
    "reason": "x", "agreed_by": "x", "severity": "urgent", "cause": "x", "fix": "x", "note": "x",
    "promise": "normal-resolve", "evidence": "x", "title": "x", "until": "2199-01-01T00:00:00Z",
    "begin": "2026-03-05T01:00:00Z", "end": "2026-03-05T02:00:00Z", "act": "accept", "relation": "related",
    "level": "manager", "verdict": "included", "spares": "x", "kind": "visit", "what": "x", "agree": True,
    "due_at": "2026-06-01T00:00:00Z", "word": "weather.severe", "key": "0d9a3b52-7d1c-4f6e-9a53-0c1f6c1f1a11",
    "measure": "recording.days_kept", "readings": [{"day": "2026-03-05", "value": 1}],
}  # fmt: skip
# Words that mean something else in these bodies than in the others.
OF_SCHEMA: dict[str, dict[str, Any]] = {
    "MergePromisesIn": {"promises": [1, 2]},
    "SplitPromiseIn": {"at": 1},
    "AnswerQuestionIn": {"question": "day", "answer": "hours"},
    "AddPromiseIn": {"kind": "target"},
    "SetAsideIn": {"sentences": [1]},
}
# Not of one contract: anybody who has logged in may ask, or the role decides before the contract does.
NOT_OF_A_CONTRACT = ("/flows", "/calls", "/plan-drafts", "/foresights")


def body_of(operation: Operation, case: int, contract: int, person: int) -> dict[str, Any]:
    """A body that the schema accepts."""
    content = operation.told.get("requestBody")
    if not content:
        return {}
    name = schema_of(content)
    if name is None:
        return {}
    needed = SCHEMAS[name].get("required", [])
    ids = {
        "contract": contract, "case": case, "owner": person, "engineer": person, "source": case, "target": case + 1,
        "children": [case], "contracts": [contract], "person": person, "promises": [1], "facts": {},
    }  # fmt: skip
    return {word: ids.get(word, BODIES.get(word)) for word in needed} | OF_SCHEMA.get(name, {})


def schema_of(content: dict[str, Any]) -> str | None:
    """The name of a body's schema; None for a body without one of its own."""
    schema = content.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema["$ref"]).rpartition("/")[2] if "$ref" in schema else None


def things_of(case: Case) -> None:
    """What operations ask for beside a case: a work order, a round, obligations."""
    factories.work_order(case)
    factories.plan_draft("机密方案\n接到机密报修后2小时内响应。", title="机密方案")
    factories.foresight(case.contract, "机密")
    Device.objects.create(contract=case.contract, kind="camera", name="机密摄像机", serial="S1")
    engineer = factories.person("engineer")
    contracts.give_access(case.contract_id, person=engineer, role="engineer", actor=None, now=factories.NOW)
    begin = factories.NOW + timedelta(days=1)
    wanted = Wanted(case.contract_id, "visit", engineer.pk, begin, begin + timedelta(hours=1))
    plan_round(wanted, actor=None, now=factories.NOW)
    plan_contract(case.contract_id, now=factories.NOW)
    factories.measured(case.contract, Device.objects.filter(contract=case.contract)[0], "机密")
    day = factories.NOW.date()
    Report.objects.create(
        contract=case.contract, kind="fault_summary", first=day.replace(day=1), last=day, state="issued", number="机密",
        digest="0" * 64, gathered_at=factories.NOW, made_at=factories.NOW, issued_at=factories.NOW,
    )  # fmt: skip
    entitlements.record_breach(
        case.contract_id, "repair-free", what="机密", actor=None, at=factories.NOW, now=factories.NOW
    )


def ask(client: Client, operation: Operation, case: int, contract: int, person: int) -> Any:
    order = WorkOrder.objects.filter(case=case).values_list("pk", flat=True).first()
    path = operation.path.format(
        plan_draft_id=Draft.objects.values_list("pk", flat=True).first() or 1,
        foresight_id=Foresight.objects.values_list("pk", flat=True).first() or 1,
        drafted_id=Drafted.objects.values_list("pk", flat=True).first() or 1,
        case_id=case, contract_id=contract, contract=contract, order_id=order or 1, promise="normal-resolve",
        step="answer", link_id=CaseLink.objects.values_list("pk", flat=True).first() or 1,
        round_id=Round.objects.filter(contract=contract).values_list("pk", flat=True).first() or 1,
        report_id=Report.objects.filter(contract=contract).values_list("pk", flat=True).first() or 1,
        use_id=Use.objects.filter(contract=contract).values_list("pk", flat=True).first() or 1,
        turn_id=Turn.objects.filter(contract=contract).values_list("pk", flat=True).first() or 1,
        obligation_id=Obligation.objects.filter(contract=contract).values_list("pk", flat=True).first() or 1,
    )  # fmt: skip
    query = {"from": "2026-01-01", "to": "2026-12-31"} if "statements" in path else {}
    if operation.method == "get":
        return client.get(f"/api/v1{path}", query)
    return client.post(
        f"/api/v1{path}", body_of(operation, case, contract, person), content_type="application/json"
    )


def test_a_stranger_gets_nothing(everything: Scope) -> None:
    contract = factories.contract()
    case = factories.case(contract, title="机密")
    things_of(case)
    wrong = Client(headers={"Authorization": "Bearer luyue_guess"})
    for operation in ALL:
        answer = ask(Client(), operation, case.pk, contract.pk, 1)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_logged_in"), str(operation)
        assert ask(wrong, operation, case.pk, contract.pk, 1).status_code == 401, str(operation)


@pytest.mark.parametrize("role", ["engineer", "project_manager", "customer"])
def test_somebody_of_another_contract_gets_nothing(role: str, program: Callable[..., Program]) -> None:
    theirs = factories.contract(name="机密合同")
    case = factories.case(theirs, title="机密")
    things_of(case)
    case.refresh_from_db()
    neighbour = program(role, access=[factories.contract()])
    for operation in ALL:
        answer = ask(neighbour.client, operation, case.pk, theirs.pk, neighbour.person.pk)
        assert "机密" not in answer.content.decode(), str(operation)
        if operation.path.startswith(NOT_OF_A_CONTRACT) and not {
            "{case_id}",
            "{plan_draft_id}",
            "{foresight_id}",
        } & set(operation.path.split("/")):
            assert answer.status_code in (200, 403, 404, 422), str(operation)
        elif "{" in operation.path or operation.method == "post":
            # Where the role is refused before anybody looks, the answer is the same whether the thing is there or not.
            found = (answer.status_code, answer.json()["code"])
            assert found in ((404, "not_found"), (403, "not_allowed")), str(operation)
        else:
            assert answer.status_code == 200, str(operation)
    before = case.version
    case.refresh_from_db()
    assert case.version == before


def test_a_customer_reads_what_is_his(program: Callable[..., Program]) -> None:
    contract = factories.contract()
    case = factories.case(contract)
    things_of(case)
    customer = program("customer", access=[contract])
    for operation in ALL:
        if operation.method == "get" and not operation.path.startswith(
            ("/calls", "/plan-drafts", "/foresights")
        ):
            answer = ask(customer.client, operation, case.pk, contract.pk, 1)
            assert answer.status_code == 200, (str(operation), answer.content)


def test_every_operation_declares_its_refusals() -> None:
    for operation in ALL:
        assert {str(code) for code in operation.told["responses"]} >= REFUSED, str(operation)


def test_every_whole_number_that_can_be_sent_is_bounded() -> None:
    schema = api.get_openapi_schema()
    for operation in ALL:
        for parameter in operation.told.get("parameters", []):
            kinds = [parameter["schema"], *parameter["schema"].get("anyOf", [])]
            for kind in kinds:
                if kind.get("type") == "integer":
                    assert {"minimum", "maximum"} <= set(kind), (str(operation), parameter["name"])
        content = operation.told.get("requestBody", {}).get("content", {}).get("application/json", {})
        name = schema_of(operation.told.get("requestBody", {}))
        if content and name:
            for word, told in schema["components"]["schemas"][name]["properties"].items():
                for kind in [told, *told.get("anyOf", [])]:
                    if kind.get("type") == "integer":
                        assert {"minimum", "maximum"} <= set(kind), (name, word)


def test_a_browsers_session_reads_and_needs_the_form_token_to_write(everything: Scope) -> None:
    person, contract = factories.person("operator"), factories.contract()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    assert browser.get("/api/v1/cases").status_code == 200
    body = {"contract": contract.pk, "title": "x"}
    refused = browser.post("/api/v1/cases", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "bad_form_token")


def test_an_address_that_is_not_there_answers_like_the_rest(program: Callable[..., Program]) -> None:
    token = program().client.defaults["HTTP_AUTHORIZATION"]
    for client in (Client(enforce_csrf_checks=True, headers={"Authorization": token}), Client()):
        for ask_for in (client.get, client.post):
            answer = ask_for("/api/v1/nonsense")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_the_floor_of_the_bench_is_not_there(program: Callable[..., Program]) -> None:
    answer = program().client.post(
        "/api/bench/insert", json.dumps({"title": "x"}), content_type="application/json"
    )
    assert answer.status_code == 404


def test_the_document_is_served(program: Callable[..., Program]) -> None:
    answer = program().client.get(reverse("api-1:openapi-json"))
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "Luyue"


def test_an_ended_token_is_forgotten_at_once(program: Callable[..., Program], now: Any) -> None:
    operator = program()
    assert operator.get("/contracts").status_code == 200
    accounts.change_person(operator.person.pk, actor=None, now=now, active=False)
    assert operator.get("/contracts").status_code == 401

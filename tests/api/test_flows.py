"""Flows over REST: the table, where a case stands, steps and refusals."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from luyue.contracts.models import Contract
from luyue.desk.models import Case
from luyue.domain.flows_table import FLOWS
from tests import factories
from tests.api.conftest import Program

Programs = Callable[..., Program]

pytestmark = pytest.mark.usefixtures("everything")


@pytest.fixture
def contract() -> Contract:
    return factories.contract()


def take(client: Program, case: Case, step: str, status: int, **body: object) -> dict[str, object]:
    answer = client.post(f"/flows/cases/{case.pk}/steps/{step}", body)
    assert answer.status_code == status, answer.content.decode()
    return dict(answer.json())


def test_the_table_tells_every_step_with_its_fields(program: Programs, contract: Contract) -> None:
    told = program("engineer", [contract]).get("/flows").json()["flows"]
    assert {flow["kind"] for flow in told} == {flow.kind for flow in FLOWS}
    defect = next(flow for flow in told if flow["kind"] == "defect")
    confirm = next(step for step in defect["steps"] if step["name"] == "confirm")
    assert confirm["signs"] is True and confirm["stages"] == ["analysed"]


def test_a_program_takes_the_steps_that_are_offered(program: Programs, contract: Contract) -> None:
    case = factories.case(contract, timezone.now() - timedelta(hours=1), kind="requirement", severity="")
    client = program("project_manager", [contract])
    place = client.get(f"/flows/cases/{case.pk}").json()
    assert [step["name"] for step in place["flows"][0]["possible"]] == ["agree_date"]
    until = (timezone.now() + timedelta(days=3)).replace(microsecond=0)
    sheet = {"content": "汇总", "until": until.isoformat(), "agreed_by": "李主任"}
    done = take(client, case, "agree_date", 200, version=place["version"], sheet=sheet)
    assert {clock["promise"] for clock in done["clocks"]} >= {"house:agreed-date"}
    after = client.get(f"/flows/cases/{case.pk}").json()["flows"][0]
    assert after["stage"] == "agreed" and after["sheet"]["until"].endswith("Z")
    assert after["done"][0]["step"] == "agree_date"


def test_refusals_name_what_is_wrong(program: Programs, contract: Contract) -> None:
    case = factories.case(contract, timezone.now() - timedelta(hours=1), kind="defect", severity="")
    client = program("engineer", [contract])
    assert take(client, case, "analyse", 409)["code"] == "out_of_order"
    assert take(client, case, "dance", 409)["code"] == "illegal_move"
    missing = take(client, case, "submit", 422, sheet={"module": "报表"})
    assert (missing["code"], missing["facts"]["field"]) == ("bad_input", "symptom")
    assert (
        take(client, case, "submit", 409, version=9, sheet={"module": "a", "symptom": "b"})["code"]
        == "stale_version"
    )
    take(client, case, "submit", 200, sheet={"module": "a", "symptom": "b"})
    analysis = {"nature": "technical", "analysis": "a", "measures": "m"}
    take(client, case, "analyse", 200, sheet=analysis | {"alike": "内部归类"})
    assert take(client, case, "confirm", 403)["code"] == "not_allowed"
    agreed = take(client, case, "agree_date", 409)
    assert agreed["code"] == "illegal_move"


def test_what_the_firm_keeps_for_itself_is_not_told_to_the_customer(
    program: Programs, contract: Contract
) -> None:
    case = factories.case(contract, timezone.now() - timedelta(hours=1), kind="defect", severity="")
    engineer, customer = program("engineer", [contract]), program("customer", [contract])
    take(engineer, case, "submit", 200, sheet={"module": "a", "symptom": "b"})
    take(engineer, case, "analyse", 200,
         sheet={"nature": "technical", "analysis": "a", "measures": "m", "alike": "内部归类"})  # fmt: skip
    for path in (f"/cases/{case.pk}", f"/flows/cases/{case.pk}"):
        assert "内部归类" in engineer.get(path).content.decode()
        assert "内部归类" not in customer.get(path).content.decode()

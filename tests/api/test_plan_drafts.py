"""Plan documents over REST: handed in, read, decided, made a plan version."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from luyue.contracts.models import PlanVersion
from luyue.drafting import actions
from luyue.drafting.models import Draft
from tests import factories
from tests.api.conftest import Program

TEXT = """一、故障响应
接到故障报修后，我方2小时内响应，4小时内到达现场。
二、巡检
每季度进行一次巡检。
合同签订后7日内支付合同总价的30%。
"""


def hand_in(who: Program, text: str = TEXT, key: str = "", **told: Any) -> Any:
    file = SimpleUploadedFile("方案.txt", text.encode())
    headers = {"Idempotency-Key": key} if key else {}
    return who.client.post("/api/v1/plan-drafts", {"file": file, **told}, headers=headers)


def read(who: Program, text: str = TEXT, **told: Any) -> int:
    made = hand_in(who, text, **told)
    assert made.status_code == 201, made.content
    assert (made.json()["state"], made.json()["step"]) == ("waiting", 0)
    number = int(made.json()["id"])
    actions.read_draft(number, clock=lambda: factories.NOW)
    return number


def test_a_program_takes_a_document_all_the_way_to_a_plan_version(program: Callable[..., Program]) -> None:
    lead = program("project_manager")
    number = read(lead, title="医院", plan="hospital")
    told = lead.get(f"/plan-drafts/{number}").json()
    assert (told["state"], told["step"], told["steps"], told["title"]) == ("ready", 3, 3, "医院")
    rows = lead.get(f"/plan-drafts/{number}/promises").json()["promises"]
    assert told["promises"]["proposed"] == len(rows) >= 3
    text = Draft.objects.get(pk=number).text
    assert all(text[row["start"] : row["end"]] == row["quote"] for row in rows)
    arrive = next(row for row in rows if row["facts"].get("metric") == "arrive")
    fixed = lead.post(
        f"/plan-drafts/{number}/promises/{arrive['id']}/correct",
        {"facts": arrive["facts"] | {"within": "PT3H"}},
    ).json()
    assert (fixed["decision"], fixed["facts"]["within"], fixed["read"]["within"]) == (
        "accepted",
        "PT3H",
        "PT4H",
    )
    others = [row["id"] for row in rows if row["id"] != arrive["id"]]
    for _ in range(2):  # the same again is no error
        done = lead.post(f"/plan-drafts/{number}/decide", {"act": "accept", "promises": others})
        assert {row["decision"] for row in done.json()["promises"]} == {"accepted"}
    covered = lead.get(f"/plan-drafts/{number}/coverage").json()
    assert covered["sentences"] == len(covered["figured"]) == covered["bound"] + covered["open"]
    made = [lead.post(f"/plan-drafts/{number}/adopt", {}).json() for _ in range(2)]
    assert made[0] == made[1] == {"plan": "hospital", "number": 1, "version": PlanVersion.objects.get().pk}
    assert lead.get(f"/plan-drafts/{number}").json()["versions"] == [made[0]["version"]]


def test_a_new_version_takes_decisions_over(program: Callable[..., Program]) -> None:
    lead = program("manager")
    number = read(lead)
    rows = lead.get(f"/plan-drafts/{number}/promises").json()["promises"]
    lead.post(f"/plan-drafts/{number}/decide", {"act": "accept", "promises": [row["id"] for row in rows]})
    later = read(lead, TEXT.replace("4小时", "2小时"), before=number)
    told = lead.get(f"/plan-drafts/{later}").json()
    assert (told["before"], told["to_look_at"]) == (number, 1)
    waiting = lead.get(f"/plan-drafts/{later}/promises", decision="proposed").json()["promises"]
    assert [(row["carried"], row["facts"]["within"]) for row in waiting] == [("look", "PT2H")]


def test_the_same_key_or_document_is_one_draft(program: Callable[..., Program]) -> None:
    lead, other = program("project_manager"), program("project_manager")
    first = hand_in(lead, key="a")
    again = hand_in(lead, key="a")
    same = hand_in(lead)
    assert [first.status_code, again.status_code, same.status_code] == [201, 200, 200]
    assert first.json()["id"] == again.json()["id"] == same.json()["id"]
    refused = hand_in(lead, "另一份文件", key="a")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert hand_in(other, key="a").status_code == 201  # a key is its person's own


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"text": " "},
        {"text": "x", "plan": "Not An Id"},
        {"text": "x", "before": 0},
        {"text": "x", "y": 1},
    ],
)
def test_what_cannot_be_used_is_refused(program: Callable[..., Program], told: dict[str, Any]) -> None:
    answer = program("manager").client.post("/api/v1/plan-drafts", told)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")
    assert not Draft.objects.exists()


def test_text_and_file_together_are_one_too_many(program: Callable[..., Program]) -> None:
    assert hand_in(program("manager"), text="x", told="y").status_code == 422


def test_facts_that_are_none_are_refused_by_their_name(program: Callable[..., Program]) -> None:
    lead = program("manager")
    number = read(lead)
    row = lead.get(f"/plan-drafts/{number}/promises", kind="target").json()["promises"][0]
    address = f"/plan-drafts/{number}/promises/{row['id']}/correct"
    for facts, field in (
        (row["facts"] | {"metric": "fly"}, "metric"),
        (row["facts"] | {"more": 1}, "more"),
        ({}, "metric"),
    ):
        answer = lead.post(address, {"facts": facts})
        assert (answer.status_code, answer.json()["facts"]["field"]) == (422, field)
    assert lead.post(f"/plan-drafts/{number}/adopt", {}).status_code == 422
    other = read(lead, "每月进行一次巡检。")
    assert (
        lead.post(f"/plan-drafts/{other}/promises/{row['id']}/correct", {"facts": row["facts"]}).status_code
        == 404
    )


def test_a_draft_is_nobody_elses(program: Callable[..., Program]) -> None:
    author, other, lead = program("project_manager"), program("project_manager"), program("manager")
    number = read(author)
    for path in ("", "/promises", "/coverage"):
        assert other.get(f"/plan-drafts/{number}{path}").status_code == 404
        assert lead.get(f"/plan-drafts/{number}{path}").status_code == 200
    assert hand_in(other, "新的", before=number).status_code == 404
    assert other.get("/plan-drafts").json()["plan_drafts"] == []
    assert [row["id"] for row in lead.get("/plan-drafts").json()["plan_drafts"]] == [number]
    for role in ("engineer", "operator", "customer"):
        nobody = program(role)
        assert nobody.get("/plan-drafts").status_code == 403
        assert hand_in(nobody).status_code == 403


def test_what_is_not_read_yet_is_not_decided(program: Callable[..., Program]) -> None:
    lead = program("manager")
    number = hand_in(lead).json()["id"]
    answer = lead.post(f"/plan-drafts/{number}/decide", {"act": "accept", "promises": [1]})
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_move")

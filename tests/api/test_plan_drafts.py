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


def rows_of(who: Program, number: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = who.get(f"/plan-drafts/{number}/promises").json()["promises"]
    return found


def test_promises_are_merged_split_and_put_back(program: Callable[..., Program]) -> None:
    lead = program("manager")
    number = read(lead)
    first, second = [row for row in rows_of(lead, number) if row["kind"] == "target"]
    duty = next(row for row in rows_of(lead, number) if row["kind"] == "duty")
    address = f"/plan-drafts/{number}"
    merged = lead.post(f"{address}/merge", {"promises": [second["id"], first["id"]]}).json()
    told = [(row["id"], row["merged_into"]) for row in merged["promises"]]
    assert told == [(first["id"], None), (second["id"], first["id"])]
    assert lead.post(f"{address}/merge", {"promises": [first["id"], duty["id"]]}).status_code == 422
    undone = lead.post(f"{address}/undo", {}).json()
    assert (undone["act"], undone["promises"]) == ("merge", [second["id"]])
    both = "2小时内响应，4小时内到达现场"
    start = Draft.objects.get(pk=number).text.index(both)
    of_both = {"kind": "target", "facts": first["facts"], "start": start, "end": start + len(both)}
    added = lead.post(f"{address}/promises", of_both).json()
    split = f"{address}/promises/{added['id']}/split"
    assert lead.post(split, {"at": 1}).status_code == 422  # no place to cut
    cut = lead.post(split, {"at": added["cuts"][0]}).json()["promises"]
    assert [row["quote"] for row in cut] == ["2小时内响应，", "4小时内到达现场"]
    acts = [lead.post(f"{address}/undo", {}).json()["act"] for _ in range(2)]
    assert acts == ["split", "add"]
    assert [row["id"] for row in rows_of(lead, number)][:2] == [first["id"], second["id"]]
    assert lead.post(f"{address}/undo", {}).status_code == 422  # nothing is left


def test_a_question_is_told_with_its_answers_and_answered(program: Callable[..., Program]) -> None:
    lead = program("manager")
    number = read(lead, "接到故障报修后1天内修复。")
    row = rows_of(lead, number)[0]
    (asked,) = row["questions"]
    assert (asked["code"], asked["answers"]) == ("day", ["working_day", "calendar_day", "hours"])
    address = f"/plan-drafts/{number}/promises/{row['id']}/answer"
    assert lead.post(address, {"question": "day", "answer": "moon"}).status_code == 422
    told = lead.post(address, {"question": "day", "answer": "working_day"}).json()
    assert (told["questions"], told["facts"]["basis"]) == ([], "business_day")


def test_a_promise_is_added_from_a_sentence_or_a_stretch(program: Callable[..., Program]) -> None:
    lead = program("manager")
    number = read(lead)
    text = Draft.objects.get(pk=number).text
    address = f"/plan-drafts/{number}/promises"
    start = text.index("每季度")
    made = lead.post(address, {"kind": "duty", "start": start, "end": start + len("每季度进行一次巡检")})
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["facts"]["every"], told["decision"], told["rule"]) == ("P3M", "accepted", "by_hand")
    pay = next(
        one for one in lead.get(f"/plan-drafts/{number}/coverage").json()["figured"] if "30%" in one["quote"]
    )
    facts = {
        "metric": "respond",
        "severity": "any",
        "within": "P7D",
        "basis": "calendar",
        "scope": "",
        "starts": "",
    }
    by_hand = lead.post(address, {"kind": "target", "sentence": pay["id"], "facts": facts}).json()
    assert (by_hand["quote"], by_hand["start"]) == (pay["quote"], pay["start"])
    for wrong in (
        {"kind": "target", "sentence": pay["id"]},  # the rules find no limit in it
        {"kind": "target", "sentence": pay["id"], "start": 0, "end": 2, "facts": facts},
        {"kind": "target", "start": 0, "facts": facts},
        {"kind": "target", "start": 5, "end": 5, "facts": facts},
        {"kind": "target", "start": 0, "end": len(text) + 1, "facts": facts},
    ):
        assert lead.post(address, wrong).status_code == 422, wrong
    other = read(lead, "每月进行一次巡检。")
    stolen = {"kind": "target", "sentence": pay["id"], "facts": facts}
    assert lead.post(f"/plan-drafts/{other}/promises", stolen).status_code == 404


def test_sentences_are_set_aside_and_taken_back(program: Callable[..., Program]) -> None:
    lead = program("manager")
    number = read(lead)
    pay = next(
        one for one in lead.get(f"/plan-drafts/{number}/coverage").json()["figured"] if "30%" in one["quote"]
    )
    address = f"/plan-drafts/{number}/aside"
    assert lead.post(address, {"sentences": [pay["id"]]}).json()["no_promise"] == 1
    assert lead.post(address, {"sentences": [pay["id"]], "aside": False}).json()["no_promise"] == 0


def test_of_two_people_at_once_one_wins_and_the_other_is_told(program: Callable[..., Program]) -> None:
    one, two = program("manager"), program("manager")
    number = read(one)
    seen = one.get(f"/plan-drafts/{number}/promises").json()
    assert two.get(f"/plan-drafts/{number}").json()["revision"] == seen["revision"]
    row = next(row for row in seen["promises"] if row["kind"] == "target")
    at = {"revision": seen["revision"]}
    promise = f"/plan-drafts/{number}/promises/{row['id']}"
    won = one.post(f"{promise}/correct", {"facts": row["facts"] | {"within": "PT3H"}} | at).json()
    assert won["revision"] > seen["revision"]
    ids = [other["id"] for other in seen["promises"] if other["kind"] == "target"]
    sentence = two.get(f"/plan-drafts/{number}/coverage").json()["figured"][0]["id"]
    for path, told in (
        (f"{promise}/correct", {"facts": row["facts"]}),
        (f"{promise}/split", {"at": 1}),
        (f"{promise}/answer", {"question": "day", "answer": "hours"}),
        (f"/plan-drafts/{number}/decide", {"act": "reject", "promises": ids}),
        (f"/plan-drafts/{number}/merge", {"promises": ids}),
        (f"/plan-drafts/{number}/promises", {"kind": "duty", "start": 0, "end": 5, "facts": {}}),
        (f"/plan-drafts/{number}/aside", {"sentences": [sentence]}),
        (f"/plan-drafts/{number}/undo", {}),
    ):
        late = two.post(path, told | at)
        assert (late.status_code, late.json()["code"]) == (409, "stale_version"), path
    assert next(now for now in rows_of(two, number) if now["id"] == row["id"])["facts"]["within"] == "PT3H"
    again = two.post(
        f"/plan-drafts/{number}/decide", {"act": "reject", "promises": ids, "revision": won["revision"]}
    )
    assert {now["decision"] for now in again.json()["promises"]} == {"rejected"}
    assert two.get(f"/plan-drafts/{number}").json()["revision"] == again.json()["revision"]

"""Forecasts before signing over REST: asked, reckoned, read under other figures; and of whose cases."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from luyue.contracts.models import Contract
from luyue.desk import actions as desk
from luyue.desk.models import Case
from luyue.devices.models import Site
from luyue.foresight import actions, queries
from luyue.foresight.models import Foresight, State
from luyue.ledger import wall
from tests import factories
from tests.api.conftest import Program

NOW = factories.NOW
DAYS = {"since": str(NOW.date() - timedelta(days=3)), "until": str(NOW.date() + timedelta(days=20))}


@pytest.fixture
def of(everything: wall.Scope) -> Contract:
    made = factories.contract()
    for number in range(8):
        at = NOW + timedelta(hours=5 * number)
        case = factories.case(made, at, severity=("urgent", "serious", "normal")[number % 3])
        answered = at + timedelta(minutes=10 + 20 * number)
        desk.respond_case(case.pk, actor=None, at=answered, now=answered)
        factories.resolved(case, timedelta(hours=4 + number))
    return made


def version_of(of: Contract) -> int:
    return int(of.bindings.get().plan_version_id or 0)


def asked(who: Program, of: Contract, **told: Any) -> dict[str, Any]:
    answer = who.post("/foresights", {"version": version_of(of), **DAYS, **told})
    assert answer.status_code == 201, answer.content
    return answer.json()


def reckoned(who: Program, of: Contract, **told: Any) -> int:
    number = int(asked(who, of, **told)["id"])
    assert actions.reckon(number, clock=lambda: NOW + timedelta(days=20)) == State.READY
    return number


def test_a_program_asks_waits_and_reads_what_the_page_shows(
    of: Contract, program: Callable[..., Program]
) -> None:
    lead = program("project_manager", access=[of])
    made = asked(lead, of)
    number = made["id"]
    assert (made["state"], made["contracts"], made["origin"]) == ("waiting", [of.pk], "history")
    assert lead.get(f"/foresights/{number}/expected").status_code == 409
    actions.reckon(number, clock=lambda: NOW + timedelta(days=20))
    told = lead.get(f"/foresights/{number}").json()
    assert (told["state"], told["cases"], told["first"]) == ("ready", 8, "2026-03-04T02:00:00Z")
    found = lead.get(f"/foresights/{number}/expected").json()
    lead.client.force_login(lead.person)
    page = lead.client.get(f"/foresight/{number}/")
    rows = {row.target.id: row for row in page.context["rows"]}
    assert {one["promise"] for one in found["promises"]} == set(rows)
    for one in found["promises"]:
        rate = rows[one["promise"]].rate
        assert (one["share"], one["missed"], one["per_year"]) == (rate.share, rate.missed, rate.per_year)
        assert (one["note"] == "") == (one["share"] is not None)
    assert [one["people"] for one in found["people"]] == [one.people for one in page.context["staff"].needs]
    (row,) = [row for row in lead.get("/foresights").json()["foresights"] if row["id"] == number]
    assert row["reckoned_at"] and row["version"] == version_of(of)


def test_other_figures_are_read_without_changing_anything(
    of: Contract, program: Callable[..., Program]
) -> None:
    lead = program("manager")
    number = reckoned(lead, of, contracts=[of.pk])
    address = f"/foresights/{number}/expected"
    plain = {one["promise"]: one for one in lead.get(address).json()["promises"]}
    name = max(plain, key=lambda one: plain[one]["decided"])
    tight = lead.get(address, limit=f"{name}:60", keep="80", cost="100", cost_of=f"{name}:5000").json()
    mine = next(one for one in tight["promises"] if one["promise"] == name)
    assert (mine["limit"], mine["promised"]) == (60, plain[name]["promised"])
    assert mine["missed"] == mine["decided"] >= plain[name]["missed"] and mine["share"] == 1
    assert mine["keeps"] <= plain[name]["keeps"]
    dear = next(one for one in tight["dearest"] if one["promise"] == name)
    assert dear["each"] == 5000 and dear["cost"] == pytest.approx(5000 * dear["per_year"])
    points = lead.get(f"/foresights/{number}/curves/{name}").json()["points"]
    assert [one["share"] for one in points] == sorted((one["share"] for one in points), reverse=True)
    assert {one["promise"]: one for one in lead.get(address).json()["promises"]} == plain
    for wrong in (
        "limit=x:1",
        f"limit={name}:0",
        f"limit={name}:1.2.3",
        f"cost_of={name}:99999999999",
        "keep=20",
    ):
        assert lead.client.get(f"/api/v1{address}?{wrong}").status_code == 422, wrong
    assert lead.get(f"/foresights/{number}/curves/none").status_code == 404


def test_the_papers_say_what_was_read_under_the_same_figures(
    of: Contract, program: Callable[..., Program]
) -> None:
    lead = program("project_manager", access=[of])
    number = asked(lead, of)["id"]
    address = f"/foresights/{number}/file"
    assert lead.get(address).status_code == 409
    actions.reckon(number, clock=lambda: NOW + timedelta(days=20))
    told = lead.get(f"/foresights/{number}/expected").json()["promises"]
    name = max(told, key=lambda one: one["decided"])["promise"]
    for wish in ({}, {"limit": f"{name}:60", "keep": "80"}):
        told = lead.get(f"/foresights/{number}/expected", **wish).json()["promises"]
        answer = lead.get(address, format="xlsx", **wish)
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        _head, *lines = book.get_sheet_by_index(0).to_python()
        assert [(line[0], line[4]) for line in lines] == [(one["clause"], one["decided"]) for one in told]
        for line, one in zip(lines, told, strict=True):
            assert line[6] == ("" if one["share"] is None else pytest.approx(one["share"]))
    paper = lead.get(address)
    assert paper.content.startswith(b"%PDF") and paper["Content-Type"] == "application/pdf"
    assert (
        lead.get(address, limit="x:1").status_code == 422
        and lead.get(address, format="csv").status_code == 422
    )


def test_a_history_is_narrowed_by_kind_site_and_region(of: Contract, program: Callable[..., Program]) -> None:
    lead = program("manager")
    site = Site.objects.create(contract=of, name="城东机房")
    numbers = list(Case.objects.filter(contract=of).order_by("pk").values_list("pk", flat=True))
    Case.objects.filter(pk__in=numbers[:3]).update(site=site)
    Case.objects.filter(pk__in=numbers[:1]).update(kind="consultation")
    for told, cases in (
        ({"sites": [site.pk]}, 3),
        ({"regions": ["城东"]}, 3),
        ({"kinds": ["fault"], "regions": ["城东"]}, 2),
    ):
        number = reckoned(lead, of, contracts=[of.pk], **told)
        found = lead.get(f"/foresights/{number}").json()
        assert found["cases"] == cases and told.items() <= found["asked"].items()
    refused = lead.post(
        "/foresights", {"version": version_of(of), **DAYS, "contracts": [of.pk], "sites": [site.pk + 1]}
    )
    assert (refused.status_code, refused.json()["facts"]["field"]) == (422, "sites")


def test_a_load_a_draft_and_a_table_stand_in_for_the_history(
    of: Contract, program: Callable[..., Program]
) -> None:
    lead = program("manager")
    load = {"per_day": 4, "days": 20}
    number = reckoned(lead, of, load=load)
    told = lead.get(f"/foresights/{number}").json()
    assert told["origin"] == "load" and told["cases"] > 20 and told["contracts"] == []
    bad = lead.post("/foresights", {"version": version_of(of), "load": load | {"severities": [1]}})
    assert (bad.status_code, bad.json()["facts"]["field"]) == (422, "severities")
    draft = factories.plan_draft("接到故障报修后，我方2小时内响应。", author=lead.person)
    mine = lead.post("/foresights", {"draft": draft.pk, "load": load}).json()
    assert (mine["draft"], mine["undecided"]) == (draft.pk, draft.promises.count())
    table = SimpleUploadedFile("t.csv", "编号,报修时间\n1,2026-03-04 10:00\n".encode())
    sent = {"file": table, "version": version_of(of), "mapping": "columns: none"}
    answer = lead.client.post("/api/v1/foresights/table", sent)
    assert (answer.status_code, answer.json()["facts"]["field"]) == (422, "mapping")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"version": None}, "plan"),
        ({"draft": 1}, "plan"),
        ({"since": None}, "since"),
        ({"until": "2026-01-01"}, "until"),
        ({"kinds": ["none of ours"]}, "kinds"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_asked_is_said(
    of: Contract, program: Callable[..., Program], wrong: dict[str, Any], field: str
) -> None:
    lead = program("manager")
    body = {"version": version_of(of), "contracts": [of.pk], **DAYS} | wrong
    answer = lead.post("/foresights", {name: value for name, value in body.items() if value is not None})
    assert answer.status_code == 422 and field in answer.content.decode(), answer.content
    assert not Foresight.objects.exists()


def test_nobody_reckons_with_or_reads_what_is_not_his(of: Contract, program: Callable[..., Program]) -> None:
    lead, stranger = program("manager"), program("project_manager", access=[factories.contract()])
    number = reckoned(lead, of, contracts=[of.pk])
    paths = ("", "/expected", "/curves/normal-resolve", "/file", "/file?format=xlsx")
    for path in paths:
        assert stranger.get(f"/foresights/{number}{path}").status_code == 404
        assert program("engineer", access=[of]).get(f"/foresights/{number}{path}").status_code == 403
    for act in ("again", "remove"):
        assert stranger.post(f"/foresights/{number}/{act}", {}).status_code == 404
    assert stranger.get("/foresights").json()["foresights"] == []
    # Contracts that he does not see, and those that are not there, are refused alike; by himself he gets his own.
    for contract in (of.pk, 10**9):
        refused = stranger.post("/foresights", {"version": version_of(of), **DAYS, "contracts": [contract]})
        assert (refused.status_code, refused.json()["code"]) in ((404, "not_found"), (422, "bad_input"))
    foreign = stranger.post("/foresights", {"version": version_of(of), **DAYS})
    assert foreign.status_code == 404 or of.pk not in foreign.json()["contracts"]
    draft = factories.plan_draft("接到故障报修后，我方2小时内响应。", author=lead.person)
    assert stranger.post("/foresights", {"draft": draft.pk, **DAYS}).status_code == 404


def test_what_failed_is_asked_again_and_what_is_not_wanted_thrown_away(
    of: Contract, program: Callable[..., Program]
) -> None:
    lead = program("manager")
    number = asked(lead, of, contracts=[of.pk], regions=["无此地"])["id"]
    assert actions.reckon(number, clock=lambda: NOW) == State.FAILED
    assert lead.get(f"/foresights/{number}").json()["problem"] == "no_cases"
    assert lead.post(f"/foresights/{number}/again", {}).json()["state"] == "waiting"
    assert lead.post(f"/foresights/{number}/remove", {}).status_code == 204
    assert lead.get(f"/foresights/{number}").status_code == 404
    ready = reckoned(lead, of, contracts=[of.pk])
    assert lead.post(f"/foresights/{ready}/again", {}).status_code == 409
    assert queries.one(ready, to=lead.person).state == State.READY

"""Reports over REST: what programs of staff and of customers read, and the papers."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from luyue.accounts.models import ApiToken, Person
from luyue.accounts.queries import token_hash
from luyue.reports import actions
from tests import factories
from tests.reports.conftest import JUNE, member

BASE = "/api/v1/reports"


def program(person: Person) -> Client:
    token = f"luyue_{person.username}"
    ApiToken.objects.get_or_create(
        person=person, name="x", hash=token_hash(token), hint="x", defaults={"created_at": factories.NOW}
    )
    return Client(headers={"Authorization": f"Bearer {token}"})


def get(client: Client, path: str = "", **query: Any) -> Any:
    answer = client.get(BASE + path, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_staff_list_drafts_and_customers_what_was_issued(draft, issue, lead, customer, faults) -> None:
    done, waiting = issue(draft("fault_summary")), draft("round_report")
    of_staff = get(program(lead))["reports"]
    assert {row["id"] for row in of_staff} == {done.pk, waiting.pk}
    (row,) = get(program(customer))["reports"]
    assert (row["id"], row["state"], row["number"], row["version"]) == (done.pk, "issued", done.number, 1)
    assert row["title"] == "月度故障总结报告" and row["last"] == "2026-05-31" and len(row["digest"]) == 64
    assert program(customer).get(f"{BASE}/{waiting.pk}").status_code == 404


def test_filters_and_pages(draft, issue, lead, contract, faults) -> None:
    done, waiting = issue(draft("fault_summary")), draft("round_report")
    client = program(lead)
    for query, ids in (
        ({"state": "draft"}, [waiting.pk]), ({"kind": "fault_summary"}, [done.pk]),
        ({"contract": contract.pk + 1}, []), ({"since": "2026-06-01"}, []), ({"until": "2026-04-30"}, []),
    ):  # fmt: skip
        assert [row["id"] for row in get(client, **query)["reports"]] == ids, query
    first = get(client, limit=1)
    second = get(client, limit=1, after=first["next"])
    assert {first["reports"][0]["id"], second["reports"][0]["id"]} == {done.pk, waiting.pk}
    assert client.get(BASE, {"state": "lost"}).status_code == 422


def test_one_has_its_versions_and_words(draft, issue, lead, writer, customer, faults) -> None:
    old = issue(draft("fault_summary"))
    fresh = actions.correct_report(old.pk, reason="设备名称写错", actor=writer, now=JUNE + timedelta(days=2))
    new = issue(fresh)
    told = get(program(customer), f"/{new.pk}")
    assert [(row["id"], row["version"]) for row in told["versions"]] == [(new.pk, 2), (old.pk, 1)]
    assert told["reason"] == "设备名称写错"
    assert told["sections"] and all(section["title"] for section in told["sections"])
    assert [row["id"] for row in get(program(customer))["reports"]] == [new.pk]
    assert len(get(program(lead), all_versions=True)["reports"]) == 2


@pytest.mark.parametrize(("form", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")])
def test_the_papers(draft, issue, customer, faults, form: str, start: bytes) -> None:
    one = issue(draft("fault_summary"))
    client = program(customer)
    answer = client.get(f"{BASE}/{one.pk}/file", {"format": form, "language": "en"})
    assert answer.status_code == 200 and answer.content.startswith(start)
    assert "attachment" in answer["Content-Disposition"]
    if form != "pdf":
        assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    assert client.get(f"{BASE}/{one.pk}/file", {"format": "exe"}).status_code == 422


def test_strangers_and_neighbours_get_none(draft, issue, contract, faults) -> None:
    one = issue(draft("fault_summary"))
    for path in ("", f"/{one.pk}", f"/{one.pk}/file"):
        assert Client().get(BASE + path).status_code == 401
    neighbour = member(factories.contract("hardware-supply"), "customer")
    client = program(neighbour)
    assert get(client)["reports"] == []
    for path in (f"/{one.pk}", f"/{one.pk}/file"):
        assert client.get(BASE + path).status_code == 404

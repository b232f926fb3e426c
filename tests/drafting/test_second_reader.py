"""The second reader in the pages of drafts: asked only when wanted, its proposals marked, its failures told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client

from luyue.accounts.models import ApiToken, Person
from luyue.accounts.queries import token_hash
from luyue.domain.refusals import BadInput, IllegalMove, NotFound
from luyue.drafting import actions, jobs, queries
from luyue.drafting.models import SECOND_READER, Draft, Drafted, Sentence
from luyue.ledger.models import Event
from tests import factories
from tests.reading.test_second import reply, service

pytestmark = pytest.mark.usefixtures("everything")
NOW = factories.NOW
TEXT = "质保期三年。\n接到报修后2小时内到达现场。\n接口带宽为10小时。\n设备共46台。\n"
WORDS = "设备共46台"


@contextmanager
def reader(answer: object, status: int = 200) -> Iterator[tuple[str, list[Any]]]:
    """A service on this machine that says the same to everybody; its address, and the bodies that it got."""
    with service(status, reply(answer)) as told:
        yield told


GOOD = {
    "quotas": [
        {"what": "devices", "value": 46, "quote": WORDS},
        {"what": "x", "value": 9, "quote": "没有这句9"},
    ]
}


def upload(author: Person, *, second_reader: bool, text: str = TEXT, before: int | None = None) -> Draft:
    return actions.upload(
        text.encode(), file_name="方案.txt", title="某医院方案", plan="", actor=author, now=NOW, defer=False,
        second_reader=second_reader, before=before,
    )  # fmt: skip


def test_what_it_proposes_joins_the_draft_and_is_never_accepted_in_one_sweep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    author = factories.person("project_manager")
    with reader(GOOD) as (address, seen):
        monkeypatch.setenv("LUYUE_READER_URL", address)
        made = upload(author, second_reader=True)
        jobs.read(made.pk)
    assert len(seen) == 1 and WORDS in seen[0][2]["messages"][-1]["content"]
    of = queries.draft(made.pk, to=author)
    assert (of.second["state"], of.second["proposed"], of.second["refused"]) == ("done", 1, {"quote": 1})
    (row,) = Drafted.objects.filter(draft=of, rule=SECOND_READER)
    assert row.words == of.text[row.start : row.end] == WORDS and row.state == "proposed"
    assert actions.decide_all(of.pk, "accept", actor=author, now=NOW) > 0
    row.refresh_from_db()
    assert row.state == "proposed"
    page = client_of(author).get(f"/drafts/{of.pk}/?show=second").content.decode()
    assert (
        "第二阅读者建议，请核对原文" in page and "没有采用：原文没有这些字 1" in page and "到达现场" in page
    )
    assert page.count("<article") == 1
    actions.decide(of.pk, [row.pk], "accept", actor=author, now=NOW)
    newer = upload(author, second_reader=False, text=TEXT + "备件库设在本市。\n", before=of.pk)
    jobs.read(newer.pk)
    (heir,) = Drafted.objects.filter(draft=newer, words=WORDS)
    assert heir.state == "accepted" and heir.carried == "same"


def test_it_is_asked_later_about_what_is_still_open_and_once_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    author = factories.person("project_manager")
    made = upload(author, second_reader=False)
    jobs.read(made.pk)
    assert queries.draft(made.pk, to=author).second == {}
    client = client_of(author)
    assert "请第二阅读者看" not in client.get(f"/drafts/{made.pk}/?tab=left").content.decode()
    with pytest.raises(BadInput):
        actions.ask_second_reader(made.pk, actor=author, now=NOW, defer=False)
    aside = Sentence.objects.filter(draft=made, words__contains="接口带宽")
    actions.set_aside(made.pk, [row.pk for row in aside], aside=True, actor=author, now=NOW)
    with reader(GOOD) as (address, seen):
        monkeypatch.setenv("LUYUE_READER_URL", address)
        assert address in client.get(f"/drafts/{made.pk}/?tab=left").content.decode()
        actions.ask_second_reader(made.pk, actor=author, now=NOW, defer=False)
        with pytest.raises(IllegalMove):
            actions.ask_second_reader(made.pk, actor=author, now=NOW, defer=False)
        assert "job" in client.get(f"/drafts/{made.pk}/second-reader/progress/").content.decode()
        jobs.hear(made.pk)
        jobs.hear(made.pk)  # again after a crash: nothing is waited for any more
        assert len(seen) == 1
        actions.ask_second_reader(made.pk, actor=author, now=NOW, defer=False)
        jobs.hear(made.pk)
    assert Drafted.objects.filter(draft=made, rule=SECOND_READER).count() == 1
    kinds = list(
        Event.objects.filter(subject_kind="plan_draft", subject_id=made.pk).values_list("kind", flat=True)
    )
    assert kinds.count("plan_draft.reader_heard") == 2


@pytest.mark.parametrize(
    ("answer", "status", "code", "refused"),
    [("nonsense", 200, "", {"unusable": 1}), ({}, 500, "refused", {}), ({}, 401, "refused", {})],
)
def test_what_goes_wrong_is_told_and_what_rules_read_stays(
    monkeypatch: pytest.MonkeyPatch, answer: object, status: int, code: str, refused: dict[str, int]
) -> None:
    author = factories.person("project_manager")
    with reader(answer, status) as (address, _seen):
        monkeypatch.setenv("LUYUE_READER_URL", address)
        made = upload(author, second_reader=True)
        jobs.read(made.pk)
    of = queries.draft(made.pk, to=author)
    assert of.state == "ready" and queries.promises(of).count() > 1
    assert (of.second["code"], of.second["refused"]) == (code, refused)
    assert of.second["state"] == ("failed" if code else "done")
    page = client_of(author).get(f"/drafts/{made.pk}/").content.decode()
    assert ("第二阅读者拒绝了请求" if code else "没有采用：格式不对 1") in page


def test_a_service_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    author = factories.person("project_manager")
    with reader({}) as (address, _seen):
        pass
    monkeypatch.setenv("LUYUE_READER_URL", address)
    made = upload(author, second_reader=True)
    jobs.read(made.pk)
    assert queries.draft(made.pk, to=author).second["code"] == "unreachable"


def test_it_is_offered_where_it_is_set_up_and_over_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    author = factories.person("project_manager")
    client = client_of(author)
    assert "第二阅读者" not in client.get("/drafts/new/").content.decode()
    posted = {"text": TEXT, "title": "甲", "second_reader": "true"}
    ApiToken.objects.create(person=author, name="x", hash=token_hash("luyue_x"), hint="x", created_at=NOW)
    headers = {"HTTP_AUTHORIZATION": "Bearer luyue_x"}
    assert client.post("/api/v1/plan-drafts", posted, **headers).status_code == 422
    monkeypatch.setenv("LUYUE_READER_URL", "http://127.0.0.1:9/v1")
    page = client.get("/drafts/new/").content.decode()
    assert "也请第二阅读者看" in page and "http://127.0.0.1:9/v1" in page
    answer = client.post("/api/v1/plan-drafts", posted, **headers)
    assert (answer.status_code, answer.json()["second"]["state"]) == (201, "waiting")
    made = answer.json()["id"]
    again = client.post(f"/api/v1/plan-drafts/{made}/second-reader", **headers)
    assert again.status_code == 409  # not read yet
    stranger = factories.person("project_manager")
    with pytest.raises(NotFound):
        actions.ask_second_reader(made, actor=stranger, now=NOW, defer=False)


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client

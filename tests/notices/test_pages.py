"""Pages about messages: one's own settings, outlets, templates, what was not delivered."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

import luyue
from luyue.accounts.models import Person
from luyue.ledger import wall
from luyue.notices import actions, http, kinds
from luyue.notices.models import Delivery, Outlet, Preference, Template
from luyue.notices.robots import Request
from luyue.project.reactions import REACTIONS
from tests.factories import person


@pytest.fixture
def admin(everything: wall.Scope) -> Person:
    return person("admin", phone="13800000000")


def as_(who: Person) -> Client:
    client = Client()
    client.force_login(who)
    return client


def text(answer: Any) -> str:
    return answer.content.decode()


ROBOT = {
    "name": "运维群", "address": "http://127.0.0.1:9/send?key=k3y", "language": "zh-hans", "active": "on", "quiet": "",
}  # fmt: skip


def test_everybody_chooses_ways_hours_and_digest(everything: wall.Scope) -> None:
    reader = person("engineer")
    client = as_(reader)
    assert "clock.breached email" in text(client.get("/messages/settings/"))
    facts = {"language": "en", "quiet": "22:00-07:00", "digest": "daily", "morning": "07:30"}
    answer = client.post("/messages/settings/", facts | {"ways": ["clock.breached sms", "nothing email"]})
    assert answer.status_code == 302
    kept = Preference.objects.get(person=reader)
    assert (kept.quiet, kept.digest, str(kept.morning)) == ("22:00-07:00", "daily", "07:30:00")
    assert kept.ways["clock.breached"] == ["sms"]
    assert kept.ways["clock.warned"] == []
    reader.refresh_from_db()
    assert reader.language == "en"


def test_quiet_hours_that_are_none_are_refused_and_nothing_typed_is_lost(everything: wall.Scope) -> None:
    client = as_(person("engineer"))
    facts = {
        "language": "zh-hans",
        "quiet": "22-7",
        "digest": "now",
        "morning": "08:00",
        "ways": ["case.escalated sms"],
    }
    answer = client.post("/messages/settings/", facts)
    assert answer.status_code == 422
    assert "22:00-07:00" in text(answer)
    assert 'value="22-7"' in text(answer)
    assert 'value="case.escalated sms" checked' in text(answer)


@pytest.mark.parametrize("role", ["operator", "engineer", "manager", "customer"])
@pytest.mark.parametrize(
    "address",
    ["/messages/outlets/", "/messages/outlets/add/", "/messages/templates/", "/messages/undelivered/"],
)
def test_only_administrators_see_how_messages_are_sent(
    everything: wall.Scope, role: str, address: str
) -> None:
    assert as_(person(role)).get(address).status_code == 403


def test_a_robot_is_added_changed_and_its_address_is_never_shown_again(admin: Person) -> None:
    client = as_(admin)
    answer = client.post("/messages/outlets/add/?kind=dingtalk", ROBOT | {"secret": "SECxyz"})
    outlet = Outlet.objects.get(name="运维群")
    assert answer["Location"] == f"/messages/outlets/{outlet.pk}/"
    page = text(client.get(f"/messages/outlets/{outlet.pk}/"))
    assert "k3y" not in page
    assert "SECxyz" not in page
    client.post(
        f"/messages/outlets/{outlet.pk}/", ROBOT | {"address": "", "name": "新群", "quiet": "22:00-07:00"}
    )
    outlet.refresh_from_db()
    assert (outlet.name, outlet.quiet) == ("新群", "22:00-07:00")
    assert outlet.open()["secret"] == "SECxyz"
    assert "新群" in text(client.get("/messages/outlets/"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"address": ""}, "请填地址"), ({"address": "ftp://x"}, "http://"), ({"quiet": "25:00-07:00"}, "起止时间"),
        ({"name": ""}, "请填写"), ({"kinds": ["nothing"]}, "kinds"),
    ],
)  # fmt: skip
def test_a_robot_that_cannot_be_is_refused(admin: Person, changes: dict[str, Any], words: str) -> None:
    answer = as_(admin).post("/messages/outlets/add/?kind=wecom", ROBOT | changes)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Outlet.objects.exists()


def test_two_outlets_of_one_name_are_one_too_many(admin: Person) -> None:
    client = as_(admin)
    client.post("/messages/outlets/add/?kind=wecom", ROBOT)
    answer = client.post("/messages/outlets/add/?kind=wecom", ROBOT)
    assert answer.status_code == 422
    assert "已存在相同的名称" in text(answer)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"body": "{text}"}, "要有 {phone}"), ({"headers": "no colon"}, "每行一个"), ({"success": "("}, "正则表达式"),
        ({"headers": "X: 中文"}, "每行一个"),
    ],
)  # fmt: skip
def test_a_gateway_says_what_is_wrong(admin: Person, changes: dict[str, str], words: str) -> None:
    facts = ROBOT | {"method": "POST", "body": "{phone} {text}", "headers": "", "success": ""}
    assert words in text(as_(admin).post("/messages/outlets/add/?kind=sms", facts | changes))
    assert not Outlet.objects.exists()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, b'{"errcode":0}'), "对方已收下"),
        ((200, b'{"errcode":93000,"errmsg":"invalid webhook url"}'), "93000 invalid webhook url"),
        (http.Unreachable("timed out"), "没有应答：timed out"),
    ],
)
def test_the_test_button_shows_what_the_other_side_says(
    admin: Person, monkeypatch: pytest.MonkeyPatch, answer: Any, words: str
) -> None:
    got: list[Request] = []

    def wire(request: Request) -> Any:
        got.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(http, "send", wire)
    client = as_(admin)
    client.post("/messages/outlets/add/?kind=wecom", ROBOT)
    outlet = Outlet.objects.get()
    page = client.post(f"/messages/outlets/{outlet.pk}/test/", follow=True)
    assert words in text(page)
    assert len(got) == 1


def test_a_template_is_previewed_saved_and_reset(admin: Person) -> None:
    client = as_(admin)
    address = "/messages/templates/clock.breached/zh/"
    words = {"title": "赶紧处理 {number}", "body": "{promise}"}
    page = text(client.post(address, words | {"preview": "1"}))
    assert "赶紧处理 FW0000123" in page
    assert not Template.objects.exists()
    assert client.post(address, words).status_code == 302
    assert "赶紧处理 {number}" in text(client.get("/messages/templates/"))
    client.post(f"{address}reset/")
    assert not Template.objects.exists()


def test_a_template_with_a_wrong_placeholder_says_which(admin: Person) -> None:
    answer = as_(admin).post("/messages/templates/clock.breached/en/", {"title": "{nonsense}", "body": ""})
    assert answer.status_code == 422
    assert "{nonsense}" in text(answer)
    assert as_(admin).get("/messages/templates/nothing/zh/").status_code == 404


def test_every_kind_has_words_that_only_name_what_it_knows() -> None:
    for kind in kinds.known():
        for language in ("zh", "en"):
            for field, words in zip(("title", "body"), kind.words(language), strict=True):
                assert kinds.check(kind, field, words) == words


def test_dead_letters_are_listed_and_sent_again(admin: Person, django_assert_max_num_queries: Any) -> None:
    now = timezone.now()
    outlet = actions.save_outlet(
        None, secrets={"address": "http://127.0.0.1:9/"}, kind="wecom", name="群", actor=None, now=now
    )
    rows = [
        Delivery.objects.create(
            outlet=outlet, way="wecom", key=f"k{n}", title=f"消息{n}", state="dead", due_at=now, created_at=now,
            last_error="93000 invalid webhook url",
        )
        for n in range(30)
    ]  # fmt: skip
    client = as_(admin)
    client.get("/messages/undelivered/")
    with django_assert_max_num_queries(12):
        page = text(client.get("/messages/undelivered/"))
    assert "93000 invalid webhook url" in page
    assert "消息29" in page
    client.post(f"/messages/undelivered/{rows[0].pk}/again/")
    rows[0].refresh_from_db()
    assert rows[0].state == "waiting"
    assert client.post(f"/messages/undelivered/{rows[0].pk}/again/").status_code == 404
    client.post("/messages/undelivered/again/")
    assert not Delivery.objects.filter(state="dead").exists()
    assert "没有未送达的消息" in text(client.get("/messages/undelivered/"))


def test_the_inbox_shows_what_became_of_each_way(everything: wall.Scope, settings: Any) -> None:
    settings.EMAIL_HOST = "127.0.0.1"
    reader, now = person(email="a@luyue.example"), timezone.now()
    actions.tell([actions.Note(reader, "k", "test.told", "标题", "Title")], now=now)
    Delivery.objects.update(state="dead", last_error="550 no such user")
    page = text(as_(reader).get("/messages/"))
    assert "未送达" in page
    assert "550 no such user" in page


def test_every_kind_that_any_app_tells_can_be_chosen(everything: wall.Scope) -> None:
    """A message of a kind that nobody named could not be chosen, nor reworded."""
    named = {one.kind for one in kinds.known()}
    told = set(_told())
    assert "case.to_sign" in told
    by_event = {
        event
        for event, tasks in REACTIONS.items()
        for task in tasks
        if task in ("hotline.tell_change", "hotline.tell_failed", "vault.tell_session", "vault.tell_look")
        or task.startswith("field.tell_")
    }
    assert told | by_event <= named


READS = {"filter", "exclude", "Q"}  # what looks for events of a kind, and tells nothing


def _told() -> Iterator[str]:
    """The kinds that code gives as `kind="…"` to whatever it calls, other than conditions."""
    for path in Path(luyue.__file__).parent.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                not isinstance(node, ast.Call)
                or getattr(node.func, "attr", getattr(node.func, "id", "")) in READS
            ):
                continue
            for given in node.keywords:
                if given.arg == "kind" and isinstance(given.value, ast.Constant):
                    kind = str(given.value.value)
                    if re.fullmatch(r"[a-z_]+\.[a-z_]+", kind):
                        yield kind

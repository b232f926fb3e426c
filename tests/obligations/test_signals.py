"""Other systems tell what happened: by their own address, each message once, and only what the plans ask for."""

from datetime import date, timedelta

import pytest
from django.test import Client

from luyue.contracts import plans
from luyue.contracts.models import PlanVersion
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed, NotFound
from luyue.domain.signals import PAUSES
from luyue.ledger.models import Event
from luyue.notices.models import Message
from luyue.obligations.actions import signals
from luyue.obligations.models import Obligation, Signal, SignalSource
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
NOW = factories.NOW
STORM = {"warning": [{"id": "W1", "title": "某市气象台发布雷电橙色预警", "typeName": "雷电", "status": "active",
                      "startTime": NOW.isoformat()}]}  # fmt: skip


@pytest.fixture
def contracts():
    return [
        factories.contract(name, signed_on=date(2026, 1, 1)) for name in ("regional-video", "hardware-supply")
    ]


def source(**facts):
    given = {
        "name": "气象台",
        "word": "weather.severe",
        "kinds": ["雷电", "大风"],
        "least": "yellow",
        "contracts": [],
    }
    return signals.add_source(actor=None, now=NOW, **given | facts)


def raised():
    return list(Obligation.objects.filter(word="weather.severe").values_list("contract", "promise"))


def test_a_warning_raises_what_the_plans_ask_for_once(contracts):
    one, token = source()
    assert signals.source_of_token(token) == one
    assert [signals.accept(one, STORM, now=NOW + timedelta(hours=n)) for n in range(2)] == [1, 0]
    for _ in range(2):
        signals.work_off(clock=lambda: NOW)
    assert raised() == [(contracts[0].pk, "round-after-storm")]
    told = Signal.objects.get()
    assert (told.state, told.raised, told.contracts) == ("raised", 1, 1)
    signals.raise_signal(told.pk, now=NOW)  # the worker was killed and begins again
    assert len(raised()) == 1
    event = Event.objects.get(kind="happening.entered")
    assert event.data["note"] == "气象台: 某市气象台发布雷电橙色预警"


@pytest.mark.parametrize(("row", "state"), [
    ({"title": "发布雷电蓝色预警", "typeName": "雷电"}, "ignored"),
    ({"title": "发布高温红色预警", "typeName": "高温"}, "ignored"),
    ({"title": "大风", "startTime": (NOW - timedelta(days=40)).isoformat()}, "ignored"),
    ({"title": "大风"}, "waiting"),
])  # fmt: skip
def test_only_what_is_wanted_and_of_today(contracts, row, state):
    one, _ = source()
    signals.accept(one, {"warning": [{"id": "W", **row}]}, now=NOW)
    assert Signal.objects.get().state == state


def test_one_that_no_plan_asks_for_is_seen(contracts):
    one, _ = source(contracts=[contracts[1].pk])
    signals.accept(one, STORM, now=NOW)
    signals.work_off(clock=lambda: NOW)
    assert Signal.objects.get().state == "nothing" and not raised()


@pytest.mark.parametrize(("facts", "field"), [
    ({"name": " "}, "name"), ({"name": "长" * 81}, "name"), ({"word": "moon.full"}, "word"),
    ({"least": "pink"}, "least"),
])  # fmt: skip
def test_what_cannot_be_is_refused(db, facts, field):
    with pytest.raises(BadInput) as refused:
        source(**facts)
    assert refused.value.facts["field"] == field


def test_a_name_is_there_once_and_an_old_address_is_refused(db):
    one, old = source()
    with pytest.raises(BadInput):
        source()
    _, new = signals.renew_source(one.pk, actor=None, now=NOW)
    assert signals.source_of_token(new) == one
    for token in (old, "signal_", ""):
        with pytest.raises(NotFound):
            signals.source_of_token(token)
    signals.change_source(one.pk, active=False, actor=None, now=NOW)
    with pytest.raises(NotFound):
        signals.source_of_token(new)
    with pytest.raises(NotAllowed):
        signals.change_source(one.pk, name="x", actor=factories.person("engineer"), now=NOW)


# -- what fails is kept ------------------------------------------------------------------------------------------


@pytest.fixture
def broken(contracts):
    """A message whose plan cannot be read: its source names a contract whose plan file was damaged."""
    one, _ = source()
    signals.accept(one, STORM, now=NOW)
    version = PlanVersion.objects.get(bindings__contract=contracts[0])
    good = version.source
    PlanVersion.objects.filter(pk=version.pk).update(source="%")
    plans.running_plan.cache_clear()

    def mend():
        PlanVersion.objects.filter(pk=version.pk).update(source=good)
        plans.running_plan.cache_clear()

    yield mend
    plans.running_plan.cache_clear()


def fail(at):
    with pytest.raises(Exception) as trouble:
        signals.work_off(clock=lambda: at)
    return trouble.value


def test_a_message_that_fails_is_tried_again_and_somebody_is_told(broken):
    keeper = factories.person("admin")
    trouble = fail(NOW)
    told = Signal.objects.get()
    assert (told.state, told.tries, told.next_at) == ("failed", 1, NOW + timedelta(minutes=1))
    assert type(trouble).__name__ in told.trouble
    assert Message.objects.filter(person=keeper, kind="signal.failed").count() == 1
    assert signals.work_off(clock=lambda: NOW) == 0, "its time has not come"
    broken()
    signals.work_off(clock=lambda: NOW + timedelta(minutes=2))
    told.refresh_from_db()
    assert (told.state, told.trouble, told.next_at) == ("raised", "", None)
    assert len(raised()) == 1


def test_after_the_last_try_it_waits_for_a_person(broken):
    keeper, at = factories.person("admin"), NOW
    for pause in (*PAUSES, timedelta()):
        fail(at)
        at += pause
    told = Signal.objects.get()
    assert (told.state, told.tries, told.next_at) == ("failed", len(PAUSES) + 1, None)
    assert Message.objects.filter(person=keeper, kind="signal.failed").count() == 2, "the first and the last"
    assert signals.work_off(clock=lambda: at + timedelta(days=30)) == 0
    broken()
    signals.repeat(told.pk, actor=keeper, now=at)
    signals.work_off(clock=lambda: at)
    assert raised()
    with pytest.raises(IllegalMove):
        signals.repeat(told.pk, actor=keeper, now=at)
    with pytest.raises(NotAllowed):
        signals.repeat(told.pk, actor=factories.person("engineer"), now=at)


def test_what_cannot_be_read_is_kept_and_shown(contracts):
    one, token = source()
    address, headers = f"/api/v1/signals/{token}", {"content_type": "application/json"}
    assert Client().post(address, {"warning": [{"id": "W2"}]}, **headers).status_code == 422
    assert Signal.objects.get().state == "refused"
    client = Client()
    client.force_login(factories.person("admin"))
    page = client.get(f"/obligations/signals/{one.pk}/?state=refused").content.decode()
    assert "读不懂" in page and "warning[0].title" in page
    for _ in range(signals.REFUSED_KEPT + 5):
        signals.note_refused(one, "x", now=NOW)
    assert Signal.objects.filter(state="refused").count() == signals.REFUSED_KEPT


def test_a_message_is_repeated_on_the_page(broken):
    fail(NOW)
    broken()
    told = Signal.objects.get()
    client = Client()
    client.force_login(factories.person("admin"))
    assert "失败 1 条" in client.get("/obligations/signals/").content.decode()
    address = f"/obligations/signals/repeat/{told.pk}/"
    assert address in client.get(f"/obligations/signals/{told.source_id}/").content.decode()
    client.post(address)
    told.refresh_from_db()
    assert told.state == "waiting"


def test_over_rest(contracts):
    _, token = source()
    address, headers = f"/api/v1/signals/{token}", {"content_type": "application/json"}
    stranger = Client()
    assert stranger.post(address, STORM, **headers).json() == {"accepted": 1}
    answer = stranger.post(address, {"warning": [{"id": "W2"}]}, **headers)
    assert (answer.status_code, answer.json()["facts"]["field"]) == (422, "warning[0].title")
    assert stranger.post(address, b"\xff{", **headers).status_code == 422
    assert stranger.post(address, b"{" + b" " * 1024 * 1024 + b"}", **headers).status_code == 422
    assert stranger.post("/api/v1/signals/signal_x", STORM, **headers).status_code == 404
    assert Signal.objects.exclude(state="refused").count() == 1


def test_by_the_pages(contracts):
    client = Client()
    client.force_login(factories.person("admin"))
    assert "还没有外部通知来源" in client.get("/obligations/signals/").content.decode()
    given = {
        "name": "气象台",
        "word": "weather.severe",
        "kinds": "雷电，大风",
        "least": "orange",
        "active": "on",
    }
    page = client.post("/obligations/signals/add/", given)
    assert "/api/v1/signals/signal_" in page.content.decode() and page["Cache-Control"] == "no-store"
    one = SignalSource.objects.get()
    assert (one.kinds, one.least, one.contracts) == (["雷电", "大风"], "orange", [])
    assert client.post("/obligations/signals/add/", given).status_code == 422
    signals.accept(one, STORM, now=NOW)
    own = f"/obligations/signals/{one.pk}/"
    assert "雷电橙色预警" in client.get(own).content.decode()
    assert client.post(own, given | {"contracts": [str(contracts[0].pk)]}).status_code == 302
    one.refresh_from_db()
    assert one.contracts == [contracts[0].pk]
    assert "signal_" in client.post(f"{own}renew/").content.decode()
    client.force_login(factories.person("engineer"))
    assert {client.get(path).status_code for path in ("/obligations/signals/", own)} == {403}

"""The field pages as an app of the phone: what the server gives it, and what it makes of clocks that are wrong."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from luyue.field import actions, queries
from luyue.field.actions import Told
from luyue.field.models import Entry
from tests import factories
from tests.field.conftest import member


@pytest.fixture
def phone(engineer):
    client = Client()
    client.force_login(engineer)
    return client


def test_the_worker_may_serve_all_addresses_and_names_files_that_exist(db):
    answer = Client().get("/sw.js")
    assert answer["Service-Worker-Allowed"] == "/" and "no-cache" in answer["Cache-Control"]
    assert answer["Content-Type"].startswith("text/javascript")
    release = json.loads(re.match(r"self\.RELEASE = (\{.*\});\n", answer.content.decode())[1])
    assert any("outbox.js?v=" in one for one in release["files"])
    for one in [*release["files"], release["offline"]]:
        found = Client().get(one)
        assert found.status_code == 200, one


def test_the_manifest_names_icons_that_exist(db):
    answer = Client().get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert (told["name"], told["start_url"], told["display"]) == ("履约 Luyue", "/field/", "standalone")
    for icon in told["icons"]:
        found = Client().get(icon["src"])
        content = b"".join(found.streaming_content)
        assert found.status_code == 200 and found["Content-Type"] == icon["type"]
        if icon["type"] == "image/png":
            size = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
            assert f"{size[0]}x{size[1]}" == icon["sizes"]


def test_the_page_without_a_network_is_nobodys(phone, engineer):
    page = phone.get("/field/offline/").content.decode()
    assert "没有网络" in page
    assert "data-person" not in page and engineer.name not in page and "csrf" not in page


def test_a_stranger_gets_no_token(db):
    answer = Client().get("/field/token/")
    assert answer.status_code == 401 and "token" not in answer.json()


def test_a_token_lets_an_act_through(engineer, order):
    client = Client(enforce_csrf_checks=True)
    client.force_login(engineer)
    told = client.get("/field/token/").json()
    assert told["person"] == engineer.pk
    sent = {"act": "accept"}
    address = f"/field/orders/{order.pk}/acts/"
    headers = {"Accept": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    assert client.post(address, sent, headers=headers).status_code == 403
    answer = client.post(address, sent, headers=headers | {"X-CSRFToken": told["token"]})
    assert answer.status_code == 200 and answer.json()["order"]["state"] == "accepted"


def test_an_order_comes_with_the_forms_of_later_acts(phone, order):
    pages = phone.get(f"/field/orders/{order.pk}/ahead/").json()["pages"]
    assert f"/field/orders/{order.pk}/" in pages
    for act in ("finish", "confirm", "photo", "unsolved", "check"):
        assert f'name="act" value="{act}"' in pages[f"/field/orders/{order.pk}/act/{act}/"]
    assert f"/field/orders/{order.pk}/act/cancel/" not in pages, "that is for the desk"
    kit = json.loads(re.search(r'id="field-kit"[^>]*>(.*?)</script>', pages[f"/field/orders/{order.pk}/"])[1])
    assert kit["after"]["planned"]["accept"] == "accepted" and kit["states"]["working"]["main"] == "finish"


def test_others_get_no_forms_for_later(order, contract):
    client = Client()
    client.force_login(member(contract, "engineer"))
    pages = client.get(f"/field/orders/{order.pk}/ahead/").json()["pages"]
    assert list(pages) == [f"/field/orders/{order.pk}/"]
    client.force_login(factories.person("engineer"))
    assert client.get(f"/field/orders/{order.pk}/ahead/").status_code == 404


@pytest.mark.parametrize(("minutes", "noted"), [(0, False), (1.5, False), (5, True), (-5, True)])
def test_a_clock_that_is_wrong_is_corrected_and_noted(order, engineer, now, minutes, noted):
    """The phone says 09:00 while it is 09:00 + minutes; the act was an hour before that."""
    off = timedelta(minutes=minutes)
    told = Told(act="accept", happened_at=now - off, clock_off=round(off.total_seconds()), key=uuid.uuid4())
    entry = actions.do_act(order.pk, told, actor=engineer, now=now + timedelta(hours=1)).entry
    assert abs(entry.at - now) <= timedelta(minutes=2 if not noted else 0)
    assert entry.device_at == now - off and entry.recorded_at == now + timedelta(hours=1)
    assert entry.data.get("clock_off") == (round(off.total_seconds()) if noted else None)


def test_long_uploads_do_not_count_as_a_wrong_clock(order, engineer, now):
    """Sent for four minutes: the sender had measured its clock before."""
    told = Told(act="accept", happened_at=now, sent_at=now, clock_off=1, key=uuid.uuid4())
    entry = actions.do_act(order.pk, told, actor=engineer, now=now + timedelta(minutes=4)).entry
    assert entry.at == now and "clock_off" not in entry.data


def test_a_noted_clock_is_on_the_page(phone, order, engineer):
    now = timezone.now()
    told = Told(act="accept", happened_at=now - timedelta(minutes=7), clock_off=420, key=uuid.uuid4())
    actions.do_act(order.pk, told, actor=engineer, now=now)
    assert "比系统慢约 7 分钟" in phone.get(f"/field/orders/{order.pk}/").content.decode()


@pytest.mark.parametrize("clock", ["x", "99999999999", "1.5"])
def test_a_clock_that_cannot_be_read_is_refused(phone, order, clock):
    answer = phone.post(
        f"/field/orders/{order.pk}/acts/", {"act": "accept", "clock_off": clock}, headers={"Accept": "application/json"}
    )  # fmt: skip
    assert answer.status_code == 422
    assert not Entry.objects.filter(order=order, act="accept").exists()
    assert queries.order(order.pk).state == "planned"

"""Attachments: what is kept, what is refused, who gets them."""

import pytest
from django.test import Client

from luyue.contracts import actions as contract_actions
from luyue.domain.refusals import BadInput
from luyue.files import actions, content
from luyue.files.models import Attachment
from luyue.ledger.models import Event
from tests import factories

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def attach(data: bytes = PNG, **facts):
    of = facts.pop("contract", None) or factories.contract()
    known = {
        "name": "现场.png", "kind": "photo", "subject": ("case", 1), "contract_id": of.pk, "actor": None,
        "now": factories.NOW,
    }  # fmt: skip
    return actions.attach(data, **known | facts)


def test_the_same_content_is_kept_once_and_recorded_by_its_hash(everything):
    first, second = attach(), attach(name="另一张.png")
    assert first.digest == second.digest
    assert content.read(first.digest) == PNG
    assert Event.objects.filter(kind="file.attached", data__digest=first.digest).count() == 2


@pytest.mark.parametrize(
    ("data", "facts", "problem"),
    [
        (b"", {}, "empty"),
        (bytes(actions.LARGEST + 1), {}, "too_large"),
        (b"<script>", {"only_pictures": True}, "not_a_picture"),
    ],
)
def test_bad_files_are_refused(everything, data, facts, problem):
    with pytest.raises(BadInput) as refusal:
        attach(data, **facts)
    assert refusal.value.facts["problem"] == problem
    assert not Attachment.objects.exists()


def test_the_type_is_what_the_bytes_say(everything):
    assert attach(b"<html>", name="x.png").media_type == content.UNKNOWN
    assert attach(b"%PDF-1.7", name="x.txt").media_type == "application/pdf"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\照片\\a.png", "a\x00b.png", "", "…" * 300 + ".png"]
)
def test_names_lose_folders_and_keep_their_ending(name):
    plain = content.plain_name(name)
    assert plain and len(plain) <= 200
    assert "/" not in plain and "\\" not in plain and "\0" not in plain
    assert plain.endswith(".png") or "." not in name or "passwd" in name


def test_what_a_browser_could_run_is_only_saved(everything):
    of = factories.contract()
    person = factories.person("engineer")
    contract_actions.give_access(of.pk, person=person, role="engineer", actor=None, now=factories.NOW)
    page = attach(b"<script>alert(1)</script>", name="x.html", contract=of)
    picture = attach(contract=of)
    client = Client()
    client.force_login(person)
    answer = client.get(f"/files/{page.pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.get(f"/files/{picture.pk}/")["Content-Disposition"].startswith("inline")

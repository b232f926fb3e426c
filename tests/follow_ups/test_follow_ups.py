"""The call after a closed case: owed once, made with the form, a low score becomes a complaint."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.desk import actions as desk
from luyue.desk.models import Case
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.follow_ups import actions, jobs
from luyue.follow_ups.models import FollowUp
from luyue.ledger.models import Event
from luyue.notices.models import Message
from luyue.project.reactions import REACTIONS
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
NOW = factories.NOW
LATER = NOW + timedelta(hours=5)


@pytest.fixture
def contract() -> Contract:
    return factories.contract()


def closed(contract: Contract, **facts: Any) -> Case:
    case = factories.case(contract, NOW, **facts)
    factories.resolved(case, timedelta(hours=1))
    at = NOW + timedelta(hours=2)
    return desk.close_case(case.pk, actor=None, at=at, now=at)


def owed(case: Case) -> FollowUp:
    event = Event.objects.filter(kind="case.closed", subject_id=case.pk).latest("id")
    jobs.open_follow_up(event.pk)
    return FollowUp.objects.filter(case=case).latest("id")


def call(one: FollowUp, result: str = "reached", **facts: Any) -> FollowUp:
    known = {"actor": factories.person("supervisor"), "at": LATER, "now": LATER}
    return actions.record_call(one.pk, result=result, **known | facts)


def test_each_closing_owes_one_call(contract: Contract) -> None:
    assert "follow_ups.open" in REACTIONS["case.closed"]
    case = closed(contract)
    one = owed(case)
    assert owed(case) == one and one.owed
    call(one, score=5)
    at = LATER + timedelta(hours=1)
    desk.reopen_case(case.pk, actor=None, at=at, now=at, reason="又坏了")
    factories.resolved(Case.objects.get(pk=case.pk), timedelta(hours=8))
    at = LATER + timedelta(hours=9)
    desk.close_case(case.pk, actor=None, at=at, now=at)
    assert owed(case) != one


def test_a_case_that_is_open_again_owes_none(contract: Contract) -> None:
    case = closed(contract)
    event = Event.objects.filter(kind="case.closed", subject_id=case.pk).latest("id")
    desk.reopen_case(case.pk, actor=None, at=LATER, now=LATER, reason="又坏了")
    jobs.open_follow_up(event.pk)
    assert not FollowUp.objects.exists()


def test_no_answer_leaves_the_call_owed_and_counts_the_try(contract: Contract) -> None:
    one = owed(closed(contract))
    assert call(one, "no_answer").owed
    made = call(one, "refused")
    assert (made.tries, made.owed, made.score) == (2, False, None)
    with pytest.raises(IllegalMove):
        call(one, score=5)


def test_a_low_score_opens_one_complaint_and_tells_the_lead(contract: Contract) -> None:
    lead = factories.person("project_manager")
    contract_actions.give_access(contract.pk, person=lead, role="project_manager", actor=None, now=NOW)
    case = closed(contract)
    one = owed(case)
    with pytest.raises(BadInput) as refused:
        call(one, score=2)
    assert refused.value.facts["field"] == "words"
    made = call(one, score=2, words="来得太晚", answered_by="李主任")
    complaint = made.complaint
    assert complaint is not None
    assert (complaint.kind, complaint.channel, complaint.reporter_name) == (
        "complaint",
        "follow_up",
        "李主任",
    )
    assert case.number in complaint.title and complaint.description == "来得太晚"
    assert list(Message.objects.filter(kind="follow_up.low_score").values_list("person", flat=True)) == [
        lead.pk
    ]
    assert call(owed(closed(contract)), score=3).complaint is None


@pytest.mark.parametrize("score", [None, 0, 6])
def test_who_was_reached_has_a_score(contract: Contract, score: int | None) -> None:
    with pytest.raises(BadInput):
        call(owed(closed(contract)), score=score)


def test_only_those_who_call_may_write_it_down_and_no_call_is_before_the_closing(contract: Contract) -> None:
    one = owed(closed(contract))
    with pytest.raises(NotAllowed):
        call(one, score=5, actor=factories.person("engineer"))
    with pytest.raises(BadInput):
        call(one, score=5, at=NOW)


def test_from_the_list_to_the_form_on_paper(contract: Contract) -> None:
    case = closed(contract, reporter_name="王科长")
    one = owed(case)
    client = Client()
    client.force_login(factories.person("supervisor"))
    assert case.number in client.get("/follow-ups/").content.decode()
    where = f"/follow-ups/{one.pk}/"
    empty = client.post(where, {"result": "reached"})
    assert empty.status_code == 422 and "1 到 5 分" in empty.content.decode()
    kept = client.post(where, {"result": "reached", "score": "1", "words": ""})
    assert kept.status_code == 422 and "checked" in kept.content.decode()
    assert client.post(where, {"result": "reached", "score": "1", "words": "来晚了"}).status_code == 302
    assert case.number not in client.get("/follow-ups/").content.decode()
    assert case.number in client.get("/follow-ups/?made=low").content.decode()
    assert "来晚了" in client.get(f"/cases/{case.pk}/").content.decode()
    paper = client.get(where, {"format": "docx"}).content
    text = zipfile.ZipFile(io.BytesIO(paper)).read("word/document.xml").decode()
    assert "来晚了" in text and "王科长" in text
    assert client.get(where, {"format": "pdf"}).content.startswith(b"%PDF")
    customer = factories.person("customer")
    contract_actions.give_access(contract.pk, person=customer, role="customer", actor=None, now=NOW)
    client.force_login(customer)
    assert client.get(where).status_code == 403
    assert "来晚了" not in client.get(f"/cases/{case.pk}/").content.decode()


def test_an_opinion_is_written_down_after_a_call_that_brought_only_a_score(contract: Contract) -> None:
    one = call(owed(closed(contract)), score=5)
    client = Client()
    client.force_login(factories.person("supervisor"))
    address = f"/follow-ups/{one.pk}/"
    assert f"{address}opinion/" in client.get(address).content.decode()
    empty = client.post(f"{address}opinion/", {"words": " "})
    assert empty.status_code == 422 and "请填写。" in empty.content.decode()
    told = client.post(f"{address}opinion/", {"words": "没有意见"}, follow=True)
    assert told.content.decode().count("已记录。") == 1, "on the page or in passing, not both"
    one.refresh_from_db()
    assert one.words == "没有意见"
    assert Event.objects.get(kind="follow_up.opinion_written").data["words"] == "没有意见"
    assert f"{address}opinion/" not in client.get(address).content.decode()
    with pytest.raises(IllegalMove):
        actions.write_opinion(one.pk, words="再写", actor=factories.person("supervisor"), at=LATER, now=LATER)

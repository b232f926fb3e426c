"""The pages and the REST door of entitlements: what people do there, what they are told, how many queries it takes."""

import io
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from luyue.accounts.models import Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Contract
from luyue.contracts.queries import local_day, scope_of
from luyue.desk.models import Case
from luyue.desk.queries import seconds
from luyue.devices import actions as devices
from luyue.devices.models import Device
from luyue.domain.entitlements import State, outcome
from luyue.domain.refusals import BadInput, NotAllowed
from luyue.domain.statement import Period, quarter_of
from luyue.entitlements import actions
from luyue.entitlements.models import Use
from luyue.statements import entitlements
from tests import factories

CLAIM = "raw-data-given"


def as_(person: Person, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(person)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def claimed(of: Contract, what: str = "请给故障数据", days: int = 1) -> Use:
    at = timezone.now() - timedelta(days=days)
    return actions.claim(of.pk, CLAIM, what=what, by="王处", actor=None, at=at, now=at)


def closed(of: Contract, **facts: Any) -> Case:
    at = timezone.now() - timedelta(days=2)
    case = factories.case(of, at, severity="fault", **facts)
    ends = {"resolved_at": at + timedelta(hours=2), "closed_at": at + timedelta(hours=3)}
    Case.objects.filter(pk=case.pk).update(state="closed", onsite=True, **ends)
    case.refresh_from_db()
    actions.follow_cases(of, [case], now=at + timedelta(hours=3))
    return case


# -- the way of a claim ------------------------------------------------------------------------------------------


def test_a_claim_from_the_customer_to_the_evidence(video: Contract, lead: Person, customer: Person) -> None:
    theirs, ours = as_(customer), as_(lead)
    address = reverse("entitlements:claim", args=[video.pk])
    empty = theirs.post(address, {"promise": CLAIM, "what": " "})
    assert empty.status_code == 422 and "请填写" in empty.content.decode()
    sent = theirs.post(address, {"promise": CLAIM, "what": "请给三月故障数据"})
    one = Use.objects.get(contract=video, promise=CLAIM)
    assert sent["Location"] == reverse("entitlements:use", args=[one.pk])
    assert one.asked_by == "王处" and one.state == "open"
    assert "请给三月故障数据" in ours.get(reverse("entitlements:claims")).content.decode()
    ours.post(reverse("entitlements:grant_bulk"), {"use": [str(one.pk)]})
    one.refresh_from_db()
    assert one.state == "granted"
    paper = SimpleUploadedFile("签收单.pdf", b"%PDF-1.4\n%%EOF\n")
    ours.post(
        reverse("entitlements:act", args=[one.pk, "done"]),
        {"evidence": "光盘一张，值班室签收", "file": paper},
    )
    one.refresh_from_db()
    assert one.state == "kept"
    page = theirs.get(reverse("entitlements:use", args=[one.pk])).content.decode()
    assert "光盘一张" in page and "签收单.pdf" in page and "已兑现" in page


def test_the_same_form_sent_twice_is_one_claim(video: Contract, customer: Person) -> None:
    client, address = as_(customer), reverse("entitlements:claim", args=[video.pk])
    body = {"promise": CLAIM, "what": "请给数据", "key": "0d9a3b52-7d1c-4f6e-9a53-0c1f6c1f1a11"}
    assert client.post(address, body)["Location"] == client.post(address, body)["Location"]
    assert Use.objects.filter(contract=video, promise=CLAIM).count() == 1


def test_a_refusal_is_broken_until_the_customer_lets_it_pass(
    video: Contract, lead: Person, customer: Person
) -> None:
    one, theirs, ours = claimed(video), as_(customer), as_(lead)
    ours.post(reverse("entitlements:act", args=[one.pk, "refuse"]), {"reason": "数据涉密"})
    one.refresh_from_db()
    assert one.state == "broken"
    ours.post(reverse("entitlements:act", args=[one.pk, "waive"]), {"reason": "改为现场查看"})
    assert "改为现场查看" in theirs.get("/").content.decode()
    theirs.post(reverse("entitlements:act", args=[one.pk, "agree"]), {"agree": "yes"})
    one.refresh_from_db()
    assert (one.state, one.waiver_by) == ("waived", customer.name)
    again = ours.post(reverse("entitlements:act", args=[one.pk, "refuse"]), {"reason": "x"})
    assert again.status_code == 409


def test_a_customer_may_not_grant_and_another_sees_nothing(video: Contract, customer: Person) -> None:
    one = claimed(video)
    assert as_(customer).post(reverse("entitlements:act", args=[one.pk, "grant"])).status_code == 403
    stranger = as_(factories.person("customer"))
    assert stranger.get(reverse("entitlements:use", args=[one.pk])).status_code == 404


# -- breach, charge, review --------------------------------------------------------------------------------------


def test_a_breach_in_the_future_loses_nothing(video: Contract, lead: Person) -> None:
    client, address = as_(lead), reverse("entitlements:breach", args=[video.pk])
    body = {"promise": "secrets-kept", "what": "口令写在白板上", "source": "audit", "at": "2199-01-01T10:00"}
    page = client.post(address, body)
    assert page.status_code == 422 and "口令写在白板上" in page.content.decode()
    client.post(address, body | {"at": ""})
    one = Use.objects.get(contract=video, promise="secrets-kept", state="broken")
    assert "审核发现" in client.get(reverse("entitlements:use", args=[one.pk])).content.decode()


def test_what_was_charged_decides(video: Contract, lead: Person) -> None:
    case, client = closed(video), as_(lead)
    free = Use.objects.get(case=case, promise="in-warranty-free")
    assert free.state == "kept"
    address = reverse("entitlements:charge", args=[case.pk])
    bad = client.post(address, {"parts": "charged", "amount": "abc"})
    assert bad.status_code == 422 and "请填 0 到" in bad.content.decode()
    client.post(address, {"parts": "charged", "amount": "260.00", "paper": "FP-1"})
    free.refresh_from_db()
    assert (free.state, free.reason) == ("broken", "overcharged")
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "260.00" in page and "多收：配件" in page
    client.post(address, {"parts": "free", "amount": "0"})
    free.refresh_from_db()
    assert free.state == "kept", "a correction takes the break back"


def test_a_quarter_is_confirmed_many_at_once(video: Contract, lead: Person) -> None:
    client, address = as_(lead), reverse("entitlements:review", args=[video.pk])
    this = quarter_of(local_day(timezone.now())).first
    first = quarter_of(this - timedelta(days=1)).first
    rows = actions.open_reviews(video, first, now=timezone.now())
    body = {"use": [str(one.pk) for one in rows[:3]], "evidence": ""}
    refused = client.post(f"{address}?quarter={first}", body)
    assert refused.status_code == 422 and f'value="{rows[0].pk}"' in refused.content.decode()
    client.post(f"{address}?quarter={first}", body | {"evidence": "季度检查记录"})
    states = Use.objects.filter(pk__in=[one.pk for one in rows]).values_list("state", flat=True)
    settled = [one for one in states if one in ("kept", "late")]  # late, where the next quarter is weeks old
    assert len(settled) == 3 and list(states).count("open") == len(rows) - 3


def test_a_quarter_that_still_runs_is_not_confirmed(video: Contract, lead: Person) -> None:
    first = quarter_of(local_day(timezone.now())).first
    one, *_ = actions.open_reviews(video, first, now=timezone.now())
    with pytest.raises(BadInput) as refused:
        actions.confirm_reviews([one.pk], evidence="检查记录", actor=lead, now=timezone.now())
    assert refused.value.facts["problem"] == "running"
    with pytest.raises(BadInput):
        actions.done(one.pk, evidence="x", actor=lead, at=timezone.now(), now=timezone.now())
    client, address = as_(lead), reverse("entitlements:review", args=[video.pk])
    page = client.get(f"{address}?quarter={first}").content.decode()
    assert "结束后再核实" in page and 'name="use"' not in page


# -- queries -----------------------------------------------------------------------------------------------------


@pytest.fixture
def few(video: Contract, lead: Person) -> Contract:
    claimed(video)
    closed(video)
    actions.open_reviews(video, quarter_of(local_day(timezone.now())).first, now=timezone.now())
    return video


def more(of: Contract) -> None:
    for number in range(8):
        claimed(of, f"第 {number} 次")
        device = Device.objects.create(contract=of, kind="camera", name="枪机", serial=f"Q{number}")
        closed(of, device=device)


PAGES = {
    "entitlements of a contract": lambda of: reverse("entitlements:contract", args=[of.pk]),
    "one entitlement": lambda of: reverse("entitlements:one", args=[of.pk, CLAIM]),
    "one used by cases": lambda of: reverse("entitlements:one", args=[of.pk, "in-warranty-free"]),
    "review": lambda of: reverse("entitlements:review", args=[of.pk]),
    "claims": lambda of: reverse("entitlements:claims") + "?view=all",
    "card of the contract": lambda of: reverse("contracts:contract", args=[of.pk]),
    "statement": lambda of: reverse("statements:statement", args=[of.pk]) + "?period=all",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_as_many_queries_for_one_as_for_many(
    few: Contract, lead: Person, name: str, django_assert_max_num_queries: Any
) -> None:
    client, address = as_(lead), PAGES[name](few)
    assert client.get(address).status_code == 200
    with django_assert_max_num_queries(70) as queried:
        client.get(address)
        before = len(queried)
    more(few)
    client.get(address)
    with django_assert_max_num_queries(before):
        client.get(address)


def test_the_case_page_takes_as_many_queries_for_many_uses(
    few: Contract, lead: Person, django_assert_max_num_queries: Any
) -> None:
    case, client = closed(few), as_(lead)
    client.get(f"/cases/{case.pk}/")
    with django_assert_max_num_queries(90) as queried:
        client.get(f"/cases/{case.pk}/")
        before = len(queried)
    uses = list(Use.objects.filter(case=case))
    assert len(uses) > 3
    Use.objects.bulk_create(
        Use(**{f.attname: getattr(one, f.attname) for f in Use._meta.concrete_fields if f.name not in ("id", "key")},
            key=f"more:{one.pk}")
        for one in uses
    )  # fmt: skip
    with django_assert_max_num_queries(before):
        client.get(f"/cases/{case.pk}/")


# -- files, REST, statement --------------------------------------------------------------------------------------


def test_the_list_as_a_file(few: Contract, lead: Person) -> None:
    address = reverse("entitlements:contract", args=[few.pk])
    content = as_(lead).get(address, {"format": "xlsx"}).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 40, "39 entitlements and their head"


def test_rest_claims_lists_and_finishes(video: Contract, lead: Person) -> None:
    client, json = as_(lead), {"content_type": "application/json"}
    key = "0d9a3b52-7d1c-4f6e-9a53-0c1f6c1f1a11"
    body = {"contract": video.pk, "promise": CLAIM, "what": "请给数据", "by": "王处", "key": key}
    made = client.post("/api/v1/entitlements/claims", body, **json).json()
    assert (made["state"], made["asked_by"], made["family"]) == ("open", "王处", "claims")
    assert client.post("/api/v1/entitlements/claims", body, **json).json()["id"] == made["id"]
    listed = client.get("/api/v1/entitlements", {"contract": video.pk, "state": "open"}).json()["uses"]
    assert [one["id"] for one in listed] == [made["id"]]
    done = client.post(f"/api/v1/entitlements/{made['id']}/done", {"evidence": "光盘"}, **json).json()
    assert (done["state"], done["evidence"]) == ("kept", "光盘")
    again = client.post(f"/api/v1/entitlements/{made['id']}/refuse", {"reason": "x"}, **json)
    assert (again.status_code, again.json()["code"]) == (409, "illegal_move")
    wrong = client.post(
        "/api/v1/entitlements/claims", body | {"promise": "hotline-hours", "key": None}, **json
    )
    assert (wrong.status_code, wrong.json()["facts"]["problem"]) == (422, "not_claimable")
    breach = {"contract": video.pk, "promise": "secrets-kept", "what": "外传", "source": "audit"}
    assert client.post("/api/v1/entitlements/breaches", breach, **json).json()["state"] == "broken"


def test_the_statement_counts_as_the_rule_says(video: Contract) -> None:
    """Every state, with and without a due time over and to come: the tally of the database against the rule."""
    now = timezone.now().replace(microsecond=0)
    first = claimed(video)
    fields = [one for one in Use._meta.concrete_fields if one.name not in ("id", "key", "state", "due_at")]
    rows = [
        Use(**{one.attname: getattr(first, one.attname) for one in fields}, key=f"k{number}", state=state, due_at=due)
        for number, (state, due) in enumerate(
            product(State, (None, now - timedelta(seconds=1), now, now + timedelta(days=1)))
        )
    ]  # fmt: skip
    Use.objects.bulk_create(rows)
    day = local_day(first.counts_at)
    found: dict[str, int] = {}
    for _contract, key, _month, what, count in entitlements.tally(Period(day, day), now, video.pk):
        assert key.promise == CLAIM
        found[str(what)] = count
    slow: dict[str, int] = {}
    for one in [first, *rows]:
        what = str(outcome(one.state, seconds(one.due_at) if one.due_at else None, seconds(now)))
        slow[what] = slow.get(what, 0) + 1
    assert found == slow


def test_who_is_limited_to_a_unit_sees_what_its_devices_used_and_claims_nothing_for_all(
    video: Contract, lead: Person
) -> None:
    now = timezone.now()
    units = [factories.customer(parent=video.customer) for _ in range(2)]
    uses = []
    for unit in units:
        site = devices.add_site(video.pk, name=unit.name, unit=unit, actor=None, now=now)
        device = devices.add_device(
            video.pk, kind="camera", name="枪机", serial=unit.name, site=site, actor=None, now=now
        )
        uses.append(
            actions.claim(video.pk, CLAIM, what="x", actor=lead, at=now, now=now, device_id=device.pk).pk
        )
    person = factories.person("customer")
    contract_actions.give_access(video.pk, person=person, role="customer", unit=units[0], actor=None, now=now)
    with scope_of(person).entered():
        assert list(Use.objects.values_list("pk", flat=True)) == uses[:1]
        with pytest.raises(NotAllowed):
            actions.claim(video.pk, CLAIM, what="全部数据", actor=person, at=now, now=now)

"""Triage: charges decided, promises shown with their reasons, people suggested; the archive leaks nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from luyue.contracts import queries as contracts
from luyue.contracts.models import Access, Contract
from luyue.desk import actions, archive, queries, routing, triage
from luyue.desk.callers import find_callers
from luyue.desk.models import Case, CaseTriage, RoutingRule
from luyue.devices import actions as devices
from luyue.domain.refusals import AlreadyThere, BadInput, NotAllowed
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
NOW = factories.NOW
SOON = NOW + timedelta(minutes=5)
HTMX = {"HTTP_HX_REQUEST": "true"}
DAY = contracts.local_day(NOW)


@pytest.fixture
def contract() -> Contract:
    return factories.contract()


@pytest.fixture
def as_(client: Client) -> Callable[..., Client]:
    """Log somebody of a role in; contracts: what he is given to see."""

    def log_in(role: str = "operator", *given: Contract) -> Client:
        person = factories.person(role)
        for one in given:
            Access.objects.create(contract=one, person=person, role=role)
        client.force_login(person)
        client.person = person
        return client

    return log_in


def solved(contract: Contract, title: str, minutes: int = 0, **facts: Any) -> Case:
    return factories.resolved(
        factories.case(contract, NOW + timedelta(minutes=minutes), title=title, **facts), timedelta(minutes=3)
    )


# -- charges -----------------------------------------------------------------------------------------------------


def test_a_decision_like_the_plan_needs_no_word_another_one_does(contract: Contract) -> None:
    case = factories.case(contract)
    desk = factories.person("operator")
    said = {"verdict": "included", "labour": "free", "parts": "free", "travel": "free", "lodging": "free"}
    triage.decide_charges(case.pk, **said, actor=desk, at=SOON, now=SOON)
    row = CaseTriage.objects.get(case=case)
    assert (row.verdict, row.decided_by, row.proposed["verdict"]) == ("included", desk.name, "included")
    assert row.proposed["clauses"]["parts"]
    with pytest.raises(BadInput) as caught:
        triage.decide_charges(case.pk, **said | {"parts": "cost"}, actor=desk, at=SOON, now=SOON)
    assert caught.value.facts["problem"] == "why_different"
    triage.decide_charges(case.pk, **said | {"parts": "cost"}, note="人为损坏", actor=desk, at=SOON, now=SOON)
    events = Event.objects.filter(subject_kind="case", subject_id=case.pk, kind="case.charges_decided")
    assert [event.data["parts"] for event in events.order_by("id")] == ["free", "cost"]
    with pytest.raises(NotAllowed):
        triage.decide_charges(case.pk, **said, actor=factories.person("engineer"), at=SOON, now=SOON)


def test_the_form_of_triage_takes_the_plans_proposal(as_: Callable[..., Client], contract: Contract) -> None:
    case = factories.case(contract)
    client = as_()
    page = client.get(f"/cases/{case.pk}/act/triage/", **HTMX).content.decode()
    assert "按方案：合同内服务" in page
    typed = {"version": 1, "kind": "fault", "in_scope": "yes", "onsite": "yes", "nature": "business", "topic": "data",
             "charges": "proposed", "owner": ""}  # fmt: skip
    answer = client.post(f"/cases/{case.pk}/act/triage/", typed, **HTMX)
    assert answer.status_code == 200, answer.content.decode()
    row = CaseTriage.objects.get(case=case)
    assert (row.nature, row.topic, row.verdict, row.labour) == ("business", "data", "included", "free")
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "业务问题" in page
    assert "合同内服务" in page


def test_triage_offers_to_leave_the_owner_not_to_take_the_case_from_him(
    as_: Callable[..., Client], contract: Contract
) -> None:
    case, client = factories.case(contract), as_()
    assert "先不派" in client.get(f"/cases/{case.pk}/act/triage/", **HTMX).content.decode()
    owner = factories.person("manager")
    actions.assign_case(case.pk, owner=owner, actor=None, at=SOON, now=SOON)
    page = client.get(f"/cases/{case.pk}/act/triage/", **HTMX).content.decode()
    assert "先不派" not in page
    assert "不改负责人" in page


def test_what_applies_is_listed_with_clause_and_reason(
    as_: Callable[..., Client], contract: Contract
) -> None:
    case = factories.case(contract, severity="normal", onsite=True)
    client = as_("customer", contract)
    page = client.get(f"/cases/{case.pk}/promises/").content.decode()
    assert "范围和收费" in page
    assert "条款" in page
    assert "只管" in page, "why the others do not rule"
    assert "另外" in page
    bare = factories.case(factories.contract(None), severity="")
    assert "没有绑定服务方案" in as_().get(f"/cases/{bare.pk}/promises/").content.decode()


# -- whom to send ------------------------------------------------------------------------------------------------


def test_rules_skills_and_load_rank_the_people(contract: Contract) -> None:
    site = devices.add_site(contract.pk, name="北门", address="朝阳区", actor=None, now=NOW)
    camera = devices.add_device(
        contract.pk, kind="camera", name="枪机", serial="S1", site=site, actor=None, now=NOW
    )
    case = factories.case(contract, device=camera)
    able, busy, lead = factories.person("engineer"), factories.person("engineer"), factories.person("manager")
    for one in (able, busy):
        Access.objects.create(contract=contract, person=one, role="engineer")
    routing.set_competence(able.pk, skills=["camera"], regions=["朝阳"], actor=lead, now=NOW)
    routing.set_competence(busy.pk, skills=["camera"], regions=[], actor=lead, now=NOW)
    for minute in range(3):
        factories.case(contract, NOW + timedelta(minutes=minute), owner=busy)
    first, second, *_rest = routing.suggest_for(queries.case(case.pk), None, SOON)
    assert (first.person, second.person) == (able.pk, busy.pk)
    assert {reason.code for reason in first.reasons} == {"contract", "skill", "region"}
    assert {"load"} <= {reason.code for reason in second.reasons}
    routing.save_rule(None, name="摄像机", devices=["camera"], person=busy, actor=lead, now=NOW)
    best = routing.suggest_for(queries.case(case.pk), None, SOON)[0]
    assert best.person == busy.pk
    assert best.reasons[0].what == "摄像机"


def test_the_administrator_is_suggested_where_something_speaks_for_him(contract: Contract) -> None:
    admin = factories.person("admin")
    case = factories.case(contract)
    lead = factories.person("manager")

    def suggested() -> list[int]:
        return [one.person for one in routing.suggest_for(queries.case(case.pk), None, SOON, most=99)]

    assert admin.pk not in suggested()
    rule = routing.save_rule(None, name="全部", kinds=["fault"], person=admin, actor=lead, now=NOW)
    assert suggested()[0] == admin.pk
    routing.remove_rule(rule.pk, actor=lead, now=NOW)
    Access.objects.create(contract=contract, person=admin, role="engineer")
    assert admin.pk in suggested()


def test_asking_for_people_costs_the_same_with_many(
    contract: Contract, django_assert_max_num_queries: Any
) -> None:
    case = queries.case(factories.case(contract).pk)
    for number in range(8):
        person = factories.person("engineer")
        Access.objects.create(contract=contract, person=person, role="engineer")
        factories.case(contract, NOW + timedelta(minutes=number), owner=person)
    with django_assert_max_num_queries(7):
        assert len(routing.suggest_for(case, None, SOON)) == 4


def test_a_route_is_made_changed_and_removed_on_its_page(as_: Callable[..., Client]) -> None:
    assert as_("operator").get("/routing/").status_code == 403
    client = as_("manager")
    assert "还没有路由规则" in client.get("/routing/").content.decode()
    nowhere = client.post("/routing/new/", {"name": "业务", "rank": 10, "natures": ["business"]})
    assert nowhere.status_code == 422
    assert "请写明派给谁" in nowhere.content.decode()
    typed = {
        "name": "业务",
        "rank": 10,
        "natures": ["business"],
        "regions": "朝阳、海淀",
        "skill": "业务问题",
        "active": "on",
    }
    assert client.post("/routing/new/", typed).status_code == 302
    rule = RoutingRule.objects.get()
    assert (rule.regions, rule.skill) == (["朝阳", "海淀"], "business")
    page = client.get("/routing/").content.decode()
    assert "朝阳、海淀" in page
    assert "会业务问题" in page
    assert 'value="朝阳、海淀"' in client.get(f"/routing/{rule.pk}/").content.decode()
    with pytest.raises(AlreadyThere):
        routing.save_rule(None, name="业务", role="engineer", actor=None, now=NOW)
    client.post(f"/routing/{rule.pk}/remove/")
    assert not RoutingRule.objects.exists()


def test_what_a_person_can_do_stands_on_his_page(as_: Callable[..., Client]) -> None:
    engineer = factories.person("engineer")
    client = as_("admin")
    typed = {"known": ["device"], "skills": "camera，光缆", "regions": "朝阳"}
    assert client.post(f"/people/{engineer.pk}/skills/", typed).status_code == 302
    assert routing.competence_of(engineer.pk).skills == ["device", "camera", "光缆"]
    assert "光缆" in client.get(f"/people/{engineer.pk}/").content.decode()
    assert client.get(f"/people/{factories.person('customer').pk}/skills/").status_code == 404


# -- the archive and callers -------------------------------------------------------------------------------------


def test_similar_cases_come_with_what_mended_them_also_of_other_contracts(contract: Contract) -> None:
    here = solved(contract, "三楼摄像机黑屏")
    far = solved(factories.contract(), "大门摄像机黑屏无图像", 1)
    solved(contract, "硬盘报警", 2)
    fresh = factories.case(contract, NOW + timedelta(minutes=9), title="五楼摄像机黑屏了")
    person = factories.person("operator")
    mine, others = archive.similar_cases("摄像机黑屏", person=person, contract_id=contract.pk)
    assert [old.case.pk for old in mine] == [fresh.pk, here.pk], "open ones first"
    assert [(old.case.pk, old.fix) for old in others] == [(far.pk, "重新压接")]
    assert archive.similar_cases("", person=person, contract_id=contract.pk) == ([], [])
    assert archive.similar_cases("机", person=person, contract_id=contract.pk) == ([], [])


@pytest.mark.parametrize("role", ["engineer", "project_manager", "customer"])
def test_neither_similar_cases_nor_callers_leak(
    as_: Callable[..., Client], contract: Contract, role: str
) -> None:
    secret = factories.contract(name="机密合同", customer=factories.customer(
        name="机密客户", contact_name="机密联系人", contact_phone="13911112222"))  # fmt: skip
    solved(secret, "机密摄像机黑屏", reporter_name="机密来电", reporter_phone="13911112222")
    inside = factories.person("customer", name="机密人", phone="13911112223")
    Access.objects.create(contract=secret, person=inside, role="customer")
    solved(contract, "本地摄像机黑屏", reporter_name="本地来电", reporter_phone="13911119999")
    case = factories.case(contract, title="摄像机黑屏")
    client = as_(role, contract)
    found = ""
    for address in (
        "/cases/new/similar/?title=摄像机黑屏", f"/cases/new/similar/?title=摄像机黑屏&contract={secret.number}",
        "/cases/new/callers/?who=139111", "/cases/new/callers/?who=机密",
        f"/cases/new/archive/?contract={secret.number}", f"/cases/{case.pk}/advice/",
    ):  # fmt: skip
        answer = client.get(address)
        if answer.status_code == 200:
            found += answer.content.decode()
    assert "机密" not in found
    assert "本地摄像机黑屏" in found
    if role != "customer":
        assert "本地来电" in found
        with Scope.of([contract.pk]).entered():
            assert [one.name for one in find_callers("139111", DAY, sees_all=True)] == ["本地来电"]


def test_a_caller_is_found_by_the_beginning_of_number_or_name(contract: Contract) -> None:
    contract.customer.contact_name, contract.customer.contact_phone = "值班室", "010-8888"
    contract.customer.save()
    site = devices.add_site(contract.pk, name="北门", actor=None, now=NOW)
    factories.case(contract, reporter_name="王科长", reporter_phone="13800001111", title="旧的")
    last = factories.case(contract, SOON, reporter_name="王科长", reporter_phone="13800001111", site=site)
    factories.case(contract, SOON, reporter_name="王小明", reporter_phone="13800002222")
    by_number = find_callers("138 0000-1", DAY, sees_all=True)
    assert [(one.name, one.last.pk if one.last else None, one.site_id) for one in by_number] == [
        ("王科长", last.pk, site.pk)
    ]
    assert {one.name for one in find_callers("王", DAY, sees_all=True)} == set(), (
        "one character means anybody"
    )
    assert {one.name for one in find_callers("王科", DAY, sees_all=True)} == {"王科长"}
    assert [one.contract.pk for one in find_callers("值班", DAY, sees_all=True)] == [contract.pk]
    assert find_callers("13\0", DAY, sees_all=True) == []
    assert find_callers("' OR 1=1 --", DAY, sees_all=True) == []


def test_that_is_the_same_makes_no_second_case(as_: Callable[..., Client], contract: Contract) -> None:
    case = factories.case(contract, title="摄像机黑屏", reporter_name="王科")
    client = as_()
    page = client.get(f"/cases/new/similar/?contract={contract.number}&title=摄像机黑屏").content.decode()
    assert f"/cases/{case.pk}/again/" in page
    typed = {"title": "又打电话来", "reporter_name": "李工", "reporter_phone": "139", "channel": "hotline"}
    assert client.post(f"/cases/{case.pk}/again/", typed)["Location"] == f"/cases/{case.pk}/"
    assert Case.objects.filter(contract=contract).count() == 1
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "又打电话来" in page
    assert "李工" in page


def test_the_archive_shows_what_broke_here_and_how_it_was_mended(
    as_: Callable[..., Client], contract: Contract
) -> None:
    site = devices.add_site(contract.pk, name="北门", actor=None, now=NOW)
    solved(contract, "北门没电", site=site)
    client = as_()
    page = client.get(f"/cases/new/archive/?contract={contract.number}&site={site.pk}").content.decode()
    assert "北门没电" in page
    assert "重新压接" in page
    assert client.get("/cases/new/archive/?contract=nothing").content == b""
    assert as_("customer", contract).get(f"/cases/new/archive/?contract={contract.number}").status_code == 403


def test_the_parts_of_the_intake_hold_their_number_of_queries(
    as_: Callable[..., Client], contract: Contract, django_assert_max_num_queries: Any
) -> None:
    site = devices.add_site(contract.pk, name="北门", actor=None, now=NOW)
    for minute in range(8):
        solved(
            contract,
            "摄像机黑屏",
            minute,
            site=site,
            reporter_name=f"王{minute}号",
            reporter_phone=f"1380000{minute}",
        )
    case = factories.case(contract, title="摄像机黑屏", site=site)
    client = as_()
    client.get("/cases/new/")
    for address, most in (
        ("/cases/new/callers/?who=1380", 11),
        (f"/cases/new/similar/?contract={contract.number}&title=摄像机黑屏", 16),
        (f"/cases/new/archive/?contract={contract.number}&site={site.pk}", 16),
        (f"/cases/{case.pk}/advice/", 32),
        (f"/cases/{case.pk}/promises/", 14),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_a_case_that_is_triaged_by_old_means_still_works(contract: Contract) -> None:
    case = actions.triage_case(factories.case(contract).pk, actor=None, at=SOON, now=SOON, onsite=False)
    assert triage.found_by(case.pk) is None


def test_triage_over_the_api(as_: Callable[..., Client], contract: Contract) -> None:
    case = factories.case(contract)
    told = as_("operator").get(f"/api/v1/triage/{case.pk}").json()
    assert told["charges"]["verdict"] == "included"
    ruling = [one for one in told["promises"] if one["rules"]]
    assert ruling
    assert all(one["clause"] for one in ruling)
    assert all(one["reasons"] for one in told["promises"] if not one["rules"])
    assert told["suggestions"]
    assert as_("customer", contract).get(f"/api/v1/triage/{case.pk}").json()["suggestions"] == []

"""Pages of contracts, customers and plans: what they show, to whom, in how many queries."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from luyue.contracts import actions, choosing, queries
from luyue.contracts.models import Access, Binding, Contract, Customer, Figure
from luyue.contracts.plans import shipped_plans
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope, scope
from tests import factories as make


@pytest.fixture
def contract(db):
    with scope(Scope.everything()):
        return make.contract(starts_on=date(2020, 1, 1), ends_on=date(2060, 1, 1))


@pytest.fixture
def manager(db):
    return make.person("manager")


def numbers(page):
    return [row.contract.number for row in page.context["rows"]]


def get(client, person, name, *arguments, **query):
    client.force_login(person)
    return client.get(reverse(name, args=arguments), query)


def events(kind):
    with scope(Scope.everything()):
        return Event.objects.filter(kind=kind).count()


# ---------------------------------------------------------------------------------------------- list


def test_the_list_shows_each_contract_with_its_colour(client, manager, contract):
    with scope(Scope.everything()):
        late = make.contract(starts_on=date(2020, 1, 1), ends_on=date(2060, 1, 1))
        make.case(late, timezone.now() - timedelta(days=30))
        make.contract(plan=None, starts_on=date(2010, 1, 1), ends_on=date(2011, 1, 1), number="OLD-1")
    page = get(client, manager, "contracts:list")
    assert page.status_code == 200
    rows = {row.contract.number: row for row in page.context["rows"]}
    assert rows[late.number].load.colour == "breached"
    assert rows[contract.number].load.colour == ""
    assert rows["OLD-1"].state[0] == "not_applicable"
    assert [
        row.contract.number for row in get(client, manager, "contracts:list", colour="red").context["rows"]
    ] == [late.number]
    ended = get(client, manager, "contracts:list", state="ended").context["rows"]
    assert [row.contract.number for row in ended] == ["OLD-1"]
    assert [
        row.contract.number for row in get(client, manager, "contracts:list", q="old-").context["rows"]
    ] == ["OLD-1"]
    assert "没有符合条件的合同" in get(client, manager, "contracts:list", q="nothing").content.decode()


def test_the_list_takes_the_same_queries_for_many_contracts(
    client, manager, contract, django_assert_max_num_queries
):
    get(client, manager, "contracts:list")
    with scope(Scope.everything()):
        version = Binding.objects.get(contract=contract).plan_version
        for _ in range(12):
            make.case(make.contract(plan=version))
    client.force_login(manager)
    with django_assert_max_num_queries(16):
        client.get(reverse("contracts:list"))


def test_a_list_is_filtered_by_any_of_very_many_contracts(client, manager, contract, monkeypatch):
    with scope(Scope.everything()):
        others = [make.contract() for _ in range(3)]
    monkeypatch.setattr(choosing, "IN_FILTER", 1)
    client.force_login(manager)
    last = max(others, key=lambda one: one.number)
    page = client.get("/obligations/", {"contract": last.pk, "view": "all"})
    assert page.context["list"].chosen["contract"] == (str(last.pk),)
    assert page.context["list"].notices == ()
    assert reverse("contracts:found") in page.content.decode()

    def found(text, address="http://testserver/obligations/?view=all&after=x"):
        answer = client.get(reverse("contracts:found"), {"find": text}, headers={"HX-Current-URL": address})
        return re.findall(r'href="(\?[^"]*)"', answer.content.decode())

    assert found(last.number) == [f"?view=all&amp;contract={last.pk}"]
    assert found(last.number, f"http://x/?contract={last.pk}&contract=5") == ["?contract=5"]
    assert found("查无此人") == [] and len(found("")) == 1


def test_who_has_no_contract_finds_none(client, contract):
    client.force_login(make.person("project_manager"))
    answer = client.get(reverse("contracts:found"), {"find": contract.number})
    assert "没有符合的合同" in answer.content.decode() and contract.number not in answer.content.decode()


def test_an_empty_list_says_what_to_do(client, manager):
    assert "新建合同" in get(client, manager, "contracts:list").content.decode()


@pytest.mark.parametrize(
    "name",
    ["contracts:contract", "contracts:edit", "contracts:bind", "devices:contract", "statements:statement"],
)
def test_a_user_of_another_contract_is_told_nothing(client, contract, name):
    with scope(Scope.everything()):
        other = make.contract()
        stranger = make.person("project_manager")
        actions.give_access(other.pk, person=stranger, role="project_manager", actor=None, now=make.NOW)
    hidden = get(client, stranger, name, contract.pk)
    absent = get(client, stranger, name, 10**9)
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert contract.name not in hidden.content.decode()
    listed = get(client, stranger, "contracts:list")
    assert [row.contract.pk for row in listed.context["rows"]] == [other.pk]


def test_pages_ask_a_stranger_to_log_in(client, contract):
    own = [("contracts:contract", [contract.pk]), ("contracts:answer", [contract.pk, "arrive"])]
    names = ("contracts:list", "contracts:plans", "contracts:customers", "contracts:new", "devices:list")
    for name, arguments in [*own, *((name, []) for name in names)]:
        page = client.get(reverse(name, args=arguments))
        assert page.status_code == 302
        assert page["Location"].startswith("/login/")


# -------------------------------------------------------------------------------------- one contract


def test_the_contract_shows_every_promise_once_and_the_customers_apart(client, manager, contract):
    page = get(client, manager, "contracts:contract", contract.pk)
    plan = page.context["running"].plan
    ours = [line.promise.id for one in page.context["chapters"] for line in one.lines]
    theirs = [line.promise.id for one in page.context["customers_duties"] for line in one.lines]
    assert sorted(ours + theirs) == sorted(plan.by_id)
    assert all(plan.by_id[name].by == "customer" for name in theirs)
    assert theirs
    only = get(client, manager, "contracts:contract", contract.pk, kind="target", status="runs")
    shown = [line for one in only.context["chapters"] for line in one.lines]
    assert {(line.promise.kind, line.status) for line in shown} == {("target", "runs")}


def test_the_contract_counts_what_was_kept_this_year(client, manager, contract):
    at = timezone.now()
    with scope(Scope.everything()):
        make.resolved(make.case(contract, at - timedelta(minutes=30)), timedelta(minutes=10))
    page = get(client, manager, "contracts:contract", contract.pk)
    lines = {line.promise.id: line for one in page.context["chapters"] for line in one.lines}
    assert lines["normal-resolve"].record.year.kept == 1
    assert page.context["year"].kept >= 2


def test_the_contract_page_takes_the_same_queries_with_many_cases(
    client, manager, contract, django_assert_max_num_queries
):
    with scope(Scope.everything()):
        for _ in range(15):
            make.case(contract, timezone.now())
        for _ in range(5):
            actions.give_access(
                contract.pk, person=make.person("engineer"), role="engineer", actor=None, now=make.NOW
            )
    get(client, manager, "contracts:contract", contract.pk)
    with django_assert_max_num_queries(43):
        client.get(reverse("contracts:contract", args=[contract.pk]))


def test_an_answer_makes_the_promise_run(client, manager, contract):
    address = reverse("contracts:answer", args=[contract.pk, "phone-respond"])
    client.force_login(manager)
    assert "30 分钟，4 小时" in client.get(address).content.decode()
    page = client.post(address, {"value": "30 分钟", "agreed_by": "李科长", "agreed_on": "2026-01-05"})
    assert page.status_code == 302
    with scope(Scope.everything()):
        assert Figure.objects.get(contract=contract).value == "30min"
    page = get(client, manager, "contracts:contract", contract.pk)
    assert "phone-respond" in [line.promise.id for line in page.context["answered"]]
    assert f'<a href="{address}">另行约定</a>' in page.content.decode(), "another figure may follow"
    assert "phone-respond" not in [line.promise.id for line, _form in page.context["questions"]]
    assert events("figure.agreed") == 1


@pytest.mark.parametrize(
    ("promise", "value", "status", "word"),
    [
        ("phone-respond", "2 days", 422, "自然日"),
        ("phone-respond", "soon", 422, "时长看不懂"),
        ("phone-respond", "3 working days", 422, "没有工作日之分"),
        ("arrive", "3h", 404, ""),
        ("no-such-promise", "3h", 404, ""),
    ],
)
def test_an_answer_that_cannot_be_used_is_shown_again_with_the_reason(
    client, manager, contract, promise, value, status, word
):
    client.force_login(manager)
    address = reverse("contracts:answer", args=[contract.pk, promise])
    page = client.post(address, {"value": value, "agreed_by": "李", "agreed_on": "2026-01-05"})
    assert page.status_code == status
    assert word in page.content.decode()
    with scope(Scope.everything()):
        assert not Figure.objects.exists()


def test_access_is_given_and_taken(client, manager, contract):
    engineer = make.person("engineer")
    client.force_login(manager)
    client.post(reverse("contracts:give", args=[contract.pk]), {"person": engineer.pk, "role": ""})
    assert queries.scope_of(engineer) == Scope.of([contract.pk])
    client.post(reverse("contracts:take", args=[contract.pk, engineer.pk]))
    assert queries.scope_of(engineer) == Scope.nothing()
    assert (events("access.given"), events("access.taken")) == (1, 1)


@pytest.mark.parametrize("role", ["engineer", "customer", "inspector"])
def test_who_does_not_manage_contracts_neither_sees_the_forms_nor_gets_through(client, contract, role):
    person = make.person(role)
    with scope(Scope.everything()):
        actions.give_access(contract.pk, person=person, role=role, actor=None, now=make.NOW)
    page = get(client, person, "contracts:contract", contract.pk)
    assert page.status_code == 200
    body = page.content.decode()
    for name, arguments in (("contracts:edit", []), ("contracts:bind", []), ("contracts:give", [])):
        address = reverse(name, args=[contract.pk, *arguments])
        assert address not in body
        assert client.post(address, {"person": person.pk}).status_code == 403
    answer = reverse("contracts:answer", args=[contract.pk, "phone-respond"])
    assert (
        client.post(answer, {"value": "1h", "agreed_by": "x", "agreed_on": "2026-01-01"}).status_code == 403
    )
    with scope(Scope.everything()):
        assert Access.objects.count() == 1
        assert not Figure.objects.exists()


# ---------------------------------------------------------------------------------- adding and changing


def new_contract(**facts):
    days = {"starts_on": "2026-01-01", "ends_on": "2027-01-01"}
    return {"number": "HT-9", "name": "新合同", "new_customer": "市政局"} | days | facts


def test_a_contract_is_added_with_a_new_customer_and_then_changed(client, manager):
    client.force_login(manager)
    page = client.post(reverse("contracts:new"), new_contract(options="应急保障，培训"))
    with scope(Scope.everything()):
        made = Contract.objects.get(number="HT-9")
        assert page["Location"] == reverse("contracts:bind", args=[made.pk])
        assert (made.customer.name, made.options) == ("市政局", ["应急保障", "培训"])
    facts = {"number": "HT-9", "name": "改名", "starts_on": "2026-02-01"}
    page = client.post(reverse("contracts:edit", args=[made.pk]), facts)
    assert page.status_code == 302
    with scope(Scope.everything()):
        made.refresh_from_db()
        assert (made.name, made.starts_on, made.ends_on, made.options) == ("改名", date(2026, 2, 1), None, [])


def test_a_project_manager_sees_the_contract_he_added(client, db):
    person = make.person("project_manager")
    client.force_login(person)
    client.post(reverse("contracts:new"), new_contract())
    assert [row.contract.number for row in get(client, person, "contracts:list").context["rows"]] == ["HT-9"]


@pytest.mark.parametrize(
    "facts", [{"ends_on": "2025-01-01"}, {"number": ""}, {"new_customer": ""}, {"starts_on": "32.1."}]
)
def test_a_contract_that_cannot_be_is_shown_again(client, manager, facts):
    client.force_login(manager)
    page = client.post(reverse("contracts:new"), new_contract(**facts))
    assert page.status_code == 422
    assert page.context["form"].errors
    with scope(Scope.everything()):
        assert not Contract.objects.exists()
        assert not Customer.objects.exists()


def test_a_number_that_is_taken_is_told_at_its_field(client, manager, contract):
    client.force_login(manager)
    page = client.post(reverse("contracts:new"), new_contract(number=contract.number))
    assert page.status_code == 422
    assert "number" in page.context["form"].errors


def test_customers_have_sub_units_but_never_in_a_circle(client, manager):
    client.force_login(manager)
    client.post(reverse("contracts:new_customer"), {"name": "市局"})
    with scope(Scope.everything()):
        above = Customer.objects.get()
    client.post(reverse("contracts:new_customer"), {"name": "分局", "parent": above.pk})
    with scope(Scope.everything()):
        unit = Customer.objects.get(name="分局")
        assert unit.parent == above
    page = client.post(reverse("contracts:customer", args=[above.pk]), {"name": "市局", "parent": unit.pk})
    assert page.status_code == 422
    assert client.post(reverse("contracts:customer", args=[unit.pk]), {"name": "东分局"}).status_code == 302
    listed = get(client, manager, "contracts:customers").context["page"].rows
    assert sorted(one.name for one in listed) == ["东分局", "市局"]


def test_of_a_customers_many_contracts_the_list_names_the_first(
    client, manager, contract, django_assert_num_queries
):
    def contracts_of_one(number):
        with scope(Scope.everything()):
            for _ in range(number):
                make.contract(customer=contract.customer)

    def listed():
        page = get(client, manager, "contracts:customers")
        (one,) = page.context["page"].rows
        return [of.number for of in one.first_contracts], page.content.decode()

    contracts_of_one(4)
    named, page = listed()
    assert len(named) == 5
    assert "共 5 份" not in page
    with CaptureQueriesContext(connection) as few:
        listed()
    contracts_of_one(25)
    with django_assert_num_queries(len(few)):
        named, page = listed()
    with scope(Scope.everything()):
        assert named == list(Contract.objects.order_by("number").values_list("number", flat=True)[:6])
    assert "共 30 份" in page
    everything = get(client, manager, "contracts:list", q=contract.customer.name)
    assert len(everything.context["rows"]) == 30


# --------------------------------------------------------------------------------------------- plans


def test_a_shipped_plan_is_bound_and_then_a_file_from_a_later_day(client, manager, db):
    with scope(Scope.everything()):
        contract = make.contract(plan=None)
    client.force_login(manager)
    address = reverse("contracts:bind", args=[contract.pk])
    assert (
        client.post(
            address, {"version": "shipped:video-integration", "effective_on": "2026-01-01"}
        ).status_code
        == 302
    )
    text = (
        shipped_plans()["video-integration"].read_text(encoding="utf-8").replace("within: 2h", "within: 3h")
    )
    file = SimpleUploadedFile("v2.yaml", text.encode())
    assert client.post(address, {"file": file, "effective_on": "2026-06-01"}).status_code == 302
    with scope(Scope.everything()):
        rows = list(Binding.objects.filter(contract=contract).order_by("effective_on"))
    assert [(row.plan_version.number, row.effective_on.month) for row in rows] == [(1, 1), (2, 6)]
    page = get(client, manager, "contracts:difference", rows[1].plan_version_id, rows[0].plan_version_id)
    found = page.context["found"]
    assert {one.kind for one in found.promises} == {"changed"}
    assert "arrive" in [one.id for one in found.promises]
    assert ("within", "7200s", "10800s") in next(one for one in found.promises if one.id == "arrive").fields
    again = client.post(address, {"version": str(rows[1].plan_version_id), "effective_on": "2026-06-01"})
    assert again.status_code == 302
    with scope(Scope.everything()):
        assert Event.objects.filter(kind="plan.bound", contract_id=contract.pk).count() == 2


def test_a_plan_bound_by_mistake_gives_way_until_there_are_cases(client, db):
    with scope(Scope.everything()):
        contract = make.contract("hardware-supply")
        right = make.plan_version("video-integration")
    client.force_login(make.person("manager"))
    address = reverse("contracts:bind", args=[contract.pk])
    facts = {"version": str(right.pk), "effective_on": contract.starts_on.isoformat()}
    assert client.post(address, facts).status_code == 302
    with scope(Scope.everything()):
        assert [one.plan_version for one in Binding.objects.filter(contract=contract)] == [right]
        make.case(contract)
        wrong = make.plan_version("hardware-supply")
    again = client.post(address, facts | {"version": str(wrong.pk)})
    assert "已有服务请求" in str(again.context["form"].errors["effective_on"])
    with scope(Scope.everything()):
        assert Binding.objects.get(contract=contract).plan_version == right


def test_a_mistyped_number_is_corrected_but_not_to_one_that_is_taken(client, db):
    with scope(Scope.everything()):
        contract, other = make.contract(plan=None), make.contract(plan=None)
    client.force_login(make.person("manager"))
    address = reverse("contracts:edit", args=[contract.pk])
    facts = {"name": contract.name, "starts_on": "2026-01-01", "number": other.number}
    refused = client.post(address, facts)
    assert refused.status_code == 422 and "number" in refused.context["form"].errors
    assert client.post(address, facts | {"number": "HT-改正"}).status_code == 302
    with scope(Scope.everything()):
        contract.refresh_from_db()
        assert contract.number == "HT-改正"


def test_a_broken_plan_file_is_shown_with_its_lines_and_nothing_is_kept(client, manager, contract):
    client.force_login(manager)
    text = (
        shipped_plans()["video-integration"]
        .read_text(encoding="utf-8")
        .replace("within: 2h", "within: -2h", 1)
    )
    line = text.splitlines().index(next(one for one in text.splitlines() if "within: -2h" in one)) + 1
    for address, data in (
        (reverse("contracts:new_plan"), {}),
        (reverse("contracts:bind", args=[contract.pk]), {"effective_on": "2026-06-01"}),
    ):
        page = client.post(address, data | {"file": SimpleUploadedFile("broken.yaml", text.encode())})
        assert page.status_code == 422
        assert [problem[:2] for problem in page.context["problems"]] == [(line, "duration.negative")]
    gbk = client.post(
        reverse("contracts:new_plan"), {"file": SimpleUploadedFile("gbk.yaml", "标题: 方案".encode("gbk"))}
    )
    assert [problem[1] for problem in gbk.context["problems"]] == ["file.encoding"]
    with scope(Scope.everything()):
        assert Binding.objects.count() == 1


@pytest.mark.parametrize("plan", sorted(shipped_plans()))
def test_every_tab_of_every_shipped_plan_opens(client, manager, plan):
    with scope(Scope.everything()):
        version = make.plan_version(plan)
    for tab in ("promises", "rules", "checks", "creates", "source", "versions", "nonsense"):
        assert get(client, manager, "contracts:plan", version.pk, tab=tab).status_code == 200


def test_plans_of_other_contracts_are_nobodys_business(client, contract):
    with scope(Scope.everything()):
        mine = Binding.objects.get(contract=contract).plan_version
        other = make.plan_version("software-maintenance")
        customer = make.person("customer")
        actions.give_access(contract.pk, person=customer, role="customer", actor=None, now=make.NOW)
    assert [row.pk for row in get(client, customer, "contracts:plans").context["rows"]] == [mine.pk]
    assert get(client, customer, "contracts:plan", mine.pk).status_code == 200
    assert get(client, customer, "contracts:plan", other.pk).status_code == 404
    assert get(client, customer, "contracts:difference", mine.pk, other.pk).status_code == 404

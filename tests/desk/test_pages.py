"""The desk's pages through the whole stack: who sees what, what can be done, what is said when it cannot."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luyue.accounts.models import Person
from luyue.contracts.models import Access, Contract
from luyue.desk import actions as desk
from luyue.desk import acts, faces, words
from luyue.desk.models import Case
from luyue.domain.cases import EVENT_OF_ACT, state_after
from luyue.domain.flows_table import EXTRA
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def moment() -> datetime:
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def contract() -> Contract:
    return factories.contract()


@pytest.fixture
def case(contract: Contract, moment: datetime) -> Case:
    return factories.case(contract, moment - timedelta(hours=1))


@pytest.fixture
def as_(client: Client) -> Callable[..., Client]:
    """Log somebody of a role in; contracts: what he is given to see."""

    def log_in(role: str = "operator", *contracts: Contract, **facts: Any) -> Client:
        person = factories.person(role, **facts)
        for one in contracts:
            Access.objects.create(contract=one, person=person, role=role)
        client.force_login(person)
        client.person = person
        return client

    return log_in


def do(client: Client, case: Case, act: str, **facts: Any) -> Any:
    data = {"version": Case.objects.get(pk=case.pk).version} | facts
    return client.post(f"/cases/{case.pk}/act/{act}/", data, **HTMX)


PATHS = (
    "/",
    "/cases/",
    "/cases/export.xlsx",
    "/cases/new/",
    "/cases/{id}/",
    "/cases/{id}/act/note/",
    "/cases/found/?q=a",
)


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_is_sent_to_log_in_and_sees_nothing(client: Client, case: Case, path: str) -> None:
    answer = client.get(path.format(id=case.pk))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/?next=")


def test_a_case_of_another_contract_is_not_there(as_: Callable[..., Client], case: Case) -> None:
    client = as_("engineer", factories.contract())
    for path in (
        f"/cases/{case.pk}/",
        f"/cases/{case.pk}/act/note/",
        f"/cases/{case.pk}/why/{case.clocks.first().pk}/",
    ):
        answer = client.get(path)
        assert answer.status_code == 404
        assert case.title not in answer.content.decode()
    assert case.number not in client.get("/cases/?view=all").content.decode()
    assert case.number not in client.get("/cases/found/?q=摄像机").content.decode()
    assert client.post(f"/cases/{case.pk}/act/note/", {"note": "x", "version": 1}).status_code == 404


def test_an_inspector_reads_and_cannot_act(as_: Callable[..., Client], case: Case) -> None:
    client = as_("inspector", case.contract)
    page = client.get(f"/cases/{case.pk}/")
    assert page.status_code == 200
    assert "/act/" not in page.content.decode()
    answer = client.post(f"/cases/{case.pk}/act/respond/", {"version": case.version})
    assert answer.status_code == 403
    assert client.get("/cases/new/").status_code == 403


def test_a_customer_acts_as_far_as_his_rights_go(
    as_: Callable[..., Client], case: Case, moment: datetime
) -> None:
    client = as_("customer", case.contract)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "/act/cancel/" in page
    assert not re.search(r"/act/(respond|triage|pause|resolve|note)/", page)
    desk.resolve_case(case.pk, cause="断电", fix="合闸", actor=None, at=moment, now=moment)
    assert do(client, case, "close").status_code == 200
    assert Case.objects.get(pk=case.pk).state == "closed"


@pytest.mark.parametrize("role", ["operator", "engineer", "customer", "inspector", "manager", "storekeeper"])
@pytest.mark.parametrize("state", ["new", "open", "resolved", "closed", "cancelled"])
def test_the_page_offers_exactly_legal_and_allowed_acts(
    as_: Callable[..., Client], case: Case, role: str, state: str
) -> None:
    Case.objects.filter(pk=case.pk).update(state=state)
    client = as_(role, case.contract)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    offered = set(re.findall(rf"/cases/{case.pk}/act/(\w+)/", page))
    person: Person = client.person
    allowed = {name for name, act in acts.ACTS.items() if person.may(act.right) and state_after(state, name)}
    # A fault has no flow of its own; what lies outside of the contract may be recorded beside any life.
    allowed |= {
        step.name
        for step in EXTRA.steps
        if person.may(step.right) and state in step.states and "none" in step.at
    }
    assert offered <= allowed
    needs_ground = {
        "resume",
        "pause",
        "excuse",
        "change_severity",
        "return_repair",
        "deliver_part",
        "deliver_some",
        "return_spares",
        "take_back_loan",
        "call_back",
    }
    assert allowed - offered <= needs_ground


def test_every_act_of_the_lifecycle_has_a_form_and_a_word() -> None:
    assert set(acts.ACTS) == set(EVENT_OF_ACT) - {"report"}
    assert set(EVENT_OF_ACT.values()) <= set(words.EVENTS)


def test_a_case_goes_from_intake_to_closed(as_: Callable[..., Client], contract: Contract) -> None:
    client = as_("operator")
    token = re.search(r'name="token" value="(\w+)"', client.get("/cases/new/").content.decode())
    assert token is not None
    typed = {"token": token[1], "contract": contract.number, "title": "大屏黑屏", "kind": "fault", "severity": "urgent",
             "channel": "hotline", "reporter_name": "王科", "reporter_phone": "13800001234"}  # fmt: skip
    first, again = client.post("/cases/new/", typed), client.post("/cases/new/", typed)
    assert first["Location"] == again["Location"], "a double click is one case"
    case = Case.objects.get(contract=contract)
    engineer = factories.person("operator")
    steps: list[tuple[str, dict[str, Any]]] = [
        ("triage", {"kind": "fault", "owner": engineer.pk, "onsite": "yes", "in_scope": "yes"}),
        ("respond", {"note": "已电话联系"}),
        ("start_remote", {}), ("fail_remote", {}), ("give_plan", {}), ("depart", {}), ("arrive", {}),
        ("pause", {"reason": "owner_delay", "note": "等开门"}), ("resume", {"reason": ""}),
        ("change_severity", {"severity": "serious", "reason": "影响变小", "agreed_by": "王科"}),
        ("give_emergency_plan", {"note": "先切到备用录像机", "equipment": "NVR 1 台"}),
        ("replace", {}), ("loan", {}), ("take_back_loan", {}), ("understand", {}), ("restore", {}),
        ("allocate_spares", {"spares": "主板 1 块", "source": "云州网点"}),
        ("order_part", {}), ("deliver_part", {}), ("send_repair", {}), ("return_repair", {}),
        ("promise_call_back", {"until": "2099-01-01T10:00"}), ("call_back", {}),
        ("note", {"note": "带了备件"}), ("assign", {"owner": engineer.pk}),
        ("resolve", {"cause": "电源老化", "fix": "更换电源"}),
        ("hand_over_report", {}), ("close", {}), ("reopen", {"reason": "又黑了"}),
        ("cancel", {"reason": "重复"}),
    ]  # fmt: skip
    for act, facts in steps:
        answer = do(client, case, act, **facts)
        assert answer.status_code == 200, (act, answer.content.decode())
        assert 'id="case-timeline"' in answer.content.decode()
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "已取消" in page and "主板 1 块" in page and "云州网点" in page
    for text in ("电源老化", "更换电源", "等开门", "紧急 → 严重", "王科", "业主原因造成拖延"):
        assert text in page, text


def test_a_missed_promise_can_be_excused_with_evidence(as_: Callable[..., Client], case: Case) -> None:
    client = as_("manager")
    promise = case.clocks.get(metric="respond").promise
    assert do(client, case, "excuse", promise=promise, reason="台风", agreed_by="王科").status_code == 422
    answer = do(
        client, case, "excuse", promise=promise, reason="台风", agreed_by="王科", evidence="邮件 11-20"
    )
    assert answer.status_code == 200
    assert case.clocks.get(promise=promise).state == "waived"


def test_two_at_once_the_later_is_told_and_keeps_what_he_typed(
    as_: Callable[..., Client], case: Case
) -> None:
    client = as_("operator")
    desk.note_case(case.pk, actor=None, at=timezone.now(), now=timezone.now(), note="别人先写了")
    answer = client.post(
        f"/cases/{case.pk}/act/respond/", {"version": case.version, "note": "我写的话"}, **HTMX
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "刚才有人改过" in page
    assert "我写的话" in page
    assert "别人先写了" in page, "the timeline beside it is the newest"
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    assert (
        client.post(
            f"/cases/{case.pk}/act/respond/", {"version": version[1], "note": "我写的话"}, **HTMX
        ).status_code
        == 200
    )


def test_an_act_the_state_no_longer_allows_is_said_plainly(
    as_: Callable[..., Client], case: Case, moment: datetime
) -> None:
    client = as_("operator")
    desk.cancel_case(case.pk, reason="重复", actor=None, at=moment, now=moment)
    answer = do(client, case, "arrive")
    assert answer.status_code == 409
    assert "case-state" in answer.content.decode()
    assert "toast" in answer.headers["HX-Trigger"]


def test_a_late_entry_shows_when_it_happened_and_when_it_was_written(
    as_: Callable[..., Client], case: Case, moment: datetime
) -> None:
    client = as_("operator")
    at = timezone.localtime(moment - timedelta(minutes=40))
    assert do(client, case, "respond", at=at.strftime("%Y-%m-%dT%H:%M")).status_code == 200
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "补录于" in page
    event = words.EVENTS["case.responded"]
    assert str(event) in page
    assert case.clocks.get(metric="respond").stopped_at <= moment - timedelta(minutes=39)


def test_the_minute_of_the_report_is_not_before_the_report(
    as_: Callable[..., Client], contract: Contract
) -> None:
    client = as_("operator")
    case = factories.case(contract, timezone.now() - timedelta(hours=2, seconds=11))
    minute = timezone.localtime(case.reported_at).strftime("%Y-%m-%dT%H:%M")
    assert do(client, case, "respond", at=minute).status_code == 200


@pytest.mark.parametrize(
    ("act", "typed", "said"),
    [
        ("resolve", {"cause": "x", "fix": ""}, "请填写"),
        ("respond", {"at": "2035-01-01T10:00"}, "时间还没到"),
        ("respond", {"at": "2026-01-02T10:00"}, "早于报修时间"),
        ("pause", {"reason": "nothing"}, "nothing"),
        ("triage", {"kind": "fault", "in_scope": "no", "scope_reason": ""}, "请写明原因"),
        ("change_severity", {"severity": "urgent", "reason": ""}, "请填写"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    as_: Callable[..., Client], case: Case, act: str, typed: dict[str, str], said: str
) -> None:
    answer = do(as_("operator"), case, act, **typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Case.objects.get(pk=case.pk).version == case.version


def test_without_script_an_act_is_a_page_and_leads_back(as_: Callable[..., Client], case: Case) -> None:
    client = as_("operator")
    page = client.get(f"/cases/{case.pk}/act/respond/")
    assert page.status_code == 200
    assert "<html" in page.content.decode()
    answer = client.post(f"/cases/{case.pk}/act/respond/", {"version": case.version})
    assert answer["Location"] == f"/cases/{case.pk}/"


@pytest.mark.parametrize("minutes", [-300, -31, -1, 5, 55])
def test_the_shown_state_of_a_clock_is_that_of_now(
    as_: Callable[..., Client], contract: Contract, minutes: int
) -> None:
    """The row says running; by the time the page is looked at it may be late."""
    client = as_("operator")
    case = factories.case(contract)
    due = timezone.now() + timedelta(minutes=minutes)
    times = {"started_at": due - timedelta(hours=1), "warn_at": due - timedelta(minutes=15)}
    times |= {"due_at": due, "next_alarm_at": due}
    case.clocks.update(state="running", result="running", ended_at=None, stopped_at=None, **times)
    Case.objects.filter(pk=case.pk).update(next_due_at=due)
    clock = case.clocks.first()
    assert clock is not None
    for path in (f"/cases/{case.pk}/", "/cases/?view=all"):
        page = client.get(path).content.decode()
        assert f'data-state="{clock.state_at(timezone.now())}"' in page


def test_a_list_shows_the_clock_that_is_due_first(contract: Contract) -> None:
    now = timezone.now()
    case, other = factories.case(contract), factories.case(contract)
    open_clocks = [clock for clock in case.clocks.all() if clock.ended_at is None and clock.due_at]
    assert len(open_clocks) > 1
    first = min(open_clocks, key=lambda clock: clock.due_at)
    found = faces.first_open([case, other], now)
    assert found[case.pk]["due_at"] == first.due_at
    case.clocks.filter(pk=first.pk).update(ended_at=now)
    later = faces.first_open([case, other], now)
    assert later[case.pk]["due_at"] == min(clock.due_at for clock in open_clocks if clock.pk != first.pk)
    case.clocks.update(ended_at=now)
    assert set(faces.first_open([case, other], now)) == {other.pk}


def test_why_a_clock_is_due_is_told_step_by_step(as_: Callable[..., Client], case: Case) -> None:
    client = as_("customer", case.contract)
    clock = case.clocks.exclude(due_at=None).order_by("due_at").first()
    assert clock is not None
    answer = client.get(f"/cases/{case.pk}/why/{clock.pk}/", **HTMX)
    assert answer.status_code == 200
    assert answer.content.decode().count("<li") >= 3


def test_intake_says_when_the_contract_is_not_in_service(as_: Callable[..., Client]) -> None:
    over = factories.contract(ends_on=datetime(2026, 1, 31).date())
    client = as_("operator")
    assert "不在服务期" in client.get("/cases/new/terms/", {"contract": over.number}).content.decode()
    typed = {
        "token": "t",
        "contract": over.number,
        "title": "问一下",
        "kind": "consultation",
        "channel": "hotline",
    }
    page = client.post("/cases/new/", typed, follow=True).content.decode()
    assert "仅提供建议" in page
    assert not Case.objects.get(contract=over).in_scope


def test_intake_offers_the_levels_in_the_plans_words_and_keeps_what_was_typed(
    as_: Callable[..., Client], contract: Contract
) -> None:
    client = as_("operator")
    terms = client.get(
        "/cases/new/terms/", {"contract": f"{contract.number} · {contract.name}"}
    ).content.decode()
    assert all(word in terms for word in ("紧急", "严重", "一般"))
    answer = client.post(
        "/cases/new/", {"token": "t", "contract": contract.number, "title": "", "reporter_name": "王科"}
    )
    assert answer.status_code == 422
    assert "王科" in answer.content.decode()
    assert "请写一句话说明现象" in answer.content.decode()
    assert (
        "没有找到这份合同" in client.post("/cases/new/", {"token": "t", "contract": "没有"}).content.decode()
    )


def test_intake_shows_similar_cases_of_the_contract_only(
    as_: Callable[..., Client], contract: Contract
) -> None:
    alike = factories.case(contract, title="三楼东侧摄像机黑屏")
    other = factories.case(factories.contract(), title="三楼东侧摄像机黑屏")
    shown = (
        as_("operator")
        .get("/cases/new/similar/", {"contract": contract.number, "title": "三楼摄像机黑屏"})
        .content.decode()
    )
    assert alike.number in shown
    assert other.number not in shown


@pytest.mark.parametrize("role", ["operator", "engineer", "resident", "project_manager", "supervisor", "storekeeper",
                                  "manager", "general_manager", "admin", "customer", "inspector"])  # fmt: skip
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_workbench_opens_for_every_role(
    as_: Callable[..., Client], case: Case, role: str, language: str, django_assert_max_num_queries: Any
) -> None:
    client = as_(role, case.contract)
    client.cookies["django_language"] = language
    for number in range(6):
        factories.case(case.contract, timezone.now() - timedelta(minutes=number))
    with django_assert_max_num_queries(36):  # leads: contracts in danger, own obligations, reports
        assert client.get("/").status_code == 200


def test_a_case_page_asks_the_same_number_of_questions_whatever_its_history(
    as_: Callable[..., Client], case: Case, django_assert_max_num_queries: Any
) -> None:
    client = as_("operator")
    now = timezone.now()
    for number in range(12):
        desk.assign_case(case.pk, owner=factories.person(), actor=None, at=now, now=now)
        desk.note_case(case.pk, actor=None, at=now, now=now, note=f"第 {number} 条")
    with django_assert_max_num_queries(22):
        assert client.get(f"/cases/{case.pk}/").status_code == 200

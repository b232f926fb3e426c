"""The page of a case with a flow: what is offered, what is shown, what is said when it cannot be."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from luyue.contracts.models import Access, Contract
from luyue.desk import acts, flows, flows_words
from luyue.desk.models import Case
from luyue.domain.flows_table import FLOWS
from luyue.files.models import Attachment
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
HTMX = {"HTTP_HX_REQUEST": "true"}
Enter = Callable[..., Client]


@pytest.fixture
def began() -> datetime:
    return timezone.now().replace(microsecond=0) - timedelta(hours=2)


@pytest.fixture
def contract() -> Contract:
    return factories.contract()


@pytest.fixture
def as_(client: Client) -> Enter:
    def log_in(role: str, contract: Contract) -> Client:
        person = factories.person(role)
        Access.objects.create(contract=contract, person=person, role=role)
        client.force_login(person)
        return client

    return log_in


def analysed(contract: Contract, began: datetime) -> Case:
    case = factories.case(contract, began, kind="defect", severity="", reporter_name="张三")
    engineer = factories.person("engineer", name="王工")
    steps = (
        ("submit", {"module": "统计报表", "symptom": "合计不符"}),
        (
            "analyse",
            {"nature": "technical", "analysis": "口径", "measures": "统一", "alike": "报表合计"},
        ),
    )
    for number, (step, sheet) in enumerate(steps):
        at = began + timedelta(minutes=number + 1)
        flows.take_step(case.pk, step=step, sheet=sheet, actor=engineer, at=at, now=at)
    return case


def test_every_word_is_there() -> None:
    for flow in FLOWS:
        assert flow.kind in flows_words.FLOWS
        assert set(flow.stages) <= set(flows_words.STAGES)
        for step in flow.steps:
            assert step.name in flows_words.STEPS, step.name
            assert step.name not in acts.ACTS
            for one in step.fields:
                assert one.name in flows_words.FIELDS, one.name
                assert set(one.choices) <= set(flows_words.CHOICES), one.name


def test_the_icons_of_steps_are_in_the_sprite() -> None:
    from tests.web.test_asset_budget import DIST

    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (DIST / "icons.svg").read_text(encoding="utf-8")))
    assert {icon for _, icon in flows_words.STEPS.values()} <= sprite


def test_the_next_step_is_the_main_button_and_the_stages_say_who(
    as_: Enter, contract: Contract, began: datetime
) -> None:
    case = analysed(contract, began)
    page = as_("manager", contract).get(f"/cases/{case.pk}/").content.decode()
    main = re.search(r'data-main-act href="([^"]+)"', page)
    assert main is not None and main[1] == f"/cases/{case.pk}/act/confirm/"
    assert page.count('data-step="done"') == 3 and page.count('data-step="now"') == 1
    assert "王工" in page and "报表合计" in page
    ahead = re.findall(r'data-step="(?:now|todo)".*?<b>([^<]+)</b>', page, re.DOTALL)
    assert ahead == ["签字确认", "解决并记变更", "上报服务中心", "回复提交单位"]  # not as if it were done
    assert "/act/resolve/" not in page


def test_who_cancels_reads_that_there_is_no_way_back_and_is_offered_no_visit_afterwards(
    as_: Enter, contract: Contract, began: datetime
) -> None:
    case = factories.case(contract, began, severity="", title="黑屏")
    client = as_("operator", contract)
    plan = f"/dispatch/plan/?case={case.pk}"
    assert plan in client.get(f"/cases/{case.pk}/").content.decode()
    url = f"/cases/{case.pk}/act/cancel/"
    assert "取消后不能恢复" in client.get(url, **HTMX).content.decode()
    case.refresh_from_db()
    answer = client.post(url, {"reason": "登记重了", "version": case.version}, **HTMX).content.decode()
    for page in (answer, client.get(f"/cases/{case.pk}/").content.decode()):
        assert 'id="case-top"' in page
        assert plan not in page
        assert "已取消，不再计时" in page


def test_what_is_said_anew_does_not_begin_with_what_was_said_before(
    as_: Enter, contract: Contract, began: datetime
) -> None:
    case = factories.case(contract, began, kind="complaint", severity="", title="晚到")
    client = as_("operator", contract)
    steps: list[tuple[str, dict[str, str]]] = [
        ("investigate", {"complaint_about": "time", "findings": "晚到 40 分", "justified": "yes"}),
        ("answer_complaint", {"answer": "已致歉", "answered_to": "李主任", "way": "hotline"}),
        ("record_view", {"view": "not_content", "view_words": "没说为什么"}),
        ("investigate", {"complaint_about": "time", "findings": "晚到 40 分，没看路况", "justified": "yes"}),
    ]
    for step, facts in steps:
        case.refresh_from_db()
        url = f"/cases/{case.pk}/act/{step}/"
        assert client.post(url, facts | {"version": case.version}).status_code in (200, 302)
    form = client.get(f"/cases/{case.pk}/act/answer_complaint/", **HTMX).content.decode()
    assert "已致歉" not in form
    assert "李主任" in form
    near = re.search(
        r'id="case-acts".*?dropdown-menu', client.get(f"/cases/{case.pk}/").content.decode(), re.DOTALL
    )
    assert near is not None and "/act/depart/" not in near[0]


def test_a_consultation_is_answered_from_its_page_without_triage(
    as_: Enter, contract: Contract, began: datetime
) -> None:
    case = factories.case(contract, began, kind="consultation", severity="", title="保留多久")
    client = as_("operator", contract)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert f'data-main-act href="/cases/{case.pk}/act/answer/"' in page
    form = client.get(f"/cases/{case.pk}/act/answer/", **HTMX).content.decode()
    assert "保留多久" in form
    wrong = client.post(
        f"/cases/{case.pk}/act/answer/", {"version": 1, "answer": "60 天", "question": "问"}, **HTMX
    )
    assert wrong.status_code == 422 and "60 天" in wrong.content.decode()
    done = client.post(
        f"/cases/{case.pk}/act/answer/",
        {"version": 1, "answer": "60 天", "question": "问", "topic": "policy", "way": "hotline"},
        **HTMX,
    )
    assert done.status_code == 200 and "当场答复，已关闭" in done.content.decode()
    assert Case.objects.get(pk=case.pk).state == "closed"


def test_what_is_signed_stands_above_the_signature(as_: Enter, contract: Contract, began: datetime) -> None:
    case = analysed(contract, began)
    client = as_("manager", contract)
    form = client.get(f"/cases/{case.pk}/act/confirm/", **HTMX).content.decode()
    assert "统一" in form and 'enctype="multipart/form-data"' in form
    digest = re.search(r"SHA-256 ([0-9a-f]{64})", form)
    picture = SimpleUploadedFile("签字.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    done = client.post(
        f"/cases/{case.pk}/act/confirm/",
        {"version": case.version + 2, "signature": picture, "opinion": "同意"},
        **HTMX,
    )
    assert done.status_code == 200
    kept = Attachment.objects.get(subject_kind="case", subject_id=case.pk)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert digest is not None and digest[1] in page
    assert f"/files/{kept.pk}/" in page


def test_a_step_that_somebody_else_took_is_told(as_: Enter, contract: Contract, began: datetime) -> None:
    case = analysed(contract, began)
    client = as_("manager", contract)
    lead, at = factories.person("manager"), began + timedelta(minutes=9)
    flows.take_step(case.pk, step="confirm", sheet={}, actor=lead, at=at, now=at)
    late = client.post(f"/cases/{case.pk}/act/confirm/", {"version": 3}, **HTMX)
    assert late.status_code == 409
    assert 'id="case-flows"' in late.content.decode()


def test_the_customer_does_not_see_what_is_inside(as_: Enter, contract: Contract, began: datetime) -> None:
    case = analysed(contract, began)
    page = as_("customer", contract).get(f"/cases/{case.pk}/").content.decode()
    assert "统计报表" in page and "报表合计" not in page


def test_the_page_costs_the_same_however_long_the_flow(
    as_: Enter, contract: Contract, began: datetime, django_assert_max_num_queries: Callable[..., object]
) -> None:
    case = analysed(contract, began)
    client = as_("manager", contract)
    client.get(f"/cases/{case.pk}/")
    with django_assert_max_num_queries(45):
        client.get(f"/cases/{case.pk}/")

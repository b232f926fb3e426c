"""The storekeeper's workbench: each figure leads to exactly the rows that it counts."""

import html
import re
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from luyue.accounts.models import Person
from luyue.contracts.models import Contract
from luyue.contracts.plans import running_plan
from luyue.contracts.queries import local_day
from luyue.desk import actions as desk
from luyue.desk import escalation
from luyue.domain.plan.model import Entitlement
from luyue.entitlements.models import Use
from luyue.measures.models import Turn
from luyue.obligations.models import Obligation
from luyue.service_forms import actions as forms
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
TILE = re.compile(r'<a class="ly-tile" href="([^"]+)"[^>]*><b>([^<]+)</b>([^<]+)</a>')
ROWS = re.compile(r"<tbody data-rows>(.*?)</tbody>", re.DOTALL)
REST = {
    "applicant": "孙岩", "store": "云州库", "reason": "更换后补齐",
    "parts": [{"name": "电源模块", "quantity": "2"}],
}  # fmt: skip


@pytest.fixture
def keeper(client: Client) -> Person:
    person = factories.person("storekeeper", name="徐鹏")
    client.force_login(person)
    return person


def tiles(client: Client) -> dict[str, tuple[str, int]]:
    """Word → address and figure."""
    page = client.get("/").content.decode()
    return {label: (html.unescape(url), int(number)) for url, number, label in TILE.findall(page)}


def rows_of(client: Client, address: str) -> int:
    answer = client.get(address)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "有不认识的值" not in page
    return sum(part.count("<tr") for part in ROWS.findall(page))


def test_an_empty_store_says_so(client: Client, keeper: Person) -> None:
    page = client.get("/").content.decode()
    assert "库房没有等着办的事" in page
    assert {number for _, number in tiles(client).values()} == {0}


def _goods(contract: Contract, keeper: Person) -> None:
    at = timezone.now() - timedelta(hours=3)
    for n in range(3):
        case = factories.case(contract, at, title=f"画面黑屏 {n}", severity="")
        desk.order_part(case.pk, note=f"硬盘 {n}", actor=None, at=at, now=at)
        escalation.allocate_spares(case.pk, spares="主板 1 块", source="总库", actor=None, at=at, now=at)
        desk.send_repair(case.pk, note="送厂家", actor=None, at=at, now=at)
        if n:
            desk.lend_device(case.pk, note="备用机", actor=None, at=at, now=at)
        factories.work_order(case, timezone.now() + timedelta(hours=2), parts=["电源适配器"] if n else [])
    factories.case(contract, at, severity="")


def _restock(contract: Contract) -> None:
    now = timezone.now()
    case = factories.case(contract, now - timedelta(hours=4), severity="")
    for number in range(3):
        form = forms.make_form(case.pk, "restock", REST, actor=None, now=now)
        if number:
            forms.issue_form(form.pk, actor=None, now=now)
    # A corrected one waits for nobody; its correction does.
    draft = forms.correct_form(form.pk, reason="数量写错", actor=None, now=now)
    forms.issue_form(draft.pk, actor=None, now=now)


def _stock(contract: Contract) -> None:
    version = contract.bindings.get().plan_version
    today = local_day(timezone.now())
    for n, (standing, over) in enumerate(
        (("missed", False), ("no_data", False), ("kept", False), ("missed", True))
    ):
        first = date(today.year - n, 1, 1)
        Turn.objects.create(
            contract=contract, plan_version=version, promise="wearing-parts", measure="stock.wearing_parts",
            first=first, last=date(first.year, 12, 31), standing=standing, over=over,
            state="missed" if over else "open", missed=1, worst="电源模块", value=1, at_least=4,
        )  # fmt: skip


def _claims(contract: Contract) -> None:
    """A replacement and parts at the agreed price are the store's; support hours are not."""
    version = contract.bindings.get().plan_version
    by_topic = {
        one.topic.partition(".")[0]: one.id
        for one in running_plan(version.pk).plan.promises
        if isinstance(one, Entitlement)
    }
    due = timezone.now() + timedelta(days=2)
    for topic in ("replacement", "parts_price", "support"):
        Use.objects.create(
            contract=contract, plan_version=version, promise=by_topic[topic], family="claims", origin="claim",
            key=topic, happened_at=due, due_at=due, counts_at=due, state="open", what=f"要 {topic}", recorded_at=due,
        )  # fmt: skip


def _obligations(contract: Contract, keeper: Person) -> None:
    version = contract.bindings.get().plan_version
    now = timezone.now()
    promise = running_plan(version.pk).plan.duties[0].id
    for n, (person, state) in enumerate(
        ((keeper, "due"), (keeper, "missed"), (None, "due"), (keeper, "done"))
    ):
        Obligation.objects.create(
            contract=contract, plan_version=version, promise=promise, kind="duty", owe="stock.renewal", by="provider",
            key=f"x:{n}", made_at=now, opens_at=now - timedelta(days=1), due_at=now + timedelta(days=1), state=state,
            person=person, **({"done_at": now} if state == "done" else {}),
        )  # fmt: skip


def test_each_figure_leads_to_the_rows_that_it_counts(client: Client, keeper: Person) -> None:
    contract = factories.contract("regional-video", acceptance_on=date(2026, 1, 1))
    _goods(contract, keeper)
    _restock(contract)
    _stock(contract)
    _claims(contract)
    _obligations(contract, keeper)
    found = tiles(client)
    assert {label: number for label, (_, number) in found.items()} == {
        "已调配待送": 3, "订购未到货": 3, "送修未返回": 3, "备用机未收回": 2, "要备件的任务": 2, "待签补库申请": 2,
        "库存低于约定": 1, "本期没有盘点": 1, "客户要的备件和备机": 2, "我的履约事项": 2,
    }  # fmt: skip
    for label, (address, number) in found.items():
        assert rows_of(client, address) == number, label
    page = client.get("/").content.decode()
    assert f"?measure=stock.wearing_parts&amp;name={quote('电源模块')}" in page, (
        "counting starts with that part"
    )
    sign = re.search(r"/forms/\d+/sign/", page)
    assert sign and 'value="徐鹏"' in client.get(sign[0]).content.decode(), "he signs for himself"
    for text in ("硬盘 0", "主板 1 块", "总库", "电源适配器", "电源模块 × 2", "云州库", "/act/deliver_part/",
                 "/act/return_repair/", "/act/take_back_loan/", "/sign/"):  # fmt: skip
        assert text in page, text
    assert "库房没有等着办的事" not in page


def test_only_the_storekeeper_has_it(client: Client) -> None:
    client.force_login(factories.person("operator"))
    assert "desk-store" not in client.get("/").content.decode()

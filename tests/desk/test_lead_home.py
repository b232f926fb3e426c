"""The workbenches of those who answer for others: supervisor, project manager, manager."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from luyue.contracts.models import Access
from luyue.desk import actions as desk
from luyue.follow_ups.models import FollowUp
from luyue.obligations.models import Obligation
from luyue.reports.models import Report
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")


def test_the_supervisor_has_calls_and_the_discontented_first(client: Client) -> None:
    now = timezone.now()
    contract = factories.contract("regional-video")
    solved = factories.case(
        contract,
        now - timedelta(days=3),
        title="门禁不开",
        severity="down",
        reporter_name="马工",
        reporter_phone="13955556666",
    )
    bad = factories.case(contract, now - timedelta(days=3), title="慢得很", severity="down")
    complaint = factories.case(
        contract, now - timedelta(hours=1), title="说好没来", kind="complaint", severity=""
    )
    older = factories.case(contract, now - timedelta(days=90), title="早就忘了", severity="down")
    FollowUp.objects.create(case=solved, contract=contract, event=1, opened_at=now - timedelta(days=1))
    for number, case, at in ((2, bad, now - timedelta(days=2)), (3, older, now - timedelta(days=80))):
        FollowUp.objects.create(
            case=case, contract=contract, event=number, opened_at=at, called_at=at, result="reached", score=2,
            words="说好上午来", complaint=complaint,
        )  # fmt: skip
    client.force_login(factories.person("supervisor"))
    page = client.get("/").content.decode()
    assert re.search(r'href="/follow-ups/"[^>]*><b>1</b>要打的回访', page)
    assert re.search(r'href="/cases/\?view=open&amp;kind=complaint"[^>]*><b>1</b>未结投诉', page)
    assert 'href="tel:13955556666"' in page
    low = page[page.index("近 30 天不满意的") : page.index("近 30 天超时最多的承诺")]
    assert "慢得很" in low and complaint.number in low
    assert "早就忘了" not in low, "of the last 30 days only"
    assert page.index("要打的回访</h2>") < page.index("门禁不开") < page.index("近 30 天不满意的")
    assert "合同，最危险的在前" not in page


def test_a_project_manager_sees_own_contracts_obligations_and_reports(client: Client) -> None:
    now = timezone.now()
    person = factories.person("project_manager", name="陈静")
    calm, burning, foreign = (
        factories.contract("regional-video", name=name) for name in ("平静的", "着火的", "别人的")
    )
    for one in (calm, burning):
        Access.objects.create(contract=one, person=person, role="project_manager")
    factories.case(calm, now, title="刚报", severity="")
    factories.case(burning, now - timedelta(days=20), title="早该好了", severity="down")
    factories.case(foreign, now - timedelta(days=20), title="别人的事", severity="down")
    Obligation.objects.create(
        contract=calm, plan_version=calm.bindings.get().plan_version, promise="store-renewal", kind="duty",
        owe="log.daily", by="provider", key="day:x", opens_at=now, due_at=now + timedelta(hours=2), state="due",
        person=person, made_at=now,
    )  # fmt: skip
    Report.objects.create(
        contract=calm,
        kind="daily_log",
        first=now.date(),
        last=now.date(),
        gathered_at=now,
        made_at=now,
        writer=person,
    )
    client.force_login(person)
    page = client.get("/").content.decode()
    part = page[page.index("合同，最危险的在前") : page.index("近 30 天超时最多的承诺")]
    assert part.index("着火的") < part.index("平静的")
    assert "别人的" not in part
    assert "我的履约事项" in part
    assert "要写要审的报告" in part


def test_the_dangerous_contracts_of_a_manager_count_what_their_list_shows(client: Client) -> None:
    now = timezone.now()
    contract = factories.contract("regional-video")
    cases = [
        factories.case(contract, now - timedelta(days=n), title=f"第{n}件", severity="down") for n in range(3)
    ]
    desk.cancel_case(cases[0].pk, reason="重复", actor=None, at=now, now=now)
    client.force_login(factories.person("manager"))
    page = client.get("/").content.decode()
    found = re.search(rf'href="(/cases/\?contract={contract.pk})">(\d+)</a>', page)
    assert found
    assert found[2] == "2"
    assert len(re.findall(r"data-open href", client.get(found[1]).content.decode())) == 2

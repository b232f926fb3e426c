"""The workbench of engineers and resident engineers: today's orders and own obligations before the cases."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from luyue.contracts.models import Access
from luyue.contracts.queries import local_day, start_of
from luyue.field.models import WorkOrder
from luyue.obligations.models import Obligation
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")


@pytest.mark.parametrize("role", ["engineer", "resident"])
def test_what_is_to_be_done_today_stands_first(client: Client, role: str) -> None:
    now = timezone.now()
    noon = start_of(local_day(now)) + timedelta(hours=12)
    contract = factories.contract("regional-video")
    person = factories.person(role, name="吴斌")
    Access.objects.create(contract=contract, person=person, role=role)
    case = factories.case(contract, noon - timedelta(days=2), title="枪机黑屏", severity="")
    client.force_login(person)
    assert "今天的任务" not in client.get("/").content.decode()
    today, later = (
        factories.work_order(
            case,
            noon - timedelta(days=1),
            engineer=person,
            begin=at,
            end=at + timedelta(hours=1),
            title=title,
        )
        for at, title in ((noon, "今天换电源"), (noon + timedelta(days=1), "明天换电源"))
    )
    Obligation.objects.create(
        contract=contract, plan_version=contract.bindings.get().plan_version, promise="store-renewal", kind="duty",
        owe="log.daily", by="provider", key="day:x", opens_at=now, due_at=now + timedelta(hours=2), state="due",
        person=person, made_at=now,
    )  # fmt: skip
    page = client.get("/").content.decode()
    assert "今天换电源" in page and f"/field/orders/{today.pk}/" in page
    assert "明天换电源" not in page and f"/field/orders/{later.pk}/" not in page
    assert "我的履约事项" in page and "备品备件保持更新和齐全" in page
    assert page.index("今天换电源") < page.index("我的服务请求，按到期先后")
    WorkOrder.objects.filter(pk=today.pk).update(state="confirmed")
    assert "今天换电源" not in client.get("/").content.decode()

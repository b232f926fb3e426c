"""The queue: views, filters, search, paging, bulk acts and the export."""

import io
import re
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
import python_calamine
from django.test import Client
from django.utils import timezone

from luyue.contracts.models import Access, Contract
from luyue.contracts.queries import ZONE
from luyue.desk import actions as desk
from luyue.desk import queue
from luyue.desk.models import Case
from luyue.desk.pages import queue as page
from luyue.devices import actions as devices
from luyue.domain.refusals import BadInput
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def contract() -> Contract:
    return factories.contract()


@pytest.fixture
def operator(client: Client) -> Client:
    person = factories.person("operator")
    client.force_login(person)
    client.person = person
    return client


def shown(client: Client, address: str) -> list[str]:
    """Numbers of the cases in the list, in order."""
    answer = client.get(f"/cases/{address}")
    assert answer.status_code == 200
    return re.findall(r'data-open href="/cases/\d+/">(FW\d+)<', answer.content.decode())


def test_each_view_shows_its_cases(operator: Client, contract: Contract, now: datetime) -> None:
    late = factories.case(contract, now - timedelta(days=3))
    soon = factories.case(contract, now - timedelta(minutes=5), severity="urgent")
    mine = factories.case(contract, now)
    desk.assign_case(mine.pk, owner=operator.person, actor=None, at=now, now=now)
    solved = factories.case(contract, now - timedelta(hours=1))
    desk.resolve_case(solved.pk, cause="x", fix="y", actor=None, at=now, now=now)
    only = f"&contract={contract.pk}"
    assert set(shown(operator, f"?view=open{only}")) == {late.number, soon.number, mine.number}
    assert shown(operator, f"?view=mine{only}") == [mine.number]
    assert set(shown(operator, f"?view=unassigned{only}")) == {late.number, soon.number}
    assert shown(operator, f"?view=soon{only}") == [soon.number]
    assert shown(operator, f"?view=overdue{only}") == [late.number]
    assert shown(operator, f"?view=resolved{only}") == [solved.number]
    assert len(shown(operator, f"?view=all{only}")) == 4
    assert shown(operator, f"?view=open{only}")[0] == late.number, "what is due first stands first"


def test_filters_narrow_and_stay_in_the_address(operator: Client, contract: Contract, now: datetime) -> None:
    urgent = factories.case(contract, now, severity="urgent", kind="fault")
    asked = factories.case(contract, now, severity="normal", kind="consultation", channel="email")
    old = factories.case(contract, now - timedelta(days=40))
    desk.note_case(
        old.pk, actor=None, at=now, now=now, note="催办"
    )  # the sweep would have noticed the breach too
    base = f"?view=all&contract={contract.pk}"
    assert shown(operator, f"{base}&severity=urgent") == [urgent.number]
    assert shown(operator, f"{base}&kind=consultation&channel=email") == [asked.number]
    assert set(shown(operator, f"{base}&severity=urgent&severity=normal&days=7d")) == {
        urgent.number,
        asked.number,
    }
    assert shown(operator, f"{base}&breached=yes") == [old.number]
    assert set(shown(operator, f"{base}&breached=no")) == {urgent.number, asked.number}
    assert set(shown(operator, f"{base}&owner=none")) == {urgent.number, asked.number, old.number}
    assert set(shown(operator, f"{base}&state=new&state=open")) == {urgent.number, asked.number, old.number}
    text = operator.get(f"/cases/{base}&severity=urgent&kind=nonsense&sort=wrong").content.decode()
    assert "severity=urgent" in text
    assert "已忽略" in text


def test_what_was_solved_today_is_as_many_as_the_workbench_says(
    operator: Client, contract: Contract, now: datetime
) -> None:
    # Of today, of yesterday and still waiting for its customer, of today and closed already.
    solved = []
    for at in (now, now - timedelta(days=1), now):
        solved.append(factories.case(contract, at - timedelta(minutes=1)))
        desk.resolve_case(solved[-1].pk, cause="x", fix="y", actor=None, at=at, now=now)
    desk.close_case(solved[2].pk, actor=None, at=now, now=now)
    said = re.search(r'href="([^"]*)"[^>]*><b>(\d+)</b>今天解决<', operator.get("/").content.decode())
    assert said, "the workbench shows the figure as a link"
    path, number = said[1].replace("&amp;", "&").removeprefix("/cases/"), int(said[2])
    assert number == 2
    assert set(shown(operator, path)) == {solved[0].number, solved[2].number}
    assert shown(operator, "?view=all&solved=yesterday") == [solved[1].number]


def test_a_promise_missed_most_leads_to_the_cases_that_missed_it(
    client: Client, contract: Contract, now: datetime
) -> None:
    client.force_login(factories.person("manager"))
    late = [factories.case(contract, now - timedelta(days=days)) for days in (2, 3)]
    factories.case(contract, now)
    for case in late:
        desk.note_case(
            case.pk, actor=None, at=now, now=now, note="催办"
        )  # the sweep would have noticed it too
    text = client.get("/").content.decode()
    rows = re.findall(r'data-open href="/cases/([^"]*promise=[^"]*)".*?</svg></span> (\d+)<', text, re.S)
    assert rows, "the workbench tells what was missed"
    for address, number in rows:
        assert len(shown(client, address.replace("&amp;", "&"))) == int(number)
    # The filter belongs to one contract; alone it says nothing.
    promise = rows[0][0].split("promise=")[1]
    assert len(shown(client, f"?view=all&promise={promise}")) == 3


@pytest.mark.parametrize("typed", ["摄像机黑", "黑屏", "13912345678", "13912", "王建国", "DS-K2604T"])
def test_search_finds_words_names_and_numbers(
    operator: Client, contract: Contract, now: datetime, typed: str
) -> None:
    wanted = factories.case(
        contract, now, title="三楼摄像机黑屏 DS-K2604T", reporter_name="王建国", reporter_phone="13912345678"
    )
    factories.case(contract, now, title="大屏漏水", reporter_name="李四")
    found = shown(operator, f"?view=all&contract={contract.pk}&q={typed}")
    assert found == [wanted.number]


def test_a_case_number_is_found_wherever_it_is_typed(
    operator: Client, contract: Contract, now: datetime
) -> None:
    case = factories.case(contract, now)
    assert shown(operator, f"?view=all&q={case.number}") == [case.number]
    assert shown(operator, f"?view=all&q=fw{case.pk}") == [case.number]
    assert operator.get(f"/cases/search/?q={case.number}")["Location"] == f"/cases/{case.pk}/"
    assert case.number in operator.get(f"/cases/found/?q={case.pk}").content.decode()
    assert shown(operator, "?view=all&q=FW9999999") == []


@pytest.mark.parametrize(
    "typed", ["'", "!&|()", ":*", "%00", "\\", "a" * 300, "<script>", "摄 & 像", "FW99999999999999999999"]
)
def test_no_typed_text_breaks_the_search(operator: Client, typed: str) -> None:
    assert operator.get("/cases/", {"view": "all", "q": typed}).status_code == 200
    assert operator.get("/cases/found/", {"q": typed}).status_code == 200


def test_pages_follow_one_another_without_gap_or_repetition(
    operator: Client, contract: Contract, now: datetime
) -> None:
    made = [
        factories.case(contract, now - timedelta(minutes=7 * n)).number for n in range(queue.PAGE * 2 + 3)
    ]
    for sort in ("due", "-due", "newest", "-newest"):
        address, seen = f"?view=open&contract={contract.pk}&sort={sort}", []
        for _ in range(4):
            seen += shown(operator, address)
            text = operator.get(f"/cases/{address}").content.decode()
            link = re.search(r'rel="next" href="([^"]+)"', text)
            if link is None:
                break
            address = link[1].replace("&amp;", "&")
        assert sorted(seen) == sorted(made)
        assert len(seen) == len(set(seen))


def test_a_person_of_one_contract_sees_that_one_only(
    client: Client, contract: Contract, now: datetime
) -> None:
    customer = factories.person("customer")
    Access.objects.create(contract=contract, person=customer, role="customer")
    own, other = factories.case(contract, now), factories.case(factories.contract(), now)
    client.force_login(customer)
    assert shown(client, "?view=all") == [own.number]
    assert shown(client, "?view=all&q=摄像机") == [own.number]
    assert shown(client, f"?view=all&contract={other.contract_id}") == [own.number]
    text = client.get("/cases/?view=all").content.decode()
    assert other.contract.name not in text
    assert 'name="act"' not in text


def test_bulk_acts_say_what_was_done_and_what_was_refused_and_why(
    operator: Client, contract: Contract, now: datetime
) -> None:
    free, gone = factories.case(contract, now), factories.case(contract, now)
    desk.cancel_case(gone.pk, reason="重复", actor=None, at=now, now=now)
    engineer = factories.person("engineer")
    Access.objects.create(contract=contract, person=engineer, role="engineer")
    sent = {"act": "assign", "owner": engineer.pk, "case": [free.pk, gone.pk], "back": "/cases/?view=all"}
    answer = operator.post("/cases/bulk/", sent, follow=True)
    text = answer.content.decode()
    assert Case.objects.get(pk=free.pk).owner == engineer
    assert "1 件已派给" in text
    assert f"1 件没有办：{gone.number}" in text
    assert answer.request["QUERY_STRING"] == "view=all"
    text = operator.post(
        "/cases/bulk/", {"act": "close", "case": [free.pk], "back": ""}, follow=True
    ).content.decode()
    assert free.number in text
    assert "没有办" in text
    assert (
        "请选负责人"
        in operator.post("/cases/bulk/", {"act": "assign", "case": [free.pk]}, follow=True).content.decode()
    )
    assert "请先勾选" in operator.post("/cases/bulk/", {"act": "close"}, follow=True).content.decode()


def test_a_bulk_act_goes_over_all_pages_that_were_found(
    operator: Client, contract: Contract, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    engineer = factories.person("engineer", name="王强")
    Access.objects.create(contract=contract, person=engineer, role="engineer")
    monkeypatch.setattr(queue, "PAGE", 2)
    storm = [factories.case(contract, now, title="交换机断了") for _number in range(5)]
    other = factories.case(contract, now, title="别的事")
    desk.cancel_case(storm[0].pk, reason="重复", actor=None, at=now, now=now)
    desk.cancel_case(storm[1].pk, reason="重复", actor=None, at=now, now=now)
    back = f"/cases/?view=all&contract={contract.pk}&q=交换机"
    assert 'name="everything"' in operator.get(back).content.decode()
    sent = {"act": "assign", "owner": engineer.pk, "everything": "1", "back": back}
    text = operator.post("/cases/bulk/", sent, follow=True).content.decode()
    assert "3 件已派给王强" in text
    # The same reason is said once, with all that it is about.
    assert re.search(
        rf"2 件没有办：{storm[0].number}、{storm[1].number} |2 件没有办：{storm[1].number}、", text
    )
    assert set(Case.objects.filter(owner=engineer).values_list("pk", flat=True)) == {
        one.pk for one in storm[2:]
    }
    assert Case.objects.get(pk=other.pk).owner is None
    monkeypatch.setattr(page, "MOST_AT_ONCE", 4)
    text = operator.post("/cases/bulk/", sent | {"act": "close"}, follow=True).content.decode()
    assert "一次最多办 4 件" in text


def test_a_storm_is_gathered_under_one_at_once(
    operator: Client, contract: Contract, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    first, *rest = (factories.case(contract, now, title="汇聚交换机断电") for _number in range(6))
    back = f"/cases/?view=all&contract={contract.pk}&q=汇聚"
    sent = {"act": "gather", "everything": "1", "back": back}
    text = operator.post("/cases/bulk/", sent, follow=True).content.decode()
    assert f"5 件已归到 {first.number} 名下" in text
    shown_there = operator.get(f"/cases/{first.pk}/").content.decode()
    assert all(one.number in shown_there for one in rest)


def test_nobody_is_given_a_case_that_he_cannot_see(
    operator: Client, contract: Contract, now: datetime
) -> None:
    case = factories.case(contract, now)
    stranger = factories.person("engineer", name="外人甲")
    sent = {"act": "assign", "owner": stranger.pk, "case": [case.pk], "back": ""}
    text = operator.post("/cases/bulk/", sent, follow=True).content.decode()
    assert f"{case.number} 外人甲看不到这份合同" in text
    with pytest.raises(BadInput):
        desk.triage_case(case.pk, owner=stranger, actor=None, at=now, now=now)
    assert Case.objects.get(pk=case.pk).owner is None


def test_enter_opens_the_one_thing_that_is_meant(operator: Client, contract: Contract, now: datetime) -> None:
    case = factories.case(contract, now)
    site = devices.add_site(contract.pk, name="独有的楼", actor=None, now=now)
    device = devices.add_device(
        contract.pk, site=site, kind="解码器", name="独有的解码器", serial="ZX-77-0815", actor=None, now=now
    )

    def leads(text: str) -> str:
        return str(operator.get("/cases/search/", {"q": text})["Location"])

    assert leads(str(case.pk)) == leads(f"{case.pk:07}") == f"/cases/{case.pk}/"
    assert leads(contract.number) == f"/contracts/{contract.pk}/"
    assert leads("zx-77-0815") == leads("独有的解码") == "/devices/?q=ZX-77-0815"
    assert leads("没有这样的东西").startswith("/cases/?view=all&q=")
    broken = factories.case(contract, now, device=device)
    assert leads("zx-77-0815") == "/cases/?view=all&q=zx-77-0815"
    assert shown(operator, "?view=all&q=ZX-77-0815") == [broken.number]
    assert shown(operator, f"?view=all&q={case.pk}") == [case.number]


def test_the_search_names_what_else_was_meant_and_only_what_the_person_sees(
    operator: Client, client: Client, contract: Contract, now: datetime
) -> None:
    site = devices.add_site(contract.pk, name="望海楼机房", actor=None, now=now)
    factories.person("engineer", name="望海")
    text = operator.get("/cases/found/", {"q": "望海"}).content.decode()
    assert "望海楼机房" in text
    assert f"/contracts/{site.contract_id}/devices/" in text
    assert "/people/" in text
    # The list asks for it afterwards: looking through all devices must not hold it up.
    (asked,) = re.findall(
        r'hx-get="(/cases/others/[^"]+)"', operator.get("/cases/?view=all&q=望海").content.decode()
    )
    assert "望海楼机房" in operator.get(asked).content.decode()
    customer = factories.person("customer")
    Access.objects.create(contract=contract, person=customer, role="customer")
    client.force_login(customer)
    assert "/people/" not in client.get("/cases/found/", {"q": "望海"}).content.decode()
    stranger = factories.person("customer")
    client.force_login(stranger)
    for typed in ("望海", contract.number):
        for address in ("/cases/found/", "/cases/others/"):
            assert "<a" not in client.get(address, {"q": typed}).content.decode()


def test_the_way_back_from_a_bulk_act_never_leaves_the_site(operator: Client) -> None:
    answer = operator.post("/cases/bulk/", {"act": "close", "back": "https://elsewhere.example/?view=all"})
    assert answer["Location"] == "/cases/?view=all"


def test_the_export_is_a_workbook_without_formulas(
    operator: Client, contract: Contract, now: datetime
) -> None:
    factories.case(contract, now, title='=HYPERLINK("x")', reporter_name="@SUM(A1)", reporter_phone="+1")
    answer = operator.get(f"/cases/export.xlsx?view=all&contract={contract.pk}")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=HYPERLINK" in sheet
    assert "<hyperlink" not in sheet.lower()


def exported(content: bytes) -> list[list[Any]]:
    return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_the_export_has_what_the_queue_has_in_its_order(
    operator: Client, contract: Contract, now: datetime
) -> None:
    now = now.replace(microsecond=0)
    site = devices.add_site(contract.pk, name="南门", actor=None, now=now)
    camera = devices.add_device(
        contract.pk, kind="camera", name="枪机", serial="A-7", site=site, actor=None, now=now
    )
    for number in range(queue.PAGE + 5):
        factories.case(
            contract,
            now - timedelta(minutes=7 * number % 100),
            title=f"第{number}件",
            device=camera if number % 2 else None,
        )
    done = Case.objects.order_by("pk")[3]
    Case.objects.filter(pk=done.pk).update(
        state="closed", owner=factories.person("engineer"), resolved_at=now, closed_at=now, next_due_at=None,
        breached=True, in_scope=False, description="重启后好了",
    )  # fmt: skip
    for address in ("?view=open", "?view=all&sort=-newest", "?view=all&sort=newest"):
        first, *rows = exported(operator.get(f"/cases/export.xlsx{address}").content)
        listed, after = [], ""
        while after is not None:
            at = operator.get(f"/cases/{address}&after={after}").context
            listed += [row["case"].number for row in at["rows"]]
            after = at["page"].next or None
        assert [row[0] for row in rows] == listed and len(rows) > queue.PAGE
    done.refresh_from_db()
    cells = dict(zip(first, next(row for row in rows if row[0] == done.number), strict=True))
    local = now.astimezone(ZONE).replace(tzinfo=None)
    assert {name: value for name, value in cells.items() if name != "负责人"} == {
        "单号": done.number, "标题": "第3件", "合同号": contract.number, "合同": contract.name,
        "客户": contract.customer.name, "点位": "南门", "设备": "枪机 A-7", "类别": done.get_kind_display(),
        "等级": "一般", "状态": done.get_state_display(), "来源": done.get_channel_display(),
        "报修人": done.reporter_name, "电话": done.reporter_phone,
        "报修时间": done.reported_at.astimezone(ZONE).replace(tzinfo=None), "最近到期": "",
        "解决时间": local, "关闭时间": local, "有超时": "是", "服务范围": "范围外", "描述": "重启后好了",
    }  # fmt: skip
    assert cells["负责人"] == done.owner.name


def test_an_export_that_was_cut_says_so(contract: Contract, now: datetime) -> None:
    for _ in range(3):
        factories.case(contract, now)
    for most, cut in ((2, True), (3, False)):
        file = io.BytesIO()
        page.write_cases(file, Case.objects.filter(contract=contract).order_by("pk"), most)
        rows = exported(file.getvalue())
        assert len(rows) == 1 + most + cut
        assert (rows[-1][0] == f"只导出了前 {most} 行，请加筛选后再导出。") is cut


def test_the_number_of_queries_does_not_grow_with_the_rows(
    operator: Client, contract: Contract, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        factories.case(contract, now - timedelta(minutes=number))
    with django_assert_max_num_queries(24):
        assert len(shown(operator, f"?view=open&contract={contract.pk}")) == 30


def test_an_empty_queue_says_what_to_do(client: Client) -> None:
    person = factories.person("project_manager")
    Access.objects.create(contract=factories.contract(), person=person, role="project_manager")
    client.force_login(person)
    assert "还没有服务请求" in client.get("/cases/").content.decode()
    assert "没有符合条件" in client.get("/cases/?q=没有的词").content.decode()

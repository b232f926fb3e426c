"""Parts and devices on their way: who may move them, and which cases wait for what."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from luyue.accounts.models import Person
from luyue.desk import actions as desk
from luyue.desk import escalation, goods
from luyue.desk.models import Case
from luyue.domain.cases import EVENT_OF_ACT
from luyue.domain.refusals import NotAllowed
from luyue.ledger import wall
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
NOW = factories.NOW
ACTIONS = {
    "order_part": desk.order_part, "deliver_part": desk.deliver_part, "send_repair": desk.send_repair,
    "return_repair": desk.return_repair, "loan": desk.lend_device, "take_back_loan": desk.take_back_loan,
    "deliver_some": desk.deliver_some, "return_spares": desk.return_spares,
}  # fmt: skip

MOVES = ("order_part", "deliver_part", "send_repair", "return_repair", "loan", "take_back_loan")


@pytest.fixture
def keeper() -> Person:
    return factories.person("storekeeper", name="徐鹏")


@pytest.fixture
def case() -> Case:
    return factories.case(factories.contract())


def do(act: str, case: Case, actor: Person | None, at: datetime, note: str = "") -> None:
    if act == "allocate_spares":
        escalation.allocate_spares(case.pk, spares=note or "主板", actor=actor, at=at, now=at)
    else:
        ACTIONS[act](case.pk, note=note, actor=actor, at=at, now=at)


def waiting(case: Case) -> set[str]:
    return {name for name in goods.WAYS if Case.objects.filter(goods.waits(name), pk=case.pk).exists()}


def test_the_storekeeper_moves_goods_and_does_nothing_else_on_a_case(keeper: Person, case: Case) -> None:
    acts = ("allocate_spares", "deliver_part", "order_part", "deliver_part", "send_repair", "return_repair", "loan",
            "take_back_loan")  # fmt: skip
    for n, act in enumerate(acts):
        do(act, case, keeper, NOW + timedelta(minutes=n + 1))
    with pytest.raises(NotAllowed):
        desk.respond_case(case.pk, actor=keeper, at=NOW + timedelta(hours=1), now=NOW + timedelta(hours=1))
    supervisor = factories.person("supervisor")
    with pytest.raises(NotAllowed):
        desk.order_part(case.pk, actor=supervisor, at=NOW + timedelta(hours=1), now=NOW + timedelta(hours=1))


@pytest.mark.parametrize("acts", list(product(MOVES, repeat=3))[::5])
def test_a_case_waits_for_what_was_begun_last_and_not_ended(case: Case, acts: tuple[str, ...]) -> None:
    for n, act in enumerate(acts):
        do(act, case, None, NOW + timedelta(minutes=n))
    begun = {"order_part": "part", "send_repair": "repair", "loan": "loan"}
    ended = {"deliver_part": "part", "return_repair": "repair", "take_back_loan": "loan"}
    expected: set[str] = set()
    for act in acts:  # slow and obvious
        expected = expected | {begun[act]} if act in begun else expected - {ended[act]}
    assert waiting(case) == expected


def test_what_happened_at_one_moment_counts_in_the_order_of_entry(case: Case) -> None:
    do("loan", case, None, NOW)
    do("take_back_loan", case, None, NOW)
    assert waiting(case) == set()
    do("loan", case, None, NOW)
    assert waiting(case) == {"loan"}


def test_a_loan_and_a_repair_outlive_the_case_and_are_ended_after_it(keeper: Person, case: Case) -> None:
    for n, act in enumerate(("loan", "send_repair", "order_part", "allocate_spares")):
        do(act, case, keeper, NOW + timedelta(minutes=n + 1))
    assert waiting(case) == set(goods.WAYS)
    solved = factories.resolved(case, timedelta(hours=1))
    at = NOW + timedelta(hours=2)
    desk.close_case(solved.pk, actor=None, at=at, now=at)
    # What was set aside for it lies beside its shelf until it is used or put back.
    assert waiting(case) == set(goods.WAYS)
    do("return_spares", case, keeper, at)
    assert waiting(case) == {"loan", "repair", "part"}
    for act in ("take_back_loan", "return_repair", "deliver_part"):
        do(act, case, keeper, at)
    assert waiting(case) == set()


def test_what_came_in_part_is_still_waited_for_and_its_limit_runs_on(keeper: Person, case: Case) -> None:
    do("order_part", case, keeper, NOW + timedelta(minutes=1), "硬盘 2 块")
    do("deliver_some", case, keeper, NOW + timedelta(minutes=2), "到了 1 块，还差 1 块")
    assert waiting(case) == {"part"}
    do("deliver_part", case, keeper, NOW + timedelta(minutes=3))
    assert waiting(case) == set()


def test_what_is_offered_of_goods_follows_what_is_under_way(client: Client, keeper: Person) -> None:
    at = timezone.now() - timedelta(minutes=5)
    case = factories.case(factories.contract(), at)
    client.force_login(keeper)

    def offered() -> set[str]:
        page = client.get(f"/cases/{case.pk}/").content.decode()
        return {act for act in ("deliver_part", "deliver_some", "return_spares") if f"/act/{act}/" in page}

    assert offered() == set()
    do("order_part", case, keeper, at)
    assert offered() == {"deliver_part", "deliver_some"}
    do("allocate_spares", case, keeper, at)
    assert offered() == {"deliver_part", "deliver_some", "return_spares"}
    do("return_spares", case, keeper, at)
    assert offered() == {"deliver_part", "deliver_some"}, "what was ordered has not come by it"
    do("deliver_part", case, keeper, at)
    assert offered() == set()
    answer = client.post(f"/cases/{case.pk}/act/deliver_some/", {"note": ""}, HTTP_HX_REQUEST="true")
    assert answer.status_code in (409, 422)


def test_a_cancelled_case_waits_for_nothing(case: Case) -> None:
    do("loan", case, None, NOW)
    desk.cancel_case(case.pk, reason="重复", actor=None, at=NOW, now=NOW)
    assert waiting(case) == set()


def test_the_longest_waiting_comes_first_with_what_was_said_of_it(keeper: Person) -> None:
    contract = factories.contract()
    early, late = factories.case(contract), factories.case(contract)
    do("order_part", late, keeper, NOW + timedelta(hours=2), "光模块 2 个")
    do("order_part", early, keeper, NOW + timedelta(hours=1), "硬盘 1 块")
    do("order_part", early, keeper, NOW + timedelta(hours=3), "再加 1 块")
    found = goods.underway("part", keeper, NOW + timedelta(days=1), 10)
    assert [(row.case, row.what, row.since) for row in found] == [
        (early, "硬盘 1 块", NOW + timedelta(hours=1)),
        (late, "光模块 2 个", NOW + timedelta(hours=2)),
    ]
    assert len(goods.underway("part", keeper, NOW + timedelta(days=1), 1)) == 1


def test_goods_of_other_contracts_are_not_seen(case: Case) -> None:
    do("order_part", case, None, NOW)
    engineer = factories.person("engineer")
    with wall.Scope.of([factories.contract().pk]).entered():
        assert goods.underway("part", engineer, NOW, 10) == []


def test_a_loan_is_offered_back_only_while_it_is_out(client: Client, keeper: Person) -> None:
    at = timezone.now() - timedelta(minutes=5)
    case = factories.case(factories.contract(), at)
    client.force_login(keeper)
    assert "/act/take_back_loan/" not in client.get(f"/cases/{case.pk}/").content.decode()
    do("loan", case, keeper, at, "备用录像机 BY-012")
    # The next thing to do for a storekeeper stands out.
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "data-main-act" in page and "/act/take_back_loan/" in page
    version = Case.objects.get(pk=case.pk).version
    answer = client.post(
        f"/cases/{case.pk}/act/take_back_loan/", {"version": version}, HTTP_HX_REQUEST="true"
    )
    assert answer.status_code == 200 and "收回备用机" in answer.content.decode()
    assert waiting(case) == set()


def test_the_index_of_goods_knows_every_act_that_moves_goods() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'ledger_event_goods'")
        (definition,) = cursor.fetchone()
    for way in goods.WAYS.values():
        for act in (way.begin, *way.ends):
            assert f"'{EVENT_OF_ACT[act]}'" in definition

"""Cases that hang together: merging, mass faults, undoing, and the page for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from luyue.contracts.models import Access, Contract
from luyue.desk import links, queries
from luyue.desk.models import Case, CaseLink, Clock
from luyue.devices import actions as devices
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed, NotFound
from luyue.ledger.models import Event
from luyue.ledger.wall import Scope
from tests import factories

pytestmark = pytest.mark.usefixtures("everything")
NOW = factories.NOW
SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(minutes=20)


@pytest.fixture
def contract() -> Contract:
    return factories.contract()


@pytest.fixture
def desk() -> Any:
    return factories.person("operator")


def a_case(contract: Contract, minutes: int = 0, **facts: Any) -> Case:
    return factories.case(contract, NOW + timedelta(minutes=minutes), **facts)


def kinds(case: Case) -> list[str]:
    return list(queries.history(case.pk).values_list("kind", flat=True))


def test_a_merged_case_ends_its_clocks_and_keeps_history_and_caller(contract: Contract, desk: Any) -> None:
    stays = a_case(contract, reporter_name="王科", reporter_phone="13800000001")
    twin = a_case(contract, 1, reporter_name="李工", reporter_phone="13800000002")
    assert Clock.objects.filter(case=twin, next_alarm_at__isnull=False).exists()
    links.merge_case(twin.pk, stays.pk, actor=desk, at=SOON, now=SOON, note="同一台")
    twin.refresh_from_db()
    assert (twin.state, twin.next_due_at, twin.version) == ("cancelled", None, 2)
    assert set(Clock.objects.filter(case=twin).values_list("state", flat=True)) == {
        "cancelled",
        "not_applicable",
    }
    assert not Clock.objects.filter(case=twin, next_alarm_at__isnull=False).exists()
    assert kinds(twin) == ["case.reported", "case.merged"]
    assert kinds(stays) == ["case.reported", "case.linked"]
    assert queries.history(twin.pk).last().data["number"] == stays.number
    family = links.family_of(queries.case(stays.pk))
    assert [(caller.name, caller.case.pk) for caller in family.callers()] == [
        ("王科", stays.pk),
        ("李工", twin.pk),
    ]


def test_an_undone_merge_runs_as_if_it_had_never_been(contract: Contract, desk: Any) -> None:
    stays, twin = a_case(contract), a_case(contract, 1)
    before = list(
        Clock.objects.filter(case=twin).order_by("promise").values_list("promise", "due_at", "result")
    )
    link = links.merge_case(twin.pk, stays.pk, actor=desk, at=SOON, now=SOON)
    links.end_link(link.pk, actor=desk, at=LATER, now=LATER)
    twin.refresh_from_db()
    assert twin.state == "new", "as it was before"
    after = list(
        Clock.objects.filter(case=twin).order_by("promise").values_list("promise", "due_at", "result")
    )
    assert [row[:2] for row in after] == [row[:2] for row in before]
    assert kinds(twin) == ["case.reported", "case.merged", "case.unmerged"]
    assert CaseLink.objects.get(pk=link.pk).ended_at == LATER, "ended, not deleted"
    with pytest.raises(IllegalMove):
        links.end_link(link.pk, actor=desk, at=LATER, now=LATER)
    links.merge_case(twin.pk, stays.pk, actor=desk, at=LATER, now=LATER)


def test_links_that_make_no_sense_are_refused(contract: Contract, desk: Any) -> None:
    one, two, three = (a_case(contract, minute) for minute in range(3))
    other = a_case(factories.contract())
    links.put_under(one.pk, two.pk, actor=desk, at=SOON, now=SOON)

    def problem(act: Any, *pair: Case) -> str:
        with pytest.raises(BadInput) as caught:
            act(pair[0].pk, pair[1].pk, actor=desk, at=SOON, now=SOON)
        return str(caught.value.facts["problem"])

    assert problem(links.put_under, one, three) == "has_parent"
    assert problem(links.put_under, two, three) == "has_children"
    assert problem(links.put_under, three, one) == "target_points_on"
    assert problem(links.merge_case, two, one) == "target_points_on"
    assert problem(links.relate_cases, one, one) == "itself"
    assert problem(links.relate_cases, one, other) == "other_contract"
    with pytest.raises(NotAllowed):
        links.relate_cases(one.pk, three.pk, actor=factories.person("engineer"), at=SOON, now=SOON)


def test_the_database_itself_refuses_circles_and_strange_contracts(contract: Contract) -> None:
    one, two, three = (a_case(contract, minute) for minute in range(3))
    other = a_case(factories.contract())
    make = CaseLink.objects.create
    make(contract=contract, relation="child", source=one, target=two, linked_at=NOW)
    for facts in (
        {"relation": "child", "source": two, "target": one},
        {"relation": "child", "source": one, "target": three},
        {"relation": "duplicate", "source": three, "target": three},
        {"relation": "related", "source": two, "target": one},
        {"relation": "related", "source": one, "target": other},
        {"relation": "twin", "source": one, "target": three},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make(contract=contract, linked_at=NOW, **facts)


def test_children_of_a_mass_fault_are_resolved_each_by_its_own_event(contract: Contract, desk: Any) -> None:
    parent, *children = (a_case(contract, minute) for minute in range(4))
    for child in children:
        links.put_under(child.pk, parent.pk, actor=desk, at=SOON, now=SOON)
    stranger = a_case(contract, 4)
    factories.resolved(parent, timedelta(minutes=30))
    at = NOW + timedelta(minutes=30)
    wanted = [children[0].pk, children[1].pk, stranger.pk]
    done, refused = links.resolve_children(
        parent.pk, wanted, cause="交换机断电", fix="恢复供电", actor=desk, at=at, now=at
    )
    assert [case.pk for case in done] == wanted[:2]
    assert refused == []
    for child in children[:2]:
        assert (
            Event.objects.filter(subject_kind="case", subject_id=child.pk, kind="case.resolved").count() == 1
        )
        assert Case.objects.get(pk=child.pk).resolved_at == at
    assert Case.objects.get(pk=children[2].pk).is_open
    assert Case.objects.get(pk=stranger.pk).is_open


def test_three_of_one_site_within_half_an_hour_look_like_a_mass_fault(contract: Contract, desk: Any) -> None:
    site, other = (devices.add_site(contract.pk, name=name, actor=None, now=NOW) for name in ("北门", "南门"))
    first, second = a_case(contract, site=site), a_case(contract, 10, site=site)
    a_case(contract, 12, site=other)
    a_case(contract, 45, site=site)
    assert links.burst_at_site(first) == []
    third = a_case(contract, 29, site=site)
    assert links.burst_at_site(queries.case(third.pk))[:3] == [first, second, third]
    links.put_under(
        second.pk, first.pk, actor=desk, at=LATER + timedelta(hours=1), now=LATER + timedelta(hours=1)
    )
    assert second not in links.burst_at_site(queries.case(first.pk))


def test_who_calls_again_about_an_open_case_is_answered_too(contract: Contract, desk: Any) -> None:
    case = a_case(contract, reporter_name="王科")
    links.report_again(case.pk, actor=desk, at=SOON, now=SOON, reporter_name="赵主任", reporter_phone="1391")
    callers = links.family_of(case).callers(queries.history(case.pk))
    assert [(one.name, one.phone) for one in callers] == [("王科", ""), ("赵主任", "1391")]
    case = factories.resolved(case, timedelta(minutes=10))
    with pytest.raises(IllegalMove):
        links.report_again(case.pk, actor=desk, at=LATER, now=LATER)


def test_another_contracts_case_is_not_there_to_be_linked(contract: Contract) -> None:
    mine, theirs = a_case(contract), a_case(factories.contract())
    lead = factories.person("project_manager")
    with Scope.of([contract.pk]).entered(), pytest.raises(NotFound):
        links.relate_cases(mine.pk, theirs.pk, actor=lead, at=SOON, now=SOON)


# -- the page ----------------------------------------------------------------------------------------------------


@pytest.fixture
def operator(client: Client, desk: Any) -> Client:
    client.force_login(desk)
    return client


def test_merging_on_the_page_leads_to_the_case_that_stays(operator: Client, contract: Contract) -> None:
    stays, twin = (
        a_case(contract, reporter_name="王科"),
        a_case(contract, 1, title="也是黑屏", reporter_name="李工"),
    )
    wrong = operator.post(f"/cases/{twin.pk}/links/", {"other": "FW99999999", "relation": "duplicate"})
    assert wrong.status_code == 422
    assert "没有这个单号" in wrong.content.decode()
    typed = {"other": f"{stays.number} {stays.title}", "relation": "duplicate"}
    answer = operator.post(f"/cases/{twin.pk}/links/", typed)
    assert answer["Location"] == f"/cases/{stays.pk}/"
    page = operator.get(f"/cases/{stays.pk}/").content.decode()
    assert twin.number in page
    assert "李工" in page
    assert "都要答复" in page
    assert f"/cases/{stays.pk}/" in operator.get(f"/cases/{twin.pk}/").content.decode()
    link = CaseLink.objects.get(source=twin)
    answer = operator.post(f"/cases/{twin.pk}/links/{link.pk}/end/")
    assert answer.status_code == 302
    assert Case.objects.get(pk=twin.pk).is_open


def test_a_burst_is_suggested_gathered_and_solved_together(operator: Client, contract: Contract) -> None:
    site = devices.add_site(contract.pk, name="北门", actor=None, now=NOW)
    first, second, third = (a_case(contract, minute, site=site) for minute in range(3))
    assert "30 分钟内有 3 件未结" in operator.get(f"/cases/{first.pk}/").content.decode()
    operator.post(f"/cases/{first.pk}/links/gather/", {"case": [second.pk, third.pk]})
    assert len(links.family_of(first).open_children) == 2
    factories.resolved(first, timedelta(minutes=20))
    assert "名下还有 2 件未解决" in operator.get(f"/cases/{first.pk}/").content.decode()
    page = operator.get(f"/cases/{first.pk}/links/").content.decode()
    assert "重新压接" in page, "the parent's solution stands ready"
    empty = operator.post(f"/cases/{first.pk}/links/resolve/", {"cause": "x", "fix": "y"})
    assert empty.status_code == 422
    operator.post(f"/cases/{first.pk}/links/resolve/", {"case": [second.pk], "cause": "断电", "fix": "恢复"})
    assert [case.pk for case in links.family_of(first).open_children] == [third.pk]


def test_the_page_of_links_is_the_desks(client: Client, contract: Contract) -> None:
    case = a_case(contract)
    customer = factories.person("customer")
    Access.objects.create(contract=contract, person=customer, role="customer")
    client.force_login(customer)
    assert client.get(f"/cases/{case.pk}/links/").status_code == 403
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "/links/" not in page


def test_a_mass_fault_of_many_costs_no_query_for_each(
    operator: Client, contract: Contract, django_assert_max_num_queries: Any, desk: Any
) -> None:
    parent, *children = (a_case(contract, minute) for minute in range(12))
    for child in children:
        links.put_under(child.pk, parent.pk, actor=desk, at=LATER, now=LATER)
    operator.get(f"/cases/{parent.pk}/")
    with django_assert_max_num_queries(22):
        operator.get(f"/cases/{parent.pk}/")
    with django_assert_max_num_queries(22):
        operator.get(f"/cases/{parent.pk}/links/")


def test_many_are_merged_or_gathered_from_the_queue(operator: Client, contract: Contract) -> None:
    first, second, third = (a_case(contract, minute) for minute in range(3))
    operator.post("/cases/bulk/", {"act": "merge", "case": [second.pk, first.pk], "into": ""})
    assert CaseLink.objects.get().target == first, "the one that was reported first stays"
    operator.post("/cases/bulk/", {"act": "gather", "case": [third.pk], "into": first.number})
    assert links.family_of(first).open_children == [third]
    said = operator.post("/cases/bulk/", {"act": "gather", "case": [third.pk], "into": "FW"}, follow=True)
    assert "没有这个单号" in said.content.decode()
    said = operator.post("/cases/bulk/", {"act": "merge", "case": [first.pk], "into": ""}, follow=True)
    assert "请再勾选一件" in said.content.decode()


def test_links_over_the_api(operator: Client, contract: Contract) -> None:
    stays, twin, child = (a_case(contract, minute) for minute in range(3))

    def post(path: str, **body: Any) -> Any:
        return operator.post(f"/api/v1/links{path}", body, content_type="application/json")

    made = post("", relation="duplicate", source=twin.pk, target=stays.pk)
    assert made.status_code == 201, made.content
    assert post("", relation="child", source=child.pk, target=twin.pk).status_code == 422
    assert post("", relation="child", source=child.pk, target=stays.pk).status_code == 201
    solved = post(f"/of/{stays.pk}/resolve_children", children=[child.pk], cause="断电", fix="恢复")
    assert solved.json() == {"resolved": [child.pk], "refused": {}}
    assert post(f"/of/{stays.pk}/report_again", reporter_name="赵主任").status_code == 204
    assert post(f"/{made.json()['id']}/end", note="看错了").json()["ended_at"]
    told = operator.get(f"/api/v1/links/of/{stays.pk}").json()["links"]
    assert [(one["relation"], one["ended_at"] is None) for one in told] == [
        ("duplicate", False),
        ("child", True),
    ]

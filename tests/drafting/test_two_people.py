"""Two people review the same draft: the later one overwrites nothing that he has not seen, and is told of it."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from luyue.accounts.models import Person
from luyue.contracts.models import PlanVersion
from luyue.domain.drafting import places
from luyue.drafting import actions, queries
from luyue.drafting.models import Draft, Drafted, Sentence, Step
from tests import factories
from tests.drafting.test_drafting import NOW, client_of, read

pytestmark = pytest.mark.usefixtures("everything")
FACTS = {"metric": "arrive", "unit": "hour", "severity": "", "starts": ""}


@dataclass
class Two:
    """Two people at a draft, with the revision that both have on their pages."""

    of: Draft
    first: Person
    second: Person
    client: Client
    row: Drafted
    seen: int

    def changed(self, within: str = "PT3H") -> None:
        """The first one corrects the promise."""
        actions.change(self.row.pk, self.row.facts | {"within": within}, actor=self.first, now=NOW)

    def post(self, path: str, *, htmx: bool = False, **sent: Any) -> Any:
        headers = {"HX-Request": "true"} if htmx else {}
        return self.client.post(path, {"revision": str(self.seen)} | sent, headers=headers)

    def decide(self, act: str, *ids: int, htmx: bool = False) -> Any:
        return self.post(f"/drafts/{self.of.pk}/decide/", act=act, promise=[str(pk) for pk in ids], htmx=htmx)

    def now(self) -> Drafted:
        return Drafted.objects.get(pk=self.row.pk)


@pytest.fixture
def two() -> Two:
    first, second = factories.person("project_manager"), factories.person("manager")
    of = read(first)
    row = next(row for row in queries.promises(of) if row.facts.get("within") == "PT4H")
    return Two(of, first, second, client_of(second), row, queries.draft(of.pk, to=None).revision)


def revision_in(page: str) -> int:
    return int(re.findall(r'name="revision" value="(\d+)"', page)[-1])


def test_the_second_one_is_told_on_the_card_and_may_then_decide(two: Two) -> None:
    two.changed()
    late = two.decide("accept", two.row.pk, htmx=True)
    card = late.content.decode()
    assert late.status_code == 409 and 'role="alert"' in card
    assert two.first.name in card and "已修改" in card
    assert "您看到的是：到场 · 4 小时" in card and "到场 · 3 小时" in card
    assert two.now().state == "proposed"
    again = two.post(
        f"/drafts/{two.of.pk}/decide/", act="accept", promise=str(two.row.pk), revision=revision_in(card), htmx=True
    )  # fmt: skip
    assert again.status_code == 200 and "别人改过" not in again.content.decode()
    assert two.now().state == "accepted" and two.now().facts["within"] == "PT3H"


def test_without_a_script_the_page_leads_to_the_card_that_says_so(two: Two) -> None:
    two.changed()
    late = two.decide("reject", two.row.pk)
    assert late.status_code == 302 and f"since={two.seen}#promise-{two.row.pk}" in late["Location"]
    page = two.client.get(late["Location"].partition("#")[0]).content.decode()
    assert page.count("别人改过这一条") == 1 and "1 条没有动" in page
    assert two.now().state == "proposed"


def test_work_on_other_promises_disturbs_nobody(two: Two) -> None:
    two.changed()
    other = next(row for row in queries.promises(two.of) if row.pk != two.row.pk)
    assert two.decide("accept", other.pk, htmx=True).status_code == 200
    # Nor does one's own: the page's other cards know the older revision.
    assert two.decide("reject", other.pk, htmx=True).status_code == 200


@pytest.mark.parametrize("act", ["accept", "merge", "accept_all"])
def test_of_many_those_that_were_changed_are_left_alone(two: Two, act: str) -> None:
    two.changed()
    rows = [row for row in queries.promises(two.of) if row.kind == "target"][:3]
    assert two.row.pk in [row.pk for row in rows]
    two.decide(act, *(row.pk for row in rows))
    states = {row.pk: row.state for row in Drafted.objects.filter(pk__in=[row.pk for row in rows])}
    assert states.pop(two.row.pk) == "proposed"
    assert set(states.values()) == ({"proposed"} if act == "merge" else {"accepted"})


def test_an_answer_that_comes_too_late_is_not_given(two: Two) -> None:
    row = queries.promises(two.of).get(facts__within="P1D")
    actions.answer(row.pk, "day", "hours", actor=two.first, now=NOW)
    late = two.post(
        f"/drafts/promises/{row.pk}/answer/", question="day", answer="working_day", htmx=True
    )  # fmt: skip
    assert late.status_code == 409 and "已回答" in late.content.decode()
    row.refresh_from_db()
    assert row.facts["within"] == "PT24H"


def test_what_was_typed_stays_in_the_form_beside_what_stands_there_now(two: Two) -> None:
    address = f"/drafts/promises/{two.row.pk}/"
    assert revision_in(two.client.get(address).content.decode()) == two.seen
    two.changed("PT2H")
    late = two.post(address, number="6", **FACTS)
    page = late.content.decode()
    assert late.status_code == 409 and two.first.name in page
    assert "数字：现在是 2，您填的是 6" in page and 'value="6"' in page
    assert two.now().facts["within"] == "PT2H"
    won = two.client.post(address, {"revision": revision_in(page), "number": "6", **FACTS})
    assert won.status_code == 302
    assert (two.now().facts["within"], two.now().state) == ("PT6H", "accepted")


def address_of(row: Drafted) -> str:
    return f"/drafts/promises/{row.pk}/"


def carry_address(page: str) -> str:
    """Where the button leads that takes along what was typed."""
    return re.findall(r'value="carry" formaction="([^"]+)"', page)[0]


def test_a_form_of_a_promise_that_was_merged_tells_and_leads_to_the_one_that_stays(two: Two) -> None:
    rows = [row.pk for row in queries.promises(two.of) if row.kind == "target"]
    kept = actions.merge(two.of.pk, rows, actor=two.first, now=NOW)
    assert kept.pk != two.row.pk
    late = two.post(address_of(two.row), number="6", **FACTS)
    page = late.content.decode()
    assert late.status_code == 409 and 'value="6"' in page
    assert two.first.name in page and "并入“" in page and "您填的没有保存" in page
    # Saved again on the page that tells it, it is still kept from being lost in a promise that counts no more.
    again = two.client.post(address_of(two.row), {"revision": revision_in(page), "number": "6", **FACTS})
    assert again.status_code == 409 and 'value="6"' in again.content.decode()
    assert two.now().facts["within"] == "PT4H" and carry_address(page) == address_of(kept)
    sent = {"revision": revision_in(page), "act": "carry", "kind": "target", "number": "6", **FACTS}
    carried = two.client.post(address_of(kept), sent)
    page = carried.content.decode()
    assert carried.status_code == 200 and "您填的是 6" in page and 'value="6"' in page
    kept.refresh_from_db()
    assert kept.facts["within"] != "PT6H"
    assert (
        two.client.post(address_of(kept), {"revision": revision_in(page), "number": "6", **FACTS}).status_code
        == 302
    )
    kept.refresh_from_db()
    assert (kept.facts["within"], kept.state) == ("PT6H", "accepted")


def long_target(two: Two) -> Drafted:
    """A promise whose words can be cut in two."""
    start = two.of.text.index("我方2小时内响应，4小时内到达现场")
    return actions.add(
        two.of.pk, kind="target", facts=two.row.facts, start=start, end=start + 18, actor=two.first, now=NOW
    )  # fmt: skip


def test_a_promise_that_was_cut_meanwhile_leads_to_its_other_half(two: Two) -> None:
    row = long_target(two)
    _first, other = actions.split(row.pk, places.cuts(row.words)[0], actor=two.first, now=NOW)
    late = two.post(address_of(row), number="6", **FACTS)
    page = late.content.decode()
    assert late.status_code == 409 and "已拆开" in page and 'value="6"' in page and address_of(other) in page


def test_a_form_of_a_half_that_was_joined_again_leads_to_the_whole(two: Two) -> None:
    row = long_target(two)
    _first, other = actions.split(row.pk, places.cuts(row.words)[0], actor=two.first, now=NOW)
    two.seen = queries.draft(two.of.pk, to=None).revision
    actions.undo(two.of.pk, actor=two.first, now=NOW)
    late = two.post(address_of(other), kind="target", number="6", **FACTS)
    page = late.content.decode()
    assert late.status_code == 409 and 'value="6"' in page
    assert two.first.name in page and "撤销了“已拆开”" in page
    assert carry_address(page) == address_of(row)
    assert two.client.get(address_of(other)).status_code == 404  # a page that tells the same
    assert "撤销了“已拆开”" in two.client.get(address_of(other)).content.decode()


def test_a_form_of_a_promise_that_was_taken_away_again_can_be_added_anew(two: Two) -> None:
    made = actions.add(
        two.of.pk, kind="target", facts=two.row.facts, start=0, end=4, actor=two.first, now=NOW
    )  # fmt: skip
    two.seen = queries.draft(two.of.pk, to=None).revision
    actions.undo(two.of.pk, actor=two.first, now=NOW)
    late = two.post(address_of(made), kind="target", number="6", **FACTS)
    page = late.content.decode()
    assert late.status_code == 409 and 'value="6"' in page
    assert two.first.name in page and "撤销了“已添加”" in page
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', page))
    assert (sent["start"], sent["end"], sent["kind"]) == ("0", "4", "target")
    anew = two.client.post(f"/drafts/{two.of.pk}/add/", sent | {"number": "6", **FACTS})
    assert anew.status_code == 302
    assert Drafted.objects.filter(draft=two.of, start=0, end=4, facts__within="PT6H").exists()
    # Its other acts lead there, too.
    cut = two.client.post(f"{address_of(made)}split/", {"at": "2"}, follow=True)
    assert cut.status_code == 404 and "撤销了“已添加”" in cut.content.decode()
    answered = two.client.post(
        f"{address_of(made)}answer/", {"question": "day", "answer": "hours"}, follow=True
    )
    assert "撤销了“已添加”，这一条已经不在了" in answered.content.decode()


def test_what_became_of_a_promise_is_told_to_nobody_who_does_not_see_its_draft(two: Two) -> None:
    made = actions.add(
        two.of.pk, kind="target", facts=two.row.facts, start=0, end=4, actor=two.first, now=NOW
    )  # fmt: skip
    actions.undo(two.of.pk, actor=two.first, now=NOW)
    stranger = client_of(factories.person("project_manager"))
    for answer in (
        stranger.get(address_of(made)),
        stranger.post(address_of(made), {"kind": "target", "number": "6", **FACTS}),
    ):
        assert answer.status_code == 404 and two.first.name not in answer.content.decode()


def test_a_period_is_added_as_one_though_its_form_has_a_field_of_that_name(two: Two) -> None:
    sent = {
        "start": "0",
        "end": "4",
        "kind": ["period", "warranty"],
        "number": "2",
        "unit": "year",
        "starts": "",
    }
    assert two.post(f"/drafts/{two.of.pk}/add/", **sent).status_code == 302
    assert Drafted.objects.get(draft=two.of, start=0, end=4, rule="by_hand").kind == "period"


def test_a_promise_is_not_cut_where_others_changed_it(two: Two) -> None:
    two.changed()
    late = two.post(f"/drafts/promises/{two.row.pk}/split/", at="5")
    assert late["Location"] == f"/drafts/promises/{two.row.pk}/?since={two.seen}"
    assert "别人改过这一条" in two.client.get(late["Location"]).content.decode()


def test_the_same_words_are_not_added_twice_unawares(two: Two) -> None:
    start = two.of.text.index("4小时内到达现场")
    sent = {"start": str(start), "end": str(start + 8), "kind": "target", "number": "4", **FACTS}
    actions.add(
        two.of.pk, kind="target", facts=two.row.facts, start=start, end=start + 8, actor=two.first, now=NOW
    )  # fmt: skip
    address, before = f"/drafts/{two.of.pk}/add/", Drafted.objects.count()
    late = two.post(address, **sent)
    page = late.content.decode()
    assert late.status_code == 409 and f"{two.first.name} 刚从这里添加了“到场 · 4 小时" in page
    assert Drafted.objects.count() == before
    assert two.post(address, **sent | {"revision": revision_in(page)}).status_code == 302
    assert Drafted.objects.count() == before + 1


def test_nobody_undoes_a_step_that_he_did_not_see(two: Two) -> None:
    actions.decide(two.of.pk, [two.row.pk], "accept", actor=two.second, now=NOW)
    shown = Step.objects.latest("pk").pk
    two.changed()
    page = two.client.post(f"/drafts/{two.of.pk}/undo/", {"last_step": shown}, follow=True).content.decode()
    assert f"没有撤销：最后一步已经是 {two.first.name} 的“已修改”" in page
    assert two.now().facts["within"] == "PT3H"
    two.client.post(f"/drafts/{two.of.pk}/undo/", {"last_step": Step.objects.latest("pk").pk})
    assert two.now().facts["within"] == "PT4H"


def test_what_was_undone_meanwhile_is_told(two: Two) -> None:
    two.changed()
    two.seen = queries.draft(two.of.pk, to=None).revision
    actions.undo(two.of.pk, actor=two.first, now=NOW)
    assert "撤销了“已修改”" in two.decide("accept", two.row.pk, htmx=True).content.decode()


@pytest.mark.parametrize("htmx", [True, False])
def test_a_promise_that_was_taken_away_again_is_told(two: Two, htmx: bool) -> None:
    made = actions.add(
        two.of.pk, kind="target", facts=two.row.facts, start=0, end=4, actor=two.first, now=NOW
    )  # fmt: skip
    two.seen = queries.draft(two.of.pk, to=None).revision
    actions.undo(two.of.pk, actor=two.first, now=NOW)
    answer = two.decide("reject", made.pk, htmx=htmx)
    address = answer["HX-Redirect" if htmx else "Location"]
    assert "撤销了“已添加”，这一条已经不在了" in two.client.get(address).content.decode()


def test_sentences_that_others_settled_stay_so(two: Two) -> None:
    pay, *_others = Sentence.objects.filter(draft=two.of)
    actions.set_aside(two.of.pk, [pay.pk], aside=True, actor=two.first, now=NOW)
    page = two.post(f"/drafts/{two.of.pk}/aside/", act="reopen", sentence=str(pay.pk))
    pay.refresh_from_db()
    assert pay.aside
    assert "1 句没有动" in two.client.get(page["Location"]).content.decode()
    actions.set_aside(two.of.pk, [pay.pk], aside=False, actor=two.first, now=NOW)
    two.post(f"/drafts/{two.of.pk}/aside/", act="all")
    pay.refresh_from_db()
    assert not pay.aside


def test_a_name_that_others_gave_is_not_lost_nor_what_was_typed(two: Two) -> None:
    actions.rename(two.of.pk, title="甲方案", plan="first", actor=two.first, now=NOW)
    address = f"/drafts/{two.of.pk}/name/"
    answer = two.client.post(
        address, {"revision": two.seen, "title": "乙方案", "plan": "second"}, follow=True
    )
    page = answer.content.decode()
    assert "您填的是“乙方案”、“second”" in page and two.first.name in page
    assert queries.draft(two.of.pk, to=None).title == "甲方案"


def test_no_plan_is_made_of_what_nobody_saw_so(two: Two) -> None:
    actions.decide_all(two.of.pk, "accept", actor=two.second, now=NOW)
    two.seen = queries.draft(two.of.pk, to=None).revision
    two.changed()
    late = two.post(f"/drafts/{two.of.pk}/adopt/")
    page = two.client.get(late["Location"]).content.decode()
    assert "没有生成" in page and two.first.name in page and not PlanVersion.objects.filter(plan=two.of.plan)
    made = two.client.post(f"/drafts/{two.of.pk}/adopt/", {"revision": revision_in(page)})
    assert made["Location"].startswith("/plans/")

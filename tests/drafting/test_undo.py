"""Every act of a review can be undone, the last one first."""

from collections.abc import Callable
from typing import Any

import pytest

from luyue.domain.refusals import BadInput
from luyue.drafting import actions, queries
from luyue.drafting.actions.undoing import KEPT
from luyue.drafting.models import Draft, Drafted, Sentence, Step
from luyue.ledger import wall
from luyue.ledger.models import Event
from tests import factories
from tests.drafting.test_drafting import NOW, client_of, read

Facts = dict[str, Any]


def picture(of: Draft) -> tuple[list[Facts], list[Facts]]:
    """Everything that a review decides."""
    return (
        list(Drafted.objects.filter(draft=of).order_by("pk").values()),
        list(Sentence.objects.filter(draft=of).order_by("pk").values()),
    )


def _targets(of: Draft) -> list[Drafted]:
    return list(queries.promises(of).filter(kind="target"))


def _cut(of: Draft) -> None:
    start = of.text.index("我方2小时内响应，4小时内到达现场")
    facts = _targets(of)[0].facts
    made = actions.add(of.pk, kind="target", facts=facts, start=start, end=start + 17, actor=None, now=NOW)
    actions.split(made.pk, made.words.index("，") + 1, actor=None, now=NOW)


ACTS: dict[str, tuple[int, Callable[[Draft], object]]] = {
    "accept": (1, lambda of: actions.decide(of.pk, [_targets(of)[0].pk], "accept", actor=None, now=NOW)),
    "reject": (1, lambda of: actions.decide(of.pk, [_targets(of)[0].pk], "reject", actor=None, now=NOW)),
    "accept all": (1, lambda of: actions.decide_all(of.pk, "accept", actor=None, now=NOW)),
    "merge": (1, lambda of: actions.merge(of.pk, [row.pk for row in _targets(of)[:2]], actor=None, now=NOW)),
    "change": (
        1,
        lambda of: actions.change(
            _targets(of)[0].pk, _targets(of)[0].facts | {"within": "PT9M"}, actor=None, now=NOW, accept=True
        ),
    ),
    "answer": (
        1,
        lambda of: actions.answer(
            queries.promises(of).get(facts__within="P1D").pk, "day", "hours", actor=None, now=NOW
        ),
    ),
    "add and cut": (2, _cut),
    "aside": (1, lambda of: actions.set_aside_all(of.pk, actor=None, now=NOW)),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_is_undone_has_left_nothing(everything: wall.Scope, name: str) -> None:
    of = read()
    row = _targets(of)[-1]
    actions.decide(of.pk, [row.pk], "reject", actor=factories.person("manager"), now=NOW)
    before = picture(of)
    steps, act = ACTS[name]
    act(of)
    assert picture(of) != before
    for _ in range(steps):
        actions.undo(of.pk, actor=None, now=NOW)
    assert picture(of) == before
    assert Event.objects.filter(kind="plan_draft.undone", subject_id=of.pk).count() == steps
    assert Step.objects.filter(draft=of).count() == 1


def test_acts_are_undone_from_the_last_to_the_first_and_then_nothing_is_left(everything: wall.Scope) -> None:
    of = read()
    pictures = []
    for name in ("merge", "answer", "change", "add and cut", "aside", "accept all", "reject"):
        pictures.append(picture(of))
        ACTS[name][1](of)
    steps = Step.objects.filter(draft=of).count()
    for _ in range(steps):
        actions.undo(of.pk, actor=None, now=NOW)
    assert picture(of) == pictures[0]
    with pytest.raises(BadInput):
        actions.undo(of.pk, actor=None, now=NOW)


def test_what_changed_nothing_is_no_step_and_old_steps_are_forgotten(everything: wall.Scope) -> None:
    of = read()
    row = _targets(of)[0]
    actions.change(row.pk, row.facts, actor=None, now=NOW)
    assert not Step.objects.filter(draft=of).exists()
    for turn in range(KEPT + 5):
        actions.decide(of.pk, [row.pk], ("accept", "reject")[turn % 2], actor=None, now=NOW)
    assert Step.objects.filter(draft=of).count() == KEPT


def test_a_click_offers_to_be_undone_and_is(everything: wall.Scope) -> None:
    client = client_of(factories.person("manager"))
    of = read()
    row = _targets(of)[0]
    sent = {"act": "reject", "promise": str(row.pk)}
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/drafts/{of.pk}/?show=proposed"}
    body = client.post(f"/drafts/{of.pk}/decide/", sent, headers=headers).content.decode()
    assert "data-undo" in body
    assert f"/drafts/{of.pk}/?show=proposed#promise-{row.pk}" in body
    back = f"/drafts/{of.pk}/?show=proposed#promise-{row.pk}"
    assert client.post(f"/drafts/{of.pk}/undo/", {"back": back})["Location"] == back
    row.refresh_from_db()
    assert row.state == "proposed"
    page = client.post(f"/drafts/{of.pk}/undo/", follow=True).content.decode()
    assert "没有可以撤销的了" in page
    assert "data-undo" not in page

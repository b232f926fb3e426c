"""What a round adds to its work order: looking at a device, and ending. Called within the act's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from luyue import ledger
from luyue.desk import actions as desk
from luyue.desk.models import Case
from luyue.domain.refusals import BadInput, NotFound
from luyue.domain.rounds.checklists import Checklist as Content
from luyue.domain.rounds.judging import Given, Judged, judge_all, worst
from luyue.field.actions import Doing
from luyue.rounds import queries
from luyue.rounds.models import Answer, Finding, Target

LONGEST_TITLE = 200


def look(doing: Doing) -> None:
    """A device was looked at: its answers are judged and kept; what failed becomes a case, once while it is open (I-4).

    Payload: target; item-ID, value-ID, note-ID for each item; or skip with the reason why it could not be looked at.
    A later look replaces an earlier one of the same round; later by when it happened: where two do a round, one's phone
    may send in the evening what the other has looked at since. Such an older look stands in the record, and what failed
    in it is followed up.
    """
    target = _target(doing)
    skip = doing.word("skip", most=500)
    files = doing.attach("photo", only_pictures=True, note=target.name[:200])
    target.pictures += len(files)
    outdated = target.looked_at is not None and doing.at < target.looked_at
    if outdated:
        doing.data["behind"] = target.looked_by
    doing.data |= {"target": target.pk, "thing": target.name}
    if skip:
        result, note = "skipped", skip
        if not outdated:
            Answer.objects.filter(target=target).delete()
    else:
        content = target.checklist.whole
        judged = judge_all(
            content,
            given(doing.told.payload, content),
            pictures=target.pictures,
            delivered=queries.delivered(target),
        )
        result, note = worst(one.verdict for one in judged.values()), doing.word("note", most=500)
        if not outdated:
            _keep(target, judged)
        doing.data["answers"] = {
            item: {"verdict": one.verdict}
            | ({"value": one.value} if one.value is not None else {})
            | ({"note": one.note} if one.note else {})
            for item, one in judged.items()
        }
        if target.round.blamed:
            _find(doing, target, content, judged)
    doing.text, doing.data["result"] = note, result
    if not outdated:
        target.result, target.note = result, note
        target.looked_at, target.looked_by = doing.at, doing.actor.name if doing.actor else ""
    target.save(update_fields=["result", "note", "looked_at", "looked_by", "pictures"])


def _target(doing: Doing) -> Target:
    number = doing.whole("target", 1, 2**62)
    try:
        return queries.target(doing.order.pk, number or 0, lock=True)
    except NotFound as refusal:
        raise BadInput(field="target") from refusal


def given(payload: Mapping[str, Any], content: Content) -> dict[str, Given]:
    """What was typed for each item. An item that the checklist does not have is not passed over: it is refused."""
    typed: dict[str, dict[str, str]] = {}
    for name, value in payload.items():
        part, dash, item = name.partition("-")
        if dash and part in ("item", "value", "note"):
            typed.setdefault(item, {})[part] = "" if value is None else str(value)
    unknown = set(typed) - set(content.by_id)
    if unknown:
        raise BadInput(field=f"item-{min(unknown)}")
    return {
        item: Given(parts.get("item", ""), parts.get("value", ""), parts.get("note", ""))
        for item, parts in typed.items()
    }


def _keep(target: Target, judged: Mapping[str, Judged]) -> None:
    Answer.objects.bulk_create(
        [
            Answer(
                target=target, contract_id=target.contract_id, item=item, verdict=one.verdict, value=one.value,
                note=one.note, why=one.why,
            )
            for item, one in judged.items()
        ],
        update_conflicts=True, unique_fields=["target", "item"], update_fields=["verdict", "value", "note", "why"],
    )  # fmt: skip


def _find(doing: Doing, target: Target, content: Content, judged: Mapping[str, Judged]) -> None:
    """One case for all that newly failed on this device; items whose case is still open are put to that one."""
    failed = [item for item, one in judged.items() if one.verdict == "fail"]
    known = set(Finding.objects.filter(target=target).values_list("item", flat=True))
    fresh = [item for item in failed if item not in known]
    if not fresh:
        return
    before = queries.open_findings(target)
    new = [item for item in fresh if item not in before]
    case = _report(doing, target, content, judged, new) if new else None
    found = [(item, before.get(item, case)) for item in fresh]
    Finding.objects.bulk_create(
        Finding(
            target=target,
            contract_id=target.contract_id,
            item=item,
            case=of,
            opened=item in new,
            found_at=doing.at,
        )
        for item, of in found
        if of is not None
    )
    doing.data["cases"] = sorted({of.pk for _item, of in found if of is not None})
    ledger.record(
        "round.found", contract_id=target.contract_id, subject=(queries.SUBJECT, target.round_id), actor=doing.actor,
        at=doing.at, now=doing.now,
        data={"target": target.pk, "items": fresh, "cases": doing.data["cases"], "opened": bool(new)}
        | ({"case": case.pk} if case is not None else {}),
    )  # fmt: skip


def _report(
    doing: Doing, target: Target, content: Content, judged: Mapping[str, Judged], items: Sequence[str]
) -> Case:
    """The case of a finding. Its words are data in the language of the contract, like those of a caller."""
    by_id = content.by_id
    lines = [f"{by_id[item].zh}：{_said(judged[item], by_id[item].unit)}" for item in items]
    title = f"巡检发现：{target.name} {'、'.join(by_id[item].zh for item in items)}"
    return desk.report_case(
        target.contract_id, title=title[:LONGEST_TITLE], kind="fault", channel="round",
        description="\n".join([f"{doing.order.number} {target.round.title}", *lines]),
        reporter_name=doing.actor.name if doing.actor else "", site=target.site, device=target.device,
        actor=doing.actor, at=doing.at, now=doing.now,
    )  # fmt: skip


def _said(one: Judged, unit: str) -> str:
    number = f"{one.value:g} {unit}".strip() if one.value is not None else ""
    return " ".join(part for part in (number, one.note) if part) or "不合格"


def finish(doing: Doing) -> None:
    """The round ends: everything was looked at, or it says why not; with an assessment (I-6)."""
    targets = queries.targets_of(queries.round_of(doing.order.pk).pk)
    waiting = [one for one in targets if not one.result]
    if waiting:
        raise BadInput(field="targets", problem="open", limit=len(waiting))
    doing.text = doing.word("note")
    doing.data |= {
        "assessment": doing.word("assessment", needed=True),
        "improvements": doing.word("improvements"),
        "results": {
            name: sum(one.result == name for one in targets)
            for name in sorted({one.result for one in targets})
        },
    }
    doing.order.result = "partial" if any(one.result == "skipped" for one in targets) else "complete"

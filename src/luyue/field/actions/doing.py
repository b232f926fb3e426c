"""What an engineer does on an order: one act, one transaction, one ledger event, and the case's own act in it.

An act may come late and twice, since phones are offline: `Told.key` makes it once, `happened_at` says when it happened.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from luyue import ledger
from luyue.accounts.models import Person
from luyue.desk import actions as desk
from luyue.domain import work_orders
from luyue.domain.refusals import BadInput, Conflict, IllegalMove, NotAllowed, StaleVersion
from luyue.field import additions, queries, repairs, signature
from luyue.field.models import Confirmation, Entry, WorkOrder
from luyue.files import actions as files
from luyue.files.models import Attachment

LONGEST_TEXT = 20_000
MOST_FILES = 10
# Which field of the order remembers the moment of an act.
MOMENTS = {
    "accept": "accepted_at", "depart": "departed_at", "arrive": "arrived_at", "start": "started_at",
    "finish": "ended_at", "unsolved": "ended_at", "confirm": "confirmed_at",
}  # fmt: skip
_PLANNERS_ONLY = frozenset({"cancel", "replan"})
_YES = (True, "yes", "true", "on", "1", 1)
_PAPER_KINDS = {"plan": "document", "drawing": "drawing", "equipment": "document"}
_ON_CASE: dict[str, Callable[..., object]] = {
    "depart": desk.depart,
    "arrive": desk.arrive,
    "start_remote": desk.start_remote,
    "fail_remote": desk.fail_remote,
}


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with an act."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """An act as it was sent.

    happened_at: by the sender's clock, None: now; sent_at: what that clock showed on sending. clock_off: seconds that
    the server's clock is ahead of it, as the sender has measured; better than sent_at: large files are long under way.
    position: latitude, longitude (degrees); accuracy in metres. key: the sender's mark; version: of the order as he
    saw it, if he cares.
    """

    act: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    happened_at: datetime | None = None
    sent_at: datetime | None = None
    clock_off: int | None = None
    key: uuid.UUID | None = None
    position: tuple[float, float] | None = None
    accuracy: float | None = None
    files: Sequence[File] = ()
    version: int | None = None

    @property
    def digest(self) -> str:
        """The same for the same act sent again."""
        told = {
            "act": self.act,
            "at": self.happened_at.isoformat() if self.happened_at else None,
            "payload": self.payload,
            "files": [hashlib.sha256(one.content).hexdigest() for one in self.files],
        }
        return hashlib.sha256(
            json.dumps(told, sort_keys=True, ensure_ascii=False, default=str).encode()
        ).hexdigest()


@dataclass(frozen=True, slots=True)
class Done:
    """What was done. repeated: it had been done before. case_left: why the case itself was left as it is, or ""."""

    order: WorkOrder
    entry: Entry
    repeated: bool = False
    case_left: str = ""


@dataclass(slots=True)
class Doing:
    """One act under way: the order as it is locked, what was told, what is kept of it."""

    order: WorkOrder
    told: Told
    actor: Person | None
    at: datetime
    now: datetime
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    confirmation: Confirmation | None = None
    corrects: Entry | None = None
    # What it does to the case once the order itself has changed: only a confirmed repair lets its case end.
    after: Callable[[], None] | None = None

    def word(self, name: str, *, needed: bool = False, most: int = LONGEST_TEXT) -> str:
        """A text of the payload."""
        value = self.told.payload.get(name)
        text = "" if value is None else str(value).strip()
        if needed and not text:
            raise BadInput(field=name, problem="missing")
        if len(text) > most:
            raise BadInput(field=name, problem="too_long", limit=most)
        if "\0" in text:
            raise BadInput(field=name, problem="bad_character")
        return text

    def whole(self, name: str, low: int, high: int, *, default: int | None = None) -> int | None:
        """A whole number of the payload."""
        value = self.told.payload.get(name)
        if value in (None, ""):
            return default
        try:
            number = int(str(value))
        except ValueError as error:
            raise BadInput(field=name) from error
        if not low <= number <= high:
            raise BadInput(field=name)
        return number

    def attach(self, kind: str, *, only_pictures: bool = False, note: str = "") -> list[Attachment]:
        """Keep the files that came along."""
        kept = [
            files.attach(
                one.content, name=one.name, kind=kind, subject=(queries.SUBJECT, self.order.pk),
                contract_id=self.order.contract_id, actor=self.actor, now=self.now, note=note, taken_at=self.at,
                position=self.told.position, only_pictures=only_pictures,
            )
            for one in self.told.files
        ]  # fmt: skip
        if kept:
            self.data["files"] = [one.pk for one in kept]
        return kept

    def pictures(self) -> list[Attachment]:
        kind = self.word("picture") or "photo"
        if kind not in queries.PICTURE_KINDS:
            raise BadInput(field="picture")
        return self.attach(kind, only_pictures=True, note=self.word("note", most=200))


@transaction.atomic
def do_act(order_id: int, told: Told, *, actor: Person | None, now: datetime) -> Done:
    """Do one act on an order, once (F-2).

    Raises:
        NotFound, NotAllowed (not his order, or his role), BadInput;
        Conflict: the key was used for another act; IllegalMove: the order is not in a state for it; StaleVersion.
    """
    order = queries.locked_order(order_id)
    _check_right(order, told.act, actor)
    if told.key is not None and (before := queries.entry_with_key(order.pk, told.key)):
        if before.digest != told.digest:
            raise Conflict(subject="work_order", field="key")
        return Done(order, before, repeated=True, case_left=str(before.data.get("case_left", "")))
    if told.version is not None and told.version != order.version:
        raise StaleVersion(subject="work_order", number=order.number)
    at = _moment(order, told, actor, now)
    state = work_orders.state_after(order.kind, order.state, told.act)
    if state is None or told.act not in _ACTS:
        raise IllegalMove(subject="work_order", state=order.state, act=told.act)
    if len(told.files) > MOST_FILES:
        raise BadInput(field="files", problem="too_many", limit=MOST_FILES)
    doing = Doing(order, told, actor, at, now)
    _ACTS[told.act](doing)
    order.state = state
    if moment := MOMENTS.get(told.act):
        setattr(order, moment, at)
    order.version += 1
    order.save()
    if doing.after is not None:
        doing.after()
    entry = _keep(doing)
    return Done(order, entry, case_left=str(doing.data.get("case_left", "")))


def _check_right(order: WorkOrder, act: str, actor: Person | None) -> None:
    """The crew does its orders; the desk may do it for them, since some report by telephone."""
    if actor is None or actor.may("plan_work_order"):
        return
    if act in _PLANNERS_ONLY or not actor.may("do_work_order") or not queries.is_crew(order, actor):
        raise NotAllowed(act=act)


def _moment(order: WorkOrder, told: Told, actor: Person | None, now: datetime) -> datetime:
    if told.happened_at is None:
        return now
    at = work_orders.true_time(told.happened_at, _sent_at(told, now), now)
    if at > now + work_orders.CLOCK_SKEW:
        raise BadInput(field="happened_at", problem="future")
    at = min(at, now)
    if work_orders.is_late(at, now) and actor is not None and not actor.may("back_date"):
        raise NotAllowed(act="back_date")
    if told.act in work_orders.STAMPS:
        last = max(
            filter(None, (order.departed_at, order.arrived_at, order.started_at, order.ended_at)),
            default=None,
        )
        if last is not None and at < last:
            raise BadInput(field="happened_at", problem="before_last_act")
    return at


def _sent_at(told: Told, now: datetime) -> datetime | None:
    """What the sender's clock shows now."""
    return told.sent_at if told.clock_off is None else now - timedelta(seconds=told.clock_off)


def _keep(doing: Doing) -> Entry:
    order, told = doing.order, doing.told
    if told.happened_at is not None and (off := work_orders.clock_off(_sent_at(told, doing.now), doing.now)):
        doing.data["clock_off"] = off
    entry = Entry.objects.create(
        order=order, contract_id=order.contract_id, act=told.act, key=told.key, digest=told.digest, at=doing.at,
        device_at=told.happened_at, recorded_at=doing.now, late=work_orders.is_late(doing.at, doing.now),
        latitude=told.position[0] if told.position else None, longitude=told.position[1] if told.position else None,
        accuracy=told.accuracy, person=doing.actor, person_name=doing.actor.name if doing.actor else "",
        text=doing.text, data=doing.data, corrects=doing.corrects,
    )  # fmt: skip
    if doing.confirmation is not None:
        doing.confirmation.save()
    facts: dict[str, Any] = {"case": order.case_id, "entry": entry.pk} | doing.data
    if order.case_id is None:
        facts["about"] = [order.subject_kind, order.subject_id]
    if doing.text:
        facts["note"] = doing.text
    if told.position:
        facts["position"] = list(told.position)
    ledger.record(
        work_orders.EVENT_OF_ACT[told.act], contract_id=order.contract_id, subject=(queries.SUBJECT, order.pk),
        actor=doing.actor, at=doing.at, now=doing.now, data=facts,
    )  # fmt: skip
    return entry


# --- the acts ------------------------------------------------------------------------------------


def _drive(doing: Doing, run: Callable[..., object], **facts: Any) -> None:
    """The case's own act, at the same moment. A case that has ended meanwhile is left as it is, and that is noted."""
    if doing.order.case_id is None:
        return
    try:
        run(doing.order.case_id, actor=doing.actor, at=doing.at, now=doing.now, **facts)
    except IllegalMove as refusal:
        doing.data["case_left"] = str(refusal.facts.get("state"))
    except BadInput as refusal:
        if refusal.facts.get("field") != "at":
            raise
        raise BadInput(**refusal.facts | {"field": "happened_at"}) from refusal


def _plain(doing: Doing) -> None:
    """Accept, depart, arrive, start: a moment, and perhaps a word."""
    doing.text = doing.word("note")
    act = work_orders.CASE_ACTS.get((doing.order.kind, doing.told.act))
    if act is not None:
        _drive(doing, _ON_CASE[act], note=doing.text)


def _reject(doing: Doing) -> None:
    doing.text = doing.word("reason", needed=True)


def _log(doing: Doing) -> None:
    doing.text = doing.word("text", needed=not doing.told.files)
    if doing.told.payload.get("report") in _YES:
        doing.data["report"] = True  # it goes into the customer's report; otherwise it is the firm's own
    doing.pictures()


def _photo(doing: Doing) -> None:
    if not doing.told.files:
        raise BadInput(field="files", problem="missing")
    doing.text = doing.word("note", most=200)
    doing.pictures()


def _part(doing: Doing) -> None:
    name = doing.word("name", needed=True, most=120)
    quantity = doing.whole("quantity", 1, 9999, default=1)
    doing.data |= {"name": name, "quantity": quantity, "serial": doing.word("serial", most=80)}
    doing.text = doing.word("note")
    doing.pictures()


def _check(doing: Doing) -> None:
    item, answer = doing.word("check"), doing.word("answer") or "done"
    if item not in work_orders.CHECKS[doing.order.kind]:
        raise BadInput(field="check")
    if answer not in work_orders.CHECK_ANSWERS:
        raise BadInput(field="answer")
    doing.text = doing.word("note", needed=answer == "not_needed")
    doing.data |= {"check": item, "answer": answer}
    doing.pictures()


def _paper(doing: Doing) -> None:
    paper = doing.word("paper")
    if paper not in work_orders.PAPERS:
        raise BadInput(field="paper")
    if not doing.told.files:
        raise BadInput(field="files", problem="missing")
    doing.text = doing.word("note", most=200)
    doing.data["paper"] = paper
    doing.attach(_PAPER_KINDS[paper], note=doing.text)


def _look(doing: Doing) -> None:
    """A device of a round was looked at: what that means, the app of rounds knows."""
    addition = additions.of(doing.order.kind)
    if addition is None:
        raise IllegalMove(subject="work_order", state=doing.order.state, act="look")
    addition.look(doing)


def _finish(doing: Doing) -> None:
    """The work is done. Where it solves the case, cause and way of repair are what the customer reads."""
    order = doing.order
    answered = queries.answered_checks(queries.entries_of(order.pk))
    missing = work_orders.open_checks(
        order.kind, answered, pictures=queries.pictures(order.pk) + len(doing.told.files)
    )
    if missing:
        raise BadInput(field="checks", problem="open", which=",".join(missing))
    if addition := additions.of(order.kind):
        addition.finish(doing)
        doing.pictures()
        return
    solved = doing.told.payload.get("solved") in _YES
    cause, fix = doing.word("cause", needed=solved), doing.word("fix", needed=solved)
    doing.text = doing.word("note")
    doing.data |= {"solved": solved, "cause": cause, "fix": fix}
    doing.pictures()
    order.result = "complete"
    if not solved:
        return
    held = order.case_id is not None and repairs.waiting(order.case_id) is not None
    if work_orders.resolves_at_finish(order.kind) and not held:
        _drive(doing, desk.resolve_case, cause=cause, fix=fix)
    else:
        # Service is back; whether the case is solved is for the customer to say, when he accepts the papers.
        _drive(doing, desk.restore_case, note=fix)


def _unsolved(doing: Doing) -> None:
    """It cannot be solved now (F-8): a picture of it, the reason, the other way. Who has to know is told at once.

    Where no picture may be taken, `no_picture` says why.
    """
    order = doing.order
    result = doing.word("result") or "failed"
    if result not in ("partial", "failed"):
        raise BadInput(field="result")
    reason, following = doing.word("reason", needed=True), doing.word("next")
    pictures = len(doing.told.files) + queries.pictures(order.pk)
    without = doing.word("no_picture", most=200)
    if not pictures and not without:
        raise BadInput(field="files", problem="picture_needed")
    doing.pictures()
    doing.text = reason
    doing.data |= {"result": result, "next": following, "pictures": pictures}
    if not pictures:
        doing.data["no_picture"] = without
    order.result = result
    said = f"{reason}\n{following}".strip()
    act = work_orders.CASE_ACTS.get((order.kind, "unsolved"))
    if act is not None:
        _drive(doing, _ON_CASE[act], note=said)
    else:
        _drive(doing, desk.note_case, note=f"{order.number} {said}")


def _confirm(doing: Doing) -> None:
    """The customer confirms: signs on the glass, or on paper of which a scan is kept."""
    order = doing.order
    before = queries.entries_of(order.pk)
    missing = work_orders.open_papers(order.kind, queries.filed_papers(before))
    if missing and order.result == "complete":
        raise BadInput(field="papers", problem="open", which=",".join(missing))
    name = doing.word("name", needed=True, most=60)
    way = doing.word("way") or ("paper" if doing.told.files else "signed")
    digest = _content_digest(doing, before)
    if way == "signed":
        file = _signature(doing, digest)
    elif way == "paper":
        if not doing.told.files:
            raise BadInput(field="files", problem="missing")
        file = doing.attach("paper", note=digest)[0]
    else:
        raise BadInput(field="way")
    doing.text = doing.word("opinion")
    rating = doing.whole("rating", 1, 5)
    if order.kind == work_orders.ROUND:
        # Of a round the customer says three things (I-5); together they are its rating.
        marks = {one: mark for one in work_orders.MARKS if (mark := doing.whole(one, 1, 5)) is not None}
        rating = round(sum(marks.values()) / len(marks)) if marks else None
        doing.data["marks"] = marks
    doing.data |= {"way": way, "name": name, "rating": rating, "digest": digest, "files": [file.pk]}
    doing.confirmation = Confirmation(
        order=order, contract_id=order.contract_id, way=way, name=name, opinion=doing.text, rating=rating,
        digest=digest, file=file, at=doing.at, recorded_at=doing.now,
    )  # fmt: skip
    finished = next((one for one in reversed(before) if one.act == "finish"), None)
    if (
        finished is not None
        and finished.data.get("solved")
        and not work_orders.resolves_at_finish(order.kind)
    ):
        doing.after = lambda: _resolve_accepted(doing, finished)


def _resolve_accepted(doing: Doing, finished: Entry) -> None:
    """The repair is accepted; the case is solved, unless another repair of it still waits."""
    if doing.order.case_id is not None and repairs.waiting(doing.order.case_id) is None:
        _drive(doing, desk.resolve_case, cause=finished.data["cause"], fix=finished.data["fix"])


def _signature(doing: Doing, digest: str) -> Attachment:
    if doing.told.files:
        content = signature.checked(doing.told.files[0].content)
    else:
        content = signature.from_data_url(str(doing.told.payload.get("signature") or ""))
    return files.attach(
        content, name=f"{doing.order.number}-signature.png", kind="signature",
        subject=(queries.SUBJECT, doing.order.pk),
        contract_id=doing.order.contract_id, actor=doing.actor, now=doing.now, note=digest, taken_at=doing.at,
        position=doing.told.position,
    )  # fmt: skip


def _refuse(doing: Doing) -> None:
    """The customer does not sign, or is not there: the reason is kept, and a paper may follow."""
    reason, name = doing.word("reason", needed=True), doing.word("name", most=60)
    digest = _content_digest(doing, queries.entries_of(doing.order.pk))
    kept = doing.attach("paper", note=digest)
    doing.text = reason
    doing.data |= {"name": name, "digest": digest}
    doing.confirmation = Confirmation(
        order=doing.order, contract_id=doing.order.contract_id, way="refused", name=name, reason=reason, digest=digest,
        file=kept[0] if kept else None, at=doing.at, recorded_at=doing.now,
    )  # fmt: skip


def _content_digest(doing: Doing, entries: Sequence[Entry]) -> str:
    told = queries.content(doing.order, entries=entries, files=queries.files_of(doing.order.pk))
    return work_orders.content_digest(told)


def _correct(doing: Doing) -> None:
    """Put the time of an act right. The old entry stays; the case hears of an earlier moment as of a late entry."""
    order = doing.order
    number = doing.whole("entry", 1, 2**62)
    old = Entry.objects.filter(order=order, pk=number or 0).first()
    if old is None or old.act not in MOMENTS:
        raise BadInput(field="entry")
    if doing.actor is not None and not doing.actor.may("back_date"):
        raise NotAllowed(act="back_date")
    to = _instant(doing.word("to", needed=True))
    if to > doing.now:
        raise BadInput(field="to", problem="future")
    doing.text = doing.word("reason", needed=True)
    current = getattr(order, MOMENTS[old.act])
    _check_order_of_moments(order, MOMENTS[old.act], to)
    doing.data |= {"act": old.act, "from": current.isoformat(), "to": to.isoformat()}
    doing.corrects = old
    setattr(order, MOMENTS[old.act], to)
    act = work_orders.CASE_ACTS.get((order.kind, old.act))
    if act is not None and to < current:
        moved = Doing(order, doing.told, doing.actor, to, doing.now, data=doing.data)
        _drive(moved, _ON_CASE[act], note=doing.text)
    elif act is not None:
        _drive(
            doing,
            desk.note_case,
            note=f"{order.number} {old.act} {current.isoformat()} → {to.isoformat()}: {doing.text}",
        )


def _check_order_of_moments(order: WorkOrder, name: str, to: datetime) -> None:
    sequence = ["departed_at", "arrived_at", "started_at", "ended_at", "confirmed_at"]
    if name not in sequence:
        return
    place = sequence.index(name)
    earlier = [getattr(order, one) for one in sequence[:place] if getattr(order, one)]
    later = [getattr(order, one) for one in sequence[place + 1 :] if getattr(order, one)]
    if (earlier and to < max(earlier)) or (later and to > min(later)):
        raise BadInput(field="to", problem="out_of_order")


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(field="to") from error
    if found.tzinfo is None or not 2000 <= found.year <= 2199:
        raise BadInput(field="to")
    return found


_ACTS: dict[str, Callable[[Doing], None]] = {
    "accept": _plain, "reject": _reject, "depart": _plain, "arrive": _plain, "start": _plain, "finish": _finish,
    "unsolved": _unsolved, "confirm": _confirm, "refuse": _refuse, "log": _log, "photo": _photo, "part": _part,
    "check": _check, "paper": _paper, "correct": _correct, "look": _look,
}  # fmt: skip
ACTS = frozenset(_ACTS)


@transaction.atomic
def note_told(
    order_id: int, *, about: str, people: Sequence[Person], at: datetime, now: datetime
) -> Entry | None:
    """Keep on the order who was told of what (F-8); once for each cause."""
    order = queries.locked_order(order_id)
    if not people or Entry.objects.filter(order=order, act="told", data__about=about).exists():
        return None
    data = {"about": about, "told": [{"id": one.pk, "name": one.name} for one in people]}
    entry = Entry.objects.create(
        order=order, contract_id=order.contract_id, act="told", at=at, recorded_at=now, data=data
    )
    ledger.record(
        "work_order.told", contract_id=order.contract_id, subject=(queries.SUBJECT, order.pk), actor=None, at=at,
        now=now, data=data,
    )  # fmt: skip
    return entry

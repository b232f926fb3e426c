"""Signing in and out for the windows of a post, and putting right what is missing (O-2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.contracts.queries import local_day
from luyue.desk.queries import seconds
from luyue.devices import queries as devices
from luyue.devices.models import Site
from luyue.domain.calendar_specs import Window
from luyue.domain.dispatch import Place, distance_km
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.domain.staffing import COMING, LEAVING, windows_on
from luyue.files import actions as files
from luyue.notices.actions import tell
from luyue.obligations.actions import hand_in
from luyue.obligations.actions.doing import Work
from luyue.obligations.models import OPEN_STATES, Obligation
from luyue.staffing import notes, queries
from luyue.staffing.actions.checking import check_contract
from luyue.staffing.models import Correction, Post, Sign

# How far back a missing sign-in can be asked for: the month before is still open.
BACK_DAYS = 45


@dataclass(frozen=True)
class Where:
    """What the device told: degrees and metres; photo: a picture, if one was taken."""

    position: tuple[float, float] | None = None
    accuracy: float | None = None
    photo: tuple[str, bytes] | None = None
    note: str = ""


def window_for(kind: str, windows: Sequence[Window], at: int) -> int | None:
    """Which window of the day a sign-in or sign-out belongs to; None outside of all.

    Signing in: the first window that is not over, from two hours before it. Signing out: the last one that has
    begun, up to four hours after its end.
    """
    if kind == Sign.Kind.IN:
        found = next((number for number, (_begin, end) in enumerate(windows) if at < end), None)
        return found if found is not None and at >= windows[found][0] - COMING else None
    begun = [number for number, (begin, _end) in enumerate(windows) if begin <= at]
    return begun[-1] if begun and at <= windows[begun[-1]][1] + LEAVING else None


@transaction.atomic
def sign(
    post_id: int,
    kind: str,
    where: Where,
    *,
    actor: Person,
    now: datetime,
    key: UUID | None = None,
) -> Sign:
    """Sign in or out, now. The same key again changes nothing.

    Raises:
        NotFound. NotAllowed: it is somebody else's post. BadInput: kind; at (outside of all windows; of a post without
        windows). IllegalMove: signed in for this window already, or the post has ended.
    """
    one = queries.post(post_id, lock=True)
    if actor.pk != one.person_id:
        raise NotAllowed(act="sign")
    if key is not None and (made := Sign.objects.filter(key=key, post=one).first()) is not None:
        return made
    if kind not in Sign.Kind.values:
        raise BadInput(field="kind")
    day = local_day(now)
    if not one.first <= day or (one.last is not None and one.last < day):
        raise IllegalMove(subject="post", state="ended", act="sign")
    window = window_for(
        kind, windows_on(queries.promise_of(one.contract_id, one.promise).sign_in, day), seconds(now)
    )
    if window is None:
        raise BadInput(field="at", problem=f"no_window_{kind}")
    if kind == Sign.Kind.IN and one.signs.filter(day=day, window=window, kind=kind).exists():
        raise IllegalMove(subject="sign", state="in", act="sign_in")
    made = Sign(
        contract_id=one.contract_id, post=one, day=day, window=window, kind=kind, at=now, recorded_at=now,
        note=where.note.strip()[:200], key=key, accuracy=where.accuracy,
    )  # fmt: skip
    if where.position is not None:
        made.latitude, made.longitude = where.position
        made.site, made.distance = _nearest(one.contract_id, where.position)
    made.save()
    if where.photo is not None:
        files.attach(
            where.photo[1], name=where.photo[0], kind="photo", subject=("sign", made.pk), contract_id=one.contract_id,
            actor=actor, now=now, position=where.position, only_pictures=True,
        )  # fmt: skip
    place = {"distance": made.distance, "site": made.site.name if made.site else None}
    if kind == Sign.Kind.IN:
        _record("sign.in", made, actor, now, **place)
        _hand_in(made, actor, now)
    else:
        _record("sign.out", made, actor, now, **place)
    check_contract(one.contract_id, now=now, since=day, only=one.promise)
    return made


def _hand_in(made: Sign, actor: Person, now: datetime) -> None:
    """All that hold such a post have signed in for this window: the promise of signing in has a record of it."""
    one = made.post
    held = Post.objects.filter(contract_id=one.contract_id, promise=one.promise, first__lte=made.day).filter(
        Q(last__isnull=True) | Q(last__gte=made.day)
    )
    signed = Sign.objects.filter(post__in=held, day=made.day, window=made.window, kind=Sign.Kind.IN)
    people = sorted(set(signed.values_list("post__person__name", flat=True)))
    if signed.values("post").distinct().count() < held.count():
        return
    for row in Obligation.objects.filter(
        contract_id=one.contract_id, owe="record.sign_in", first=made.day, state__in=OPEN_STATES
    ):
        work = Work(what=f"第 {made.window + 1} 个时段签到：{'、'.join(people)}")
        hand_in(row.pk, work, source=("sign", made.pk), actor=actor, at=made.at, now=now)


def _nearest(contract_id: int, position: tuple[float, float]) -> tuple[Site | None, int | None]:
    """The nearest site with a place, and how many metres away."""
    here = Place(*position)
    known = [
        (distance_km(here, Place(site.latitude, site.longitude)), site)
        for site in devices.sites_of(contract_id)
        if site.latitude is not None and site.longitude is not None
    ]
    if not known:
        return None, None
    far, site = min(known, key=lambda pair: pair[0])
    return site, round(far * 1000)


@transaction.atomic
def ask_correction(
    post_id: int,
    *,
    day: date,
    window: int,
    kind: str,
    at: datetime,
    reason: str,
    actor: Person,
    now: datetime,
) -> Correction:
    """Ask that a missing or wrong sign-in be put right; the project managers are told.

    Raises:
        NotFound. NotAllowed: somebody else's post. BadInput: day (future, too old, not on the post), window, kind, at
        (another day, in the future), reason. IllegalMove: it is asked for already.
    """
    one = queries.post(post_id, lock=True)
    if actor.pk != one.person_id and not actor.may("manage_staffing"):
        raise NotAllowed(act="sign")
    windows = windows_on(queries.promise_of(one.contract_id, one.promise).sign_in, day)
    today = local_day(now)
    if (
        day > today
        or (today - day).days > BACK_DAYS
        or day < one.first
        or (one.last is not None and one.last < day)
    ):
        raise BadInput(field="day")
    if not 0 <= window < len(windows):
        raise BadInput(field="window")
    if kind not in Sign.Kind.values:
        raise BadInput(field="kind")
    if local_day(at) != day or at > now:
        raise BadInput(field="at", problem="other_day")
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    same = one.corrections.filter(day=day, window=window, kind=kind, state=Correction.State.ASKED)
    if same.exists():
        raise IllegalMove(subject="correction", state="asked", act="ask_correction")
    made = Correction.objects.create(
        contract_id=one.contract_id, post=one, day=day, window=window, kind=kind, at=at, reason=reason.strip()[:300],
        asked_at=now,
    )  # fmt: skip
    _record("correction.asked", made, actor, now, reason=made.reason)
    managers = [person for person, _r in contracts.people_of(one.contract_id, ["project_manager"])]
    tell([notes.correction(made, person) for person in managers], now=now)
    return made


@transaction.atomic
def decide_correction(
    correction_id: int, *, approve: bool, note: str = "", actor: Person | None, now: datetime
) -> Correction:
    """Enter what was asked for, or not. Nobody decides about himself.

    Raises:
        NotFound, NotAllowed. IllegalMove: decided already. BadInput: note (why not).
    """
    one = queries.correction(correction_id, lock=True)
    if actor is not None and (not actor.may("manage_staffing") or actor.pk == one.post.person_id):
        raise NotAllowed(act="manage_staffing")
    if one.state != Correction.State.ASKED:
        raise IllegalMove(subject="correction", state=one.state, act="decide_correction")
    if not approve and not note.strip():
        raise BadInput(field="note", problem="missing")
    one.state = Correction.State.APPROVED if approve else Correction.State.REFUSED
    one.decided_by, one.decided_at, one.note = actor.name[:60] if actor else "", now, note.strip()[:200]
    one.save(update_fields=["state", "decided_by", "decided_at", "note"])
    if approve:
        Sign.objects.create(
            contract_id=one.contract_id, post=one.post, day=one.day, window=one.window, kind=one.kind, at=one.at,
            recorded_at=now, note=one.reason[:200], source="correction",
        )  # fmt: skip
        _record("correction.approved", one, actor, now, reason=one.reason, note=one.note)
    else:
        _record("correction.refused", one, actor, now, reason=one.reason, note=one.note)
    tell([notes.correction_decided(one, one.post.person)], now=now)
    check_contract(one.contract_id, now=now, since=one.day, only=one.post.promise)
    return one


def _record(kind: str, one: Sign | Correction, actor: Person | None, now: datetime, **data: Any) -> None:
    asked = isinstance(one, Correction)
    about: dict[str, Any] = {
        "correction" if asked else "sign": one.pk,
        "day": str(one.day),
        "window": one.window,
    }
    if asked:
        about |= {"act": one.kind, "time": one.at.isoformat()}
    ledger.record(
        kind, contract_id=one.contract_id, subject=("post", one.post_id), actor=actor, at=now, now=now,
        data=about | {name: value for name, value in data.items() if value is not None},
    )  # fmt: skip

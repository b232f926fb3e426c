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
from luyue.contracts.queries import ZONE, local_day
from luyue.desk.queries import moment, seconds
from luyue.devices import queries as devices
from luyue.devices.models import Site
from luyue.domain.calendar_specs import Window
from luyue.domain.dispatch import Place, distance_km
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed
from luyue.domain.staffing import COMING, LEAVING, moment_of_sign, windows_on
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


@dataclass(frozen=True)
class Stated:
    """When, by a phone's own clock: at as it showed, true as it must have been, off: seconds that the server was ahead
    of it, when worth a note."""

    at: datetime
    true: datetime
    off: int | None = None


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
    stated: Stated | None = None,
) -> Sign:
    """Sign in or out, now, or when the phone had no network as it has stated. The same key again changes nothing.

    A stated time that cannot be (ahead of now, days ago, outside of all windows) is kept with its place, does not
    count, and asks the project managers to decide like any correction.

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
    when, doubt = moment_of_sign(seconds(stated.true) if stated else None, seconds(now))
    kept = stated is not None and when != seconds(now)
    # What cannot be believed stands on the day on which it was heard of.
    at = moment(when) if kept and not doubt else now
    day = local_day(at)
    if not one.first <= day or (one.last is not None and one.last < day):
        raise IllegalMove(subject="post", state="ended", act="sign")
    windows = windows_on(queries.promise_of(one.contract_id, one.promise).sign_in, day)
    window = window_for(kind, windows, seconds(at))
    if window is None and windows and kept:
        doubt = doubt or "window"
        window = min(range(len(windows)), key=lambda number: abs(windows[number][0] - seconds(at)))
    if window is None:
        raise BadInput(field="at", problem=f"no_window_{kind}")
    same = one.signs.filter(day=day, window=window, kind=kind, doubt="")
    if kind == Sign.Kind.IN and not doubt and same.exists():
        raise IllegalMove(subject="sign", state="in", act="sign_in")
    made = Sign(
        contract_id=one.contract_id, post=one, day=day, window=window, kind=kind, at=at, recorded_at=now,
        note=where.note.strip()[:200], key=key, accuracy=where.accuracy, doubt=doubt,
        stated_at=stated.at if kept and stated else None, clock_off=stated.off if kept and stated else None,
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
    place = {
        "distance": made.distance,
        "site": made.site.name if made.site else None,
        "stated": made.stated_at.isoformat() if made.stated_at else None,
        "doubt": doubt or None,
    }
    if kind == Sign.Kind.IN:
        _record("sign.in", made, actor, now, **place)
    else:
        _record("sign.out", made, actor, now, **place)
    if doubt:
        _doubted(made, now)
        return made
    if kind == Sign.Kind.IN:
        _hand_in(made, actor, now)
    check_contract(one.contract_id, now=now, since=day, only=one.promise)
    return made


DOUBTS = {"future": "比收到的时间还晚", "old": "超过 3 天才收到", "window": "不在签到时段内"}


def _doubted(made: Sign, now: datetime) -> None:
    """Somebody decides whether it counts. The words are data, in the language of the contract."""
    assert made.stated_at is not None
    told, heard = (f"{one.astimezone(ZONE):%Y-%m-%d %H:%M}" for one in (made.stated_at, now))
    place = f"，距{made.site.name} {made.distance} 米" if made.site else ""
    said = f"手机时间 {told}，收到 {heard}，{DOUBTS[made.doubt]}{place} {made.note}"
    asked = Correction.objects.create(
        contract_id=made.contract_id, post=made.post, day=made.day, window=made.window, kind=made.kind, at=made.at,
        reason=f"手机没有网络时签的：{said}".strip()[:300], asked_at=now,
    )  # fmt: skip
    _record("correction.asked", asked, made.post.person, now, reason=asked.reason)
    managers = [person for person, _r in contracts.people_of(made.contract_id, ["project_manager"])]
    tell([notes.correction(asked, person) for person in managers], now=now)


def _hand_in(made: Sign, actor: Person, now: datetime) -> None:
    """All that hold such a post have signed in for this window: the promise of signing in has a record of it."""
    one = made.post
    held = Post.objects.filter(contract_id=one.contract_id, promise=one.promise, first__lte=made.day).filter(
        Q(last__isnull=True) | Q(last__gte=made.day)
    )
    signed = Sign.objects.filter(post__in=held, day=made.day, window=made.window, kind=Sign.Kind.IN, doubt="")
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
    at = one.at if isinstance(one, Sign) and not one.doubt else now
    ledger.record(
        kind, contract_id=one.contract_id, subject=("post", one.post_id), actor=actor, at=min(at, now), now=now,
        data=about | {name: value for name, value in data.items() if value is not None},
    )  # fmt: skip

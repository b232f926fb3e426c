"""How messages leave the product: sent by jobs, several in one where people want that.

A delivery is written in the transaction of its message, and so is the job that sends it. A held delivery waits for its
time; the release sweep lets it go, together with all others to the same place. A worker that is killed between the
other side's answer and the commit sends again: a mail with the same Message-ID, a post to a group a second time.
"""

import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage

from luyue.accounts.models import Person
from luyue.ledger.encryption import Undecipherable
from luyue.ledger.wall import Scope, scope
from luyue.notices import http, robots
from luyue.notices.actions import Note, tell
from luyue.notices.kinds import SMS
from luyue.notices.models import Delivery, Outlet
from luyue.notices.planning import defer, language_of
from luyue.notices.robots import Outcome, Verdict

MOST_ATTEMPTS = 8
# What is older than this is no longer news.
STALE_AFTER = timedelta(days=2)
# A delivery whose job was lost is taken up again.
LOST_AFTER = timedelta(minutes=30)
RELEASE_BATCH = 500
MOST_LISTED = 30


def backoff(attempts: int) -> timedelta:
    """Wait after the n-th failure: 15 s, 1 min, 4 min, 16 min, about 1 h, then every 4 h."""
    return min(timedelta(seconds=15 * 4 ** (attempts - 1)), timedelta(hours=4))


def release(now: datetime) -> int:
    """Let go what was held until now, all to one place in one; returns how many deliveries went on their way."""
    with scope(Scope.everything()):
        held = list(
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state="held", due_at__lte=now)
            .select_related("person")
            .order_by("due_at", "id")[:RELEASE_BATCH]
        )
        lost = list(
            Delivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(
                state="waiting", due_at__lte=now - LOST_AFTER
            )[:RELEASE_BATCH]
        )
        together: dict[tuple[object, ...], list[Delivery]] = {}
        for row in held:
            together.setdefault(_place(row), []).append(row)
        leaving = lost + [rows[0] if len(rows) == 1 else _join(rows, now) for rows in together.values()]
        for row in leaving:
            row.state, row.due_at = "waiting", now
            row.save(update_fields=["state", "due_at"])
        defer(leaving)
    return len(leaving)


def _place(row: Delivery) -> tuple[object, ...]:
    """Deliveries of the same place may go in one. What already is several in one goes alone."""
    if row.message_id is None and (row.person_id is not None or row.key.startswith("joint:")):
        return ("alone", row.pk)
    return (row.way, row.outlet_id, row.person_id, row.address if row.person_id else "")


def _join(rows: Sequence[Delivery], now: datetime) -> Delivery:
    """Several deliveries to one place in one; what becomes of it becomes of its parts."""
    first = rows[0]
    outlet = first.outlet if first.person_id is None else None
    english = (
        language_of(outlet.language if outlet else first.person.language if first.person else "zh") == "en"
    )
    lines = [f"{number}. {row.title}" for number, row in enumerate(rows[:MOST_LISTED], 1)]
    if len(rows) > MOST_LISTED:
        lines.append(f"… +{len(rows) - MOST_LISTED}")
    contracts = {row.contract_id for row in rows}
    phones = dict.fromkeys(phone for row in rows for phone in row.address.split(",") if phone)
    joint = Delivery.objects.create(
        outlet=first.outlet,
        person=first.person,
        contract_id=contracts.pop() if len(contracts) == 1 else None,
        way=first.way,
        address=first.address if first.person_id else ",".join(phones)[:500],
        key=f"joint:{first.pk}:{first.attempts}:{int(now.timestamp())}" if first.outlet_id else "",
        title=f"{len(rows)} messages" if english else f"{len(rows)} 条消息",
        body="\n".join(lines),
        link="/messages/" if first.person_id else "/cases/",
        due_at=now,
        created_at=now,
    )
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state="joined", joined=joint)
    return joint


def send(delivery_id: int, *, now: datetime) -> str:
    """Send one delivery, unless it was sent before or is out of date; returns its state afterwards.

    The row is locked while the other side is spoken to, so two workers cannot send it at once. A robot's row is locked
    too: posts to one group go one after the other, in a way that lets new deliveries be written meanwhile.
    """
    with scope(Scope.everything()):
        row = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("person", "message")
            .get(pk=delivery_id)
        )
        if row.state != "waiting":
            return row.state
        outlet = (
            Outlet.objects.select_for_update(no_key=True).get(pk=row.outlet_id) if row.outlet_id else None
        )
        if now - row.created_at > STALE_AFTER:
            row.state = "stale"
        elif (wait := _must_wait(outlet, now)) is not None:
            row.state, row.due_at = "held", wait
        else:
            _take(row, outlet, _try(row, outlet, now), now)
        row.save(update_fields=["state", "due_at", "attempts", "sent_at", "last_error"])
        if row.state in ("sent", "stale", "dead"):
            row.parts.update(
                state=row.state, sent_at=row.sent_at, attempts=row.attempts, last_error=row.last_error
            )
        return row.state


def _must_wait(outlet: Outlet | None, now: datetime) -> datetime | None:
    """Until when a robot may not be spoken to: it asked for patience, or its measure for this minute is full."""
    if outlet is None:
        return None
    if outlet.resting_until is not None and outlet.resting_until > now:
        return outlet.resting_until
    minute = now - timedelta(minutes=1)
    if outlet.deliveries.filter(sent_at__gt=minute).count() >= robots.PER_MINUTE[outlet.kind]:
        return now + timedelta(minutes=1)
    return None


def _take(row: Delivery, outlet: Outlet | None, verdict: Verdict, now: datetime) -> None:
    """What an answer does to a delivery and to its outlet."""
    if verdict.outcome is Outcome.SENT:
        row.state, row.sent_at, row.attempts = "sent", now, row.attempts + 1
        row.last_error = ""
        if outlet is not None:
            outlet.failing_since, outlet.resting_until, outlet.last_sent_at = None, None, now
            outlet.save(update_fields=["failing_since", "resting_until", "last_sent_at"])
        return
    row.last_error = verdict.reason[:300]
    if verdict.outcome is Outcome.BUSY:
        # No failure of this message; it goes out with the others when the robot listens again.
        rest = timedelta(seconds=robots.REST_SECONDS[outlet.kind] if outlet else 60)
        row.state, row.due_at = "held", now + rest
        if outlet is not None:
            outlet.resting_until = row.due_at
            outlet.save(update_fields=["resting_until"])
        return
    row.attempts += 1
    if verdict.outcome is Outcome.REFUSED or row.attempts >= MOST_ATTEMPTS:
        row.state = "dead"
        if outlet is not None:
            _outlet_fails(outlet, verdict.reason, now)
    else:
        row.state, row.due_at = "held", now + backoff(row.attempts)


def _try(row: Delivery, outlet: Outlet | None, now: datetime) -> Verdict:
    try:
        if outlet is None:
            return _mail(row)
        if not outlet.active:
            return Verdict(Outcome.REFUSED, "通道已停用 / switched off")
        return post(outlet, _text(row), row.address, now)
    except http.Unreachable as error:
        return Verdict(Outcome.LATER, str(error))
    except Undecipherable:
        return Verdict(Outcome.REFUSED, "密钥不对，地址解不开 / the address cannot be decrypted")


def post(outlet: Outlet, text: str, address: str, now: datetime) -> Verdict:
    """Speak to a robot or gateway once. Raises Unreachable, Undecipherable."""
    secrets = outlet.open()
    if outlet.kind == SMS:
        gateway = robots.Gateway(
            outlet.method,
            secrets["address"],
            headers_of(secrets.get("headers", "")),
            outlet.body,
            outlet.success,
        )
        status, body = http.send(robots.sms_request(gateway, address, text))
        return robots.judge_sms(gateway, status, body)
    phones = [phone for phone in address.split(",") if phone]
    request = robots.robot_request(
        outlet.kind, secrets["address"], secrets.get("secret", ""), text, phones, now.timestamp()
    )
    status, body = http.send(request)
    return robots.judge_robot(outlet.kind, status, body)


def headers_of(text: str) -> dict[str, str]:
    """Lines `Name: value`."""
    pairs = (line.partition(":") for line in text.splitlines() if line.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _text(row: Delivery) -> str:
    link = f"{settings.LUYUE_ADDRESS}{row.link}" if row.link else ""
    parts = (row.title, link) if row.way == SMS else (row.title, row.body, link)
    return "\n".join(part for part in parts if part)


def _mail(row: Delivery) -> Verdict:
    body = f"{row.body}\n\n{settings.LUYUE_ADDRESS}{row.link}" if row.link else row.body
    number = row.message_id or f"d{row.pk}"
    try:
        mail = EmailMessage(
            subject=row.title,
            body=body,
            to=[row.address],
            headers={
                "Message-ID": f"<luyue-{number}@{settings.LUYUE_MAIL_DOMAIN}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        if row.message is not None and row.message.calendar:
            mail.attach("invite.ics", row.message.calendar, "text/calendar")
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        gone = bool(codes) and all(500 <= code < 600 for code in codes)
        return Verdict(Outcome.REFUSED if gone else Outcome.LATER, str(error))
    except (OSError, smtplib.SMTPException) as error:
        return Verdict(Outcome.LATER, str(error) or type(error).__name__)
    return Verdict(Outcome.SENT)


def _outlet_fails(outlet: Outlet, reason: str, now: datetime) -> None:
    """A message died there: the administrators are told, once until it works again."""
    outlet.last_error = reason[:300]
    first = outlet.failing_since is None
    if first:
        outlet.failing_since = now
    outlet.save(update_fields=["last_error", "failing_since"])
    if not first:
        return
    facts = {"outlet": outlet.name, "reason": reason[:300]}
    tell(
        [
            Note(
                person=person,
                key=f"outlet:{outlet.pk}:{int(now.timestamp())}",
                kind="outlet.failed",
                facts_zh=facts,
                facts_en=facts,
                link="/messages/undelivered/",
            )
            for person in Person.objects.filter(role="admin", active=True)
        ],
        now=now,
        by_mail=False,
    )

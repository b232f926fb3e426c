"""Mails that come in: each becomes a case, a note on one, or waits for somebody to decide. Nothing is lost.

A sender's address proves nothing, so nobody acts in his name: the system takes the mail in.
"""

import logging
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from luyue import ledger
from luyue.accounts import queries as accounts
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.channels import wording
from luyue.channels.models import IncomingMail, Mailbox, Receipt, SenderAddress
from luyue.channels.models.mails import MailState
from luyue.channels.queries import mails as queries
from luyue.contracts import queries as contracts
from luyue.contracts.models import Contract
from luyue.desk import acting, creation
from luyue.desk import actions as desk
from luyue.desk import queries as cases
from luyue.desk.models import Case, Channel
from luyue.domain.mails import Mail, Unreadable, bare_subject, fresh, read_mail
from luyue.domain.refusals import BadInput, Conflict
from luyue.files import actions as files
from luyue.files import content as contents
from luyue.files import queries as attachments
from luyue.notices.actions import Note, tell

log = logging.getLogger(__name__)
# What reading the worst of mails has been seen to raise in the library.
READING_ERRORS = (
    Unreadable, MessageError, ValueError, LookupError, AttributeError, TypeError, IndexError, RecursionError,
)  # fmt: skip
MOST_ATTACHED = 30
RECEIPTS_A_DAY = 10


@dataclass(frozen=True, slots=True)
class _Decision:
    """What becomes of a mail. case: the one it is added to or, if it stays unassigned, seems to belong to."""

    state: MailState
    reason: str = ""
    contract: Contract | None = None
    case: Case | None = None


@transaction.atomic
def take_mail(
    raw: bytes,
    *,
    mailbox: Mailbox | None,
    now: datetime,
    arrived_at: datetime | None = None,
    reason: str = "",
) -> IncomingMail:
    """Take in one mail (D-1). The same Message-ID again gives the mail that is there, whatever mailbox it came to.

    Args:
        arrived_at: when the mailbox got it; the limits run from then, not from when we looked.
        reason: why it must not be read, for what the caller could not fetch whole.
    """
    at = min(arrived_at or now, now)
    try:
        if reason:
            raise Unreadable(reason)
        mail = read_mail(raw)
    except READING_ERRORS as error:
        return _keep_unreadable(raw, mailbox, at, now, reason or "unreadable", error)
    if (known := IncomingMail.objects.filter(message_id=mail.message_id).first()) is not None:
        return known
    what = _decide(mail, at)
    row = IncomingMail(
        mailbox=mailbox, message_id=mail.message_id, sender=mail.sender, sender_name=mail.sender_name,
        recipients=list(mail.recipients), references=list(mail.references), subject=mail.subject, text=mail.text,
        attachments=len(mail.parts), sent_at=mail.sent_at, received_at=at, state=what.state, reason=what.reason,
        contract=what.contract, case=what.case if what.state == MailState.NOTE else None,
        suggested=what.case if what.state == MailState.UNASSIGNED else None,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # Another reader was quicker.
        return IncomingMail.objects.get(message_id=mail.message_id)
    _keep_raw(row, raw, now)
    if what.state == MailState.CASE and what.contract is not None:
        _make_case(row, mail, what.contract.pk, actor=None, now=now)
    elif what.state == MailState.NOTE and what.case is not None:
        _add_note(row, mail, what.case, actor=None, now=now)
    _record("mail.received", row, None, now, sender=row.sender, state=row.state, reason=row.reason)
    return row


@transaction.atomic
def assign_mail(
    mail_id: int,
    *,
    actor: Person,
    now: datetime,
    contract_id: int | None = None,
    case_id: int | None = None,
    remember: bool = False,
) -> IncomingMail:
    """Say whose a mail is: a new case of a contract, or a note on a case. remember: the sender's next mails too.

    Raises:
        NotAllowed, NotFound. Conflict: somebody has decided already. BadInput: neither contract nor case.
    """
    require(actor, "sort_mail")
    row = _undecided(mail_id)
    mail = _read_again(row)
    if case_id is not None:
        case = cases.case(case_id)
        row.state, row.contract, row.case = MailState.NOTE, case.contract, case
        _add_note(row, mail, case, actor=actor, now=now)
    elif contract_id is not None:
        row.state, row.contract = MailState.CASE, contracts.contract(contract_id)
        _make_case(row, mail, contract_id, actor=actor, now=now)
    else:
        raise BadInput(field="contract", problem="missing")
    if remember and row.sender and row.contract is not None:
        SenderAddress.objects.get_or_create(
            contract=row.contract, address=row.sender, defaults={"added_by": actor, "added_at": now}
        )
    row.suggested, row.handled_by, row.handled_at = None, actor, now
    row.save()
    _record("mail.assigned", row, actor, now, case=row.case_id, remember=remember)
    return row


@transaction.atomic
def discard_mail(mail_id: int, *, reason: str, actor: Person, now: datetime) -> IncomingMail:
    """Nobody's case. The mail is kept, with the reason. Raises NotAllowed, NotFound, Conflict, BadInput."""
    require(actor, "sort_mail")
    row = _undecided(mail_id)
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    row.state, row.note = MailState.DISCARDED, reason.strip()[:200]
    row.handled_by, row.handled_at = actor, now
    row.save()
    _record("mail.discarded", row, actor, now, reason=row.note)
    return row


def _decide(mail: Mail, at: datetime) -> _Decision:
    if queries.is_ours(mail):
        return _Decision(MailState.IGNORED, "own")
    if mail.ignore:
        return _Decision(MailState.IGNORED, mail.ignore)
    case = queries.answered_case(mail)
    if case is not None:
        if case.state == "cancelled":
            return _Decision(MailState.UNASSIGNED, "case_cancelled")
        if queries.belongs_to(case, mail.sender):
            return _Decision(MailState.NOTE, contract=case.contract, case=case)
        return _Decision(MailState.UNASSIGNED, "stranger_in_thread", case=case)
    found = queries.contracts_of(mail.sender, at)
    if len(found) == 1:
        return _Decision(MailState.CASE, contract=found[0])
    return _Decision(MailState.UNASSIGNED, "several_contracts" if found else "unknown_sender")


def _make_case(
    row: IncomingMail, mail: Mail | None, contract_id: int, *, actor: Person | None, now: datetime
) -> None:
    person = queries.person_of(row.sender) if row.sender else None
    title = bare_subject(row.subject) or _first_line(row.text) or row.sender or "邮件"
    case = desk.report_case(
        contract_id, title=title[: creation.LONGEST_TITLE], description=row.text[: acting.LONGEST_TEXT],
        channel=Channel.EMAIL, reporter_name=row.sender_name or row.sender, idempotency_key=f"mail:{row.pk}",
        reporter_phone=person.phone if person else "", actor=None, at=row.received_at, now=now,
    )  # fmt: skip
    row.case = case
    row.save(update_fields=["case"])
    _attach(row, mail, case, actor, now)
    _receipt(row, mail, case, now)


def _add_note(
    row: IncomingMail, mail: Mail | None, case: Case, *, actor: Person | None, now: datetime
) -> None:
    """A mail on a case that is there. It never reopens one: somebody reads it and decides."""
    said = fresh(row.text) or row.subject
    note = f"邮件 {row.sender_name or row.sender} <{row.sender}>：\n{said}"[: acting.LONGEST_TEXT]
    desk.note_case(case.pk, note=note, actor=actor, at=now, now=now)
    _attach(row, mail, case, actor, now)
    owner = case.owner if case.owner is not None and case.owner.active and case.is_open else None
    people = [owner] if owner else list(accounts.by_roles("operator"))
    title_zh, title_en = wording.reply_title(case, "zh"), wording.reply_title(case, "en")
    tell(
        [
            Note(
                person=person, key=f"mail:{row.pk}", kind="mail.replied", title_zh=title_zh, title_en=title_en,
                body_zh=said[:500], body_en=said[:500], link=f"/cases/{case.pk}/", contract_id=case.contract_id,
            )
            for person in people
        ],
        now=now,
    )  # fmt: skip


def _attach(row: IncomingMail, mail: Mail | None, case: Case, actor: Person | None, now: datetime) -> None:
    """The mail itself and its files, on the case."""
    known: dict[str, Any] = {
        "subject": ("case", case.pk),
        "contract_id": case.contract_id,
        "actor": actor,
        "now": now,
    }
    raw = _raw(row)
    if raw:
        files.attach(raw, name=_eml(row), kind="mail", note=row.sender, **known)
    for part in mail.parts[:MOST_ATTACHED] if mail else ():
        kind = "photo" if contents.media_type(part.content, part.name).startswith("image/") else "document"
        try:
            files.attach(part.content, name=part.name, kind=kind, note=row.sender, **known)
        except BadInput as refusal:
            log.warning("mail %s: %s is left in the mail: %s", row.pk, part.name, refusal)


def _receipt(row: IncomingMail, mail: Mail | None, case: Case, now: datetime) -> None:
    """Tell the sender that his mail is in hand. It is no reply of a person and stops no clock."""
    box = row.mailbox
    if box is None or not box.receipts or not settings.EMAIL_HOST or mail is None or not mail.answerable:
        return
    # Two machines that answer one another end here.
    late = Receipt.objects.filter(address=row.sender, made_at__gt=now - timedelta(days=1)).count()
    if late >= RECEIPTS_A_DAY:
        return
    person = queries.person_of(row.sender)
    language = "en" if person is not None and person.language.startswith("en") else "zh"
    made = Receipt.objects.create(
        contract_id=case.contract_id, mail=row, address=row.sender, made_at=now,
        message_id=f"<luyue-{secrets.token_urlsafe(18)}@{settings.LUYUE_MAIL_DOMAIN}>",
        subject=f"[{case.number}] {wording.receipt_subject(row.subject, language)}"[:400],
        body=wording.receipt_body(case, row, language, now),
    )  # fmt: skip
    from luyue.channels.jobs import send_receipt  # the queue's app imports this module first

    send_receipt.defer(receipt_id=made.pk)


def _keep_unreadable(
    raw: bytes, mailbox: Mailbox | None, at: datetime, now: datetime, reason: str, error: BaseException
) -> IncomingMail:
    """A mail that nobody can read: kept and listed, so that a person looks at it."""
    mark = f"<sha256.{contents.keep(raw or b'-')}@none>"
    found = re.search(rb"^message-id:\s*(<[^<>\s]{1,250}>)", raw, re.I | re.M)
    mark = found[1].decode("ascii", "replace") if found else mark
    row, made = IncomingMail.objects.get_or_create(
        message_id=mark,
        defaults={
            "mailbox": mailbox, "received_at": at, "state": MailState.UNREADABLE, "reason": reason,
            "note": type(error).__name__,
        },
    )  # fmt: skip
    if made:
        _keep_raw(row, raw or b"-", now)
        _record("mail.received", row, None, now, sender="", state=row.state, reason=reason)
    return row


def _keep_raw(row: IncomingMail, raw: bytes, now: datetime) -> None:
    files.attach(
        raw, name=_eml(row), kind="mail", subject=("mail", row.pk), contract_id=None, actor=None, now=now
    )


def _raw(row: IncomingMail) -> bytes:
    kept = attachments.attachments_of("mail", row.pk).first()
    return contents.read(kept.digest) if kept is not None else b""


def _read_again(row: IncomingMail) -> Mail | None:
    try:
        return read_mail(_raw(row))
    except READING_ERRORS:
        return None


def _eml(row: IncomingMail) -> str:
    return f"{bare_subject(row.subject)[:60] or row.pk}.eml".replace("/", " ")


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.split("\n") if line.strip()), "")


def _undecided(mail_id: int) -> IncomingMail:
    row = queries.mail(mail_id, lock=True)
    if row.state not in queries.UNDECIDED:
        raise Conflict(subject="mail", state=row.state)
    return row


def _record(kind: str, row: IncomingMail, actor: Person | None, now: datetime, **data: object) -> None:
    ledger.record(
        kind, contract_id=row.contract_id, subject=("mail", row.pk), actor=actor, at=now, now=now,
        data={"case": row.case_id} | data,
    )  # fmt: skip

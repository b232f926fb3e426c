"""One reading of a mailbox: what is new goes through `take_mail`, one transaction each, then it is marked as read.

Killed between the two, the next reading finds the mail unread, knows its Message-ID and only marks it.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import InterfaceError, OperationalError

from luyue.accounts.queries import by_roles
from luyue.channels import imap
from luyue.channels.actions.mails import take_mail
from luyue.channels.models import Mailbox
from luyue.channels.wording import trouble_words
from luyue.contracts.queries import ZONE
from luyue.files.actions import LARGEST
from luyue.ledger.encryption import Undecipherable, decrypt
from luyue.ledger.wall import Scope, scope
from luyue.notices.actions import Note, tell

log = logging.getLogger(__name__)
PURPOSE = "channels.mailbox"
MOST_AT_ONCE = 200
# One failed reading is a hiccup; the third minute of it is told.
TELL_AFTER = 3


def read_mailbox(mailbox_id: int, *, clock: Callable[[], datetime]) -> int:
    """Take what is new in a mailbox; returns how many mails were looked at. Trouble is noted on the mailbox."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id, active=True).first()
    if mailbox is None:
        return 0
    try:
        with imap.opened(mailbox, decrypt(mailbox.password, purpose=PURPOSE)) as reading:
            done = _read(mailbox, reading, clock)
    except Undecipherable:
        _note(mailbox_id, clock(), "undecipherable")
        return 0
    except imap.TROUBLES as error:
        _note(mailbox_id, clock(), imap.told(error))
        return 0
    _note(mailbox_id, clock(), "")
    return done


def _read(mailbox: Mailbox, reading: imap.Reading, clock: Callable[[], datetime]) -> int:
    same = mailbox.uid_validity == reading.uid_validity
    # Other numbers than last time, or the first time: what lies there read is none of ours.
    last = mailbox.last_uid if same else None
    new = reading.new(last)
    for uid in new[:MOST_AT_ONCE]:
        found = reading.look(uid)
        if found is not None:
            _take(mailbox, reading, found, clock)
            reading.mark_read(uid)
        _got_to(mailbox.pk, reading.uid_validity, max(uid, last or 0))
    if last is None and len(new) <= MOST_AT_ONCE:
        _got_to(mailbox.pk, reading.uid_validity, max([*new, reading.next_uid - 1, 0]))
    return min(len(new), MOST_AT_ONCE)


def _take(mailbox: Mailbox, reading: imap.Reading, found: imap.Found, clock: Callable[[], datetime]) -> None:
    large = found.size > LARGEST
    raw = reading.fetch(found.uid, head_only=large)
    reason = "too_large" if large else ""
    try:
        with scope(Scope.everything()):
            take_mail(raw, mailbox=mailbox, now=clock(), arrived_at=found.arrived_at, reason=reason)
    except (OperationalError, InterfaceError):
        raise  # nothing can be kept now; the mail stays unread
    except Exception:
        # Whatever it is about this mail, the next ones go on; this one is kept for people to look at.
        log.exception("mail %s of mailbox %s", found.uid, mailbox.pk)
        with scope(Scope.everything()):
            take_mail(raw, mailbox=mailbox, now=clock(), arrived_at=found.arrived_at, reason="failed")


def _got_to(mailbox_id: int, uid_validity: int, last_uid: int) -> None:
    Mailbox.objects.filter(pk=mailbox_id).update(uid_validity=uid_validity, last_uid=last_uid)


def _note(mailbox_id: int, now: datetime, trouble: str) -> None:
    with scope(Scope.everything()):
        mailbox = Mailbox.objects.select_for_update().get(pk=mailbox_id)
        mailbox.polled_at, mailbox.trouble = now, trouble[:300]
        mailbox.failures = mailbox.failures + 1 if trouble else 0
        if trouble:
            mailbox.failing_since = mailbox.failing_since or now
            if mailbox.failures >= TELL_AFTER and not mailbox.told_failing:
                mailbox.told_failing = True
                _tell_admins(mailbox, "mailbox.failed", now)
        else:
            if mailbox.told_failing:
                _tell_admins(mailbox, "mailbox.recovered", now)
            mailbox.failing_since, mailbox.told_failing = None, False
        mailbox.save(update_fields=["polled_at", "trouble", "failures", "failing_since", "told_failing"])


def _tell_admins(mailbox: Mailbox, kind: str, now: datetime) -> None:
    """Once when it fails, once when it is well again. The key is the beginning of the trouble."""
    assert mailbox.failing_since is not None
    facts = {
        language: {
            "mailbox": mailbox.name, "reason": trouble_words(mailbox.trouble, language),
            "since": f"{mailbox.failing_since.astimezone(ZONE):%m-%d %H:%M}",
        }
        for language in ("zh", "en")
    }  # fmt: skip
    tell(
        [
            Note(
                person=person, key=f"{kind}:{mailbox.pk}:{int(mailbox.failing_since.timestamp())}", kind=kind,
                facts_zh=facts["zh"], facts_en=facts["en"], link="/channels/mailboxes/",
            )
            for person in by_roles("admin")
        ],
        now=now,
    )  # fmt: skip

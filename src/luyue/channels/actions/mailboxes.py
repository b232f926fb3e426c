"""Mailboxes that are read. Their passwords are sealed and never shown again."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.channels import imap
from luyue.channels.models import Mailbox
from luyue.channels.models.mails import Security
from luyue.channels.polling import PURPOSE
from luyue.channels.queries import mails as queries
from luyue.domain.refusals import AlreadyThere, BadInput
from luyue.ledger.encryption import decrypt, encrypt, reseal

FIELDS = ("name", "address", "host", "port", "security", "username", "folder", "receipts", "active")


@transaction.atomic
def save_mailbox(
    mailbox_id: int | None, *, password: str, actor: Person | None, now: datetime, **facts: Any
) -> Mailbox:
    """Add a mailbox, or change one. An empty password keeps the one that is there.

    Args:
        facts: all of FIELDS.
    Raises:
        NotAllowed, NotFound, BadInput. AlreadyThere: another mailbox has the address.
    """
    require(actor, "manage_channels")
    row = Mailbox() if mailbox_id is None else queries.mailbox(mailbox_id)
    before = (row.host, row.username, row.folder)
    for name in FIELDS:
        setattr(row, name, facts[name])
    if row.security not in Security.values:
        raise BadInput(field="security")
    if not 1 <= row.port <= 65535:
        raise BadInput(field="port")
    if password:
        row.password = encrypt(password, purpose=PURPOSE)
    elif not row.password:
        raise BadInput(field="password", problem="missing")
    if before != (row.host, row.username, row.folder):
        # Another mailbox: its numbers are others.
        row.uid_validity, row.last_uid = None, 0
    row.trouble, row.failures = "", 0
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise AlreadyThere(subject="mailbox", field="address") from error
    if mailbox_id is None:
        _record("mailbox.added", row, actor, now)
    else:
        _record("mailbox.changed", row, actor, now)
    return row


def check_mailbox(mailbox_id: int, *, actor: Person | None) -> int:
    """Log in and look; returns how many mails are unread. Raises MailboxTrouble, Undecipherable, NotAllowed."""
    require(actor, "manage_channels")
    row = queries.mailbox(mailbox_id)
    return imap.check(row, decrypt(row.password, purpose=PURPOSE))


def _record(kind: str, row: Mailbox, actor: Person | None, now: datetime) -> None:
    ledger.record(
        kind, contract_id=None, subject=("mailbox", row.pk), actor=actor, at=now, now=now,
        data={"name": row.name, "address": row.address, "host": row.host, "active": row.active},
    )  # fmt: skip


@transaction.atomic
def rekey_mailboxes(*, now: datetime, only_try: bool = False) -> int:
    """Seal the passwords of all mailboxes under the first key; returns how many. Raises Undecipherable."""
    count = 0
    for one in Mailbox.objects.select_for_update().exclude(password="").order_by("pk"):
        one.password = reseal(one.password, purpose=PURPOSE)
        count += 1
        if not only_try:
            one.save(update_fields=["password"])
    if count and not only_try:
        ledger.record(
            "mailbox.rekeyed", contract_id=None, subject=("mailbox", 0), actor=None, at=now, now=now,
            data={"number": count},
        )  # fmt: skip
    return count

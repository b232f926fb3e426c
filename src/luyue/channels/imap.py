"""Reading a mailbox over IMAP4rev1 (RFC 3501): one connection, from log-in to log-out, in a block.

A message is marked as read only after whoever takes it says so, which he does once it is safely his own.
"""

import base64
import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from luyue.channels.models import Mailbox
from luyue.domain.refusals import Refusal

TIMEOUT = 20  # seconds
_ID = '("name" "Luyue" "version" "1" "vendor" "Luyue")'
# What a mailbox can fail with on the way: network, encryption, and its own word no.
TROUBLES = (OSError, imaplib.IMAP4.error)


class MailboxTrouble(Refusal):
    """A mailbox cannot be read. Facts: said, what the server or the network answered."""

    code = "mailbox_trouble"


@dataclass(frozen=True, slots=True)
class Found:
    """A message in the mailbox, not fetched yet. size: bytes."""

    uid: int
    size: int
    arrived_at: datetime | None


class Reading:
    """A mailbox that is open. uid_validity: numbers of messages hold as long as this stays the same."""

    def __init__(self, server: imaplib.IMAP4, uid_validity: int, next_uid: int) -> None:
        self._server, self.uid_validity, self.next_uid = server, uid_validity, next_uid

    def new(self, last_uid: int | None) -> list[int]:
        """Numbers of messages nobody has read, and of all behind `last_uid`, whoever has read them; ascending."""
        found = set(self._search("UNSEEN"))
        if last_uid is not None:
            # "n:*" names the last message also if its number is below n.
            found |= {uid for uid in self._search("UID", f"{last_uid + 1}:*") if uid > last_uid}
        return sorted(found)

    def look(self, uid: int) -> Found | None:
        """Size and arrival of a message; None if somebody has removed it meanwhile."""
        text = b" ".join(_bytes_in(self._ask("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")))
        size = re.search(rb"RFC822\.SIZE (\d+)", text)
        if size is None:
            return None
        date = re.search(rb'INTERNALDATE "([^"]+)"', text)
        return Found(uid, int(size[1]), _arrival(date[1].decode()) if date else None)

    def fetch(self, uid: int, *, head_only: bool = False) -> bytes:
        """A message as it is, or its headers; it stays unread."""
        what = "(BODY.PEEK[HEADER])" if head_only else "(BODY.PEEK[])"
        for part in self._ask("FETCH", str(uid), what):
            if isinstance(part, tuple):
                return bytes(part[1])
        return b""

    def mark_read(self, uid: int) -> None:
        self._ask("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")

    def _search(self, *criteria: str) -> list[int]:
        data = self._ask("SEARCH", *criteria)
        return [int(word) for line in _bytes_in(data) for word in line.split() if word.isdigit()]

    def _ask(self, command: str, *words: str) -> list[bytes | tuple[bytes, bytes] | None]:
        answer, data = self._server.uid(command, *words)
        if answer != "OK":
            raise imaplib.IMAP4.error(f"{command}: {data!r}")
        return data


@contextmanager
def opened(mailbox: Mailbox, password: str) -> Iterator[Reading]:
    """Log in, open the folder, log out afterwards.

    Raises:
        OSError, IMAP4.error: see TROUBLES; also what happens inside of the block.
    """
    server = _connect(mailbox)
    try:
        server.login(mailbox.username, password)
        if "ID" in server.capabilities:
            # Some providers let only programs in that say their name.
            server.xatom("ID", _ID)
        answer, data = server.select(f'"{folder_name(mailbox.folder)}"')
        if answer != "OK":
            raise imaplib.IMAP4.error(f"SELECT: {data!r}")
        yield Reading(server, _number(server, "UIDVALIDITY"), _number(server, "UIDNEXT"))
    finally:
        try:
            server.logout()
        except TROUBLES:
            server.shutdown()


def check(mailbox: Mailbox, password: str) -> int:
    """Whether the mailbox opens; returns how many messages are unread. Raises MailboxTrouble."""
    try:
        with opened(mailbox, password) as reading:
            return len(reading.new(None))
    except TROUBLES as error:
        raise MailboxTrouble(said=told(error)) from error


def told(error: BaseException) -> str:
    """What went wrong, for people; never the password, which no server repeats."""
    text = str(error) or type(error).__name__
    return re.sub(r"^b(['\"])(.*)\1$", r"\2", text)[:300]


def folder_name(name: str) -> str:
    """A folder's name as IMAP writes it: letters beyond ASCII in modified UTF-7 (RFC 3501, 5.1.3)."""

    def shift(run: re.Match[str]) -> str:
        coded = base64.b64encode(run[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
        return f"&{coded}-"

    plain = name.replace("&", "&-").replace("\\", "\\\\").replace('"', '\\"')
    return re.sub(r"[^\x20-\x7e]+", shift, plain)


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    if mailbox.security == "tls":
        return imaplib.IMAP4_SSL(
            mailbox.host, mailbox.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT
        )
    server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIMEOUT)
    if mailbox.security == "starttls":
        server.starttls(ssl.create_default_context())
    return server


def _number(server: imaplib.IMAP4, name: str) -> int:
    data = server.response(name)[1]
    first = data[0] if data else None
    return int(first) if isinstance(first, bytes) and first.isdigit() else 0


def _arrival(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text.strip()).astimezone(UTC)
    except (ValueError, TypeError):
        return None


def _bytes_in(data: list[bytes | tuple[bytes, bytes] | None]) -> list[bytes]:
    return [one if isinstance(one, bytes) else one[0] for one in data if one is not None]

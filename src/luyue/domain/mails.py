"""E-mail as it comes, read as far as a service desk needs it (D-1). Pure: bytes in, values out.

Mail is written by many programs, some of them wrong. What can be read is read: a wrong or missing charset, headers in
raw GBK, words cut in the middle of a character. Only what no reading fits raises.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import EmailMessage, Message
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

# What declares itself as a part of a bigger set is often written in the whole: 镕 is not in GB 2312.
_WHOLE = {"gb2312": "gb18030", "gbk": "gb18030", "hz": "hz", "big5": "big5hkscs", "latin-1": "cp1252"}
_WHOLE |= {
    "iso-8859-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "unknown-8bit": "utf-8",
    "utf8": "utf-8",
}
LONGEST_TEXT, LONGEST_SUBJECT, LONGEST_ADDRESS = 20_000, 400, 254
MOST_PARTS, MOST_REFERENCES = 60, 50


class Unreadable(Exception):
    """The bytes are no mail: nobody sent it, or nothing is in it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One attached file. inline: shown inside of the text, like the picture of a signature."""

    name: str
    content: bytes
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail.

    message_id: with its angle brackets; a mail without one gets one made of its bytes, so that it has the same again.
    references: ids of earlier mails of the thread, the nearest first. text: what a person wrote, whole; `fresh(text)`
    leaves out what he quotes. ignore: why nobody needs to read it, a code; "" for a person's mail. answerable: whether
    an automatic receipt may go back.
    """

    message_id: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    references: tuple[str, ...]
    text: str
    parts: tuple[Part, ...]
    ignore: str
    answerable: bool


def read_mail(raw: bytes) -> Mail:
    """Read a mail.

    Raises:
        Unreadable: it has no sender's address.
    """
    message = message_from_bytes(raw, policy=policy.default)
    headers = _Headers(message)
    senders = headers.addresses("from") or headers.addresses("sender")
    if not senders:
        raise Unreadable("no sender")
    name, address = senders[0]
    text, parts = _contents(message)
    subject = " ".join(headers.text("subject").split())[:LONGEST_SUBJECT]
    ignore = _why_ignored(message, headers, address, subject)
    return Mail(
        message_id=_message_id(headers.raw("message-id"), raw),
        sender=address,
        sender_name=name[:100],
        recipients=tuple(dict.fromkeys(one for _, one in headers.addresses("to") + headers.addresses("cc"))),
        subject=subject,
        sent_at=_date(headers.raw("date")),
        references=_references(headers),
        text=text,
        parts=tuple(parts),
        ignore=ignore,
        answerable=not ignore and not _quiet(headers, address),
    )


class _Headers:
    """Headers as they were sent, decoded by hand: the library gives up where real mail is only a little wrong."""

    def __init__(self, message: Message) -> None:
        self._items: dict[str, list[str]] = {}
        for key, value in message.raw_items():
            self._items.setdefault(key.lower(), []).append(str(value))

    def raw(self, name: str) -> str:
        """The first header of that name on one line; "" without one."""
        return " ".join(self._items.get(name, [""])[0].split())

    def has(self, name: str) -> bool:
        return name in self._items

    def text(self, name: str) -> str:
        return decoded(self.raw(name))

    def addresses(self, name: str) -> list[tuple[str, str]]:
        """(name, address in small letters) of all headers of that name."""
        # Taken apart before decoding: a decoded name may have commas.
        lines = [_from_surrogates(" ".join(line.split())) for line in self._items.get(name, [])]
        found = getaddresses(lines)
        return [
            (" ".join(decoded(one).split()), address.strip().lower()[:LONGEST_ADDRESS])
            for one, address in found
            if re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+", address.strip())
        ]


def decoded(header: str) -> str:
    """A header's text: encoded words in any charset, also cut inside of a character, and raw bytes."""
    plain = _from_surrogates(header)
    if "=?" not in plain:
        return _clean(plain)
    try:
        # Neighbours in one charset are put together as bytes: programs cut between the two of a GBK character.
        pieces = decode_header(plain)
    except (HeaderParseError, ValueError):
        return _clean(plain)
    return _clean(
        "".join(
            piece if isinstance(piece, str) else _text_of(piece, charset or "ascii") for piece, charset in pieces
        )
    )  # fmt: skip


def _from_surrogates(text: str) -> str:
    """Bytes beyond ASCII that stood in a header unencoded."""
    if text.isascii():
        return text
    return _text_of(text.encode("utf-8", "surrogateescape"), "")


def _text_of(content: bytes, charset: str) -> str:
    """Text in the declared charset; if that fits badly, in whichever of the usual ones fits."""
    name = charset.strip().strip("\"'").lower()
    for one in (_WHOLE.get(name, name), "utf-8", "gb18030"):
        if one:
            try:
                return content.decode(one)
            except (UnicodeDecodeError, LookupError):
                continue
    return content.decode("utf-8", "replace")


def _clean(text: str) -> str:
    """Without what no database and no page takes."""
    return re.sub(
        r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", "", text.replace("\r\n", "\n").replace("\r", "\n")
    )


def _message_id(header: str, raw: bytes) -> str:
    found = re.search(r"<[^<>\s]{1,250}>", header)
    return found[0] if found else f"<sha256.{hashlib.sha256(raw).hexdigest()}@none>"


def _references(headers: _Headers) -> tuple[str, ...]:
    said = re.findall(r"<[^<>\s]{1,250}>", headers.raw("references"))[-MOST_REFERENCES:]
    answered = re.findall(r"<[^<>\s]{1,250}>", headers.raw("in-reply-to"))[:1]
    return tuple(dict.fromkeys([*answered, *reversed(said)]))


def _date(header: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    try:
        return at.astimezone(UTC) if 1990 <= at.year <= 2199 else None
    except OverflowError:
        return None


# --- contents ------------------------------------------------------------------------------------


def _contents(message: EmailMessage | Message) -> tuple[str, list[Part]]:
    plain: list[str] = []
    html: list[str] = []
    parts: list[Part] = []
    for number, part in enumerate(_leaves(message)):
        if number >= MOST_PARTS:
            break
        kind = part.get_content_type()
        name = _file_name(part)
        attached = part.get_content_disposition() == "attachment" or bool(name)
        if not attached and kind in ("text/plain", "text/html"):
            said = _clean(_text_of(_payload(part), str(part.get_param("charset", "") or "")))
            (plain if kind == "text/plain" else html).append(said)
        elif kind not in ("message/delivery-status", "message/disposition-notification"):
            content = part.as_bytes() if kind == "message/rfc822" else _payload(part)
            inline = part.get_content_disposition() == "inline" or bool(part.get("content-id"))
            if content:
                parts.append(Part(name or _made_name(kind, number), content, inline))
    text = "\n".join(one.strip() for one in plain if one.strip())
    if not text:
        text = "\n".join(html_text(one) for one in html)
    return text.strip()[:LONGEST_TEXT], parts


def _leaves(message: Message) -> Iterator[Message]:
    """Parts without parts; an attached mail is one of them."""
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part)


def _payload(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, HeaderParseError, AttributeError, IndexError):
        name = ""
    return " ".join(decoded(str(name)).split())


def _made_name(kind: str, number: int) -> str:
    endings = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf", "message/rfc822": "eml"}
    return f"{number}.{endings.get(kind, kind.partition('/')[2][:8] or 'bin')}"


class _Text(HTMLParser):
    """The words of an HTML page with its line breaks."""

    _BREAKS = frozenset(
        {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr"}
    )
    _SILENT = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's signature
        if tag in self._SILENT:
            self._silent += 1
        elif tag in self._BREAKS:
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in self._BREAKS and tag != "br":
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(re.sub(r"\s+", " ", data))


def html_text(html: str) -> str:
    """The text of an HTML mail."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


# Where the quoted mail begins, in the words of the usual programs.
_QUOTED = re.compile(
    r"^\s*(?:-{2,}\s*(?:原始邮件|回复的原邮件|转发邮件信息|Original Message|Forwarded message|原邮件)\s*-{2,}"
    r"|_{10,}"
    r"|(?:发件人|寄件者|From)\s*[:：].{3,}"
    r"|(?:在|于).{4,60}写道\s*[:：]"
    r"|\d{4}年\d{1,2}月\d{1,2}日.{0,80}写道\s*[:：]"
    r"|On .{6,120} wrote:)\s*$",
    re.I,
)


def fresh(text: str) -> str:
    """What is new in an answer: without the mail it quotes. All of it if nothing else is there."""
    kept: list[str] = []
    for line in text.split("\n"):
        if _QUOTED.match(line):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip() or text


# --- who needs no answer -------------------------------------------------------------------------

_AUTO_SUBJECT = re.compile(
    r"^\s*(?:\[?(?:自动回复|自動回覆|Automatic reply|Auto(?:matic)?[- ]?reply|Autoreply|Out of (?:the )?office)\b\]?"
    r"|(?:自动回复|自動回覆))",
    re.I,
)
_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon")


def _why_ignored(message: Message, headers: _Headers, sender: str, subject: str) -> str:
    """A code, see `channels.words.IGNORED`; "" for a mail that somebody wrote to us (RFC 3834)."""
    report = str(message.get_param("report-type", "") or "").lower()
    if message.get_content_type() == "multipart/report":
        return "receipt" if report == "disposition-notification" else "bounce"
    if headers.raw("return-path") == "<>" or sender.partition("@")[0] in _DAEMONS:
        return "bounce"
    auto = headers.raw("auto-submitted").partition(";")[0].strip().lower()
    if auto and auto != "no":
        return "auto_reply" if auto.startswith("auto-replied") else "automatic"
    if any(
        headers.has(name) for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-autogenerated")
    ):
        return "auto_reply"
    if headers.raw("precedence").lower() == "auto_reply" or _AUTO_SUBJECT.match(subject):
        return "auto_reply"
    if headers.raw("precedence").lower() in ("bulk", "junk", "list"):
        return "bulk"
    if any(headers.has(name) for name in ("list-id", "list-post", "list-unsubscribe", "x-mailing-list")):
        return "bulk"
    return ""


def _quiet(headers: _Headers, sender: str) -> bool:
    """Whether the sender takes no automatic answers, or nobody reads them there."""
    wish = headers.raw("x-auto-response-suppress").lower()
    return any(word in wish for word in ("all", "oof", "autoreply")) or bool(_NOBODY.match(sender))


_NOBODY = re.compile(r"(?:no|do[-_.]?not)[-_.]?reply|noreply|notifications?@", re.I)
_ANSWER = re.compile(
    r"^\s*(?:(?:re|fw|fwd|aw|回复|答复|转发|回覆|轉寄)\s*(?:\[\d+\])?\s*[:：]|\[FW\d{7,9}\])\s*", re.I
)


def bare_subject(subject: str) -> str:
    """A subject without "Re:", "转发：" and our own number."""
    before = None
    while before != subject:
        before, subject = subject, _ANSWER.sub("", subject)
    return subject.strip()


def case_numbers(subject: str) -> tuple[int, ...]:
    """Cases that a subject names, as our own mails do: [FW0000123]."""
    return tuple(dict.fromkeys(int(number) for number in re.findall(r"\[?FW(\d{7,9})\b\]?", subject)))

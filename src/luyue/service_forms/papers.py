"""A form on paper: the sheet that PDF and Word are made of, and the placeholders of Word templates.

All facts come from `service_forms.content` in one wording, so that both files say the same.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import prod
from struct import unpack
from typing import Any

from luyue.contracts.queries import ZONE
from luyue.documents import pdf, sheets, word
from luyue.documents import qr as qr_codes
from luyue.documents.sheets import Field, Fields, Firm, Sheet, Table
from luyue.domain.service_forms import content
from luyue.domain.service_forms.content import Language
from luyue.domain.service_forms.kinds import KINDS, Both, Kind, Part, Signer
from luyue.files import content as files
from luyue.service_forms import queries
from luyue.service_forms.models import ServiceForm, Signature
from luyue.service_forms.tokens import address_of

LABELS: Mapping[str, Both] = {
    "number": ("编号", "Number"),
    "version": ("版本", "Version"),
    "issued_at": ("开具时间", "Issued at"),
    "issued_by": ("开具人", "Issued by"),
    "digest": ("内容摘要 SHA-256", "Content SHA-256"),
    "verify": ("扫码核验", "Scan to verify"),
    "draft": ("草稿", "Draft"),
    "replaced": ("已被更正", "Superseded"),
    "nothing": ("无", "None"),
    "on_paper": ("纸质签字，见扫描件", "Signed on paper, see the scan"),
    "bound": ("签于内容 {digest}", "Signed on content {digest}"),
    "bound_elsewhere": ("签于{about}，内容 {digest}", "Signed on {about}, content {digest}"),
    "refused": ("拒签：{reason}", "Refused: {reason}"),
    "correction": ("更正原因", "Reason for correction"),
}
SIGNED: Mapping[str, Both] = {
    "signature": ("签名", "signature"),
    "name": ("姓名", "name"),
    "time": ("时间", "time"),
    "note": ("备注", "note"),
}
SIGNATURE_WIDTH = 40  # millimetres in Word
LARGEST_PICTURE, MOST_PIXELS = 3 * 1024 * 1024, 25_000_000  # bytes; a few bytes can unpack to gigabytes


def label(name: str, language: Language) -> str:
    """A word of the forms themselves in a language."""
    return LABELS[name][language == "en"]


def pdf_of(form: ServiceForm, language: Language) -> bytes:
    """The form as PDF/A. Made anew each time: the same form gives the same bytes."""
    return pdf.sheet(sheet_of(form, language))


def word_of(form: ServiceForm, language: Language) -> bytes:
    """The form as Word, from the firm's template if it has one.

    Raises:
        word.BadTemplate: the firm's template cannot be used any more.
    """
    own = queries.own_template(form.kind, language)
    return word.render(own or default_template(form.kind, language), placeholders(form, language))


@lru_cache(maxsize=8)
def can_show(picture: bytes) -> bool:
    """Whether a PNG or JPEG is whole and of a sane size, so that papers with it can be made."""
    if len(picture) > LARGEST_PICTURE:
        return False
    if picture.startswith(b"\x89PNG") and prod(unpack(">II", picture[16:24].ljust(8, b"\0"))) > MOST_PIXELS:
        return False
    try:
        pdf.sheet(Sheet("", [sheets.Picture(picture)]))
        word.sheet(Sheet("", [sheets.Picture(picture)]))
    except (pdf.DocumentError, ValueError, KeyError, OSError):
        return False
    return True


def firm(heading: Mapping[str, Any] | None = None) -> Firm:
    """The firm's heading on a paper: the one it was issued with, else that of today."""
    told = heading or queries.heading()
    return Firm(told["name"], told["lines"], files.read(told["logo"]) if told["logo"] else b"")


def sheet_of(form: ServiceForm, language: Language) -> Sheet:
    """The form as a sheet, with the signatures it has."""
    kind = form.of_kind
    stamp = "draft" if form.is_draft else "replaced" if form.replaced_at else ""
    blocks = [block for part in kind.parts for block in _blocks(part, form.facts, language)]
    return Sheet(
        title=kind.title[language == "en"],
        language=language,
        firm=firm(form.heading),
        marks=[(label(name, language), text) for name, text in _marks(form).items() if text],
        qr="" if form.is_draft else address_of(form.pk),
        qr_note=label("verify", language),
        foot=f"{label('digest', language)} {content.grouped(form.digest)}" if form.digest else "",
        stamp=label(stamp, language) if stamp else "",
        dated=form.issued_at or form.made_at,
        blocks=[*blocks, sheets.Signatures([_signature(form, *one, language) for one in signed(form)])],
    )


def placeholders(form: ServiceForm, language: Language) -> dict[str, Any]:
    """What a Word template may print of the form."""
    sheet = sheet_of(form, language)
    return _filled(form.of_kind, sheet, form, language)


def _filled(kind: Kind, sheet: Sheet, form: ServiceForm, language: Language) -> dict[str, Any]:
    told: dict[str, Any] = {
        "title": sheet.title,
        "firm": sheet.firm.name,
        "firm_lines": "\n".join(sheet.firm.lines),
        "firm_logo": word.Picture(sheet.firm.logo, 20),
        "foot": sheet.foot,
        "stamp": sheet.stamp,
        "qr": word.Picture(qr_codes.png(sheet.qr) if sheet.qr else b"", 24),
        "qr_note": sheet.qr_note if sheet.qr else "",
        "digest": form.digest,
        **dict.fromkeys(("number", "version", "issued_at", "issued_by", "correction"), ""),
        **_marks(form),
    }
    for item in kind.items:
        value = form.facts.get(item.key)
        if item.what == "table":
            told[item.key] = content.rows_in_words(item, value, language, ZONE)
        else:
            told[item.key] = content.in_words(item, value, language, ZONE)
    for signer, signature in signed(form):
        shown = _signature(form, signer, signature, language)
        told |= {
            f"{signer.key}_signature": word.Picture(shown.picture, SIGNATURE_WIDTH),
            f"{signer.key}_name": shown.name,
            f"{signer.key}_time": shown.at,
            f"{signer.key}_note": shown.note,
        }
    return told


def _marks(form: ServiceForm) -> dict[str, str]:
    at = content.moment_in_words(int(form.issued_at.timestamp()), ZONE) if form.issued_at else ""
    return {
        "number": form.number,
        "version": str(form.version),
        "issued_at": at,
        "issued_by": form.issued_name,
        "correction": form.reason,
    }


def _blocks(part: Part, facts: Mapping[str, Any], language: Language) -> Iterable[sheets.Block]:
    title, english = part.title[language == "en"], language == "en"
    flat = [item for item in part.items if item.what != "table"]
    if flat:
        yield Fields(
            title,
            [
                Field(
                    item.label[english],
                    content.in_words(item, facts.get(item.key), language, ZONE),
                    item.wide,
                )
                for item in flat
            ],
        )
    for item in part.items:
        if item.what == "table":
            rows = content.rows_in_words(item, facts.get(item.key), language, ZONE)
            columns = item.columns or {}
            yield Table(
                "" if flat else title,
                [words[english] for words in columns.values()],
                [list(row.values()) for row in rows],
                widths=[WIDTHS.get(column, 4) for column in columns],
                empty=label("nothing", language),
            )


WIDTHS: Mapping[str, int] = {
    "at": 5, "due": 5, "what": 4, "who": 3, "note": 10, "promise": 10, "result": 3, "name": 6, "kind": 3, "digest": 6,
    "quantity": 2,
}  # fmt: skip


def signed(form: ServiceForm) -> list[tuple[Signer, Signature | None]]:
    """Each signer of the kind with his signature, or none yet."""
    there = {one.signer: one for one in form.signatures.all()} if form.pk else {}
    return [(signer, there.get(signer.key)) for signer in form.of_kind.signers]


def _signature(
    form: ServiceForm, signer: Signer, of: Signature | None, language: Language
) -> sheets.Signature:
    title = signer.label[language == "en"]
    if of is None:
        refused = form.refused_at is not None and signer.decides
        at = (
            content.moment_in_words(int(form.refused_at.timestamp()), ZONE)
            if refused and form.refused_at
            else ""
        )
        note = label("refused", language).format(reason=form.refusal or "–") if refused else ""
        return sheets.Signature(title, at=at, note=note)
    at = content.moment_in_words(int(of.signed_at.timestamp()), ZONE)
    if of.paper:
        return sheets.Signature(title, of.name, at, note=label("on_paper", language))
    bound = label("bound_elsewhere" if of.about else "bound", language).format(
        digest=content.grouped(of.digest), about=of.about
    )
    return sheets.Signature(title, of.name, at, files.read(of.file.digest), bound)


@lru_cache(maxsize=32)
def default_template(kind: str, language: Language) -> bytes:
    """Luyue's own Word template of a kind: the sheet with placeholders in place of facts."""
    of, english = KINDS[kind], language == "en"
    blocks: list[sheets.Block] = []
    for part in of.parts:
        title = part.title[english]
        flat = [item for item in part.items if item.what != "table"]
        if flat:
            values = [Field(item.label[english], _hole(item.key), item.wide) for item in flat]
            blocks.append(Fields(title, values))
        for item in part.items:
            if item.what == "table":
                blocks.append(_table_of_holes(item.key, "" if flat else title, item.columns or {}, english))
    signatures = [
        sheets.Signature(
            signer.label[english], _hole(f"{signer.key}_name"), _hole(f"{signer.key}_time"),
            note=_hole(f"{signer.key}_signature") + _hole(f"{signer.key}_note"),
        )
        for signer in of.signers
    ]  # fmt: skip
    return word.sheet(
        Sheet(
            title=of.title[english],
            language=language,
            firm=Firm(_hole("firm"), [_hole("firm_lines")]),
            marks=[
                (label("number", language), _hole("number")),
                (label("version", language), _hole("version")),
                (label("issued_at", language), _hole("issued_at")),
                (label("issued_by", language), _hole("issued_by")),
                ("", _hole("correction")),
            ],
            qr=_hole("qr"),
            qr_note=_hole("qr_note"),
            foot=_hole("foot"),
            stamp=_hole("stamp"),
            blocks=[*blocks, sheets.Signatures(signatures)],
        )
    )


def _hole(name: str) -> str:
    return "{{ " + name + " }}"


def _table_of_holes(name: str, title: str, columns: Mapping[str, Both], english: bool) -> Table:
    blank = [""] * (len(columns) - 1)
    rows = [
        ["{%tr for row in " + name + " %}", *blank],
        [_hole(f"row.{column}") for column in columns],
        ["{%tr endfor %}", *blank],
    ]
    return Table(
        title,
        [words[english] for words in columns.values()],
        rows,
        widths=[WIDTHS.get(column, 4) for column in columns],
    )


def known_names(kind: Kind, language: Language) -> list[tuple[str, str]]:
    """Every placeholder of a kind with what it stands for, as the page of templates lists them."""
    english = language == "en"
    own = [
        ("title", kind.title[english]),
        *(
            (name, label(name, language))
            for name in ("number", "version", "issued_at", "issued_by", "digest")
        ),
        ("correction", label("correction", language)),
        ("qr", label("verify", language)),
    ]
    facts = [(item.key, item.label[english]) for item in kind.items if item.what != "table"]
    tables = [
        (f"{item.key}: row.{column}", f"{item.label[english]} · {words[english]}")
        for item in kind.items
        if item.what == "table"
        for column, words in (item.columns or {}).items()
    ]
    signed = [
        (f"{signer.key}_{name}", f"{signer.label[english]} · {what[english]}")
        for signer in kind.signers
        for name, what in SIGNED.items()
    ]
    return [*own, *facts, *tables, *signed]


def sample(kind: Kind, language: Language) -> dict[str, Any]:
    """Something for every placeholder of a kind, to try a template with."""
    form = ServiceForm(kind=kind.key, number="X-1", version=1, digest="0" * 64, facts={}, heading=_NO_HEADING)
    told = _filled(kind, Sheet(kind.title[0], [], language), form, language)
    for item in kind.items:
        told[item.key] = [dict.fromkeys(item.columns or {}, "x")] if item.what == "table" else "x"
    return told


_NO_HEADING = {"name": "", "lines": [], "logo": ""}

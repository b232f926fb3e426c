"""How the firm's forms look: its own Word templates and its heading."""

from datetime import datetime

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.documents import word
from luyue.domain.refusals import BadInput
from luyue.files import content as files
from luyue.service_forms import papers, words
from luyue.service_forms.actions import common
from luyue.service_forms.models import Letterhead, Template

LANGUAGES = ("zh", "en")


@transaction.atomic
def set_template(
    kind: str, language: str, file: bytes, name: str, *, actor: Person | None, now: datetime
) -> Template:
    """Take the firm's own Word template for a kind and language, after a trial rendering.

    Raises:
        NotAllowed. BadInput: no such kind; no Word file, macros, a placeholder that cannot be read or is unknown.
    """
    require(actor, "manage_form_templates")
    of_kind = common.known_kind(kind)
    if language not in LANGUAGES:
        raise BadInput(field="language")
    try:
        # One of LANGUAGES, as was looked at above.
        unknown = word.unknown_names(file, papers.sample(of_kind, language))  # type: ignore[arg-type]
    except word.BadTemplate as error:
        raise words.template_refusal(error) from error
    if unknown:
        raise BadInput(field="file", problem="unknown_placeholder", names=", ".join(unknown[:20])[:300])
    digest = files.keep(file)
    own, _made = Template.objects.update_or_create(
        kind=kind, language=language,
        defaults={
            "name": files.plain_name(name), "digest": digest, "uploaded_name": actor.name if actor else "",
            "uploaded_at": now,
        },
    )  # fmt: skip
    _record(own, actor, now, digest)
    return own


@transaction.atomic
def reset_template(kind: str, language: str, *, actor: Person | None, now: datetime) -> None:
    """Go back to Luyue's own template. Nothing happens when it is in use already."""
    require(actor, "manage_form_templates")
    own = Template.objects.select_for_update().filter(kind=kind, language=language).first()
    if own is None:
        return
    own_id, own.digest = own.pk, ""
    own.delete()
    own.pk = own_id
    _record(own, actor, now, "")


@transaction.atomic
def set_letterhead(
    *, name: str, lines: str, actor: Person | None, now: datetime, logo: bytes | None = None
) -> Letterhead:
    """The firm's heading on papers issued from now on. logo: PNG or JPEG; None keeps it, b"" removes it.

    Raises:
        NotAllowed. BadInput: the logo is no picture that papers can show.
    """
    require(actor, "manage_form_templates")
    if len(lines) > 400:
        raise BadInput(field="lines", problem="too_long", limit=400)
    own = Letterhead.objects.select_for_update().filter(pk=1).first() or Letterhead(pk=1)
    own.name, own.lines = name.strip()[:150], lines.strip()
    if logo is not None:
        own.logo = files.keep(common.picture(logo, "logo")) if logo else ""
    own.save()
    ledger.record(
        "letterhead.changed", contract_id=None, subject=("letterhead", 1), actor=actor, at=now, now=now,
        data={"name": own.name, "lines": own.lines, "logo": own.logo},
    )  # fmt: skip
    return own


def _record(own: Template, actor: Person | None, now: datetime, digest: str) -> None:
    ledger.record(
        "form_template.changed", contract_id=None, subject=("form_template", own.pk), actor=actor, at=now, now=now,
        data={"kind": own.kind, "language": own.language, "name": own.name, "digest": digest},
    )  # fmt: skip

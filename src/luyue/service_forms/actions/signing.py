"""Signatures on forms: given, or refused with a reason."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed, NotFound, StaleVersion
from luyue.files import actions as file_actions
from luyue.files.models import Attachment
from luyue.service_forms import queries
from luyue.service_forms.actions import common
from luyue.service_forms.models import ServiceForm, Signature, State

LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A signature, or the refusal of one, that was given on something else than the form: on a work order.

    about: what it was given on, as people call it. digest: SHA-256 of the content that was signed there. file: the
    picture or scan that is kept already and is not kept twice; None with a refusal without a scan.
    """

    about: str
    digest: str
    file: Attachment | None = None


@transaction.atomic
def sign_form(
    form_id: int,
    png: bytes | Elsewhere,
    name: str,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    signer: str = "",
    digest: str = "",
    position: tuple[float, float] | None = None,
    paper: bool = False,
    file_name: str = "",
) -> ServiceForm:
    """Put a signature on a form: on an issued one, bound to the hash of its content, or one given `Elsewhere`.

    The latter also goes on a draft, which is then issued as signed: it stands for what was signed there.

    Args:
        png: the picture from the glass, or with `paper` the scan of the sheet signed on paper (any kind of file).
        name: who signed, as he says; not empty.
        signer: one of the kind's signers; "" is the one whose signature decides.
        digest: the content that he saw; another one than the form's is refused.
    Raises:
        NotFound, NotAllowed. BadInput. IllegalMove: not issued, replaced, or signed by him already.
        StaleVersion: what he saw is not what would be signed.
    """
    elsewhere = png if isinstance(png, Elsewhere) else None
    form = _signable(form_id, actor, "sign", elsewhere)
    signs = form.of_kind.signer(signer) if signer else form.of_kind.deciding
    if signs is None:
        raise BadInput(field="signer")
    if actor is not None and actor.role == "customer" and signs.key != "customer":
        raise NotAllowed(act="sign_form")
    if not name.strip():
        raise BadInput(field="name", problem="missing")
    if digest and digest != form.digest:
        raise StaleVersion(subject="form", number=form.number)
    if form.signatures.filter(signer=signs.key).exists():
        raise IllegalMove(subject="form", state="signed", act="sign")
    kept = (
        elsewhere.file
        if elsewhere
        else _attach(form, png, file_name or f"{form.number}-{signs.key}", paper, actor, at, now, position)
    )
    if kept is None:
        raise BadInput(field="signature", problem="missing")
    Signature.objects.create(
        form=form, contract_id=form.contract_id, signer=signs.key, name=name.strip()[:60], file=kept, paper=paper,
        digest=elsewhere.digest if elsewhere else form.digest, about=elsewhere.about if elsewhere else "",
        signed_at=at, recorded_at=now, recorded_name=actor.name if actor else "",
    )  # fmt: skip
    if signs.decides and not form.is_draft:
        form.state = State.SIGNED
        form.save(update_fields=["state"])
    told = {"signer": signs.key, "name": name.strip()[:60], "file": kept.digest, "paper": paper}
    if elsewhere:
        told |= {"about": elsewhere.about, "signed_digest": elsewhere.digest}
    common.record("form.signed", form, actor, at, now, **told)
    return form


@transaction.atomic
def refuse_form(
    form_id: int,
    *,
    reason: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    scan: bytes | Elsewhere = b"",
    scan_name: str = "",
) -> ServiceForm:
    """The one whose signature decides does not sign, or is not there: with a reason, a scan, or both (L7).

    He may still sign later.

    Raises:
        NotFound, NotAllowed. BadInput: neither reason nor scan. IllegalMove: not issued, replaced, or signed already.
    """
    elsewhere = scan if isinstance(scan, Elsewhere) else None
    form = _signable(form_id, actor, "refuse", elsewhere)
    if not reason.strip() and not scan:
        raise BadInput(field="reason", problem="reason_or_scan")
    if form.state == State.SIGNED:
        raise IllegalMove(subject="form", state=form.state, act="refuse")
    if len(reason) > LONGEST_REASON:
        raise BadInput(field="reason", problem="too_long", limit=LONGEST_REASON)
    told = {"reason": reason.strip()}
    if elsewhere:
        kept = elsewhere.file
        told["about"] = elsewhere.about
    else:
        kept = _attach(form, scan, scan_name or f"{form.number}-scan", True, actor, at, now) if scan else None
    if kept is not None:
        told["file"] = kept.digest
    if not form.is_draft:
        form.state = State.REFUSED
    form.refused_at, form.refusal, form.refusal_scan = at, reason.strip(), kept
    form.save(update_fields=["state", "refused_at", "refusal", "refusal_scan"])
    common.record("form.refused", form, actor, at, now, **told)
    return form


def _signable(form_id: int, actor: Person | None, act: str, elsewhere: Elsewhere | None) -> ServiceForm:
    if elsewhere is None:
        return common.issued(form_id, actor, "sign_form", act)
    require(actor, "sign_form")
    form = queries.locked_form(form_id)
    if form.replaced_at is not None:
        raise IllegalMove(subject="form", state=form.shown_state, act=act)
    if elsewhere.file is not None and elsewhere.file.contract_id != form.contract_id:
        raise NotFound(subject="file")
    return form


def _attach(
    form: ServiceForm,
    content: bytes | Elsewhere,
    name: str,
    paper: bool,
    actor: Person | None,
    at: datetime,
    now: datetime,
    position: tuple[float, float] | None = None,
) -> Attachment:
    assert isinstance(content, bytes)
    if not paper:
        common.picture(content, "signature")
    return file_actions.attach(
        content, name=name if paper else f"{name}.png", kind="paper" if paper else "signature",
        subject=("form", form.pk), contract_id=form.contract_id, actor=actor, now=now, taken_at=at, position=position,
    )  # fmt: skip

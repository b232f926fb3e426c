"""Acts on service forms. Each is one transaction and one ledger event.

`at` is when it happened, `now` when it was entered; both aware.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from luyue import ledger
from luyue.accounts.models import Person
from luyue.contracts.queries import local_day
from luyue.desk import actions as desk_actions
from luyue.desk import queries as desk
from luyue.documents import word
from luyue.domain.cases import state_after
from luyue.domain.refusals import BadInput, IllegalMove, NotAllowed, StaleVersion
from luyue.domain.service_forms import content
from luyue.domain.service_forms.kinds import KINDS, Kind
from luyue.files import actions as file_actions
from luyue.files import content as files
from luyue.files.models import Attachment
from luyue.service_forms import papers, queries, words
from luyue.service_forms.models import Counter, Letterhead, ServiceForm, Signature, State, Template

LONGEST_KEY, LONGEST_REASON = 120, 2000
LANGUAGES = ("zh", "en")


@transaction.atomic
def make_form(
    case_id: int,
    kind: str,
    extra: Mapping[str, Any] | None = None,
    *,
    actor: Person | None,
    now: datetime,
    idempotency_key: str = "",
) -> ServiceForm:
    """Draft a form from a case: what the case knows, and over it what `extra` says (item of the kind → value).

    The same idempotency key on the same contract gives the form that is there.

    Args:
        kind: one of `domain.service_forms.kinds.KINDS`; its items tell what `extra` may hold.
    Raises:
        NotFound: no such case in scope. NotAllowed. BadInput: no such kind or item, a value of another shape.
    """
    check_right(actor, "issue_form")
    of_kind = _kind(kind)
    case = desk.case(case_id)
    key = idempotency_key[:LONGEST_KEY]
    if key:
        desk.locked_case(case_id)  # of two that send the same, the second waits and finds it
        there = ServiceForm.objects.filter(contract_id=case.contract_id, idempotency_key=key).first()
        if there is not None:
            return there
    form = ServiceForm.objects.create(
        contract_id=case.contract_id, case=case, kind=kind, facts=_facts(of_kind, case, extra or {}),
        made_by=actor, made_name=actor.name if actor else "", made_at=now, idempotency_key=key,
    )  # fmt: skip
    _record("form.drafted", form, actor, now, now)
    return form


@transaction.atomic
def change_form(
    form_id: int, extra: Mapping[str, Any], *, actor: Person | None, now: datetime
) -> ServiceForm:
    """Change a draft: the case is looked at anew, then comes what `extra` says; the rest of what was said stays.

    Raises:
        NotFound, NotAllowed, BadInput. IllegalMove: it is no draft any more.
    """
    form = _draft(form_id, actor, "change")
    of_kind = form.of_kind
    typed = {item.key for item in of_kind.items if item.asked}
    kept = {key: value for key, value in form.facts.items() if key in typed and key not in extra}
    base = queries.gathered(of_kind, desk.case(form.case_id)) if form.case_id else dict(form.facts)
    base = {key: value for key, value in base.items() if key not in typed} | kept
    form.facts = _over(base, content.accepted(of_kind, extra))
    form.save(update_fields=["facts"])
    _record("form.changed", form, actor, now, now)
    return form


@transaction.atomic
def discard_form(form_id: int, *, actor: Person | None, now: datetime) -> None:
    """Delete a draft; it has no number yet, so none is lost.

    Raises:
        NotFound, NotAllowed. IllegalMove: it is no draft any more.
    """
    form = _draft(form_id, actor, "discard")
    _record("form.discarded", form, actor, now, now)
    form.delete()


@transaction.atomic
def issue_form(form_id: int, *, actor: Person | None, now: datetime) -> ServiceForm:
    """Issue a draft: it gets its number, and its content can change no more.

    Raises:
        NotFound, NotAllowed. IllegalMove: it is issued already. BadInput: an item is missing (field names it).
    """
    form = _draft(form_id, actor, "issue")
    wanting = content.lacking(form.of_kind, form.facts)
    if wanting:
        raise BadInput(field=wanting[0].key, problem="missing")
    if form.corrects_id:
        ServiceForm.objects.filter(pk=form.corrects_id).update(replaced_at=now)
    else:
        form.number = _next_number(form, now)
    form.state, form.issued_at, form.issued_name = State.ISSUED, now, actor.name if actor else ""
    form.heading = queries.heading()
    form.digest = content.digest(form.kind, number=form.number, version=form.version, facts=form.facts)
    form.save()
    _record("form.issued", form, actor, now, now)
    return form


@transaction.atomic
def hand_over_form(form_id: int, *, actor: Person | None, at: datetime, now: datetime) -> ServiceForm:
    """The customer has the form. A fault report that is handed over ends the case's limit for it.

    Raises:
        NotFound, NotAllowed. IllegalMove: it is a draft, replaced, or handed over already.
    """
    form = _issued(form_id, actor, "issue_form", "hand_over")
    if form.handed_over_at is not None:
        raise IllegalMove(subject="form", state=form.state, act="hand_over")
    form.handed_over_at = at
    form.save(update_fields=["handed_over_at"])
    _record("form.handed_over", form, actor, at, now)
    if form.kind == "fault" and form.case_id and _awaits_report(form.case_id):
        desk_actions.hand_over_report(form.case_id, actor=actor, at=at, now=now, note=form.number)
    return form


@transaction.atomic
def sign_form(
    form_id: int,
    png: bytes,
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
    """Put a signature on an issued form. It is bound to the hash of the content.

    Args:
        png: the picture from the glass, or with `paper` the scan of the sheet signed on paper (any kind of file).
        name: who signed, as he says; not empty.
        signer: one of the kind's signers; "" is the one whose signature decides.
        digest: the content that he saw; another one than the form's is refused.
    Raises:
        NotFound, NotAllowed. BadInput. IllegalMove: not issued, replaced, or signed by him already.
        StaleVersion: what he saw is not what would be signed.
    """
    form = _issued(form_id, actor, "sign_form", "sign")
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
    file = _attach(
        form,
        png,
        file_name or f"{form.number}-{signs.key}",
        "paper" if paper else "signature",
        actor,
        at,
        now,
        position,
    )
    Signature.objects.create(
        form=form, contract_id=form.contract_id, signer=signs.key, name=name.strip()[:60], file=file, paper=paper,
        digest=form.digest, signed_at=at, recorded_at=now, recorded_name=actor.name if actor else "",
    )  # fmt: skip
    if signs.decides:
        form.state = State.SIGNED
        form.save(update_fields=["state"])
    told = {"signer": signs.key, "name": name.strip()[:60], "file": file.digest, "paper": paper}
    _record("form.signed", form, actor, at, now, **told)
    return form


@transaction.atomic
def refuse_form(
    form_id: int,
    *,
    reason: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    scan: bytes = b"",
    scan_name: str = "",
) -> ServiceForm:
    """The one whose signature decides does not sign, or is not there: with a reason, a scan, or both (L7).

    He may still sign later.

    Raises:
        NotFound, NotAllowed. BadInput: neither reason nor scan. IllegalMove: not issued, replaced, or signed already.
    """
    form = _issued(form_id, actor, "sign_form", "refuse")
    if not reason.strip() and not scan:
        raise BadInput(field="reason", problem="reason_or_scan")
    if form.state == State.SIGNED:
        raise IllegalMove(subject="form", state=form.state, act="refuse")
    if len(reason) > LONGEST_REASON:
        raise BadInput(field="reason", problem="too_long", limit=LONGEST_REASON)
    told = {"reason": reason.strip()}
    if scan:
        told["file"] = _attach(
            form, scan, scan_name or f"{form.number}-scan", "paper", actor, at, now, None
        ).digest
    form.state, form.refused_at, form.refusal = State.REFUSED, at, reason.strip()
    form.save(update_fields=["state", "refused_at", "refusal"])
    _record("form.refused", form, actor, at, now, **told)
    return form


@transaction.atomic
def correct_form(form_id: int, *, reason: str, actor: Person | None, now: datetime) -> ServiceForm:
    """Draft the next version of an issued form. The old one counts until the new one is issued.

    Raises:
        NotFound, NotAllowed. BadInput: no reason. IllegalMove: a draft, or being corrected already.
    """
    form = _issued(form_id, actor, "issue_form", "correct")
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    if form.corrections.exists():
        raise IllegalMove(subject="form", state=form.state, act="correct")
    draft = ServiceForm.objects.create(
        contract_id=form.contract_id, case_id=form.case_id, kind=form.kind, number=form.number,
        version=form.version + 1, corrects=form, reason=reason.strip()[:200], facts=form.facts, made_by=actor,
        made_name=actor.name if actor else "", made_at=now,
    )  # fmt: skip
    _record("form.drafted", draft, actor, now, now, corrects=form.pk, reason=draft.reason)
    return draft


@transaction.atomic
def set_template(
    kind: str, language: str, file: bytes, name: str, *, actor: Person | None, now: datetime
) -> Template:
    """Take the firm's own Word template for a kind and language, after a trial rendering.

    Raises:
        NotAllowed. BadInput: no such kind; no Word file, macros, a placeholder that cannot be read or is unknown.
    """
    check_right(actor, "manage_form_templates")
    of_kind = _kind(kind)
    if language not in LANGUAGES:
        raise BadInput(field="language")
    try:
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
    _record_template(own, actor, now, digest)
    return own


@transaction.atomic
def reset_template(kind: str, language: str, *, actor: Person | None, now: datetime) -> None:
    """Go back to Luyue's own template. Nothing happens when it is in use already."""
    check_right(actor, "manage_form_templates")
    own = Template.objects.select_for_update().filter(kind=kind, language=language).first()
    if own is None:
        return
    own_id, own.digest = own.pk, ""
    own.delete()
    own.pk = own_id
    _record_template(own, actor, now, "")


@transaction.atomic
def set_letterhead(
    *, name: str, lines: str, actor: Person | None, now: datetime, logo: bytes | None = None
) -> Letterhead:
    """The firm's heading on papers issued from now on. logo: PNG or JPEG; None keeps it, b"" removes it.

    Raises:
        NotAllowed. BadInput: the logo is no picture that papers can show.
    """
    check_right(actor, "manage_form_templates")
    if len(lines) > 400:
        raise BadInput(field="lines", problem="too_long", limit=400)
    own = Letterhead.objects.select_for_update().filter(pk=1).first() or Letterhead(pk=1)
    own.name, own.lines = name.strip()[:150], lines.strip()
    if logo is not None:
        own.logo = files.keep(_picture(logo, "logo")) if logo else ""
    own.save()
    ledger.record(
        "letterhead.changed", contract_id=None, subject=("letterhead", 1), actor=actor, at=now, now=now,
        data={"name": own.name, "lines": own.lines, "logo": own.logo},
    )  # fmt: skip
    return own


def _facts(kind: Kind, case: Any, extra: Mapping[str, Any]) -> dict[str, Any]:
    return _over(queries.gathered(kind, case), content.accepted(kind, extra))


def _over(base: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**base, **said}.items() if value is not None}


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        raise BadInput(field="kind")
    return KINDS[kind]


def _draft(form_id: int, actor: Person | None, act: str) -> ServiceForm:
    check_right(actor, "issue_form")
    form = queries.locked_form(form_id)
    if not form.is_draft:
        raise IllegalMove(subject="form", state=form.state, act=act)
    return form


def _issued(form_id: int, actor: Person | None, right: str, act: str) -> ServiceForm:
    check_right(actor, right)
    form = queries.locked_form(form_id)
    if form.is_draft or form.replaced_at is not None:
        raise IllegalMove(subject="form", state=form.shown_state, act=act)
    return form


def _next_number(form: ServiceForm, now: datetime) -> str:
    """The next number of contract, kind and year: <contract>-<code>-<year>-<number>. Whoever comes second waits."""
    year = local_day(now).year
    key: dict[str, Any] = {"contract_id": form.contract_id, "kind": form.kind, "year": year}
    Counter.objects.get_or_create(**key)
    counter = Counter.objects.select_for_update().get(**key)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{form.contract.number}-{form.of_kind.code}-{year}-{counter.last:03d}"


def _awaits_report(case_id: int) -> bool:
    """Whether the report can still be handed over: solved, and not handed over since."""
    case = desk.case(case_id)
    if state_after(case.state, "hand_over_report") is None:
        return False
    done = False
    for event in desk.case_events(case_id):
        if event.kind in ("case.report_handed_over", "case.reopened"):
            done = event.kind == "case.report_handed_over"
    return not done


def _attach(
    form: ServiceForm,
    content_: bytes,
    name: str,
    kind: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
    position: tuple[float, float] | None,
) -> Attachment:
    if kind == "signature":
        _picture(content_, "signature")
    return file_actions.attach(
        content_, name=f"{name}.png" if kind == "signature" else name, kind=kind,
        subject=("form", form.pk), contract_id=form.contract_id, actor=actor, now=now, taken_at=at, position=position,
    )  # fmt: skip


def _picture(content_: bytes, field: str) -> bytes:
    """A picture that papers can show: PNG or JPEG, whole."""
    if files.media_type(content_, "") not in ("image/png", "image/jpeg") or not papers.can_show(content_):
        raise BadInput(field=field, problem="not_a_picture")
    return content_


def _record(
    event: str, form: ServiceForm, actor: Person | None, at: datetime, now: datetime, **more: object
) -> None:
    said = content.digest(form.kind, number=form.number, version=form.version, facts=form.facts)
    ledger.record(
        event, contract_id=form.contract_id, subject=("form", form.pk), actor=actor, at=at, now=now,
        data={
            "kind": form.kind, "number": form.number, "version": form.version, "case": form.case_id, "digest": said,
            **more,
        },
    )  # fmt: skip


def _record_template(own: Template, actor: Person | None, now: datetime, digest: str) -> None:
    ledger.record(
        "form_template.changed", contract_id=None, subject=("form_template", own.pk), actor=actor, at=now, now=now,
        data={"kind": own.kind, "language": own.language, "name": own.name, "digest": digest},
    )  # fmt: skip


def check_right(actor: Person | None, right: str) -> None:
    """Raises NotAllowed. None is Luyue itself."""
    if actor is not None and not actor.may(right):
        raise NotAllowed(act=right)

"""What the acts on service forms have in common: rights, the row under the lock, the record in the ledger."""

from datetime import datetime

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.domain.service_forms import content
from luyue.domain.service_forms.kinds import KINDS, Kind
from luyue.files import content as files
from luyue.service_forms import papers, queries
from luyue.service_forms.models import ServiceForm


def known_kind(kind: str) -> Kind:
    if kind not in KINDS:
        raise BadInput(field="kind")
    return KINDS[kind]


def draft(form_id: int, actor: Person | None, act: str) -> ServiceForm:
    require(actor, "issue_form")
    form = queries.locked_form(form_id)
    if not form.is_draft:
        raise IllegalMove(subject="form", state=form.state, act=act)
    return form


def issued(form_id: int, actor: Person | None, right: str, act: str) -> ServiceForm:
    require(actor, right)
    form = queries.locked_form(form_id)
    if form.is_draft or form.replaced_at is not None:
        raise IllegalMove(subject="form", state=form.shown_state, act=act)
    return form


def picture(content_: bytes, field: str) -> bytes:
    """A picture that papers can show: PNG or JPEG, whole."""
    if files.media_type(content_, "") not in ("image/png", "image/jpeg") or not papers.can_show(content_):
        raise BadInput(field=field, problem="not_a_picture")
    return content_


def record(
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

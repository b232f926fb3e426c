"""A form from draft to paper: made, changed, discarded, issued, handed over, corrected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.desk import actions as desk_actions
from luyue.desk import queries as desk
from luyue.domain.cases import state_after
from luyue.domain.refusals import BadInput, IllegalMove
from luyue.domain.service_forms import content
from luyue.domain.service_forms.kinds import Kind
from luyue.service_forms import queries
from luyue.service_forms.actions import common
from luyue.service_forms.actions.numbers import next_number
from luyue.service_forms.models import ServiceForm, State

LONGEST_KEY = 120


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work that a form reports on: a visit, a remote session.

    subject: in the ledger's words. facts: what it says for the items of the form; None: it says that there is nothing,
    whatever the case says.
    """

    subject: tuple[str, int]
    contract_id: int
    case_id: int | None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The idempotency key of its form: one for each piece of work."""
        return f"{self.subject[0]}:{self.subject[1]}"


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
    require(actor, "issue_form")
    of_kind = common.known_kind(kind)
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
    common.record("form.drafted", form, actor, now, now)
    return form


@transaction.atomic
def report_work(kind: str, work: Work, *, actor: Person | None, now: datetime) -> ServiceForm:
    """Draft the form of a piece of work; there is one for each. One that is a draft still looks at the work anew (F-5).

    Raises:
        NotFound: no such case in scope. NotAllowed. BadInput: a fact of another shape.
    """
    require(actor, "issue_form")
    of_kind = common.known_kind(kind)
    there = queries.locked_form_of(work.contract_id, work.key)
    if there is not None:
        return change_work(there.pk, work, actor=actor, now=now) if there.is_draft else there
    said = content.accepted(of_kind, work.facts)
    form = ServiceForm.objects.create(
        contract_id=work.contract_id, case_id=work.case_id, kind=kind, facts=_over(_gathered(of_kind, work), said),
        given=said, subject_kind=work.subject[0], subject_id=work.subject[1], made_by=actor,
        made_name=actor.name if actor else "", made_at=now, idempotency_key=work.key,
    )  # fmt: skip
    common.record("form.drafted", form, actor, now, now, subject=list(work.subject))
    return form


@transaction.atomic
def change_work(form_id: int, work: Work, *, actor: Person | None, now: datetime) -> ServiceForm:
    """Take into a draft what the work has told since. What somebody has typed into it stays.

    Raises:
        NotFound, NotAllowed, BadInput. IllegalMove: it is no draft any more.
    """
    form = common.draft(form_id, actor, "change")
    said = content.accepted(form.of_kind, work.facts)
    typed = {
        item.key: form.facts.get(item.key)
        for item in form.of_kind.items
        if item.asked and item.key in form.given and form.facts.get(item.key) != form.given[item.key]
    }
    # What the work says nothing of can only have been typed, or gathered from the case.
    rest = {key: value for key, value in form.facts.items() if key not in said}
    facts = _over(_over(_over(_gathered(form.of_kind, work), said), rest), typed)
    if facts != form.facts or said != form.given:
        form.facts, form.given = facts, said
        form.save(update_fields=["facts", "given"])
        common.record("form.changed", form, actor, now, now)
    return form


def _gathered(kind: Kind, work: Work) -> dict[str, Any]:
    return queries.gathered(kind, desk.case(work.case_id)) if work.case_id else {}


@transaction.atomic
def change_form(
    form_id: int, extra: Mapping[str, Any], *, actor: Person | None, now: datetime
) -> ServiceForm:
    """Change a draft: the case is looked at anew, then comes what `extra` says; the rest of what was said stays.

    Raises:
        NotFound, NotAllowed, BadInput. IllegalMove: it is no draft any more.
    """
    form = common.draft(form_id, actor, "change")
    of_kind = form.of_kind
    typed = {item.key for item in of_kind.items if item.asked}
    kept = {key: value for key, value in form.facts.items() if key in typed and key not in extra}
    base = queries.gathered(of_kind, desk.case(form.case_id)) if form.case_id else dict(form.facts)
    base = {key: value for key, value in _over(base, form.given).items() if key not in typed} | kept
    form.facts = _over(base, content.accepted(of_kind, extra))
    form.save(update_fields=["facts"])
    common.record("form.changed", form, actor, now, now)
    return form


@transaction.atomic
def discard_form(form_id: int, *, actor: Person | None, now: datetime) -> None:
    """Delete a draft; it has no number yet, so none is lost.

    Raises:
        NotFound, NotAllowed. IllegalMove: it is no draft any more.
    """
    form = common.draft(form_id, actor, "discard")
    common.record("form.discarded", form, actor, now, now)
    form.signatures.all().delete()  # given elsewhere, and kept there
    form.delete()


@transaction.atomic
def issue_form(form_id: int, *, actor: Person | None, now: datetime) -> ServiceForm:
    """Issue a draft: it gets its number, and its content can change no more.

    Raises:
        NotFound, NotAllowed. IllegalMove: it is issued already. BadInput: an item is missing (field names it).
    """
    form = common.draft(form_id, actor, "issue")
    wanting = content.lacking(form.of_kind, form.facts)
    if wanting:
        raise BadInput(field=wanting[0].key, problem="missing")
    if form.corrects_id:
        ServiceForm.objects.filter(pk=form.corrects_id).update(replaced_at=now)
    else:
        form.number = next_number(form.contract, form.kind, form.of_kind.code, now=now)
    form.state, form.issued_at, form.issued_name = _state_when_issued(form), now, actor.name if actor else ""
    form.heading = queries.heading()
    form.digest = content.digest(form.kind, number=form.number, version=form.version, facts=form.facts)
    form.save()
    common.record("form.issued", form, actor, now, now)
    return form


@transaction.atomic
def hand_over_form(form_id: int, *, actor: Person | None, at: datetime, now: datetime) -> ServiceForm:
    """The customer has the form. A fault report that is handed over ends the case's limit for it.

    Raises:
        NotFound, NotAllowed. IllegalMove: it is a draft, replaced, or handed over already.
    """
    form = common.issued(form_id, actor, "issue_form", "hand_over")
    if form.handed_over_at is not None:
        raise IllegalMove(subject="form", state=form.state, act="hand_over")
    form.handed_over_at = at
    form.save(update_fields=["handed_over_at"])
    common.record("form.handed_over", form, actor, at, now)
    if form.kind == "fault" and form.case_id and _awaits_report(form.case_id):
        desk_actions.hand_over_report(form.case_id, actor=actor, at=at, now=now, note=form.number)
    return form


@transaction.atomic
def correct_form(form_id: int, *, reason: str, actor: Person | None, now: datetime) -> ServiceForm:
    """Draft the next version of an issued form. The old one counts until the new one is issued.

    Raises:
        NotFound, NotAllowed. BadInput: no reason. IllegalMove: a draft, or being corrected already.
    """
    form = common.issued(form_id, actor, "issue_form", "correct")
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    if form.corrections.exists():
        raise IllegalMove(subject="form", state=form.state, act="correct")
    draft = ServiceForm.objects.create(
        contract_id=form.contract_id, case_id=form.case_id, kind=form.kind, number=form.number,
        version=form.version + 1, corrects=form, reason=reason.strip()[:200], facts=form.facts, given=form.given,
        subject_kind=form.subject_kind, subject_id=form.subject_id, made_by=actor,
        made_name=actor.name if actor else "", made_at=now,
    )  # fmt: skip
    common.record("form.drafted", draft, actor, now, now, corrects=form.pk, reason=draft.reason)
    return draft


def _facts(kind: Kind, case: Any, extra: Mapping[str, Any]) -> dict[str, Any]:
    return _over(queries.gathered(kind, case), content.accepted(kind, extra))


def _over(base: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**base, **said}.items() if value is not None}


def _state_when_issued(form: ServiceForm) -> State:
    """A draft may have the signature, or the refusal, that was given on the work itself."""
    if form.signatures.filter(signer=form.of_kind.deciding.key).exists():
        return State.SIGNED
    return State.REFUSED if form.refused_at is not None else State.ISSUED


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

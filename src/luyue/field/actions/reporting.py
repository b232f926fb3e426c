"""The report that comes out of an order: a service form with what the order tells and the signature it already has."""

from datetime import datetime

from django.db import transaction

from luyue.accounts.models import Person
from luyue.domain.refusals import IllegalMove, NotAllowed
from luyue.domain.service_forms import content
from luyue.field import queries, reports
from luyue.field.models import Confirmation, WorkOrder
from luyue.service_forms import actions as forms
from luyue.service_forms.actions import Elsewhere
from luyue.service_forms.actions.signing import LONGEST_REASON
from luyue.service_forms.models import ServiceForm

ADDED = "客户补签，补入当时的记录和意见"  # why an issued form gets another version


@transaction.atomic
def report_order(order_id: int, *, actor: Person | None, now: datetime) -> ServiceForm:
    """Make the report of an order that the customer has signed, or refused to sign. Done again, it changes nothing.

    What the order cannot tell leaves it a draft, to be filled in by hand; else it is issued. The signature on it is the
    order's own: the same file, bound to the content that was signed.

    Raises:
        NotFound. NotAllowed: not his order. IllegalMove: the customer has not said his word yet.
    Source: F-4, F-5, L7.
    """
    order = queries.locked_order(order_id)
    if actor is not None and not (
        actor.may("plan_work_order") or (actor.may("do_work_order") and queries.is_crew(order, actor))
    ):
        raise NotAllowed(act="issue_form")
    said = order.confirmations.select_related("file").order_by("id").last()
    if said is None or not reports.may_report(order):
        raise IllegalMove(subject="work_order", state=order.state, act="report")
    form = next(iter(reports.reports_of(order.pk, to=None)), None)
    if form is not None and _has_word(form, said):
        return form
    form = _with_facts(order, form, actor, now)
    form = _with_word(form, order, said, actor, now)
    if form.is_draft and not content.lacking(form.of_kind, form.facts):
        form = forms.issue_form(form.pk, actor=actor, now=now)
    return form


def _has_word(form: ServiceForm, said: Confirmation) -> bool:
    """Whether the customer's word is on the form already; a signature outweighs a refusal."""
    signed = form.signatures.filter(signer=form.of_kind.deciding.key).exists()
    return signed or (said.way == "refused" and form.refused_at is not None)


def _with_facts(
    order: WorkOrder, form: ServiceForm | None, actor: Person | None, now: datetime
) -> ServiceForm:
    """The form with what the order tells. Records that came after a refusal make another version of an issued one."""
    work = reports.work_of(order)
    if form is None:
        return forms.report_work(reports.KIND_OF_FORM[order.kind], work, actor=actor, now=now)
    if form.is_draft:
        return forms.change_work(form.pk, work, actor=actor, now=now)
    told = content.accepted(form.of_kind, work.facts)
    if all(form.given.get(key) == value for key, value in told.items()):
        return form
    draft = forms.correct_form(form.pk, reason=ADDED, actor=actor, now=now)
    return forms.change_work(draft.pk, work, actor=actor, now=now)


def _with_word(
    form: ServiceForm, order: WorkOrder, said: Confirmation, actor: Person | None, now: datetime
) -> ServiceForm:
    given = Elsewhere(about=order.number, digest=said.digest, file=said.file)
    if said.way == "refused":
        return forms.refuse_form(
            form.pk, reason=said.reason[:LONGEST_REASON], scan=given, actor=actor, at=said.at, now=now
        )
    return forms.sign_form(
        form.pk, given, said.name, paper=said.way == "paper", actor=actor, at=said.at, now=now
    )

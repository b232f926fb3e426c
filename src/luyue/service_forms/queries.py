"""Reads of service forms. The wall decides which rows there are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import translation

from luyue.accounts.models import Organisation, Person
from luyue.contracts.plans import running_plan
from luyue.desk import queries as desk
from luyue.desk.models import Case
from luyue.desk.words import severity_word
from luyue.domain.plan.model import Plan
from luyue.domain.refusals import NotFound
from luyue.domain.rights import allowed
from luyue.domain.service_forms import gathering
from luyue.domain.service_forms.gathering import Filed, Ground, Happened, Promised
from luyue.domain.service_forms.kinds import KINDS, Both, Kind
from luyue.files import content
from luyue.files import queries as files
from luyue.ledger.wall import Scope
from luyue.ledger.words import event_word
from luyue.service_forms.models import REPLACED, Letterhead, ServiceForm, Signature, State, Template
from luyue.service_forms.tokens import FORM, paper_of
from luyue.web import clockface
from luyue.web.prepared import prepared


def forms_for(person: Person | None) -> QuerySet[ServiceForm]:
    """Forms in scope; whoever may not make any sees none that are not issued yet."""
    return _forms(_sees_drafts(person))


def _sees_drafts(person: Person | None) -> bool:
    return person is None or allowed(person.role, "issue_form")


def _forms(drafts: bool) -> QuerySet[ServiceForm]:
    found = ServiceForm.objects.select_related("contract__customer", "case")
    return found if drafts else found.exclude(state=State.DRAFT)


def forms_of_case(case_id: int, *, to: Person | None) -> list[ServiceForm]:
    """A case's forms, the newest first."""
    return _of_case.rows(case_id, _sees_drafts(to))


@prepared
def _of_case(case_id: int, drafts: bool) -> QuerySet[ServiceForm]:
    return _forms(drafts).filter(case_id=case_id).order_by("-made_at", "-id")


def form(form_id: int, *, to: Person | None) -> ServiceForm:
    """One form with its signatures. Raises NotFound."""
    signed = Prefetch("signatures", Signature.objects.select_related("file"))
    found = forms_for(to).prefetch_related(signed).filter(pk=form_id).first()
    if found is None:
        raise NotFound(subject="form")
    return found


def locked_form(form_id: int) -> ServiceForm:
    """The same, locked against other acts until the transaction ends."""
    found = (
        ServiceForm.objects.select_for_update(of=("self",))
        .select_related("contract", "case")
        .filter(pk=form_id)
    ).first()
    if found is None:
        raise NotFound(subject="form")
    return found


def locked_form_of(contract_id: int, key: str) -> ServiceForm | None:
    """The form that was made under an idempotency key, locked; of two that ask at once, the second waits."""
    return (
        ServiceForm.objects.select_for_update(of=("self",))
        .select_related("contract", "case")
        .filter(contract_id=contract_id, idempotency_key=key)
        .first()
    )


def forms_of_work(subject: tuple[str, int], *, to: Person | None) -> list[ServiceForm]:
    """The forms that report on a piece of work, those that were corrected left out, the newest first."""
    return _of_work.rows(*subject, _sees_drafts(to))


@prepared
def _of_work(kind: str, subject_id: int, drafts: bool) -> QuerySet[ServiceForm]:
    found = _forms(drafts).filter(subject_kind=kind, subject_id=subject_id, replaced_at=None)
    return found.order_by("-version", "-id")


def versions_of(of: ServiceForm) -> QuerySet[ServiceForm]:
    """All versions of a form, the newest first."""
    if not of.number:
        return ServiceForm.objects.filter(pk=of.pk)
    return ServiceForm.objects.filter(contract_id=of.contract_id, number=of.number).order_by("-version")


def in_state(among: QuerySet[ServiceForm], states: Sequence[str]) -> QuerySet[ServiceForm]:
    """Those in one of these states as people see them: a form that was corrected is none of those it was before."""
    shown = Q(replaced_at=None, state__in=states)
    return among.filter(shown | Q(replaced_at__isnull=False) if REPLACED in states else shown)


def to_restock() -> QuerySet[ServiceForm]:
    """Restock requests that the store has not signed for."""
    return in_state(_forms(drafts=False).filter(kind="restock"), [State.ISSUED])


def find(among: QuerySet[ServiceForm], text: str) -> QuerySet[ServiceForm]:
    """Those with the text in their number, or in the title of their case."""
    return among.filter(Q(number__icontains=text) | Q(case__title__icontains=text))


def kinds_for(case: Case) -> list[Kind]:
    """All kinds of forms, those usual for such a case first."""
    return sorted(KINDS.values(), key=lambda kind: case.kind not in kind.cases)


def gathered(kind: Kind, case: Case) -> dict[str, Any]:
    """What a case says already for a form of a kind."""
    return gathering.gather(kind, ground_of(case))


def ground_of(case: Case) -> Ground:
    """A case in the terms of its forms: five queries."""
    plan = running_plan(case.plan_version_id).plan if case.plan_version_id else None
    device, site = case.device, case.site
    rows = desk.history(case.pk)
    return Ground(
        customer=case.contract.customer.name,
        project=case.contract.project.name if case.contract.project else "",
        contract=f"{case.contract.number} {case.contract.name}",
        case=case.number,
        title=case.title,
        description=case.description,
        site=site.name if site else "",
        address=site.address if site else "",
        device=" ".join(part for part in (device.name, device.model) if part) if device else "",
        serial=device.serial if device else "",
        reporter=case.reporter_name,
        reporter_phone=case.reporter_phone,
        severity=both(severity_word, plan, case.severity),
        owner=case.owner.name if case.owner else "",
        resolved=case.resolved_at is not None,
        reported_at=desk.seconds(case.reported_at),
        history=[
            Happened(
                kind=row.kind,
                at=desk.seconds(row.occurred_at),
                word=both(event_word, row.kind),
                who=row.actor_name,
                note=_note(row.data),
                data={**row.data.get("sheet", {}), **row.data},
            )
            for row in rows
            if row.kind.startswith("case.")
        ],
        clocks=_promised(case, plan),
        files=[
            Filed(file.name, both(file.get_kind_display), file.digest)
            for file in files.attachments_of("case", case.pk)
        ],
    )


def _promised(case: Case, plan: Plan | None) -> list[Promised]:
    shown = ("running", "warning", "paused", "breached", "met", "waived")
    found = []
    for clock in desk.clocks_of.rows(case.pk):
        if clock.state not in shown or clock.due_at is None:
            continue
        promise = plan.by_id.get(clock.promise) if plan else None
        text = (promise.text.in_("zh"), promise.text.in_("en")) if promise else (clock.promise, clock.promise)
        # A breach that ended stays a breach: what counts is the result.
        state = clock.result if clock.result in clockface.STATES else clock.state
        found.append(
            Promised(
                promise=text,
                due=desk.seconds(clock.due_at),
                at=desk.seconds(clock.stopped_at) if clock.stopped_at else None,
                result=both(str, clockface.STATES[state][1]),
            )
        )
    return found


def _note(data: Mapping[str, Any]) -> str:
    told = [str(data[name]) for name in ("note", "cause", "fix") if data.get(name)]
    return "\n".join(told)


def both(word: Callable[..., object], *args: object) -> Both:
    """What a function says in either language."""
    with translation.override("zh-hans"):
        chinese = str(word(*args))
    with translation.override("en"):
        return chinese, str(word(*args))


def heading() -> dict[str, Any]:
    """The firm's heading of today: name, lines, logo (a digest)."""
    own = Letterhead.objects.first()
    name = own.name if own and own.name else _provider()
    lines = [line.strip() for line in own.lines.splitlines() if line.strip()] if own else []
    return {"name": name, "lines": lines, "logo": own.logo if own else ""}


def _provider() -> str:
    firm = Organisation.objects.filter(kind=Organisation.Kind.PROVIDER, parent=None).order_by("id").first()
    return firm.name if firm else ""


def own_template(kind: str, language: str) -> bytes | None:
    """The firm's own template, if it has one."""
    own = Template.objects.filter(kind=kind, language=language).first()
    return content.read(own.digest) if own else None


@dataclass(frozen=True, slots=True)
class Verified:
    """What a stranger may know of a paper: nothing of its content but the hash.

    verdict: "genuine", "superseded" or "unknown".
    """

    verdict: str
    title: Both = ("", "")
    number: str = ""
    version: int = 0
    state: str = ""
    issued_at: datetime | None = None
    digest: str = ""


UNKNOWN = Verified("unknown")
# Kind of paper → what its register says of a number. Other apps' papers have the same codes and the same page.
_registers: dict[str, Callable[[int], Verified]] = {}


def add_register(kind: str, register: Callable[[int], Verified]) -> None:
    """Papers of a further kind are verified by this; it is called within the scope of everything."""
    _registers[kind] = register


def verified(token: str) -> Verified:
    """What the register says of the paper in a QR code. A forged code is told as unknown, like a draft's."""
    paper = paper_of(token)
    register = _registers.get(paper[0]) if paper else None
    if paper is None or register is None:
        return UNKNOWN
    with Scope.everything().entered():
        return register(paper[1])


def _verified_form(form_id: int) -> Verified:
    found = ServiceForm.objects.filter(pk=form_id).exclude(state=State.DRAFT).first()
    if found is None:
        return UNKNOWN
    return Verified(
        "superseded" if found.replaced_at else "genuine",
        title=found.of_kind.title,
        number=found.number,
        version=found.version,
        state=found.state,
        issued_at=found.issued_at,
        digest=found.digest,
    )


add_register(FORM, _verified_form)

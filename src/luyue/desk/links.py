"""Cases that hang together: related ones, duplicates merged into the one that stays, children of a mass fault.

A link is written down on both cases, so that each history tells it. Nothing is deleted: what was wrong is ended by a
new event. Of two cases the one with the smaller number is locked first, so that two people cannot stop each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk import acting, actions, queries
from luyue.desk.models import OPEN, Case, CaseLink, Channel
from luyue.domain import cases, links
from luyue.domain.links import CHILD, DUPLICATE, POINTING, RELATED, Edge, Node, objection
from luyue.domain.refusals import BadInput, IllegalMove, NotFound, Refusal
from luyue.ledger.models import Event
from luyue.web.prepared import prepared

AGAIN = cases.REPORTED_AGAIN
LONGEST_NOTE = 200
MOST_SHOWN = 60
BURST_TIME = timedelta(seconds=links.BURST_SECONDS)


@dataclass(frozen=True)
class Caller:
    """Somebody who waits for the reply, and the case by which he came."""

    name: str
    phone: str
    case: Case


@dataclass
class Family:
    """All cases that hang on one, by the links that stand."""

    case: Case
    parent: CaseLink | None = None
    stays: CaseLink | None = None
    children: list[CaseLink] = field(default_factory=list)
    merged: list[CaseLink] = field(default_factory=list)
    related: list[tuple[CaseLink, Case]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.parent or self.stays or self.children or self.merged or self.related)

    @property
    def open_children(self) -> list[Case]:
        return [link.source for link in self.children if link.source.is_open]

    def callers(self, history: Iterable[Event] = ()) -> list[Caller]:
        """Everybody to whom the reply on this case is owed: its own caller, who asked again, those of merged ones.

        Args:
            history: the case's events, for those who called about a case that was there already.
        """
        found = [Caller(self.case.reporter_name, self.case.reporter_phone, self.case)]
        for event in history:
            if event.kind == AGAIN:
                name, phone = (str(event.data.get(part, "")) for part in ("reporter_name", "reporter_phone"))
                found.append(Caller(name, phone, self.case))
        merged = [link.source for link in self.merged]
        found += [Caller(one.reporter_name, one.reporter_phone, one) for one in merged]
        people: dict[tuple[str, str], Caller] = {}
        for caller in found:
            if caller.name or caller.phone:
                people.setdefault((caller.name, caller.phone), caller)
        return list(people.values())


def family_of(case: Case) -> Family:
    """The links of a case that stand, with the cases at their other ends, in one query; none for `queries.whole_case`
    that has none."""
    family = Family(case)
    if not getattr(case, "has_links", True):
        return family
    for link in _links_of.rows(case.pk):
        outgoing = link.source_id == case.pk
        if link.relation == RELATED:
            family.related.append((link, link.target if outgoing else link.source))
        elif link.relation == CHILD and outgoing:
            family.parent = link
        elif link.relation == CHILD:
            family.children.append(link)
        elif outgoing:
            family.stays = link
        else:
            family.merged.append(link)
    return family


@prepared
def _links_of(case_id: int) -> QuerySet[CaseLink]:
    return (
        CaseLink.objects.filter(Q(source=case_id) | Q(target=case_id), ended_at=None)
        .select_related("source", "target")
        .defer("source__words", "source__known", "source__description")
        .defer("target__words", "target__known", "target__description")
        .order_by("id")[:500]
    )


def burst_at_site(case: Case) -> list[Case]:
    """Open cases of the same site that look like one mass fault with this one: three and more within 30 minutes.

    Those that hang on another already are left out. One query; none for a case without site or one that is over.
    """
    if case.site_id is None or not case.is_open:
        return []
    near = _near.rows(
        case.contract_id, case.site_id, case.reported_at - BURST_TIME, case.reported_at + BURST_TIME
    )
    if not links.bursts(queries.seconds(one.reported_at) for one in near):
        return []
    return near if any(one.pk == case.pk for one in near) else []


@prepared
def _near(contract_id: int, site_id: int, since: datetime, until: datetime) -> QuerySet[Case]:
    at_site = Case.objects.filter(
        OPEN, contract_id=contract_id, site_id=site_id, reported_at__gte=since, reported_at__lte=until
    ).exclude(links_out__relation__in=POINTING, links_out__ended_at=None)
    shown = at_site.only("id", "title", "state", "reported_at", "contract_id", "site_id")
    return shown.order_by("reported_at", "id")[:MOST_SHOWN]


@transaction.atomic
def relate_cases(
    case_id: int, other_id: int, *, actor: Person | None, at: datetime, now: datetime, note: str = ""
) -> CaseLink:
    """Say that two cases have to do with each other; neither changes by it.

    Raises:
        NotFound, NotAllowed, BadInput (other: itself, other_contract, linked_already).
    """
    one, other = _both(case_id, other_id, actor, at, now)
    source, target = sorted((one, other), key=lambda case: case.pk)
    return _link(RELATED, source, target, actor=actor, at=at, now=now, note=note)


@transaction.atomic
def merge_case(
    case_id: int, into_id: int, *, actor: Person | None, at: datetime, now: datetime, note: str = ""
) -> CaseLink:
    """Merge a duplicate into the case that stays: its clocks end as cancelled, its history and its caller remain.

    Raises:
        NotFound, NotAllowed, BadInput (other: see `domain.links.objection`).
    """
    case, into = _both(case_id, into_id, actor, at, now)
    link = _link(DUPLICATE, case, into, actor=actor, at=at, now=now, note=note)
    data = {"other": into.pk, "number": into.number, "before": case.state, "note": link.note}
    _move(case, "merge", data, actor=actor, at=at, now=now)
    return link


@transaction.atomic
def put_under(
    case_id: int, parent_id: int, *, actor: Person | None, at: datetime, now: datetime, note: str = ""
) -> CaseLink:
    """Make a case the child of a mass fault. It keeps its own events and clocks.

    Raises:
        NotFound, NotAllowed, BadInput (other: see `domain.links.objection`).
    """
    case, parent = _both(case_id, parent_id, actor, at, now)
    return _link(CHILD, case, parent, actor=actor, at=at, now=now, note=note)


@transaction.atomic
def report_again(
    case_id: int,
    *,
    actor: Person | None,
    at: datetime,
    now: datetime,
    reporter_name: str = "",
    reporter_phone: str = "",
    note: str = "",
    by: str = "hotline",
) -> Case:
    """Somebody reports what is in hand already: no second case, but he is known and is answered too (D-1).

    Args:
        by: the channel, a word of `Channel`.
    Raises:
        NotFound, NotAllowed. IllegalMove: the case is over.
    """
    require(actor, "report_case")
    acting.check_time(actor, at=at, now=now)
    case = queries.locked_case(case_id)
    if not case.is_open:
        raise IllegalMove(subject="case", state=case.state, act="report_again")
    if at < case.reported_at:
        raise BadInput(field="at", problem="before_report")
    data = {"reporter_name": reporter_name.strip()[:60], "reporter_phone": reporter_phone.strip()[:30],
            "note": acting.text(note), "by": by if by in Channel.values else ""}  # fmt: skip
    ledger.record(
        AGAIN, contract_id=case.contract_id, subject=("case", case.pk), actor=actor, at=at, now=now, data=data
    )
    return case


@transaction.atomic
def end_link(link_id: int, *, actor: Person | None, at: datetime, now: datetime, note: str = "") -> CaseLink:
    """Undo a link. A merged case lives again, with clocks as if it had never been merged: its caller did wait.

    Raises:
        NotFound, NotAllowed, BadInput (at before the link).
    """
    require(actor, "triage_case")
    acting.check_time(actor, at=at, now=now)
    found = CaseLink.objects.filter(pk=link_id).first()
    if found is None:
        raise NotFound(subject="link")
    pair = {case.pk: case for case in _locked(found.source_id, found.target_id)}
    link = CaseLink.objects.select_for_update().get(pk=link_id)
    if link.ended_at is not None:
        raise IllegalMove(subject="link", state="ended", act="end_link")
    if at < link.linked_at:
        raise BadInput(field="at", problem="before_link")
    link.ended_at = at
    link.save(update_fields=["ended_at"])
    source, target = pair[link.source_id], pair[link.target_id]
    _tell(cases.UNLINKED, link.relation, source, target, note[:LONGEST_NOTE], actor, at, now)
    if link.relation == DUPLICATE and source.state == "cancelled":
        _move(source, "unmerge", {"other": target.pk, "number": target.number}, actor=actor, at=at, now=now)
    return link


def resolve_children(
    parent_id: int,
    child_ids: Iterable[int],
    *,
    cause: str,
    fix: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
) -> tuple[list[Case], list[tuple[Case, Refusal]]]:
    """Resolve children of a mass fault like their parent, each by its own act with its own event.

    Returns those that were resolved, and those that could not be with the reason. Others' children are left alone.
    """
    family = family_of(queries.case(parent_id))
    wanted = set(child_ids)
    done: list[Case] = []
    refused: list[tuple[Case, Refusal]] = []
    for child in family.open_children:
        if child.pk not in wanted:
            continue
        try:
            # A child that was reported after the parent was back cannot have been solved before it was there.
            moment = max(at, child.reported_at)
            done.append(actions.resolve_case(child.pk, cause=cause, fix=fix, actor=actor, at=moment, now=now))
        except Refusal as refusal:
            refused.append((child, refusal))
    return done, refused


def _both(
    case_id: int, other_id: int, actor: Person | None, at: datetime, now: datetime
) -> tuple[Case, Case]:
    require(actor, "triage_case")
    acting.check_time(actor, at=at, now=now)
    if case_id == other_id:
        raise BadInput(field="other", problem="itself")
    found = {case.pk: case for case in _locked(case_id, other_id)}
    if case_id not in found or other_id not in found:
        raise NotFound(subject="case")
    return found[case_id], found[other_id]


def _locked(*case_ids: int) -> list[Case]:
    return [queries.locked_case(case_id) for case_id in sorted(set(case_ids))]


def _link(
    relation: str, source: Case, target: Case, *, actor: Person | None, at: datetime, now: datetime, note: str
) -> CaseLink:
    standing = CaseLink.objects.filter(
        Q(source__in=[source, target]) | Q(target__in=[source, target]), ended_at=None
    )
    edges = [Edge(*row) for row in standing.values_list("relation", "source_id", "target_id")]
    reason = objection(relation, _node(source), _node(target), edges)
    if reason is not None:
        raise BadInput(field="other", problem=reason)
    if at < max(source.reported_at, target.reported_at):
        raise BadInput(field="at", problem="before_report")
    link = CaseLink.objects.create(
        contract_id=source.contract_id, relation=relation, source=source, target=target,
        note=note.strip()[:LONGEST_NOTE], linked_at=at, linked_by=actor.name if actor else "",
    )  # fmt: skip
    _tell(cases.LINKED, relation, source, target, link.note, actor, at, now)
    return link


def _node(case: Case) -> Node:
    return Node(case.pk, case.contract_id, case.is_open)


# relation → what the other one is, as told on source and on target. A merged case tells it by its own event.
_TOLD: Mapping[str, Sequence[str | None]] = {
    RELATED: ("related", "related"),
    DUPLICATE: (None, "duplicate"),
    CHILD: ("parent", "child"),
}


def _tell(
    kind: str,
    relation: str,
    source: Case,
    target: Case,
    note: str,
    actor: Person | None,
    at: datetime,
    now: datetime,
) -> None:
    for case, other, role in zip((source, target), (target, source), _TOLD[relation], strict=True):
        if role is None:
            continue
        data = {"relation": role, "other": other.pk, "number": other.number, "note": note.strip()}
        ledger.record(kind, contract_id=case.contract_id, subject=("case", case.pk), actor=actor, at=at, now=now,
                      data=data)  # fmt: skip


def _move(
    case: Case, act: str, data: Mapping[str, object], *, actor: Person | None, at: datetime, now: datetime
) -> None:
    """Take a case out of work or back into it, with its clocks."""
    state = cases.state_after(case.state, act)
    if state is None:
        raise IllegalMove(subject="case", state=case.state, act=act)
    case.state = state if act == "merge" else _before_merge(case) or state
    kind = cases.MERGED if act == "merge" else cases.UNMERGED
    force = contracts.with_version(case.contract, case.plan_version_id)
    acting.finish(case, force, act, actor, at, now, data, event=kind)


def _before_merge(case: Case) -> str:
    merged = queries.history(case.pk).filter(kind=cases.MERGED).order_by("-id").first()
    return str(merged.data.get("before", "")) if merged else ""


def is_of(link_id: int, case_id: int) -> bool:
    """Whether a link is one of a case's."""
    return CaseLink.objects.filter(Q(source_id=case_id) | Q(target_id=case_id), pk=link_id).exists()


def all_links(case_id: int) -> list[CaseLink]:
    """Every link that a case has or had, the oldest first."""
    return list(CaseLink.objects.filter(Q(source_id=case_id) | Q(target_id=case_id)).order_by("id")[:500])

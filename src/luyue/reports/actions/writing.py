"""Writing a draft: the text of its sections, fresh figures, remarks, handing it to review."""

from datetime import datetime

from django.db import transaction

from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput, StaleVersion
from luyue.domain.reports import content
from luyue.domain.reports.content import Change
from luyue.notices.actions import tell
from luyue.reports import gathering, notes
from luyue.reports.actions import common
from luyue.reports.models import Remark, Report, State
from luyue.web.languages import language

LONGEST_REMARK = 2000
OPEN = (State.DRAFT, State.REVIEW, State.APPROVED)


@transaction.atomic
def write_section(
    report_id: int, section: str, *, zh: str, en: str, revision: int, actor: Person | None, now: datetime
) -> Report:
    """Put one's own words in place of a section's text; what the figures said can be had back by writing nothing.

    revision: of the report as the writer read it.

    Raises:
        NotFound, NotAllowed. IllegalMove: no draft any more. StaleVersion: somebody changed it meanwhile. BadInput:
        section, text (too long).
    """
    one = common.taken(report_id, actor, "write_report", "write", State.DRAFT)
    if one.revision != revision:
        raise StaleVersion(subject="report")
    texts = {"zh": zh.replace("\r\n", "\n").strip(), "en": en.replace("\r\n", "\n").strip()}
    if any(len(text) > content.LONGEST_TEXT for text in texts.values()):
        raise BadInput(field="text", problem="too_long", limit=content.LONGEST_TEXT)
    found = next((part for part in one.sections if part["key"] == section), None)
    if found is None:
        raise BadInput(field="section")
    if not any(texts.values()):
        texts = dict(found["said"])
    found["text"], found["typed"] = texts, texts != found["said"]
    one.revision += 1
    _belongs_to(one, actor)
    one.save(update_fields=["sections", "revision", "writer", "writer_name"])
    common.record("report.changed", one, actor, now, now, section=section)
    return one


def _belongs_to(one: Report, actor: Person | None) -> None:
    """Whoever wrote last is the writer; somebody else has to approve."""
    if actor is not None:
        one.writer, one.writer_name = actor, actor.name


@transaction.atomic
def refresh_report(report_id: int, *, actor: Person | None, now: datetime) -> list[Change]:
    """Gather the figures anew; what people wrote stays. Returns what they say else than before.

    Raises:
        NotFound, NotAllowed. IllegalMove: no draft any more.
    """
    one = common.taken(report_id, actor, "write_report", "refresh", State.DRAFT)
    ground = gathering.gather(one.of_kind, one.contract, one.first, one.last, case=one.case, now=now)
    fresh = content.refreshed(one.sections, content.drafted(one.of_kind, ground))
    changes = content.differences(one.sections, fresh, language())
    one.sections, one.gathered_at = fresh, now
    one.revision += 1
    one.save(update_fields=["sections", "gathered_at", "revision"])
    common.record("report.refreshed", one, actor, now, now, changes=len(changes))
    return changes


@transaction.atomic
def comment_report(report_id: int, text: str, *, actor: Person | None, now: datetime) -> Remark:
    """Say something about a draft, for the firm only. Raises NotFound, NotAllowed, IllegalMove, BadInput (text)."""
    said = common.text(text, "text", LONGEST_REMARK)
    one = common.taken(report_id, actor, "write_report", "comment", *OPEN)
    made = Remark.objects.create(
        report=one, contract_id=one.contract_id, name=actor.name if actor else "", at=now, text=said
    )
    common.record("report.commented", one, actor, now, now, note=said[:200])
    return made


@transaction.atomic
def submit_report(report_id: int, *, actor: Person | None, now: datetime, silent: bool = False) -> Report:
    """Hand a draft to review; those who approve are told.

    Raises:
        NotFound, NotAllowed. IllegalMove: no draft. BadInput (section): a section has to say something.
    """
    one = common.taken(report_id, actor, "write_report", "submit", State.DRAFT)
    lacking = content.lacking(one.of_kind, one.sections)
    if lacking:
        title = one.of_kind.section(lacking).title[language() == "en"]
        raise BadInput(field="section", problem="missing", limit=title)
    if one.writer_id is None:
        _belongs_to(one, actor)
    one.state = State.REVIEW
    one.save(update_fields=["state", "writer", "writer_name"])
    common.record("report.submitted", one, actor, now, now)
    if not silent:
        told = [person for person in notes.people(one, notes.LEADS) if person.pk != one.writer_id]
        tell([notes.submitted(one, person) for person in told], now=now)
    return one


@transaction.atomic
def discard_report(report_id: int, *, actor: Person | None, now: datetime) -> None:
    """Delete a draft; it has no number of its own yet, so none is lost. What is owed is drafted anew.

    Raises:
        NotFound, NotAllowed. IllegalMove: no draft any more.
    """
    one = common.taken(report_id, actor, "write_report", "discard", State.DRAFT)
    common.record("report.discarded", one, actor, now, now)
    one.delete()

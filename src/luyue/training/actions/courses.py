"""Courses: firm-wide data."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput
from luyue.domain.training.states import AUDIENCES
from luyue.files import actions as files
from luyue.ledger.wall import Scope
from luyue.training import queries, shipped
from luyue.training.acting import line, words
from luyue.training.models import Course

_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
MOST_HOURS = 200
_LINES = {"zh": 120, "en": 160, "prerequisites_zh": 300, "prerequisites_en": 400}


@transaction.atomic
def put_course(
    code: str,
    facts: Mapping[str, Any],
    *,
    actor: Person | None,
    now: datetime,
    new: bool = False,
    files_given: Sequence[tuple[str, bytes]] = (),
) -> Course:
    """Make a course, or change one; sessions that are planned keep what they were planned with.

    Args:
        facts: see `shipped.FIELDS`, and `active`. files_given: (name, content) of materials to add.
    Raises:
        NotAllowed. BadInput: code (taken when new), zh, audience, outline_zh, hours, file.
    """
    require(actor, "manage_courses")
    if not _CODE.fullmatch(code):
        raise BadInput(field="code")
    found = Course.objects.select_for_update().filter(code=code).first()
    if new and (found is not None or code in shipped.contents()):
        raise BadInput(field="code", problem="taken")
    row = found or Course(code=code, version=0)
    for name, value in checked(facts).items():
        setattr(row, name, value)
    row.active = bool(facts.get("active", True))
    row.version, row.changed_at, row.changed_by = row.version + 1, now, actor
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # two people made it at once
        raise BadInput(field="code", problem="taken") from error
    # Materials are the firm's, behind no contract's wall: who may change a course may add them, whatever he serves.
    with Scope.everything().entered():
        for name, content in files_given:
            files.attach(
                content, name=name, kind="document", subject=(queries.COURSE_SUBJECT, row.pk), contract_id=None,
                actor=actor, now=now,
            )  # fmt: skip
    ledger.record(
        "course.changed", contract_id=None, subject=(queries.COURSE_SUBJECT, row.pk), actor=actor, at=now, now=now,
        data={
            "code": code, "version": row.version, "title": row.zh, "theory_hours": row.theory_hours,
            "practice_hours": row.practice_hours, "active": row.active, "files": len(files_given),
        },
    )  # fmt: skip
    return row


def checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a course as they are kept. Raises BadInput."""
    told: dict[str, Any] = {
        name: line(str(facts.get(name) or ""), name, most, needed=name == "zh")
        for name, most in _LINES.items()
    }
    for name in ("outline_zh", "outline_en", "questions"):
        told[name] = words(str(facts.get(name) or ""), name, needed=name == "outline_zh")
    if facts.get("audience") not in AUDIENCES:
        raise BadInput(field="audience")
    told["audience"] = facts["audience"]
    for name in ("theory_hours", "practice_hours"):
        hours = float(facts.get(name) or 0)
        if not 0 <= hours <= MOST_HOURS:
            raise BadInput(field=name, problem="hours")
        told[name] = hours
    return told


@transaction.atomic
def current_course(code: str, *, now: datetime) -> Course:
    """The row of a course; one that comes with Luyue gets its row when it is first needed. Raises NotFound."""
    found = queries.course(code)
    if found.pk is None:
        found, _made = Course.objects.get_or_create(
            code=code, defaults={**shipped.contents()[code], "changed_at": now}
        )
    return found

"""Question sets in versions."""

from datetime import datetime

from django.db import transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput, NotFound
from luyue.domain.surveys.questions import QuestionSet as Content
from luyue.domain.surveys.questions import load
from luyue.files import versions
from luyue.surveys import shipped
from luyue.surveys.models import QuestionSet


@transaction.atomic
def put_question_set(source: str, *, actor: Person | None, now: datetime) -> QuestionSet:
    """Take a question set in YAML into use: a new version of its code; campaigns that are there keep theirs.

    Raises:
        NotAllowed. BadInput: see `domain.surveys.questions.load`; problem "same": nothing would change.
    """
    require(actor, "manage_question_sets")
    made = _put(load(source), actor=actor, now=now)
    if made is None:
        raise BadInput(field="source", problem="same")
    return made


@transaction.atomic
def current(code: str, *, now: datetime) -> QuestionSet:
    """The version in use as a row; one that comes with Luyue gets its row when it is first needed.

    Raises:
        NotFound: no such set.
    """
    found = QuestionSet.objects.filter(active=True, code=code).first()
    if found is not None:
        return found
    content = shipped.contents().get(code)
    if content is None:
        raise NotFound(subject="question_set")
    return _put(content, actor=None, now=now) or QuestionSet.objects.get(active=True, code=code)


def _put(content: Content, *, actor: Person | None, now: datetime) -> QuestionSet | None:
    """None: it is in use already."""
    made = versions.put(QuestionSet, content.code, content, by=actor, now=now)
    if made is None:
        return None
    ledger.record(
        "question_set.made", contract_id=None, subject=("question_set", made.pk), actor=actor, at=now, now=now,
        data={"code": made.code, "version": made.version, "digest": made.digest, "questions": len(content.questions)},
    )  # fmt: skip
    return made

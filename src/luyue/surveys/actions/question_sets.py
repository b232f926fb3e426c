"""Question sets in versions."""

import hashlib
import json
from datetime import datetime

from django.db import connection, transaction

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.domain.refusals import BadInput, NotFound
from luyue.domain.surveys.questions import QuestionSet as Content
from luyue.domain.surveys.questions import load
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
    with connection.cursor() as cursor:  # two at once: the second waits and sees the first's version
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"question set {content.code}"])
    plain = content.model_dump(mode="json", exclude_defaults=True)
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    before = QuestionSet.objects.filter(code=content.code).order_by("-version").first()
    if before is not None and before.digest == digest and before.active:
        return None
    QuestionSet.objects.filter(code=content.code, active=True).update(active=False)
    made = QuestionSet.objects.create(
        code=content.code, version=before.version + 1 if before else 1, content=plain, digest=digest, made_at=now,
        made_by=actor,
    )  # fmt: skip
    ledger.record(
        "question_set.made", contract_id=None, subject=("question_set", made.pk), actor=actor, at=now, now=now,
        data={"code": made.code, "version": made.version, "digest": digest, "questions": len(content.questions)},
    )  # fmt: skip
    return made

"""Acts on articles. Whoever wrote a version does not approve it himself."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchVector
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Value

from luyue import ledger
from luyue.accounts.guards import require
from luyue.accounts.models import Person
from luyue.contracts import queries as contracts
from luyue.desk import queries as desk
from luyue.domain import articles
from luyue.domain.refusals import BadInput, Conflict, IllegalMove, NotAllowed, NotFound, StaleVersion
from luyue.domain.search import index_words
from luyue.knowledge.models import Article, Kind, Use, Version
from luyue.ledger import wall

LONGEST_TITLE, LONGEST_TEXT = 150, 20_000


@dataclass(frozen=True, slots=True)
class Text:
    """What an article says. Plain text, several lines."""

    title: str
    symptom: str
    remedy: str
    cause: str = ""
    prevention: str = ""

    @property
    def whole(self) -> str:
        return " ".join((self.title, self.symptom, self.cause, self.remedy, self.prevention))


@transaction.atomic
def write_article(
    text: Text,
    *,
    kind: str,
    actor: Person | None,
    now: datetime,
    article_id: int | None = None,
    base: int | None = None,
    contract_id: int | None = None,
    device_kinds: list[str] | None = None,
    tags: list[str] | None = None,
    for_customers: bool = False,
    change_note: str = "",
) -> Article:
    """Write a new article, or the open version of one: a draft is overwritten, after a review a new version begins.

    Args:
        base: number of the version that the writer saw; another one meanwhile is told.
        contract_id: the contract whose customer's facts stand in it; it stays behind that contract's wall for ever.
    Raises:
        NotAllowed, NotFound, StaleVersion, BadInput, IllegalMove (it is being reviewed).
    """
    require(actor, "write_article")
    _check_text(text, kind)
    if contract_id is not None and article_id is None:
        contracts.contract(contract_id)  # NotFound behind the wall
    article = (
        _locked(article_id) if article_id else Article(contract_id=contract_id, made_at=now, changed_at=now)
    )
    last = article.versions.order_by("-number").first() if article.pk else None
    if last is not None and base is not None and base != last.number:
        raise StaleVersion(subject="article", number=article.number)
    if last is not None and last.state == "in_review":
        raise IllegalMove(subject="article", state="in_review", act="write")
    article.state = _after(article.state, "write")
    article.kind, article.for_customers = kind, for_customers
    article.device_kinds, article.tags = device_kinds or [], tags or []
    article.changed_at = now
    if article.current_id is None:
        article.title = text.title.strip()
    article.save()
    if last is None or last.state == "approved":
        last = Version(
            article=article, contract_id=article.contract_id, number=(last.number if last else 0) + 1
        )
    last.state = "draft"
    for name in ("title", "symptom", "cause", "remedy", "prevention"):
        setattr(last, name, getattr(text, name).strip())
    last.change_note = change_note.strip()[:200]
    last.written_by, last.writer_name, last.written_at = actor, actor.name if actor else "", now
    try:
        with transaction.atomic():
            last.save()
    except IntegrityError as error:
        raise Conflict(subject="article") from error
    _record("article.written", article, last, actor, now)
    return article


@transaction.atomic
def submit_article(article_id: int, *, actor: Person | None, now: datetime) -> Article:
    """Hand the open version to review."""
    require(actor, "write_article")
    article, version = _open_version(article_id, "submit")
    _moved(article, version, "submit", now)
    _record("article.submitted", article, version, actor, now)
    return article


@transaction.atomic
def approve_article(article_id: int, *, actor: Person | None, now: datetime, note: str = "") -> Article:
    """Publish the version under review; from now on people read this one.

    Raises:
        NotAllowed: the actor wrote it himself.
    """
    require(actor, "review_article")
    article, version = _open_version(article_id, "approve")
    if actor is not None and version.written_by_id == actor.pk:
        raise NotAllowed(act="review_article", problem="own_text")
    _reviewed(version, actor, now, note)
    article.current, article.title = version, version.title
    _moved(article, version, "approve", now)
    said = Text(version.title, version.symptom, version.remedy, version.cause, version.prevention)
    words = index_words(f"{said.whole} {' '.join(article.tags)}")
    Article.objects.filter(pk=article.pk).update(words=SearchVector(Value(words), config="simple"))
    _record("article.approved", article, version, actor, now, note=note.strip())
    return article


@transaction.atomic
def reject_article(article_id: int, *, reason: str, actor: Person | None, now: datetime) -> Article:
    """Give the version under review back to its writer, with the reason."""
    require(actor, "review_article")
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    article, version = _open_version(article_id, "reject")
    _reviewed(version, actor, now, reason)
    _moved(article, version, "reject", now)
    _record("article.rejected", article, version, actor, now, note=reason.strip())
    return article


@transaction.atomic
def withdraw_article(article_id: int, *, reason: str, actor: Person | None, now: datetime) -> Article:
    """Take an article out of use; where it was used, it can still be read. Writing a new version brings it back."""
    require(actor, "review_article")
    if not reason.strip():
        raise BadInput(field="reason", problem="missing")
    article = _locked(article_id)
    article.state = _after(article.state, "withdraw")
    article.changed_at = now
    article.save(update_fields=["state", "changed_at"])
    assert article.current is not None, "what was published has a text"
    _record("article.withdrawn", article, article.current, actor, now, note=reason.strip())
    return article


@transaction.atomic
def use_article(article_id: int, case_id: int, *, actor: Person | None, now: datetime) -> Use:
    """Say that an article helped with a case. Saying it twice is saying it once."""
    require(actor, "work_case")
    case = desk.case(case_id)
    article = _locked(article_id)
    if article.current is None:
        raise IllegalMove(subject="article", state=article.state, act="use")
    if article.contract_id not in (None, case.contract_id):
        raise NotFound(subject="article")
    used, fresh = Use.objects.get_or_create(
        article=article,
        case=case,
        defaults={
            "version": article.current,
            "contract_id": case.contract_id,
            "person_name": actor.name if actor else "",
            "used_at": now,
        },
    )
    if fresh:
        _count_uses(article)
        _on_case("case.article_used", case.contract_id, case_id, article, actor, now)
    return used


@transaction.atomic
def put_back_article(article_id: int, case_id: int, *, actor: Person | None, now: datetime) -> None:
    """Take back that an article helped with a case."""
    require(actor, "work_case")
    case = desk.case(case_id)
    article = _locked(article_id)
    gone, _by_model = Use.objects.filter(article=article, case=case).delete()
    if gone:
        _count_uses(article)
        _on_case("case.article_put_back", case.contract_id, case_id, article, actor, now)


def _count_uses(article: Article) -> None:
    # A person who sees some contracts only must not set the count to what he sees.
    with wall.scope(wall.Scope.everything()):
        told = article.uses.aggregate(number=Count("pk"), last=Max("used_at"))
    article.used, article.last_used_at = told["number"], told["last"]
    article.save(update_fields=["used", "last_used_at"])


def _locked(article_id: int) -> Article:
    found = (
        Article.objects.select_for_update(of=("self",))
        .select_related("current")
        .defer("words")
        .filter(pk=article_id)
    ).first()
    if found is None:
        raise NotFound(subject="article")
    return found


def _open_version(article_id: int, act: str) -> tuple[Article, Version]:
    """The article, locked, with the version that the act is about."""
    article = _locked(article_id)
    version = article.versions.order_by("-number").first()
    if version is None or (version.state, act) not in articles.VERSION_LIFECYCLE:
        raise IllegalMove(subject="article", state=version.state if version else article.state, act=act)
    return article, version


def _moved(article: Article, version: Version, act: str, now: datetime) -> None:
    version.state = articles.VERSION_LIFECYCLE[(version.state, act)]
    version.save()
    article.state = _after(article.state, act)
    article.changed_at = now
    article.save(update_fields=["state", "changed_at", "current", "title"])


def _after(state: str, act: str) -> str:
    if (state, act) not in articles.LIFECYCLE:
        raise IllegalMove(subject="article", state=state, act=act)
    return articles.LIFECYCLE[(state, act)]


def _reviewed(version: Version, actor: Person | None, now: datetime, note: str) -> None:
    version.reviewer_name, version.reviewed_at = actor.name if actor else "", now
    version.review_note = note.strip()[:500]


def _record(
    kind: str, article: Article, version: Version, actor: Person | None, now: datetime, note: str = ""
) -> None:
    data = {"title": version.title, "version": version.number} | ({"note": note} if note else {})
    ledger.record(
        kind,
        contract_id=article.contract_id,
        subject=("article", article.pk),
        actor=actor,
        at=now,
        now=now,
        data=data,
    )


def _on_case(
    kind: str, contract_id: int, case_id: int, article: Article, actor: Person | None, now: datetime
) -> None:
    ledger.record(
        kind, contract_id=contract_id, subject=("case", case_id), actor=actor, at=now, now=now,
        data={"article": article.pk, "note": f"{article.number} {article.title}"},
    )  # fmt: skip


def _check_text(text: Text, kind: str) -> None:
    if kind not in Kind.values:
        raise BadInput(field="kind")
    for field in ("title", "symptom", "remedy"):
        if not getattr(text, field).strip():
            raise BadInput(field=field, problem="missing")
    for field in ("title", "symptom", "cause", "remedy", "prevention"):
        value: str = getattr(text, field)
        limit = LONGEST_TITLE if field == "title" else LONGEST_TEXT
        if len(value) > limit:
            raise BadInput(field=field, problem="too_long", limit=limit)
        if "\0" in value:
            raise BadInput(field=field, problem="bad_character")

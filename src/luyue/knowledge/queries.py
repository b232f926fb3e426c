"""Reads of articles. A customer reads what is published and meant for him."""

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, Q, QuerySet, Value

from luyue.accounts.models import Person
from luyue.desk.models import Case
from luyue.domain.articles import likely_query, nearness
from luyue.domain.refusals import NotFound
from luyue.domain.search import query_words
from luyue.knowledge.models import Article, Use, Version

SUGGESTED = 5
# Below this share of the best one an article only shares a word by chance.
FAR_BEHIND = 0.35


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article that may help, the best first. used: it was marked as helpful for the case."""

    article: Article
    used: bool = False


def articles_for(person: Person) -> QuerySet[Article]:
    """Articles that a person may read; the wall hides those of other contracts."""
    found = Article.objects.select_related("current", "contract").defer("words")
    if person.may("write_article"):
        return found
    found = found.filter(state="published")
    return found.filter(for_customers=True) if person.outside else found


def article(article_id: int, *, to: Person) -> Article:
    """One article that the person may read. Raises NotFound."""
    found = articles_for(to).filter(pk=article_id).first()
    if found is None:
        raise NotFound(subject="article")
    return found


def versions_of(article_id: int) -> list[Version]:
    """All versions, the newest first."""
    return list(Version.objects.filter(article_id=article_id).order_by("-number"))


def matching(found: QuerySet[Article], text: str) -> QuerySet[Article]:
    """Articles that a typed text means: a number, or words of title and text; unpublished ones by their title."""
    number = text.upper().removeprefix("ZS").lstrip("0")
    if number.isdigit() and len(number) < 10:
        return found.filter(pk=int(number))
    wanted = query_words(text)
    if not wanted:
        return found.none()
    by_words = Q(words=SearchQuery(wanted, search_type="raw", config="simple"))
    return found.filter(by_words | Q(current__isnull=True, title__icontains=text))


def suggest(
    text: str, *, to: Person, contract_id: int | None = None, device_kind: str = "", most: int = SUGGESTED
) -> list[Article]:
    """Published articles that may help with what is being typed; those for the kind of device come first.

    Args:
        contract_id: an article of another contract is left out, also for those who see all.
    """
    wanted = likely_query(text)
    if not wanted:
        return []
    query = SearchQuery(wanted, search_type="raw", config="simple")
    found = articles_for(to).filter(state="published", words=query)
    found = found.filter(Q(contract__isnull=True) | Q(contract_id=contract_id))
    ranked = found.annotate(rank=SearchRank(F("words"), query, normalization=Value(1))).order_by(
        "-rank", "-used", "id"
    )
    near = [(_nearness(text, one, device_kind), one) for one in ranked[: most * 6]]
    best = max((score for score, _one in near), default=0)
    near = [pair for pair in near if pair[0] > 0 and pair[0] >= best * FAR_BEHIND]
    return [
        one for _score, one in sorted(near, key=lambda pair: (-pair[0], -pair[1].used, pair[1].pk))[:most]
    ]


def _nearness(text: str, one: Article, device_kind: str) -> float:
    assert one.current is not None, "what is suggested was published"
    said = one.current
    rest = f"{said.cause} {said.remedy} {said.prevention}"
    score = nearness(text, f"{said.title} {' '.join(one.tags)}", said.symptom, rest)
    return score * 1.5 if device_kind and device_kind in one.device_kinds else score


def uses_of_case(case_id: int) -> list[Use]:
    return list(Use.objects.filter(case_id=case_id).select_related("article").order_by("used_at"))


def for_case(case: Case, *, to: Person) -> list[Suggestion]:
    """What helped with a case, then what may help. Two queries."""
    helped = [use.article for use in uses_of_case(case.pk)]
    known = {one.pk for one in helped}
    text = f"{case.title} {case.description[:500]}"
    likely = suggest(
        text, to=to, contract_id=case.contract_id, device_kind=str(case.known.get("device") or "")
    )
    return [Suggestion(one, used=True) for one in helped] + [
        Suggestion(one) for one in likely if one.pk not in known
    ]


def cases_of(article: Article) -> QuerySet[Use]:
    """Where it helped, as far as the person sees the contracts."""
    return article.uses.select_related("case").order_by("-used_at", "-id")


def in_review() -> QuerySet[Version]:
    return Version.objects.filter(state="in_review")

"""Surveys as pages show them: words beside values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from luyue.domain.follow_ups import is_low
from luyue.domain.surveys.questions import Question, QuestionSet
from luyue.domain.surveys.results import Rate
from luyue.follow_ups.forms import SCORES
from luyue.obligations.faces import due_words
from luyue.surveys import words
from luyue.surveys.models import Campaign, Respondent, Response
from luyue.web.languages import language
from luyue.web.refusals import problem_words

FIELD = "q-"


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question as a form shows it. heading: the group that begins with it."""

    number: int
    question: Question
    name: str
    text: str
    heading: str
    choices: Sequence[tuple[str, str, str]]
    value: str
    error: str
    must: bool


def question_rows(
    of: QuestionSet, typed: Mapping[str, Any] | None = None, problems: Mapping[str, str] | None = None
) -> list[QuestionRow]:
    """The questions to be filled in. typed: what a refused form or an earlier answer had; problems: see `check`."""
    headings = {one.id: one.in_(language()) for one in of.groups}
    rows, group = [], ""
    for number, one in enumerate(of.questions, 1):
        heading = headings.get(one.group, "") if one.group != group else ""
        group = one.group
        problem = (problems or {}).get(one.id, "")
        rows.append(
            QuestionRow(
                number=number, question=one, name=f"{FIELD}{one.id}", text=one.in_(language()), heading=heading,
                choices=_choices(one), value=str((typed or {}).get(one.id, "")),
                error=problem_words(words.PROBLEMS, "answer", problem) if problem else "",
                must=not one.optional and not one.after and one.kind != "text",
            )
        )  # fmt: skip
    return rows


def _choices(one: Question) -> list[tuple[str, str, str]]:
    """(value, what stands large, what stands below it)."""
    match one.kind:
        case "score":
            return [(value, value, str(text).partition(" ")[2]) for value, text in SCORES]
        case "yes_no":
            return [("yes", _("是"), ""), ("no", _("否"), "")]
        case "choice":
            return [(choice.id, choice.in_(language()), "") for choice in one.choices]
    return []


def typed_in(post: QueryDict) -> dict[str, str]:
    """The answers in what a browser sent, by question."""
    return {name.removeprefix(FIELD): str(value) for name, value in post.items() if name.startswith(FIELD)}


def said(of: QuestionSet, one: Response) -> list[tuple[str, str, bool]]:
    """(question, answer in words, low) of an answer."""
    rows = []
    for question in of.questions:
        value = one.answers.get(question.id)
        if value in (None, ""):
            continue
        found = {key: f"{large} {below}".strip() for key, large, below in _choices(question)}
        low = question.kind == "score" and is_low(value)
        rows.append((question.in_(language()), found.get(str(value), str(value)), low))
    return rows


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign in a list. due: in words, the end of a day as its 24:00."""

    one: Campaign
    due: str
    state: str
    icon: str
    tone: str
    late: bool
    rate: Rate


def campaign_row(one: Campaign, now: datetime) -> CampaignRow:
    icon, tone = words.STATES[one.state]
    late = not one.over and one.due_at is not None and one.due_at < now
    asked, answered = getattr(one, "asked", 0), getattr(one, "answered", 0)
    return CampaignRow(
        one, due_words(one.due_at), str(one.get_state_display()), icon, tone, late, Rate(answered, asked)
    )


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One of those asked."""

    one: Respondent
    result: str
    icon: str
    tone: str
    skipped: str


def person_row(one: Respondent) -> PersonRow:
    icon, tone = words.RESULTS[one.result]
    if one.skipped:
        icon, tone = "circle-minus", "not_applicable"
    return PersonRow(
        one, str(one.get_result_display()), icon, tone, str(words.SKIPPED[one.skipped]) if one.skipped else ""
    )

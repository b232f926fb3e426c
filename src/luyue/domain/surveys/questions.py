"""Question sets as data, and answers to them checked (V-1, V-2)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from luyue.domain import data_files
from luyue.domain.follow_ups import is_score

LARGEST = 100_000  # characters of a file
LONGEST_ANSWER = 1000  # characters of a text
CampaignKind = Literal["satisfaction", "regular", "sample", "visits", "system"]
# satisfaction: the purchaser and his sub-units are asked. regular: calls to them. sample: calls to the reporters of
# faults drawn at random. visits: somebody goes to each monitoring centre. system: how systems run after completion.
KINDS: tuple[CampaignKind, ...] = ("satisfaction", "regular", "sample", "visits", "system")
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Long = Annotated[str, Field(max_length=1000)]
Value = int | str
Answers = Mapping[str, Value]
YES, NO = "yes", "no"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Named(_Part):
    """Something with an id and words in both languages."""

    id: Slug
    zh: Words
    en: Words

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh


class Question(Named):
    """A question.

    kind: score (1 bad to 5 good), choice (one of `choices`), yes_no, text. group: the heading it stands under.
    optional: may stay empty; texts always may, but for those with `after`. after: id of a yes-or-no question before it;
    it has to be answered when that one was answered with yes.
    """

    kind: Literal["score", "choice", "yes_no", "text"] = "score"
    group: str = ""
    choices: tuple[Named, ...] = ()
    optional: bool = False
    after: str = ""

    @model_validator(mode="after")
    def _choices_fit(self) -> "Question":
        if (self.kind == "choice") != (len(self.choices) > 1):
            raise ValueError("a choice has two choices or more, and no other question has any")
        if len({one.id for one in self.choices}) < len(self.choices):
            raise ValueError("choices twice")
        return self

    def owed(self, answers: Answers) -> bool:
        """Whether it has to be answered, as the others are answered."""
        if self.after:
            return answers.get(self.after) == YES
        return not self.optional and self.kind != "text"


class Script(_Part):
    """What a caller says first."""

    zh: Long = ""
    en: Long = ""

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh


class QuestionSet(_Part):
    """The questions of one form. kinds: kinds of campaigns that use it. overall: the score that stands for all."""

    code: Slug
    zh: Words
    en: Words
    kinds: tuple[CampaignKind, ...] = Field(min_length=1)
    script: Script = Script()
    groups: tuple[Named, ...] = ()
    questions: tuple[Question, ...] = Field(min_length=1, max_length=40)
    overall: str = ""

    @model_validator(mode="after")
    def _fits_together(self) -> "QuestionSet":
        double = [name for name, times in Counter(one.id for one in self.questions).items() if times > 1]
        if double:
            raise ValueError(f"questions twice: {', '.join(double)}")
        groups = {one.id for one in self.groups}
        before: set[str] = set()
        for one in self.questions:
            if one.group and one.group not in groups:
                raise ValueError(f"no such group: {one.group}")
            if one.after and one.after not in before:
                raise ValueError(
                    f"{one.id} comes after {one.after}, which is no yes-or-no question before it"
                )
            if one.kind == "yes_no":
                before.add(one.id)
        if self.overall and self.overall not in {one.id for one in self.questions if one.kind == "score"}:
            raise ValueError(f"no such score: {self.overall}")
        return self

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh

    @property
    def asks(self) -> frozenset[str]:
        """Ids of all it asks for: of questions and of their groups."""
        return frozenset(one.id for one in self.questions) | {
            one.group for one in self.questions if one.group
        }


@dataclass(frozen=True, slots=True)
class Checked:
    """Answers that can be kept, and what is wrong with the others: question → problem."""

    answers: dict[str, Value] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def check(of: QuestionSet, given: Mapping[str, str]) -> Checked:
    """What was filled in, by question; what the set does not ask is left out.

    A question that nobody answered has no value: it is never taken for a good answer.
    """
    found = Checked()
    for question in of.questions:
        said = given.get(question.id, "").strip()
        value = _value(question, said)
        if said and value is None:
            found.problems[question.id] = "too_long" if question.kind == "text" else "unknown"
        elif value is not None and not (question.after and found.answers.get(question.after) != YES):
            found.answers[question.id] = value
        elif question.owed(found.answers) and question.after not in found.problems:
            found.problems[question.id] = "missing"
    return found


def _value(question: Question, said: str) -> Value | None:
    match question.kind:
        case "score":
            return int(said) if said in ("1", "2", "3", "4", "5") else None
        case "yes_no":
            return said if said in (YES, NO) else None
        case "choice":
            return said if said in {one.id for one in question.choices} else None
    return said if said and len(said) <= LONGEST_ANSWER and "\0" not in said else None


def scores(of: QuestionSet, answers: Answers) -> list[int]:
    """The scores among answers, in the order of the questions."""
    found = [answers.get(one.id) for one in of.questions if one.kind == "score"]
    return [one for one in found if isinstance(one, int) and is_score(one)]


def lowest(of: QuestionSet, answers: Answers) -> int | None:
    """The worst score given; None without any."""
    return min(scores(of, answers), default=None)


def overall(of: QuestionSet, answers: Answers) -> int | None:
    """The score that stands for the whole: the set's own, else the worst."""
    own = answers.get(of.overall)
    return own if isinstance(own, int) else lowest(of, answers)


def texts(of: QuestionSet, answers: Answers) -> list[tuple[Question, str]]:
    """What was said in words."""
    return [(one, str(answers[one.id])) for one in of.questions if one.kind == "text" and answers.get(one.id)]


def load(text: str) -> QuestionSet:
    """A question set out of YAML.

    Raises:
        BadInput: see `data_files.load`.
    """
    return data_files.load(text, QuestionSet, largest=LARGEST, otherwise="not_a_set")

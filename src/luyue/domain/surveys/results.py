"""Figures of answers (V-2). Who did not answer is in no figure but the response rate."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from luyue.domain.surveys.questions import Answers, Question, QuestionSet

CONTENT = 4  # scores from here on are counted as satisfied


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of those asked have answered."""

    answered: int
    asked: int

    @property
    def percent(self) -> float | None:
        """None when nobody was asked."""
        return round(100 * self.answered / self.asked, 1) if self.asked else None


@dataclass(frozen=True, slots=True)
class Figure:
    """What was answered to one question. counts: value → how often, only of those who answered it."""

    question: Question
    counts: Mapping[str, int]

    @property
    def answered(self) -> int:
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """Mean score, two digits; None for other questions and without answers."""
        if self.question.kind != "score" or not self.answered:
            return None
        return round(sum(int(value) * times for value, times in self.counts.items()) / self.answered, 2)

    @property
    def satisfied(self) -> float | None:
        """Percent of the scores that are 4 or 5."""
        if self.question.kind != "score" or not self.answered:
            return None
        good = sum(times for value, times in self.counts.items() if int(value) >= CONTENT)
        return round(100 * good / self.answered, 1)


def figure(question: Question, answers: Iterable[Answers]) -> Figure:
    given = Counter(str(one[question.id]) for one in answers if one.get(question.id) not in (None, ""))
    return Figure(question, dict(given))


def figures(of: QuestionSet, answers: Sequence[Answers]) -> list[Figure]:
    """One for each question but the texts, in their order."""
    return [figure(one, answers) for one in of.questions if one.kind != "text"]


def satisfaction(of: QuestionSet, answers: Sequence[Answers]) -> float | None:
    """Percent of all scores given that are 4 or 5; None without any."""
    found = [one for one in figures(of, answers) if one.question.kind == "score"]
    given = sum(one.answered for one in found)
    good = sum(times for one in found for value, times in one.counts.items() if int(value) >= CONTENT)
    return round(100 * good / given, 1) if given else None


def change(now: float | None, before: float | None) -> float | None:
    """By how much a figure has changed; None when one of the two is not there."""
    return None if now is None or before is None else round(now - before, 2)

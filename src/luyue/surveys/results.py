"""What came of a campaign: the figures that page, spreadsheet and paper show alike (V-2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from luyue.desk.models import Case
from luyue.domain.follow_ups import is_low
from luyue.domain.surveys import results as rules
from luyue.domain.surveys.questions import Answers, QuestionSet, texts
from luyue.domain.surveys.results import Figure, Rate
from luyue.surveys import queries
from luyue.surveys.models import Campaign, Draw, Respondent, Response
from luyue.web.languages import language


@dataclass(frozen=True, slots=True)
class Line:
    """A question with its figure and the mean of the period before."""

    figure: Figure
    group: str
    before: float | None

    @property
    def change(self) -> float | None:
        return rules.change(self.figure.mean, self.before)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit: how many answered, how content they are, and its mean for each score question."""

    name: str
    rate: Rate
    satisfied: float | None
    means: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Said:
    """A text answer."""

    who: str
    question: str
    text: str
    low: bool
    complaint: Case | None


@dataclass(frozen=True, slots=True)
class Whole:
    """All of it. before: the campaign of the period before, whose figures stand beside these."""

    campaign: Campaign
    questions: QuestionSet
    rate: Rate
    satisfied: float | None
    people: Sequence[Respondent]
    lines: Sequence[Line]
    units: Sequence[UnitLine]
    said: Sequence[Said]
    complaints: Sequence[Respondent]
    silent: Sequence[Respondent]
    skipped: int
    refused: int
    unreached: int
    responses: Sequence[Response]
    before: Campaign | None = None
    rate_before: Rate | None = None
    satisfied_before: float | None = None
    beside: Sequence[tuple[Campaign, Rate]] = ()
    draws: Sequence[Draw] = field(default_factory=tuple)

    @property
    def scored(self) -> list[Line]:
        return [one for one in self.lines if one.figure.question.kind == "score"]

    @property
    def change(self) -> float | None:
        return rules.change(self.satisfied, self.satisfied_before)


def whole(of: Campaign) -> Whole:
    """The result of a campaign in scope as it stands. A fixed number of queries."""
    questions = of.question_set.whole
    people = list(queries.respondents_of(of.pk))
    asked = [one for one in people if not one.skipped]
    given = queries.responses(of.pk)
    answers = [one.answers for one in given]
    before = queries.before(of)
    earlier: list[Answers] = [one.answers for one in queries.responses(before.pk)] if before else []
    beside = queries.beside(of) if of.kind == "satisfaction" else []
    rates = queries.asked_and_answered([*(one.pk for one in beside), *([before.pk] if before else [])])
    old = before.question_set.whole if before else None
    old_means = {one.question.id: one.mean for one in rules.figures(old, earlier)} if old else {}
    groups = {one.id: one.in_(language()) for one in questions.groups}
    complaints = {one.pk: one.complaint for one in people if one.complaint}
    return Whole(
        campaign=of,
        questions=questions,
        rate=Rate(sum(1 for one in asked if one.result == "answered"), len(asked)),
        satisfied=rules.satisfaction(questions, answers),
        people=people,
        lines=[
            Line(one, groups.get(one.question.group, ""), old_means.get(one.question.id))
            for one in rules.figures(questions, answers)
        ],
        units=_units(questions, asked, given),
        said=[
            Said(
                _who(one),
                question.in_(language()),
                text,
                is_low(one.lowest),
                complaints.get(one.respondent_id),
            )
            for one in given
            for question, text in texts(questions, one.answers)
        ],
        complaints=[one for one in people if one.complaint],
        silent=[one for one in asked if one.result != "answered"],
        skipped=len(people) - len(asked),
        refused=sum(1 for one in asked if one.result == "refused"),
        unreached=sum(1 for one in asked if one.result == "no_answer"),
        responses=given,
        before=before,
        rate_before=_rate(before, rates) if before else None,
        satisfied_before=rules.satisfaction(old, earlier) if old else None,
        beside=[(one, _rate(one, rates)) for one in beside],
        draws=queries.draws_of(of.pk) if of.kind == "sample" else (),
    )


def _rate(of: Campaign, rates: Mapping[int, tuple[int, int]]) -> Rate:
    asked, answered = rates.get(of.pk, (0, 0))
    return Rate(answered, asked)


def _units(questions: QuestionSet, asked: Sequence[Respondent], given: Sequence[Response]) -> list[UnitLine]:
    names: dict[int | None, str] = {}
    for one in asked:
        names.setdefault(one.unit_id, one.unit.name if one.unit else "–")
    scored = [one for one in questions.questions if one.kind == "score"]
    found = []
    for unit, name in names.items():
        people = [one for one in asked if one.unit_id == unit]
        answers = [one.answers for one in given if one.unit_id == unit]
        rate = Rate(sum(1 for one in people if one.result == "answered"), len(people))
        means = [rules.figure(one, answers).mean for one in scored]
        found.append(UnitLine(name, rate, rules.satisfaction(questions, answers), means))
    return found


def _who(one: Response) -> str:
    place = one.unit.name if one.unit else ""
    number = one.respondent.case.number if one.respondent.case else ""
    return " ".join(part for part in (number, place, one.answered_by) if part)

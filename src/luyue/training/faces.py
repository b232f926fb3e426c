"""Trainings as pages and papers show them: words beside values."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from luyue.desk.queries import seconds
from luyue.domain.training import attending, results
from luyue.domain.training.results import Attempt
from luyue.training import queries, words
from luyue.training.models import Attendance, Course, Feedback, PlanLine, Session, TrainingPlan
from luyue.web.languages import language


def title_of(one: Session | PlanLine) -> str:
    """The title; one that is the course's own in the reader's language."""
    course = one.course
    return course.en if course and course.en and one.title == course.zh and language() == "en" else one.title


def content_of(one: Session) -> str:
    """The content; one that is the course's outline in the reader's language."""
    course = one.course
    same = course is not None and course.outline_en and one.content == course.outline_zh
    return course.outline_en if course and same and language() == "en" else one.content


def session_state(one: Session, now: datetime | None = None) -> tuple[str, str, str]:
    """(word, icon, colour) of a session; one whose time is over and that nobody ended is said to be so."""
    state = one.state
    if state == "planned" and now is not None and one.ends_at < now:
        state = "overdue"
    word, icon, tone = words.SESSION_STATES[state]
    return str(word), icon, tone


def session_row(one: Session, now: datetime) -> dict[str, Any]:
    """A session in a list; of `queries.sessions`."""
    word, icon, tone = session_state(one, now)
    result, result_icon, result_tone = words.RESULT_STATES[one.result_state]
    return {
        "one": one,
        "title": title_of(one),
        "kind": words.KINDS[one.kind],
        "kind_icon": words.ICONS.get(one.kind, words.MEETING_ICON),
        "form": words.FORMS[one.form],
        "state": word,
        "icon": icon,
        "tone": tone,
        "result": str(result) if one.state == "finished" else "",
        "result_icon": result_icon,
        "result_tone": result_tone,
        "hours": attending.hours(one.seconds) if one.seconds else None,
        # Why it was not held, or not when it was planned first.
        "why": one.reason or (one.moves[-1]["reason"] if one.moves else ""),
    }


def plan_state(one: TrainingPlan) -> dict[str, str]:
    word, icon, tone = words.PLAN_STATES[one.state]
    return {"word": str(word), "icon": icon, "tone": tone}


def course_row(one: Course) -> dict[str, Any]:
    """A course in the reader's language."""
    english = language() == "en"
    return {
        "one": one,
        "title": (one.en or one.zh) if english else one.zh,
        "outline": (one.outline_en or one.outline_zh) if english else one.outline_zh,
        "prerequisites": (one.prerequisites_en or one.prerequisites_zh) if english else one.prerequisites_zh,
        "audience": words.AUDIENCES[one.audience],
        "hours": one.theory_hours + one.practice_hours,
    }


def line_row(row: PlanLine) -> dict[str, Any]:
    return {
        "one": row,
        "title": title_of(row),
        "audience": words.AUDIENCES[row.audience],
        "form": words.FORMS[row.form],
        "stage": words.STAGES[row.stage] if row.stage else "",
        "held": getattr(row, "held", 0),
        "planned": getattr(row, "planned", 0),
    }


def feedback_of(row: Attendance) -> Feedback | None:
    found: Feedback | None = getattr(row, "feedback", None)
    return found


def attendance(one: Session, row: Attendance) -> dict[str, Any]:
    """A trainee on the list of a session, with all that is known of him."""
    over = one.state == "finished"
    arrived = seconds(row.arrived_at) if row.arrived_at else None
    left = seconds(row.left_at) if row.left_at else None
    marks = attending.marks(queries.held(one), arrived, left, over=over)
    told = scores(one, row)
    return {
        "one": row,
        "over": over,
        "marks": [(str(words.MARKS[mark][0]), words.MARKS[mark][1]) for mark in marks],
        "marks_words": _("、").join(str(words.MARKS[mark][0]) for mark in marks),
        "way": words.WAYS[row.way],
        "hours": attending.hours(row.seconds),
        "scores": told,
        "feedback": feedback_of(row),
    }


def attempts(row: Attendance) -> list[Attempt]:
    return [Attempt(one.part, one.attempt, one.points, one.full, one.pass_mark) for one in row.scores.all()]


def scores(one: Session, row: Attendance) -> dict[str, Any]:
    """Scores of a trainee: of each part the words and the next attempt, and the verdict."""
    given = attempts(row)
    tested = list(one.tested) or sorted({attempt.part for attempt in given})
    verdict = results.verdict(given, tested)
    parts = {}
    for part in results.PARTS:
        mine = [attempt for attempt in given if attempt.part == part]
        parts[part] = {
            "label": words.PARTS[part],
            "words": _("、").join(f"{attempt.points:g}/{attempt.full:g}" for attempt in mine),
            "last": mine[-1] if mine else None,
            "next": len(mine) + 1,
            "passed": any(attempt.passed for attempt in mine),
        }
    word, tone = words.VERDICTS[verdict]
    return {"any": bool(given), "parts": parts, "verdict": str(word), "tone": tone, "code": verdict}


def satisfaction(rows: Sequence[Attendance]) -> dict[str, Any]:
    """Figures of the feedback sheets. A question that nobody answered has no figure."""
    given = [one.marks for row in rows if (one := feedback_of(row)) is not None]
    told = results.satisfaction(sum(1 for row in rows if row.arrived_at), given)
    return {
        "asked": told.asked,
        "answered": told.answered,
        "overall": told.overall,
        "rows": [
            {
                "label": str(words.QUESTIONS[question]),
                "mean": mean,
                "words": f"{mean:g}/5" if mean is not None else _("没有回答"),
                "silent": told.answered - sum(1 for one in given if one.get(question) is not None),
            }
            for question, mean in told.means.items()
        ],
    }


def total_rows(rows: Iterable[queries.Total], needed: float | None) -> list[dict[str, Any]]:
    """Trainees with their hours; new watch staff who are short say by how much."""
    told = []
    for row in rows:
        missing = attending.short(row.seconds, needed) if needed and row.trainee.new_staff else 0
        told.append(
            {
                "trainee": row.trainee,
                "hours": attending.hours(row.seconds),
                "sessions": row.sessions,
                "short": round(missing / attending.HOUR + 0.049, 1) if missing else 0,
                "tested_on": row.tested_on,
                "passed": row.passed,
            }
        )
    return told

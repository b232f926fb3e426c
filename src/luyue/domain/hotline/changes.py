"""How early a change of a line or of a contact is announced, and what becomes of it (D-7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from luyue.domain.calendars import Calendar
from luyue.domain.instants import DAY, instant
from luyue.domain.plan.model import Plan, Trigger
from luyue.domain.plan.spans import BadSpan, Length, Span, parse_span


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """What a plan asks for a change of a line or of a contact.

    lead: how early the notice must be there, None when the plan says nothing. consent: in force only with it.
    """

    promise: str = ""
    clause: str = ""
    lead: Span | None = None
    calendar: str = ""
    consent: bool = False


def change_rule(plan: Plan | None, figures: Mapping[str, str], what: str) -> ChangeRule:
    """The plan's rule for changes of `what`: "hotline" or "contact". A lead that the plan leaves open (`ask`) is the
    contract's figure; of several, the longest lead holds."""
    if plan is None:
        return ChangeRule()
    on = f"{what}.change"
    mine = [one for one in plan.triggers if one.on == on and one.by == "provider"]
    consent = any(one.form == "consent" or one.owe.startswith("approval.") for one in mine)
    told = [(one, span) for one in mine for span in [_lead(one, figures)] if span is not None]
    if not told:
        one = mine[0] if mine else None
        return ChangeRule(one.id if one else "", one.clause if one else "", None, "", consent)
    trigger, span = max(told, key=lambda pair: _days(pair[1]))
    calendar = trigger.calendar or next(iter(plan.calendars))
    return ChangeRule(trigger.id, trigger.clause, span, calendar, consent)


def _lead(trigger: Trigger, figures: Mapping[str, str]) -> Span | None:
    if trigger.lead == "ask":
        try:
            return parse_span(figures[trigger.id]) if trigger.id in figures else None
        except BadSpan:
            return None
    if isinstance(trigger.lead, Length):
        # A month at its longest: in doubt the customer hears of it a day earlier.
        return Span(calendar_days=31 * trigger.lead.months + trigger.lead.days)
    return trigger.lead


def _days(span: Span) -> float:
    return span.working_days * 1.4 + span.calendar_days + span.seconds / DAY


def latest_notice(effective_on: date, lead: Span, calendar: Calendar) -> date:
    """The last day on which a notice is in time for a change on a day.

    Working days are those of the calendar, counted back from the day of the change, which is not counted itself.
    """
    noon = instant(
        datetime.combine(effective_on, datetime.min.time(), ZoneInfo(calendar.zone)) + timedelta(hours=12)
    )
    if lead.working_days:
        at = calendar.subtract_days(noon, lead.working_days)
    elif lead.calendar_days:
        return effective_on - timedelta(days=lead.calendar_days)
    else:
        at = noon - 12 * 3600 - lead.seconds
    return datetime.fromtimestamp(at, ZoneInfo(calendar.zone)).date()


def working_days_late(notified_on: date, latest_on: date, calendar: Calendar) -> int:
    """By how many working days a notice came too late; 0 when it was in time."""
    return max(0, calendar.workdays_between(latest_on, notified_on)) if notified_on > latest_on else 0


CHANGE_STATES = ("draft", "notified", "consented", "refused", "in_force", "withdrawn")
# A lifecycle as a table. `apply` from `notified` is only for contracts whose plan asks for no consent.
_CHANGE_MOVES: Mapping[tuple[str, str], str] = {
    ("draft", "notify"): "notified",
    ("draft", "withdraw"): "withdrawn",
    ("notified", "consent"): "consented",
    ("notified", "refuse"): "refused",
    ("notified", "withdraw"): "withdrawn",
    ("consented", "withdraw"): "withdrawn",
    ("consented", "apply"): "in_force",
    ("notified", "apply"): "in_force",
}


def change_after(state: str, act: str, *, consent_needed: bool) -> str | None:
    """The state of a change after an act, None when that is not possible."""
    if act == "apply" and state == "notified" and consent_needed:
        return None
    return _CHANGE_MOVES.get((state, act))


# Days before the day of a change on which somebody is reminded of what is missing.
REMIND_BEFORE = (10, 5, 3, 1, 0)


def reminders_due(effective_on: date, today: date) -> Sequence[int]:
    """Of REMIND_BEFORE, those marks that have been reached; the last one is the present one. Past the day: also -1."""
    left = (effective_on - today).days
    return [mark for mark in (*REMIND_BEFORE, -1) if left <= mark]

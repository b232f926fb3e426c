"""Sentences about cases and clocks that people get by message, in both languages."""

from luyue.contracts.plans import running_plan
from luyue.contracts.queries import ZONE
from luyue.desk.clocks import Read
from luyue.desk.models import Alarm, Case, Escalation
from luyue.desk.queries import moment
from luyue.domain.plan.vocabulary import METRIC_WORDS, ROLE_WORDS, word_of
from luyue.notices.kinds import fill, kind_of


def metric_words(metrics: tuple[str, ...], language: str) -> str:
    """A clock's metric in words, e.g. 到场 or 到场/解决."""
    return "/".join(METRIC_WORDS[metric][language == "en"] for metric in metrics)


def alarm_title(case: Case, read: Read, kind: str, language: str) -> str:
    """One line about an alarm, as shipped: lists and the desk's own pages do not speak in edited templates."""
    title, _ = kind_of(_KINDS[kind]).words(language)
    return fill(title, clock_facts(case, read, language))


_KINDS = {
    "warning": "clock.warned",
    "breach": "clock.breached",
    "pause": "clock.pause_reminded",
    "begun": "clock.begun",
}


def case_facts(case: Case, language: str) -> dict[str, str]:
    """What messages may say of a case; the words of its plan for the severity."""
    plan = running_plan(case.plan_version_id).plan if case.plan_version_id else None
    level = next((one for one in plan.severities if one.id == case.severity), None) if plan else None
    nobody = "nobody yet" if language == "en" else "未分派"
    return {
        "number": case.number,
        "case_title": case.title,
        "severity": (level.en if language == "en" else level.zh) if level else "",
        "customer": case.contract.customer.name,
        "contract": case.contract.name,
        "owner": case.owner.name if case.owner else nobody,
    }


def clock_facts(case: Case, read: Read, language: str) -> dict[str, str]:
    """The same of one of its clocks: what was promised, until when, under which clause."""
    due = read.reading.due_at
    return case_facts(case, language) | {
        "promise": metric_words(read.terms.metrics, language),
        "due": moment(due).astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if due is not None else "—",
        "source": _source(read, language),
    }


def _source(read: Read, language: str) -> str:
    """Where a limit comes from: the plan, or an agreement with the customer."""
    if read.terms.house:
        return "agreed with the customer" if language == "en" else "与客户的约定"
    return f"clause {read.terms.clause}" if language == "en" else f"方案条款 {read.terms.clause}"


def role_word(role: str, language: str) -> str:
    """A level of the ladder."""
    return word_of(ROLE_WORDS, role, language)


def short_alarm(alarm: Alarm, language: str) -> str:
    """What an alarm is about, without its case: 已超时：到场."""
    word = {
        "warning": ("即将超时", "Due soon"),
        "breach": ("已超时", "Overdue"),
        "pause": ("暂停过久", "Paused long"),
        "begun": ("须给应急方案", "Emergency plan owed"),
    }[alarm.kind]
    metric = metric_words(tuple(alarm.clock.metric.split("|")), language)
    return f"{word[1]}: {metric}" if language == "en" else f"{word[0]}：{metric}"


def about_escalation(made: Escalation, language: str) -> str:
    """升级到部门经理."""
    level = role_word(made.level, language)
    return f"Escalated to {level}" if language == "en" else f"升级到{level}"

"""Sentences about cases and clocks that people get by message, in both languages."""

from luyue.contracts.queries import ZONE
from luyue.desk.clocks import Read
from luyue.desk.models import Case
from luyue.desk.queries import moment
from luyue.domain.plan.vocabulary import METRIC_WORDS

_KINDS = {
    "warning": ("即将超时", "Due soon"),
    "breach": ("已超时", "Overdue"),
    "pause": ("暂停过久", "Paused long"),
}


def metric_words(metrics: tuple[str, ...], language: str) -> str:
    """A clock's metric in words, e.g. 到场 or 到场/解决."""
    return "/".join(METRIC_WORDS[metric][language == "en"] for metric in metrics)


def alarm_title(case: Case, read: Read, kind: str, language: str) -> str:
    word = _KINDS[kind][language == "en"]
    metric = metric_words(read.terms.metrics, language)
    return (
        f"{word}：{metric} · {case.number} {case.title}" if language == "zh" else f"{word}: {metric} · {case}"
    )


def alarm_body(case: Case, read: Read, language: str) -> str:
    """What it is about, when it is or was due, under which clause."""
    due = read.reading.due_at
    by_plan = not read.terms.house
    when = moment(due).astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if due is not None else "—"
    if language == "zh":
        owner = case.owner or "未分派"
        return (
            f"合同：{case.contract.name}\n到期：{when}\n"
            f"依据：{f'方案条款 {read.terms.clause}' if by_plan else '与客户的约定'}\n负责人：{owner}"
        )
    owner = case.owner or "nobody yet"
    source = f"Clause: {read.terms.clause}" if by_plan else "Agreed with the customer"
    return f"Contract: {case.contract.name}\nDue: {when}\n{source}\nOwner: {owner}"


def digest_title(count: int, language: str) -> str:
    return f"{count} 项时限预警或超时" if language == "zh" else f"{count} limits due soon or overdue"


def new_case_title(case: Case, language: str) -> str:
    return f"新请求：{case.number} {case.title}" if language == "zh" else f"New case: {case}"

"""Sentences that people get by mail and message, in both languages."""

from datetime import datetime

from luyue.channels.models import IncomingMail
from luyue.contracts.queries import ZONE
from luyue.desk import queries as cases
from luyue.desk import wording as desk
from luyue.desk.models import Case, State
from luyue.domain.mails import bare_subject

MOST_LIMITS = 8


def reply_title(case: Case, language: str) -> str:
    """The sender of a mail has written again; how the case stands decides what to do."""
    if language == "en":
        return f"Mail on {case.number} ({case.state}): {case.title}"
    return f"客户来信：{case.number}（{State(case.state).label}）{case.title}"


def receipt_subject(subject: str, language: str) -> str:
    rest = bare_subject(subject)
    return f"Received: {rest}" if language == "en" else f"已收到：{rest}"


def receipt_body(case: Case, mail: IncomingMail, language: str, now: datetime) -> str:
    """Number and promised times of a case that a mail has become."""
    english = language == "en"
    clocks = cases.clocks_of(case.pk).filter(due_at__gt=now, state__in=cases.OPEN_CLOCKS)[:MOST_LIMITS]
    limits = [
        f"- {desk.metric_words(tuple(one.metric.split('|')), language)}: "
        f"{one.due_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
        for one in clocks
        if one.due_at is not None
    ]
    name = mail.sender_name or mail.sender
    if english:
        lines = [f"{name},", "", f"your mail has become case {case.number}: {case.title}", ""]
        lines += ["We have promised, at the latest:", *limits, ""] if limits else []
        lines += [
            f"Answer this mail to add something, and leave [{case.number}] in the subject.",
            "This is an automatic receipt; one of us will get in touch.",
        ]
    else:
        lines = [f"{name}：", "", f"您的邮件已受理，单号 {case.number}：{case.title}", ""]
        lines += ["承诺时间（最迟）：", *limits, ""] if limits else []
        lines += [
            f"补充情况请直接回复本邮件，主题里保留 [{case.number}]。",
            "这是自动回执，服务人员会另行与您联系。",
        ]
    return "\n".join(lines) + "\n"


def trouble_words(trouble: str, language: str) -> str:
    """Why a mailbox cannot be read: what its server said, or what is wrong on our side."""
    if trouble == "undecipherable":
        return (
            "The stored password opens with no key of ours."
            if language == "en"
            else "存着的密码用现有密钥解不开，请重新填写。"
        )
    return trouble

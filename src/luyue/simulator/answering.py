"""How the demo firm answers its alarms: most people take note within minutes, some cases are handed up by hand."""

import random
from datetime import datetime, timedelta

from luyue.accounts.models import Person
from luyue.desk import escalation
from luyue.desk.models import Case, Notified
from luyue.domain.refusals import Refusal
from luyue.notices.actions import inside
from luyue.simulator.world import World

MOST_CASES = 40
_ANSWERED = 0.7
_REASONS = (
    ("两次上门仍未修复，请协调", "主板 1 块，已从服务点调出"),
    ("客户领导催办", ""),
    ("疑似固件缺陷，现有手段无法定位", ""),
)


def answer(rng: random.Random, world: World, *, end: datetime) -> None:
    """Take note of what was told about the open cases, and hand the three oldest up. Nothing leaves the product."""
    with inside():
        late = list(
            Case.objects.filter(state__in=("new", "open"), breached=True).order_by("-reported_at")[
                :MOST_CASES
            ]
        )
        for case in late:
            _take_note(rng, case, end)
        for case, level, (reason, spares) in zip(
            reversed(late[:3]), ("project_manager", "manager", "manufacturer"), _REASONS, strict=False
        ):
            try:
                escalation.escalate_case(
                    case.pk, level=level, reason=reason, spares=spares, skip_reason="客户要求直接升级",
                    actor=world.someone(rng, "operator", case.contract_id), at=end, now=end,
                )  # fmt: skip
            except Refusal:
                continue  # the case has climbed that high by itself


def _take_note(rng: random.Random, case: Case, end: datetime) -> None:
    told: dict[int, datetime] = {}
    for person_id, at in Notified.objects.filter(case=case).values_list("person", "told_at"):
        if person_id is not None:
            told[person_id] = at
    for person in Person.objects.filter(pk__in=told).order_by("pk"):
        at = told[person.pk] + timedelta(minutes=rng.randint(1, 20))
        if at < end and rng.random() < _ANSWERED:
            escalation.acknowledge_case(case.pk, actor=person, now=at)

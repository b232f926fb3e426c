"""Things for tests to happen to, with as few words as possible."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from luyue.accounts.models import Organisation, Person
from luyue.contracts import actions as contract_actions
from luyue.contracts.models import Access, Contract, Customer, PlanVersion
from luyue.contracts.plans import shipped_plans
from luyue.desk import actions as desk_actions
from luyue.desk.models import Case
from luyue.devices.models import Device
from luyue.drafting import actions as draft_actions
from luyue.drafting.forms import EMPTY
from luyue.drafting.models import Draft
from luyue.field import actions as field_actions
from luyue.field.models import WorkOrder
from luyue.field.planning import Request
from luyue.foresight import actions as foresight_actions
from luyue.foresight.models import Foresight
from luyue.measures.models import Exclusion, Measurement, Reading, ReadingFile, Turn

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
_numbers = count(1)


def person(role: str = "operator", **facts: Any) -> Person:
    """A person who can log in with PASSWORD."""
    number = next(_numbers)
    made = Person(
        **{"username": f"p{number}", "name": f"人员{number}", "role": role, "created_at": NOW} | facts
    )
    made.set_password(PASSWORD)
    made.save()
    return made


def organisation(kind: str = "customer", **facts: Any) -> Organisation:
    return Organisation.objects.create(**{"name": f"单位{next(_numbers)}", "kind": kind} | facts)


def plan_version(plan: str = "video-integration") -> PlanVersion:
    """A plan that comes with the package, as the version it is kept as."""
    return contract_actions.add_plan_version(shipped_plans()[plan].read_bytes(), actor=None, now=NOW)


def customer(**facts: Any) -> Customer:
    return contract_actions.add_customer(
        **{"name": f"客户{next(_numbers)}", "actor": None, "now": NOW} | facts
    )


def contract(plan: str | PlanVersion | None = "video-integration", **facts: Any) -> Contract:
    """A contract that runs from 2026 to 2028 under a plan (None: without one)."""
    number = next(_numbers)
    of = facts.pop("customer", None) or customer()
    day = date(2026, 1, 1)
    known = {
        "number": f"HT-{number}", "name": f"合同{number}", "starts_on": day, "ends_on": date(2028, 12, 31),
        "acceptance_on": day, "actor": None, "now": NOW,
    }  # fmt: skip
    made = contract_actions.add_contract(customer=of, **known | facts)
    if plan is not None:
        version = plan if isinstance(plan, PlanVersion) else plan_version(plan)
        contract_actions.bind_plan(made.pk, version=version, effective_on=made.starts_on, actor=None, now=NOW)
    return made


def case(of: Contract, at: datetime = NOW, **facts: Any) -> Case:
    """A case reported and entered at one moment."""
    known = {"title": "三楼摄像机黑屏", "severity": "normal", "actor": None, "at": at, "now": at}
    return desk_actions.report_case(of.pk, **known | facts)


def work_order(of: Case, at: datetime = NOW, **facts: Any) -> WorkOrder:
    """A visit planned for the case, of an engineer of its contract."""
    engineer = facts.pop("engineer", None) or person("engineer")
    Access.objects.get_or_create(contract=of.contract, person=engineer, defaults={"role": "engineer"})
    known = {
        "kind": "visit",
        "engineer_id": engineer.pk,
        "begin": at,
        "end": at + timedelta(hours=1),
        "case_id": of.pk,
    }
    return field_actions.plan_order(Request(**known | facts), actor=None, now=at)


def measured(of: Contract, device: Device, word: str = "x") -> dict[str, str]:
    """A quota that was measured once, with all that hangs on it: ids by the names that routes give them."""
    day = date(2026, 2, 3)
    turn = Turn.objects.create(
        contract=of, plan_version_id=of.bindings.get().plan_version_id, promise=word[:80], measure="image.covered",
        first=day.replace(day=1), last=date(2026, 2, 28), over=True, state="missed", standing="missed", missed=1,
        value=1, at_most=0, worst=word,
    )  # fmt: skip
    measurement = Measurement.objects.create(
        turn=turn, contract=of, device=device, state="missed", standing="missed", value=1, at_most=0, reckoned_at=NOW,
        steps=[["device", {"name": word}]], waiver="asked", waiver_reason=word,
    )  # fmt: skip
    reading = Reading.objects.create(
        contract=of, measure="image.covered", device=device, day=day, value=1, note=word, source="hand",
        recorded_at=NOW,
    )  # fmt: skip
    exclusion = Exclusion.objects.create(
        contract=of, starts_at=NOW, ends_at=NOW + timedelta(hours=1), reason="power", note=word, made_at=NOW
    )
    file = ReadingFile.objects.create(
        contract=of, measure="image.covered", file_name=f"{word}.csv", content=b"device,day,value\nS1,2026-02-03,1\n",
        created_at=NOW,
    )  # fmt: skip
    return {
        "turn_id": str(turn.pk), "measurement_id": str(measurement.pk), "reading_id": str(reading.pk),
        "exclusion_id": str(exclusion.pk), "reading_file_id": str(file.pk),
    }  # fmt: skip


def resolved(of: Case, after: timedelta) -> Case:
    """The case, resolved so long after its report."""
    at = of.reported_at + after
    return desk_actions.resolve_case(of.pk, actor=None, at=at, now=at, cause="接头松动", fix="重新压接")


def plan_draft(
    text: str, *, title: str = "方案", author: Person | None = None, before: int | None = None
) -> Draft:
    """A plan document that was uploaded and read; where the rules find nothing, all of it is one promise by hand."""
    made = draft_actions.upload(
        text.encode(),
        file_name=f"{title}.txt",
        title=title,
        plan="",
        before=before,
        actor=author,
        now=NOW,
        defer=False,
    )
    draft_actions.read_draft(made.pk, clock=lambda: NOW)
    if not made.promises.exists():
        facts = EMPTY["target"] | {"within": "P2D", "basis": "calendar"}
        draft_actions.add(made.pk, kind="target", facts=facts, start=0, end=len(text), actor=author, now=NOW)
    return Draft.objects.get(pk=made.pk)


def foresight(of: Contract, title: str = "") -> Foresight:
    """The contract's own plan held against its cases of a year, reckoned."""
    version = of.bindings.get().plan_version
    asked = foresight_actions.Asked(
        frozenset({of.pk}), NOW.date() - timedelta(days=364), NOW.date(), version=version
    )
    made = foresight_actions.ask(asked, actor=person("manager", name="Fay"), now=NOW, defer=False)
    foresight_actions.reckon(made.pk, clock=lambda: NOW)
    if title:
        Foresight.objects.filter(pk=made.pk).update(title=title)
    return Foresight.objects.get(pk=made.pk)

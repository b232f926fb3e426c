"""A customer who is not content has a complaint (V-3): whoever asks him opens it the same way."""

from dataclasses import dataclass
from datetime import datetime

from luyue.contracts import queries as contracts
from luyue.desk import actions as desk
from luyue.desk.models import Case
from luyue.devices.models import Device, Site
from luyue.notices.actions import Note, tell


@dataclass(frozen=True, slots=True)
class Complaint:
    """What he is not content with. words: his own; name, phone: who he is."""

    contract_id: int
    title: str
    words: str
    name: str = ""
    phone: str = ""
    site: Site | None = None
    device: Device | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What those who answer for the contract are told, besides his words. key: once for each of them."""

    key: str
    kind: str
    title_zh: str
    title_en: str


def open_complaint(of: Complaint, told: Told, *, at: datetime, now: datetime) -> Case:
    """The case of his complaint, owned by the contract's project manager. Runs in the transaction of its cause."""
    leads = [person for person, _role in contracts.people_of(of.contract_id, ["project_manager"])]
    made = desk.report_case(
        of.contract_id, title=of.title[:200], kind="complaint", channel="follow_up", description=of.words,
        reporter_name=of.name, reporter_phone=of.phone, site=of.site, device=of.device,
        owner=leads[0] if leads else None, actor=None, at=at, now=now,
    )  # fmt: skip
    tell(
        [
            Note(
                person=person, key=told.key, kind=told.kind, title_zh=told.title_zh, title_en=told.title_en,
                body_zh=of.words, body_en=of.words, link=f"/cases/{made.pk}/", contract_id=of.contract_id,
            )
            for person in leads
        ],
        now=now,
    )  # fmt: skip
    return made

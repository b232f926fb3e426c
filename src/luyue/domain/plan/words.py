"""The closed vocabularies of plan files. One word for one thing; `glossary.md` has the Chinese."""

from typing import Literal

CaseKind = Literal[
    "fault", "consultation", "help", "complaint", "defect", "requirement", "extraction", "integration", "cover"
]  # fmt: skip
Party = Literal["provider", "customer", "manufacturer", "partner"]
Metric = Literal[
    "respond", "remote", "plan", "depart", "arrive", "restore", "resolve", "replace", "loan",
    "emergency_plan", "report", "call_back", "repair_return", "answer_call", "part_delivery",
]  # fmt: skip
Start = Literal[
    "reported", "received", "understood", "responded", "arrived", "resolved", "triggered", "promised",
    "repair_sent", "part_ordered", "open",
]  # fmt: skip
Channel = Literal[
    "any", "hotline", "remote", "onsite", "online", "portal", "email", "fax", "desk", "emergency"
]
Role = Literal[
    "operator", "engineer", "resident", "second_line", "technical_lead", "project_manager", "supervisor",
    "storekeeper", "manager", "general_manager", "manufacturer", "developer", "technical_support", "safety",
    "account_manager", "trainer", "expert", "leading_group", "quality_manager", "logistics", "consultant", "business",
]  # fmt: skip
Every = Literal[
    "week", "two_weeks", "month", "quarter", "half_year", "year", "day", "once", "continuous", "ask"
]
Anchor = Literal[
    "acceptance", "final_acceptance", "award", "signing", "delivery", "contract_start", "unspecified"
]
Charge = Literal["free", "cost", "charged", "quoted", "unspecified"]


def _families(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A dotted word is family.detail: the family is closed, because the engine dispatches on it; the detail is open.
OWE_FAMILIES = _families(
    """round maintenance report training assessment survey follow_up roster notice document form backup restore upgrade
    release meeting plan delivery installation record consent drill service_point staff safety test review register
    tools vehicles stock parts repair replacement escalation advice analysis proposal tuning cleaning monitoring cover
    integration contact access priority confirmation signature archive declaration acceptance security conduct
    handover approval permit quote disposal guidance support development information induction responsibility
    call answer visit log resources complaint knowledge"""
)  # fmt: skip
EVENT_FAMILIES = _families(
    """case visit round finding weather holiday contract contact device repair part change release training period
    request cover staff accident project delivery acceptance warranty service hotline document emergency customer
    survey maintenance meeting tool complaint defect requirement consultation store inspection system upgrade
    data work integration extraction follow_up risk site backup order payment safety"""
)  # fmt: skip
MEASURE_FAMILIES = _families(
    """calls recording storage availability devices case response resolution satisfaction follow_up survey training
    staff meeting stock service_point round repair parts tools price visits network image report sample hotline
    quality system data documents retention"""
)  # fmt: skip
TOPICS = _families(
    """warranty charges replacement loan upgrade support advice scope indemnity parts_price parts_disposal media
    priority account_manager second_line service_package delivery goods law intellectual_property confidentiality
    restart_warranty repair training optimisation documents remote_support visits unlimited quality inspection_right
    data_right replacement_staff conduct emergency_stock resources deployment consultation maintenance
    organisation localisation tools guidance continuity liability principle objective access"""
)  # fmt: skip

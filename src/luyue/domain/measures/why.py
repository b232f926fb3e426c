"""How a measurement was reckoned, in sentences: steps are kept as codes with facts and told in either language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

STEPS: Mapping[str, tuple[str, str]] = {
    "span": ("期间 {first} 至 {last}，算到 {until}", "period {first} to {last}, reckoned up to {until}"),
    "devices": ("范围内设备 {n} 台", "{n} devices in scope"),
    "device": ("设备 {name}", "device {name}"),
    "time": ("应在用 {hours} 小时（设备数 × 时长 − 排除 {excluded} 小时）",
             "{hours} h of service (devices × time − {excluded} h excluded)"),
    "down": ("停用 {hours} 小时，来自 {n} 件故障", "{hours} h out of order, from {n} faults"),
    "spared": ("排除时段里的停用 {hours} 小时不计", "{hours} h out of order lie in excluded time and do not count"),
    "deviceless": ("另有 {n} 件故障没有写明设备，未计入停用", "{n} more faults name no device and are not counted"),
    "out_of_scope": ("范围外的故障 {n} 件不计", "{n} faults out of scope do not count"),
    "readings": ("读数 {n} 次，{first} 至 {last}", "{n} readings, {first} to {last}"),
    "no_readings": ("本期没有读数", "no reading in this period"),
    "known": ("{all} 台里 {n} 台有读数", "{n} of {all} devices have readings"),
    "worst": ("最差：{name} {value}", "worst: {name} {value}"),
    "calls": ("接通 {answered}，未接 {missed}；不计：服务时间外 {outside}，很快挂断 {short}",
              "answered {answered}, missed {missed}; not counted: out of hours {outside}, given up {short}"),
    "point": ("服务网点 {name}，离 {n} 个点位最近", "service point {name}, the nearest one for {n} sites"),
    "no_area": ("该网点没有登记面积", "its area has not been entered"),
    "no_point": ("没有启用的服务网点", "no service point is in use"),
    "no_sites": ("合同没有登记点位", "the contract has no sites"),
    "unplaced": ("{n} 个点位没有坐标，算不出路程", "{n} sites have no position, so their way is unknown"),
    "way": ("{site}：自 {point} {km} km，约 {minutes} 分钟", "{site}: from {point} {km} km, about {minutes} min"),
    "records": ("履约凭证 {n} 条", "{n} records of obligations"),
    "days": ("{days}", "{days}"),
    "by_hand": ("补录 {n} 次", "{n} entries by hand"),
    "limit": ("约定 {value}，{by} 同意", "agreed {value}, by {by}"),
    "no_limit": ("这种配件还没有约定数", "nothing has been agreed for this part"),
    "no_subjects": ("范围内没有可衡量的对象", "there is nothing in scope to measure"),
    "prorated": ("本期不满整期，按天数折算为 {value}", "the period is not whole; in proportion to its days {value}"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence. facts: plain JSON values."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def plain(self) -> list[Any]:
        return [self.code, dict(self.facts)]


def step(code: str, **facts: Any) -> Step:
    """Raises KeyError for a sentence that there is not."""
    if code not in STEPS:
        raise KeyError(code)
    return Step(code, facts)


def sentences(steps: Iterable[tuple[str, Mapping[str, Any]]], language: str) -> list[str]:
    """The steps in words."""
    which = 1 if language.startswith("en") else 0
    return [STEPS[code][which].format_map(facts) for code, facts in steps if code in STEPS]


def hours(seconds: int) -> str:
    """Hours with one decimal, whole ones without."""
    return f"{round(seconds / 3600, 1):g}"

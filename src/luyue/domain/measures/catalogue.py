"""The measures of quotas: where the figure of each comes from, how it is put together, and that in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from luyue.domain.plan.model import Quota
from luyue.domain.plan.vocabulary import MEASURE_WORDS, Words, word_of

CYCLES = ("day", "week", "month", "quarter", "half_year", "year")
# Kinds of devices behind the words that a quota may be promised for.
DEVICES_PER: Mapping[str, tuple[str, ...]] = {
    "camera": ("camera",),
    "host": ("recorder", "server", "storage"),
    "device": (),
}
NAMED_PER = ("person", "part")
# The answer that says: every part has a figure of its own, see the contract's table of parts.
BY_PART = "parts"


class Source(StrEnum):
    """Where a figure comes from."""

    CALLS = "calls"
    DOWNTIME = "downtime"
    READINGS = "readings"
    POINTS = "points"
    RECORDS = "records"
    PARTS = "parts"
    HAND = "hand"


class Fold(StrEnum):
    """How the readings of a period become one figure."""

    LOWEST = "lowest"
    HIGHEST = "highest"
    SUM = "sum"
    SHARE = "share"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Measure:
    """How a measure is reckoned.

    kinds: kinds of devices that it looks at, none: all. at_least: the direction of a figure that a plan asks for.
    families: first words of what is owed, whose records count. formula: Chinese and English.
    """

    word: str
    source: Source
    fold: Fold = Fold.LATEST
    kinds: tuple[str, ...] = ()
    at_least: bool = True
    families: tuple[str, ...] = ()
    name: tuple[str, str] = ("", "")
    formula: tuple[str, str] = ("", "")

    @property
    def grows(self) -> bool:
        """Whether the figure only grows while the period runs, so that little at its beginning says nothing yet."""
        return self.source is Source.RECORDS

    @property
    def takes_readings(self) -> bool:
        """Whether somebody, a round or a probe may enter readings for it."""
        return self.source in (Source.READINGS, Source.PARTS, Source.HAND, Source.RECORDS)

    def name_in(self, language: str) -> str:
        zh, en = self.name
        return en if language.startswith("en") else zh

    def formula_in(self, language: str) -> str:
        zh, en = self.formula
        return en if language.startswith("en") else zh


_AVAILABLE = (
    "可用率 = 1 − 停用时长 ÷（设备数 × 期间时长 − 排除时长）。停用从报修到恢复，同一设备重叠的只算一次；"
    "不可抗力、客户原因、停电等排除时段，停用和期间都不计。",
    "availability = 1 − downtime ÷ (devices × length of the period − excluded time). Downtime runs from the report to "
    "the restoration, what overlaps on one device counts once; excluded time (force majeure, customer, power cut) "
    "counts neither as downtime nor as time.",
)
_LOWEST = "一期内各次读数取最小值", "the lowest of the period's readings"
MEASURES: Mapping[str, Measure] = {
    one.word: one
    for one in (
        Measure(
            "calls.answered_share", Source.CALLS, Fold.SHARE, name=("热线接通率", "answered share of calls"),
            formula=(
                "接通率 = 接通 ÷（接通 + 未接）；服务时间以外的和很快挂断的来电不计。",
                "answered ÷ (answered + missed); calls out of hours and given up at once do not count.",
            ),
        ),
        Measure(
            "availability.image_channels", Source.DOWNTIME, Fold.SHARE, ("camera",),
            name=("图像可用率", "availability of channels"), formula=_AVAILABLE,
        ),
        Measure(
            "availability.system", Source.DOWNTIME, Fold.SHARE, name=("系统可用率", "availability of the system"),
            formula=_AVAILABLE,
        ),
        Measure(
            "system.failure_rate", Source.DOWNTIME, Fold.SHARE, at_least=False, name=("故障率", "failure rate"),
            formula=(
                "故障率 = 停用时长 ÷（设备数 × 期间时长 − 排除时长）。停用从报修到恢复，同一设备重叠的只算一次。",
                "failure rate = downtime ÷ (devices × length of the period − excluded time). Downtime runs from the "
                "report to the restoration, what overlaps on one device counts once.",
            ),
        ),
        Measure(
            "recording.days_kept", Source.READINGS, Fold.LOWEST, ("recorder", "storage"),
            name=("录像保存天数", "days of recordings kept"),
            formula=(f"保存天数 = {_LOWEST[0]}；整个系统取最差的一台。",
                     f"days kept = {_LOWEST[1]}; for the whole system, of the worst host."),
        ),
        Measure(
            "recording.gaps", Source.READINGS, Fold.SUM, ("recorder", "storage"), at_least=False,
            name=("录像缺口", "gaps in recordings"),
            formula=("缺口 = 一期内各次检查发现的缺口之和。", "gaps = sum of the gaps that the period's checks found."),
        ),
        Measure(
            "recording.playable_share", Source.READINGS, Fold.SHARE, ("recorder", "storage"),
            name=("录像可调看比例", "share of recordings that play"),
            formula=("可调看比例 = 能回放的抽查 ÷ 全部抽查。", "samples that played ÷ all samples."),
        ),
        Measure(
            "storage.free", Source.READINGS, Fold.LOWEST, ("recorder", "server", "storage"),
            name=("磁盘剩余空间", "free disk space"),
            formula=(f"剩余空间 = {_LOWEST[0]}。", f"free space = {_LOWEST[1]}."),
        ),
        Measure(
            "image.covered", Source.READINGS, Fold.HIGHEST, ("camera",), at_least=False,
            name=("镜头遮挡", "covered lenses"),
            formula=("遮挡 = 一期内各次检查里最多的一次。", "covered = the highest of the period's checks."),
        ),
        Measure(
            "service_point.area", Source.POINTS, name=("服务点面积", "area of the service point"),
            formula=(
                "取离合同点位最近（服务点位最多）的服务网点登记的面积。",
                "the area of the service point that is the nearest one for most of the contract's sites.",
            ),
        ),
        Measure(
            "service_point.reach", Source.POINTS, at_least=False, name=("服务点路程", "way from the service point"),
            formula=(
                "每个点位到最近服务网点的路程：直线距离 × 1.3 ÷ 40 km/h；取最远的点位。",
                "for each site the way from the nearest service point: straight distance × 1.3 ÷ 40 km/h; the farthest "
                "site counts.",
            ),
        ),
        Measure(
            "training.new_watch_staff_hours", Source.RECORDS, Fold.SUM, families=("training.new_watch_staff",),
            name=("新值班员培训小时", "hours of training of new watch staff"),
            formula=(
                "每人小时 = 他到期末为止到场的培训和补录的小时之和；履约凭证上没有写人的，一件算一名。",
                "hours = trainings attended and hours entered for the person up to the period's end; an obligation "
                "recorded without a name counts as one person.",
            ),
        ),
        Measure(
            "meeting.days", Source.RECORDS, Fold.SUM, families=("meeting", "training", "assessment"),
            name=("交流培训天数", "days of meetings and training"),
            formula=(
                "天数 = 期内开过会议、培训、考核或有凭证的日期数（同一天只算一次）+ 补录的天数。",
                "days = dates in the period with a meeting, training or assessment held or recorded, each once, + days "
                "entered by hand.",
            ),
        ),
        Measure(
            "stock.wearing_parts", Source.PARTS, Fold.LOWEST, name=("易损件库存", "stock of wearing parts"),
            formula=("每种配件：一期内盘点的最低库存，对照约定的最低库存。",
                     "for each part: the lowest stock counted in the period against the least that was agreed."),
        ),
        Measure(
            "price.main_parts", Source.PARTS, Fold.HIGHEST, at_least=False,
            name=("主要配件价格", "price of main parts"),
            formula=("每种配件：一期内报价的最高价，对照约定的最高限价。",
                     "for each part: the highest price asked in the period against the agreed ceiling."),
        ),
    )
}  # fmt: skip


def measure_of(word: str) -> Measure:
    """A measure; one that is not in the table is entered by hand."""
    found = MEASURES.get(word)
    if found is not None:
        return found
    zh, en = (word_of(MEASURE_WORDS, word, language) for language in ("zh", "en"))
    return Measure(
        word,
        Source.HAND,
        name=(zh, en),
        formula=(
            "按一期内最近一次填报：直接填数值，或填分子和分母。",
            "the latest entry of the period: a value, or numerator and denominator.",
        ),
    )


def cycle_of(quota: Quota) -> str:
    """How long one period of a quota is: as the plan says, else a month."""
    return quota.per if quota.per in CYCLES else "month"


def subject_of(quota: Quota) -> str:
    """What there is one measurement for each period: `device`, `person`, `part`, or "" for the contract as a whole."""
    if quota.per in DEVICES_PER:
        return "device"
    if quota.per in NAMED_PER:
        return str(quota.per)
    return "part" if measure_of(quota.measure).source is Source.PARTS else ""


def device_kinds(quota: Quota) -> tuple[str, ...]:
    """Kinds of the devices that a quota is about; none: all of the contract."""
    if quota.per is not None and quota.per in DEVICES_PER:
        return DEVICES_PER[quota.per]
    return measure_of(quota.measure).kinds


STATE_WORDS: Words = {
    "open": ("进行中", "running"),
    "kept": ("达到", "kept"),
    "missed": ("未达到", "missed"),
    "no_data": ("无数据", "no data"),
    "waived": ("已豁免", "waived"),
    "nothing": ("本期无对象", "nothing to measure"),
}
REASON_WORDS: Words = {
    "force_majeure": ("不可抗力", "force majeure"),
    "customer": ("客户原因", "customer's fault"),
    "power": ("停电", "power cut"),
    "network": ("第三方线路中断", "line of a third party"),
    "planned": ("经同意的计划停机", "agreed downtime"),
    "not_a_fault": ("非故障", "not a fault"),
    "other": ("其他", "other"),
}
SOURCE_WORDS: Words = {
    "round": ("巡检", "round"),
    "import": ("导入", "import"),
    "api": ("接口", "API"),
    "hand": ("手工", "by hand"),
}

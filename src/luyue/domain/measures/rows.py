"""Rows of a file of readings: which column holds what, and what a row says (I-2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from luyue.domain.refusals import BadInput

# field → Chinese, English; the names that columns are known by.
COLUMNS: Mapping[str, tuple[str, str]] = {
    "device": ("设备（序列号或名称）", "device (serial number or name)"),
    "name": ("对象（人或配件）", "person or part"),
    "day": ("日期", "day"),
    "value": ("数值", "value"),
    "numerator": ("分子", "numerator"),
    "denominator": ("分母", "denominator"),
    "note": ("说明", "note"),
}
_KNOWN: Mapping[str, tuple[str, ...]] = {
    "device": ("设备", "序列号", "设备序列号", "设备名称", "摄像机", "主机", "通道", "device", "serial", "camera",
               "host"),
    "name": ("对象", "配件", "备件", "姓名", "人员", "物料", "part", "person", "name", "名称"),
    "day": ("日期", "时间", "检查日期", "盘点日期", "day", "date", "time"),
    "value": ("数值", "读数", "天数", "录像天数", "保存天数", "剩余空间", "缺口", "遮挡", "库存", "数量", "价格",
              "单价", "小时", "value", "days", "hours", "price", "stock"),
    "numerator": ("分子", "可回放", "成功", "numerator", "played", "good"),
    "denominator": ("分母", "抽查", "总数", "denominator", "all", "samples"),
    "note": ("说明", "备注", "note", "remark"),
}  # fmt: skip
_EXCEL_ZERO = date(1899, 12, 30)
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says; device and name as written."""

    day: date
    device: str = ""
    name: str = ""
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    note: str = ""


def suggest_columns(header: Iterable[str]) -> dict[str, str]:
    """Field → column, where a column's name says it: the same name first, then one that contains it."""
    columns = [one for one in header if one]
    found: dict[str, str] = {}
    for exact in (True, False):
        for field, names in _KNOWN.items():
            for column in columns:
                if field in found or column in found.values():
                    continue
                plain = column.strip().casefold()
                if any(plain == name if exact else name in plain for name in names):
                    found[field] = column
    return found


def read_row(fields: Mapping[str, object]) -> Row:
    """A row of a file. Raises BadInput: field day, value, numerator or denominator; problem missing, not_a_number."""
    return Row(
        day=_day(fields.get("day")),
        device=_text(fields.get("device"))[:150],
        name=_text(fields.get("name"))[:100],
        value=_number(fields, "value"),
        numerator=_number(fields, "numerator"),
        denominator=_number(fields, "denominator"),
        note=_text(fields.get("note"))[:LONGEST_NOTE],
    )


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).replace("\0", "").strip()


def _day(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and 20_000 < value < 80_000:
        return _EXCEL_ZERO + timedelta(days=int(value))
    text = _text(value)
    if not text:
        raise BadInput(field="day", problem="missing")
    plain = text.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    parts = plain.split("T")[0].split(" ")[0].split("-")
    if len(plain) == 8 and plain.isdecimal():
        parts = [plain[:4], plain[4:6], plain[6:]]
    try:
        year, month, day = (int(one) for one in parts)
        return date(year, month, day)
    except ValueError as error:
        raise BadInput(field="day", value=text[:40]) from error


def _number(fields: Mapping[str, object], field: str) -> float | None:
    value = fields.get(field)
    if isinstance(value, bool):
        raise BadInput(field=field, problem="not_a_number", value=str(value))
    if isinstance(value, int | float):
        return float(value)
    text = _text(value).replace(",", "").replace("，", "").removesuffix("%").strip()
    if not text:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise BadInput(field=field, problem="not_a_number", value=text[:40]) from error

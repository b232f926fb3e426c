"""Numbers, durations and recurrences as Chinese documents write them. All on cleaned text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

DIGITS = {
    "零": 0, "〇": 0, "一": 1, "壹": 1, "二": 2, "贰": 2, "两": 2, "三": 3, "叁": 3, "四": 4, "肆": 4, "五": 5,
    "伍": 5, "六": 6, "陆": 6, "七": 7, "柒": 7, "八": 8, "捌": 8, "九": 9, "玖": 9,
}  # fmt: skip
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000}
_HAN = "".join(DIGITS) + "".join(_TENS)
# Bounded, so that a long run of figures is passed over once and not from each of its places.
NUMBER = rf"(?:(?<!\d)\d{{1,9}}(?!\d)(?:\.\d{{1,6}})?|(?<![{_HAN}])[{_HAN}]{{1,12}})"
_TO = r"\s*[-~—–－至到]{1,2}\s*"


MOST = 1_000_000  # larger figures count nothing that a service promises
_LONGEST = 12  # letters; a longer run of figures is an account or a serial number


def number(text: str) -> float:
    """`24`, `0.5`, `二十四`, `两`, `贰`, `一百二十`; 0 when it is none, or a million and more."""
    if len(text) > _LONGEST:
        return 0.0
    try:
        written = float(text)
    except ValueError:
        return _spelt(text)
    return written if written < MOST else 0.0


def _spelt(text: str) -> float:
    if len(text) == 2 and all(letter in DIGITS for letter in text) and 0 < DIGITS[text[0]] < DIGITS[text[1]]:
        return float(DIGITS[text[1]])  # 两三个小时: three at most
    whole, part = 0, 0
    for letter in text:
        if letter in DIGITS:
            part = (
                part * 10 + DIGITS[letter] if part and letter not in _TENS and whole == 0 else DIGITS[letter]
            )
        elif letter in _TENS:
            whole += (part or 1) * _TENS[letter]
            part = 0
    return float(whole + part) if whole + part < MOST else 0.0


def plain(value: float) -> str:
    """2, 0.5: without a needless point."""
    return f"{value:g}"


@dataclass(frozen=True, slots=True)
class Amount:
    """A stretch of time in the text. `least` is the smaller bound of a range, `number` the larger one.

    unit: second minute hour day working_day week month quarter term year.
    """

    start: int
    end: int
    number: float
    unit: str
    least: float

    def iso(self, number: float | None = None) -> str:
        n = self.number if number is None else number
        match self.unit:
            case "second":
                return f"PT{plain(n)}S"
            case "minute":
                return f"PT{plain(n)}M"
            case "hour":
                return f"PT{plain(n)}H" if n == int(n) else f"PT{plain(n * 60)}M"
            case "week":
                return f"P{plain(n * 7)}D"
            case "month":
                return f"P{plain(n)}M" if n == int(n) else f"P{plain(n * 30)}D"
            case "quarter":
                return f"P{plain(n * 3)}M"
            case "term":
                return f"P{plain(n * 6)}M"
            case "year":
                return f"P{plain(n)}Y" if n == int(n) else f"P{plain(n * 12)}M"
        return f"P{plain(n)}D"

    @property
    def minutes(self) -> float:
        """Its length, roughly: days as whole days."""
        return self.number * _MINUTES[self.unit]

    @property
    def basis(self) -> str:
        return "business_day" if self.unit == "working_day" else ""

    @property
    def short(self) -> bool:
        return self.unit in ("second", "minute", "hour")


_MINUTES = {
    "second": 1 / 60, "minute": 1, "hour": 60, "day": 1440, "working_day": 1440, "week": 10080, "month": 43200,
    "quarter": 129600, "term": 259200, "year": 525600,
}  # fmt: skip
_UNITS: tuple[tuple[str, str], ...] = (
    ("working_day", r"个?(?:完整|法定)?(?:的)?工作[日天曰口](?!历)|工日|NBD"),
    ("hour", r"个?(?:工作|自然)?小时(?!数)|个?钟头|个钟(?!头)|h(?:ours?|rs?)?(?![a-z])"),
    ("minute", r"分钟|分(?=[内钟以之])|min(?:utes?|s)?(?![a-z])"),
    ("second", r"秒钟?|s(?![a-z])"),
    ("week", r"个?(?:周(?![一二三四五六日年])|星期(?![一二三四五六日])|礼拜)"),
    ("quarter", r"个?季度?"),
    ("term", r"个?学期"),
    ("month", r"个月|月(?=[内之以份]|$)(?!份)"),
    (
        "day",
        r"个?(?:自然|日历|连续)[日天]|天(?!气|线|花|然|候|津)|日(?!常|志|期|历|本|报(?:[表纸刊、,。;和及]|$)|前|益|月|均|后[，,]?也)",
    ),
    ("year", r"个?(?:学|自然|日历)?年(?!度|级|龄|月|审|检|会|报|[初底末])|周年"),
)
_UNIT = "|".join(f"(?P<u{i}>{pattern})" for i, (_, pattern) in enumerate(_UNITS))
_HALF_UNITS = (
    ("working_day", r"个?工作[日天]"),
    ("hour", r"个?小时|个?钟头"),
    ("day", r"[天日]"),
    ("month", r"个月|月"),
    ("year", r"年"),
)
_HALF_UNIT = "|".join(f"(?P<h{i}>{pattern})" for i, (_, pattern) in enumerate(_HALF_UNITS))
_AMOUNT = re.compile(
    rf"(?P<half>半个?)(?:{_HALF_UNIT})"
    r"|(?P<next>下(?:一|1)?个?工作[日天]|次(?:一)?个?工作[日天]|第二个工作[日天]|(?<![至到~-])(?:次日|翌日|隔[日天]|第二天)|(?<=[,。;:、^])明天(?=内|前))"
    r"|(?P<today>(?:当[天日]|24小时)(?:或者?|至|到)?(?:次日|隔[日天]|第二天)|当[天日晚](?=内|之内|完成|解决|修复|恢复|排除|抢|必须|务必|须|应(?!急)|处理|到|换|更换|办结|修好|回复|答复|书面|报告|提交|上报|反馈|汇报|给|送|弄|[修排搞处]|不能|无法|未|没|来|上门|赶|派))"
    r"|(?P<quarter_hour>一刻钟)"
    rf"|(?P<ordinal>第)?(?P<a>{NUMBER})(?:(?P<ua>个?小时|分钟|天|个?工作日|个月|年)?{_TO}(?P<b>{NUMBER}))?"
    rf"(?P<mid>个半|半)?[来多]?\s?(?:{_UNIT})(?P<tail>半(?![天日夜数]))?",
    re.IGNORECASE,
)


def amounts(text: str) -> list[Amount]:
    """Every duration in a cleaned text, in order. Dates (2021年, 7月31日) and hours of service (7×24小时) are none."""
    found: list[Amount] = []
    for one in _amounts(text):
        last = found[-1] if found else None
        if (
            last
            and last.unit == "hour"
            and one.unit == "minute"
            and last.end == one.start
            and one.number < 60
        ):
            # 1小时30分钟 is one length.
            whole = last.number * 60 + one.number
            found[-1] = Amount(last.start, one.end, whole, "minute", last.least * 60 + one.least)
        elif (
            last
            and (last.unit, one.unit) == ("year", "month")
            and one.number < 12
            and text[last.end : one.start] in ("", "零", "又", "加", "整零")
        ):
            # 三年零六个月 too.
            whole = last.number * 12 + one.number
            found[-1] = Amount(last.start, one.end, whole, "month", last.least * 12 + one.least)
        else:
            found.append(one)
    return found


def _amounts(text: str) -> Iterator[Amount]:
    for found in _AMOUNT.finditer(text):
        start, end = found.span()
        if found["half"]:
            unit = next(name for i, (name, _) in enumerate(_HALF_UNITS) if found[f"h{i}"])
            yield from _half(start, end, unit)
        elif found["next"]:
            yield Amount(start, end, 1, "working_day" if "工作" in found["next"] else "day", 1)
        elif found["today"]:
            yield Amount(start, end, 1, "day", 1)
        elif found["quarter_hour"]:
            yield Amount(start, end, 15, "minute", 15)
        else:
            unit = next(name for i, (name, _) in enumerate(_UNITS) if found[f"u{i}"])
            if _is_no_duration(text, found, unit):
                continue
            first = number(found["a"])
            last = number(found["b"]) if found["b"] else first
            extra = 0.5 if found["mid"] or found["tail"] else 0.0
            first = min(first, last)
            if last + extra > 0:  # 0小时 is a range's beginning or a slip, no length of time
                yield Amount(start, end, last + extra, unit, first + extra)


def _half(start: int, end: int, unit: str) -> Iterator[Amount]:
    match unit:
        case "hour":
            yield Amount(start, end, 30, "minute", 30)
        case "month":
            yield Amount(start, end, 15, "day", 15)
        case "year":
            yield Amount(start, end, 6, "month", 6)
        case _:
            yield Amount(start, end, 0.5, unit, 0.5)


def _is_no_duration(text: str, found: "re.Match[str]", unit: str) -> bool:
    start, written = found.start("a"), found["a"]
    before, after = text[max(0, start - 2) : start], text[found.end() : found.end() + 2]
    if (
        found["ordinal"]
        and unit != "working_day"
        and not (unit == "day" and text[found.end() :][:1] in ("内", "前"))
    ):
        return True
    if unit == "year" and re.fullmatch(r"(19|20)\d\d|二[0〇零].*", written):
        return True
    if unit == "day" and before.endswith("月"):
        return True
    if unit == "month" and re.fullmatch(r"\d{4}", written):
        return True
    if (
        before.endswith(("×", "*", "每天", "每日", "全天"))
        or re.search(r"\d/$", before)
        or after.startswith("×")
    ):
        return True
    if unit == "second" and written in ("千", "百"):
        return True
    # 一天不拖, 一年四季, 十年如一日: words of speech.
    return bool(re.match(r"一年四季|一天不|百年|千年|一日不|十年如|一周年庆", text[start : start + 4]))


# -- recurrence ------------------------------------------------------------------------------------------------------

_EVERY_UNITS = (
    ("PT30M", r"半个?小时(?!内)"),
    ("PT1H", r"个?小时(?!内)"),
    ("P15D", r"半个?月"),
    ("P1D", r"[日天](?!常)|个?工作[日天]|日度"),
    ("P1W", r"个?(?:周|星期|礼拜)(?![一二三四五六日天至]至)"),
    ("P1M", r"个?(?:自然)?月(?:度|份)?"),
    ("P3M", r"个?(?:自然)?季(?:度)?"),
    ("P6M", r"个?(?:半年|半年度|学期)"),
    ("P1Y", r"个?(?:自然|学)?年(?:度)?"),
)
_EVERY_UNIT = "|".join(f"(?P<e{i}>{pattern})" for i, (_, pattern) in enumerate(_EVERY_UNITS))


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often. `every` in ISO, `count` times in it; `start`, `end` in the text."""

    start: int
    end: int
    every: str
    count: int | None = None
    count_per: str | None = None


_EVERY = re.compile(
    rf"(?:每(?:隔|间隔|逢)?(?:一个|一|1个|1)?|逐|按)(?P<full>{_EVERY_UNIT})(?![一二三四五六日]?[0-9]{{1,2}}[:点][0-9]{{0,2}}分?\s?[-~至到])(?!度?合同|付|支付|计[,。;算]|收费|考核|结算|标准|缴)"
)
_EVERY_N = re.compile(
    rf"(?:每(?:隔|间隔)?|间隔(?:不超过|不大于)?)(?P<n>{NUMBER})(?:-{NUMBER})?(?P<u>个?(?:月|季度|星期|周|礼拜|工作日|学期|小时)|天|日|年|分钟)"
)
_TIMES = rf"(?P<n>{NUMBER})(?:{_TO}(?P<m>{NUMBER}))?\s?(?:个)?(?:人)?[次遍回场]"
_SLASH = re.compile(
    rf"{_TIMES}\s?/\s?(?:每)?(?:(?P<k>{NUMBER})个?(?P<ku>月|周|年|天|日|季度|学期|小时)|(?P<u>[日天周月季年]|半年|半月|季度|学期|年度))"
)
_PERIOD_ONCE = re.compile(
    rf"(?P<u>(?:一个?|1个?|半|{NUMBER}个?)(?:周|星期|礼拜|(?<=个)月|季度|年|学期|学年)|半年|季度|月度|年度|学期)(?!之?[后前])(?!以[后前])"
    rf"(?:内|至少|不少于|不低于|进行|定期|开展|实行|巡检|(?!发生|出现|连续|累计|超过)[^,。;0-9一二三四五六七八九十每]){{0,12}}?"
    rf"(?:不少于|不低于|至少)?(?P<n>{NUMBER})(?:{_TO}{NUMBER})?[次遍回]"
)
_ADJECTIVE = re.compile(
    r"(?P<u>日|周度|周|半月|月度|月|季度|季|半年度|半年|年度|年|学期)"
    r"(?=(?:巡检|巡查|巡视|自检|抽检|点检|例检|盘库|大检修|大保养|小修|养护|清洁|清洗|校准|检验|测试|升级|例会|检查|保养|维护|维保|检测|回访|总结|(?:分析|运行|评估|统计)?报告|报表|体检|盘点|演练|培训|考核会|服务报告|运维报告|工作报告|检修|润滑|除尘|清扫|保洁|大检|大修|满意度|测评|评估|复训|总检|评审|普查|排查|消毒|抽查|安检|巡护|点检|全面检|全面巡|预防性维护)(?!.{0,4}(?:费|合同|协议|另议|价)))"
)
# 每季度对甲、半年对乙进行一次: how often, then what.
_FOR_EACH = re.compile(
    r"(?<![每\d一二三四五六七八九十近前])(?P<u>半年|季度|月度|年度)(?=对[^,。;]{2,40}(?:一次|1次|进行|开展))"
)
# 寒暑假各一次: two seasons are half years.
_TWICE_A_YEAR = re.compile(
    r"(?:[春夏秋冬]季?(?:、|和|及)[春夏秋冬]季?(?:来临|到来)|寒、?暑假|入[春夏秋冬](?:前|后)?(?:、|和|及)入[春夏秋冬]|春、?秋(?:两)?季?|夏、?冬(?:两)?季?|冬、?夏(?:两)?季?|上、?下半年|年中(?:、|和|及)年[末底]|汛期?前、?(?:汛期?)?后|采暖季?前、?后)(?:前|后|期间|开学前|之?前)?各"
)
# 每年春运前、暑运前各检修一次: two events of a year.
_TWO_EVENTS = re.compile(
    r"每年(?:的)?[\u4e00-\u9fff]{1,6}[前后](?:、|和|及|与)[\u4e00-\u9fff]{1,6}[前后](?:期间)?各"
)
# 隔周, 逢双月: every other one; 每隔一周 leaves open which it means and is taken as it is written.
_EVERY_OTHER = re.compile(
    r"(?<!每)(?:隔(?P<u>[周月])(?=[^,。;]{0,12}(?:[一1]次|进行|开展|召开|提交))|隔(?P<d>[日天])(?=[^,。;]{0,10}(?:[一1]次|巡|检查))|(?P<m>每?逢?[单双奇偶]数?月))"
)
# 每年5月和10月各, 每月1日、15日各: as many times as days are named.
_NAMED_TIMES = re.compile(
    r"每(?P<u>年|月)度?的?(?P<first>\d{1,2}|[一二三四五六七八九十]{1,2})[月日号](?:[上中下]旬|[初底末])?(?P<more>(?:(?:、|,|和|及|与)(?:\d{1,2}|[一二三四五六七八九十]{1,2})[月日号](?:[上中下]旬|[初底末])?)+)(?=[^,。;\d]{0,16}(?:各|分别))"
)
_CYCLE = re.compile(
    rf"(?:(?<!安装)(?<!调试)(?<!施工)(?<!建设)(?<!供货)(?<!交货)(?<!生产)(?<!采购)(?<!返修)(?<!维修)(?<!修理)(?<!实施)(?<!处理)周期|频率|频次|间隔)(?:为|:|是|控制在|不超过|不大于|最长)*(?P<u>半年|季度|月度|年度|(?:{NUMBER})个?(?:周|月|季度|年|学期|天|日(?!志)))(?!内|前|后)"
)
_LONG = {
    "半月": "P15D", "日": "P1D", "天": "P1D", "周": "P1W", "月": "P1M", "季": "P3M", "年": "P1Y", "半年": "P6M", "季度": "P3M", "周度": "P1W",
    "学期": "P6M", "年度": "P1Y", "月度": "P1M", "半年度": "P6M",
}  # fmt: skip


def counted(text: str) -> int | None:
    """How often something is done, `2次`, `1~2次` (the smaller number): None when no count stands there."""
    found = re.search(_TIMES, text)
    return int(number(found["n"])) if found else None


def every_of(count: float, unit: str) -> str:
    """`6`, `个月` → P6M."""
    unit = unit.removeprefix("个")
    n = plain(count)
    match unit:
        case "月":
            return f"P{n}M"
        case "季度" | "季":
            return f"P{plain(count * 3)}M"
        case "学期":
            return f"P{plain(count * 6)}M"
        case "周" | "星期" | "礼拜":
            return f"P{n}W"
        case "年" | "学年":
            return f"P{n}Y"
        case "小时":
            return f"PT{n}H"
        case "分钟":
            return f"PT{n}M"
    return f"P{n}D"


def recurrences(text: str) -> list[Recurrence]:
    """Every statement of how often, in order; overlapping ones once."""
    found: list[Recurrence] = []

    def add(start: int, end: int, every: str, count: int | None = None) -> None:
        if not any(start < other.end and other.start < end for other in found):
            found.append(Recurrence(start, end, every, count))

    for hit in _TWO_EVENTS.finditer(text):
        add(hit.start(), hit.end(), "P1Y", 2)
    for hit in _NAMED_TIMES.finditer(text):
        times = 1 + len(re.findall(r"[月日号]", hit["more"]))
        add(hit.start(), hit.end(), "P1Y" if hit["u"] == "年" else "P1M", times)
    for hit in _EVERY_OTHER.finditer(text):
        unit = "月" if hit["m"] else hit["u"] or hit["d"]
        add(hit.start(), hit.end(), every_of(2, unit))
    for hit in _SLASH.finditer(text):
        if hit["k"] and not number(hit["k"]):
            continue
        every = every_of(number(hit["k"]), hit["ku"]) if hit["k"] else _LONG[hit["u"]]
        add(hit.start(), hit.end(), every, int(number(hit["n"])))
    for hit in _EVERY_N.finditer(text):
        n = number(hit["n"])
        if n:
            add(hit.start(), hit.end(), every_of(n, hit["u"]))
    for hit in _EVERY.finditer(text):
        every = next(name for i, (name, _) in enumerate(_EVERY_UNITS) if hit[f"e{i}"])
        if re.match(r"[节饼青轮龄]", text[hit.end() : hit.end() + 1]) and len(hit["full"]) == 1:
            continue
        # 每月20日, 每周三: the day of the period follows, it is still the period.
        add(hit.start(), hit.end(), every)
    for hit in _PERIOD_ONCE.finditer(text):
        unit = hit["u"]
        once = _LONG.get(unit) or _once_per(unit)
        if once and not text[: hit.start()].endswith(("每", "全", "共", "第", "前", "后", "近")):
            add(hit.start(), hit.end(), once, int(number(hit["n"])))
    for hit in _CYCLE.finditer(text):
        every_cycle = _LONG.get(hit["u"]) or _once_per(hit["u"])
        if every_cycle:
            add(hit.start("u"), hit.end("u"), every_cycle)
    for hit in _TWICE_A_YEAR.finditer(text):
        add(hit.start(), hit.end(), "P6M", 1)
    for hit in _FOR_EACH.finditer(text):
        add(hit.start("u"), hit.end("u"), _LONG[hit["u"]])
    for hit in _ADJECTIVE.finditer(text):
        if text[: hit.start()].endswith(
            ("每", "半", "节", "假", "当", "本", "今", "全", "去", "下", "上", "同", "工作")
        ):
            continue
        ahead = text[max(0, hit.start() - 1) : hit.start()]
        if not re.match(r"[日周月年季]\d", hit.group()) and not re.match(
            r"[\d一二两三四五六七八九十几数]", ahead
        ):
            add(hit.start(), hit.end(), _LONG[hit["u"]])
    found.sort(key=lambda one: one.start)
    return found


def _once_per(unit: str) -> str | None:
    if unit.startswith("半"):
        return "P6M" if "年" in unit else None
    hit = re.fullmatch(rf"({NUMBER})个?(周|星期|礼拜|月|季度|年|学期|学年|天|日)", unit)
    # 2022年度 is a date.
    return every_of(number(hit[1]), hit[2]) if hit and 0 < number(hit[1]) < 100 else None

"""Numbers of things: spares, vehicles, service points, faults, points in a survey."""

import re
from collections.abc import Iterator

from luyue.reading.amounts import NUMBER, number
from luyue.reading.drafts import Quota
from luyue.reading.frame import Frame, clause_of
from luyue.reading.passages import Passage
from luyue.reading.rules.bounds import LEAST
from luyue.reading.rules.rates import PLAIN_RATE, RATE, name_of

_UNITS = re.compile(rf"(?P<n>{NUMBER})\s?(?P<u>平方米|平米|㎡|GB?|TB?|MB?)(?![A-Za-z])")


_SCORE = re.compile(
    rf"(?:满意度?|评价|打分|评分|得分|考核分?)[^,。;\d一二三四五六七八九十]{{0,14}}?(?:[(][^()]{{0,12}}[)])?[^,。;\d一二三四五六七八九十]{{0,8}}(?:(?:不低于|不少于|不得低于|要?达到?|≥|>=?|在)(?P<n>{NUMBER})分(?!钟|之|[一-十])|(?P<m>{NUMBER})分(?!钟|之)(?:及?以上|(?=[,。;]|$)))"
)


_RINGS = re.compile(
    rf"(?:响铃|铃响|铃声|振铃)[^,。;\d]{{0,8}}?(?P<n>{NUMBER})\s?[声次遍]|(?P<m>{NUMBER})\s?[声次](?:铃|响铃|铃响)"
)


_SPARES = re.compile(
    rf"(?:备[件品]|配件|易损件)[^,。;\d]{{0,10}}(?:常备|不少于|不低于|至少|≥)(?P<s>{NUMBER})\s?种|(?P<n>{NUMBER})\s?(?:台|套|件|块|只|个(?!工))(?:以上)?[^,。;]{{0,8}}(?:备用|备机|备件|备品)|(?:备用机|备机|备品备件|备用设备|备件)[^,。;]{{0,8}}(?:不少于|不低于|至少|≥|各)(?P<m>{NUMBER})\s?[台套件块个只]|各备?(?P<k>{NUMBER})\s?[台套件块个只条根支张][^,。;]{{0,4}}(?:常备|备用|存放|放在)"
)


_KEPT_ON_SITE = re.compile(
    r"(?:常备|存放|储备|备有|备足|配备|备用|现场备|备品备件:|备件(?:库)?:)[^。;]{0,40}"
)


_EACH = re.compile(
    rf"(?:[\u4e00-\u9fff]{{2,8}}?|(?<=[、,])[A-Z]{{2,6}}\s?)(?P<n>{NUMBER})\s?(?P<u>台|块|只|套|节|件|根|支|组|枚|条|张|片|对|副|桶|瓶|把|盏|卷|盒|箱|个(?![工月小区站点季人年]))(?![件装])|(?P<m>{NUMBER})\s?(?:台|块|只|套|节|件|根|支|组|枚|条|张|片|对|副|桶|瓶|把|盏|卷|盒|箱)(?![件装])[\u4e00-\u9fff]{{2}}"
)


_POINTS_OF_SERVICE = re.compile(
    rf"(?:服务网点|服务站|维[修护][站点]|养护站|运维站|抢修点|服务点|办事处|驻点|售后网点|网点)[^,。;\d]{{0,8}}?(?P<n>{NUMBER})\s?[个处家]|(?P<m>{NUMBER})\s?[个处家](?:售后|本地|维修)?(?:服务网点|服务站|维修[站点]|服务点|办事处|网点)"
)


_VEHICLES = re.compile(
    rf"(?:专|登高|升降|高空作业|巡检|巡逻|清洗|吸污|皮卡|面包|工具|吊|叉|指挥|运输)车\s?(?P<k>{NUMBER})\s?[辆台]|(?:服务|维修|维护|养护|运维|抢修|救援|工程|移动|应急)[^,。;\d]{{0,6}}车辆?[^,。;\d]{{0,4}}?(?P<n>{NUMBER})\s?[辆台]|(?P<m>{NUMBER})\s?辆[^,。;]{{0,6}}车"
    rf"|(?:自有|自备|专用)[^,。;\d]{{0,6}}车辆?(?P<o>{NUMBER})\s?[辆台]|(?:配备?|投入|提供|安排)[^,。;\d]{{1,10}}车(?:辆)?(?:不少于|不低于|至少|≥|各|共)?(?P<v>{NUMBER})\s?辆"
)


_FAULTS = re.compile(
    rf"(?:故障|中断|停机|[断停][电水网气]|事故|误操作|晚点)(?:次数|起数|数)?[^,。;\d率]{{0,8}}(?:不超过|≤|<|少于|低于|不多于|控制在)(?P<n>{NUMBER})\s?[次起件]"
)


_COMPLAINTS = re.compile(
    rf"投诉(?:次数|起数|数|件数|量)?[^,。;%]{{0,12}}(?:不超过|不得超过|≤|<|少于|低于|不多于|不高于|控制在)(?P<n>{NUMBER})\s?[次起件](?!率)"
)


_BARE_CELL = re.compile(
    rf"(?:全年|每[月年季]|年度)?\s?(?:≥|≤|<=?|>=?|不超过|不低于|不高于|不多于)(?P<n>{NUMBER})\s?(?P<u>[分次起件])(?:/[年月季])?"
)


def _cells(frame: Frame, passage: Passage) -> Iterator[Quota]:
    """科室满意度 | ≥92分; 用户投诉 | ≤2次: the row says what is counted."""
    hit = _BARE_CELL.fullmatch(passage.text) if passage.cell else None
    if not hit or not number(hit["n"]):
        return
    names = (
        (("satisfaction", r"满意|评价|评分"),)
        if hit["u"] == "分"
        else (("complaint_count", r"投诉"), ("fault_count", r"故障|停机|中断|事故"))
    )
    what = next((name for name, pattern in names if re.search(pattern, passage.row)), "")
    if what:
        points = hit["u"] == "分"
        where = frame.found(passage.start, passage.end, "quota.cell", 0.75, passage)
        yield Quota(what, ">=" if points else "<=", number(hit["n"]), "points" if points else "times", where)


_LOAD = re.compile(
    rf"(?:每[名位个]|人均|每人)[^,。;\d]{{0,14}}(?:不超过|不多于|≤|不大于)(?P<n>{NUMBER})\s?[台套部座个处户站家]|每人负责(?:{NUMBER}\s?[至到~-])?(?P<p>{NUMBER})\s?(?:[台套部座处户站家所间栋]|个(?=站|点|校|场|门店|网点|小区))|每(?P<m>{NUMBER})[台套部][^,。;]{{0,10}}(?:配备?|安排)(?:不少于)?[1一][名位人]"
)


_PLACES = re.compile(
    rf"名额(?:不少于|为|:|至少)?(?P<n>{NUMBER})[个名人位]|(?P<m>{NUMBER})个?(?:免费)?(?:厂家|原厂|外出)?(?:培训)?名额"
    rf"|(?:选送|选派|推荐|保送)(?P<s>{NUMBER})[名人位][^,。;]{{0,12}}?(?:参加|赴|到)[^,。;]{{0,10}}?(?:认证|培训|进修|学习)"
)


_LESSONS = re.compile(
    rf"(?:累计|合计|全年|年度|每年|人均|每人)[^,。;\d]{{0,10}}(?:不少于|不低于|≥|至少|不得少于)\s?(?P<n>{NUMBER})\s?个?(?:学时|课时)"
)


def _ratios(frame: Frame, passage: Passage) -> Iterator[Quota]:
    """Devices for each engineer, places in a training, lessons in a year."""
    text = passage.text
    for pattern, what, op, unit in (
        (_LOAD, "units_per_engineer", "<=", "units"),
        (_PLACES, "training_places", "=", "people"),
        (_LESSONS, "training_hours", ">=", "hours"),
    ):
        for hit in pattern.finditer(text):
            value = number(next((one for one in hit.groupdict().values() if one), "0"))
            if value:
                first, last = clause_of(text, hit.start(), hit.end())
                where = frame.found(
                    passage.start + first, passage.start + last, f"quota.{what}", 0.7, passage
                )
                yield Quota(what, op, value, unit, where)


# 吊杆电机备1台: so many are kept of a thing.
_KEPT_OF = re.compile(
    rf"[\u4e00-\u9fff]{{2,8}}?(?<![设配准筹预贮])备(?:有|足)?(?P<n>{NUMBER})\s?(?:台|块|只|套|节|件|根|支|组|枚|条|张|片|对|副|桶|瓶|把|盏|卷|盒|箱|个(?![工月小区站点季人年]))"
)
_STOCK = re.compile(r"备[品用件]|常备|现场|库|间|储备")
_LISTED = re.compile(
    r"[\u4e00-\u9fff()、]{2,12}(?:不少于|不低于|至少|≥|:)?\d+\s?[台块只套节件根支组枚条张片对副桶瓶个把盏卷盒箱]"
)


def _stock_from(passage: Passage) -> int:
    """Where a list of what is kept begins; -1 for none. It may go on behind a semicolon: 备件按3%储备;整屏不少于15块."""
    text = passage.text
    kept = _KEPT_ON_SITE.search(text)
    if kept and (_STOCK.search(text) or kept.group().startswith("存放")):
        return kept.start()
    goes_on = passage.before.endswith(";") and re.search(
        r"备[品用件][^。]{0,20}(?:储备|常备|备货|备足)", passage.before
    )
    return 0 if goes_on and _LISTED.match(text) else -1


def others(frame: Frame, passage: Passage) -> Iterator[Quota]:
    text = passage.text
    for pattern, what, unit, op in (
        (_RINGS, "rings", "times", "<="),
        (_SPARES, "spares_on_site", "units", ">="),
        (_FAULTS, "fault_count", "times", "<="),
        (_COMPLAINTS, "complaint_count", "times", "<="),
        (_POINTS_OF_SERVICE, "service_points", "units", ">="),
        (_VEHICLES, "vehicles", "units", ">="),
    ):
        for hit in pattern.finditer(text):
            groups = hit.groupdict()
            value = number(next((one for one in groups.values() if one), "0"))
            if what == "service_points" and re.search(
                r"全国|遍布|各[省大]|国内|全球|拥有|现有", text[: hit.end()]
            ):
                continue
            if what == "fault_count" and re.search(r"重复|再次", hit.group()):
                what = "repeat_count"  # 同类故障半年内重复发生不超过1次
            if value:
                first, last = clause_of(text, hit.start(), hit.end())
                where = frame.found(
                    passage.start + first, passage.start + last, f"quota.{what}", 0.75, passage
                )
                yield Quota(what, op, value, unit, where)
    since = _stock_from(passage)
    if since >= 0:
        for hit in _EACH.finditer(text, since):
            value = number(hit["n"] or hit["m"])
            if 0 < value < 1000 and not re.search(r"共|每", text[max(0, hit.start() - 1) : hit.start()]):
                first, last = clause_of(text, hit.start(), hit.end())
                where = frame.found(
                    passage.start + first, passage.start + last, "quota.on_site", 0.65, passage
                )
                yield Quota("spares_on_site", ">=", value, "units", where)
    for hit in _KEPT_OF.finditer(text):
        first, last = clause_of(text, hit.start(), hit.end())
        if 0 < number(hit["n"]) < 1000 and not _KEPT_ON_SITE.search(text[first:last]):
            where = frame.found(passage.start + first, passage.start + last, "quota.on_site", 0.65, passage)
            yield Quota("spares_on_site", ">=", number(hit["n"]), "units", where)
    for hit in _SCORE.finditer(text):
        score = number(hit["n"] or hit["m"])
        if not score or re.match(r"的|者|[,]?(?:扣|罚|视为|付|支付|全额)", text[hit.end() :]):
            continue
        first, last = clause_of(text, hit.start(), hit.end())
        where = frame.found(passage.start + first, passage.start + last, "quota.points", 0.75, passage)
        yield Quota("satisfaction", ">=", score, "points", where)
    yield from _cells(frame, passage)
    yield from _ratios(frame, passage)
    for hit in PLAIN_RATE.finditer(text):
        rates = list(RATE.finditer(text[max(0, hit.start() - 12) : hit.start("n")]))
        if rates:
            first, last = clause_of(text, hit.start(), hit.end())
            where = frame.found(
                passage.start + first, passage.start + last, "quota.plain_rate", 0.65, passage
            )
            yield Quota(name_of(rates[-1]), ">=", float(hit["n"]), "%", where)
    for hit in _UNITS.finditer(text):
        first, last = clause_of(text, hit.start(), hit.end())
        before = text[first : hit.start()]
        if not LEAST.search(before):
            continue
        area = hit["u"] in ("平方米", "平米", "㎡")
        if area and not re.search(r"面积|场所|场地|仓库|网点|办公", before):
            continue
        if not area and not re.search(r"剩余|空闲|可用|空间|容量", before):
            continue
        unit = "m2" if area else hit["u"].upper().removesuffix("B") + "B"
        where = frame.found(passage.start + first, passage.start + last, "quota.size", 0.75, passage)
        yield Quota("service_point_area" if area else "free_disk", ">=", number(hit["n"]), unit, where)

"""Work by the calendar, once, or after an event."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from luyue.reading.amounts import NUMBER, Recurrence, amounts, counted, number, recurrences
from luyue.reading.drafts import Duty
from luyue.reading.frame import Frame, clause_of, theirs
from luyue.reading.passages import Passage

_NOUNS = r"(?!人员|计划|方案|内容|记录|制度|教材|手册|资料|工程师|部门|中心|讲师|场地|地点|对象|课程|费用?|师|流程|表|要求|目标|效果|质量|体系|能力|机构|安排|大纲|结果|期[间内]?|单|项目|标准|时间|方式|团队|专员|经理|保修|服务期|建议|成绩|通知)"
# 巡检报告 is a report, 维护例会 a meeting: the work in front is only what it is about.
_KIND = (
    r"(?:(?:巡检|检查|保养|维护|维保|培训|测试|检测|巡查|回访|调查|升级|备份|演练|(?:风险|安全|健康|性能|容量)?评估|盘点|运维|维修|清洁|校准|满意度|检修|养护|故障|值班|运行|抽检|巡视){1,3}"
    r"(?:服务|情况|工作|结果|总结|分析|质量|记录|汇总|统计|月度|季度|年度|及|、|和|与){0,3})?"
)
_ACTIVITIES: tuple[tuple[str, str], ...] = (
    ("survey", r"满意度(?:调查|测评|回访|评价|调研|评估|打分|评分)|问卷(?:调查)?|打个?分|评分表|(?<!等保)(?<!安全)(?<!系统)(?<!性能)测评(?!费)|意见征[集询]|征[求集](?:[^,。;]{0,8})意见|用户调查|客户调查"),
    ("other:document", r"(?:填写|填报|上传|录入)(?![^,。;]{0,12}(?:报告|(?<!工)单))[^,。;]{0,12}(?:记录|工单|台账)"),
    ("other:risk_assessment", r"(?:风险|安全|隐患|漏洞)(?:评估|扫描|加固)(?!报告|总结|服务报告)|渗透测试"),
    ("report", _KIND + r"(?:报告(?!人|单位|给|用户|负责|上级)|报表|汇总表?|统计表|保养单|建议书|晨报|快报|清单(?=[,。;]|$)|评估书|分析材料|月报|季报|年报|周报|简报|(?<!归档)(?<!系统)(?<!操作)(?<!数据库)(?<!告警)日志(?!分析|管理|检查|文件|备份|归档|传|审计|保|留|每|按)|工作总结(?!会|考核)|总结(?=[,。; 每]|$)|台账|小结|服务单|工作单|确认单|回执单?|反馈单|报告单|维修单|维护单|派工单|记录单|《[^》]{1,16}(?:(?<!工)单|报告|报告书)》|(?:书面|签字)的?[^,。;]{0,4}(?:单子|材料|说明)|(?<=[交出]一份)[^,。;]{0,10}(?:总结|说明|单子|情况)|(?<=提交)[^,。;、]{0,4}记录|热点分析)"),
    ("drill", r"演练|演习|实战推演|(?:双机|主备|容灾)?切换测试"),
    ("meeting", _KIND + r"(?:例会|交流会|座谈会?|会商会?|评审会|沟通会|当面汇报|碰头|总结会|评审会|考核会议?|会议(?!室|纪要|期间|计划|保障|系统|记录|设备|要求)|碰头会|协调会|研讨会|联席会议?|专题会|调度会|周会|月会|恳谈会|见面会|通气会|沙龙|论坛|回顾会|复盘会|(?<=[次个场])[\u4e00-\u9fff]{2,3}会(?=[,。;、]|$))|碰(?:一次|个|一个|一回)头|坐下来|当面(?:讲|说|沟通|通报|汇报)|(?<=召开)[^,。;]{0,10}会(?:议)?|(?<=开)[^,。;]{0,8}会(?=[,。;]|$)|沟通(?:至少|一次|交流|协调)|技术交流(?!会)|面谈"),
    ("training", rf"(?:培训(?:活动)?|讲解|授课|讲座|教学|复训|宣讲|带教|轮训|练兵|岗位练习|教育(?!部|局|厅)|学习(?!资料|平台)|宣贯|交底|演示|指导操作|操作指导|实操课|公开课|安全课|(?<=乘梯)课|(?<=[次堂回节])课|讲(?:一|两|几)?[次堂]?课|上[^,。;]{{0,4}}课|教一[遍次]){_NOUNS}"),
    ("follow_up", rf"(?:回访|走访|拜访|登门|电话询问|上门听取|访问(?=用户|客户|[,。;]|$)|电话访问|通(?:一?[次个])?电话){_NOUNS}"),
    ("backup", r"快照|恢复(?:性)?(?:验证|抽测)|全备|增备|差异备|增量(?=每|备|,|、|$)|数据归档|(?:全量|增量|异地)备份|备份(?!恢复|文件|方案|设备|系统|线路|机|件|链路|电源|人员|库|介质|保[存留]|数据保|至少|可|不)"),
    ("upgrade", rf"(?:升级|更新|补丁){_NOUNS}"),
    ("other:calibration", r"校准|校验|检定|标定|计量|比对"),
    ("other:stocktake", r"盘点"),
    ("maintenance", rf"(?:保养|维护保养|(?<![较重特最])[大中小]修|维护(?!期)|维保|清洁|清洗|冲洗|清灰|吹灰|擦拭|擦(?=[一洗遍])|打扫|消毒|紧固|加油|换油|注油|疏通|清掏|清淤|清渣|清焦|清罐|除垢|除锈|防腐|刷漆|补漆|打蜡|灌[注装]|滴油|抹油|(?<!安装)(?<!安装[、并和及])调试|调校|维修保养|洗一|吹一|除尘|养护|润滑|保洁|清扫|清理){_NOUNS}"),
    ("inspection", rf"(?:巡检|巡视|巡查|巡访|检查|体检|查验|点检|检测|检验|排查|普查|检修|年检|复查|抽查|抽检|自检|查看|巡护|巡逻|巡养|巡维|巡修|点巡|踏勘|督查|督导|稽查|安检|健检|体检|抽验|摸排|盘查|勘察|查勘|查漏|晨检|日检|周检|月检|季检|探伤|抄表|抄录|测温|特巡|摸底|试机|试运[行转]|测[量温一]|查一|看一[遍看次]|走一[遍趟圈]|过一遍|对一遍|看看|(?<=来)看){_NOUNS}"),
    ("other:replacement", r"更换(?!人员|为|的|记录|清单|情况)|轮换(?!休)"),
    ("other:audit", r"审计(?!局|署|部|处|报告|日志|员)|对账(?!单)|(?:权限|账号|账户)[^,。;]{0,4}(?:清理|核[查对]|复核|审[查核])|(?:等级保护|等保|安全|系统)测评(?!费|师|报告)|宣传(?!品|册|部|栏)"),
    ("other:test", rf"(?:测试|试验|启动一次|放水|充放电(?!维护|保养)|放电(?!维护|保养)|验证|考试|校核|化验|取样|采样){_NOUNS}"),
    ("other:standby", r"值班(?!室|电话|表|人员|[员长]|工程师|经理|领导|技术|制|记录|手机|号|热线|岗)|值守(?!员|人员|岗|满意|质量|情况)|驻守|保驾护航|待命|随岗|全程在场|驻在"),
)  # fmt: skip
_ACTIVITY = re.compile("|".join(f"(?P<a{i}>{pattern})" for i, (_, pattern) in enumerate(_ACTIVITIES)))
_PAPERS = re.compile(
    r"[^,。;]{0,10}?(?:台账|清单|预案|资料|档案|文档|知识库|手册|拓扑|记录|目录)(?!系统|平台)"
)
_TAUGHT = re.compile(
    r"(?:(?:及|和|与|、)(?=使用|故障|操作|排障|常见|应急|知识))?(?:使用|故障排除|故障处理|知识|技能|技术|操作|方法|要点|常识|等|方面|内容|的){0,4}(?:培训|讲解|指导|交底|教学)"
)
_MONTH_END = re.compile(r"(?<![每今明去本一二三四五六七八九十\d])(?P<u>月|季度?|年)(?:度)?(?:底|末|终)")


@dataclass(frozen=True, slots=True)
class Activity:
    """Work named in a text."""

    start: int
    end: int
    name: str


def activities(text: str) -> list[Activity]:
    """Work named in a text, in order."""
    found = []
    for hit in _ACTIVITY.finditer(text):
        name = next(name for i, (name, _) in enumerate(_ACTIVITIES) if hit[f"a{i}"] is not None)
        if name == "maintenance" and text[max(0, hit.start() - 1) : hit.start()] == "运":
            continue  # 运维 is the service as a whole
        if name in ("maintenance", "inspection", "upgrade", "backup") and _TAUGHT.match(text, hit.end()):
            continue  # 日常维护培训: what is taught
        if name == "upgrade" and _PAPERS.match(text, hit.end()):
            name = "other:records"  # 更新台账 is no new version
        found.append(Activity(hit.start(), hit.end(), name))
    return found


def duties(frame: Frame) -> Iterator[Duty]:
    """Every duty of a document."""
    for passage in frame.promising:
        reason = frame.why(passage.text)
        if reason and not passage.glued:
            continue
        for rule in (_recurring, _nominal, _once, _by_event):
            for duty in rule(frame, passage):
                if not reason or frame.keeps(passage):
                    yield duty


# -- by the calendar -------------------------------------------------------------------------------------------------


def _recurring(frame: Frame, passage: Passage) -> Iterator[Duty]:
    text = passage.text
    repeated = _chosen(text, _with_ends(text, recurrences(text)))
    if not repeated:
        return
    done = [one for one in activities(text) if one.name != "other:document"]
    repeated = [one for one in repeated if not _said_twice(text, one, repeated)]
    # Rows of a table that a scraper glued: more rhythms than marks between them.
    marks = len(re.findall("[,。;:、]", text[repeated[0].start : repeated[-1].end])) if repeated else 0
    glued = len(repeated) >= 3 and marks < len(repeated) - 1
    for index, one in enumerate(repeated):
        if _no_recurrence(text, one):
            continue
        since = repeated[index - 1].end if index else 0
        stop = repeated[index + 1].start if index + 1 < len(repeated) else len(text)
        chosen, rule, confidence = _activity(passage, done, one, since, stop, len(repeated), glued)
        for name, start, end in chosen:
            first, last = clause_of(text, min(one.start, start), max(one.end, end))
            first = max(first, since if since <= one.start else first)
            last = min(last, max(min(stop, one.end + 6), end)) if glued else last
            count = (
                one.count
                or counted(text[one.end : min(stop, one.end + 24)])
                or (1 if name != "report" else None)
            )
            where = frame.found(passage.start + first, passage.start + last, rule, confidence, passage)
            yield Duty(name, one.every, count, one.count_per, _hours(text), where)


def _nominal(frame: Frame, passage: Passage) -> Iterator[Duty]:
    """日报, 周报, 月报: the name of a report says how often it is due."""
    for hit in _NOMINAL.finditer(passage.text):
        if re.search(r"汇总进|根据|参照|并入$", passage.text[max(0, hit.start() - 6) : hit.start()]):
            continue
        every = {"日": "P1D", "周": "P1W", "月": "P1M", "季": "P3M", "年": "P1Y"}[hit["u"]]
        first, last = clause_of(passage.text, hit.start(), hit.end())
        where = frame.found(passage.start + first, passage.start + last, "duty.named_period", 0.75, passage)
        yield Duty("report", every, None, None, None, where)
    for hit in _NOMINAL_CHECK.finditer(passage.text):
        every = {"晨": "P1D", "日": "P1D", "周": "P1W", "月": "P1M", "季": "P3M", "年": "P1Y"}.get(
            hit["u"][0], "P6M"
        )
        first, last = clause_of(passage.text, hit.start(), hit.end())
        if recurrences(passage.text[first:last]) or amounts(passage.text[hit.end() : last]):
            continue
        where = frame.found(passage.start + first, passage.start + last, "duty.named_period", 0.7, passage)
        yield Duty("inspection", every, 1, None, None, where)


def _with_ends(text: str, repeated: list[Recurrence]) -> list[Recurrence]:
    """月底, 年底 say how often as well; 每月及季度 says two."""
    found = list(repeated)
    for hit in _MONTH_END.finditer(text):
        every = {"月": "P1M", "季": "P3M", "季度": "P3M", "年": "P1Y"}[hit["u"]]
        if not any(r.start < hit.end() and hit.start() < r.end for r in found):
            found.append(Recurrence(hit.start(), hit.end(), every))
    for one in repeated:
        hit_next = re.match(
            r"(?:、|及|和|与|或|/|以及|或者|,)(?P<u>季度?|半年|年度?|月度?|周|学期)(?!底|末)", text[one.end :]
        )
        if hit_next:
            every = {"季": "P3M", "月": "P1M", "年": "P1Y", "周": "P1W", "半": "P6M", "学": "P6M"}[
                hit_next["u"][0]
            ]
            start = one.end + hit_next.start("u")
            found = [r for r in found if not (r.start < start + 1 and start < r.end)]
            found.append(Recurrence(start, one.end + hit_next.end(), every))
    return sorted(found, key=lambda one: one.start)


_DAYS = {"D": 1, "W": 7, "M": 30, "Y": 365}


def _length(every: str) -> float:
    hit = re.fullmatch(r"PT?([\d.]+)([HDWMY])", every)
    return float(hit[1]) * _DAYS.get(hit[2], 1) if hit else 0


def _chosen(text: str, repeated: list[Recurrence]) -> list[Recurrence]:
    """每月或每季度 takes the longer one; joined by 及 both stay."""
    kept: list[Recurrence] = []
    for one in repeated:
        if kept and re.fullmatch(r"\s?(?:或者?|/)\s?(?:每|者)?", text[kept[-1].end : one.start]):
            longer = max(kept[-1], one, key=lambda r: _length(r.every))
            kept[-1] = Recurrence(kept[-1].start, one.end, longer.every, one.count or kept[-1].count)
            continue
        if (
            kept
            and kept[-1].every == one.every
            and not re.search(r"[,。;:、(]", text[kept[-1].end : one.start])
        ):
            # 每周一上午的周例会: said twice in a breath.
            kept[-1] = Recurrence(kept[-1].start, one.end, one.every, one.count or kept[-1].count)
            continue
        kept.append(one)
    return kept


def _said_twice(text: str, one: Recurrence, repeated: list[Recurrence]) -> bool:
    """每年4次（每季度一次）: the bracket says the same more closely."""
    for other in repeated:
        if other.start > one.end and "(" in text[one.end : other.start] and one.count is None:
            times = counted(text[one.end : other.start])
            if times and abs(_length(one.every) - times * _length(other.every)) <= 6:
                return True
        if other.end <= one.start <= other.end + 24 and one.every.startswith("P1"):
            # 每月1次,全年12次: the longer one only counts up.
            times = one.count or counted(text[one.end : one.end + 8]) or 0
            if times > 1 and abs(_length(one.every) - times * _length(other.every)) <= 6:
                return True
    return False


def _no_recurrence(text: str, one: Recurrence) -> bool:
    after = text[one.end : one.end + 6]
    if re.match(r"(?:合计|累计|总计|平均|最多|不超过)", after) or re.search(
        r"(?:密码|口令)[^,。;]{0,6}$|接受$", text[max(0, one.start - 8) : one.start]
    ):
        return True
    if re.match(r"[^,。;]{0,6}?(?:可?另签|另行(?:签|商|协)|可另)", text[one.end :]):
        return True
    ranged = re.match(r"\s?\d{1,2}[:点时]\d{0,2}分?\s?[-~至到—]", text[one.end : one.end + 14])
    hours = re.match(r"24小时|二十四|[一二三四五六日]?至|\d小时|[五七57]天", after)
    return one.every in ("P1D", "P1W") and bool(hours or ranged)


def _activity(
    passage: Passage,
    done: list[Activity],
    one: Recurrence,
    since: int,
    stop: int,
    number_of: int,
    glued: bool,
) -> tuple[list[tuple[str, int, int]], str, float]:
    """Activities of a recurrence: after it in its clause, before it there, after it further on, label, head, heading."""
    text = passage.text
    first, last = clause_of(text, one.start, one.end)
    # 一个礼拜看一遍: the work may stand inside the words of the rhythm.
    after = [a for a in done if one.start <= a.start < min(stop, last)]
    before = [a for a in done if max(since, first) <= a.start and a.end <= one.start]
    held = text[one.start - 1 : one.start]
    if (
        before
        and (
            (held == "(" and before[-1].end >= one.start - 2)  # 日检(每日运营前逐侧开关试验)
            or (held == " " and text[one.end : one.end + 1] == " ")  # a row whose lines are lost
            # 清洁每30天一次2校准: the row before ends, another begins
            or (before[-1].end >= one.start - 1 and (glued or _SAID.match(text, one.end)))
        )
    ):
        return [(before[-1].name, before[-1].start, before[-1].end)], "duty.before", 0.85
    if after:
        return _joined(text, after, done, last), "duty.after", 0.9
    listed = [
        a
        for a in done
        if one.end <= a.start < stop
        and (
            len(re.findall("[,。;]", text[one.end : a.start])) <= 1
            or text[clause_of(text, a.start, a.start)[0] :].startswith("并")
        )
    ]
    if before:
        chosen = before[-1]
        for other in reversed(before[:-1]):
            if re.fullmatch(r"[^,。;:]{0,3}(?:与|和|及|、)[^,。;:]{0,4}", text[other.end : chosen.start]):
                chosen = other
        stretch = _joined(text, [chosen], done, last) if last <= stop else []
        return (
            [
                (chosen.name, chosen.start, chosen.end),
                *(one for one in stretch[1:] if one[0] == "report"),
            ],
            "duty.before",
            0.85,
        )
    # 每季度碰面一次,通报巡检情况: a verb in the clause itself goes before work in the next one.
    own = _by_verb(text, one, one.end, stop) if listed else ([], "", 0.0)
    came = own[0] and re.match("来|上门|登门|到|转|走", text[own[0][0][1] :])
    if own[0] and not came and own[0][0][0] != listed[0].name:
        return own
    if own[0] and came and listed[0].name == "report":
        # 每月来店一次,查皮带,并写一份保养单: the visit and its report.
        return [*own[0], ("report", listed[0].start, listed[0].end)], own[1], own[2]
    if not listed and (inner := _VERB.search(text, one.start, one.end)):
        name = next(name for i, (name, _) in enumerate(_VERBS) if inner[f"v{i}"] is not None)
        return [(name, inner.start(), inner.end())], "duty.verb", 0.6  # 一年换一次滤芯
    if listed:
        return (
            _joined(text, listed, done, clause_of(text, listed[0].start, listed[0].end)[1]),
            "duty.next_clause",
            0.8,
        )
    if passage.cell:
        for context in (
            passage.row,
            *passage.heads,
            passage.headings[-1] if passage.headings else "",
            passage.whole,
        ):
            if found := activities(context):
                return [(found[0].name, one.start, one.end)], "duty.table", 0.85
    # 每季度对甲、半年对乙进行一次保养: what several share stands once, at the end.
    shared = [a for a in done if a.start >= one.end]
    if (
        shared
        and number_of > 1
        and re.match(r"(?:对|的|、|及|和|,|至少|进行|一次)", text[one.end : one.end + 2])
    ):
        return [(shared[0].name, one.start, one.end)], "duty.shared", 0.75
    earlier = [a for a in done if a.end <= one.start and a.start >= since]
    if earlier:
        return [(earlier[-1].name, earlier[-1].start, earlier[-1].end)], "duty.earlier", 0.7
    named = _by_verb(text, one, since, stop)
    if named[0]:
        return named
    for context, confidence in (
        (passage.label, 0.75),
        (passage.headings[-1] if passage.headings else "", 0.65),
    ):
        found = activities(context)
        if found and (len(text) <= 24 or re.search(r"[一二两三四1234]次", text[one.start : one.end + 10])):
            return [(found[0].name, one.start, one.end)], "duty.context", confidence
    return [], "", 0.0


_SAID = re.compile(
    r"\s?(?:至少|不少于|不低于)?\s?(?:[\d一两二三四]+(?:-\d+)?\s?[次遍回场])?(?:[\s\d,。;)]|$)"
)
# Where no work is named, its verb tells what it is. Only read beside a rhythm: alone, such letters say nothing.
_VERBS: tuple[tuple[str, str], ...] = (
    ("report", r"(?:提交|提供|出具|报送|上报|发布|发送|推送|发|交|写|填|整理|附|列|出|给|送|抄送|汇总|公布|公示|报)[^,。;]{0,14}?(?:单|表|册|报|书|账|簿|材料|说明|情况|数据|明细|记录|结果|小结|函)(?![位元据格])|汇报"),
    ("training", r"教|讲|授|练|演示|带教|学习"),
    ("meeting", r"碰面|开会|协商|沟通|聊|会面|见面"),
    ("follow_up", r"打[^,。;]{0,3}电话|问[一候询]|征询|听取|拜会"),
    ("backup", r"拷|存档|转存|归档|导出"),
    ("other:replacement", r"换(?!班|岗|届|季)"),
    ("other:calibration", r"校一?[次遍回]"),
    ("maintenance", r"擦|洗|扫(?!描)|清(?!单|点|晰|晨)|吹|刷|润|[上加注]油|拧|紧|补[漆液水气油]|除|疏|消[毒杀]|打蜡|养|修剪|修整|排[污水空气]|掏|打磨|调[整试校]|重启"),
    ("other:test", r"试(?!用|点|题)|化验|采样|取样|送检|启动|演算"),
    ("other:records", r"整理|归类|梳理|更新[^,。;]{0,8}(?:台账|清单|档案)"),
    ("inspection", r"查|看|测(?!算)|检|验(?!证码)|巡|探|听|摸|核|盯|转一?圈|走一|过一|盘|抄|监测|量[一取]|[到来][店站场校园院现岗馆厂]|来[一两]?[趟次回]|上门|登门"),
)  # fmt: skip
_VERB = re.compile("|".join(f"(?P<v{i}>{pattern})" for i, (_, pattern) in enumerate(_VERBS)))
_NO_WORK = re.compile(r"元|付|费|结算|班次|人次|营业|工作时间|作息|发生|出现|少于|超过\d")


def _by_verb(
    text: str, one: Recurrence, since: int, stop: int
) -> tuple[list[tuple[str, int, int]], str, float]:
    """The first verb after a rhythm in its clause, else the last one before it there."""
    first, last = clause_of(text, one.start, one.end)
    if _NO_WORK.search(text[first:last]):
        return [], "", 0.0
    after = _VERB.search(text, one.start, min(stop, last))
    hits = [after] if after else list(_VERB.finditer(text, max(since, first), one.start))
    if not hits:
        return [], "", 0.0
    hit = hits[-1]
    name = next(name for i, (name, _) in enumerate(_VERBS) if hit[f"v{i}"] is not None)
    return [(name, hit.start(), hit.end())], "duty.verb", 0.55


_ITEM_END = re.compile(r"[、,;]|以及|(?<!涉)及(?!时)|和(?!谐)|与|并且?|同时")


# What a visit is for beside its first work: looking and trying are parts of the visit.
_OF_ITS_OWN = frozenset(("report", "training", "maintenance", "meeting", "follow_up", "survey", "drill"))


def _joined(text: str, after: list[Activity], done: list[Activity], last: int) -> list[tuple[str, int, int]]:
    """The first work after a rhythm and what is listed with it: 清洗滤网、紧固端子,并提交报告."""
    chosen = [after[0]]
    names = {after[0].name}
    for other in after[1:]:
        if other.name in _OF_ITS_OWN and other.name not in names and _listed_with(text, chosen[-1], other):
            chosen.append(other)
            names.add(other.name)
    for other in done:
        if other.start < last or other.name in names or amounts(text[last : other.end]):
            continue
        if recurrences(text[last : clause_of(text, other.start, other.end)[1]]):
            break  # 每月巡检一次,每季度备份一次: it has its own rhythm
        if other.name not in ("report", "training", "maintenance") or re.search(
            r"(?:检查|巡检|检修|检测)$", text[: other.start]
        ):
            continue  # 检查维护: what the visit is
        # 每季度保养一次,出具保养报告;测一测余氯,擦一擦机身: the clause goes on with a verb.
        if (
            not re.fullmatch(
                r",(?:并且?|同时|然后|完成后|结束后|会后|当场|随后|现场)?(?:对[^,。;]{1,12})?(?:做|进行|形成|提交|出具|提供|编制|写|填|填写|交|留|留下|发|上报|报送|给出|安排|组织|开展)?(?:相应|书面|详细)?的?[^,。;]{0,4}",
                text[clause_of(text, other.start, other.start)[0] - 1 : other.start],
            )
            or clause_of(text, other.start, other.start)[0] > _reach(text, chosen[-1], other) + 1
        ):
            break
        chosen.append(other)
        names.add(other.name)
    return [(a.name, a.start, a.end) for a in chosen]


def _reach(text: str, one: Activity, other: Activity) -> int:
    """Where the clause of a work ends; 并提交…报告 may stand one clause further on."""
    end = clause_of(text, one.start, one.end)[1]
    opens = clause_of(text, other.start, other.start)[0]
    if other.name == "report" and re.match(r"并|同时", text[opens:]) and text[end : end + 1] == ",":
        return clause_of(text, end + 1, end + 1)[1]
    return end


def _listed_with(text: str, one: Activity, other: Activity) -> bool:
    """Whether two works are items of one list: each begins its item or ends it."""
    between = text[one.end : other.start]
    marks = list(_ITEM_END.finditer(between))
    if not marks or "(" in between or "," in between:
        return False
    lead = between[marks[-1].end() :]
    opens = len(lead) <= 2 or re.fullmatch(r"(?:对|为|进行|做|提交|出具|提供|形成|编制)[^,。;]{0,8}", lead)
    closes = re.match(r"(?:工作|服务|活动|[一两二三1-9]次)?(?:[、,;。]|等|各|和|及|与|$)", text[other.end :])
    return bool(opens or closes)


def _hours(text: str) -> float | None:
    """Hours that a training lasts at least: 不少于8小时的培训."""
    for amount in amounts(text):
        if (
            amount.unit == "hour"
            and re.search(r"不少于?$|不低于$|至少$", text[: amount.start])
            and "培训" in text
        ):
            return amount.least
    return None


# -- once ------------------------------------------------------------------------------------------------------------

_TIMES = re.compile(
    rf"(?P<n>{NUMBER})(?:\s?[-~至到]\s?{NUMBER})?\s?个?[次期场轮批遍堂](?!以上故障|数|日|性|仍|后?仍)"
)
_FIRST = re.compile(r"首先|首次|第一次|进场后|签订(?:服务)?合同后|合同签订后|项目启动|中标后")


def _once(frame: Frame, passage: Passage) -> Iterator[Duty]:
    text = passage.text
    repeated = bool(recurrences(text))
    done = activities(text)
    for hit in _TIMES.finditer(text):
        first, last = clause_of(text, hit.start(), hit.end())
        if (
            recurrences(text[first:last])
            or re.search(r"第$|[每/全共]$|累计$|合计$|连续$", text[: hit.start()])
            or (repeated and _near_recurrence(text, hit))
        ):
            continue
        near = [
            a
            for a in done
            if first <= a.start < last + 1 and a.name in ("training", "drill", "other:calibration")
        ]
        after = [a for a in near if a.start >= hit.end()] or near
        if not after and hit.group()[-1] in "期场批轮" and re.search("培训|授课", text[: hit.start()]):
            after = [Activity(hit.start(), hit.end(), "training")]  # 集中授课,共安排3期
        if not after and passage.cell:
            after = [
                a for a in activities(passage.row + " " + " ".join(passage.heads)) if a.name == "training"
            ]
            if not after:
                continue
            where = frame.found(passage.start, passage.end, "duty.times_table", 0.7, passage)
        elif not after:
            continue
        else:
            where = frame.found(passage.start + first, passage.start + last, "duty.times", 0.85, passage)
        count = int(number(hit["n"]))
        if 0 < count < 1000:
            yield Duty(after[0].name, "once", count, None, _hours(text), where)
    if not repeated and not _TIMES.search(text):
        for amount in amounts(text):
            first, last = clause_of(text, amount.start, amount.end)
            near = [a for a in done if first <= a.start < last and a.name == "training"]
            if not near and _LASTING.search(text[: amount.start]):
                near = [Activity(first, amount.start, "training")]
            if (
                near
                and amount.unit in ("day", "week", "hour", "working_day")
                and not re.match(r"以?内|后|前", text[amount.end :])
                and not re.search(r"提前$", text[: amount.start])
            ):
                where = frame.found(
                    passage.start + first, passage.start + last, "duty.training_days", 0.7, passage
                )
                yield Duty("training", "once", 1, None, _hours(text), where)
    lessons = _LESSONS.search(text) if not repeated and not _TIMES.search(text) else None
    if lessons and (
        any(one.name == "training" for one in done)
        or re.search(
            "培训|带教",
            " ".join((passage.label, passage.row, *passage.heads, *passage.headings[-1:], passage.before)),
        )
    ):
        first, last = clause_of(text, lessons.start(), lessons.end())
        where = frame.found(passage.start + first, passage.start + last, "duty.lessons", 0.65, passage)
        yield Duty("training", "once", 1, None, number(lessons["n"]), where)
    trained = _TRAINED.search(text) if not repeated and not _TIMES.search(text) and not lessons else None
    if trained and not any(a.unit in ("day", "week", "hour", "working_day") for a in amounts(text)):
        first, last = clause_of(text, trained.start(), trained.end())
        where = frame.found(passage.start + first, passage.start + last, "duty.trained", 0.6, passage)
        yield Duty("training", "once", 1, None, None, where)
    hit_first = _FIRST.search(text)
    if hit_first and not repeated and not amounts(text):
        for one in done:
            if (
                one.name == "inspection"
                and one.start >= hit_first.end()
                and re.search(r"全面|系统|首次|普查|摸底|所有|全部", text[hit_first.start() : one.end])
            ):
                first, last = clause_of(text, one.start, one.end)
                where = frame.found(
                    passage.start + hit_first.start(), passage.start + last, "duty.first", 0.7, passage
                )
                yield Duty("inspection", "once", 1, None, None, where)
                return


# 培训时间为5个工作日: what lasts so long is given once.
_LASTING = re.compile(
    r"(?:培训|授课|教学|学习)(?:[^,。;]{0,4},)?(?:总)?(?:时间|时长|周期|天数|期)[^,。;]{0,8}$"
)
# 免费培训2-3名操作人员: so many are trained.
_TRAINED = re.compile(
    rf"(?:免费|负责|无偿|提供)[^,。;]{{0,14}}?培训[^,。;\d]{{0,6}}(?:不少于)?{NUMBER}(?:-{NUMBER})?(?:名|位|人(?!次))"
)
# 每期不少于8学时, 40课时
_LESSONS = re.compile(rf"(?<!每人)(?<!每年)(?P<n>{NUMBER})\s?(?:-{NUMBER})?个?(?:课时|学时)")


def _near_recurrence(text: str, hit: "re.Match[str]") -> bool:
    return any(abs(one.end - hit.start()) < 16 for one in recurrences(text))


# -- after an event --------------------------------------------------------------------------------------------------

_SERVED = r"(?:每次|每一次|每起|每宗|单次)|(?:故障|问题|事故|事件|维修|抢修|服务|救援|处理|工单|任务|投诉|检修)(?:的)?(?:排除|解决|完成|结束|处理|修复|恢复|关闭|得到)*(?:完[成毕]|结束|解决|排除)?(?:之后|以后|后(?!续|台|勤|期|服务|备)|完毕|完成时)"
# 大促前15天: so long before something; 每月5日前 and 合同到期前 are not meant.
_LEAD = rf"(?<![日月号期满提以目之\d])前(?:至少)?(?:{NUMBER}|半)个?(?:小时|天|日|周|月|个?工作日)(?:内|前|,|完成|对|提交|进行|组织|安排|全面|专项|集中|逐)"
_EVENTS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("故障处理", _SERVED, frozenset(("report", "survey", "follow_up", "other:document"))),
    ("巡检", r"(?:巡检|巡查|检查|保养|维护|巡视)(?:工作)?(?:完[成毕]|结束)?(?:之后|以后|后(?!续|台|勤|期)|完毕|完成后)|(?:每次|每一次)(?:巡检|巡查|检查|保养|维护)", frozenset(("report", "other:document"))),
    ("验收", r"(?:验收|竣工|交货|供货|到货|装机|交付(?:使用)?|安装(?:调试|部署)?|调试|部署|上线|移交|交工|投入使用|安装完成)[^,。;]{0,8}(?:之后|以后|后(?!续|台|勤|期|服务)|完毕|时(?!间))", frozenset(("training", "follow_up", "inspection"))),
    ("恶劣天气", r"(?:恶劣|极端|灾害性?|特殊)天气|台风|暴雨|雷雨|暴雪|大风|汛期|雷暴|雷电|冰雪|地震|强降[雨雪]|寒潮|高温(?:季|期|天)", frozenset(("inspection", "other:standby", "maintenance"))),
    ("重大活动", r"(?:重大|重要|法定|国家|大型|节)?(?:节假?日|节日)|春节|国庆|(?:重大|重要|大型)[^,。;故障问题]{0,4}?(?:活动|会议|赛事|保障|时[刻期段]|直播|演出|接待|展会|庆典|任务|考试|选举|检查)|特殊时[刻期段]|长假|大促|护网|会议期间|敏感时期|(?:中|高)考|考试|开学(?:前|季)|迎检|两会", frozenset(("other:standby", "inspection"))),
    ("变更", r"(?:每次)?[^,。;每]{0,6}(?:升级|变更|改动|割接|切换|调整)(?:操作)?(?:前|后|之前|之后|时(?!间))", frozenset(("backup", "report", "training"))),
    ("人员变动", r"(?:人员|岗位)[^,。;]{0,4}(?:变动|变更|调整|更换|轮换|调动|调岗)|(?:更换|新增|新进|新到|新来)[^,。;]{0,6}(?:人员|员工|教师|护士|操作员|管理员)", frozenset(("training",))),
    ("搬迁", r"(?:搬迁|移机|迁移)[^,。;]{0,4}(?:后|时(?!间))", frozenset(("training", "inspection"))),
    ("前期", _LEAD, frozenset(("inspection", "maintenance", "training", "drill", "report", "backup", "other:test"))),
    ("每次", r"(?:每次|每一次|每场|每起|每宗|每批)(?:的)?[^,。;]{1,14}(?:之?后|结束|完毕|完成|前|时|,)", frozenset(("report", "survey", "follow_up", "backup", "inspection", "other:document"))),
    ("质保到期", r"(?:质保|保修|合同|服务|质量保证|维保)期?(?:限)?(?:满|结束|到期|届满|期满|终止)(?:[^,。;]{0,6}前|之?时|之际)", frozenset(("inspection", "maintenance", "training", "follow_up", "report", "survey"))),
)  # fmt: skip
_GUARD = re.compile(
    r"随岗|护航|保驾|全程(?:在场|驻场|保障)|(?:工程师|技术员|人员|专人)在[馆场校院现]|值班(?!室|电话|表|人员|[员长]|工程师|经理|领导|技术|制|记录|手机|号|热线|岗)|值守(?!员|岗)|驻守|保驾|护航|待命|专人(?:现场)?(?:保障|支持)|现场(?:保障|支持|值守)|(?:提供|安排|派)[^,。;]{0,12}保障"
)
_NOMINAL = re.compile(
    r"(?<!工作)(?<![一二三四五六七八九十\d])(?<![每\u4e00-\u9fff]月)(?P<u>日|周|月|季|年)报(?![告修警价名道障销废考到批送错])"
)
_NOMINAL_CHECK = re.compile(
    r"(?<![每\u4e00-\u9fff])(?P<u>晨|日|周|月|季|半年|年)检(?:(?=[(:、和与及,]|$)|(?<!年检)(?=[\u4e00-\u9fff])(?![查测验修定视点索]))"
)
_NAMED_REPORT = re.compile(
    r"(?:故障|事故|事件|问题|维修|抢修)[^,。;、每]{0,8}?(?:报告|说明)(?!人|时间|的|给|后)"
)
_HANDS_IN = re.compile(r"提交|提供|出具|编写|填写|形成|编制|报送|撰写|上报|递交|包括|给出|送")


# 换季停机前, 每回离店时: whatever happens, with a stroke behind it or the one who acts.
_HAPPENS = re.compile(
    r"(?P<what>[\u4e00-\u9fff、()]{2,14}?)(?:(?:结束|完成|完毕|完工)?(?:之后|以后|后(?!续|台|勤|备|期|方|果|者))|完毕|之前|(?<!以)(?<!目)(?<!提)(?<!此)(?<!年)前(?!提|期|述|往|来|后|台|端)|时(?!间|限|效|候|段|长|刻|常|期)|期间|当[天日周晚])"
    r"(?=,|由|须|应|将|均|都|我|工程师|培训|检查|巡检|巡查|回访|提供|提交|进行|对|做|组织|出具|填|写|安排|派|给|先|再|必)"
)
# The way of a case from call to repair is told, not promised.
_TOLD = re.compile(
    r"接到|收到|接[报听]|报修|报障|受理|到[达场店]|来电|登记|响应|判断|定位|确认|同意|申请|无法|不能|需要|如[果需有遇]|若|质保|质量保|保证期|保修|合同|同时|及时|必要|平时|届时|随时|工作时|服务期间"
)
_NO_PROMISE_THEN = re.compile(r"及时|通知|经过|计划于|根据|定期|[二两三四五2-9][次场期]|请您?|甲方")
_OWED_THEN = frozenset(
    ("report", "training", "inspection", "survey", "follow_up", "backup", "drill", "other:test", "other:standby", "maintenance")
)  # fmt: skip


def _after_anything(frame: Frame, passage: Passage, done: list[Activity], seen: set[str]) -> Iterator[Duty]:
    """Work that follows or precedes any other event, where nothing limits it and no rhythm does."""
    text = passage.text
    for hit in _HAPPENS.finditer(text):
        first, _ = clause_of(text, hit.start(), hit.end())
        if _TOLD.search(text[first : hit.end()]) or theirs(text, hit.start()):
            continue
        one = next((a for a in done if a.start >= hit.end()), None)
        guard = _GUARD.search(text, hit.end(), hit.end() + 36)
        if guard and re.search(r"期间|当.$", hit.group()) and (one is None or guard.start() <= one.start):
            one = Activity(guard.start(), guard.end(), "other:standby")
        if one is None or one.name not in _OWED_THEN or one.name in seen:
            continue
        last = clause_of(text, one.start, one.end)[1]
        clause = text[first:last]
        if text.count(",", hit.end(), one.start) > 1 or amounts(clause) or recurrences(clause):
            continue
        if _NO_PROMISE_THEN.search(clause) or (
            one.name == "training" and not re.search(r"上岗|到岗|入职|新|换|升级", hit["what"])
        ):
            continue
        seen.add(one.name)
        what = re.sub(r"^(?:[、(]|并|且|在|于|当|每次|每回|遇)+", "", hit["what"])
        where = frame.found(passage.start + first, passage.start + last, "duty.any_event", 0.5, passage)
        yield Duty(one.name, f"event:{what or hit['what']}", None, None, None, where)


def _taught_once(text: str, one: Activity) -> bool:
    """Whether a training has a number or a length, so that it is given once."""
    if _TRAINED.search(text):
        return True
    first, last = clause_of(text, one.start, one.end)
    said = text[max(first, one.start - 16) : last]
    if re.match(r"[^,。;]{0,4},(?:培训)?(?:时间|时长|周期)[^,。;]{0,8}\d", text[one.end :]):
        return True
    return bool(
        _TIMES.search(said)
        or any(a.unit in ("day", "week", "working_day", "hour") for a in amounts(said))
        or _LESSONS.search(said)
    )


def _yearly(text: str, first: int, at: int) -> bool:
    """每年雷雨季前: what comes every year is by the calendar."""
    return any(one.end <= at + 1 for one in recurrences(text[first:at]))


def _by_event(frame: Frame, passage: Passage) -> Iterator[Duty]:
    text = passage.text
    done = activities(text)
    seen: set[str] = set()
    for event, pattern, wanted in _EVENTS:
        for hit in re.finditer(pattern, text):
            after = [a for a in done if a.start >= hit.end() and a.name in wanted]
            if event in ("重大活动", "恶劣天气") and not after:
                guard = _GUARD.search(text, hit.start())
                after = [Activity(guard.start(), guard.end(), "other:standby")] if guard else []
            from_clause = clause_of(text, hit.start(), hit.end())[0]
            told = hit.start() if event == "恶劣天气" else from_clause
            if event == "恶劣天气" and _yearly(text, from_clause, hit.start()):
                continue
            # 台风期间每2小时巡查: for the event, whatever the rhythm.
            after = [a for a in after if event == "恶劣天气" or not recurrences(text[told : a.end])]
            if (
                any(a.name in ("report", "survey", "follow_up") for a in after[:1])
                and amounts(text[hit.start() : after[0].end])
                and event not in ("前期", "质保到期")
            ):
                continue
            if not after:
                continue
            one = after[0]
            if one.name == "training" and _taught_once(text, one):
                continue
            if one.name in seen or (
                one.name == "report" and not _HANDS_IN.search(text[hit.start() : one.end])
            ):
                continue
            if re.search(r"定期|不定期", text[hit.end() : one.start]):
                continue
            seen.add(one.name)
            first = clause_of(text, hit.start(), hit.end())[0]
            last = clause_of(text, one.start, one.end)[1]
            where = frame.found(passage.start + first, passage.start + last, "duty.event", 0.65, passage)
            yield Duty(one.name, f"event:{event}", None, None, None, where)
            account = next((a for a in done if a.start >= one.end and a.name == "report"), None)
            if (
                account
                and one.name in ("inspection", "other:test", "maintenance", "drill")
                and "report" not in seen
                and re.fullmatch(
                    r"[^,。;]{0,10}[,]?[^,。;]{0,4}(?:并|同时|且)?(?:向[^,。;]{1,8})?(?:提交|出具|形成|提供|编制|出|写)[^,。;]{0,4}",
                    text[one.end : account.start],
                )
                and not amounts(text[one.end : account.start])
            ):
                seen.add("report")  # 期满前全面检测,并提交检测报告
                last = clause_of(text, account.start, account.end)[1]
                where = frame.found(passage.start + first, passage.start + last, "duty.event", 0.6, passage)
                yield Duty("report", f"event:{event}", None, None, None, where)
            guard = _GUARD.search(text, one.end) if event in ("重大活动", "恶劣天气") else None
            if guard and one.name != "other:standby":
                first, last = clause_of(text, guard.start(), guard.end())
                where = frame.found(passage.start + first, passage.start + last, "duty.event", 0.65, passage)
                yield Duty("other:standby", f"event:{event}", None, None, None, where)
            break
    yield from _after_anything(frame, passage, done, seen)
    if "report" not in seen and not amounts(text):
        for hit in _NAMED_REPORT.finditer(text):
            first, last = clause_of(text, hit.start(), hit.end())
            if _HANDS_IN.search(text[max(0, first - 12) : last]) and not recurrences(text[first:last]):
                where = frame.found(
                    passage.start + first, passage.start + last, "duty.named_report", 0.6, passage
                )
                yield Duty("report", "event:故障", None, None, None, where)
                break
    if not seen and passage.headings and re.search(r"结束|关闭|完成", passage.headings[-1]):
        for one in done:
            if one.name in ("survey", "follow_up") and not amounts(text):
                first, last = clause_of(text, one.start, one.end)
                where = frame.found(
                    passage.start + first, passage.start + last, "duty.event_heading", 0.6, passage
                )
                yield Duty(one.name, f"event:{passage.headings[-1]}", None, None, None, where)
                break

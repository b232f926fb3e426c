"""Work that an event asks for: a report after a repair, a look before the holidays."""

import re
from collections.abc import Iterator

from luyue.reading.amounts import NUMBER, amounts, recurrences
from luyue.reading.drafts import Duty
from luyue.reading.frame import Frame, clause_of, theirs
from luyue.reading.passages import Passage
from luyue.reading.rules.once import taught_once
from luyue.reading.rules.works import Activity, activities

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
    ("人员变动", r"(?:人员|岗位)[^,。;]{0,4}(?:变动|变更|调整|更换|轮换|调动|调岗)|(?:更换|新增|新进|新到|新来)[^,。;]{0,6}(?:人员|员工|教师|护士|操作员|管理员)|新(?:入职|任|进|招录?)?[\u4e00-\u9fff]{2,7}(?:入职|到岗|上岗|报到)(?:时|前|后|当[天日])|新入职[\u4e00-\u9fff]{2,5}每批", frozenset(("training",))),
    ("搬迁", r"(?:搬迁|移机|迁移)[^,。;]{0,4}(?:后|时(?!间))", frozenset(("training", "inspection"))),
    ("前期", _LEAD, frozenset(("inspection", "maintenance", "training", "drill", "report", "backup", "other:test"))),
    ("每次", r"(?:每次|每一次|每场|每起|每宗|每批)(?:的)?[^,。;]{1,14}(?:之?后|结束|完毕|完成|前|时|,)", frozenset(("report", "survey", "follow_up", "backup", "inspection", "other:document"))),
    ("质保到期", r"(?:质保|保修|合同|服务|质量保证|维保)期?(?:限)?(?:满|结束|到期|届满|期满|终止)(?:[^,。;]{0,6}前|之?时|之际)", frozenset(("inspection", "maintenance", "training", "follow_up", "report", "survey"))),
)  # fmt: skip


_GUARD = re.compile(
    r"随岗|轮值|坐镇|护航|保驾|全程(?:在场|驻场|保障)|(?:工程师|技术员|人员|专人)在[馆场校院现]|值班(?!室|电话|表|人员|[员长]|工程师|经理|领导|技术|制|记录|手机|号|热线|岗)|值守(?!员|岗)|驻守|保驾|护航|待命|专人(?:现场)?(?:保障|支持)|现场(?:保障|支持|值守)|(?:提供|安排|派)[^,。;]{0,12}保障"
)


_NAMED_REPORT = re.compile(
    r"(?:故障|事故|事件|问题|维修|抢修)[^,。;、每]{0,8}?(?:报告|说明)(?!人|时间|的|给|后)"
)


_HANDS_IN = re.compile(r"提交|提供|出具|编写|填写|形成|编制|报送|撰写|上报|递交|包括|给出|送")


# 换季停机前, 每回离店时: whatever happens, with a stroke behind it or the one who acts.
_HAPPENS = re.compile(
    r"(?P<what>[\u4e00-\u9fff、()]{2,14}?)(?:(?:结束|完成|完毕|完工)?(?:之后|以后|后(?!续|台|勤|备|期|方|果|者))|完毕|之前|(?<!以)(?<!目)(?<!提)(?<!此)(?<!年)前(?!提|期|述|往|来|后|台|端)|时(?!间|限|效|候|段|长|刻|常|期)|期间|当[天日周晚])"
    r"(?=,|全面|专项|集中|由|须|应|将|均|都|我|工程师|培训|检查|点检|完成|巡检|巡查|回访|提供|提交|进行|对|做|组织|出具|填|写|安排|派|增派|加派|给|先|再|必)"
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
            one.name == "training"
            and not re.search(r"上岗|到岗|入职|新|换|升级|上线|投用|启用|移交", hit["what"])
        ):
            continue
        seen.add(one.name)
        what = re.sub(r"^(?:[、(]|并|且|在|于|当|每次|每回|遇)+", "", hit["what"])
        where = frame.found(passage.start + first, passage.start + last, "duty.any_event", 0.5, passage)
        yield Duty(one.name, f"event:{what or hit['what']}", None, None, None, where)


def _yearly(text: str, first: int, at: int) -> bool:
    """每年雷雨季前: what comes every year is by the calendar."""
    return any(one.end <= at + 1 for one in recurrences(text[first:at]))


def _by_the_month(text: str, at: int) -> bool:
    """汛期每月维护一次: a season with a rhythm of weeks or months is by the calendar."""
    last = clause_of(text, at, at)[1]
    return any(re.fullmatch(r"P(?:[1-9]\d*[WMY]|15D)", one.every) for one in recurrences(text[at:last]))


_BRACKETS = re.compile(r"\([^()]*\)")
# 其余时间(含法定节假日): the days that hours of service count in.
_COUNTED_IN = re.compile(r"(?:含|包括|包含|不论|无论)(?:法定|国家|全部)?$")


def by_event(frame: Frame, passage: Passage) -> Iterator[Duty]:
    text = passage.text
    done = activities(text)
    seen: set[str] = set()
    for event, pattern, wanted in _EVENTS:
        for hit in re.finditer(pattern, text):
            if _COUNTED_IN.search(text[: hit.start()]):
                continue
            after = [a for a in done if a.start >= hit.end() and a.name in wanted]
            from_clause = clause_of(text, hit.start(), hit.end())[0]
            told = hit.start() if event == "恶劣天气" else from_clause
            if event == "恶劣天气" and (
                _yearly(text, from_clause, hit.start()) or _by_the_month(text, hit.end())
            ):
                continue
            # 台风期间每2小时巡查: for the event, whatever the rhythm.
            after = [
                a
                for a in after
                if event == "恶劣天气" or not recurrences(_BRACKETS.sub("", text[told : a.end]))
            ]
            if not after and event in ("重大活动", "恶劣天气"):
                # 会议期间每天巡检两次,并安排专人值守: the looks are by the calendar, the guard is not.
                guard = _GUARD.search(text, hit.start())
                after = [Activity(guard.start(), guard.end(), "other:standby")] if guard else []
            # 每次巡检人员不少于2人: a measure of the work itself.
            if event == "每次" and re.search(r"巡检|巡查|检查|检测|保养|维护", hit.group()):
                after = [a for a in after if a.name != "inspection"]
            if (
                any(a.name in ("report", "survey", "follow_up") for a in after[:1])
                and amounts(text[hit.start() : after[0].end])
                and event not in ("前期", "质保到期")
            ):
                continue
            if not after:
                continue
            one = after[0]
            if one.name == "training" and event != "人员变动" and taught_once(text, one):
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
            guard = _GUARD.search(text, hit.end()) if event in ("重大活动", "恶劣天气") else None
            if guard and one.name != "other:standby":
                seen.add("other:standby")
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

"""What a limit is of, told more closely than its verb does: parts that arrive, papers handed in, people who take a post."""

import re

from luyue.reading.frame import clause_of
from luyue.reading.passages import Passage
from luyue.reading.rules.choosing import is_alone
from luyue.reading.rules.limits import Limit

_PARTS = re.compile(
    r"(?<![事案条文证邮软硬稿急])(?<!普通)(?<!紧要)(?<=[\u4e00-\u9fff]{2})件(?![柜子事次])|备[品用]?[备]?件|配件|零部?件|易损件|耗材|碳粉|墨粉|备品|缺[货件]|元器件|部件"
)


def _among_parts(passage: Passage, limit: Limit) -> bool:
    """Whether the sentence so far, the one before it, or what stands above is about parts and nobody who comes."""
    so_far = re.split(r"[。;]", passage.text[: limit.start])[-1]
    for words in (so_far, passage.before, passage.label, *passage.headings[-1:]):
        if _PEOPLE.search(words):
            return False
        if _PARTS.search(words):
            return True
    return False


def is_part(passage: Passage, limit: Limit) -> bool:
    """进口件最多三周, 需从总部调拨的15个工作日: a bare figure of a sort of parts is when they arrive."""
    sort = _SORT.search(passage.text[: limit.start])
    return bool(sort and is_alone(passage.text, limit) and _among_parts(passage, limit))


_SORT = re.compile(
    r"(?:常[用备]|易损|进口|国产|特殊|专用|通用|关键|定制|调[拨货]|缺货|其[它他余])[\u4e00-\u9fff]{0,6}?(?:件|品|的|材)[,:]?(?:最[长多迟晚]|不超过|约|一般|为)*$"
)


def as_parts(passage: Passage, limit: Limit, metric: str, upto: int) -> str:
    """What arrives is a part, not a person: 备件24小时内送到."""
    text = passage.text
    sent = re.search(r"送[达到至抵]|寄|到货|发[货出]|运[到抵]|调[拨运]", text[limit.end : upto + 2])
    if metric in ("other:delivery", "arrive") and sent and _among_parts(passage, limit):
        return "spare_delivery"
    words = text[limit.end : upto + 2]
    first, _ = clause_of(text, limit.start, limit.end)
    subject = text[first : limit.start]
    moved = metric in ("other:delivery", "arrive", "other:work") and _PARTS.search(subject)
    if moved and not _PEOPLE.search(subject + words):
        return "spare_delivery"  # 进口件空运7天内到: its subject arrives
    if metric in ("other:delivery", "other:work") and _PARTS.search(words) and _MOVED.search(words):
        return "spare_delivery"
    brought = metric in ("other:delivery", "arrive") and re.search(r"送|到[货场位]|寄|调拨|运", words)
    people = re.search(r"人员|工程师|技师|派|现场", text[max(0, limit.start - 30) : upto])
    return "spare_delivery" if brought and not people and _PARTS.search(text[: limit.end]) else metric


def as_staff(text: str, limit: Limit, metric: str) -> str:
    """合同签订后5个工作日内到岗: who takes up a post within days is no visit."""
    clause = text[limit.end : clause_of(text, limit.start, limit.end)[1]]
    posted = re.match(
        r"\s?(?:以内|之内|内)?(?:全部|全员|必须|须|应|完成[^,。;]{0,8}|安排[^,。;]{0,10}|补充)*到岗", clause
    )
    if metric in ("arrive", "depart", "weak:resolve") and posted and not limit.amount.short:
        return "other:staff"
    changed = re.match(
        r"\s?(?:以内|之内|内)?(?:予以|无条件|及时|负责|完成|应|须)*(?:更换|调换|撤换|替换)(?=到位|完毕|[,。;]|$)",
        clause,
    )
    about = list(_ABOUT.finditer(text[: limit.start]))
    return "other:staff" if metric == "replace" and changed and about and about[-1]["staff"] else metric


_ABOUT = re.compile(
    r"(?P<staff>(?:人员|项目经理|工程师|保安|秩序维护员|队员|员工)(?!对)[^,。;]{0,10}(?:不胜任|不称职|不合格|不符合|考核|要求(?:更换|调换|撤换)|投诉|违纪|离职|更换|不服从)"
    r"|要求[^,。;]{0,4}(?:更换|调换|撤换)的?[^,。;]{0,4}(?:人员|驻场|工程师))|设备|部件|配件|备件|零件|机器"
)
_PAPER = re.compile(
    r"(?P<report>报告|总结|分析|说明(?!书)|记录|简报|小结|纪要|报表)|(?P<plan>方案|计划|对策|措施|意见)|(?P<document>资料|文档|图纸|手册|清单)"
)
_HANDED = re.compile(
    r"(?:以?内|之内)?(?:须|应|将|由|向[^,。;]{1,8}|予以|必须)?(?:书面)?(?:提交|出具|报送|提供|送达|上报|递交)(?:给|至|到)?[\u4e00-\u9fff]{0,6}(?=[,。;、)]|$)"
)


def as_paper(text: str, limit: Limit, metric: str) -> str:
    """服务报告在维修完成后3日内提交: what is handed in stands before the figure."""
    if metric not in ("other:work", "other:delivery", "weak:resolve") or not _HANDED.match(text[limit.end :]):
        return metric
    papers = list(_PAPER.finditer(re.split(r"[。;]", text[: limit.start])[-1]))
    if not papers or _PAPER.search(text[limit.end : clause_of(text, limit.start, limit.end)[1]]):
        return metric
    named = str(papers[-1].lastgroup)
    return f"other:{named}" if named == "document" else named


_MOVED = re.compile(r"补[齐足发货]|送|发[出货往]|调[来拨运配货]|寄|运|供|配齐|拨|到[货库位]")
_PEOPLE = re.compile(
    r"人员|工程师|技师|师傅|专家|我们|派(?!出(?:法庭|所|机构|单位))|现场|到场|更换|维修|坏|故障|损坏|修"
)

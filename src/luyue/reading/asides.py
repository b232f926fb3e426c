"""What documents say with figures that nobody promises: how tenders are judged and made, what was, what is, what a word
means, examples, what happens between both sides."""

import re
from collections.abc import Sequence

from luyue.reading.parties import THEY, WE

# 得3分, 最高加5分: how offers are judged. 得分不低于90分 is a figure that must hold, 扣2分 a penalty.
_SCORED = re.compile(
    r"(?<!获)得(?:满分|\d{1,2}(?:\.\d)?分(?!及?以上|钟)|[一二三四五六七八九十]分(?!之))|(?:加|赋)\d{1,2}(?:\.\d)?分(?!钟)|不(?:予)?(?:得|计|给)分|(?:最[高多]|满分)(?:得|计|为)?\d{1,3}分"
)
_TENDER = re.compile(
    r"质疑(?:函|书|期|应|须|人|的|供应商)|(?:开|评|定|唱)标(?!准|识|签)(?:[前后时会室]|日期|时间|委员)|(?:投标|响应|磋商|报价)(?:文件)?(?:有效期|截止)|(?:递交|提交|密封)(?:投标|响应|磋商)文件"
    r"|(?:发出|发放|领取)[^,。;]{0,4}中标(?:\(成交\))?通知书|中标(?:\(成交\))?(?:公告|结果|公示)"
    r"|以?内[^,。;]{0,12}?(?:签订|签署|订立)(?:书面|正式|采购|服务)*(?:合同|协议)(?=[,。;]|$)"
    r"|(?:近|最近|前)[一二两三四五六\d]个?(?:年|月)(?:以?来|度|之?内|以内|间)?[^。;]{0,24}(?:业绩|证明|审计|财务|社保|缴纳|纳税|违法|处罚记录)"
)
_EXAMPLE = re.compile(
    r"[(\"“ ]*(?:\d{1,2}[.、)])?(?:例如|比如|譬如|举例(?:来?说|说明)?|示例|范例|例\d?(?=[:,])|假[如设](?:某|一|有)|以某)"
)
# 《…法》第二十一条规定…: the words of a law; what follows from it for the one who promises is said of him.
_QUOTED = re.compile(r"《[^》]{2,24}(?:法|法典|条例)》(?:\([^()]*\))?第[一二三四五六七八九十百零\d]{1,7}条")
# 《…规范》规定,记录保存不少于三年: what a paper asks of everybody. By it (按《…》要求,每年…) we do what we promise.
_RULED = re.compile(
    r"[^,。;《]{0,12}(?<![按照据])(?<![遵循执行满足符合依])《[^》]{2,40}》(?:\([^()]{0,24}\))?(?:第[一二三四五六七八九十百零\d.]{1,7}[条款项]+)?[^,。;]{0,4}(?:规定|明确|要求|提出|指出)[,:]"
)
_OWES = re.compile(rf"{WE}|承诺|保证|工程师|维保人员|服务人员")
# What was: with its year, or told as done. What has a word of what shall be is none of it.
_WAS = re.compile(
    r"曾(?!用名|经过)(?:经|在|为|于|多次|成功|获|被|参与|承担|服务|[一二两三\d])"
    r"|(?:去年|前年|往年|历年|上一?年度?(?!的?(?:度|总结|报告|工作))|以往|此前|过去|截至|截止)[^。;]{0,40}?(?:了|共|累计|完成|发生|停机|达到?|为|有|\d[次起台家件个])"
    r"|自?(?:(?:19|20)\d\d)年(?:\d{1,2}月(?:\d{1,2}日)?|度|以来|起|间)?[,]?[^。;]{0,40}?(?:修复了|完成了|处理了|实现了?|荣获|承担过?|承接过?|提供[^。;]{0,8}(?:服务|维保)(?:,|。|$)|完成[^。;,]{2,16}\d+[次台起件])"
)
# What is, before anything is promised of it: 目前机房每天产生约200条告警, 原维保单位每季度巡检一次.
_IS = re.compile(
    r"^[^,。;:\d]{0,8}?(?:目前|现状|现有|当前|现阶段|如今|近年来)|^(?:[^,。;:\d]{0,4}?)原(?:有)?的?(?:维保|服务|运维|供应|维护|承包)(?:单位|商|方|公司|人员|合同)"
)
_FORMER = re.compile(r"原(?:有)?的?[^,。;]{0,4}(?:单位|商|方|公司)")
_OFFERED = re.compile(rf"{WE}|提供|随时")
_SHALL = re.compile(
    r"承诺|保证|确保|应(?![用急答])|须|必须|将(?![近于])|需(?!求|要[\d,。;]|要$)|要求|不得|不少于|不超过|不低于|不高于|[≤≥]|务必|质保|保修"
)
# “严重故障”是指影响超过半数用户、持续超过30分钟的故障: a meaning and nothing else.
_MEANS = re.compile(
    r"[^,。;]{0,16}?[“\"「『]?[\u4e00-\u9fffA-Z]{2,12}[”\"」』]?,?(?:是|系|均|即|特|仅)?指(?![定派导挥标示南引令])[^。;]{2,}的[^,。;的]{1,8}[。;]?$"
)
_LIMITS = re.compile(r"[时分钟天日周月]以?内|之内|以内|响应|到[场达]|修复|[恢回]复")
# 双方应在30日内协商解决, 受影响的一方应在48小时内通知对方: between both sides.
_BOTH = re.compile(
    r"(?:通知|告知|书面通知)(?:给)?(?:对方|另一方|其他各?方|其余各方)|(?:双方|各方|争议|纠纷|分歧)[^。;]{0,24}(?:协商|仲裁|诉讼|起诉)|(?:遭受|遇到?|发生|受)不可抗力[^。;]{0,30}(?:通知|证明|报告)"
)


def unpromised(sentence: str) -> str:
    """Why a sentence's figures are nobody's promise, where its own words tell it: scoring, tender, example, law, history,
    today, definition, both; empty where they do not."""
    if _SCORED.search(sentence):
        return "scoring"
    if _TENDER.search(sentence):
        return "tender"
    if _EXAMPLE.match(sentence):
        return "example"
    if (_QUOTED.search(sentence) or _RULED.match(sentence)) and not _OWES.search(sentence):
        return "law"
    if _BOTH.search(sentence):
        return "both"
    if _MEANS.match(sentence) and not _SHALL.search(sentence) and not _LIMITS.search(sentence):
        return "definition"
    if _SHALL.search(sentence):
        return ""
    if _WAS.search(sentence):
        return "history"
    now = (
        _IS.match(sentence)
        and not _LIMITS.search(sentence)
        and not _OFFERED.search(_FORMER.sub("", sentence))
    )
    return "today" if now else ""


# What a chapter is about, by its heading. 双方的权利义务 is about both, 付款与收费 may hold what is charged.
_CHAPTERS: tuple[tuple[str, "re.Pattern[str]"], ...] = (
    (
        "customer",
        re.compile(
            rf"^(?:[^,。;]{{0,4}}?)(?<![与和及、])(?:{THEY}|园区|公司方|需求方)(?:方)?(?:的|应|须|需|应当)*(?:主要|相关|其他)?(?:责任|义务|权利|配合|协助|职责|提供的(?:条件|支持))"
            rf"|(?:需|请|需要|须|由)(?:{THEY}|园区)[^,。;]{{0,4}}(?:配合|支持|协助|提供)|^(?:需|需要|请)?(?:配合|协助)(?:事项|要求|条件|工作)?$"
            # 需要车间配合的事项: whoever they are.
            r"|(?:需要?|应|请|须)[^,。;:]{0,10}?(?:配合|协助|支持)的?(?:事项|工作|内容|条件)?$"
        ),
    ),
    (
        "scoring",
        re.compile(
            r"评分(?:标准|办法|细则|因素|项|表|内容|方法)|评审(?:标准|办法|因素|方法|细则)|评标(?:办法|标准|方法|细则)|^(?:综合|详细)?评分$"
        ),
    ),
    (
        "tender",
        re.compile(
            r"(?:投标人|供应商|磋商|投标|响应)须知|(?:招标|采购|磋商|谈判|询价)(?:公告|邀请)|投标邀请|资格(?:要求|条件|审查)|投标文件(?:的)?(?:编制|递交|格式|组成)"
        ),
    ),
    (
        "history",
        re.compile(
            r"(?:公司|企业|单位|投标人|供应商)(?:的)?(?:简介|概况|介绍|基本情况|实力)|业绩(?:一览|情况|表|证明|介绍|清单|$)|(?:成功|典型|类似|同类)[^,。;]{0,4}(?:案例|项目)|获奖|荣誉"
        ),
    ),
    ("today", re.compile(r"(?:项目|建设|采购)?背景|现状|存在(?:的)?(?:主要)?问题|^目前情况")),
)
_OURS_HERE = re.compile(rf"(?:{WE})[^,。;]{{0,8}}?(?:应|须|将|承诺|负责|保证|在\d|于\d)|承诺")


def chapter(headings: Sequence[str], sentence: str) -> str:
    """Why what stands under headings (outermost first) is nobody's promise; empty where it is, or where the sentence says
    what we owe. A nearer heading about ourselves goes before one that is further up."""
    if _OURS_HERE.search(sentence):
        return ""
    for title in reversed(headings):
        if re.search(rf"{WE}|服务(?:要求|内容|承诺|方案)|双方", title) and not re.search(
            "投标人|供应商", title
        ):
            return ""
        for reason, pattern in _CHAPTERS:
            if pattern.search(title):
                owed = _SHALL.search(sentence) or _OFFERED.search(sentence)
                return "" if reason == "today" and owed else reason
    return ""

"""How many people there are for the work."""

import re
from collections.abc import Iterator

from luyue.reading.amounts import NUMBER, number
from luyue.reading.drafts import Quota
from luyue.reading.frame import Frame, clause_of
from luyue.reading.parties import THEY
from luyue.reading.passages import Passage
from luyue.reading.rules.bounds import LEAST

_PEOPLE = re.compile(
    rf"(?<![\d.])(?P<n>\d+|[一二两三四五六七八九十]+)(?:\s?[-~至]\s?{NUMBER})?\s?(?:名(?!额)|位|个?人(?!民|次|为|工|均|月|天|日|以上经验))(?:以上)?"
)


_ROLES = re.compile(
    r"工程师|技术人员|人员|项目经理|专家|技师|维修工|客服|坐席|座席|讲师|保安|电工|主管|负责人|操作员|专员|经理|班组|团队|小组|项目组|服务组|项目部|队伍|抢修队|专职|兼职|技术员|顾问|维保工|运行工|质检员|站长|班长|队长|司机|师傅|管家|窗口|联络员|联系人|管理员|驻场|常驻|驻守|驻点|值班|值守|在岗|班"
)


_ENGAGE = re.compile(
    r"配[备置]|派驻|派出|派遣|派(?!生)|指定|增派|委派|安排|提供|设[立置有]?|指[派定]|驻[场点守]|常驻|另设|留|轮值|在岗|专门|固定|每班|每站|每组|其中|各有|各留|为您?|保证|投入|组成|不少于|至少|不低于|≥|成立|值班"
)


_NO_PEOPLE = re.compile(
    r"服务对象|受益|现有|拥有|员工|职工(?!程)|在职|注册(?![^,。;]{0,6}师)|培训[^,。;]{0,10}$|参加|负责设备|学员|用户|毕业|本科|共有|总人数|旗下|师生|床"
)


_HEADCOUNT = re.compile(
    r"^(?:人数|数量|名额|人员数量|配置|配置人数|配备人数|配置数量|定员|编制|拟投入人数|投入人数|数量[(][人名][)]|人数[(][人名][)])$"
)


def staff_table(frame: Frame, passage: Passage) -> Iterator[Quota]:
    """A bare number under 人数 in the row of a post."""
    hit = re.fullmatch(rf"(?P<n>\d{{1,3}}|{NUMBER})(?:名|人|位)?(?:以上)?", passage.text)
    if not (hit and passage.cell and passage.heads and _HEADCOUNT.match(passage.heads[0])):
        return
    if not re.search(rf"{_ROLES.pattern}|[员师工长]|岗", passage.row) or re.search(
        r"合计|小计|总计", passage.row
    ):
        return
    value = number(hit["n"])
    if 0 < value < 500:
        where = frame.found(passage.start, passage.end, "quota.people_table", 0.8, passage)
        yield Quota("staff_count", "=", value, "people", where)


def people(frame: Frame, passage: Passage) -> Iterator[Quota]:
    """People by their number. What is counted with others (其中…, or in a list) goes with those."""
    text = passage.text
    refused, kept = -1, -1  # where the last number stood that was nobody's for the work, that was
    for hit in _PEOPLE.finditer(text):
        first, last = clause_of(text, hit.start(), hit.end())
        before, after = text[first : hit.start()], text[hit.end() : last]
        if not before and first > 2 and text[first - 1] == ":":
            before = text[clause_of(text, first - 2, first - 2)[0] : hit.start()]  # 驻场人员:2人
        if _is_theirs(passage, hit, before, after) or (
            _goes_on(text, refused, hit) and not _FOR_THIS.search(before)
        ):
            refused = hit.end()
            continue
        if not (_headed(passage, hit, before, after) or (_goes_on(text, kept, hit) and _POST.match(after))):
            continue
        value = number(hit["n"])
        if not 0 < value < 500:
            continue
        kept = hit.end()
        if re.match(r"[^,。;]{0,10}(?:赴|到|去|参加)[^,。;]{0,8}(?:培训|学习|进修)", after):
            where = frame.found(passage.start + first, passage.start + last, "quota.places", 0.7, passage)
            yield Quota("training_places", "=", value, "people", where)
            continue
        op = (
            ">="
            if LEAST.search(text[max(0, hit.start() - 5) : hit.start()]) or hit.group().endswith("以上")
            else "="
        )
        where = frame.found(passage.start + first, passage.start + last, "quota.people", 0.8, passage)
        yield Quota("staff_count", op, value, "people", where)


# Who is meant to work here, whatever the clause before counted.
_FOR_THIS = re.compile(r"本项目|本次|投入|派|驻|配[备置]|安排|抽调|指定")
# A firm that has so many, wherever they are.
_FIRM_HAS = re.compile(
    r"(?:公司|我[司方]|本单位|集团|总部|企业)[^,。;:]{0,14}?(?<![配设备])(?:有|拥有|共计?)[^,。;:]{0,12}$|目前[^,。;:]{0,16}$"
)
_PANEL = re.compile(r"(?:验收|评标|评审|谈判|询价|考核|评估)(?:小组|委员会|组|专家)")
_THEIR_OWN = re.compile(rf"(?:{THEY})(?:方|代表)?(?:将|应|须|需|负责)?(?:指定|安排|派|配[备合]|选派|明确|\d)")
_POST = re.compile(rf"[^,。;\d]{{0,8}}(?:{_ROLES.pattern}|[员师工长])")


def _goes_on(text: str, last: int, hit: "re.Match[str]") -> bool:
    """Whether a number belongs to the list of one before it: 派驻2名工程师、1名项目经理;现有50人,其中高工8人."""
    return 0 <= last <= hit.start() and bool(re.fullmatch(r"[^。;:\d]{0,24}", text[last : hit.start()]))


def _is_theirs(passage: Passage, hit: "re.Match[str]", before: str, after: str) -> bool:
    """Whether those counted are not for the work: pupils, a panel, the customer's own, all that a firm has."""
    text = passage.text
    first = hit.start() - len(before)
    if (
        re.search(r"名额[^,。;]{0,4}$", before)
        or _NO_PEOPLE.search(before[-14:])
        or text[: hit.start()].endswith("第")
    ):
        return True
    if re.search(r"培训(?:对象|人员|人数|范围)|参训", text[: hit.start()] + passage.label):
        return True  # 培训对象:管理员2名
    if re.match(r"[^,。;]{0,10}(?:的|参加|接受)[^,。;]{0,4}培训", after) and not re.search(
        r"派|安排|配备", before
    ):
        return True  # 完成对甲方不少于5名技术人员的培训
    if _PANEL.search(before) or _THEIR_OWN.match(before + hit.group()):
        return True
    if _FIRM_HAS.search(before) and not _FOR_THIS.search(before):
        return True
    return (
        before.startswith("其中")
        and not _FOR_THIS.search(before)
        and bool(re.search(r"现有|拥有|员工|职工(?!程)", text[max(0, first - 24) : first]))
    )


def _headed(passage: Passage, hit: "re.Match[str]", before: str, after: str) -> bool:
    """Whether the words around name a post or a team that is provided."""
    text = passage.text
    if re.search(r"每[次岗队][^,。;:\d]{0,8}(?:不少于|不低于|至少|≥)$", before):
        return True  # 每次巡逻不少于2人
    named = re.search(
        rf"(?:{_ROLES.pattern}|[员师工者]|证书?的|资[质格]的|人数|名额)[^,。;:\d]{{0,3}}(?:不少于|不低于|不得少于|至少|≥|:|各|共){{0,2}}[^,。;\d]{{0,2}}$|每[组班车]$",
        before,
    )
    certified = re.match(r"(?:具有|具备|持有?|取得)[^,。;\d]{0,16}(?:证|资[质格]|职称)", after) and re.search(
        r"其中|至少|不少于", before
    )
    held = re.search(r"(?:专人|人员|[员师工])\((?:不少于|不低于|至少|共|各)?$", before)  # 指派专人(不少于2名)
    if held and text[hit.end() : hit.end() + 1] == ")" and _ENGAGE.search(before):
        return True
    # 外线维修:10人,仓库管理:1人: posts with a colon each.
    post = re.fullmatch(r"[\u4e00-\u9fff]{2,8}:", before) and re.match(r"[,。;、(]|$", text[hit.end() :])
    staffed = f"{text}{passage.before}{passage.label} {' '.join(passage.headings[-1:])}"
    team = (
        re.fullmatch(r"(?:[(]|\d\.)?[\u4e00-\u9fff]{2,8}", before) or (post and len(_POSTS.findall(text)) > 1)
    ) and re.match(r"$|[(,。;、]", text[hit.end() : hit.end() + 1])
    if team and (post or re.search(r"人员|团队|驻场|配备|经理|班次", staffed)):
        return True
    if certified or (post and re.search(r"人员|团队|驻场|队伍|经理|班次", staffed)):
        return True
    if not (
        _ROLES.search(after[:16])
        or named
        or re.match(r"\d{0,2}小?时?(?:驻|值守|在场|随岗)", after)
        or re.search(r"(?:派|安排|配备|抽调|投入)(?:专人)?(?:不少于|至少)?$", before)
    ):
        return False
    return bool(
        named or _ENGAGE.search(before) or _ENGAGE.match(after) or re.search(r"驻场|常驻|值班", after)
    )


_POSTS = re.compile(r"[\u4e00-\u9fff]{2,8}:\d{1,2}[名人]")

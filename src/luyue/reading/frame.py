"""What every rule needs: the cleaned text with its way back, quotes, and what is said of nobody's promise."""

import re
from dataclasses import dataclass, field, replace

from luyue.reading.asides import chapter, unpromised
from luyue.reading.cleaning import Clean
from luyue.reading.consequences import promised
from luyue.reading.drafts import Found, Quote
from luyue.reading.parties import THEY, WE, Parties, parties
from luyue.reading.passages import GLUED, Passage

# Payment, penalties, exclusions, the firm's own history: figures there are no promises.
_PAYMENT = re.compile(
    r"付款|支付(?!成功率)|货款|尾款|预付|发票|结算|违约金|罚款|滞纳金|扣除|扣款|扣减|扣[^,。;\d服设除]{0,8}\d|赔偿金|处罚|罚[\d金]|合同(?:总)?(?:价|额|金额)|保证金|质保金|报价有效期|投标有效期|中标价|注册资[本金]|元/"
)
_HISTORY = re.compile(
    r"成立于|创建于|创立于|始建于|荣获|获得了?[^,。]{0,12}(?:证书|称号|认证)|年(?:以上)?(?:的)?[^,。;]{0,12}(?:经验|从业|工作经历)|多年来|业绩|(?:公司|我[司们方]|总部|基地|集团|厂区?)[^,。;]{0,8}位于"
)
# 应提前3日通知我方, 由校方每日清扫: theirs, whoever they are called.
_TELL_US = re.compile(
    r"(?:提前|及时)[^,。;]{0,20}(?:通知|告知|报送|登记|联系)(?:给)?(?:我(?!方人员)|乙方|本公司|卖方|供应商|服务商|维保单位)"
    rf"|由(?:{THEY})[^,。;]{{0,8}}(?:负责|提前|提供|保持|每|自行|承担|召集|决定)|请(?:在|于|提前)[^,。;]{{0,8}}\d|[烦敬恳]请[^,。;]{{0,10}}(?:{THEY})"
)
_CUSTOMER = re.compile(
    rf"^(?:[^,。;:]{{0,16}}?|\d+\.\d+|[(]\d[)])(?:{THEY})(?:方)?(?:(?![驻维运服项])[\u4e00-\u9fff]{{1,4}}(?:科|处|部门|办公室))?(?:代表|人员|负责人)?(?:应当?|将(?!.{{0,4}}(?:享受|获得|得到))|在[^,。;\d]{{0,12}}[前后时](?:组织|召开|安排)|须|需要?|必须|负责|可以?|有权|如需|若需|在\d|在?收到|保证|承诺|于|提前|自行|对[^,。;]{{2,16}}?[应须])"
)
_OURS = re.compile(rf"{WE}|工程师|售后|技术人员")

# 备件价值不低于合同额的5%: what a stock is measured by is no payment.
_STOCK_SHARE = re.compile(
    r"(?<=备[件品货用])[^。;]{0,60}?合同(?:总)?(?:价款?|额|金额)的?\d+(?:\.\d+)?[%‰]|(?:库存|储备)[^。;]{0,40}?合同(?:总)?(?:价款?|额|金额)的?\d+(?:\.\d+)?[%‰]"
)


def why_no_promise(sentence: str) -> str:
    """A word when a sentence's figures are no promise of the provider: payment, history, customer, definition, or one of
    `asides`; else empty."""
    if _PAYMENT.search(_STOCK_SHARE.sub("", sentence)):
        return "payment"
    if _HISTORY.search(sentence) and not re.search(r"承诺|质保|保修|响应|到达", sentence):
        return "history"
    if _TELL_US.search(sentence) and not re.search(r"承诺|我(?:方|司|公司)(?:将|应|须|在|于)", sentence):
        return "customer"
    if _OTHERS_ACT.search(sentence) and not re.search(rf"{WE}|配合|协助|参加", sentence):
        return "customer"
    if _JUDGES.search(sentence) and not _OWED.search(sentence):
        return "customer"
    if (
        re.search(r"率\s?=|指(?:的是)?[^,。;]{2,40}(?:占|除以|之比|比例)", sentence)
        and "不低于" not in sentence
    ):
        return "definition"
    if _CUSTOMER.search(sentence):
        ours = _OURS.search(sentence)
        if (
            not ours
            or not re.search(r"我方|我司|我公司|我们|乙方|本公司|工程师", sentence)
            or re.search(
                r"(?:提前|及时)[^,。]{0,16}(?:通知|告知)(?:我|乙方|卖方|供应商|服务商|维保)", sentence
            )
        ):
            return "customer"
    # In rows that a scraper ran together one says nothing of the others.
    return unpromised(sentence) if len(sentence) <= GLUED else ""


# 物业每月对保养质量打分: what they measure by.
_JUDGES = re.compile(
    rf"^[^,。;:\u4e00-\u9fff]{{0,6}}(?:每(?:月|季度?|年|周)|按(?:月|季度?|年))?(?:{THEY})(?:每|按|将|于|从|对)[^,。;]{{0,20}}?(?:打分|考核|评分|抽取|抽查)"
    # 站区每季度对我公司评议一次: whoever they are, they judge us.
    rf"|^[^,。;:]{{2,12}}对(?:{WE})[^,。;]{{0,12}}?(?:测评|考核|评价|打分|评分|评议)"
)
# 监理单位每周召开例会, 消防部门每年检查一次: others who have a say.
_OTHERS_ACT = re.compile(
    rf"^[^,。;:\u4e00-\u9fff]{{0,6}}(?:{THEY}|监理(?:单位|方|人)?|总(?:承)?包(?:单位|方)?|(?:上级|行业|政府)?(?:主管|监管)部门|(?:消防|住建|环保|卫健|公安|质监|市场监管|供电)(?:部门|机构|局|公司)|检查组|审计组|第三方(?:机构|单位|公司)?)"
    r"(?:每|按|将|不?定期|随时)[^,。;]{0,10}(?:组织|召开|开展|检查|督查|抽查|巡查|检测|测评|审计|验收)"
)
_OWED = re.compile(rf"(?:{WE})[^,。;]{{0,6}}[应须]")
_HEARD_FROM = re.compile(
    rf"(?:接到|收到|接|收)(?:{_OURS.pattern})|对(?:{_OURS.pattern})[^,。;]{{0,12}}?(?=[应须])"
)


def theirs(text: str, at: int) -> bool:
    """Whether the clause that stands around a place is about what the customer does."""
    first = max(text.rfind(mark, 0, at) for mark in ",。;:(") + 1
    if re.match(r"[^,。;]{0,12}?(?:告知|通知)(?:给)?(?:我|乙方|本公司|卖方|供应商)", text[at:]):
        return True
    # 甲方应在接到乙方请示后3日内答复: whom they hear from does not act.
    last = min([at + 12, *(place for mark in ",;。" if (place := text.find(mark, at)) >= 0)])
    stretch = _HEARD_FROM.sub("", text[first:last])
    return bool(_CUSTOMER.match(text[first : at + 12])) and not _OURS.search(stretch)


# What these sentences say is a promise in no list and in no cell.
NOBODYS = frozenset(("scoring", "tender", "example", "law", "both"))


@dataclass
class Frame:
    """The document under the rules.

    stated: the passages without columns that are nobody's promise, penalties blanked: where periods, hours and prices may
    stand. promising: those of them that stand in no chapter of nobody's (甲方责任, 评分标准), where work is promised.
    """

    raw: str
    clean: Clean
    passages: list[Passage]
    taken: list[tuple[int, int]] = field(default_factory=list)
    stated: list[Passage] = field(default_factory=list)
    promising: list[Passage] = field(default_factory=list)
    _parties: Parties = field(init=False)

    def __post_init__(self) -> None:
        self.stated = [
            replace(passage, text=promised(passage.text)) for passage in self.passages if not passage.aside
        ]
        self.promising = [passage for passage in self.stated if not chapter_of(passage)]
        self._parties = parties(self.clean.text)

    def why(self, sentence: str) -> str:
        """A word when a sentence's figures are no promise; the document's own names for the parties are known."""
        return why_no_promise(self._parties.usual(sentence))

    def keeps(self, passage: Passage) -> bool:
        """Whether what was found last stays, in a passage of many rows: only the words about it are asked. Else given back."""
        start, end = self.taken[-1]
        words = passage.text[max(0, start - passage.start - 12) : end - passage.start + 12]
        if not self.why(words):
            return True
        self.taken.pop()
        return False

    def found(self, start: int, end: int, rule: str, confidence: float, passage: Passage) -> Found:
        """Where something stands: [start, end) in the cleaned text, without white space at its ends."""
        text = self.clean.text
        while start < end - 1 and text[start].isspace():
            start += 1
        while end > start + 1 and (text[end - 1].isspace() or text[end - 1] in ",。;、"):
            end -= 1
        first, last = self.clean.back(start, end)
        self.taken.append((start, end))
        place = " / ".join(passage.headings[-2:])
        return Found(Quote(first, last, self.raw[first:last]), rule, confidence, place)


def chapter_of(passage: Passage) -> str:
    """Why the chapter that a passage stands in promises nothing; empty where it may."""
    return chapter((*passage.headings, passage.label), passage.text)


def clause_of(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch between commas around [start, end)."""
    first = max(text.rfind(mark, 0, start) for mark in ",。;:、") + 1
    lasts = [at for mark in ",。;" if (at := text.find(mark, end)) >= 0]
    return first, min(lasts) if lasts else len(text)

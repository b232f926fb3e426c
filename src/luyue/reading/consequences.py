"""What a sentence of a contract says beside its promise: what a miss costs, what people must have behind them.

乙方应在3个工作日内更换,逾期每日扣减1000元 is a promise and its penalty. The penalty is blanked letter for letter, so that
the rules read the promise and its place stays.
"""

import re
from itertools import pairwise

from luyue.reading.parties import THEY, WE

_BLANK = "□"
_LONGEST = 70  # letters of a clause
_CLAUSE = re.compile(r"[^,;。]+")
# A miss may follow its promise without a stroke between.
_MISSED = re.compile(r"(?<=[^,;。(])(?=否则|逾期[^,;。]{0,12}(?:扣|罚|违约金|支付|承担|处))")
_COSTS = re.compile(
    r"扣除|扣款|扣减|扣罚|扣[^,。;\d服设除]{0,8}\d|罚款|处罚|罚\d|违约|滞纳金|赔偿|减收|加倍扣|每[^,;。]{1,12}(?:支付|付)[^,;。]{0,8}元|风险[^,;。]{0,4}费用|不予支付|拒付"
    r"|(?:缴纳|交纳)[^,;。]{0,4}保证金|(?:解除|终止|不再续签)(?:[^,;。]{0,8}(?:合同|协议)|(?=[,;。]|$))"
    rf"|(?:{THEY})[^,;。]{{0,4}}有权(?!要求)"
)
# The case in which it costs: 逾期的, 每超过1小时, 造成后果的, 除承担责任外.
_CASE = re.compile(
    r"^(?:且|并|但)?(?:逾|否则|违反|因|除|若|如|每(?:超|逾|延|低|降|发生|迟)|超[过出]|连续|累计|低于|经)|[^目]的$|(?:未|不)[^,;。]{0,16}的?时$|外$"
)
_OURS = re.compile(rf"(?:{WE})[^,;。]{{0,3}}(?:须|应|必须|还应|负责)")
# 须具有两年以上维修经验: what is asked of a person.
_BEHIND = re.compile(
    r"(?:须|应|必须|需|要求)[^,;。]{0,10}?(?:具[有备]|有)(?P<what>[^,;。]{0,4}年(?:以上)?(?:的)?[^,;。]{0,14}?(?:经验|从业|工作经历))"
)


def promised(sentence: str) -> str:
    """The sentence with its penalties blanked, of the same length; as it is where it has none."""
    sentence = _BEHIND.sub(_blank_what, sentence)
    if not _COSTS.search(sentence):
        return sentence
    clauses = [
        (start, end)
        for whole in _CLAUSE.finditer(sentence)
        for start, end in _parts(sentence, whole.start(), whole.end())
    ]
    # Longer is no clause: rows that a scraper glued, of which one says nothing of the others.
    costs = [end - start <= _LONGEST and bool(_COSTS.search(sentence[start:end])) for start, end in clauses]
    for at in range(len(clauses) - 2, -1, -1):
        words = sentence[slice(*clauses[at])]
        costs[at] = costs[at] or (costs[at + 1] and bool(_CASE.search(words)) and not _OURS.search(words))
    letters = list(sentence)
    for (start, end), cost in zip(clauses, costs, strict=True):
        if cost:
            letters[start:end] = _BLANK * (end - start)
    return "".join(letters)


def _parts(sentence: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts = [start, *(hit.start() for hit in _MISSED.finditer(sentence, start, end)), end]
    return [(first, last) for first, last in pairwise(cuts) if first < last]


def _blank_what(hit: "re.Match[str]") -> str:
    return hit.group()[: hit.start("what") - hit.start()] + _BLANK * len(hit["what"])

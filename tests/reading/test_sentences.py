"""Sentences with figures, as a review gets them."""

from luyue.reading.engine import frame_of, read_frame
from luyue.reading.sentences import REPEATED, figured


def told(text: str) -> dict[str, str]:
    frame = frame_of(text)
    return {one.quote.words: one.reason for one in figured(frame, read_frame(frame))}


def test_what_stands_elsewhere_already_is_said_to_be_repeated():
    first, other = "故障发生后2小时内到达现场。", "我公司成立于5年前。"
    found = told(f"一、服务承诺\n{first}\n{other}\n三、再次承诺\n我方郑重承诺2小时内到达现场。\n")
    reasons = {words.rstrip("。"): reason for words, reason in found.items()}
    assert reasons["故障发生后2小时内到达现场"] == ""
    assert next(reason for words, reason in reasons.items() if "郑重" in words) == REPEATED
    assert next(reason for words, reason in reasons.items() if "成立" in words) != REPEATED

"""Whatever comes in: no crash, words exact, places right, the same again, and a plan file that loads."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luyue.domain.plan.loader import load_plan
from luyue.reading.engine import read_text
from luyue.reading.neutral import neutral
from luyue.reading.planfile import plan_yaml
from luyue.reading.sources import Unreadable, open_document
from tests.reading.scoring import blind, held, seen

PIECES = st.sampled_from(
    ["2小时内", "每季度", "到达现场", "响应", "修复", "一级故障", "紧急", "，", "。", "\n", "\t", "|", "质保期", "三年", "免费维修", "巡检",
     "7×24小时", "热线", "提前5个工作日", "通知", "备用机", "无法解决", "95%", "接通率", "2名工程师", "培训", "(", ")", "：", "每次", "故障后",
     "報告", "第 3 页 共 9 页", "\n12\n", "\n2、", "不超过", "分别为", "、", "半", "个工作日", "次日", "  ", "甲方应", "付款", "级别", "1", "〃", "9" * 400, "九" * 400]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join))
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)


@SLOWLY
@given(TEXTS)
def test_words_are_exact_and_places_right(text):
    reading = read_text(text)
    for quote in [one.found.quote for one in reading.promises] + [one.quote for one in reading.leftovers]:
        assert 0 <= quote.start < quote.end <= len(text)
        assert text[quote.start : quote.end] == quote.words
    assert all(0 < one.found.confidence <= 1 and one.found.rule for one in reading.promises)


@SLOWLY
@given(TEXTS)
def test_the_same_text_gives_the_same(text):
    assert neutral(read_text(text)) == neutral(read_text(text))


@SLOWLY
@given(TEXTS, st.text(max_size=30))
def test_a_plan_file_loads_or_there_is_no_promise(text, title):
    reading = read_text(text)
    written = plan_yaml(reading, title, title)
    if written is None:
        assert not [*reading.targets, *reading.duties, *reading.service_hours]
    else:
        assert load_plan(written.encode()).plan.promises


@SLOWLY
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.7\n", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
)
def test_any_bytes_give_a_text_or_a_reason(raw, start):
    try:
        opened = open_document(start + raw)
    except Unreadable as bad:
        assert bad.code
    else:
        read_text(opened.text, opened.headings)


@pytest.mark.parametrize("piece", ["9", "九", "2小时内", "1小时\t", "一级", "每", " "])
def test_one_long_run_does_not_stop_the_reading(piece):
    read_text(piece * 2000)  # seconds at worst, not minutes


def test_labelled_documents_are_quoted_exactly():
    for file in [*seen(), *held(), *blind()]:
        opened = open_document(file.read_bytes())
        reading = read_text(opened.text, opened.headings)
        for one in reading.promises:
            quote = one.found.quote
            assert opened.text[quote.start : quote.end] == quote.words
        written = plan_yaml(reading, file.stem, file.stem)
        assert written and load_plan(written.encode()).plan.promises

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.reading.cleaning import clean
from luyue.reading.script import SIMPLIFIED


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("在24 小 时内", "在24小时内"),
        ("提供7 24 小时热线", "提供7×24小时热线"),
        ("7*24小时、7x24小时、7天X24小时", "7×24小时、7×24小时、7天×24小时"),
        ("4.小时内到达", "4小时内到达"),
        ("提前5个工作口告知", "提前5个工作日告知"),
        ("一個(gè)工作(zuò)日內(nèi)到達現場(chǎng)", "一个工作日内到达现场"),
        ("响应时间，２４小时；", "响应时间,24小时;"),
        ("[bookmark: _Toc421740787]日常维护", "日常维护"),
        ("接听……响铃4次内", "接听响铃4次内"),
    ],
)
def test_one_way_of_writing(dirty, tidy):
    assert clean(dirty).text == tidy


def test_a_page_number_inside_a_sentence_goes_and_the_sentence_is_whole():
    text = "县（市）维修点接报后6小\n11\n小时内到达现场。"
    assert "6小小时" not in clean(text).text
    assert "\n11\n" not in clean(text).text


def test_page_marks_of_a_web_site_inside_a_clause():
    page = "本页说明服务的内容和方法，" * 8
    text = f"{page}提前提交名单及车辆安排计\n2、划。{page}其后还有很多话要说到这一页的末尾为\n3、止。"
    cleaned = clean(text)
    assert "车辆安排计划。" in cleaned.text
    assert "末尾为止。" in cleaned.text
    at = cleaned.text.index("计划")
    assert text[slice(*cleaned.back(at, at + 2))] == "计\n2、划"


def test_numbered_points_stay():
    text = "一、服务\n1、每月巡检一次。\n2、每季度保养一次。\n3、每年演练一次。"
    assert clean(text).text == text


def test_a_page_foot_is_taken_out():
    assert "页" not in clean("二级故障 8小时\n某公司售后服务方案 第 3 页 共 20 页\n三级故障 24小时").text


def test_the_table_of_letters_is_of_pairs():
    assert all(len(old) == len(new) == 1 and old != new for old, new in SIMPLIFIED.items())
    assert not set(SIMPLIFIED.values()) & set(SIMPLIFIED)
    assert len(SIMPLIFIED) > 450


ANY = st.text(
    alphabet=st.one_of(
        st.sampled_from("0123456789小时内工作日7×24、，。；\n\t| 级一(gè)[]…第页"), st.characters()
    ),
    max_size=300,
)


@given(ANY)
def test_every_letter_has_a_place_and_the_order_stays(text):
    cleaned = clean(text)
    assert len(cleaned.text) == len(cleaned.origin)
    assert list(cleaned.origin) == sorted(cleaned.origin)
    assert all(0 <= at < len(text) for at in cleaned.origin)


@given(ANY)
def test_cleaning_is_repeatable(text):
    assert clean(text) == clean(text)


def test_readings_without_tones_are_taken_out():
    assert clean("对系(xi)(xi)统(tong)进(jin)行一(yi)次(ci)检查").text == "对系统进行一次检查"
    assert clean("响应时间(min)|见附录(a)").text == "响应时间(min)|见附录(a)"

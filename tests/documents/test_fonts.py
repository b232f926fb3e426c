"""The font shows what people write, and whatever it cannot show is told."""

import pytest

from luyue.documents import fonts


@pytest.mark.parametrize("letter", "履约的龘𠮷㎡℃①→□■✓“”…—×±≥Aé〓")
def test_the_font_shows(letter: str) -> None:
    assert fonts.covers(letter)


@pytest.mark.parametrize("letter", "😀ก\ue000")
def test_the_font_lacks(letter: str) -> None:
    assert not fonts.covers(letter)
    assert fonts.missing({"a": [f"x{letter}{letter}"]}) == {letter: 2}


def test_common_chinese_characters_are_all_there() -> None:
    """All of GB 2312: what any Chinese computer can type."""
    letters = "".join(
        bytes((high, low)).decode("gb2312", errors="ignore")
        for high in range(0xA1, 0xF8)
        for low in range(0xA1, 0xFF)
    )
    assert len(letters) > 7000
    # The long bars of old Cyrillic and Greek terminals are there too.
    assert fonts.missing(letters) == {}


def test_what_is_lacking_is_marked_and_counted_and_the_rest_stays() -> None:
    data = {"name": "王😀", "rows": [["龘", 3, None, True]]}
    assert fonts.readable(data) == ({"name": "王〓", "rows": [["龘", 3, None, True]]}, {"😀": 1})


def test_invisible_characters_need_no_glyph() -> None:
    assert fonts.missing("a\u200b\ufe0f\ufeff中\n\t") == {}


def test_control_characters_go_and_line_ends_become_one_kind() -> None:
    assert fonts.clean("a\0b\x0bc\r\nd\re\u2028f\tg\ud800") == "abc\nd\ne\nf\tg"


def test_a_character_has_a_name_to_tell() -> None:
    assert fonts.code_point("😀") == "U+1F600"

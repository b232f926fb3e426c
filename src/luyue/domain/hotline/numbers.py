"""Telephone numbers and the words of a telephone system, in one writing (D-7)."""

import re


def plain_number(text: object) -> str:
    """A telephone number as digits, the same for all ways to write it; "" when there are none.

    Country code 86 and the 0 in front of a mobile number are left out; a fixed line keeps its area code's 0.
    """
    written = str(text if text is not None else "").strip()
    if re.fullmatch(r"\d+\.0", written):  # a spreadsheet's idea of a number
        written = written[:-2]
    digits = re.sub(r"\D", "", written)
    if (written.startswith("+86") or digits.startswith("0086")) and len(digits) > 8:
        digits = digits.removeprefix("00").removeprefix("86")
        if not re.match(r"1[3-9]|0|[48]00", digits):
            digits = "0" + digits
    elif re.fullmatch(r"86(1[3-9]\d{9})", digits):
        digits = digits[2:]
    return digits[1:] if re.fullmatch(r"01[3-9]\d{9}", digits) else digits


def line_word(text: str) -> str:
    """What a telephone system calls a line: a number as digits, the name of a queue in small letters."""
    word = text.strip().lower()
    return (word if re.search(r"[^\W\d_]", word) else plain_number(word) or word)[:40]

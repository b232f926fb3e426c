"""At least, at most: the words before a figure."""

import re

MOST = re.compile(
    r"(?:不超过|不高于|不大于|不得超过|≤|<=?|低于(?<!不低于)(?<!不得低于)|小于(?<!不小于)|少于(?<!不少于)|控制在|以内|以下|不多于)\s?$"
)


LEAST = re.compile(r"(?:不少于?|不低于|不小于|不得低于|不得少于|至少|≥|>=?|大于|超过|高于|达到?|以上)\s?$")

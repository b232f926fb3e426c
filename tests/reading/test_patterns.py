"""The patterns of the reader mean what they say."""

import importlib
import inspect
import pkgutil
import re

import luyue.reading


def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    modules = [
        importlib.import_module(one.name)
        for one in pkgutil.walk_packages(luyue.reading.__path__, "luyue.reading.")
    ]
    return [
        (f"{module.__name__}.{name}", value)
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
    ]


def test_no_bound_of_a_pattern_has_turned_into_a_group():
    """`{1,2}` in an f-string is a pair of numbers, and the pattern then looks for its text."""
    found = _patterns()
    assert len(found) > 100
    assert [name for name, one in found if re.search(r"\(\d+, ?\d*\)", str(one.pattern))] == []


def test_every_pattern_is_used_where_it_is_made():
    sources = {
        one.name: inspect.getsource(importlib.import_module(one.name))
        for one in pkgutil.walk_packages(luyue.reading.__path__, "luyue.reading.")
    }
    private = [name.rsplit(".", 1) for name, _ in _patterns() if name.rsplit(".", 1)[1].startswith("_")]
    assert [name for home, name in private if len(re.findall(rf"\b{name}\b", sources[home])) < 2] == []

"""The second start of the demo goes without Django only if nothing has changed since the first."""

import json

import pytest

from luyue.project import commands
from tests import factories

LOGINS = [["admin", "secret", "系统管理员"]]


@pytest.fixture
def somebody(committing):
    factories.person("admin")


def test_a_demo_of_this_release_is_known(somebody, tmp_path):
    made = tmp_path / "made.json"
    made.write_text(json.dumps({"tables": commands._tables_wanted(), "logins": LOGINS}))
    assert commands._made_before(made) == [tuple(LOGINS[0])]


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"tables": "of another release", "logins": []}', '{"logins": 3}']
)
def test_anything_else_is_looked_at_anew(somebody, tmp_path, text):
    made = tmp_path / "made.json"
    made.write_text(text)
    assert commands._made_before(made) is None
    assert commands._made_before(tmp_path / "missing.json") is None

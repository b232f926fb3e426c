"""The second start of the demo goes without Django only if nothing has changed since the first."""

import json

import pytest

from luyue.project import commands, demo, doctor, trial
from tests import factories

LOGINS = [["admin", "secret", "系统管理员"]]


@pytest.fixture
def somebody(committing):
    factories.person("admin")


def test_a_demo_of_this_release_is_known(somebody, tmp_path):
    made = tmp_path / "made.json"
    made.write_text(json.dumps({"tables": demo._tables_wanted(), "logins": LOGINS}))
    assert demo._made_before(made) == [tuple(LOGINS[0])]


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"tables": "of another release", "logins": []}', '{"logins": 3}']
)
def test_anything_else_is_looked_at_anew(somebody, tmp_path, text):
    made = tmp_path / "made.json"
    made.write_text(text)
    assert demo._made_before(made) is None
    assert demo._made_before(tmp_path / "missing.json") is None


@pytest.fixture
def of_a_trial(owner):
    owner.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '0001_events', now())"
    )
    yield
    owner.execute("DELETE FROM django_migrations WHERE app = 'ledger' AND name = '0001_events'")


def test_tables_of_a_trial_version_are_told_and_left_alone(of_a_trial, committing, capsys):
    with pytest.raises(SystemExit) as ended:
        commands.migrate()
    assert ended.value.code == 1
    assert "试用版" in (told := capsys.readouterr().err) and "LUYUE_DATA" in told
    found = {finding.about: finding for finding in doctor.findings()}
    assert found["migrations"].level == "fail" and "trial" in found["migrations"].text
    assert "wall" not in found


def test_a_demo_of_a_trial_version_is_made_anew(of_a_trial, committing, monkeypatch, tmp_path):
    done = []
    monkeypatch.setattr(demo.postgres, "set_private_database_aside", lambda name: done.append("kept"))
    monkeypatch.setattr(demo.postgres, "is_private", lambda: True)
    monkeypatch.setattr(demo.postgres, "private_mark", lambda: "")
    monkeypatch.setattr(demo, "start_database", lambda: None)
    monkeypatch.setattr(demo, "ready", lambda: done.append("ready"))

    def migrate():
        raise SystemExit(3)

    monkeypatch.setattr(demo, "migrate", migrate)
    made = tmp_path / "demo-made.json"
    made.write_text(json.dumps({"tables": "of the trial", "logins": LOGINS}))
    with pytest.raises(SystemExit):
        demo._prepared(made)
    assert done == ["kept", "ready"]  # kept, whoever's work it is


def test_only_a_filling_that_was_cut_short_is_thrown_away(committing, monkeypatch, tmp_path):
    done = []
    monkeypatch.setattr(demo.postgres, "drop_private_database", lambda: done.append("dropped"))
    monkeypatch.setattr(demo.postgres, "is_private", lambda: True)
    monkeypatch.setattr(demo, "start_database", lambda: None)

    def ready():
        raise SystemExit(3)

    monkeypatch.setattr(demo, "ready", ready)
    for mark, wanted in (("", []), (demo.FILLING, ["dropped"])):
        monkeypatch.setattr(demo.postgres, "private_mark", lambda mark=mark: mark)
        with pytest.raises(SystemExit):
            demo._prepared(tmp_path / "missing.json")
        assert done == wanted


def test_tables_of_this_version_are_no_trial(django_db_setup):
    assert not trial.made_the_tables()

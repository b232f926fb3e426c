"""Promises between files that no single module can keep."""

import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection

import luyue
from luyue.domain.refusals import Refusal
from luyue.project import doctor
from luyue.web import refusals

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/luyue"


@pytest.fixture(scope="module", autouse=True)
def _all_modules():
    """Every module has been imported, so that every kind of refusal is known."""
    for module in pkgutil.walk_packages(luyue.__path__, "luyue."):
        if not module.name.endswith("__main__"):
            import_module(module.name)


def kinds(kind: type[Refusal] = Refusal) -> set[type[Refusal]]:
    return {kind}.union(*(kinds(one) for one in kind.__subclasses__()))


def test_every_refusal_has_a_code_of_its_own():
    ours = [one for one in kinds() if one.__module__.startswith("luyue.")]
    assert len({one.code for one in ours}) == len(ours)


def test_every_code_has_a_sentence_in_both_languages():
    missing = [one.code for one in kinds() if one.code not in refusals.SENTENCES]
    assert missing == []
    assert all(chinese and english for chinese, english in refusals.SENTENCES.values())


def test_every_sentence_can_be_told_without_facts():
    for code in refusals.SENTENCES:
        refusal = Refusal()
        refusal.code = code
        assert refusals.sentence(refusal)


def test_every_table_of_contracts_is_behind_the_wall(db):
    assert doctor.unprotected_tables() == []


def test_the_application_owns_nothing_and_is_no_superuser(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False)


def test_models_and_migrations_agree(db):
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_action_and_no_domain_module_reads_the_time_of_day():
    reads = re.compile(r"timezone\.now\(|datetime\.now\(|datetime\.utcnow\(|date\.today\(|time\.time\(")
    files = [*SOURCE.glob("*/actions.py"), *(SOURCE / "domain").rglob("*.py")]
    assert [str(file.relative_to(ROOT)) for file in files if reads.search(file.read_text())] == []


def test_every_setting_from_the_environment_is_documented():
    text = "\n".join(file.read_text() for file in (SOURCE / "project").glob("*.py"))
    names = set(re.findall(r'"((?:LUYUE|DATABASE)_[A-Z_]+)"', text)) - {"LUYUE_SCOPE_OF"}
    told = (ROOT / "docs/settings.md").read_text()
    assert sorted(name for name in names if f"`{name}`" not in told) == []


def test_every_command_is_in_the_guide_of_commands():
    from luyue.cli import COMMANDS

    told = (ROOT / "docs/commands.md").read_text()
    assert sorted(word for word in COMMANDS if f"`luyue {word}" not in told) == []


def test_rules_for_phones_are_for_screens():
    """Paper is as narrow as a small tablet: without `screen` it is printed with the tall rows of a phone."""
    sheets = [*(ROOT / "frontend/src").glob("*.css"), *SOURCE.glob("*/static/luyue/*/*.css")]
    assert len(sheets) > 10
    wrong = [path.name for path in sheets if "@media (max-width: 767" in path.read_text(encoding="utf-8")]
    assert wrong == []

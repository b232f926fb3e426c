"""docs/ about plan files is current: schema, tables, keys, warnings, and the example loads."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

import luyue
from luyue.domain.plan import model, reference
from luyue.domain.plan.checks import warnings
from luyue.domain.plan.loader import load_plan
from luyue.domain.plan.problems import SENTENCES
from luyue.domain.plan.yaml_lines import read_yaml

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PLANS = sorted((Path(luyue.__file__).parent / "plans").glob("*.yaml"))
MANUAL = (DOCS / "plan-file.md").read_text(encoding="utf-8")
CHAPTERS = {
    "The file": model.Plan,
    "Weekly hours (`calendars`)": model.CalendarRule,
    "A level (`severities`)": model.Severity,
    "A reason to pause (`pauses`)": model.PauseRule,
    "A rung (`escalation`)": model.LadderStep,
    "A period (`periods`)": model.Period,
    "Every promise": model.Promise,
    "Conditions (`when`)": model.When,
    "`targets`: a time limit on a case": model.Target,
    "`duties`: work repeated by the calendar": model.Duty,
    "`triggers`: work owed when something happens": model.Trigger,
    "`quotas`: a number that must hold": model.Quota,
    "`entitlements`: what the customer gets": model.Entitlement,
    "`staffing`: people": model.Staffing,
}


def test_the_published_schema_is_the_models_schema():
    assert json.loads((DOCS / "plan.schema.json").read_text(encoding="utf-8")) == model.json_schema()


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_the_shipped_plans_obey_the_published_schema(path: Path):
    schema = json.loads((DOCS / "plan.schema.json").read_text(encoding="utf-8"))
    data, _ = read_yaml(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(data)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_a_shipped_plan_is_named_after_its_id(path: Path):
    assert re.fullmatch(r"\d{3}", path.stem.partition("-")[0])
    assert load_plan(path.read_bytes()).plan.id == path.stem.partition("-")[2]


def test_the_table_of_promises_is_current():
    plans = [load_plan(path.read_bytes()).plan for path in PLANS]
    # Run `luyue plan table > docs/promises.md` after a change of a plan or of what executes.
    assert (DOCS / "promises.md").read_text(encoding="utf-8") == reference.promises_table(plans)


def test_the_tables_of_words_are_current():
    # Replace the end of the page by the output of `luyue plan table --words`.
    assert MANUAL.endswith(reference.word_tables())


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_key_of_the_format_is_explained(chapter: str):
    part = MANUAL.split(f"### {chapter}\n", 1)[1].split("\n#", 1)[0]
    rows = [line for line in part.splitlines() if line.startswith("| `")]
    told = {
        (key, star == " *")
        for row in rows
        for key, star in re.findall(r"`([a-z_]+)`( \*|)", row.split("|")[1])
    }
    fields = CHAPTERS[chapter].model_fields
    if CHAPTERS[chapter] in model.KINDS:
        fields = {name: field for name, field in fields.items() if name not in model.Promise.model_fields}
    assert told == {(field.alias or name, field.is_required()) for name, field in fields.items()}


def test_every_warning_is_explained():
    part = MANUAL.split("## What the check warns about", 1)[1].split("\n## ", 1)[0]
    told = set(re.findall(r"^\| `([a-z.]+)` \|", part, re.MULTILINE))
    families = {"contradiction", "ambiguous", "open", "severity", "evidence"}
    assert told == {code for code in SENTENCES if code.split(".")[0] in families} | {"reference.dangling"}


def test_the_example_loads_without_a_warning():
    example = MANUAL.split("```yaml\n", 1)[1].split("```", 1)[0]
    assert warnings(load_plan(example.encode())) == []

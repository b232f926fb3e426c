"""The first migrations do in one go what ordinary ones do step by step."""

import pytest
from django.db import connections, migrations
from django.db.migrations.loader import MigrationLoader

from luyue.ledger.first_tables import FirstTables

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def statements(loader, key, apply):
    """What a migration says to the database after those that it stands on, and the state that it leaves."""
    state = loader.project_state(key, at_end=False)
    assert state.apps  # rendered, as while migrating
    with connections["owner"].schema_editor(collect_sql=True) as editor:
        state = apply(loader.graph.nodes[key], state, editor)
    return [str(one) for one in editor.collected_sql], state


@pytest.mark.parametrize("app", ["contracts", "desk", "knowledge", "surveys", "training"])
def test_the_statements_are_those_of_an_ordinary_migration(app):
    key = (app, "0001_initial")
    loader = MigrationLoader(connections["owner"])
    assert isinstance(loader.graph.nodes[key], FirstTables)
    quick, after = statements(loader, key, FirstTables.apply)
    slow, wanted = statements(loader, key, migrations.Migration.apply)
    assert quick == slow and len(quick) > 10
    assert after == wanted
    assert {model._meta.label for model in after.apps.get_models()} == {
        model._meta.label for model in wanted.apps.get_models()
    }


def test_what_follows_sees_the_new_tables_and_their_relations():
    loader = MigrationLoader(connections["owner"])
    _, state = statements(loader, ("contracts", "0001_initial"), FirstTables.apply)
    contract = state.apps.get_model("contracts", "Contract")
    assert contract._meta.get_field("customer").related_model is state.apps.get_model("contracts", "Customer")
    assert any(one.related_model._meta.model_name == "access" for one in contract._meta.related_objects)


def test_every_app_begins_with_its_tables():
    loader = MigrationLoader(None)
    ours = {label for label in loader.migrated_apps if (label, "0001_initial") in loader.disk_migrations}
    first = {key[0] for key, one in loader.disk_migrations.items() if isinstance(one, FirstTables)}
    assert first <= ours and len(first) > 20
    assert all(
        key[1] == "0001_initial"
        for key, one in loader.disk_migrations.items()
        if isinstance(one, FirstTables)
    )

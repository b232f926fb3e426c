"""The first migration of an app: all its tables in one go."""

from itertools import takewhile

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class FirstTables(migrations.Migration):
    """A migration that begins with new tables. It does what any other does, in a fraction of the time.

    For every new table Django makes the classes of all tables anew that a path of foreign keys leads to, so that the
    state before stays as it was. Nobody looks at the state between two new tables, so here their classes come together
    and the others stay.

    Leans on `ProjectState.apps`, `ProjectState.models` and `StateApps.render_multiple` as they are in Django 5.2; the
    test beside it compares with what Django does by itself.
    """

    initial = True

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        tables = list(takewhile(lambda one: isinstance(one, migrations.CreateModel), self.operations))
        self._know(tables, project_state)
        for table in tables:
            table.database_forwards(self.app_label, schema_editor, project_state, project_state)
        rest = type("Rest", (migrations.Migration,), {"operations": self.operations[len(tables) :]})
        return rest(self.name, self.app_label).apply(project_state, schema_editor)

    def _know(self, tables: list[Operation], state: ProjectState) -> None:
        """Add the tables' models to the state and their classes to those that it has."""
        classes, known = state.apps, set(state.models)
        del state.apps  # it would follow each step
        for table in tables:
            table.state_forwards(self.app_label, state)
        classes.render_multiple([model for key, model in state.models.items() if key not in known])
        state.apps = classes

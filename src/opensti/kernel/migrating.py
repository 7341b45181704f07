"""New tables of a migration are made at once, each in the shape it ends with.

Django works a migration off operation by operation, and after each draws anew the models
that hang together: with all of the house that is nearly two hundred, some five hundred
times over, and nine tenths of the time a first start takes. A table that comes with a
migration holds no row yet: what the migration adds to it may as well be there from its
beginning. The tables, their names and their constraints are the same.
"""

from __future__ import annotations

import copy
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import migrations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.operations.base import Operation
    from django.db.migrations.state import ProjectState

_ADDING = {
    migrations.CreateModel,
    migrations.AddField,
    migrations.AddIndex,
    migrations.AddConstraint,
}


class TablesAtOnce(migrations.Migration):
    """A migration that mostly brings new tables; the base of those that bring many."""

    def apply(
        self,
        project_state: ProjectState,
        schema_editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,  # noqa: FBT001, FBT002 -- Django's signature
    ) -> ProjectState:
        """Make each stretch of new tables at once, and all else step by step.

        ``sqlmigrate`` (``collect_sql``) still shows every step.
        """
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        for stretch in _stretches(self.operations):
            if any(isinstance(o, migrations.CreateModel) for o in stretch):
                self._make(stretch, project_state, schema_editor)
            else:
                rest = copy.copy(self)
                rest.operations = stretch  # type: ignore[misc]
                project_state = super(TablesAtOnce, rest).apply(
                    project_state, schema_editor
                )
        return project_state

    def _make(self, stretch: list[Operation], state: ProjectState, editor: Any) -> None:
        drawn = state.__dict__.pop("apps", None)  # else each step draws anew
        for operation in stretch:
            operation.state_forwards(self.app_label, state)
        if drawn is not None:
            # What was there is as it was, and learns who points at it.
            drawn.render_multiple(
                [
                    state.models[self.app_label, operation.name_lower]
                    for operation in stretch
                    if isinstance(operation, migrations.CreateModel)
                ]
            )
            state.apps = drawn
        for operation in stretch:
            if isinstance(operation, migrations.CreateModel):
                operation.database_forwards(self.app_label, editor, state, state)
        # Keys and indices are there for whatever comes next, as they are step by step.
        for statement in editor.deferred_sql:
            editor.execute(statement, None)
        editor.deferred_sql.clear()


def _stretches(operations: Iterable[Operation]) -> Iterator[list[Operation]]:
    """Split into stretches: new tables with all that is added to them, or anything else.

    What is added to tables of before may wait until the new ones stand: it can need
    them, and they do not need it. Any other operation keeps its place.
    """
    for adding, stretch in groupby(operations, lambda o: type(o) in _ADDING):
        rest = list(stretch)
        if adding:
            new = {o.name_lower for o in rest if isinstance(o, migrations.CreateModel)}
            tables = [o for o in rest if _table(o) in new]
            rest = [o for o in rest if _table(o) not in new]
            if tables:
                yield tables
        if rest:
            yield rest


def _table(operation: Any) -> str:
    if isinstance(operation, migrations.CreateModel):
        return operation.name_lower
    return str(operation.model_name_lower)

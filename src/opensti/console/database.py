"""Bring the database to today's tables."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def behind() -> bool:
    """Say whether tables are missing or older than this version's."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def prepare() -> None:
    """Migrate where something is to be migrated; quick where nothing is."""
    if behind():
        call_command("migrate", interactive=False, verbosity=0)

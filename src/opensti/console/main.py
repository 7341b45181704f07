"""The ``opensti`` command: everything an operator does, one word each."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from typing import Any

import click
import django
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opensti.project.settings")


# What these say on the screen goes to the one who typed; the others write for others.
FOR_THE_TERMINAL = frozenset(
    {
        "import",
        "overlap",
        "experts",
        "conflicts",
        "panels",
        "procedure",
        "strategy",
        "framework",
        "assessment",
        "scores",
        "reliability",
        "survey",
        "pipeline",
        "portfolio",
        "productivity",
        "contracts",
        "composite",
        "export",
        "flags",
        "disclosure",
        "search",
        "log",
        "erasures",
    }
)


class Unprepared(click.ClickException):
    """The database is not there, or not as this version needs it."""

    exit_code = 2


class Lazy(click.Group):
    """Load a subcommand's module only when it is asked for: ``--help`` stays quick.

    Whatever a subcommand finds wrong with the database as such is said here, once;
    those that ask it nothing (checking a receipt or a procedure file) work without one.
    """

    commands_at = {
        "serve": ("opensti.console.serve", "serve"),
        "worker": ("opensti.console.serve", "worker"),
        "setup": ("opensti.console.serve", "setup"),
        "demo": ("opensti.console.demo", "demo"),
        "import": ("opensti.console.imports", "imports"),
        "procedure": ("opensti.console.procedure", "procedure"),
        "strategy": ("opensti.console.strategy", "strategy"),
        "overlap": ("opensti.console.overlap", "overlap"),
        "experts": ("opensti.console.experts", "experts"),
        "conflicts": ("opensti.console.conflicts", "conflicts"),
        "panels": ("opensti.console.panels", "panels"),
        "portfolio": ("opensti.console.portfolio", "portfolio"),
        "framework": ("opensti.console.framework", "framework"),
        "assessment": ("opensti.console.assessment", "assessment"),
        "scores": ("opensti.console.scores", "scores"),
        "reliability": ("opensti.console.reliability", "reliability"),
        "survey": ("opensti.console.survey", "survey"),
        "pipeline": ("opensti.console.pipeline", "pipeline"),
        "productivity": ("opensti.console.productivity", "productivity"),
        "contracts": ("opensti.console.contracts", "contracts"),
        "composite": ("opensti.console.composite_analyses", "composite"),
        "export": ("opensti.console.export", "export"),
        "flags": ("opensti.console.flags", "flags"),
        "disclosure": ("opensti.console.disclosure", "disclosure"),
        "search": ("opensti.console.search", "search"),
        "log": ("opensti.console.log", "log"),
        "erasures": ("opensti.console.erasures", "erasures"),
        "manage": ("opensti.console.main", "manage"),
    }

    def invoke(self, ctx: click.Context) -> Any:
        name = next(iter([*ctx._protected_args, *ctx.args]), "")
        django.setup()
        spoken = language_of_terminal() if name in FOR_THE_TERMINAL else None
        with translation.override(spoken) if spoken else nullcontext():
            try:
                return super().invoke(ctx)
            except DatabaseError as error:
                if name == "manage":
                    raise
                raise _unprepared(error) from error

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands_at)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in self.commands_at:
            return None
        module, attribute = self.commands_at[name]
        django.setup()
        command: click.Command = getattr(
            __import__(module, fromlist=[attribute]), attribute
        )
        return command


def language_of_terminal() -> str:
    """Return the language of the locale (LANG), else the house's."""
    from django.conf import settings  # noqa: PLC0415 -- not before it is needed

    known = {code for code, _name in settings.LANGUAGES}
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        stated = os.environ.get(variable, "")[:2].lower()
        if stated in known:
            return stated
    return str(settings.LANGUAGE_CODE)


def _unprepared(error: DatabaseError) -> Exception:
    """The sentence for a database that is not there or behind; else the fault itself."""
    from django.db import connection  # noqa: PLC0415

    from opensti.console.database import behind  # noqa: PLC0415 -- slow import

    try:
        connection.ensure_connection()
        if not behind():
            return error
    except DatabaseError as unreachable:
        return Unprepared(
            _("The database cannot be reached: %(why)s Check DATABASE_URL.")
            % {"why": " ".join(str(unreachable).split())}
        )
    return Unprepared(
        _(
            "The database has no tables yet (or older ones): run `opensti setup` "
            "(or `opensti manage migrate`)."
        )
    )


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="opensti")
def main() -> None:
    """OpenSTI: run a sector's science, technology and innovation."""


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands: migrate, shell, makemigrations and the rest."""
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    execute_from_command_line(["opensti manage", *arguments])


if __name__ == "__main__":
    sys.exit(main())

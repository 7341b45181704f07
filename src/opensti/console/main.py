"""The ``opensti`` command: everything an operator does, one word each."""

from __future__ import annotations

import os
import sys

import click
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opensti.project.settings")


class Lazy(click.Group):
    """Load a subcommand's module only when it is asked for: ``--help`` stays quick.

    ``needs`` names the subcommands that talk to the database; the others
    (checking a receipt or a procedure file) work on any machine.
    """

    commands_at = {
        "serve": ("opensti.console.serve", "serve"),
        "worker": ("opensti.console.serve", "worker"),
        "setup": ("opensti.console.serve", "setup"),
        "demo": ("opensti.console.demo", "demo"),
        "import": ("opensti.console.imports", "imports"),
        "procedure": ("opensti.console.procedure", "procedure"),
        "log": ("opensti.console.log", "log"),
        "manage": ("opensti.console.main", "manage"),
    }

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

"""The command group ``migrate``: where the systems of the register stand and when they move."""

from __future__ import annotations

import typer

from cli import migrate_waves


def register(app: typer.Typer) -> None:
    """Adds the group with its commands."""
    group = typer.Typer(no_args_is_help=True)
    migrate_waves.register(group)
    app.add_typer(group, name="migrate", help="The migration of the systems of the register.")

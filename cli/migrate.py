"""The group ``migrate``: where state systems stand on their way to domestic clouds, and when each moves."""

from __future__ import annotations

import typer

from cli import migrate_status, migrate_waves


def register(app: typer.Typer) -> None:
    """Adds the group with its commands."""
    group = typer.Typer(no_args_is_help=True, help="State systems on their way to domestic clouds.")
    migrate_status.register(group)
    migrate_waves.register(group)
    app.add_typer(group, name="migrate")

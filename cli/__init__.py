"""The command line ``camau-dc``: one file per command group, made with Typer.

This room reads arguments, calls the orchestrator, renders the answer for a terminal and chooses the exit code. It
decides nothing about capacity, provisioning or policy, and only the entry point ``cli.main:main`` is meant for others.
"""

__all__: list[str] = []

"""The entry point: registers the command groups and turns errors into exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import metadata
from itertools import pairwise
from typing import Annotated

import typer

from cli import demand, migrate, plan, province, render, rules, verify, weather
from cli.console import LANGUAGE_VARIABLE, chosen_language
from cli.endings import tell_error
from cli.exit_codes import ExitCode
from cli.help_words import speak
from cli.usage import UsageError, show_usage_error
from orchestrator.i18n import LANGUAGES, Language


def make_app() -> typer.Typer:
    """The application with all command groups."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(camau_dc)
    province.register(app)
    demand.register(app)
    migrate.register(app)
    plan.register(app)
    render.register(app)
    rules.register(app)
    verify.register(app)
    weather.register(app)
    return app


def _show_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(metadata.version("camau-dc"))
        raise typer.Exit


def camau_dc(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Capacity of the data centres and clouds of a province: what to build, rent, power and pay, with a proven bound.

    Exit codes: 0 done, 2 wrong input, 3 infeasible, 4 no plan in time, 5 check failed, 6 no weather from a service,
    7 workers lost.
    """
    del version


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command line, by default that of the process, and returns its exit code.

    Typer gives the code that a command ended with, 130 from the keyboard, and raises what is wrong with a command line.
    It ends with SystemExit when the reader of a pipe has gone. Wrong input shows no traceback.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = _language_in(given)
    try:
        command = typer.main.get_command(make_app())
        speak(command, language)
        ended = command(args=given, prog_name="camau-dc", standalone_mode=False)
    except UsageError as error:
        return show_usage_error(error, language)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else ExitCode.DONE
    except Exception as error:  # noqa: BLE001, the one place where errors become exit codes
        return tell_error(error, language)
    return ended if isinstance(ended, int) else ExitCode.DONE


def _language_in(arguments: list[str]) -> Language:
    """The language of a command line, for errors that leave the command that knew it."""
    words = " ".join(arguments).replace("--lang=", "--lang ").split()
    options = [value for option, value in pairwise(words) if option == "--lang"]
    named = options[-1] if options else os.environ.get(LANGUAGE_VARIABLE)
    return next((language for language in LANGUAGES if language == named), chosen_language(None))

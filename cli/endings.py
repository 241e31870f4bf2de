"""How commands end when they do not end well: what is said, and with which exit code."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import typer

from capacity.check import CheckViolation
from capacity.model import TooManyLoadClassesError
from capacity.weather import WeatherError, reason_of
from cli.console import say
from cli.exit_codes import ExitCode, exit_code_of
from orchestrator.document import DocumentError
from orchestrator.draws import DrawError
from orchestrator.ensemble import WorkersError
from orchestrator.i18n import Language, Messages
from orchestrator.province import CreationRefusedError, InvalidProvinceError, Problem, Text
from orchestrator.register_files import RegisterFileError
from orchestrator.studied import UnknownItemError


def list_problems(folder: Path, problems: tuple[Problem, ...], language: Language) -> None:
    """Every problem of a folder on a line of standard error, and how many there are."""
    for problem in problems:
        say(problem.text(language))
    files = len({problem.file for problem in problems})
    words = Text(
        f"{folder}: {len(problems)} problem(s) in {files} file(s)", f"{folder}: {len(problems)} lỗi trong {files} tệp"
    )
    say(words.of(language))


def fail_check(findings: Sequence[CheckViolation], text: Messages, tell: Callable[[str], None] = say) -> NoReturn:
    """Lists what the independent check found and ends with its code; ``tell`` takes the findings."""
    say(text("line.check_failed"))
    for finding in findings:
        tell(f"  {text.pick({'vi': finding.message_vi, 'en': finding.message_en})}")
    raise typer.Exit(ExitCode.CHECK_FAILED)


def tell_error(error: Exception, language: Language) -> ExitCode:
    """Says on standard error why a command ends, without a traceback unless it is a bug, and gives the exit code."""
    code = exit_code_of(error)
    if code is None:
        say(traceback.format_exc())
        return ExitCode.BUG
    if isinstance(error, InvalidProvinceError):
        list_problems(Path(error.folder), error.problems, language)
    elif isinstance(error, DocumentError):
        for problem in error.problems:
            say(problem.of(language))
    elif isinstance(error, CreationRefusedError | RegisterFileError | WeatherError):
        say(error.reason.of(language))
    elif isinstance(error, UnknownItemError | DrawError | WorkersError):
        say(error.words.of(language))
    elif isinstance(error, OSError) and error.filename is not None:
        say(f"{error.filename}: {reason_of(error).of(language)}")
    elif isinstance(error, TooManyLoadClassesError):
        say(error.message_vi if language == "vi" else str(error))
    else:
        say(str(error))
    return code

"""The words of ``--help`` in Vietnamese; the English ones stand at the commands and options themselves."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from typer import rich_utils

from orchestrator.i18n import Language


@cache
def vietnamese() -> dict[str, dict[str, str]]:
    """``paragraphs`` by their English words, and ``panels`` by the name that Typer has for them."""
    return tomllib.loads(resources.files("cli").joinpath("help_vi.toml").read_text("utf-8"))


_ENGLISH = {name: getattr(rich_utils, name) for name in vietnamese()["panels"]}


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a help text, each on one line."""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def commands_below(command: Any) -> Iterator[Any]:
    """A command and all commands of its groups."""
    yield command
    for each in getattr(command, "commands", {}).values():
        yield from commands_below(each)


def speak(command: Any, language: Language) -> None:
    """Gives a command and all below it the words of a language; English is what they have."""
    # Typer reads these names when it prints; its only other way to another language is a compiled catalogue of gettext.
    for name, said in (vietnamese()["panels"] if language == "vi" else _ENGLISH).items():
        setattr(rich_utils, name, said)
    if language == "en":
        return
    for each in commands_below(command):
        with each.make_context(each.name, [], resilient_parsing=True) as context:
            options = each.get_params(context)
        for one in (each, *options):
            if text := getattr(one, "help", None):
                known = vietnamese()["paragraphs"]
                one.help = "\n\n".join(known.get(paragraph, paragraph) for paragraph in paragraphs(text))

"""Writes a new province folder: a small, complete, commented one that is valid as it stands."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from capacity.weather import SyntheticSite, format_weather, reason_of, synthesize
from orchestrator.province.catalogue import FILES
from orchestrator.province.problems import CreationRefusedError, Text

WEATHER = "weather"


def create_province(folder: Path) -> tuple[str, ...]:
    """Writes the template to a folder that does not exist or is empty, all of it or nothing; returns the file names.

    The weather is made by the seeded synthetic model, so that every folder begins with the same bytes. Raises
    CreationRefusedError when something stands there already or the folder cannot be written.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100, resolve() would follow a link that is being replaced
    if _is_taken(folder):
        raise CreationRefusedError(
            Text(
                f"{folder} exists and is not an empty folder: nothing is overwritten",
                f"{folder} đã có và không phải thư mục trống: không ghi đè",
            )
        )
    contents = template_contents()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = folder.parent / f".camau-dc-init-{secrets.token_hex(8)}"
        draft.mkdir()
        try:
            for name, content in contents.items():
                target = draft / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            draft.replace(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        reason = reason_of(error)
        raise CreationRefusedError(
            Text(f"{folder} cannot be written: {reason.en}", f"không ghi được {folder}: {reason.vi}")
        ) from error
    return tuple(contents)


def _is_taken(folder: Path) -> bool:
    if folder.is_symlink() or not folder.is_dir():
        return folder.is_symlink() or folder.exists()
    return any(folder.iterdir())


def template_contents() -> dict[str, bytes]:
    """The files of the template by name, in the order in which they are written."""
    template = resources.files("orchestrator.province").joinpath("template")
    contents = {name: template.joinpath(name).read_bytes() for name in FILES}
    for parameters in sorted(template.joinpath(WEATHER).iterdir(), key=lambda item: item.name):
        contents[f"{WEATHER}/{parameters.name.removesuffix('.json')}.csv"] = _weather(parameters)
    return contents


def _weather(parameters: Traversable) -> bytes:
    given = json.loads(parameters.read_text("utf-8"))
    return format_weather(synthesize(SyntheticSite(**given["site"]), given["seed"]))

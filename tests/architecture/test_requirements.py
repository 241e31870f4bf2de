"""The lock files: pinned, hashed, without addresses, and in step with pyproject.toml and with each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("uv", "runtime", "dev")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

PINNED = re.compile(r"^(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[^ ;\\]+)(?: ;[^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
COMMENT = re.compile(r"^    #(?: via)?(?: +[\w.() :/-]+)?$")


def lines(lock: str) -> list[str]:
    return (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8").splitlines()


def pins(lock: str) -> dict[str, str]:
    """Version by canonical name."""
    return {canonicalize_name(match["name"]): match["version"] for line in lines(lock) if (match := PINNED.match(line))}


def group(name: str) -> list[str]:
    """The requirements of a dependency group, those of the groups that it includes too."""
    flat: list[str] = []
    for entry in PROJECT["dependency-groups"][name]:
        flat += [entry] if isinstance(entry, str) else group(entry["include-group"])
    return flat


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_pins_hashes_and_origins_alone(lock: str) -> None:
    assert [line for line in lines(lock) if not (PINNED.match(line) or HASH.match(line) or COMMENT.match(line))] == []
    assert not re.search(r"://|@|--(?:extra-)?index|--find-links", "\n".join(lines(lock)))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    all_lines = lines(lock)
    places = [place for place, line in enumerate(all_lines) if PINNED.match(line)]
    assert places
    assert [all_lines[place] for place in places if not HASH.match(all_lines[place + 1])] == []


@pytest.mark.parametrize("lock", ["runtime", "dev"])
def test_lock_satisfies_pyproject(lock: str) -> None:
    texts = PROJECT["project"]["dependencies"] + group("build" if lock == "runtime" else "dev")
    wanted = [Requirement(text) for text in texts]
    locked = pins(lock)
    assert {need.name for need in wanted} - set(locked) == set()
    assert [str(need) for need in wanted if not need.specifier.contains(locked[need.name])] == []


def test_both_locks_agree() -> None:
    runtime, dev = pins("runtime"), pins("dev")
    assert {name: version for name, version in runtime.items() if dev.get(name) != version} == {}

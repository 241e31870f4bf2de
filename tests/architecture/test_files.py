"""What holds for every file that the project keeps."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("capacity", "cli", "iac", "orchestrator", "policies")
MOST_LINES = 450

REGISTRY_HOSTS = re.compile(
    r"pythonhosted\.org|pypi\.org|proxy\.golang\.org|sum\.golang\.org|registry\.npmjs\.org|deb\.debian\.org"
    r"|repo1?\.maven|static\.crates\.io"
)
MACHINE_PATHS = re.compile(r"(?:^|[^A-Za-z0-9_.-])/(?:work|root|home)/|\.\./shared\b", re.MULTILINE)


def tracked(*patterns: str) -> list[Path]:
    """The files that git keeps, of those that are still there."""
    command = ["git", "ls-files", "-z", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def found(pattern: re.Pattern[str]) -> list[str]:
    """``file:line: text`` of every match in the files that git keeps; binary files are passed over."""
    matches = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        text = content.decode("utf-8")
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            matches.append(f"{path.relative_to(ROOT)}:{line}: {match.group().strip()}")
    return matches


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (REGISTRY_HOSTS, "index = https://" + "pypi" + ".org/simple"),
        (MACHINE_PATHS, "see /" + "home/somebody/x"),
        (MACHINE_PATHS, "see .." + "/shared/x"),
    ],
)
def test_patterns_match_what_they_forbid(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


def test_no_file_names_a_registry() -> None:
    assert found(REGISTRY_HOSTS) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert found(MACHINE_PATHS) == []


def test_no_python_file_is_long() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_bytes().splitlines()) for path in tracked("*.py")}
    assert lengths
    assert {str(path): lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_room_has_a_door(package: str) -> None:
    """Without ``__init__.py`` a folder of modules is not seen by import-linter, and so under no contract."""
    folders = {path.parent for path in tracked(f"{package}/**/*.py", f"{package}/*.py")}
    assert ROOT / package in folders
    assert [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_door_says_what_the_room_is_for_and_names_what_is_public(package: str) -> None:
    for door in tracked(f"{package}/**/__init__.py", f"{package}/__init__.py"):
        module = ast.parse(door.read_text(encoding="utf-8"))
        assert ast.get_docstring(module), f"{door} has no docstring"
        assigned = [
            target.id
            for statement in module.body
            if isinstance(statement, ast.Assign | ast.AnnAssign)
            for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
            if isinstance(target, ast.Name)
        ]
        assert "__all__" in assigned, f"{door} has no __all__"


def test_names_in_every_door_are_sorted() -> None:
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "RUF022", "--output-format", "concise"]
    doors = [str(path) for path in tracked("*__init__.py")]
    done = subprocess.run([*ruff, *doors], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_unsorted_names_are_seen(tmp_path: Path) -> None:
    door = tmp_path / "__init__.py"
    door.write_text('__all__ = ["b", "a"]\n', encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "RUF022", str(door)]
    assert subprocess.run(ruff, capture_output=True, check=False).returncode == 1

"""No test is left out: every folder of tests belongs to a suite of `make test`."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def suites() -> dict[str, set[str]]:
    """Folders by the name of the suite, as scripts/run-suites.sh lists them."""
    script = (ROOT / "scripts" / "run-suites.sh").read_text(encoding="utf-8")
    listed = re.search(r"^suites=\($(.*?)^\)$", script, re.MULTILINE | re.DOTALL)
    assert listed
    rows = [row.split() for row in re.findall(r'"([^"]+)"', listed.group(1))]
    return {name: set(folders) for name, *folders in rows}


def test_every_folder_of_tests_belongs_to_one_suite() -> None:
    with_tests = {"/".join(path.relative_to(ROOT).parts[:2]) for path in (ROOT / "tests").rglob("test_*.py")}
    listed = [folder for folders in suites().values() for folder in folders]
    assert with_tests
    assert with_tests - set(listed) == set()
    assert len(listed) == len(set(listed))


def test_suites_run_in_the_order_from_cheap_to_dear() -> None:
    order = ["architecture", "unit", "golden", "examples", "properties", "e2e", "cluster", "benchmarks"]
    assert list(suites()) == order

"""The wheel holds the five packages with their data files, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("capacity", "cli", "iac", "orchestrator", "policies")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        entry_points = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "camau-dc = cli.entry:main" in archive.read(entry_points).decode()
        return set(archive.namelist())


def test_wheel_holds_the_five_packages_alone(names: set[str]) -> None:
    folders = {name.split("/")[0] for name in names}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == set(PACKAGES)


def test_wheel_holds_every_file_of_the_packages(names: set[str]) -> None:
    command = ["git", "ls-files", "-z", "--", *PACKAGES]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    kept = {name for name in listed if name and (ROOT / name).is_file()}
    assert kept
    assert kept - names == set()

"""RESULTS.md: one section per benchmark, each written when it ran, with its date, machine and versions."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from importlib import metadata
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
TITLE = "# Benchmarks"
INTRODUCTION = (
    "Written by `make bench`, a section by each of its tests (`pytest tests/benchmarks -m bench -k cm1` for one).\n"
    "Times are of a machine that others may use too: compare figures of one section only. Of a reference problem they\n"
    "are: `solver` from the finished model to the answer, `with model` from the folder's records in memory, `all in`\n"
    "from the start of the program; `violation` is the largest of a peer's own rows, MW or million VND. Plans of this\n"
    "project are accepted by the checker, its bound is proven."
)
ORDER = (
    "One site and one year of the example, beside PyPSA",
    "CM-1",
    "CM-6",
    "CM-6 with integer halls",
    "CM-6-S, five scenarios",
    "The example, everything in it",
    "Growth with sites",
    "Growth with scenarios",
    "Conflicts of six years",
    "Registers of 10,000 systems",
    "Status of 10,000 systems",
    "The waves of the example",
    "Waves of 2,000 systems",
    "Projects of the literature, beside PyJobShop",
)
PACKAGES = ("pypsa", "linopy", "highspy", "ortools", "numba", "numpy", "scipy")


def machine() -> str:
    """Processor, cores, memory and system."""
    cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = next(
        (line.split(":", 1)[1].strip() for line in cpu.splitlines() if line.startswith("model name")), "unknown"
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}"


def versions() -> str:
    """Of Python and of what computes."""
    listed = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    return f"Python {platform.python_version()}, {listed}"


def write_section(title: str, lines: list[str], path: Path = RESULTS) -> None:
    """Puts a section in the place of an older one of its title. Raises ValueError for a title that is not planned."""
    if title not in ORDER:
        raise ValueError(f"section: {title!r}, must be one of {', '.join(ORDER)}")
    sections = _sections(path.read_text(encoding="utf-8") if path.exists() else "")
    about = [
        f"- Date: {dt.datetime.now(tz=dt.UTC).date().isoformat()}",
        f"- Machine: {machine()}; load average when done {os.getloadavg()[0]:.1f}",
        f"- Versions: {versions()}",
    ]
    sections[title] = "\n".join([*about, *lines]).strip()
    parts = [f"## {name}\n\n{sections[name]}" for name in ORDER if name in sections]
    path.write_text("\n\n".join([TITLE, INTRODUCTION, *parts]) + "\n", encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    """Title and text of the sections that the file has."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return {title.strip(): body.strip() for title, body in zip(parts[::2], parts[1::2], strict=True)}

"""What holds for all suites: how hypothesis searches, and which suites are too dear for `make check`.

Hypothesis has no deadline, as machines differ; where ``CI`` is set it takes the same examples every time.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("search", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "search")

DEAR = tuple(Path(__file__).parent / suite for suite in ("benchmarks", "cluster", "e2e", "properties"))
"""Their tests size provinces, start a cluster or open browsers."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test of a dear suite as slow."""
    for item in items:
        if any(item.path.is_relative_to(suite) for suite in DEAR):
            item.add_marker(pytest.mark.slow)

"""Composes the three cores: what a person asks for becomes calls of ``capacity``, ``iac`` and ``policies``.

This room reads the province folder, translates the output of one core into the input of another (the cores never
import each other), runs the use cases behind the commands, and writes the documents and reports that people read. A
name of the door opens its room when it is first asked for.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestrator.document import DocumentError
    from orchestrator.province import InvalidProvinceError, Province, load_province
    from orchestrator.translate import to_capacity_inputs
    from orchestrator.usecases import (
        PlanOutcome,
        PlanRequest,
        Rendering,
        Verification,
        render_plan,
        size_province,
        verify_plan,
    )
else:
    _ROOMS = {
        "DocumentError": "document",
        "InvalidProvinceError": "province",
        "PlanOutcome": "usecases",
        "PlanRequest": "usecases",
        "Province": "province",
        "Rendering": "usecases",
        "Verification": "usecases",
        "load_province": "province",
        "render_plan": "usecases",
        "size_province": "usecases",
        "to_capacity_inputs": "translate",
        "verify_plan": "usecases",
    }

    def __getattr__(name: str) -> object:
        """Reading a folder and showing figures do without the report and the checker."""
        from importlib import import_module

        if name not in _ROOMS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)


__all__ = [
    "DocumentError",
    "InvalidProvinceError",
    "PlanOutcome",
    "PlanRequest",
    "Province",
    "Rendering",
    "Verification",
    "load_province",
    "render_plan",
    "size_province",
    "to_capacity_inputs",
    "verify_plan",
]

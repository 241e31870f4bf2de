"""The planner: from frozen inputs to a sized, certified and independently checked capacity plan.

Pure computation on the planner's own inputs, without files, network or clock (``weather`` alone reads and writes its
files, and its sources ask services when a command says so): demand, hourly weather and prices, the
model, its solver (the only importer of OR-Tools), the accounts that recompute a plan without it, and the checker, which
is ``capacity.check.check``. A name of the door opens its room when it is first asked for.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from capacity.accounts import Accounts, compute_accounts
    from capacity.check import CheckViolation
    from capacity.demand import Demand, compute_demand
    from capacity.inputs import CapacityInputs
    from capacity.plan import Plan, SizingResult
    from capacity.solver import SolveOptions, solve
else:
    _ROOMS = {
        "Accounts": "accounts",
        "CapacityInputs": "inputs",
        "CheckViolation": "check",
        "Demand": "demand",
        "Plan": "plan",
        "SizingResult": "plan",
        "SolveOptions": "solver",
        "compute_accounts": "accounts",
        "compute_demand": "demand",
        "solve": "solver",
    }

    def __getattr__(name: str) -> object:
        """OR-Tools takes long to load, and all but sizing does without it."""
        from importlib import import_module

        if name not in _ROOMS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)


__all__ = [
    "Accounts",
    "CapacityInputs",
    "CheckViolation",
    "Demand",
    "Plan",
    "SizingResult",
    "SolveOptions",
    "compute_accounts",
    "compute_demand",
    "solve",
]

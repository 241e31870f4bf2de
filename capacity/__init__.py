"""The planner: from frozen inputs to a sized, certified and independently checked capacity plan.

Pure computation on the planner's own inputs, without files, network or clock: demand, hourly weather and prices, the
model, its solver (the only importer of OR-Tools), the accounts that recompute a plan without it, and the checker.
"""

__all__: list[str] = []

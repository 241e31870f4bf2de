"""The room of the waves that knows OR-Tools: CP-SAT over a wave problem, aim by aim, and why there is no schedule."""

from capacity.waves.solver.search import schedule

__all__ = ["schedule"]

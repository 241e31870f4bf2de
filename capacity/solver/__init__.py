"""The only room that knows OR-Tools: from the model to a plan with a proven bound, or to the least violation.

``solve`` is the door; ``solve_scenarios`` plans for several scenarios at once, ``solve_recourse`` with given orders.
Inside, ``interior`` relaxes the whole problem over all hours by its blocks, ``kernel`` is its
compiled loops, ``cuts`` makes rigorous bounds of any duals, ``integers`` is the master as a mixed-integer program,
``candidate`` is the best plan of given whole numbers, ``dispatch`` rebuilds hours exactly, ``warm_start`` begins at a
stored plan, ``alternatives`` are plans that cost little more and ``ends`` looks for them, ``conflict`` is the least
violation and ``explanation`` the minimal set of requirements when there is no plan.
"""

from capacity.solver.alternatives import (
    BestFound,
    ChoiceRange,
    NearBest,
    NearOptimal,
    best_of,
    ends_again,
    ends_of,
    near_optimal,
    put_together,
)
from capacity.solver.ends import Alternative, End, FoundEnd, Province, look_for
from capacity.solver.explanation import explain_conflict
from capacity.solver.integers import Learnt
from capacity.solver.problem import SolveOptions
from capacity.solver.sizing import solve
from capacity.solver.stochastic import Outlook, solve_recourse, solve_scenarios

__all__ = [
    "Alternative",
    "BestFound",
    "ChoiceRange",
    "End",
    "FoundEnd",
    "Learnt",
    "NearBest",
    "NearOptimal",
    "Outlook",
    "Province",
    "SolveOptions",
    "best_of",
    "ends_again",
    "ends_of",
    "explain_conflict",
    "look_for",
    "near_optimal",
    "put_together",
    "solve",
    "solve_recourse",
    "solve_scenarios",
]

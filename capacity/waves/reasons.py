"""Why a move is late: what keeps its cut-over from a week earlier while all other moves stay where they are."""

from __future__ import annotations

from dataclasses import dataclass

from capacity.waves import rules
from capacity.waves.ledger import Ledger
from capacity.waves.problem import Move, WaveProblem
from capacity.waves.result import Starts, cut_over_end
from capacity.waves.windows import Windows, windows_of


@dataclass(frozen=True, slots=True)
class Lateness:
    """A late move: ``weeks`` past its first missed due date, the ``rules`` that bind, and ``needs``, what it waits for.

    ``chain``: its own steps take so long from week 0 on that no schedule could have it in time; ``rules`` then name
    what they meet on the way. Without that and without rules, another move was worth more.
    """

    move: str
    weeks: int
    chain: bool
    rules: tuple[str, ...]
    needs: tuple[str, ...]


def late_moves(problem: WaveProblem, starts: Starts) -> tuple[Lateness, ...]:
    """The late moves of a schedule in the order of the problem, each with its reasons."""
    ledger = Ledger(problem)
    for move in problem.moves:
        ledger.enter(move, starts[move.id])
    windows = windows_of(problem)
    found = []
    for move in problem.moves:
        end = cut_over_end(move, starts[move.id])
        late = [end - due.week for due in move.dues if due.weight and end > due.week]
        if late:
            found.append(_reasons(problem, ledger, windows, move, starts, max(late)))
    return tuple(found)


def _reasons(
    problem: WaveProblem, ledger: Ledger, windows: Windows, move: Move, starts: Starts, weeks: int
) -> Lateness:
    mine = starts[move.id]
    earliest = windows[move.id][move.cut_over].earliest
    ready = {name: cut_over_end(problem.by_id[name], starts[name]) for name in move.depends_on}
    ledger.enter(move, mine, -1)
    binding: list[str] = []
    needs: list[str] = []
    # Back along the chain: the first step that others, not the step before it, keep from a week earlier.
    for number in range(move.cut_over, -1, -1):
        week = mine[number] - 1
        if number in move.pins:
            binding.append(rules.pin(move.id))
            break
        if number == move.cut_over:
            needs = [name for name, at in ready.items() if at > week]
        hindered = list(ledger.hindrances(move, number, week)) if week >= 0 else [rules.horizon()]
        binding += [rule for rule in hindered if rule not in binding]
        before_it = number and mine[number - 1] + move.steps[number - 1].weeks > week
        if not before_it or needs or hindered:
            break
    ledger.enter(move, mine)
    is_chain = mine[move.cut_over] <= earliest
    return Lateness(move.id, weeks, is_chain, tuple(binding), tuple(needs))

"""In which weeks each step can start: chains, dependencies, pins, and each limit as if nothing else were there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

import numpy as np

from capacity.waves.ledger import Ledger, Mask
from capacity.waves.problem import NOTHING, Move, WaveProblem


@dataclass(frozen=True, slots=True)
class Window:
    """Start weeks of one step: those of ``mask`` in [earliest, latest], or the one that is pinned."""

    earliest: int
    latest: int
    mask: Mask

    @property
    def weeks(self) -> list[int]:
        """The weeks themselves; a pinned one may lie before week 0."""
        if self.earliest == self.latest:
            return [self.earliest]
        found = np.flatnonzero(self.mask[self.earliest : self.latest + 1]) + self.earliest
        return [int(week) for week in found]

    @property
    def is_empty(self) -> bool:
        """Whether there is none."""
        return self.earliest > self.latest


Windows = Mapping[str, tuple[Window, ...]]


def in_order(problem: WaveProblem) -> tuple[Move, ...]:
    """The moves, each after those it depends on. Raises graphlib.CycleError where they go round in a circle."""
    order = TopologicalSorter({move.id: move.depends_on for move in problem.moves})
    return tuple(problem.by_id[name] for name in order.static_order())


def windows_of(
    problem: WaveProblem,
    ledger: Ledger | None = None,
    not_before: Mapping[str, int] = NOTHING,
    not_after: Mapping[str, int] = NOTHING,
) -> Windows:
    """The windows of all steps; some are empty where no schedule can be.

    ``ledger``: beside what it holds. By move, no cut-over starts before ``not_before`` or ends after ``not_after``.
    """
    ledger = Ledger(problem) if ledger is None else ledger
    order = in_order(problem)
    last = problem.weeks
    masks = {move.id: masks_of(ledger, move) for move in order}
    ready: dict[str, int] = {}
    early: dict[str, list[int]] = {}
    for move in order:
        at = min(0, *move.pins.values()) if move.pins else 0
        early[move.id] = []
        for number, step in enumerate(move.steps):
            if number == move.cut_over:
                at = max([at, not_before.get(move.id, at), *(ready[name] for name in move.depends_on)])
            if number in move.pins:
                week = move.pins[number]
                at = max(at, week) if week < 0 or masks[move.id][number].any() else last + 1
            else:
                at = _next(masks[move.id][number], max(0, at), last)
            early[move.id].append(at)
            at += step.weeks
            if number == move.cut_over:
                ready[move.id] = at
    needed: dict[str, int] = dict.fromkeys(early, last)
    found: dict[str, tuple[Window, ...]] = {}
    for move in reversed(order):
        at = last
        late: list[int] = []
        for number in range(len(move.steps) - 1, -1, -1):
            if number == move.cut_over:
                at = min(at, needed[move.id], not_after.get(move.id, last))
            at -= move.steps[number].weeks
            at = min(at, move.pins[number]) if number in move.pins else _last(masks[move.id][number], at)
            late.append(at)
            if number == move.cut_over:
                for name in move.depends_on:
                    needed[name] = min(needed[name], at)
        late.reverse()
        found[move.id] = tuple(
            Window(first, final, mask) for first, final, mask in zip(early[move.id], late, masks[move.id], strict=True)
        )
    return found


def masks_of(ledger: Ledger, move: Move, numbers: Sequence[int] | None = None) -> list[Mask]:
    """In which weeks steps of a move can start by what is left, those that follow at once together; by default all.

    ``numbers`` begins with a step that does not follow at once, and has all that follow it so.
    """
    wanted = range(len(move.steps)) if numbers is None else numbers
    masks = [_mask(ledger, move, number) for number in wanted]
    # What follows at once allows its week to the step before it, from the last to the first, and is then told back.
    for at in range(len(masks) - 1, 0, -1):
        if move.steps[wanted[at]].at_once and move.pins.get(wanted[at - 1], 0) >= 0:
            masks[at - 1] = masks[at - 1] & _shifted(masks[at], -move.steps[wanted[at - 1]].weeks)
    for at in range(1, len(masks)):
        if move.steps[wanted[at]].at_once:
            pin = move.pins.get(wanted[at - 1], 0)
            weeks = move.steps[wanted[at - 1]].weeks
            if pin < 0:
                only = np.zeros(len(masks[at]), dtype=np.bool_)
                only[max(0, pin + weeks) : pin + weeks + 1] = True
                masks[at] = masks[at] & only
            else:
                masks[at] = masks[at] & _shifted(masks[at - 1], weeks)
    return masks


def _shifted(mask: Mask, weeks: int) -> Mask:
    """The mask so many weeks later; what leaves it is gone."""
    found = np.zeros(len(mask), dtype=np.bool_)
    if weeks >= 0:
        found[weeks:] = mask[: len(mask) - weeks]
    else:
        found[: len(mask) + weeks] = mask[-weeks:]
    return found


def _mask(ledger: Ledger, move: Move, number: int) -> Mask:
    mask = ledger.possible(move, number)
    if number in move.pins:
        week = move.pins[number]
        mask[: max(0, week)] = False
        mask[max(0, week + 1) :] = False
    return mask


def _next(mask: Mask, week: int, none: int) -> int:
    """The first week of a mask from one on; ``none`` when there is no more."""
    if week >= len(mask):
        return none
    at = int(mask[week:].argmax())
    return week + at if mask[week + at] else none


def _last(mask: Mask, week: int) -> int:
    """The last week of a mask up to one; -1 when there is none."""
    if week < 0:
        return -1
    part = mask[: week + 1][::-1]
    at = int(part.argmax())
    return len(part) - 1 - at if part[at] else -1

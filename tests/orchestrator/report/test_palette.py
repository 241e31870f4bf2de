"""Colours of charts survive a printer without colour."""

from __future__ import annotations

from itertools import pairwise

from orchestrator.report.palette import DOWN, PALETTE, TOTAL, UP, grey, source_colours

LEAST = 25
TECHNOLOGIES = dict.fromkeys(("pv-roof", "pv-ground", "near-shore", "on-shore", "battery"))
KINDS = {"pv-roof": "pv", "pv-ground": "pv", "near-shore": "wind", "on-shore": "wind"}


def test_grey_is_dark_for_black_and_light_for_white() -> None:
    assert (grey("#000000"), grey("#ffffff")) == (0, 255)


def test_neighbours_in_a_stack_differ_in_grey() -> None:
    for one, other in pairwise(PALETTE):
        assert abs(grey(one) - grey(other)) >= 3 * LEAST
    assert min(abs(grey(a) - grey(b)) for a, b in ((UP, DOWN), (DOWN, TOTAL))) >= LEAST


def test_neighbours_among_the_sources_of_energy_differ_in_grey() -> None:
    colours = source_colours(TECHNOLOGIES, KINDS)
    stack = ["grid", "dppa", "pv-roof", "pv-ground", "near-shore", "on-shore", "discharge"]
    without_dppa = [key for key in stack if key != "dppa"]
    without_wind = ["grid", "pv-roof", "discharge"]
    for order in (stack, without_dppa, without_wind):
        for one, other in pairwise(order):
            assert abs(grey(colours[one]) - grey(colours[other])) >= LEAST, (one, other)
    assert len(set(colours.values())) == len(colours)

"""Wholesale halls: IT power that is let to tenants, by case, since no project is announced."""

from __future__ import annotations

from capacity.demand.basis import Basis, Sizes
from capacity.inputs.services import Wholesale


def wholesale(rule: Wholesale, basis: Basis) -> Sizes:
    """IT MW of the selected case; none in the case ``none``."""
    if rule.case == "none":
        return {"wholesale_mw": basis.coefficient("it_mw.none", 0.0)}
    return {"wholesale_mw": basis.coefficient_by_year(f"it_mw.{rule.case}", rule.it_mw[rule.case])}

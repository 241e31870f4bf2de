"""Orders of several scenarios are the same, or it is told which are not."""

from __future__ import annotations

from dataclasses import replace

from capacity.check.common_orders import orders_agree
from tests.factories import make_demand, make_inputs, make_plan


def test_the_same_orders_agree_whatever_else_differs() -> None:
    plan = make_plan(make_inputs(), make_demand())
    assert orders_agree({"one": plan, "other": replace(plan, rents=(), builds=plan.builds[::-1])}) == ()
    assert orders_agree({"one": plan}) == ()


def test_one_more_of_anything_is_told_with_both_amounts() -> None:
    plan = make_plan(make_inputs(), make_demand())
    first, *rest = plan.builds
    more = replace(plan, builds=(replace(first, amount=first.amount + 1), *rest))
    (found,) = orders_agree({"one": plan, "other": more})
    assert (found.rule, found.amount, found.unit) == ("orders_agree", 1.0, first.kind)
    assert f"{first.amount + 1:g} of {first.kind} {first.item}" in found.message_en
    assert "kịch bản other" in found.message_vi
    (lacking,) = orders_agree({"one": plan, "other": replace(plan, builds=tuple(rest))})
    assert lacking.amount == first.amount


def test_the_same_item_in_another_year_is_two_differences() -> None:
    plan = make_plan(make_inputs(), make_demand())
    first, *rest = plan.builds
    later = replace(plan, builds=(replace(first, year=first.year + 1), *rest))
    assert len(orders_agree({"one": plan, "other": later})) == 2

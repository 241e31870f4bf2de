"""The command ``rules``: what each rule that can be switched off costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from cli.console import (
    DaskOption,
    FolderArgument,
    GapOption,
    JsonOption,
    LanguageOption,
    ScenarioOption,
    SeedOption,
    ThreadsOption,
    TimeOption,
    WorkersOption,
    chosen_language,
    print_json,
    print_table,
    progress,
)
from cli.endings import fail_check
from cli.exit_codes import CODE_OF_STATUS
from orchestrator.ensemble import WorkersRequest
from orchestrator.i18n import Messages, messages
from orchestrator.report.study_tables import changes_text
from orchestrator.rules import RulePrice, RulePrices, price_rules

DEFAULT_GAP = 0.003
"""Finer than that of ``plan``: a price is the difference of two plans, and a wide gap hides even its sign."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("rules")(rules)


def rules(
    folder: FolderArgument = Path(),
    lang: LanguageOption = None,
    as_json: JsonOption = False,
    scenario: ScenarioOption = "base",
    gap: GapOption = DEFAULT_GAP,
    time_limit: TimeOption = 600.0,
    threads: ThreadsOption = 2,
    seed: SeedOption = 918,
    workers: WorkersOption = None,
    dask: DaskOption = None,
) -> None:
    """Show what each rule costs: the province is solved under all rules, and again without each; every plan is checked.

    Exit codes: 0 done, 2 wrong input, 3 infeasible, 4 no plan in time, 5 check failed, 7 workers lost.
    """
    from capacity.solver import SolveOptions

    text = messages(chosen_language(lang))
    options = SolveOptions(gap=gap, time_limit_s=time_limit, threads=threads, seed=seed)
    with progress(text("progress.solving")):
        prices = price_rules(folder, scenario, options=options, workers=WorkersRequest(workers, dask))
    if prices.findings:
        fail_check(prices.findings, text)
    if as_json:
        print_json(as_document(prices, text))
    else:
        show(prices, text)
    raise typer.Exit(CODE_OF_STATUS[prices.under_all.status])


def as_document(prices: RulePrices, text: Messages) -> dict[str, Any]:
    """The prices as JSON, VND of present value."""
    return {
        "status": prices.under_all.status,
        "objective_vnd": prices.under_all.objective_vnd,
        "bound_vnd": prices.under_all.bound_vnd,
        "rules": [
            {
                "rule": price.rule,
                "name": _name(price, text),
                "status_without": price.without.status,
                "objective_without_vnd": price.without.objective_vnd,
                "bound_without_vnd": price.without.bound_vnd,
                "price_vnd": price.difference_vnd,
                "price_at_least_vnd": price.least_vnd,
                "price_at_most_vnd": price.most_vnd,
                "changes": dict(price.changes),
            }
            for price in prices.prices
        ],
    }


def show(prices: RulePrices, text: Messages) -> None:
    """The table that people read, in tỷ đồng."""
    headings = ("name", "with_all>", "without>", "price>", "least>", "most>", "changes")
    titles = [text("rules." + name.removesuffix(">")) + (">" if name.endswith(">") else "") for name in headings]
    rows = [
        [
            _name(price, text),
            text.billion(prices.under_all.objective_vnd, 2),
            text.billion(price.without.objective_vnd, 2),
            text.billion(price.difference_vnd, 2),
            text.billion(price.least_vnd, 2),
            text.billion(price.most_vnd, 2),
            changes_text(price.changes, text) or text("rules.nothing_changes"),
        ]
        for price in prices.prices
    ]
    if rows:
        print_table(titles, rows, title=text("rules.title"))
        typer.echo(text("rules.note"))
    elif prices.under_all.plan is None:
        typer.echo(text(f"status.{prices.under_all.status}"))
    else:
        typer.echo(text("rules.none"))


def _name(price: RulePrice, text: Messages) -> str:
    return text(f"rule.{price.rule}") if price.names is None else text.pick(price.names)

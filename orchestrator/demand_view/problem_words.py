"""Problems of the demand in both languages."""

from __future__ import annotations

from capacity.demand import DemandProblem
from orchestrator.demand_view.words import demand_words
from orchestrator.i18n import Language


def problem_words(problem: DemandProblem, language: Language) -> tuple[str, str]:
    """What is wrong, and what would do instead."""
    if language == "en":
        return problem.value, problem.allowed
    text = demand_words(language)
    named = {f"n{place}": name for place, name in enumerate(problem.named)}
    return text(f"wrong.{problem.kind}", **named), text(f"allowed.{problem.kind}", **named)

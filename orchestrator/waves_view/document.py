"""The document of the waves: every move with its steps by date, why it is late, money by fund and year, the proof."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from capacity.waves.problem import Move, WaveProblem
from capacity.waves.reasons import Lateness, late_moves
from capacity.waves.result import Starts, WaveSchedule, cut_over_end, spending, team_use, weeks_in_both
from orchestrator.document import DocumentError
from orchestrator.province import Province, Text
from orchestrator.translate_waves import WaveInputs

SCHEMA = "camau-dc/waves/1"
UNITS = {"lateness": "weighted weeks", "changes": "moves", "shift": "weeks", "cost": "thousand VND", "peak": "persons"}
_DAY = dt.timedelta(days=1)


def waves_document(province: Province, inputs: WaveInputs, schedule: WaveSchedule, as_of: dt.date) -> dict[str, Any]:
    """The document of a schedule, keys in their order; what is missing is null. Weeks are told by their days.

    A step runs from ``start`` to ``end``, both of them days of it; one of no weeks has no end.
    """
    problem, starts = inputs.problem, schedule.starts
    late = {} if starts is None else {each.move: each for each in late_moves(problem, starts)}
    return {
        "schema": SCHEMA,
        "inputs_digest": province.digest,
        "scenario": province.scenario,
        "as_of": as_of.isoformat(),
        "first_monday": problem.first_monday.isoformat(),
        "last_day": (problem.monday(problem.weeks) - _DAY).isoformat(),
        "status": schedule.status,
        "gap": schedule.gap,
        "seconds": round(schedule.seconds, 3),
        "seed": schedule.seed,
        "stages": [
            {
                "name": stage.name,
                "unit": UNITS[stage.name],
                "value": stage.value,
                "bound": stage.bound,
                "gap": round(stage.gap, 6),
            }
            for stage in schedule.stages
        ],
        "conflict": list(schedule.conflict),
        "moves": []
        if starts is None
        else [_move(province, inputs, move, starts, late.get(move.id)) for move in _by_cut_over(problem, starts)],
        "spending": [] if starts is None else _spending(problem, starts),
        "teams": [] if starts is None else _teams(problem, starts),
        "together": [
            {"move": each.id, "systems": list(each.members), "circle": list(each.circle)} for each in inputs.together
        ],
        "not_moving": {reason: list(names) for reason, names in inputs.left_out.items()},
        "labels": _labels(province, inputs),
    }


def _by_cut_over(problem: WaveProblem, starts: Starts) -> list[Move]:
    return sorted(problem.moves, key=lambda move: (cut_over_end(move, starts[move.id]), move.id))


def quarter(day: dt.date) -> str:
    """The wave to which a cut-over belongs, ``2027-Q1``."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _move(province: Province, inputs: WaveInputs, move: Move, starts: Starts, late: Lateness | None) -> dict[str, Any]:
    problem, mine = inputs.problem, starts[move.id]
    served = problem.monday(cut_over_end(move, mine))
    systems = {system.id: system for system in province.systems}
    dues = [due.week for due in move.dues]
    years = [problem.year_of(step.last_week(start)) for step, start in zip(move.steps, mine, strict=True)]
    first, last = weeks_in_both(move, mine)
    return {
        "id": move.id,
        "systems": list(move.members),
        "strategy": systems[move.id].strategy,
        "agency": move.agency,
        "place": move.place,
        "wave": quarter(served),
        "start": problem.monday(mine[0]).isoformat(),
        "cut_over": problem.monday(mine[move.cut_over]).isoformat(),
        "in_place": served.isoformat(),
        "due": problem.monday(min(dues)).isoformat() if dues else None,
        "late_weeks": 0 if late is None else late.weeks,
        "late_weighted": move.late_weight(cut_over_end(move, mine)),
        "why": None
        if late is None
        else {"chain": late.chain, "rules": list(late.rules), "waits_for": list(late.needs)},
        "steps_kvnd": sum(step.cost(year) for step, year in zip(move.steps, years, strict=True)),
        "both_places_kvnd": move.both_places_kvnd * (last - first),
        "steps": [
            {
                "kind": step.kind,
                "start": problem.monday(start).isoformat(),
                "end": (problem.monday(start + step.weeks) - _DAY).isoformat() if step.weeks else None,
                "pinned": number in move.pins,
            }
            for number, (step, start) in enumerate(zip(move.steps, mine, strict=True))
        ],
    }


def _spending(problem: WaveProblem, starts: Starts) -> list[dict[str, Any]]:
    """By fund and year what is spent and what may be; money from no fund has no budget."""
    spent = spending(problem, starts)
    budgets: Mapping[str | None, Any] = {fund.id: fund for fund in problem.funds}
    keys = {*spent, *((fund.id, year) for fund in problem.funds for year in fund.kvnd if year >= problem.years[0])}
    return [
        {
            "fund": name,
            "year": year,
            "spent_kvnd": spent.get((name, year), 0),
            "budget_kvnd": None if name is None else budgets[name].kvnd.get(year, 0),
        }
        for name, year in sorted(keys, key=lambda key: (key[0] or "", key[1]))
    ]


def _teams(problem: WaveProblem, starts: Starts) -> list[dict[str, Any]]:
    use = team_use(problem, starts)
    return [
        {"team": team.id, "peak": max(use[team.id], default=0), "most": max(team.persons), "weeks": use[team.id]}
        for team in problem.teams
    ]


def _labels(province: Province, inputs: WaveInputs) -> dict[str, Any]:
    file = province.waves
    assert file is not None
    named: dict[str, tuple[Any, ...]] = {
        "steps": file.steps,
        "teams": file.teams,
        "freezes": file.freezes,
        "downtime": file.downtime,
        "funds": file.funds,
    }
    labels = {
        group: {each.id: {"vi": each.name_vi, "en": each.name_en} for each in each_of}
        for group, each_of in named.items()
    }
    labels["places"] = {each.place: {"vi": each.name_vi, "en": each.name_en} for each in file.destinations}
    moving = {name for move in inputs.problem.moves for name in (move.id, *move.members)}
    labels["systems"] = {s.id: {"vi": s.name_vi, "en": s.name_en} for s in province.systems if s.id in moving}
    owners = set(inputs.owners.values())
    labels["agencies"] = {a.id: {"vi": a.name_vi, "en": a.name_en} for a in province.agencies if a.id in owners}
    return labels


def previous_schedule(path: Path, inputs: WaveInputs) -> WaveSchedule:
    """The schedule of an earlier document, for the moves that have the same steps still.

    Steps that are behind a move by now are left out of it. Raises DocumentError for a file that is none, OSError.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        if document["schema"] != SCHEMA:
            raise ValueError(document["schema"])
        first = dt.date.fromisoformat(document["first_monday"])
        kinds = {
            str(move["id"]): {
                str(s["kind"]): (dt.date.fromisoformat(s["start"]) - first).days // 7 for s in move["steps"]
            }
            for move in document["moves"]
        }
        seed = int(document["seed"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DocumentError(
            [
                Text(
                    f"{path}: no document of waves ({SCHEMA}), as 'migrate waves --out' writes it",
                    f"{path}: không phải tài liệu đợt chuyển đổi ({SCHEMA}) do 'migrate waves --out' ghi",
                )
            ]
        ) from error
    starts = {
        move.id: tuple(kinds[move.id][step.kind] for step in move.steps)
        for move in inputs.problem.moves
        if move.id in kinds and all(step.kind in kinds[move.id] for step in move.steps)
    }
    return WaveSchedule("feasible", first, starts, (), 0.0, seed)

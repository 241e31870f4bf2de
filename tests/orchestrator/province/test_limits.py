"""Folders of absurd size end soon, with few lines."""

from __future__ import annotations

from pathlib import Path

from orchestrator.province import Problem, Text, read_province
from orchestrator.province.csv_text import MOST_ROWS
from orchestrator.province.problems import MOST_OF_A_KIND, first_of
from orchestrator.province.yaml_text import MOST_VALUES, parse_yaml
from tests.broken import template, write_folder

HEADER = (
    "id,name_vi,name_en,owner,security_level,data_classes,hosting,strategy,vcpu,memory_gib,storage_tb,load_class,source"
)
ROW = "s{n},a,b,{owner},2,internal,agency,rehost,1,1,1,office-hours,assumption: x\n"


def systems(tmp_path: Path, rows: int, owner: str) -> list[Problem]:
    text = f"{HEADER}\n" + "".join(ROW.format(n=n, owner=owner) for n in range(rows))
    folder = write_folder(tmp_path, {**template(), "systems.csv": text.encode()})
    return [problem for problem in read_province(folder).problems if problem.file == "systems.csv"]


def test_values_of_a_file_are_counted() -> None:
    parsed = parse_yaml("a:\n" + "- 1\n" * MOST_VALUES, "x.yaml")
    assert not parsed.readable
    assert [problem.field for problem in parsed.problems] == ["size"]


def test_rows_of_a_register_are_counted(tmp_path: Path) -> None:
    (problem,) = systems(tmp_path, MOST_ROWS, "so-khcn")
    assert (problem.field, problem.value.en) == ("size", f"more than {MOST_ROWS} rows")


def test_after_a_thousand_problems_of_a_kind_one_line_tells_that_there_are_more(tmp_path: Path) -> None:
    problems = systems(tmp_path, MOST_OF_A_KIND + 200, "nobody")
    assert len(problems) == MOST_OF_A_KIND + 1
    assert [problem.value.en for problem in problems if problem.value.en != "'nobody'"] == [
        f"more than {MOST_OF_A_KIND} problems of this kind"
    ]


def test_exactly_a_thousand_problems_are_all_told() -> None:
    problems = [Problem("a", n, "x", Text("1", "1"), Text("2", "2")) for n in range(MOST_OF_A_KIND)]
    assert first_of(iter(problems)) == problems

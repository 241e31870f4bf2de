"""Reads a province folder: all files, all scenarios, all problems at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from capacity.weather import WeatherYear, parse_weather
from orchestrator.province.catalogue import FILES, MOST_SCENARIOS, MOST_WEATHER_BYTES, MOST_WEATHER_LINES
from orchestrator.province.consistency import inside_folder
from orchestrator.province.csv_text import parse_csv
from orchestrator.province.folder import Province, digest_of
from orchestrator.province.judging import Findings, Judged, judge, validated
from orchestrator.province.nodes import Book, Source
from orchestrator.province.plain_text import decoded
from orchestrator.province.problems import (
    InvalidProvinceError,
    Problem,
    Text,
    sorted_problems,
)
from orchestrator.province.raw_files import read_bytes
from orchestrator.province.scenarios import BASE, SCENARIOS_FILE, apply_scenario, scenario_nodes
from orchestrator.province.uncertain_checks import uncertain_problems
from orchestrator.province.weather_places import weather_of_elsewhere
from orchestrator.province.words import allowed, one_of, shown
from orchestrator.province.yaml_text import parse_yaml

_HOURS = Text(
    "a year has 8760 or 8784 hours, average shorter steps to hours first",
    "một năm có 8760 hoặc 8784 giờ, hãy lấy trung bình các bước ngắn hơn thành giờ trước",
)


@dataclass(frozen=True)
class ReadResult:
    """The province, None when there is any problem; all problems by file and line."""

    province: Province | None
    problems: tuple[Problem, ...]


def read_province(folder: Path, scenario: str = BASE, instead: Mapping[str, bytes] | None = None) -> ReadResult:
    """The folder in one scenario, or all that is wrong with it in any. No content of the files raises.

    Every scenario is applied and judged, whichever is asked for; a problem that a scenario causes stands at the line of
    scenarios.yaml that causes it. ``instead`` has by name what files of the folder are to hold, to judge it before it
    is written.
    """
    provinces, problems = _read(folder, (scenario,), instead or {})
    return ReadResult(provinces[scenario] if not problems else None, problems)


def _read(
    folder: Path, wanted: Sequence[str], instead: Mapping[str, bytes] = MappingProxyType({})
) -> tuple[dict[str, Province], tuple[Problem, ...]]:
    """The folder in each of the scenarios that are wanted, none with any problem."""
    if not folder.is_dir():
        words = Text(
            "a province folder is expected; 'camau-dc init' writes one", "phải là thư mục tỉnh; 'camau-dc init' tạo mới"
        )
        return {}, (Problem(folder.name or ".", 1, "folder", Text("no such folder", "không có thư mục"), words),)
    reading = _Reading(folder, instead)
    for name in FILES:
        reading.read_file(name)
    book = Book(reading.sources)
    known = {name: (book.sources[name], *validated(name, book, reading.absent, {})) for name in book.sources}
    findings = Findings()
    base = judge(book, reading.absent, known, findings)
    problems = [*reading.problems, *base.problems, *uncertain_problems(book)]
    reading.read_weather(book)
    books, judgements = {BASE: book}, {BASE: base}
    scenarios = scenario_nodes(book)
    shapes = {name: kind.shape for name, kind in FILES.items() if name not in reading.left_out}
    for number, (name, node) in enumerate(scenarios.items()):
        if number == MOST_SCENARIOS:
            words = Text(f"at most {MOST_SCENARIOS} scenarios", f"nhiều nhất {MOST_SCENARIOS} kịch bản")
            problems.append(node.problem(Text(f"{len(scenarios)} scenarios", f"{len(scenarios)} kịch bản"), words))
            break
        if name == BASE:
            continue
        books[name], refused = apply_scenario(book, node, shapes)
        judgements[name] = judge(books[name], reading.absent, known, findings)
        problems += refused
        problems += _caused(judgements[name].problems, base.problems, node.source.place(node.path).line, name)
        reading.read_weather(books[name])
    problems += reading.weather_problems
    for each in books.values():
        problems += weather_of_elsewhere(each, reading.weather)
    for name in wanted if book.has(SCENARIOS_FILE) else ():
        if name not in (BASE, *scenarios):
            for node in book.nodes(SCENARIOS_FILE, "scenarios"):
                problems.append(node.problem(shown(name), one_of(list(scenarios), name)))
    if problems:
        return {}, sorted_problems(problems)
    return {name: _province(reading, judgements[name], books[name], name) for name in wanted}, ()


def load_province(folder: Path, scenario: str = BASE) -> Province:
    """The folder in one scenario. Raises InvalidProvinceError with all problems."""
    return load_scenarios(folder, (scenario,))[scenario]


def load_scenarios(folder: Path, scenarios: Sequence[str]) -> dict[str, Province]:
    """The folder in each of several scenarios, read once. Raises InvalidProvinceError with all problems."""
    provinces, problems = _read(folder, scenarios)
    if problems:
        raise InvalidProvinceError(str(folder), problems)
    return provinces


def _province(reading: _Reading, judged: Judged, book: Book, scenario: str) -> Province:
    models = judged.models
    sites = models["sites.yaml"].sites
    found = {site.id: reading.weather[site.id, site.weather_file] for site in sites}
    weather = {site: year for site, year in found.items() if year is not None}
    names = {site.weather_file for site in sites}
    contents = {name: content for name, content in reading.contents.items() if name in FILES or name in names}
    return Province(
        settings=models["province.yaml"],
        sites=models["sites.yaml"],
        hardware=models["hardware.yaml"],
        energy=models["energy.yaml"],
        clouds=models["clouds.yaml"],
        services=models["services.yaml"],
        agencies=models["agencies.csv"],
        systems=models["systems.csv"],
        scenarios=models["scenarios.yaml"].scenarios,
        weather=MappingProxyType(weather),
        scenario=scenario,
        digest=digest_of(contents, scenario),
        book=book,
        network=models.get("network.yaml"),
        uncertain=models["scenarios.yaml"].uncertain,
        assessments=models.get("assessments.csv", ()),
        waivers=models["waivers.yaml"].waivers if "waivers.yaml" in models else (),
        waves=models.get("waves.yaml"),
    )


def _caused(problems: tuple[Problem, ...], before: tuple[Problem, ...], line: int, scenario: str) -> list[Problem]:
    """The problems that a scenario adds, each at a line of scenarios.yaml."""
    known = set(before)
    caused = []
    for problem in problems:
        if problem in known:
            continue
        if problem.file != SCENARIOS_FILE:
            where = f"{problem.file}:{problem.line}: {problem.field}: "
            value = Text(where + problem.value.en, where + problem.value.vi)
            problem = Problem(SCENARIOS_FILE, line, f"scenarios[{scenario}]", value, problem.allowed)
        caused.append(problem)
    return caused


class _Reading:
    """What has been read of a folder so far."""

    def __init__(self, folder: Path, instead: Mapping[str, bytes]) -> None:
        self.folder = folder
        self.instead = instead
        self.sources: dict[str, Source] = {}
        self.absent: dict[str, frozenset[str]] = {}
        self.contents: dict[str, bytes] = {}
        self.problems: list[Problem] = []
        self.left_out: set[str] = set()
        self.weather: dict[tuple[str, str], WeatherYear | None] = {}
        self.weather_problems: list[Problem] = []

    def read_file(self, name: str) -> None:
        """Parses one of the files; an optional one that is not there is left out."""
        kind = FILES[name]
        if kind.is_optional and not (self.folder / name).exists():
            self.left_out.add(name)
            return
        content: bytes | Problem | None = self.instead.get(name)
        if content is None:
            content = read_bytes(self.folder, name, kind.most_bytes)
        if isinstance(content, Problem):
            self.problems.append(content)
            return
        self.contents[name] = content
        text = decoded(content, name)
        if not isinstance(text, str):
            self.problems += text
            return
        if kind.is_register:
            parsed, self.absent[name] = parse_csv(text, name, kind.shape)
            complete = not parsed.problems
        else:
            parsed, complete = parse_yaml(text, name), True
        self.problems += parsed.problems
        if parsed.readable and not kind.is_register and not isinstance(parsed.data, dict):
            self.problems.append(Problem(name, 1, "file", shown(parsed.data), allowed(kind.shape)))
        elif parsed.readable:
            self.sources[name] = Source(name, parsed.data, parsed.lines, is_complete=complete)

    def read_weather(self, book: Book) -> None:
        """Reads the weather of every site that names a file, each pair of site and file once."""
        for site in book.nodes("sites.yaml", "sites.*"):
            name, file = site.child("id").text, site.child("weather_file").text
            if name is None or file is None or not inside_folder(file) or (name, file) in self.weather:
                continue
            self.weather[name, file] = None
            content = self.contents.get(file) or read_bytes(self.folder, file, MOST_WEATHER_BYTES, _HOURS)
            if isinstance(content, Problem):
                self.weather_problems.append(site.child("weather_file").problem(*_named(content)))
                continue
            self.contents[file] = content
            if (lines := max(content.count(b"\n"), content.count(b"\r"))) > MOST_WEATHER_LINES:
                value = Text(f"{lines} lines", f"{lines} dòng")
                words = Text(
                    f"at most {MOST_WEATHER_LINES} lines: {_HOURS.en}",
                    f"nhiều nhất {MOST_WEATHER_LINES} dòng: {_HOURS.vi}",
                )
                self.weather_problems.append(Problem(file, 1, "file", value, words))
                continue
            self.weather[name, file], found = parse_weather(content, name)
            for problem in found:
                value = Text(*problem.value)
                allowed = Text(f"allowed: {problem.allowed.en}", f"được phép: {problem.allowed.vi}")
                self.weather_problems.append(Problem(file, max(1, problem.line), problem.field, value, allowed))


def _named(problem: Problem) -> tuple[Text, Text]:
    """Value and allowed text of a problem of a whole file, with its name."""
    value = Text(f"'{problem.file}': {problem.value.en}", f"'{problem.file}': {problem.value.vi}")
    return value, problem.allowed

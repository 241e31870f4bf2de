"""Commands that make weather files: ``weather fetch`` and ``weather import``."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from capacity.weather import QUANTITIES, CsvProblem, Place, SourceError, Wanted, describe
from capacity.weather.sources import FORMATS, STAMPS, TIMEOUT_S, FileFormat, FileOptions, Stamps, TableOptions
from cli.console import JsonOption, LanguageOption, chosen_language, print_json, progress, say
from cli.exit_codes import ExitCode
from orchestrator.i18n import Language, messages
from orchestrator.province import Text, load_sites
from orchestrator.weather_files import (
    SERVICES,
    Fetching,
    Service,
    Target,
    WeatherFileExistsError,
    Written,
    fetch_weather,
    import_weather,
    targets_of,
)

YearOption = Annotated[int | None, typer.Option("--year", min=1900, max=2200, help="This local year, UTC+7.")]
TypicalOption = Annotated[
    bool,
    typer.Option(
        "--typical",
        help="A typical year: PVGIS' own, else for every month the one nearest to all (Finkelstein-Schafer).",
    ),
]
LatitudeOption = Annotated[
    float | None, typer.Option("--latitude", min=-90, max=90, help="Degrees north, instead of a site's position.")
]
LongitudeOption = Annotated[
    float | None, typer.Option("--longitude", min=-180, max=180, help="Degrees east, instead of a site's position.")
]
OutOption = Annotated[Path | None, typer.Option("--out", help="Write here, not to the file that the site names.")]
PvOption = Annotated[
    float | None,
    typer.Option("--pv-capacity-factor", min=0.01, max=0.5, help="Scale irradiance so that PV reaches it, e.g. 0.165."),
]
WindOption = Annotated[
    float | None,
    typer.Option(
        "--wind-capacity-factor", min=0.01, max=0.8, help="Scale wind speed so that wind power reaches it, e.g. 0.29."
    ),
]
GapOption = Annotated[
    int,
    typer.Option("--longest-gap", min=0, max=24, help="Interpolate gaps up to this many hours, refuse longer ones."),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Overwrite; the old file is kept beside the new one as FILE.bak.")
]


def fetch(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The province folder, for its sites.")] = Path(),
    service: Annotated[Service, typer.Option("--service", help="Which service to ask.")] = SERVICES[0],
    sites: Annotated[list[str] | None, typer.Option("--site", help="Only this site; may be given again.")] = None,
    year: YearOption = None,
    typical: TypicalOption = False,
    first_year: Annotated[int | None, typer.Option("--first-year", help="First year of a typical year.")] = None,
    last_year: Annotated[int | None, typer.Option("--last-year", help="Last year of a typical year.")] = None,
    latitude: LatitudeOption = None,
    longitude: LongitudeOption = None,
    out: OutOption = None,
    pv_capacity_factor: PvOption = None,
    wind_capacity_factor: WindOption = None,
    longest_gap: GapOption = 3,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds for each answer.")] = TIMEOUT_S,
    nasa_power_url: Annotated[
        str | None, typer.Option(envvar="CAMAU_DC_NASA_POWER_URL", help="Another address of NASA POWER's hourly data.")
    ] = None,
    pvgis_url: Annotated[
        str | None, typer.Option(envvar="CAMAU_DC_PVGIS_URL", help="Another address of PVGIS' tools, e.g. a version's.")
    ] = None,
    force: ForceOption = False,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch the weather of every site, or of a position, from NASA POWER or PVGIS.

    NASA POWER gives a year with wind at 50 m. PVGIS gives a typical year; for --year, which it has without humidity,
    that and the pressure come from NASA POWER. Exit codes: 0 done, 2 wrong input or unusable data, 6 the service did
    not give the data (no network, time-out, HTTP error, unreadable answer). Nothing is written unless all is there.
    """
    language = chosen_language(lang)
    if (year is None) == (not typical):
        _refuse(Text("give either --year or --typical", "phải có --year hoặc --typical, chỉ một trong hai"), language)
    if not typical and (first_year is not None or last_year is not None):
        _refuse(
            Text(
                "--first-year and --last-year belong to --typical", "--first-year và --last-year chỉ dùng với --typical"
            ),
            language,
        )
    place = _position(latitude, longitude, language)
    if place is None:
        targets = _targets(folder, sites, out, language)
    elif out is None:
        _refuse(Text("a position needs a file to write: --out", "có vị trí thì phải có tệp để ghi: --out"), language)
    else:
        targets = (Target(sites[0] if sites else out.stem, place, out),)
    wanted = Wanted(year, typical, longest_gap, pv_capacity_factor, wind_capacity_factor)
    asked = Fetching(service, wanted, first_year, last_year, nasa_power_url, pvgis_url, timeout)
    asking = Text("Asking the service", "Đang hỏi dịch vụ").of(language)
    try:
        with progress(asking) as shown:
            (task,) = shown.task_ids
            written = fetch_weather(
                targets,
                asked,
                _today(),
                is_forced=force,
                tell=lambda site: shown.update(task, description=f"{asking}: {site}"),
            )
    except WeatherFileExistsError as error:
        _refuse_existing(error, language)
    except SourceError as error:
        list_weather_problems(service, error.problems, language)
        raise typer.Exit(ExitCode.INPUT) from None
    _tell(written, language, as_json=as_json)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="EPW, a saved answer of a service, or a table (CSV).")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The province folder, for the site.")] = Path(),
    site: Annotated[str | None, typer.Option("--site", help="The site whose weather file is written.")] = None,
    file_format: Annotated[
        FileFormat | None, typer.Option("--format", help="By default it is recognised.", metavar="|".join(FORMATS))
    ] = None,
    year: YearOption = None,
    typical: TypicalOption = False,
    latitude: LatitudeOption = None,
    longitude: LongitudeOption = None,
    out: OutOption = None,
    wind_height: Annotated[
        float | None, typer.Option("--wind-height", min=1, max=300, help="Table: metres of the anemometer.")
    ] = None,
    utc_offset: Annotated[
        float, typer.Option("--utc-offset", min=-12, max=14, help="Table: clock of stamps without an offset.")
    ] = 7.0,
    stamps: Annotated[
        Stamps, typer.Option("--stamps", help="Table: where in its interval a stamp stands.", metavar="|".join(STAMPS))
    ] = "start",
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column", help="Table: QUANTITY=NAME, such as ghi_w_m2=GHI_Avg or time=Datetime; again for more."
        ),
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="Who made the data, for the provenance.")] = None,
    licence: Annotated[str | None, typer.Option("--licence", help="Under which licence, for the provenance.")] = None,
    pv_capacity_factor: PvOption = None,
    wind_capacity_factor: WindOption = None,
    longest_gap: GapOption = 3,
    force: ForceOption = False,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Turn an EPW file, a saved answer of NASA POWER or PVGIS, or a table of measurements into a weather file.

    Rows finer than hours are averaged; of several years one is chosen by --year, or --typical makes a typical one.
    Exit codes: 0 done, 2 wrong input: every problem is listed as file:line: field: value, what is allowed.
    """
    language = chosen_language(lang)
    if year is not None and typical:
        _refuse(Text("give either --year or --typical", "chỉ dùng --year hoặc --typical, không cả hai"), language)
    place = _position(latitude, longitude, language)
    if site is not None:
        (target,) = _targets(folder, [site], out, language)
    elif out is None:
        _refuse(Text("say for which --site, or where to write: --out", "phải có --site, hoặc nơi ghi --out"), language)
    else:
        target = Target(out.stem, place, out)
    mapping = _mapping(columns or [], language)
    table = TableOptions(place or target.place, wind_height, utc_offset, stamps, mapping)
    options = FileOptions(file_format, table, source, licence)
    wanted = Wanted(year, typical, longest_gap, pv_capacity_factor, wind_capacity_factor)
    try:
        with progress(Text(f"Reading {file}", f"Đang đọc {file}").of(language)):
            written = import_weather(file, target, options, wanted, _today(), is_forced=force)
    except WeatherFileExistsError as error:
        _refuse_existing(error, language)
    except SourceError as error:
        list_weather_problems(str(file), error.problems, language)
        raise typer.Exit(ExitCode.INPUT) from None
    _tell((written,), language, as_json=as_json)


def list_weather_problems(where: str, problems: Sequence[CsvProblem], language: Language) -> None:
    """Every problem of a file or service on a line of standard error; line 0 is the whole of it."""
    for problem in problems:
        line = f":{problem.line}" if problem.line else ""
        value, allowed = problem.value.of(language), problem.allowed.of(language)
        say(f"{where}{line}: {problem.field}: {value}, {Text('allowed', 'được phép').of(language)}: {allowed}")
    say(Text(f"{where}: {len(problems)} problem(s)", f"{where}: {len(problems)} lỗi").of(language))


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def _position(latitude: float | None, longitude: float | None, language: Language) -> Place | None:
    if (latitude is None) != (longitude is None):
        _refuse(Text("--latitude and --longitude belong together", "--latitude và --longitude phải đi cùng"), language)
    return None if latitude is None or longitude is None else Place(latitude, longitude)


def _targets(folder: Path, names: list[str] | None, out: Path | None, language: Language) -> tuple[Target, ...]:
    """The weather files of the sites that are named, by default of all, or ``out`` for the only one."""
    known = {site.id: site for site in load_sites(folder)}
    for name in names or ():
        if name not in known:
            every = ", ".join(known)
            _refuse(Text(f"--site {name}: one of {every}", f"--site {name}: phải là một trong {every}"), language)
    targets = targets_of(folder, [known[name] for name in names or known])
    if out is None:
        return targets
    if len(targets) != 1:
        _refuse(Text("--out is one file: choose one --site", "--out là một tệp: hãy chọn một --site"), language)
    return (dataclasses.replace(targets[0], path=out),)


def _mapping(pairs: list[str], language: Language) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        quantity, sign, name = (part.strip() for part in pair.partition("="))
        if quantity not in ("time", *QUANTITIES) or not sign or not name:
            names = ", ".join(("time", *QUANTITIES))
            words = Text(
                f"--column {pair}: QUANTITY=NAME with one of {names}",
                f"--column {pair}: ĐẠI_LƯỢNG=TÊN với một trong {names}",
            )
            _refuse(words, language)
        mapping[quantity] = name
    return mapping


def _refuse(words: Text, language: Language) -> NoReturn:
    say(words.of(language))
    raise typer.Exit(ExitCode.INPUT)


def _refuse_existing(error: WeatherFileExistsError, language: Language) -> NoReturn:
    for path in error.paths:
        words = Text(
            f"{path} exists and is not overwritten; --force does it and keeps the old one as {path.name}.bak",
            f"{path} đã có, không ghi đè; --force sẽ ghi đè và giữ tệp cũ thành {path.name}.bak",
        )
        say(words.of(language))
    raise typer.Exit(ExitCode.INPUT)


def _tell(written: Sequence[Written], language: Language, *, as_json: bool) -> None:
    """What was written: paths on standard output, what was done and remarks on standard error; or all as JSON."""
    described = [describe(one.prepared.weather) for one in written]
    if as_json:
        print_json([_record(one, about) for one, about in zip(written, described, strict=True)])
        return
    text = messages(language)
    for one, about in zip(written, described, strict=True):
        typer.echo(str(one.target.path))
        pv, wind = (text.number(about["means"][f"{kind}_capacity_factor"]["year"], 3) for kind in ("pv", "wind"))
        line = Text(
            f"  {one.target.site_id}, {about['year']}: capacity factor of PV {pv}, of wind {wind}",
            f"  {one.target.site_id}, {about['year']}: hệ số công suất điện mặt trời {pv}, gió {wind}",
        )
        say(line.of(language))
        if one.target.shared_with:
            names = ", ".join(one.target.shared_with)
            say(Text(f"  also read by {names}", f"  các địa điểm khác cùng dùng: {names}").of(language))
        for step in one.prepared.steps:
            say(f"  – {step.of(language)}")
        for remark in one.remarks:
            say(f"  {Text('note', 'lưu ý').of(language)}: {remark.of(language)}")
        if one.kept is not None:
            say(Text(f"  the old file is {one.kept}", f"  tệp cũ là {one.kept}").of(language))


def _record(one: Written, about: dict[str, Any]) -> dict[str, Any]:
    means = about["means"]
    return {
        "site_id": one.target.site_id,
        "file": str(one.target.path),
        "kept": None if one.kept is None else str(one.kept),
        "shared_with": list(one.target.shared_with),
        "year": about["year"],
        "pv_capacity_factor": means["pv_capacity_factor"]["year"],
        "wind_capacity_factor": means["wind_capacity_factor"]["year"],
        "filled_hours": dict(one.prepared.filled_hours),
        "steps": [step._asdict() for step in one.prepared.steps],
        "remarks": [remark._asdict() for remark in one.remarks],
        "provenance": about["provenance"],
    }

"""Commands of the weather files: ``weather describe``, and those of ``weather_files``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from capacity.weather import describe as describe_year
from capacity.weather import origin_vi, read_weather
from cli.console import (
    JsonOption,
    LanguageOption,
    chosen_language,
    print_json,
    print_table,
    say,
)
from cli.exit_codes import ExitCode
from cli.province import open_province
from cli.weather_files import fetch, import_, list_weather_problems
from orchestrator.i18n import Language, messages
from orchestrator.province import Text

SERIES = {
    "pv_capacity_factor": (3, Text("PV capacity factor, kW/kWp", "Hệ số công suất điện mặt trời, kW/kWp")),
    "wind_capacity_factor": (3, Text("wind capacity factor", "Hệ số công suất điện gió")),
    "ghi_kwh_m2_day": (2, Text("global irradiation, kWh/m² a day", "Tổng xạ ngang, kWh/m² mỗi ngày")),
    "temp_air_c": (1, Text("air temperature, °C", "Nhiệt độ không khí, °C")),
    "relative_humidity_pct": (0, Text("relative humidity, %", "Độ ẩm tương đối, %")),
    "wet_bulb_c": (1, Text("wet bulb, °C", "Nhiệt độ bầu ướt, °C")),
    "wind_speed_m_s": (1, Text("wind speed, m/s", "Tốc độ gió, m/s")),
}
DESIGN = {
    "temp_air_c_0_4_pct": Text(
        "air temperature exceeded in 0.4 % of the hours, °C", "Nhiệt độ vượt trong 0,4 % số giờ, °C"
    ),
    "temp_air_c_maximum": Text("highest air temperature, °C", "Nhiệt độ cao nhất, °C"),
    "wet_bulb_c_0_4_pct": Text("wet bulb exceeded in 0.4 % of the hours, °C", "Bầu ướt vượt trong 0,4 % số giờ, °C"),
    "wet_bulb_c_maximum": Text("highest wet bulb, °C", "Nhiệt độ bầu ướt cao nhất, °C"),
    "wet_bulb_c_minimum": Text("lowest wet bulb, °C", "Nhiệt độ bầu ướt thấp nhất, °C"),
}
STANDING = {
    "synthetic": Text("synthetic", "tổng hợp"),
    "measured": Text("measured", "quan trắc"),
    "reanalysis": Text("satellite or reanalysis", "vệ tinh hoặc tái phân tích"),
}
PROVENANCE = {
    "service": Text("service", "Dịch vụ"),
    "dataset": Text("data set", "Bộ dữ liệu"),
    "period": Text("period", "Khoảng thời gian"),
    "months_selected": Text("months (month: year)", "Các tháng (tháng: năm)"),
    "retrieved": Text("retrieved", "Ngày lấy"),
    "file": Text("file", "Tệp gốc"),
    "source": Text("source", "Nguồn"),
    "licence": Text("licence", "Giấy phép"),
    "calibration": Text("calibration", "Hiệu chỉnh"),
}


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(no_args_is_help=True, help="The weather files of a province folder.")
    group.callback()(weather)
    group.command("fetch")(fetch)
    group.command("import")(import_)
    group.command("describe")(describe)
    app.add_typer(group, name="weather")


def weather() -> None:
    """The weather files of a province folder: fetched, imported, described."""


def describe(
    path: Annotated[
        Path, typer.Argument(metavar="DIR|FILE", help="The province folder, or one weather file.")
    ] = Path(),
    site: Annotated[str | None, typer.Option("--site", help="Only this site.")] = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Means by month, design temperatures, filled hours and provenance of every site's weather, or of one file."""
    language = chosen_language(lang)
    described = [_of_file(path, language)] if path.is_file() else _of_folder(path, site, language)
    if as_json:
        print_json(described)
        return
    for one in described:
        _print_site(one, language)


def _of_file(path: Path, language: Language) -> dict[str, Any]:
    found, problems = read_weather(path, path.stem)
    if found is None:
        list_weather_problems(str(path), problems, language)
        raise typer.Exit(ExitCode.INPUT)
    return describe_year(found)


def _of_folder(folder: Path, site: str | None, language: Language) -> list[dict[str, Any]]:
    province = open_province(folder, "base", language)
    known = [each.id for each in province.sites.sites]
    if site is not None and site not in known:
        names = ", ".join(known)
        say(Text(f"--site {site}: one of {names}", f"--site {site}: phải là một trong {names}").of(language))
        raise typer.Exit(ExitCode.INPUT)
    return [describe_year(province.weather[name]) for name in known if site in (None, name)]


def _print_site(described: dict[str, Any], language: Language) -> None:
    text = messages(language)
    months = [f"{month}>" for month in range(1, 13)]
    headings = [Text("mean", "Trung bình").of(language), Text("year>", "Năm>").of(language), *months]
    rows = [
        (words.of(language), *(text.number(mean, decimals) for mean in (means["year"], *means["months"])))
        for name, (decimals, words) in SERIES.items()
        if (means := described["means"][name])
    ]
    title = Text(
        f"{described['site_id']}, hours of {described['year']}",
        f"{described['site_id']}, các giờ năm {described['year']}",
    )
    print_table(headings, rows, title=title.of(language))
    for name, words in DESIGN.items():
        typer.echo(f"{words.of(language)}: {text.number(described['design'][name], 1)}")
    typer.echo(_hours_line(described["hours"], language))
    provenance = described["provenance"]
    standing = Text("what the values are", "Loại số liệu").of(language)
    typer.echo(f"{standing}: {STANDING[provenance['standing']].of(language)}")
    stated = {**provenance, **(origin_vi(provenance) if language == "vi" else {})}
    for key, words in PROVENANCE.items():
        if said := stated.get(key):
            typer.echo(f"{words.of(language)}: {said}")
    if done := provenance.get(f"transformations_{language}"):
        typer.echo(f"{Text('transformations', 'Các phép xử lý').of(language)}: {done}")
    if notice := described[f"notice_{language}"]:
        typer.echo(notice)
    typer.echo()


def _hours_line(hours: dict[str, Any], language: Language) -> str:
    """How many hours there are, how many are missing, and what was interpolated before they were written."""
    filled: dict[str, int] | None = hours["filled"]
    if filled is None:
        done = Text("the file does not say what was interpolated", "tệp không ghi có nội suy hay không")
    elif filled:
        names = ", ".join(f"{name} {count}" for name, count in filled.items())
        done = Text(f"interpolated: {names}", f"nội suy: {names}")
    else:
        done = Text("none interpolated", "không có giờ nội suy")
    words = Text(
        f"hours: {hours['count']}, missing: {hours['missing']}; {done.en}",
        f"số giờ: {hours['count']}, thiếu: {hours['missing']}; {done.vi}",
    )
    return words.of(language)

"""Commands of the weather files: ``weather describe``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from capacity.weather import describe as describe_year
from cli.console import (
    FolderArgument,
    JsonOption,
    LanguageOption,
    chosen_language,
    print_json,
    print_table,
    say,
)
from cli.exit_codes import ExitCode
from cli.province import open_province
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
}


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(no_args_is_help=True, help="The weather files of a province folder.")
    group.callback()(weather)
    group.command("describe")(describe)
    app.add_typer(group, name="weather")


def weather() -> None:
    """The weather files of a province folder."""


def describe(
    folder: FolderArgument = Path(),
    site: Annotated[str | None, typer.Option("--site", help="Only this site.")] = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Means by month, design temperatures and provenance of every site's weather."""
    language = chosen_language(lang)
    province = open_province(folder, "base", language)
    known = [each.id for each in province.sites.sites]
    if site is not None and site not in known:
        names = ", ".join(known)
        say(Text(f"--site {site}: one of {names}", f"--site {site}: phải là một trong {names}").of(language))
        raise typer.Exit(ExitCode.INPUT)
    described = [describe_year(province.weather[name]) for name in known if site in (None, name)]
    if as_json:
        print_json(described)
        return
    for one in described:
        _print_site(one, language)


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
    source = Text("source", "Nguồn").of(language)
    typer.echo(f"{source}: {described['provenance'].get('source', '')}")
    if notice := described[f"notice_{language}"]:
        typer.echo(notice)
    typer.echo()

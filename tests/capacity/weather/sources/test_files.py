"""Which kind of file it is, saved answers of the services, and files that cannot be read at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.weather import Samples, SourceError, Wanted, prepare
from capacity.weather.series import HOURLY
from capacity.weather.sources import FileFormat, FileOptions, files, read_source
from capacity.weather.sources.power_files import read_power_csv, read_power_json
from capacity.weather.sources.pvgis import read_pvgis
from tests.capacity.weather.services import answer_text, envelope, power_answer, series_answer, tmy_answer, truth
from tests.capacity.weather.source_files import epw_text, table_text

TODAY = dt.date(2026, 11, 24)
POWER_QUERY = {
    "start": "20221231",
    "end": "20231231",
    "latitude": "8.76",
    "longitude": "104.99",
    "parameters": "ALLSKY_SFC_SW_DWN,ALLSKY_SFC_SW_DNI,ALLSKY_SFC_SW_DIFF,T2M,T2MDEW,RH2M,PS,WS10M,WS50M",
}
PVGIS_QUERY = {"lat": "8.76", "lon": "104.99", "startyear": "2022", "endyear": "2023"}


def read(folder: Path, name: str, content: str | bytes, options: FileOptions | None = None) -> Samples:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_source(path, options or FileOptions())


def problem_of(folder: Path, name: str, content: str | bytes, options: FileOptions | None = None) -> tuple[str, str]:
    with pytest.raises(SourceError) as refused:
        read(folder, name, content, options)
    (problem,) = refused.value.problems
    return problem.field, problem.value.en


def differences(samples: Samples, wanted: Wanted) -> float:
    made = prepare(samples, "nam-can", wanted, TODAY)
    return max(float(np.abs(getattr(made.weather, name) - getattr(truth(), name)).max()) for name in HOURLY)


def power_csv(*, standard: str = "UTC") -> str:
    """The year of `power_answer` as the service writes it in CSV, in UTC or local solar time (UTC+7 at 105° east)."""
    parameters = json.loads(power_answer(POWER_QUERY))["properties"]["parameter"]
    head, _, rest = answer_text("nasa_power_hourly.csv").partition("-END HEADER-\n")
    lines = [head.replace("in UTC", f"in {standard}") + "-END HEADER-", "YEAR,MO,DY,HR," + ",".join(parameters)]
    assert rest.startswith("YEAR,MO,DY,HR")
    for key in parameters["T2M"]:
        hour = dt.datetime.strptime(key, "%Y%m%d%H").replace(tzinfo=dt.UTC)
        hour += dt.timedelta(hours=7 if standard == "LST" else 0)
        values = [f"{parameters[name][key]:g}" for name in parameters]
        lines.append(",".join([str(hour.year), str(hour.month), str(hour.day), str(hour.hour), *values]))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("name", "content", "service", "wanted"),
    [
        ("a.epw", epw_text(), "EPW file of Nam Can", Wanted()),
        ("a.txt", epw_text(), "EPW file of Nam Can", Wanted()),
        ("a.csv", table_text(), "table of measurements", Wanted()),
        ("a.json", power_answer(POWER_QUERY), "NASA POWER Hourly API v2.8.0", Wanted(year=2023)),
        ("a.csv", power_csv(), "NASA POWER Hourly API", Wanted(year=2023)),
        ("a.csv", power_csv(standard="LST"), "NASA POWER Hourly API", Wanted(year=2023)),
        ("a.json", tmy_answer(PVGIS_QUERY), "PVGIS, TMY tool", Wanted()),
    ],
    ids=["epw", "epw by its head", "table", "power json", "power csv", "power csv in solar time", "pvgis tmy"],
)
def test_files_are_recognised_and_give_the_same_hours(
    name: str, content: str, service: str, wanted: Wanted, tmp_path: Path
) -> None:
    samples = read(tmp_path, name, content)
    assert samples.provenance["service"].startswith(service)
    assert samples.provenance["file"] == name
    assert samples.provenance["file_sha256"] == hashlib.sha256(content.encode()).hexdigest()
    assert differences(samples, wanted) == 0


def test_a_saved_series_of_pvgis_lacks_humidity(tmp_path: Path) -> None:
    samples = read(tmp_path, "a.json", series_answer(PVGIS_QUERY))
    with pytest.raises(SourceError, match="1 problem"):
        prepare(samples, "x", Wanted(year=2023), TODAY)


def test_pvgis_writes_csv_too(tmp_path: Path) -> None:
    document = json.loads(tmy_answer(PVGIS_QUERY))
    months = [f"{entry['month']},{entry['year']}" for entry in document["outputs"]["months_selected"]]
    rows = document["outputs"]["tmy_hourly"]
    lines = [
        "Latitude (decimal degrees): 8.760",
        "Longitude (decimal degrees): 104.990",
        "Elevation (m): 1.0",
        "Irradiance Time Offset (h): 0.5",
        "month,year",
        *months,
        ",".join(rows[0]),
        *(",".join(str(value) for value in row.values()) for row in rows),
        "T2m: 2-m air temperature (degree Celsius)",
    ]
    samples = read(tmp_path, "tmy.csv", "\r\n".join(lines) + "\r\n")
    assert (samples.is_typical, samples.place.elevation_m) == (True, 1.0)
    assert differences(samples, Wanted()) == 0


def test_a_utc_year_wraps_around_its_new_year(tmp_path: Path) -> None:
    query = POWER_QUERY | {"start": "20230101"}
    samples = read(tmp_path, "a.json", power_answer(query))
    made = prepare(samples, "x", Wanted(), TODAY)
    assert made.weather.year == 2023
    assert np.array_equal(made.weather.temp_air_c, truth().temp_air_c)
    assert "1 January 2024" in made.weather.provenance["transformations_en"]


def test_what_is_said_of_a_file_goes_into_its_provenance(tmp_path: Path) -> None:
    options = FileOptions(source="our mast\nsecond line", licence="CC BY 4.0", standing="measured")
    samples = read(tmp_path, "a.epw", epw_text(), options)
    assert samples.provenance["source"] == "our mast second line"
    assert (samples.provenance["licence"], samples.provenance["standing"]) == ("CC BY 4.0", "measured")


def test_a_table_says_where_it_comes_from(tmp_path: Path) -> None:
    lead = "# latitude_deg: 9\n# longitude_deg: 105\n# wind_height_m: 10\n"
    assert problem_of(tmp_path, "a.csv", table_text(lead=lead, days=2)) == ("source", "missing")
    assert read(tmp_path, "b.csv", table_text(lead=lead, days=2), FileOptions(source="x")).provenance["source"] == "x"


@pytest.mark.parametrize("content", ["\ufeff" + table_text(days=2), table_text(days=2).encode("utf-8-sig")])
def test_a_byte_order_mark_is_tolerated(content: str | bytes, tmp_path: Path) -> None:
    assert read(tmp_path, "a.csv", content).starts.size == 48


def test_latin_letters_of_old_files_are_read(tmp_path: Path) -> None:
    content = epw_text(location="LOCATION,C\xe0 Mau,CM,VNM,IWEC,489140,9.18,105.15,7.0,1.0").encode("latin-1")
    assert read(tmp_path, "a.epw", content).provenance["service"] == "EPW file of Cà Mau, CM, VNM"


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    assert problem_of(tmp_path, "a.csv", table_text(days=2).encode("utf-16"))[0] == "encoding"
    assert problem_of(tmp_path, "a.csv", b"PK\x03\x04\x00\x00")[0] == "encoding"


def test_what_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(SourceError) as refused:
            read_source(path, FileOptions())
        assert refused.value.problems[0].allowed.en.startswith("a readable file (")
    monkeypatch.setattr(files, "LARGEST_IMPORT_BYTES", 100)
    assert problem_of(tmp_path, "large.csv", table_text(days=2))[1].endswith(" bytes")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (answer_text("nasa_power_422.json"), "Please provide a correct Start Date in the format YYYYMMDD."),
        (answer_text("pvgis_400.json"), "Location over the sea. Please, select another location"),
        ('{"detail": [{"loc": ["query", "start"], "msg": "field required"}]}', "field required"),
        ('{"header": "The POWER Hourly API failed", "messages": []}', "The POWER Hourly API failed"),
    ],
)
@pytest.mark.parametrize("file_format", [None, "nasa-power", "pvgis"])
def test_a_saved_refusal_is_told_in_the_words_of_the_service(
    content: str, said: str, file_format: FileFormat | None, tmp_path: Path
) -> None:
    path = tmp_path / "a.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        read_source(path, FileOptions(file_format))
    (problem,) = refused.value.problems
    assert (problem.field, problem.value.en) == ("file", "the service refused the request; there is no weather in it")
    assert "từ chối" in problem.value.vi
    for words in problem.allowed:
        assert said in words
        assert "Error" not in words


def test_the_format_can_be_told(tmp_path: Path) -> None:
    assert problem_of(tmp_path, "a.csv", table_text(days=2), FileOptions(format="epw"))[0] == "LOCATION"
    assert problem_of(tmp_path, "b.csv", table_text(days=2), FileOptions(format="nasa-power"))[0] == "header"
    assert problem_of(tmp_path, "c.csv", table_text(days=2), FileOptions(format="pvgis"))[0] == "file"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{", "file"),
        ("{}", "file"),
        ("[" * 100_000, "file"),
        (json.dumps(envelope("nasa_power_hourly.json") | {"header": []}), "file"),
        (json.dumps(envelope("nasa_power_hourly.json") | {"geometry": {"coordinates": [1]}}), "file"),
        (json.dumps(envelope("nasa_power_hourly.json") | {"parameters": {"T2M": {"units": "F"}}}), "file"),
    ],
)
def test_json_that_is_none_of_nasa_power(text: str, field: str) -> None:
    with pytest.raises(SourceError) as refused:
        read_power_json(text, {})
    assert refused.value.problems[0].field == field


POWER_CSV = answer_text("nasa_power_hourly.csv")


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("", "header", "missing"),
        (POWER_CSV.replace("Location:", "Place:"), "header", "missing"),
        (POWER_CSV.replace("in UTC", ""), "header", "missing"),
        (POWER_CSV.replace("YEAR,", "JAHR,"), "header", "without YEAR"),
        (POWER_CSV.replace("2024,12,31,17,", "2024,13,31,17,"), "file", "ValueError"),
        (POWER_CSV.replace("2024,12,31,18,", "2024,12,31,17,"), "time", "2024-12-31 17:00"),
        (POWER_CSV.replace("(Wh/m^2)", "(MJ/hr)"), "file", "NASA POWER answered something else"),
        (POWER_CSV + "x,y,z\n", "file", "ValueError"),
    ],
)
def test_csv_that_is_none_of_nasa_power(text: str, field: str, value: str) -> None:
    with pytest.raises(SourceError) as refused:
        read_power_csv(text, {})
    (problem,) = refused.value.problems
    assert problem.field == field
    assert problem.value.en.startswith(value), problem


@pytest.mark.parametrize("hour", ["inf", "-1", "1.5", "1e300"])
def test_an_hour_that_is_none_is_told_with_its_column(hour: str) -> None:
    head, _, rest = POWER_CSV.partition("-END HEADER-\n")
    names, first, others = rest.split("\n", 2)
    place = [name.strip() for name in names.split(",")].index("HR")
    cells = first.split(",")
    cells[place] = hour
    with pytest.raises(SourceError) as caught:
        read_power_csv(f"{head}-END HEADER-\n{names}\n{','.join(cells)}\n{others}", {})
    (problem,) = caught.value.problems
    assert (problem.field, problem.allowed.en) == ("HR", "a whole number from 0")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([read_power_csv, read_power_json, read_pvgis]), st.text(max_size=100), st.integers(0, 3000))
def test_no_damage_raises_anything_else(reader: object, inserted: str, position: int) -> None:
    names = {
        read_power_csv: "nasa_power_hourly.csv",
        read_power_json: "nasa_power_hourly.json",
        read_pvgis: "pvgis_tmy.json",
    }
    text = answer_text(names[reader])  # type: ignore[index]
    try:
        samples = reader(text[:position] + inserted + text[position + 5 :], {})  # type: ignore[operator]
    except SourceError as error:
        problems = error.problems
        samples = None
    assert samples is not None or problems

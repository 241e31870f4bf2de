"""Folders with other bytes, other files, or something that is no file, and every line that must be printed of each."""

from __future__ import annotations

from itertools import cycle

from tests.broken.damages import (
    all_of,
    appended,
    directory_for,
    link_for,
    longer,
    of_excel,
    pipe_for,
    renamed,
    replaced,
    rewritten,
    windows_1258,
    without,
)
from tests.broken.folders import WEATHER, Damaged

_AGENCIES, _CLOUDS, _ENERGY, _HARDWARE, _SYSTEMS = (
    "agencies.csv",
    "clouds.yaml",
    "energy.yaml",
    "hardware.yaml",
    "systems.csv",
)
_EXCEL = "UTF-8 text is expected: in Excel save as 'CSV UTF-8'"
_UTF_8 = "UTF-8 text is expected: save the file as UTF-8"
_SEEN = "characters that can be seen; delete this one"
_READABLE = "a readable file is expected"
_HOURS = "a year has 8760 or 8784 hours, average shorter steps to hours first"
_MAPPING = "a mapping of keys and values"
_WEATHER_FIELD = f"sites.yaml:40: sites[khu-cong-nghe-so].weather_file: '{WEATHER}'"
_WRONG_LEVEL = replaced(_SYSTEMS, "internal,2,,internal", "internal,7,,internal")


def _mixed_line_ends(content: bytes) -> bytes:
    ends = cycle((b"\r\n", b"\n", b"\r"))
    return b"".join(line + next(ends) for line in content.splitlines())


def _level(line: int) -> str:
    return f"systems.csv:{line}: systems[document-flow].security_level: '7', a whole number from 1 to 5"


DAMAGES = (
    Damaged(
        "Windows-1258",
        rewritten(_AGENCIES, windows_1258),
        (f"agencies.csv:1: encoding: byte 0xf5 at offset 3 (it seems to be Windows-1258), {_EXCEL}",),
    ),
    Damaged(
        "UTF-16 with a mark",
        rewritten(_AGENCIES, lambda content: content.decode().encode("utf-16")),
        (f"agencies.csv:1: encoding: UTF-16 text, {_EXCEL}",),
    ),
    Damaged(
        "UTF-16 without a mark",
        rewritten(_ENERGY, lambda content: content.decode().encode("utf-16-le")),
        (f"energy.yaml:1: encoding: UTF-16 text without a mark, {_UTF_8}",),
    ),
    Damaged(
        "UTF-32",
        rewritten(_AGENCIES, lambda content: content.decode().encode("utf-32")),
        (f"agencies.csv:1: encoding: UTF-32 text, {_EXCEL}",),
    ),
    Damaged(
        "NUL bytes in YAML",
        replaced(_ENERGY, "Rooftop PV", "Roof\0top PV\0"),
        (f"energy.yaml:27: character: the character U+0000, {_SEEN}",),
    ),
    Damaged(
        "NUL bytes in a register",
        replaced(_SYSTEMS, "(LGSP),so-khcn", "(LG\0SP),so-khcn"),
        (f"systems.csv:6: character: the character U+0000, {_SEEN}",),
    ),
    Damaged(
        "line separator that editors do not count",
        replaced(_HARDWARE, "    it_kw: 500", "    it_kw: 500 # \u2028"),
        (f"hardware.yaml:119: character: the character U+2028, {_SEEN}",),
    ),
    Damaged(
        "text that runs backwards",
        replaced(_SYSTEMS, "One-stop portal", "One-stop \u202elatrop"),
        (f"systems.csv:5: character: the character U+202E, {_SEEN}",),
    ),
    Damaged(
        "letters that a conversion broke",
        replaced(_AGENCIES, "Sở Khoa", "S\ufffd Khoa"),
        (f"agencies.csv:5: character: the character U+FFFD, {_SEEN}",),
    ),
    Damaged(
        "semicolons of Excel with points between thousands",
        rewritten(_SYSTEMS, lambda content: of_excel(content).replace(b";48;192;6;", b";48;1.192;6;")),
        (
            "systems.csv:5: systems[one-stop-portal].memory_gib: '1.192', a comma before decimals and nothing between "
            "thousands, in a file of semicolons",
        ),
    ),
    Damaged(
        "wrong value behind a line break in quotes",
        all_of(
            replaced(_SYSTEMS, "2027-06-01,,,assumption: sample row", '2027-06-01,,,"assumption: sample\nrow"'),
            _WRONG_LEVEL,
        ),
        (_level(8),),
    ),
    Damaged(
        "wrong value among line ends of all kinds",
        all_of(_WRONG_LEVEL, rewritten(_SYSTEMS, _mixed_line_ends)),
        (_level(7),),
    ),
    Damaged(
        "wrong value among old line ends of the Mac",
        all_of(
            replaced(_HARDWARE, "    it_kw: 500", "    it_kw: -1"),
            rewritten(_HARDWARE, lambda content: content.replace(b"\n", b"\r")),
        ),
        ("hardware.yaml:119: halls[chilled-n1].it_kw: -1, a number above 0 (kW)",),
    ),
    Damaged(
        "missing file",
        without(_CLOUDS),
        ("clouds.yaml:1: file: missing, this file is required",),
    ),
    Damaged(
        "file under another ending",
        renamed(_ENERGY, "energy.yml"),
        ("energy.yaml:1: file: missing, this file is required: rename 'energy.yml'",),
    ),
    Damaged(
        "file with capitals",
        renamed(_SYSTEMS, "Systems.csv"),
        ("systems.csv:1: file: missing, this file is required: rename 'Systems.csv'",),
    ),
    Damaged(
        "folder in place of a file",
        directory_for(_CLOUDS),
        (f"clouds.yaml:1: file: not a regular file, {_READABLE}",),
    ),
    Damaged(
        "folder in place of the weather",
        directory_for(WEATHER),
        (f"{_WEATHER_FIELD}: not a regular file, {_READABLE}",),
    ),
    Damaged(
        "pipe in place of a file",
        pipe_for(_CLOUDS),
        (f"clouds.yaml:1: file: not a regular file, {_READABLE}",),
    ),
    Damaged(
        "link out of the folder",
        link_for(_CLOUDS, "../elsewhere"),
        (
            "clouds.yaml:1: file: a link to outside the folder, links stay inside the province folder: copy the file "
            "into it",
        ),
    ),
    Damaged(
        "link to itself",
        link_for(_CLOUDS, "clouds.yaml"),
        (f"clouds.yaml:1: file: a link that leads to itself, {_READABLE}",),
    ),
    Damaged(
        "link to nowhere",
        link_for(_CLOUDS, "nowhere.yaml"),
        (f"clouds.yaml:1: file: a link that leads nowhere, {_READABLE}",),
    ),
    Damaged(
        "YAML of 100 MB",
        longer(_ENERGY, 100_000_000),
        ("energy.yaml:1: file: 100000000 bytes, at most 4194304 bytes",),
    ),
    Damaged(
        "register of 100 MB",
        longer(_SYSTEMS, 100_000_000),
        ("systems.csv:1: file: 100000000 bytes, at most 16777216 bytes",),
    ),
    Damaged(
        "weather of 100 MB",
        longer(WEATHER, 100_000_000),
        (f"{_WEATHER_FIELD}: 100000000 bytes, at most 16777216 bytes: {_HOURS}",),
    ),
    Damaged(
        "weather by the minute",
        rewritten(
            WEATHER,
            lambda content: b"".join(
                line.replace(b":00,", b":%02d," % minute) if line.startswith(b"2025-") else line * (minute == 0)
                for line in content.splitlines(keepends=True)
                for minute in (0, 15, 30, 45)
            ),
        ),
        (f"{WEATHER}:1: file: 35060 lines, at most 12000 lines: {_HOURS}",),
    ),
    Damaged(
        "empty YAML",
        rewritten(_ENERGY, lambda _: b""),
        (f"energy.yaml:1: file: empty, {_MAPPING}",),
    ),
    Damaged(
        "YAML with notes only",
        rewritten(_ENERGY, lambda _: "# sẽ điền sau\n".encode()),
        (f"energy.yaml:1: file: empty, {_MAPPING}",),
    ),
    Damaged(
        "list in place of the keys",
        rewritten(_ENERGY, lambda _: b"- tariffs\n- battery\n"),
        (f"energy.yaml:1: file: a list of 2, {_MAPPING}",),
    ),
    Damaged(
        "empty register",
        rewritten(_AGENCIES, lambda _: b""),
        (
            "agencies.csv:1: header: no header, the columns are id,name_vi,name_en,kind,valid_from,valid_to,successor,"
            "source, with commas",
        ),
    ),
    Damaged(
        "more values than any file needs",
        appended(_ENERGY, "more:\n" + "  - 1\n" * 100_001),
        ("energy.yaml:99977: size: more than 100000 values, no file of the folder needs so many",),
    ),
    Damaged(
        "owner that is gone without an heir",
        all_of(
            replaced(_AGENCIES, "2025-03-01,so-khcn,", "2025-03-01,,"),
            replaced(_SYSTEMS, "(LGSP),so-khcn", "(LGSP),so-tttt"),
        ),
        (
            "systems.csv:6: systems[data-exchange].owner: 'so-tttt', an agency that exists on 2026-11-24, or one with "
            "a successor that does",
        ),
    ),
)

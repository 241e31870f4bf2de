"""Random damage to province folders and to weather files of others, by a generator of its own so that it repeats."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.broken import template
from tests.broken.folders import WEATHER
from tests.capacity.weather.services import answer_text
from tests.capacity.weather.source_files import epw_text, table_text

NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?:e\d+)?(?![\w.])")
WORD = re.compile(rb"(?<=: )[a-z][a-z0-9_-]+")
VALUES = (
    b"0", b"-1", b"0.5", b"1e-12", b"1e12", b"1e400", b"-1e400", b".nan", b".inf", b"9" * 400, b"null", b"true", b"abc",
    b"", b"''", b"[]", b"{}", b"2026-02-30", b"2199-12-31", b"1,5", b"{2027: 1}", b"!!python/none x", b"*a", b"ref:x",
)  # fmt: skip
BYTES = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\t",
    b"\r",
    b"\n\n",
    b"\xe2\x80\xa8",
    b": ",
    b"- ",
    b"{",
    b"]",
    b'"',
    b"#",
)
SEPARATORS = (b";", b"\t", b"|", b", ")
Content = bytes
Mutation = Callable[[Content, Random], Content]


def other_bytes(content: Content, random: Random) -> Content:
    """Bytes cut out, doubled, or others put in."""
    start = random.randint(0, len(content))
    end = min(len(content), start + random.choice((0, 1, 2, 8, 40, 400)))
    new = random.choice((random.choice(BYTES), content[start:end] * 2, random.randbytes(3), b""))
    return content[:start] + new + content[end:]


def other_lines(content: Content, random: Random) -> Content:
    """A line dropped, doubled, moved, indented, or the end of the file cut off."""
    lines = content.splitlines(keepends=True)
    if not lines:
        return content
    index = random.randrange(len(lines))
    match random.randrange(5):
        case 0:
            del lines[index]
        case 1:
            lines.insert(index, lines[index])
        case 2:
            lines.insert(random.randrange(len(lines)), lines.pop(index))
        case 3:
            lines[index] = b"  " + lines[index] if random.random() < 0.5 else lines[index].removeprefix(b"  ")
        case _:
            del lines[index:]
    return b"".join(lines)


def other_value(content: Content, random: Random) -> Content:
    """A number or a word replaced by one out of range, of another kind, or of another place in the file."""
    found = list((NUMBER if random.random() < 0.8 else WORD).finditer(content))
    if not found:
        return content
    place = random.choice(found)
    new = random.choice(found)[0] if random.random() < 0.4 else random.choice(VALUES)
    return content[: place.start()] + new + content[place.end() :]


def other_separator(content: Content, random: Random) -> Content:
    """Commas replaced, everywhere or in one line."""
    separator = random.choice(SEPARATORS)
    if random.random() < 0.5:
        return content.replace(b",", separator)
    lines = content.splitlines(keepends=True) or [b""]
    index = random.randrange(len(lines))
    lines[index] = lines[index].replace(b",", separator)
    return b"".join(lines)


MUTATIONS: tuple[Mutation, ...] = (other_bytes, other_lines, other_value, other_value, other_value)


def damaged(name: str, content: Content, random: Random) -> Content:
    """A file with one to three things wrong in it."""
    choices = (*MUTATIONS, other_separator) if name.endswith(".csv") else MUTATIONS
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        content = random.choice(choices)(content, random)
    return content


def damaged_folder(random: Random) -> dict[str, Content]:
    """The template with one or two files damaged, dropped, emptied or in each other's place."""
    contents = dict(template())
    names = [name for name in contents if name != WEATHER] * 3 + [WEATHER]
    for _ in range(random.choice((1, 1, 2))):
        name, other = random.choice(names), random.choice(names)
        match random.randrange(20):
            case 0:
                contents.pop(name, None)
            case 1 if name in contents and other in contents:
                contents[name], contents[other] = contents[other], contents[name]
            case 2:
                contents[name] = b""
            case _:
                contents[name] = damaged(name, contents.get(name, b""), random)
    return contents


def slightly_changed_folder(random: Random) -> dict[str, Content]:
    """The template with a few numbers times a factor: most such folders are valid and can be sized."""
    contents = dict(template())
    for _ in range(random.randint(1, 4)):
        name = random.choice([name for name in contents if name.endswith(".yaml")])
        found = [place for place in NUMBER.finditer(contents[name]) if float(place[0]) not in range(1990, 2100)]
        if found:
            place = random.choice(found)
            new = f"{float(place[0]) * random.choice((0, 0.01, 0.5, 0.9, 1.1, 2, 100)):.6g}".encode()
            contents[name] = contents[name][: place.start()] + new + contents[name][place.end() :]
    return contents


def damaged_weather(random: Random) -> tuple[str, Content]:
    """Name and content of a file for ``weather import``, damaged."""
    name = random.choice(
        ("nasa_power_hourly.json", "nasa_power_hourly.csv", "pvgis_tmy.json", "pvgis_seriescalc.json",
         "nasa_power_422.json", "pvgis_400.json", "a.epw", "table.csv")
    )  # fmt: skip
    text = epw_text() if name == "a.epw" else table_text(days=20) if name == "table.csv" else answer_text(name)
    return name, damaged(name, text.encode(), random)

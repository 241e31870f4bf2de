"""Text of the folder's files: UTF-8, without characters that nobody sees, letters and marks composed (NFC).

Text in another encoding is refused with the encoding that it seems to have, never guessed: a wrong guess would change
names without a word. Composing changes no line, and makes 'Cà Mau' from a Mac the same as 'Cà Mau' from Windows.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from orchestrator.province.problems import Problem, Text, first_of

_MOST_CHARACTERS_TOLD = 20
_SAMPLE_BYTES = 65_536
_UTF_8 = Text("UTF-8 text is expected: save the file as UTF-8", "phải là văn bản UTF-8: hãy lưu tệp ở dạng UTF-8")
_EXCEL = Text(
    "UTF-8 text is expected: in Excel save as 'CSV UTF-8'",
    "phải là văn bản UTF-8: trong Excel hãy lưu dạng 'CSV UTF-8'",
)
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffd\ufffe\uffff]"
)
"""Controls, line separators that editors do not count, marks that turn the direction of writing, and broken letters."""

_LETTERS_OF_1258 = frozenset("ăâđêôơưĂÂĐÊÔƠƯ")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


def decoded(content: bytes, name: str) -> str | list[Problem]:
    """The text of a file without its byte order mark, or what is wrong with it. Line ends stay as they are."""
    for mark, encoding in _WIDE_MARKS:
        if content.startswith(mark):
            return [_wrong_encoding(name, 1, Text(f"{encoding} text", f"văn bản {encoding}"))]
    if _is_utf_16(content[:_SAMPLE_BYTES]):
        return [_wrong_encoding(name, 1, Text("UTF-16 text without a mark", "văn bản UTF-16 không có dấu nhận"))]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return [_undecodable(content, error.start, name)]
    text = text.removeprefix("\ufeff")
    if UNSEEN.search(text) is not None:
        return first_of(_unseen(text, name), _MOST_CHARACTERS_TOLD)
    return unicodedata.normalize("NFC", text)


def _wrong_encoding(name: str, line: int, value: Text) -> Problem:
    return Problem(name, line, "encoding", value, _EXCEL if name.endswith(".csv") else _UTF_8)


def _undecodable(content: bytes, position: int, name: str) -> Problem:
    byte = content[position]
    value = Text(f"byte 0x{byte:02x} at offset {position}", f"byte 0x{byte:02x} tại vị trí {position}")
    if _is_windows_1258(content[max(0, position - 200) : position + 2000]):
        value = Text(f"{value.en} (it seems to be Windows-1258)", f"{value.vi} (có vẻ là Windows-1258)")
    return _wrong_encoding(name, content.count(b"\n", 0, position) + 1, value)


def _is_utf_16(sample: bytes) -> bool:
    """Whether most bytes in odd places are zero and nearly none in even ones, or the other way round: Latin letters."""
    zeros = sorted((sample[::2].count(0), sample[1::2].count(0)))
    return len(sample) > 16 and zeros[0] < len(sample) / 20 and zeros[1] > len(sample) / 4


def _is_windows_1258(sample: bytes) -> bool:
    """Whether the bytes around the wrong one are Vietnamese in the encoding of old Windows: letters and tones."""
    try:
        text = sample.decode("cp1258")
    except UnicodeDecodeError:
        return False
    foreign = [letter for letter in text if not letter.isascii()]
    tones = any(tone in _TONES and before.isalpha() for before, tone in pairwise(text))
    vietnamese = sum(letter in _LETTERS_OF_1258 or letter in _TONES for letter in foreign)
    return (tones or vietnamese > 0) and all(letter.isalpha() or letter in _TONES for letter in foreign)


def _unseen(text: str, name: str) -> Iterator[Problem]:
    words = Text(
        "characters that can be seen; delete this one", "chỉ được dùng ký tự nhìn thấy được; hãy xóa ký tự này"
    )
    line, counted = 1, 0
    for match in UNSEEN.finditer(text):
        line += len(re.findall("\r\n|\r|\n", text[counted : match.start()]))
        counted = match.start()
        code = f"U+{ord(match.group()):04X}"
        yield Problem(name, line, "character", Text(f"the character {code}", f"ký tự {code}"), words)

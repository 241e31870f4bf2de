"""Bytes and text of the folder's files, or what stands in the way of reading them."""

from __future__ import annotations

from pathlib import Path

from orchestrator.province.problems import Problem, Text, plain

_MARK = "\ufeff"


def read_bytes(folder: Path, name: str, most_bytes: int) -> bytes | Problem:
    """The content of a file of the folder."""
    path = folder / name
    try:
        if not path.exists():
            return _refused(name, Text("missing", "thiếu tệp"), Text("this file is required", "tệp này là bắt buộc"))
        if not path.is_file():
            return _refused(name, Text("not a regular file", "không phải tệp thường"), _readable())
        if (size := path.stat().st_size) > most_bytes:
            words = Text(f"at most {most_bytes} bytes", f"nhiều nhất {most_bytes} byte")
            return _refused(name, Text(f"{size} bytes", f"{size} byte"), words)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        return _refused(name, plain(getattr(error, "strerror", None) or error), _readable())


def decoded(content: bytes, name: str) -> str | Problem:
    """The text of a file without byte order mark."""
    try:
        return content.decode("utf-8").removeprefix(_MARK)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        value = Text(f"byte 0x{byte:02x} at offset {error.start}", f"byte 0x{byte:02x} tại vị trí {error.start}")
        words = Text(
            "UTF-8 text is expected: save the file as UTF-8", "phải là văn bản UTF-8: hãy lưu tệp ở dạng UTF-8"
        )
        return Problem(name, line, "encoding", value, words)


def _refused(name: str, value: Text, allowed: Text) -> Problem:
    return Problem(name, 1, "file", value, allowed)


def _readable() -> Text:
    return Text("a readable file is expected", "phải là tệp đọc được")

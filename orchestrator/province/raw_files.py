"""Bytes of the folder's files, or what stands in the way of reading them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from capacity.weather import reason_of
from orchestrator.province.problems import Problem, Text

_REASONS = {
    errno.EACCES: Text("no permission to read it", "không có quyền đọc"),
    errno.EPERM: Text("no permission to read it", "không có quyền đọc"),
    errno.ELOOP: Text("a link that leads to itself", "liên kết trỏ về chính nó"),
    errno.ENAMETOOLONG: Text("a name that is too long", "tên quá dài"),
    errno.EIO: Text("an error of the disk", "lỗi đĩa"),
    errno.ENOTDIR: Text("a file stands where a folder is expected", "vị trí thư mục lại là tệp"),
}
_READABLE = Text("a readable file is expected", "phải là tệp đọc được")
_INSIDE = Text(
    "links stay inside the province folder: copy the file into it",
    "liên kết phải nằm trong thư mục tỉnh: hãy chép tệp vào",
)


def read_bytes(folder: Path, name: str, most_bytes: int, when_larger: Text | None = None) -> bytes | Problem:
    """The content of a file of the folder; never more than ``most_bytes`` are read. Links out of it are not followed.

    ``when_larger`` adds what a file of that size may be, and what to do.
    """
    path = folder / name
    try:
        if not os.path.lexists(path):
            return _refused(name, Text("missing", "thiếu tệp"), _required(path))
        real = Path(os.path.realpath(path, strict=True))
        if not real.is_relative_to(os.path.realpath(folder)):
            return _refused(name, Text("a link to outside the folder", "liên kết ra ngoài thư mục"), _INSIDE)
        if not real.is_file():
            return _refused(name, Text("not a regular file", "không phải tệp thường"), _READABLE)
        size = real.stat().st_size
        if size <= most_bytes:
            with real.open("rb") as file:
                content = file.read(most_bytes + 1)
            if len(content) <= most_bytes:
                return content
            size = len(content)
    except (OSError, ValueError) as error:
        return _refused(name, _reason(error), _READABLE)
    words = Text(f"at most {most_bytes} bytes", f"nhiều nhất {most_bytes} byte")
    if when_larger is not None:
        words = Text(f"{words.en}: {when_larger.en}", f"{words.vi}: {when_larger.vi}")
    return _refused(name, Text(f"{size} bytes", f"{size} byte"), words)


def _required(path: Path) -> Text:
    """That the file is required, and which file is probably meant: one with other capitals, or the ending ``.yml``."""
    words = Text("this file is required", "tệp này là bắt buộc")
    wanted = path.name.lower()
    there = sorted(each.name for each in path.parent.iterdir()) if path.parent.is_dir() else []
    for name in there:
        if name.lower() == wanted or (wanted.endswith(".yaml") and name.lower() == f"{wanted[:-5]}.yml"):
            return Text(f"{words.en}: rename '{name}'", f"{words.vi}: hãy đổi tên '{name}'")
    return words


def _reason(error: OSError | ValueError) -> Text:
    number = getattr(error, "errno", None)
    if number == errno.ENOENT:
        return Text("a link that leads nowhere", "liên kết không trỏ tới đâu")
    return _REASONS.get(number or 0) or Text(*reason_of(error))


def _refused(name: str, value: Text, allowed: Text) -> Problem:
    return Problem(name, 1, "file", value, allowed)

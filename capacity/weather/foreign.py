"""What others say when a file cannot be read, in Vietnamese too: the operating system and Python's own readers.

English keeps their own words, and so does Vietnamese where a reason is not known here.
"""

from __future__ import annotations

import csv
import errno
import json
import re
from collections.abc import Mapping

from capacity.weather.words import Words, same

_OF_THE_SYSTEM = {
    errno.EACCES: "không có quyền",
    errno.EBUSY: "đang được dùng",
    errno.EDQUOT: "vượt hạn mức đĩa",
    errno.EEXIST: "đã có",
    errno.EFBIG: "tệp quá lớn",
    errno.EIO: "lỗi đĩa",
    errno.EISDIR: "đó là thư mục",
    errno.ELOOP: "liên kết trỏ về chính nó",
    errno.EMFILE: "mở quá nhiều tệp",
    errno.ENAMETOOLONG: "tên quá dài",
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.ENOSPC: "đĩa đã đầy",
    errno.ENOTDIR: "vị trí thư mục lại là tệp",
    errno.ENOTEMPTY: "thư mục không trống",
    errno.EPERM: "không được phép",
    errno.EROFS: "hệ thống tệp chỉ cho đọc",
    errno.ETXTBSY: "đang được dùng",
    errno.EXDEV: "nằm trên đĩa khác",
}
_OF_A_CONNECTION = {
    r"Failed to resolve '([^']*)'.*": "không tìm thấy địa chỉ của '{0}'",
    r".*Connection refused.*": "máy chủ từ chối kết nối",
    r".*Connection reset by peer.*|.*Remote end closed connection.*|.*Connection broken.*": "kết nối bị ngắt",
    r".*Network is unreachable.*|.*No route to host.*": "không có đường mạng tới máy chủ",
    r".*certificate verify failed.*": "chứng thư của máy chủ không hợp lệ",
    r".*Tunnel connection failed: (.*)": "máy chủ trung gian (proxy) từ chối: {0}",
    r".*Cannot connect to proxy.*": "không kết nối được máy chủ trung gian (proxy)",
}
_OF_JSON = {
    "Expecting value": "thiếu giá trị",
    "Expecting ',' delimiter": "thiếu dấu phẩy ','",
    "Expecting ':' delimiter": "thiếu dấu hai chấm ':'",
    "Expecting property name enclosed in double quotes": "thiếu tên khóa trong dấu nháy kép",
    "Extra data": "còn nội dung sau tài liệu",
    "Illegal trailing comma before end of array": "thừa dấu phẩy trước ']'",
    "Illegal trailing comma before end of object": "thừa dấu phẩy trước '}'",
    "Invalid \\escape": "chuỗi thoát '\\' không hợp lệ",
    "Invalid \\uXXXX escape": "chuỗi thoát '\\uXXXX' không hợp lệ",
    "Invalid control character at": "ký tự điều khiển trong chuỗi",
    "Unterminated string starting at": "chuỗi không có dấu nháy đóng",
    "Unexpected UTF-8 BOM (decode using utf-8-sig)": "có dấu thứ tự byte (BOM) ở đầu",
}
_OF_CSV = (
    (r"'(.)' expected after '(.)'", "sau {1} phải là {0}"),
    (r"unexpected end of data", "hết tệp giữa chừng, thiếu dấu nháy đóng"),
    (r"field larger than field limit \((\d+)\)", "ô dài hơn {0} ký tự"),
    (r"line contains NUL", "dòng có ký tự NUL"),
    (r"new-line character seen in unquoted field.*", "ký tự xuống dòng trong ô không có dấu nháy"),
)


def reason_of(error: Exception) -> Words:
    """Why something could not be read or written."""
    if isinstance(error, json.JSONDecodeError):
        place = f"dòng {error.lineno}, cột {error.colno}"
        return Words(str(error), f"{_OF_JSON.get(error.msg, error.msg)} ({place})")
    if isinstance(error, OSError):
        said = error.strerror or str(error)
        return Words(said, _OF_THE_SYSTEM.get(error.errno or 0, said))
    if isinstance(error, csv.Error):
        return Words(str(error), by_pattern(str(error), dict(_OF_CSV)))
    if isinstance(error, RecursionError):
        return Words("nested too deep", "lồng nhau quá nhiều cấp")
    if isinstance(error, UnicodeError):
        return Words(str(error), "ký tự không hợp lệ trong văn bản")
    if isinstance(error, KeyError):
        return Words(f"{type(error).__name__}: {error}", f"không có khóa {error}")
    if isinstance(error, ValueError) and "null" in str(error):
        return Words(str(error), "tên có ký tự NUL")
    return same(error)


def connection_said(said: str) -> Words:
    """Why a connection failed, of the words that requests has for it."""
    return Words(said, by_pattern(said, _OF_A_CONNECTION))


def reader_said(error: Exception) -> Words:
    """What a reader of somebody else's says about the content of a file."""
    if isinstance(error, json.JSONDecodeError | KeyError | UnicodeError | RecursionError):
        reason = reason_of(error)
        return Words(f"{type(error).__name__}: {error}", reason.vi)
    said = f"{type(error).__name__}: {error}"
    return Words(said, f"không đọc được ({said})")


def by_pattern(said: str, known: Mapping[str, str]) -> str:
    """The Vietnamese words of the pattern that a text matches in whole, with its groups; else the text itself."""
    for pattern, vietnamese in known.items():
        if (match := re.fullmatch(pattern, said)) is not None:
            return vietnamese.format(*match.groups())
    return said

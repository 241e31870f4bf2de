"""The province folder: reads it with all problems at once, lists where its figures come from, and writes a new one."""

from orchestrator.province.folder import Province, digest_of
from orchestrator.province.problems import CreationRefusedError, InvalidProvinceError, Problem, ProvinceError, Text
from orchestrator.province.reader import ReadResult, load_province, read_province

__all__ = [
    "CreationRefusedError",
    "InvalidProvinceError",
    "Problem",
    "Province",
    "ProvinceError",
    "ReadResult",
    "Text",
    "digest_of",
    "load_province",
    "read_province",
]

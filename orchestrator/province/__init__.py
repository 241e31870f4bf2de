"""The province folder: reads it with all problems at once, lists where its figures come from, and writes a new one."""

from orchestrator.province.catalogue import FILES
from orchestrator.province.creation import create_province
from orchestrator.province.folder import Province, digest_of
from orchestrator.province.problems import CreationRefusedError, InvalidProvinceError, Problem, ProvinceError, Text
from orchestrator.province.reader import ReadResult, load_province, load_scenarios, read_province
from orchestrator.province.schema import file_schema, schema_name
from orchestrator.province.sites import load_sites
from orchestrator.province.sources import STANDINGS, Figure, Standing, figures, plan_figures, standing_counts

__all__ = [
    "FILES",
    "STANDINGS",
    "CreationRefusedError",
    "Figure",
    "InvalidProvinceError",
    "Problem",
    "Province",
    "ProvinceError",
    "ReadResult",
    "Standing",
    "Text",
    "create_province",
    "digest_of",
    "figures",
    "file_schema",
    "load_province",
    "load_scenarios",
    "load_sites",
    "plan_figures",
    "read_province",
    "schema_name",
    "standing_counts",
]

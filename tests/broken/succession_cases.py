"""Records that are wrong towards each other: prices, successions and what systems need of their neighbours."""

from __future__ import annotations

from tests.broken.folders import Broken, Wrong

_SCIENCE = "Department of Science and Technology,department,2008-01-01,,,"

SUCCESSIONS = (
    Broken(
        "GPU price without a model",
        "clouds.yaml",
        "    gpu_model: H100\n",
        "",
        (Wrong("- id: fpt-h100", "prices[fpt-h100].gpu_model", "missing", "required with resource: gpu_hour"),),
    ),
    Broken(
        "cyclic successor",
        "agencies.csv",
        _SCIENCE,
        "Department of Science and Technology,department,2008-01-01,2025-03-01,so-tttt,",
        (
            Wrong(
                "so-tttt,",
                "agencies[so-tttt].successor",
                "'so-khcn'",
                "successions must not run in a circle: so-tttt → so-khcn → so-tttt",
            ),
            Wrong(
                "so-khcn,Sở",
                "agencies[so-khcn].successor",
                "'so-tttt'",
                "successions must not run in a circle: so-khcn → so-tttt → so-khcn",
            ),
        ),
    ),
    Broken(
        "successor that is gone",
        "agencies.csv",
        _SCIENCE,
        "Department of Science and Technology,department,2008-01-01,2024-01-01,vp-ubnd,",
        (
            Wrong(
                "so-tttt,",
                "agencies[so-tttt].successor",
                "'so-khcn'",
                "an agency that exists on 2025-03-01, the day of the succession",
            ),
        ),
    ),
    Broken(
        "agency twice at once",
        "agencies.csv",
        "so-tttt,Sở Thông tin và Truyền thông",
        "so-khcn,Sở Thông tin và Truyền thông",
        (
            Wrong(
                "so-khcn,Sở Khoa",
                "agencies[1].valid_from",
                "2008-01-01",
                "it overlaps with 'so-khcn' of line 4: one alone may apply on a day; end one by valid_to",
            ),
        ),
    ),
    Broken(
        "missing weather file",
        "sites.yaml",
        "weather/khu-cong-nghe-so.csv",
        "weather/khu-cong-nghe.csv",
        (
            Wrong(
                "weather_file",
                "sites[khu-cong-nghe-so].weather_file",
                "'weather/khu-cong-nghe.csv': missing",
                "this file is required",
            ),
        ),
    ),
    Broken(
        "weather file outside the folder",
        "sites.yaml",
        "weather/khu-cong-nghe-so.csv",
        "../khu-cong-nghe-so.csv",
        (
            Wrong(
                "weather_file",
                "sites[khu-cong-nghe-so].weather_file",
                "'../khu-cong-nghe-so.csv'",
                "a path inside the province folder with forward slashes, e.g. weather/nam-can.csv",
            ),
        ),
    ),
)

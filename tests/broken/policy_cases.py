"""Assessments and waivers that are wrong: in one field, or towards the register, the places and the rules."""

from __future__ import annotations

from tests.broken.folders import Broken, Wrong

ASSESSMENTS, WAIVERS = "assessments.csv", "waivers.yaml"
_RULES = "one of 15 known, e.g. backup-3-2-1, backup-separate"

POLICIES = (
    Broken(
        "assessment at no place",
        ASSESSMENTS,
        "2026-06-01,agency,",
        "2026-06-01,agencey,",
        (
            Wrong(
                "2026-06-01,",
                "assessments[1].place",
                "'agencey'",
                "one of room, agency, ministry, khu-cong-nghe-so, fpt-han, fpt-sgn (zones of clouds.yaml, sites of "
                "sites.yaml, or a place of the State's own)",
            ),
        ),
    ),
    Broken(
        "address of no family",
        ASSESSMENTS,
        "2024-06-03,agency,,1,,1,1,0,no,no,yes,IPv4,",
        "2024-06-03,agency,,1,,1,1,0,no,no,yes,IPv5,",
        (Wrong("2024-06-03,", "assessments[0].ip_families", "'IPv5'", "one of IPv4, IPv6"),),
    ),
    Broken(
        "waiver of no rule",
        WAIVERS,
        "rule: backup-3-2-1",
        "rule: backup-3-2",
        (Wrong("rule: backup-3-2", "waivers[data-exchange-backup].rule", "'backup-3-2'", _RULES),),
    ),
    Broken(
        "waiver that ends before it begins",
        WAIVERS,
        "valid_to: 2027-03-01",
        "valid_to: 2026-03-01",
        (
            Wrong(
                "valid_to: 2026-03-01",
                "waivers[data-exchange-backup].valid_to",
                "does not fit together",
                "valid_to 2026-03-01 must be after valid_from 2026-09-01",
            ),
        ),
    ),
    Broken(
        "waiver without an end",
        WAIVERS,
        "    valid_to: 2027-03-01\n",
        "",
        (
            Wrong(
                "- id: data-exchange-backup",
                "waivers[data-exchange-backup].valid_to",
                "missing",
                "a date as YYYY-MM-DD",
            ),
        ),
    ),
)

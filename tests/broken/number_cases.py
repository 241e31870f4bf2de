"""Numbers that are none, or not the number that was meant: commas, clocks, octals, too many digits."""

from __future__ import annotations

from tests.broken.folders import Broken, Wrong

_RACKS = "    racks: 30"
_RACKS_FIELD = "halls[chilled-n1].racks"
_COUNT = "a whole number of at least 1"
_IT = "    it_kw: 500"
_IT_FIELD = "halls[chilled-n1].it_kw"
_POWER = "a number above 0 (kW)"
_HINT = "with a decimal point and nothing between thousands, as in 1234.5"
_STORAGE = "systems[one-stop-portal].storage_tb"
_CELLS = ",48,192,6,office-hours,data-exchange,"

NUMBERS = (
    Broken(
        "decimal comma in YAML",
        "sites.yaml",
        "    elevation_m: 1.0",
        "    elevation_m: 1,0",
        (Wrong("elevation_m", "sites[khu-cong-nghe-so].elevation_m", "'1,0'", f"a number (m): {_HINT}"),),
    ),
    Broken(
        "decimal comma in a register",
        "systems.csv",
        _CELLS,
        ',48,192,"6,5",office-hours,data-exchange,',
        (Wrong('"6,5"', _STORAGE, "'6,5'", f"a number of at least 0 (TB): {_HINT}"),),
    ),
    Broken(
        "separators of thousands in YAML",
        "hardware.yaml",
        "    capex_vnd: 75e9",
        "    capex_vnd: 75.000.000.000",
        (
            Wrong(
                "75.000",
                "halls[chilled-n1].capex_vnd",
                "'75.000.000.000'",
                f"a number of at least 0 (VND): {_HINT}",
            ),
        ),
    ),
    Broken(
        "separators of thousands in a register",
        "systems.csv",
        _CELLS,
        ',48,192,"1,234.5",office-hours,data-exchange,',
        (Wrong('"1,234', _STORAGE, "'1,234.5'", f"a number of at least 0 (TB): {_HINT}"),),
    ),
    Broken(
        "fraction for a whole number",
        "hardware.yaml",
        _RACKS,
        "    racks: 30.5",
        (Wrong("30.5", _RACKS_FIELD, "30.5", _COUNT),),
    ),
    Broken(
        "clock for a number",
        "hardware.yaml",
        _IT,
        "    it_kw: 8:20",
        (Wrong("8:20", _IT_FIELD, "'8:20'", _POWER),),
    ),
    Broken(
        "octal",
        "hardware.yaml",
        _RACKS,
        "    racks: 0o36",
        (Wrong("0o36", _RACKS_FIELD, "'0o36'", _COUNT),),
    ),
    Broken(
        "hexadecimal",
        "hardware.yaml",
        _RACKS,
        "    racks: 0x1E",
        (Wrong("0x1E", _RACKS_FIELD, "'0x1E'", _COUNT),),
    ),
    Broken(
        "date for a number",
        "hardware.yaml",
        _IT,
        "    it_kw: 2026-11-24",
        (Wrong("it_kw: 2026", _IT_FIELD, "'2026-11-24'", _POWER),),
    ),
    Broken(
        "yes for true",
        "hardware.yaml",
        "    tier: N+1",
        "    tier: N+1\n    orderable: yes",
        (Wrong("orderable: yes", "halls[chilled-n1].orderable", "'yes'", "true or false"),),
    ),
    Broken(
        "number for an id",
        "hardware.yaml",
        "  - id: genset-1000",
        "  - id: 007",
        (
            Wrong("007", "plant[7].id", "7", "an id of small letters a-z, digits and hyphens, at most 64"),
            Wrong(
                "genset: genset-1000",
                "halls[chilled-n1].genset",
                "'genset-1000'",
                "there is none to choose from (gensets of hardware.yaml)",
            ),
        ),
    ),
    Broken(
        "count that no province has",
        "hardware.yaml",
        _RACKS,
        "    racks: 3000000000000000000000",
        (Wrong("racks: 3000", _RACKS_FIELD, "3000000000000000000000", "at most 1e+12"),),
    ),
    Broken(
        "figure of a register that no province has",
        "systems.csv",
        ",48,192,6,",
        ",48e40,192,6,",
        (Wrong("48e40", "systems[one-stop-portal].vcpu", "'48e40'", "at most 1e+16"),),
    ),
    Broken(
        "four hundred digits",
        "hardware.yaml",
        _RACKS,
        "    racks: " + "9" * 400,
        (Wrong("9999", _RACKS_FIELD, f"'{'9' * 59}…", f"{_COUNT}: of at most 300 characters"),),
    ),
    Broken(
        "day and month turned round",
        "systems.csv",
        ",2016-01-01,2027-09-01,",
        ",2016-01-01,01/09/2027,",
        (Wrong("01/09/2027", "systems[document-flow].moves_on", "'01/09/2027'", "a date as YYYY-MM-DD or nothing"),),
    ),
    Broken(
        "line break and colour in a value",
        "hardware.yaml",
        "    tier: N+1",
        '    tier: "N\\n\\e[31m+1"',
        (Wrong("tier:", "halls[chilled-n1].tier", r"'N\n\x1b[31m+1'", "one of N, N+1, 2N"),),
    ),
    Broken(
        "escape in a name",
        "sites.yaml",
        "    name_en: Digital technology zone",
        '    name_en: "Digital\\e[31m zone"',
        (
            Wrong(
                "name_en:",
                "sites[khu-cong-nghe-so].name_en",
                r"'Digital\x1b[31m zone'",
                "characters that can be seen; delete U+001B",
            ),
        ),
    ),
    Broken(
        "line break in a name",
        "sites.yaml",
        "    name_en: Digital technology zone",
        '    name_en: "Digital\\nzone"',
        (
            Wrong(
                "name_en:",
                "sites[khu-cong-nghe-so].name_en",
                r"'Digital\nzone'",
                "characters that can be seen; delete U+000A",
            ),
        ),
    ),
)

"""Files that are broken in their form: bytes, YAML, CSV, weather."""

from __future__ import annotations

from tests.broken.folders import WEATHER, Broken, Wrong

_ALIAS_BOMB = "name_vi: &a [x, x, x, x, x, x, x, x, x]\nname_en: &b [*a, *a, *a, *a]\nas_of: [*b, *b, *b, *b]"
_AGENCY_COLUMNS = "id,name_vi,name_en,kind,valid_from,valid_to,successor,source"
_ID = "an id of small letters a-z, digits and hyphens, at most 64"
_NOT_UTF8 = "UTF-8 text is expected: save the file as UTF-8"

FORM = (
    Broken(
        "broken UTF-8",
        "energy.yaml",
        "Rooftop PV",
        b"Rooftop \xff PV",
        (Wrong(b"\xff", "encoding", "byte 0xff at offset 1824", _NOT_UTF8),),
    ),
    Broken(
        "YAML alias bomb",
        "province.yaml",
        "name_vi: Tỉnh mẫu\nname_en: Sample province",
        _ALIAS_BOMB,
        (
            Wrong("name_en", "name_en[0]", "the alias *a", "aliases are not allowed: write the value out"),
            Wrong("as_of", "as_of[0]", "the alias *b", "aliases are not allowed: write the value out"),
            Wrong(
                "as_of: 2026-11-24",
                "as_of",
                "written twice",
                "each key once: it stands in line 20 already",
            ),
        ),
    ),
    Broken(
        "duplicate key",
        "province.yaml",
        "discount_rate: 0.08",
        "discount_rate: 0.08\ndiscount_rate: 0.10",
        (
            Wrong(
                "discount_rate: 0.10", "discount_rate", "written twice", "each key once: it stands in line 29 already"
            ),
        ),
    ),
    Broken(
        "tag",
        "province.yaml",
        "currency: VND",
        "currency: !!python/object/apply:os.system [ls]",
        (
            Wrong(
                "!!python",
                "currency",
                "the tag tag:yaml.org,2002:python/object/apply:os.system",
                "tags are not allowed",
            ),
        ),
    ),
    Broken(
        "tab",
        "sites.yaml",
        "    status: candidate",
        "\tstatus: candidate",
        (Wrong("\tstatus", "syntax", "a tab character", "indent with spaces"),),
    ),
    Broken(
        "nested too deep",
        "province.yaml",
        "currency: VND",
        "currency: " + "[" * 60 + "]" * 60,
        (Wrong("[[[[", "nesting", "nested more than 24 deep", "no file of the folder needs that"),),
    ),
    Broken(
        "second document",
        "clouds.yaml",
        "\nprices:",
        "\n---\nprices:",
        (Wrong("---", "document", "a second document", "one document in a file: take out '---'"),),
    ),
    Broken(
        "unknown column",
        "systems.csv",
        ",moves_on,rto_hours",
        ",move_on,rto_hours",
        (Wrong("id,name_vi", "move_on", "unknown column", "did you mean 'moves_on'?"),),
    ),
    Broken(
        "column with capitals",
        "agencies.csv",
        _AGENCY_COLUMNS,
        _AGENCY_COLUMNS.replace("id,", "ID,", 1),
        (
            Wrong("ID,name_vi", "ID", "unknown column", "did you mean 'id'?"),
            Wrong("ID,name_vi", "id", "missing column", _ID),
        ),
    ),
    Broken(
        "systems whose column has capitals",
        "systems.csv",
        "id,name_vi",
        "ID,name_vi",
        (
            Wrong("ID,name_vi", "ID", "unknown column", "did you mean 'id'?"),
            Wrong("ID,name_vi", "id", "missing column", _ID),
        ),
    ),
    Broken(
        "missing column",
        "systems.csv",
        ",load_class,depends_on,",
        ",,depends_on,",
        (
            Wrong(
                "id,name_vi",
                "load_class",
                "missing column",
                _ID,
            ),
            Wrong(
                "id,name_vi",
                "header",
                "unknown column",
                "known here: id, name_vi, name_en, owner, purpose, security_level, level_basis, data_classes, "
                "data_subjects, hosting, strategy, vcpu, memory_gib, storage_tb, load_class, depends_on, "
                "in_service_from, moves_on, rto_hours, rpo_hours, source",
            ),
        ),
    ),
    Broken(
        "tabs between columns",
        "agencies.csv",
        _AGENCY_COLUMNS,
        _AGENCY_COLUMNS.replace(",", "\t"),
        (
            Wrong(
                "id\tname_vi",
                "header",
                "columns separated by tabs",
                f"the columns are {_AGENCY_COLUMNS}, with commas",
            ),
        ),
    ),
    Broken(
        "column twice",
        "agencies.csv",
        "name_vi,name_en,kind,",
        "name_vi,name_en,name_en,",
        (
            Wrong(
                "id,name_vi",
                "kind",
                "missing column",
                "one of department, office, police, district, commune, committee, authority, ministry",
            ),
            Wrong("id,name_vi", "name_en", "the column stands 2 times", "each column once"),
        ),
    ),
    Broken(
        "text behind a quote",
        "systems.csv",
        ",One-stop portal,",
        ',"One-stop" portal,',
        (
            Wrong(
                "one-stop-portal,Hệ",
                "syntax",
                "not CSV (',' expected after '\"')",
                "cells separated by commas; quote cells with commas or line breaks",
            ),
        ),
    ),
    Broken(
        "too few cells",
        "agencies.csv",
        "department,2008-01-01,2025-03-01,so-khcn,assumption",
        "department,2008-01-01,2025-03-01,so-khcn;assumption",
        (Wrong("so-tttt,Sở", "agencies[so-tttt]", "7 cells", "8 cells as in the header"),),
    ),
    Broken(
        "bracket that is not closed",
        "sites.yaml",
        "allowed_halls: [chilled-n1]",
        "allowed_halls: [chilled-n1",
        (
            Wrong(
                "    grid:",
                "syntax",
                "not YAML (did not find expected ',' or ']')",
                "lines must be 'key: value' or '- item', indented with spaces; quote texts with ': ' or '#'",
            ),
        ),
    ),
    Broken(
        "wrong indentation",
        "hardware.yaml",
        "    tier: N+1",
        "      tier: N+1",
        (
            Wrong(
                "      tier",
                "syntax",
                "not YAML (did not find expected key)",
                "lines must be 'key: value' or '- item', indented with spaces; quote texts with ': ' or '#'",
            ),
        ),
    ),
    Broken(
        "key that is no text",
        "hardware.yaml",
        "    tier: N+1",
        "    ? [a, b]\n    : 1\n    tier: N+1",
        (Wrong("? [a, b]", "halls[chilled-n1]", "a key that is not a text", "keys are plain texts"),),
    ),
    Broken(
        "too many cells",
        "systems.csv",
        "document-flow,",
        "document-flow,x,",
        (Wrong("document-flow,x", "systems[document-flow]", "22 cells", "21 cells as in the header"),),
    ),
    Broken(
        "quote that is not closed",
        "systems.csv",
        ",Data exchange platform (LGSP),",
        ',"Data exchange platform (LGSP),',
        (
            Wrong(
                'data-exchange,"Nền',
                "syntax",
                "not CSV (unexpected end of data)",
                "cells separated by commas; quote cells with commas or line breaks",
            ),
        ),
    ),
    Broken(
        "missing hours",
        WEATHER,
        r"2025-03-01T05:00[^\n]*\n2025-03-01T06:00[^\n]*\n",
        "",
        (
            Wrong(
                "2025-03-01T04:00",
                "time",
                "missing after this line: 2025-03-01T05:00 to 2025-03-01T06:00 (2 hours)",
                "allowed: all 8760 hours of 2025",
            ),
        ),
        is_pattern=True,
    ),
    Broken(
        "weather that is no number",
        WEATHER,
        r"(?<=2025-03-01T05:00,)0,0,0",
        "0,nan,0",
        (Wrong("2025-03-01T05:00", "dni_w_m2", "nan", "allowed: a number from 0 to 1500"),),
        is_pattern=True,
    ),
)

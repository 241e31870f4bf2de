"""Records that are wrong in themselves: keys, kinds, units, bounds, sources."""

from __future__ import annotations

from tests.broken.folders import Broken, Wrong

_CAPEX = "    capex_vnd: 75e9"
_CAPEX_FIELD = "halls[chilled-n1].capex_vnd"
_CAPEX_ALLOWED = "a number of at least 0 (VND)"
_LEAD_TIME_ALLOWED = "a number from 0 to 600 (months)"
_PEAK = "    peak_kw: 0.80"
_RULES = "connected_things, signatures, transactions, broadband, fixed_platform, gpu_hours, wholesale, register_systems"

RECORDS = (
    Broken(
        "recovery tiers out of order",
        "province.yaml",
        "rto_hours_at_most: 24,",
        "rto_hours_at_most: 2,",
        (
            Wrong(
                "    tiers:",
                "resilience.site_loss.tiers",
                "does not fit together",
                "tiers must be by rising rto_hours_at_most",
            ),
        ),
    ),
    Broken(
        "last year before the first",
        "province.yaml",
        "last_year: 2029",
        "last_year: 2024",
        (
            Wrong(
                "last_year: 2024",
                "last_year",
                "does not fit together",
                "last_year 2024 must not be before first_year 2027",
            ),
        ),
    ),
    Broken(
        "unknown key",
        "sites.yaml",
        "    elevation_m: 1.0",
        "    elevation_m: 1.0\n    elevatoin_m: 1.0",
        (Wrong("elevatoin", "sites[khu-cong-nghe-so].elevatoin_m", "unknown key", "did you mean 'elevation_m'?"),),
    ),
    Broken(
        "MW for kW in the key",
        "hardware.yaml",
        _PEAK,
        "    peak_mw: 0.0008",
        (
            Wrong(
                "peak_mw",
                "skus[cpu-server].peak_mw",
                "unknown key",
                "the key is 'peak_kw', in kW: convert the value",
            ),
            Wrong("id: cpu-server", "skus[cpu-server].peak_kw", "missing", "a number above 0 (kW)"),
        ),
    ),
    Broken(
        "W for kW in the value",
        "hardware.yaml",
        _PEAK,
        "    peak_kw: 800",
        (
            Wrong(
                "peak_kw: 800",
                "skus[cpu-server].peak_kw",
                "800",
                "kW expected; looks like W: allowed is 0.02–200 kW",
            ),
        ),
    ),
    Broken(
        "MW for kW in the value",
        "hardware.yaml",
        "    it_kw: 500",
        "    it_kw: 0.5",
        (Wrong("it_kw: 0.5", "halls[chilled-n1].it_kw", "0.5", "kW expected; looks like MW: allowed is 20–20000 kW"),),
    ),
    Broken(
        "kW for MW in the value",
        "sites.yaml",
        "      existing_mw: 1.0",
        "      existing_mw: 10000",
        (
            Wrong(
                "existing_mw",
                "sites[khu-cong-nghe-so].grid.existing_mw",
                "10000",
                "MW expected; looks like kW: allowed is 0–5000 MW",
            ),
        ),
    ),
    Broken(
        "NaN",
        "sites.yaml",
        "    elevation_m: 1.0",
        "    elevation_m: .nan",
        (Wrong("elevation_m", "sites[khu-cong-nghe-so].elevation_m", "NaN", "a number (m)"),),
    ),
    Broken(
        "infinity",
        "hardware.yaml",
        _CAPEX,
        "    capex_vnd: 1e999",
        (Wrong("1e999", _CAPEX_FIELD, "infinity", _CAPEX_ALLOWED),),
    ),
    Broken(
        "larger than any figure",
        "hardware.yaml",
        _CAPEX,
        "    capex_vnd: 1e308",
        (Wrong("1e308", _CAPEX_FIELD, "1e+308", "a number from 0 to 1e+15 (VND)"),),
    ),
    Broken(
        "day of another age",
        "province.yaml",
        "as_of: 2026-11-24",
        "as_of: 0001-01-01",
        (Wrong("as_of:", "as_of", "'0001-01-01'", "a day from 2000-01-01 to 2100-12-31"),),
    ),
    Broken(
        "lead time in days",
        "hardware.yaml",
        "    lead_time_months: 12",
        "    lead_time_months: 730",
        (Wrong("lead_time_months: 730", "halls[chilled-n1].lead_time_months", "730", _LEAD_TIME_ALLOWED),),
    ),
    Broken(
        "negative",
        "hardware.yaml",
        _CAPEX,
        "    capex_vnd: -75e9",
        (Wrong("-75e9", _CAPEX_FIELD, "-75000000000", _CAPEX_ALLOWED),),
    ),
    Broken(
        "text for a number",
        "hardware.yaml",
        _CAPEX,
        "    capex_vnd: 75 tỷ",
        (Wrong("75 tỷ", _CAPEX_FIELD, "'75 tỷ'", _CAPEX_ALLOWED),),
    ),
    Broken(
        "nothing for a number",
        "hardware.yaml",
        _CAPEX,
        "    capex_vnd:",
        (Wrong("capex_vnd: #", _CAPEX_FIELD, "empty", _CAPEX_ALLOWED),),
    ),
    Broken(
        "truth for a number",
        "hardware.yaml",
        "    racks: 30",
        "    racks: true",
        (Wrong("racks: true", "halls[chilled-n1].racks", "true", "a whole number of at least 1"),),
    ),
    Broken(
        "seconds for a date",
        "province.yaml",
        "as_of: 2026-11-24",
        'as_of: "86400"',
        (Wrong("as_of:", "as_of", "'86400'", "a date as YYYY-MM-DD"),),
    ),
    Broken(
        "no such day",
        "clouds.yaml",
        '    valid_from: 2026-01-01\n    source: "ref:',
        '    valid_from: 2026-02-30\n    source: "ref:',
        (Wrong("2026-02-30", "prices[fpt-h100].valid_from", "'2026-02-30'", "a date as YYYY-MM-DD"),),
    ),
    Broken(
        "no such choice",
        "hardware.yaml",
        "    tier: N+1",
        "    tier: N+2",
        (Wrong("tier: N+2", "halls[chilled-n1].tier", "'N+2'", "one of N, N+1, 2N"),),
    ),
    Broken(
        "no such sizing rule",
        "services.yaml",
        "      rule: gpu_hours",
        "      rule: gpu_days",
        (
            Wrong(
                "gpu_days",
                "programmes[ai-assistants].sizing.rule",
                "'gpu_days'",
                f"a mapping whose 'rule' is one of {_RULES}",
            ),
        ),
    ),
    Broken(
        "key of another rule",
        "services.yaml",
        "      storage_tb_per_gpu: 5\n",
        "      storage_tb_per_gpu: 5\n      gpu_hour: 5\n",
        (
            Wrong(
                "gpu_hour: 5", "programmes[ai-assistants].sizing.gpu_hour", "unknown key", "did you mean 'gpu_hours'?"
            ),
        ),
    ),
    Broken(
        "missing key",
        "services.yaml",
        "      storage_tb_per_gpu: 5\n",
        "",
        (
            Wrong(
                "sizing:\n      rule: gpu_hours",
                "programmes[ai-assistants].sizing.storage_tb_per_gpu",
                "missing",
                "a number of at least 0",
            ),
        ),
    ),
    Broken(
        "year that is none",
        "services.yaml",
        "      gpu_hours: {2027: 40000,",
        "      gpu_hours: {20227: 40000,",
        (
            Wrong(
                "20227",
                "programmes[ai-assistants].sizing.gpu_hours.20227",
                "'20227'",
                "a whole number from 2000 to 2100",
            ),
        ),
    ),
    Broken(
        "too few hours of a shape",
        "services.yaml",
        "    weekend: [0.64, 0.64,",
        "    weekend: [0.64,",
        (
            Wrong(
                "weekend: [0.64",
                "load_classes[ai-batch].weekend",
                "a list of 23",
                "a list of 24 (a number from 0 to 1)",
            ),
        ),
    ),
    Broken(
        "idle above peak",
        "hardware.yaml",
        "    idle_kw: 3.0",
        "    idle_kw: 30",
        (
            Wrong(
                "idle_kw: 30",
                "skus[h200-node].idle_kw",
                "does not fit together",
                "idle_kw 30.0 must not be above peak_kw 10.2",
            ),
        ),
    ),
    Broken(
        "source in no form",
        "hardware.yaml",
        'source: "assumption: 470 USD/kW',
        'source: "470 USD/kW',
        (
            Wrong(
                'source: "470',
                "plant[ups-250].source",
                "'470 USD/kW without batteries, double conversion 95.5 %'",
                "'ref:<reference id>[: note]', 'derived: how' or 'assumption: why', or one of these for each field",
            ),
        ),
    ),
    Broken(
        "source of the diesel in no form",
        "energy.yaml",
        'diesel_source: "assumption: retail',
        'diesel_source: "retail',
        (
            Wrong(
                "diesel_source",
                "diesel_source",
                "'retail price of 2026; 2.68 kg CO2 a litre'",
                "'ref:<reference id>[: note]', 'derived: how' or 'assumption: why', or one of these for each field",
            ),
        ),
    ),
    Broken(
        "source of a register in no form",
        "agencies.csv",
        "Department of Science and Technology,department,2008-01-01,,,assumption",
        "Department of Science and Technology,department,2008-01-01,,,somewhere",
        (
            Wrong(
                "so-khcn,Sở",
                "agencies[so-khcn].source",
                "'somewhere: sample row'",
                "'ref:<reference id>[: note]', 'derived: how' or 'assumption: why', or one of these for each field",
            ),
        ),
    ),
    Broken(
        "figure without source",
        "energy.yaml",
        'emission_factors:\n  - {year: 2023, tco2_per_mwh: 0.6592, official: true, source: "ref:grid-ef-2023"}',
        'emission_factors:\n  - {year: 2023, tco2_per_mwh: 0.6592, official: true, source: {year: "ref:grid-ef-2023"}}',
        (
            Wrong(
                "year: 2023",
                "emission_factors[2023].source",
                "no source for tco2_per_mwh",
                "'default', or a text for each figure of the record",
            ),
        ),
    ),
    Broken(
        "two parts without a capacity price",
        "energy.yaml",
        "{id: business-22,",
        "{id: business-22, structure: two_part,",
        (
            Wrong(
                "id: business-22",
                "tariffs[business-22]",
                "does not fit together",
                "structure: two_part and a capacity_vnd_per_kw_month above 0 go together",
            ),
            Wrong(
                "tariffs:",
                "tariffs",
                "none of class business at 22 kV from 2027-01-01 to 2029-12-31",
                "a tariff for every day of the horizon, as khu-cong-nghe-so can buy so",
            ),
        ),
    ),
    Broken(
        "month without a season",
        "energy.yaml",
        "emission_factors:\n",
        "hourly_grid_carbon:\n"
        f"  seasons: [{{months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], by_hour: [{', '.join(['1'] * 24)}]}}]\n"
        '  source: "assumption: drawn by hand"\n'
        "emission_factors:\n",
        (
            Wrong(
                "hourly_grid_carbon:",
                "hourly_grid_carbon",
                "does not fit together",
                "every month from 1 to 12 must stand in one season and no more",
            ),
        ),
    ),
    Broken(
        "source of no field",
        "hardware.yaml",
        '      price_vnd: "derived',
        '      prise_vnd: "derived',
        (
            Wrong(
                "prise_vnd",
                "skus[h200-node].source.prise_vnd",
                "no such field in the record",
                "did you mean 'price_vnd'?",
            ),
        ),
    ),
    Broken(
        "demand that cannot be computed",
        "services.yaml",
        "      gpu_hours: {2027: 40000, 2029: 100000}",
        "      gpu_hours: {}",
        (Wrong("gpu_hours: {}", "programmes[ai-assistants].sizing.gpu_hours", "no year", "one year at least"),),
    ),
    Broken(
        "level that is none",
        "systems.csv",
        "internal,2,,internal",
        "internal,7,,internal",
        (Wrong("document-flow", "systems[document-flow].security_level", "'7'", "a whole number from 1 to 5"),),
    ),
)

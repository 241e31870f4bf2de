"""The tables that people read: figures of the document, in the words of each language."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from orchestrator.i18n import Language, Messages, messages
from orchestrator.report import energy_tables, figure_tables, plan_tables, resilience_tables, tables_in_order
from orchestrator.report.conflict_tables import member_table
from orchestrator.report.page_parts import certificate_table
from orchestrator.report.plan_tables import Document, rows_of
from orchestrator.report.table import Names, Table
from orchestrator.workbook.tables import summary_table
from tests.languages import english_in, untranslated
from tests.orchestrator.report.sample import conflict_document, sample_document

MAKERS = (
    plan_tables.build_table,
    plan_tables.capacity_table,
    plan_tables.rent_table,
    plan_tables.unit_cost_table,
    plan_tables.programme_table,
    figure_tables.energy_table,
    figure_tables.indicator_table,
    energy_tables.carbon_table,
    figure_tables.cost_table,
    figure_tables.part_table,
    figure_tables.shadow_table,
    figure_tables.missed_table,
    figure_tables.source_table,
    resilience_tables.outage_table,
    resilience_tables.pad_table,
    resilience_tables.site_loss_table,
    resilience_tables.standby_table,
    certificate_table,
)
VI, EN = messages("vi"), messages("en")


def number(cell: str) -> float:
    """A cell of an English table as a number."""
    return float(cell.replace(",", "").replace("−", "-").replace("—", "nan"))


def row(table: Table, *begins: str) -> tuple[str, ...]:
    """The only row that begins with these cells."""
    (found,) = [row for row in table.rows if row[: len(begins)] == begins]
    return found[len(begins) :]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_tables_are_full_and_regular(make: Callable[[Document, Messages], Table], language: Language) -> None:
    table = make(sample_document(), messages(language))
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.columns)}
    assert all(isinstance(cell, str) for row in table.rows for cell in row)
    assert all(0 <= total < len(table.rows) for total in table.totals)


def test_both_languages_have_their_own_words() -> None:
    terms = frozenset({"GPU", "GiB", "H200", "HCM", "Mekong", "TiB", "vCPU"})
    for document in (sample_document(), conflict_document()):
        vietnamese, english = (texts(document, text) for text in (VI, EN))
        assert untranslated(vietnamese, english, terms) <= {
            "Kế hoạch phát triển hạ tầng số, mục II.1",
            "camau-dc 0.1.0, ortools 9.15",
        }
        assert {text: words for text in vietnamese if (words := english_in(text))} == {}


def test_every_step_of_the_method_has_its_name() -> None:
    from capacity.solver.sizing import METHOD

    assert all(f"method.{step}" in VI.texts for step in METHOD.split("; "))
    (shown,) = row(certificate_table(sample_document(method=METHOD), VI), VI("certificate.method"))
    assert shown.startswith("phương pháp điểm trong trên mọi giờ theo khối; ")


def texts(document: Document, text: Messages) -> set[str]:
    """All that people read of the tables that a document has, and its notices."""
    found = {text.pick(notice) for notice in document["notices"]}
    tables = tables_in_order(document, text) if document["accounts"] else [member_table(document, text)]
    for table in (*tables, certificate_table(document, text), summary_table(document, text)):
        found |= {table.title, table.note, *(column.heading for column in table.columns)}
        found |= {cell for row in table.rows for cell in row}
    return found


@pytest.mark.slow
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_both_languages_have_the_same_rows(make: Callable[[Document, Messages], Table]) -> None:
    vi, en = make(sample_document(), VI), make(sample_document(), EN)
    assert (len(vi.rows), len(vi.columns), vi.totals) == (len(en.rows), len(en.columns), en.totals)
    assert vi.title != en.title


def test_orders_say_what_where_when_and_by_which_day() -> None:
    table = plan_tables.build_table(sample_document(), VI)
    first, last = table.rows[0], table.rows[-1]
    assert first[:6] == (
        "01/02/2027",
        "2028",
        "Khu công nghiệp Khánh An",
        "Phòng máy làm mát bằng nước lạnh, N+1",
        "",
        "2 mô-đun",
    )
    assert first[6:] == ("Doanh nghiệp", "132,8")
    assert last[0] == "Cộng"
    assert len(table.rows) == len(rows_of(sample_document(), "orders")) + 1
    days = [row["order_by"] for row in rows_of(sample_document(), "orders")]
    assert [row[0] for row in table.rows[:-1]] == [VI.date(day) for day in sorted(days)]


def test_carbon_stands_side_by_side_and_says_what_is_an_estimate() -> None:
    document = sample_document()
    table = energy_tables.carbon_table(document, EN)
    (province,) = [r for r in rows_of(document, "province_years") if (r["year"], r["scope"]) == (2030, "all")]
    place = 2 + document["years"].index(2030)
    shown = {r[1]: number(r[place]) for r in table.rows if r[0] == EN("scope.all")}
    assert shown["Location-based, yearly mean factor"] == pytest.approx(province["tco2_location"], abs=0.5)
    assert shown["Market-based, high end (estimate)"] == pytest.approx(province["tco2_market_high"], abs=0.5)
    assert shown["Location-based, hourly factor (estimate)"] == pytest.approx(province["tco2_location_hourly"], abs=0.5)
    assert len(shown) == 7
    assert "is an estimate" in table.note
    assert "là ước tính" in energy_tables.carbon_table(document, VI).note


def test_servers_name_their_hall_and_grid_steps_their_power() -> None:
    items = {row[3:5] for row in plan_tables.build_table(sample_document(), EN).rows}
    assert ("8 × H200", "Chilled-water hall, N+1") in items
    assert ("Grid connection, 30 MW more at 110 kV", "") in items
    assert ("On-grid direct power purchase: Near-shore wind", "") in items


def test_capacity_counts_racks_and_power() -> None:
    table = plan_tables.capacity_table(sample_document(), EN)
    place = "Nam Can economic zone"
    let = row(table, place, "Wholesale module 5 MW, 2N", "IT power let (MW)")
    assert let == ("—", "—", "—", "—", "6.00", "12.00")
    assert row(table, place, "Whole site", "Grid connection (MW)")[-1] == "40.0"
    racks = row(table, "Khanh An industrial park", "Chilled-water hall, N+1", "Racks")
    assert racks[3:] == ("23", "23", "23")  # 48 CPU servers in 5, 8 storage servers in 2, 32 GPU servers in 16 racks


def test_capacity_counts_servers_for_waiting_work() -> None:
    """Of a hall's GPU servers; those of another hall and kind are not among them."""
    document = json.loads(json.dumps(sample_document()))
    row_of = {"load_class": "batch", "site": "khanh-an", "hall": "chilled", "year": 2029, "sku": "gpu", "servers": 2.5}
    others = ({"year": 2030, "servers": 1.0}, {"site": "bac-lieu", "servers": 7.0})
    document["extras"] = [row_of, *({**row_of, **other} for other in others)]
    place = ("Khanh An industrial park", "Chilled-water hall, N+1")
    label = f"Of these for waiting work alone: {Names(document, EN).of('skus', 'gpu')}"
    assert row(plan_tables.capacity_table(document, EN), *place, label)[-2:] == ("2.5", "1.0")
    label = f"Trong đó chỉ chạy việc hoãn được: {Names(document, VI).of('skus', 'gpu')}"
    table = plan_tables.capacity_table(document, VI)
    assert [cells[-2:] for cells in table.rows if cells[2] == label] == [("2,5", "1,0"), ("7,0", "0")]


def test_a_pool_that_is_tied_to_sites_is_told_so() -> None:
    document = json.loads(json.dumps(sample_document()))
    document["labels"]["pools"]["office"]["sites"] = ["khanh-an", "nam-can"]
    assert "at Khanh An industrial park, Nam Can economic zone only" in Names(document, EN).pool("office")
    assert " chỉ tại " not in Names(document, VI).pool("ai")


def test_energy_sources_sum_up_to_the_load() -> None:
    table = figure_tables.energy_table(sample_document(), EN)
    (total,) = table.totals
    for column in range(1, len(table.columns)):
        cells = [number(row[column]) for row in table.rows[:total]]
        parts = sum(cell for cell in cells if cell == cell)
        assert parts == pytest.approx(number(table.rows[total][column]), abs=len(cells) / 2 + 1)


def test_costs_sum_up_by_payer_and_year() -> None:
    table = figure_tables.cost_table(sample_document(), EN)
    assert len(table.totals) == 2
    start = 0
    for total in sorted(table.totals):
        for column in range(2, len(table.columns)):
            parts = sum(number(row[column]) for row in table.rows[start:total])
            assert parts == pytest.approx(number(table.rows[total][column]), abs=0.05 * (total - start) + 0.05)
        start = total + 1


def test_parts_sum_up_to_the_objective() -> None:
    table = figure_tables.part_table(sample_document(), EN)
    parts = sum(number(cell) for _, cell in table.rows[:-1])
    assert parts == pytest.approx(number(table.rows[-1][1]), abs=0.6)
    assert table.rows[-1][1] == EN.billion(sample_document()["objective_vnd"])


def test_unit_costs_stand_beside_the_prices_of_the_clouds() -> None:
    table = plan_tables.unit_cost_table(sample_document(), VI)
    gpu = [row[2] for row in table.rows if row[1] == "giờ GPU (quy đổi H100)"]
    assert gpu[0] == "Tự đầu tư"
    assert "Mekong, HCM-1" in gpu
    assert any(place.startswith("Đấu thầu") for place in gpu)


def test_a_share_without_load_is_missing_and_not_zero() -> None:
    table = figure_tables.indicator_table(sample_document(), EN)
    assert row(table, "Hourly carbon-free energy (CFE)", "new sites")[:3] == ("—", "—", "—")
    assert row(table, "Power usage effectiveness (PUE)", "new sites")[:3] == ("—", "—", "—")


def test_missed_targets_have_their_citation_and_first_possible_year() -> None:
    table = figure_tables.missed_table(sample_document(), VI)
    assert table.rows == (
        (
            "Hình thành trung tâm dữ liệu hỗ trợ ứng dụng trí tuệ nhân tạo",
            "Kế hoạch phát triển hạ tầng số, mục II.1",
            "2025",
            "1 MW",
            "2028",
        ),
    )
    none = {**sample_document(), "missed_targets": []}
    assert figure_tables.missed_table(none, VI).note == VI("missed.none")
    assert figure_tables.missed_table(conflict_document(), VI).note == ""


def test_dearest_constraints_come_first_in_words() -> None:
    table = figure_tables.shadow_table(sample_document(), VI)
    assert table.rows[0] == (
        "Điện không phát thải các-bon theo giờ của trung tâm dữ liệu mới",
        "2030",
        "toàn tỉnh",
        "điểm phần trăm",
        "21,4",
    )
    assert table.rows[-1][-1] == "0,0000410"
    assert table.note.endswith(VI("shadow.doubt", doubt="1,20"))
    nothing = {**sample_document(), "shadow_prices": []}
    assert figure_tables.shadow_table(nothing, EN).note.startswith(EN("shadow.none"))
    unknown = {**nothing, "shadow_prices_doubt_vnd": None}
    assert figure_tables.shadow_table(unknown, EN).note == EN("shadow.unknown")


def test_conflicts_are_named_with_citation_amount_and_unit() -> None:
    table = figure_tables.violation_table(conflict_document(), EN)
    assert table.rows[0] == (
        "Hourly carbon-free energy of new data centres",
        "Kế hoạch phát triển hạ tầng số, mục III.2",
        "2030",
        "province",
        "3.25",
        "percentage points",
    )
    assert "3.750 bn VND" in table.note
    assert "3.700 bn VND" in table.note


def test_conflicts_with_funding_and_demand_are_told_in_words() -> None:
    names = Names(sample_document(), VI)
    assert names.policy("budget:state:hall") == ("Hạn mức nguồn vốn: Ngân sách nhà nước, Phòng máy và hạ tầng kỹ thuật")
    assert names.policy("demand:office").startswith("Đáp ứng nhu cầu: Nền tảng số dùng chung (Doanh nghiệp")
    assert names.policy("budget:equity") == "Hạn mức nguồn vốn: equity"
    assert names.policy("limit:wind") == "Giới hạn tại địa điểm: Điện gió gần bờ"
    assert names.policy("connection") == "Công suất đấu nối lưới"
    money = {"unit": "VND", "amount": 2.5e9}
    assert figure_tables.violation_amount(money, VI) == ("2,5", "tỷ đồng")
    assert names.citation("budget:state:hall") == "province.yaml, funding"
    assert names.policy("unheard-of") == "unheard-of"


def test_repeated_groups_are_known() -> None:
    table = plan_tables.rent_table(sample_document(), EN)
    assert not table.repeats(0, 0)
    assert table.repeats(1, 0)
    assert table.repeats(1, 1)
    assert not table.repeats(1, 2)

"""What can be bought where and when, and what stands."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from capacity.demand.needs import Demand
from capacity.model import Frame
from capacity.model.build import build_model
from capacity.model.frame import AssetKey, capacity_of, fits, sku_serves
from tests.factories import (
    SOURCE,
    make_demand,
    make_energy,
    make_existing_site,
    make_funding,
    make_gpu_pool,
    make_gpu_sku,
    make_hall,
    make_hardware,
    make_inputs,
    make_pool,
    make_room,
    make_settings,
    make_shell,
    make_site,
    make_sku,
    make_state_pool,
    make_storage_sku,
)

SINCE = {"from_date": dt.date(2020, 1, 1), "source": SOURCE}


def frame_of(*sites: Any, demand: Demand | None = None, **overrides: Any) -> Frame:
    return Frame(make_inputs(sites=sites or (make_site(),), **overrides), demand or make_demand())


def amount(frame: Frame, key: AssetKey, year: int, **bought: float) -> float:
    """What stands when these amounts are bought (``y2027=3``)."""
    solution = np.zeros(len(frame.model.lower))
    for name, units in bought.items():
        solution[frame.model.columns["build", *key, int(name[1:])]] = units
    return frame.standing(key, year).value(solution)


@pytest.mark.parametrize(
    ("change", "hall_change", "stands"),
    [
        ({}, {}, True),
        ({"peak_kw": 30 / 11}, {}, True),  # ten servers with a tenth of fabric: 30 kW, exactly what a rack may take
        ({"peak_kw": 30 / 11 + 0.01}, {}, False),
        ({"rack_weight_kg": 1500.0}, {}, True),
        ({"rack_weight_kg": 1501.0}, {}, False),
        ({"liquid_cooled": True}, {}, False),
        ({"liquid_cooled": True}, {"cooling": "air"}, False),
        ({"liquid_cooled": True}, {"cooling": "direct_liquid"}, True),
        ({"liquid_cooled": False}, {"cooling": "direct_liquid"}, True),
        ({"kind": "storage"}, {"cooling": "direct_liquid"}, True),
        ({"kind": "gpu"}, {}, True),
        ({"kind": "gpu"}, {"cooling": "direct_liquid"}, False),
        ({"kind": "gpu", "liquid_cooled": True}, {"cooling": "direct_liquid"}, True),
    ],
)
def test_a_rack_fits_by_power_weight_and_cooling(
    change: dict[str, Any], hall_change: dict[str, Any], stands: bool
) -> None:
    assert fits(make_sku(**change), make_hall(**hall_change)) is stands


def test_capacity_of_a_server_by_kind() -> None:
    assert (capacity_of(make_sku(), "vcpu"), capacity_of(make_sku(), "memory_gib")) == (128, 1024)
    assert capacity_of(make_gpu_sku(), "gpu_equivalent") == 8 * 1.25
    assert capacity_of(make_storage_sku(), "storage_tb") == 500
    assert capacity_of(make_sku(raw_storage_tb=9.0), "storage_tb") == 0
    assert capacity_of(make_gpu_sku(vcpu=64.0), "vcpu") == 0
    assert capacity_of(make_storage_sku(vcpu=64.0), "vcpu") == 0


def test_storage_servers_serve_pools_with_raw_storage_and_others_their_kind() -> None:
    no_storage = make_pool(amounts={"vcpu": (1.0, 1.0, 1.0), "storage_tb": (0.0, 0.0, 0.0)})
    assert sku_serves(make_storage_sku(), make_gpu_pool())
    assert not sku_serves(make_storage_sku(), no_storage)
    assert sku_serves(make_sku(), make_pool())
    assert not sku_serves(make_sku(), make_gpu_pool())


def test_what_is_bought_stands_for_its_life_and_no_longer() -> None:
    frame = frame_of(hardware=make_hardware(skus=(make_sku(lifetime_years=1.0, lead_time_months=4.0),)))
    key: AssetKey = ("server", "khanh-an", "chilled", "cpu")
    assert [amount(frame, key, year, y2027=3) for year in (2026, 2027, 2028)] == [0, 3, 0]
    assert [amount(frame, key, year, y2027=3, y2028=4) for year in (2026, 2027, 2028)] == [0, 3, 4]


def test_a_grid_step_lives_as_long_as_it_does() -> None:
    site = make_site()
    step = site.grid.steps[0].model_copy(update={"lifetime_years": 1.0})
    frame = frame_of(site.model_copy(update={"grid": site.grid.model_copy(update={"steps": (step,)})}))
    key: AssetKey = ("grid_step", "khanh-an", "", "step-110")
    assert frame.assets[key].lifetime_years == 1.0
    assert [amount(frame, key, year, y2027=1) for year in (2027, 2028)] == [1, 0]


def test_nothing_is_bought_before_its_lead_time_allows() -> None:
    frame = frame_of(settings=make_settings(as_of=dt.date(2026, 2, 2)))
    assert frame.model.find("build", "module", "khanh-an", "chilled", "chilled", 2027) is None
    assert frame.model.find("build", "module", "khanh-an", "chilled", "chilled", 2028) is not None
    assert frame.model.find("build", "server", "khanh-an", "chilled", "cpu", 2027) is not None
    assert [[site.id for site in frame.open_sites(year)] for year in frame.years] == [[], [], ["khanh-an"]]


def test_existing_servers_stand_once_in_the_first_hall_in_service() -> None:
    closed = {"hall": "attic", "modules": 1, "from_date": dt.date(2015, 1, 1), "to_date": dt.date(2027, 6, 1)}
    rows = [{**closed, "source": SOURCE}, {"hall": "room", "modules": 1, **SINCE}]
    attic = make_room().model_copy(update={"id": "attic"})
    hardware = make_hardware(halls=(make_hall(), make_shell(), make_room(), attic))
    frame = frame_of(make_existing_site(existing_modules=rows), hardware=hardware)
    by_hall = {
        hall: [amount(frame, ("server", "phong-may", hall, "cpu"), year) for year in frame.years]
        for hall in ("attic", "room")
    }
    assert by_hall == {"attic": [4, 0, 0], "room": [0, 4, 4]}


def test_existing_servers_without_a_hall_in_service_are_maintained_and_carry_nothing() -> None:
    rows = [{"hall": "room", "modules": 1, "from_date": dt.date(2015, 1, 1), "to_date": dt.date(2020, 1, 1)}]
    site = make_existing_site(existing_modules=[{**row, "source": SOURCE} for row in rows])
    frame = frame_of(site)
    assert frame.facilities == []
    assert frame.assets["server", "phong-may", "room", "cpu"].existing == {2026: 4, 2027: 4, 2028: 4}
    model = build_model(
        make_inputs(sites=(site,), energy=make_energy(dppa=None)), make_demand(make_state_pool())
    ).frame.model
    assert not list(model.matching("placed"))
    upkeep = 5 * 0.44 * 0.05 * 1.1
    assert model.offset == pytest.approx(upkeep * (1 + 1 / 1.08 + 1 / 1.08**2))


def test_a_site_whose_land_holds_no_module_has_no_facility() -> None:
    inputs, demand = make_inputs(sites=(make_site(land_m2=799.0),)), make_demand()
    built = build_model(inputs, demand)
    assert built.frame.facilities == []
    assert [(row.year, row.earliest_year) for row in built.missed] == [(2026, None), (2028, None)]


def test_land_bounds_the_modules() -> None:
    frame = frame_of(make_site(land_m2=2399.0, allowed_halls=("chilled",)))
    assert frame.most(("module", "khanh-an", "chilled", "chilled"), 2027) == 2


def test_halls_are_ordered_only_where_a_source_pays_for_halls() -> None:
    site = make_site(payer="state")

    def halls(*funding: Any) -> int:
        return len(frame_of(site, settings=make_settings(funding=funding)).facilities)

    assert halls(make_funding("recurrent", "state", ("rent", "operation"), 1e12)) == 0
    assert halls(make_funding("investment", "state", ("hall",), 0.0)) == 0
    assert halls(make_funding("investment", "state", ("hall",), 1e9)) == 2
    assert halls() == 0, "the State builds nothing without a source that is entered"


def test_servers_are_bought_only_where_they_fit_and_are_wanted() -> None:
    tight = make_hall(max_rack_kw=20.0)  # the GPU rack takes 22 kW
    frame = frame_of(
        make_site(allowed_halls=("chilled",)),
        hardware=make_hardware(halls=(tight, make_shell(), make_room())),
        demand=make_demand(make_gpu_pool(), make_state_pool()),
    )
    assert {key[3] for key in frame.assets if key[0] == "server"} == {"storage"}


def test_a_step_that_comes_late_serves_late_and_is_ordered_for_the_year_that_was_agreed() -> None:
    plain = make_site()
    late = plain.model_copy(
        update={
            "grid": plain.grid.model_copy(
                update={"steps": tuple(step.model_copy(update={"delay_years": 1}) for step in plain.grid.steps)}
            )
        }
    )
    key: AssetKey = ("grid_step", plain.id, "", plain.grid.steps[0].id)
    in_time, delayed = frame_of(plain), frame_of(late)
    first = next(year for year, _ in in_time.bought(in_time.assets[key]))
    assert [year for year, _ in delayed.bought(delayed.assets[key])] == [
        year for year, _ in in_time.bought(in_time.assets[key])
    ]
    bought = {f"y{first}": 1.0}
    assert [amount(in_time, key, first + more, **bought) for more in (0, 1)] == [1.0, 1.0]
    assert [amount(delayed, key, first + more, **bought) for more in (0, 1)] == [0.0, 1.0]
    assert (in_time.most(key, first), delayed.most(key, first)) == (1.0, 0.0)

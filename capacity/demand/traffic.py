"""The traffic of pools with their users, and of fibre and 5G: facts of demand and of ``network.yaml``, no decisions.

Peak of a pool with a group of users = Σ over its programmes of amount × Mbps per unit × share of the group; peaks of
programmes are taken to coincide. The limit on the round trip of a pool with a group is the tightest of its programmes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from capacity.demand.basis import Basis
from capacity.demand.broadband import busy_hour_gbps
from capacity.demand.needs import Demand, Resource
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.network import NetworkFile, TrafficProfile
from capacity.inputs.services import Broadband


@dataclass(frozen=True, slots=True)
class Traffic:
    """Busy-hour traffic of one year between the whole of a pool and a group of users (a node), Mbit/s.

    ``round_trip_ms_max`` None: no programme of the pool states a limit.
    """

    mbps: float
    round_trip_ms_max: float | None


@dataclass(frozen=True)
class TrafficBook:
    """``peaks``: (pool, year) -> users -> traffic, without zeros; ``egress_gb_per_month``: (pool, year) -> GB of the
    whole pool; ``broadband_mbps``: year -> what comes from the exchange for fibre and 5G, however caches are placed."""

    peaks: Mapping[tuple[str, int], Mapping[str, Traffic]]
    egress_gb_per_month: Mapping[tuple[str, int], float]
    broadband_mbps: Mapping[int, float]

    def of(self, pool: str, year: int) -> Mapping[str, Traffic]:
        """Traffic of a pool in a year by users."""
        return self.peaks.get((pool, year), {})


NO_TRAFFIC = TrafficBook({}, {}, {})


def traffic_of(inputs: CapacityInputs, demand: Demand) -> TrafficBook:
    """The traffic of every pool and year; none without ``network.yaml``."""
    if inputs.network is None:
        return NO_TRAFFIC
    load_class = {pool.id: pool.load_class for pool in demand.pools}
    mbps: dict[tuple[str, int], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    limits: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
    egress: dict[tuple[str, int], float] = defaultdict(float)
    for need in demand.needs:
        if need.pool is None or need.amount <= 0:
            continue
        profile = profile_of(inputs.network, need.programme, load_class[need.pool])
        if profile is None:
            continue
        key, peak = (need.pool, need.year), need.amount * _per_unit(profile, need.resource)
        egress[key] += need.amount * _egress_per_unit(profile, need.resource)
        for users, share in profile.users.items():
            if peak * share > 0:
                mbps[key][users] += peak * share
                if profile.round_trip_ms_max is not None:
                    limits[key][users] = min(
                        limits[key].get(users, profile.round_trip_ms_max), profile.round_trip_ms_max
                    )
    return TrafficBook(
        peaks={
            key: {users: Traffic(amount, limits[key].get(users)) for users, amount in sorted(by_users.items())}
            for key, by_users in mbps.items()
        },
        egress_gb_per_month={key: amount for key, amount in egress.items() if amount > 0},
        broadband_mbps=_broadband(inputs, inputs.network),
    )


def profile_of(network: NetworkFile, programme: str, load_class: str) -> TrafficProfile | None:
    """The profile that names the programme, else the load class, else the one that names neither."""
    by_programme = (profile for profile in network.traffic if programme in profile.programmes)
    by_class = (profile for profile in network.traffic if load_class in profile.load_classes)
    rest = (profile for profile in network.traffic if not profile.programmes and not profile.load_classes)
    return next((profile for group in (by_programme, by_class, rest) for profile in group), None)


def _per_unit(profile: TrafficProfile, resource: Resource) -> float:
    return {
        "vcpu": profile.mbps_per_vcpu,
        "gpu_equivalent": profile.mbps_per_gpu,
        "billable_storage_tb": profile.mbps_per_tb,
        "wholesale_mw": profile.mbps_per_mw,
    }.get(resource, 0.0)


def _egress_per_unit(profile: TrafficProfile, resource: Resource) -> float:
    return {
        "vcpu": profile.egress_gb_per_vcpu_month,
        "gpu_equivalent": profile.egress_gb_per_gpu_month,
        "billable_storage_tb": profile.egress_gb_per_tb_month,
    }.get(resource, 0.0)


def _broadband(inputs: CapacityInputs, network: NetworkFile) -> dict[int, float]:
    """Busy hour of the broadband programmes × what their caches do not serve, Mbit/s by year."""
    if network.broadband is None or not network.broadband.enabled:
        return {}
    found: dict[int, float] = defaultdict(float)
    for programme in inputs.services.programmes:
        rule = programme.sizing
        if isinstance(rule, Broadband):
            for year in inputs.settings.years:
                if year >= programme.first_year:
                    gbps = busy_hour_gbps(rule, Basis(inputs, programme, year)).value
                    found[year] += 1000 * gbps * (1 - rule.served_locally_fraction)
    return {year: amount for year, amount in found.items() if amount > 0}

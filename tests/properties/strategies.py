"""Which provinces are drawn: each with something to decide, none that takes more than a few seconds."""

from __future__ import annotations

from hypothesis import Phase, settings
from hypothesis import strategies as st

from tests.properties.provinces import Province

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""No shrinking: the provinces are small, and each smaller one would take seconds."""

FEW = settings(deadline=None, derandomize=True, max_examples=3, database=None, phases=PHASES)
"""What `make test` runs: the same examples every time; a solve has no deadline on a busy machine."""

MANY = settings(deadline=None, max_examples=60, print_blob=True, phases=PHASES)


def provinces(*, two_sites: bool = False) -> st.SearchStrategy[Province]:
    """AI work that must stand in the province, often tenants of halls, energy of its own or none.

    ``two_sites``: two candidates and the state's room, and no tenants.
    """
    return st.builds(
        Province,
        vcpu=st.sampled_from([0.0, 2000.0]),
        gpus=st.sampled_from([48.0, 64.0]),
        tenants_mw=st.just(0.0) if two_sites else st.sampled_from([0.0, 10.0, 13.0]),
        systems_vcpu=st.just(100.0 if two_sites else 0.0),
        second_site=st.just(two_sites),
        pv_mw=st.sampled_from([0.0, 4.0, 12.0]),
        wind_mw=st.sampled_from([0.0, 6.0]),
        battery_mw=st.sampled_from([0.0, 4.0]),
        dppa_mw=st.sampled_from([0.0, 8.0]),
        ai_mw=st.just(0.05),
        seed=st.integers(1, 3),
    )

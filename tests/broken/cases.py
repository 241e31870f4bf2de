"""The kinds of broken folder, with every line that must be printed of each."""

from __future__ import annotations

from tests.broken.contract_cases import CONTRACTS
from tests.broken.damage_cases import DAMAGES
from tests.broken.flexibility_cases import FLEXIBILITY
from tests.broken.folders import Broken, Damaged
from tests.broken.form_cases import FORM
from tests.broken.network_cases import NETWORKS
from tests.broken.number_cases import NUMBERS
from tests.broken.policy_cases import POLICIES
from tests.broken.record_cases import RECORDS
from tests.broken.relation_cases import RELATIONS
from tests.broken.scenario_cases import SCENARIOS
from tests.broken.succession_cases import SUCCESSIONS
from tests.broken.waves_cases import WAVES

BROKEN: tuple[Broken, ...] = (
    *FORM,
    *NUMBERS,
    *RECORDS,
    *RELATIONS,
    *SUCCESSIONS,
    *NETWORKS,
    *POLICIES,
    *CONTRACTS,
    *SCENARIOS,
    *FLEXIBILITY,
    *WAVES,
)
DAMAGED: tuple[Damaged, ...] = DAMAGES

"""The cloud-first policy as data and rules: what follows for agencies and systems from registers, evidence and law.

Pure computation on its own inputs; the day is always an argument. ``facts/`` is what rules may read, ``rules/`` decides
them, ``catalogue/`` holds the rules, criteria and periods as data with their citations. The status of a system is
derived from evidence (``status``), exceptions are waivers with an end (``waivers``).
"""

from policies.assessment import Assessment, latest
from policies.evidence import Evidence, FreshnessFile, until
from policies.levels import CriteriaSet, LevelsFile, RequiredLevel, required_level, with_required_level
from policies.register import Agency, System
from policies.status import Conflict, Standing, Subject, standing_of
from policies.strategy import Recommendation, StrategiesFile, StrategyRule, recommend
from policies.succession import Tenure, owners_on, tenures_of
from policies.waivers import Waiver, WaiverNotice, WaiversFile, notices, waived_until

__all__ = [
    "Agency",
    "Assessment",
    "Conflict",
    "CriteriaSet",
    "Evidence",
    "FreshnessFile",
    "LevelsFile",
    "Recommendation",
    "RequiredLevel",
    "Standing",
    "StrategiesFile",
    "StrategyRule",
    "Subject",
    "System",
    "Tenure",
    "Waiver",
    "WaiverNotice",
    "WaiversFile",
    "latest",
    "notices",
    "owners_on",
    "recommend",
    "required_level",
    "standing_of",
    "tenures_of",
    "until",
    "waived_until",
    "with_required_level",
]

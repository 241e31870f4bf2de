"""The types of facts, read off their records."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from policies.facts.records import (
    AgencyFacts,
    FactsRecord,
    ProvinceFacts,
    ResourceFacts,
    SiteFacts,
    SurveyFacts,
    SystemFacts,
    ZoneFacts,
)


class FieldKind(Enum):
    """What a fact can be. CEL in Python and in Kubernetes agree on these."""

    TEXT = "str"
    NUMBER = "int"
    SHARE = "float"
    TRUTH = "bool"
    TEXTS = "tuple[str, ...]"


KINDS: Mapping[str, type[FactsRecord]] = MappingProxyType(
    {
        "agency": AgencyFacts,
        "province": ProvinceFacts,
        "resource": ResourceFacts,
        "site": SiteFacts,
        "survey": SurveyFacts,
        "system": SystemFacts,
        "zone": ZoneFacts,
    }
)
"""Records by the name under which an expression reads them, ``variables.<name>``; beside them ``variables.today``."""


IN_A_CLUSTER = frozenset({"today", "system", "agency", "zone", "resource"})
"""What a rule with a point in a cluster may read: the rest is known of no object there."""
_FIELDS: Mapping[type[FactsRecord], Mapping[str, FieldKind]] = MappingProxyType(
    {
        record: MappingProxyType({field.name: FieldKind(str(field.type)) for field in dataclasses.fields(record)})
        for record in KINDS.values()
    }
)


def fields_of(record: type[FactsRecord]) -> Mapping[str, FieldKind]:
    """The fields of a record with their kinds, in order."""
    return _FIELDS[record]

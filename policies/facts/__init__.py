"""What rules may read: total facts, in which nothing is missing, and their types in CEL and in a Kubernetes schema.

A text that is not known is ``''``, a number ``UNKNOWN`` (-1); a rule says in ``known`` what it needs to know. Dates are
ISO 8601 texts, which compare as they follow one another. A new fact is a field of one of the records here: the types of
expressions and the schema of PolicyFacts follow.
"""

from policies.facts.records import (
    NO_AGENCY,
    NO_PROVINCE,
    NO_RESOURCE,
    NO_SITE,
    NO_SURVEY,
    NO_SYSTEM,
    NO_ZONE,
    UNKNOWN,
    AgencyFacts,
    Facts,
    FactsRecord,
    ProvinceFacts,
    ResourceFacts,
    SiteFacts,
    SurveyFacts,
    SystemFacts,
    ZoneFacts,
)
from policies.facts.types import IN_A_CLUSTER, KINDS, FieldKind, fields_of

__all__ = [
    "IN_A_CLUSTER",
    "KINDS",
    "NO_AGENCY",
    "NO_PROVINCE",
    "NO_RESOURCE",
    "NO_SITE",
    "NO_SURVEY",
    "NO_SYSTEM",
    "NO_ZONE",
    "UNKNOWN",
    "AgencyFacts",
    "Facts",
    "FactsRecord",
    "FieldKind",
    "ProvinceFacts",
    "ResourceFacts",
    "SiteFacts",
    "SurveyFacts",
    "SystemFacts",
    "ZoneFacts",
    "fields_of",
]

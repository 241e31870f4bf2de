"""`network.yaml`: links between users, sites, cloud zones and exchanges, the traffic that they carry, and its rules."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from capacity.inputs.base import DatedRecord, Fraction, Identifier, NonNegative, Positive, Record, Source, SourcedRecord
from capacity.inputs.settings import Payer

NodeKind = Literal["users", "place", "junction", "exchange"]
LinkKind = Literal["state_network", "internet", "leased_line", "dark_fibre"]
RuleKind = Literal["latency", "two_routes", "ipv6", "state_network"]
BROADBAND = "broadband"
"""The switch of the growth of fibre and 5G; no rule has this id."""
SecurityLevel = Annotated[int, Field(ge=1, le=5)]


class Node(SourcedRecord):
    """Where links end: a group of users, a place of sites and cloud zones, a junction, or an Internet exchange.

    Traffic passes through junctions and exchanges only. ``places`` are ids of sites and zones: those of one city may
    share a node. A node without a position stands where its site does.
    """

    id: Identifier
    name_vi: str
    name_en: str
    kind: NodeKind
    places: tuple[Identifier, ...] = Field(default=(), description="Ids of sites and cloud zones that stand here")
    government: bool = Field(default=False, description="Users are state agencies: the state network reaches them")
    latitude_deg: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude_deg: Annotated[float, Field(ge=-180, le=180)] | None = None

    @model_validator(mode="after")
    def _fields_go_with_their_kind(self) -> Node:
        if (self.kind == "place") != bool(self.places):
            raise ValueError("'places' is required with kind: place and allowed nowhere else")
        if self.government and self.kind != "users":
            raise ValueError("'government' is allowed with kind: users only")
        if (self.latitude_deg is None) != (self.longitude_deg is None):
            raise ValueError("latitude_deg and longitude_deg go together")
        return self


class LeaseTerms(Record):
    """Bandwidth that may be leased above what is there: any Mbps, by the year, twelve months each."""

    max_mbps: NonNegative
    vnd_per_mbps_month: NonNegative
    includes_vat: bool
    lead_time_months: NonNegative


class Link(DatedRecord):
    """A link in both directions, in service over whole years of [valid_from, valid_to).

    ``capacity_mbps`` is what a payer has on it now, in the busier direction; a payer who is not listed cannot use it,
    one with 0 can lease. ``routes`` are ids of the physical
    routes (ducts, poles, submarine or buried cables) on which it runs: two links on a common route fail together.
    """

    id: Identifier
    name_vi: str
    name_en: str
    start: Identifier = Field(alias="from")
    end: Identifier = Field(alias="to")
    kind: LinkKind
    capacity_mbps: Annotated[dict[Payer, NonNegative], Field(min_length=1)]
    lease: LeaseTerms | None = None
    round_trip_ms: NonNegative
    routes: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    ipv6_from: dt.date | None = Field(
        default=None, description="Day from which the link carries IPv6; empty: it does not"
    )

    @model_validator(mode="after")
    def _ends_differ(self) -> Link:
        if self.start == self.end:
            raise ValueError("a link must join two different nodes")
        return self


class TrafficProfile(SourcedRecord):
    """Busy-hour traffic of work, between its place and its users.

    Applies to the programmes that it names, else to the load classes that it names, else (naming neither) to the rest.
    ``mbps_per_*`` is the peak per unit of demand (a GPU is an H100-equivalent, a TB is a billable one, a MW is one of
    tenants), ``users`` the share of each group of users or exchange in it; ``egress_gb_per_*_month`` is what a cloud
    bills as traffic out. ``round_trip_ms_max`` is the limit on every path, where the rule is in force.
    """

    id: Identifier
    programmes: tuple[Identifier, ...] = ()
    load_classes: tuple[Identifier, ...] = ()
    users: dict[Identifier, Fraction]
    mbps_per_vcpu: NonNegative = 0
    mbps_per_gpu: NonNegative = 0
    mbps_per_tb: NonNegative = 0
    mbps_per_mw: NonNegative = 0
    egress_gb_per_vcpu_month: NonNegative = 0
    egress_gb_per_gpu_month: NonNegative = 0
    egress_gb_per_tb_month: NonNegative = 0
    round_trip_ms_max: Positive | None = None

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> TrafficProfile:
        peaks = (self.mbps_per_vcpu, self.mbps_per_gpu, self.mbps_per_tb, self.mbps_per_mw)
        if (self.users or any(peaks)) and abs(sum(self.users.values()) - 1) > 1e-6:
            raise ValueError("the shares of the users must sum to 1")
        return self


class BroadbandGrowth(SourcedRecord):
    """Fibre and 5G: the busy hour of the broadband programmes, less what caches serve, from an exchange to users."""

    enabled: bool = True
    exchange: Identifier
    users: Identifier


class NetworkRule(DatedRecord):
    """One requirement on the paths of traffic, in the years on whose 1 January it is in force; ``enabled`` switches it.

    kind: latency (every path within the limit of its traffic), two_routes (traffic of ``min_security_level`` and above
    has two paths without a common physical route, each able to carry all of it), ipv6 (every link carries IPv6),
    state_network (between government users and systems of the State the main path has no Internet link).
    ``slack_price_vnd`` is the price of one Mbps of traffic that breaks the rule, used to rank violations only.
    """

    id: Identifier
    kind: RuleKind
    enabled: bool = True
    min_security_level: SecurityLevel | None = None
    statement_vi: str
    statement_en: str
    citation: str
    slack_price_vnd: Positive

    @model_validator(mode="after")
    def _level_goes_with_two_routes(self) -> NetworkRule:
        if self.id == BROADBAND:
            raise ValueError("'broadband' is the name of the growth of fibre and 5G, not of a rule")
        if (self.kind == "two_routes") != (self.min_security_level is not None):
            raise ValueError("'min_security_level' is required with kind: two_routes and allowed nowhere else")
        return self


class NetworkFile(Record):
    """The whole of ``network.yaml``. ``candidate_paths``: so many of the cheapest, and of the fastest, are tried."""

    candidate_paths: Annotated[int, Field(ge=1, le=8)] = 2
    source: Source = "assumption: two of the cheapest and two of the fastest paths leave the plan enough to choose from"
    nodes: Annotated[tuple[Node, ...], Field(min_length=2)]
    links: Annotated[tuple[Link, ...], Field(min_length=1)]
    traffic: tuple[TrafficProfile, ...]
    rules: tuple[NetworkRule, ...] = ()
    broadband: BroadbandGrowth | None = None

    def node(self, node_id: str) -> Node:
        """The node with this id. Raises KeyError when there is none."""
        return {node.id: node for node in self.nodes}[node_id]

    @property
    def switches(self) -> tuple[str, ...]:
        """What can be switched off alone: ids of the rules that are on, and ``broadband`` when it loads the links."""
        growth = (BROADBAND,) if self.broadband is not None and self.broadband.enabled else ()
        return (*(rule.id for rule in self.rules if rule.enabled), *growth)

    def without(self, switch: str) -> NetworkFile:
        """The same network with one of its ``switches`` off. Raises KeyError for another name."""
        if switch not in self.switches:
            raise KeyError(switch)
        if switch == BROADBAND:
            return self.model_copy(update={"broadband": None})
        off = [rule.model_copy(update={"enabled": False}) if rule.id == switch else rule for rule in self.rules]
        return self.model_copy(update={"rules": tuple(off)})

    def node_of(self, place: str) -> str | None:
        """Id of the node at which a site or zone stands, None when none names it."""
        return next((node.id for node in self.nodes if place in node.places), None)

"""What a reader must know before using a figure of a plan: where the data are weak, and what the scenario assumes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from capacity.accounts import Accounts
from capacity.accounts.plausibility import KW_PER_GPU, MUSD_PER_MW, capital_musd_per_mw, facility_kw_per_gpu
from capacity.hourly import emission_entry
from capacity.inputs import CapacityInputs
from capacity.inputs.services import RegisterSystems, Wholesale
from capacity.inputs.settings import Vat
from capacity.inputs.sites import Site
from capacity.weather import FAR_AWAY_KM, Place, distance_km
from orchestrator.i18n import LANGUAGES, Messages, messages

Notice = dict[str, str]
"""id, kind (data, law or assumption), vi, en"""
_Said = tuple[str, str, str]


def plan_notices(
    inputs: CapacityInputs,
    standing: Mapping[str, int],
    accounts: Accounts | None = None,
    together: Mapping[str, Any] | None = None,
) -> list[Notice]:
    """Notices in both languages. ``standing``: number of input figures by what they stand on.

    ``accounts``: those of the plan, None when there is none; ``together``: see ``to_document``.
    """
    by_language = [
        [*_together(together, messages(language)), *_said(inputs, standing, accounts, messages(language))]
        for language in LANGUAGES
    ]
    return [
        {
            "id": same[0][0],
            "kind": same[0][1],
            **{language: said[2] for language, said in zip(LANGUAGES, same, strict=True)},
        }
        for same in zip(*by_language, strict=True)
    ]


def _together(together: Mapping[str, Any] | None, text: Messages) -> Iterator[_Said]:
    """Whose orders these are, in a plan of one scenario among several."""
    if together is not None:
        names, share = ", ".join(together["scenarios"]), text.percent(together["probability"])
        yield "together", "data", text("notice.together", count=len(together["scenarios"]), names=names, share=share)


def _said(
    inputs: CapacityInputs, standing: Mapping[str, int], accounts: Accounts | None, text: Messages
) -> Iterator[_Said]:
    """Notices that apply, in one language: id, kind, text."""
    if accounts is not None:
        yield from _implausible(inputs, accounts, text)
    yield from _data(inputs, text)
    yield from _law(inputs, text)
    yield from _assumptions(inputs, standing, text)


def _data(inputs: CapacityInputs, text: Messages) -> Iterator[_Said]:
    sites = [site for site in inputs.sites.sites if inputs.weather[site.id].is_synthetic]
    if sites:
        names = "; ".join(text.pick({"vi": site.name_vi, "en": site.name_en}) for site in sites)
        if len(sites) == len(inputs.sites.sites):
            names = text("scope.all")
        yield "weather_synthetic", "data", text("notice.weather_synthetic", sites=names)
    modelled = [
        site for site in inputs.sites.sites if inputs.weather[site.id].provenance.get("standing") == "reanalysis"
    ]
    if modelled:
        names = "; ".join(text.pick({"vi": site.name_vi, "en": site.name_en}) for site in modelled)
        services = {inputs.weather[site.id].provenance.get("service", "") for site in modelled} - {""}
        values = {"sites": names, "services": "; ".join(sorted(services)) or text("notice.service_not_named")}
        yield "weather_reanalysis", "data", text("notice.weather_reanalysis", **values)
    far = [(site, km) for site in inputs.sites.sites if (km := _weather_km(inputs, site)) > FAR_AWAY_KM]
    if far:
        named = (f"{text.pick({'vi': s.name_vi, 'en': s.name_en})} ({text.number(km)} km)" for s, km in far)
        yield "weather_far", "data", text("notice.weather_far", sites="; ".join(named), most=text.number(FAR_AWAY_KM))
    official = [entry.year for entry in inputs.energy.emission_factors if entry.official]
    if official:
        last = inputs.settings.last_year
        used = emission_entry(inputs.energy, last)
        kind = text("notice.factor_official" if used.official else "notice.factor_estimate")
        about: dict[str, str | int] = {"last": last, "factor": text.number(used.tco2_per_mwh, 4), "kind": kind}
        yield "grid_factor", "data", text("notice.grid_factor", year=max(official), **about)
    yield from _estimates(inputs, text)
    yield from _unrecorded(inputs, text)
    if any(not price.zones for price in inputs.clouds.prices):
        yield "tender", "data", text("notice.tender")


def _weather_km(inputs: CapacityInputs, site: Site) -> float:
    """How far the weather of a site is from it."""
    weather = inputs.weather[site.id]
    here = Place(site.latitude_deg, site.longitude_deg)
    return distance_km(here, Place(weather.latitude_deg, weather.longitude_deg))


def _estimates(inputs: CapacityInputs, text: Messages) -> Iterator[_Said]:
    """What of the grid's carbon is an estimate: the error band of its factor, and the factor of every hour."""
    error = emission_entry(inputs.energy, inputs.settings.last_year).uncertainty_fraction
    band = text("notice.no_band") if error is None else text("notice.band", error=text.percent(error, 0))
    if inputs.energy.hourly_grid_carbon is not None:
        yield "grid_carbon_hourly", "data", text("notice.grid_carbon_hourly", band=band)
    elif error is not None:
        yield "grid_carbon_band", "data", text("notice.grid_carbon_band", band=band)


def _implausible(inputs: CapacityInputs, accounts: Accounts, text: Messages) -> Iterator[_Said]:
    """Figures of the plan outside what is published elsewhere."""
    of_gpus = facility_kw_per_gpu(inputs, accounts)
    if of_gpus is not None and not KW_PER_GPU[0] <= of_gpus[1] <= KW_PER_GPU[1]:
        yield "kw_per_gpu", "data", text("notice.kw_per_gpu", year=of_gpus[0], **_range(of_gpus[1], KW_PER_GPU, text))
    per_mw = capital_musd_per_mw(inputs, accounts)
    if per_mw is not None and not MUSD_PER_MW[0] <= per_mw <= MUSD_PER_MW[1]:
        rate = text.number(inputs.settings.usd_vnd)
        yield "capital_per_mw", "data", text("notice.capital_per_mw", rate=rate, **_range(per_mw, MUSD_PER_MW, text))


def _range(value: float, allowed: tuple[float, float], text: Messages) -> dict[str, str]:
    return {"value": text.number(value, 2), "low": text.number(allowed[0], 1), "high": text.number(allowed[1], 1)}


def _law(inputs: CapacityInputs, text: Messages) -> Iterator[_Said]:
    tariff_class = text("tariff_class." + inputs.energy.tariff_class)
    yield "tariff_class", "law", text("notice.tariff_class", tariff_class=tariff_class)
    if inputs.energy.tariff_structure == "two_part":
        yield "two_part", "law", text("notice.two_part")
    if inputs.energy.dppa is not None:
        key = "dppa_eligible" if inputs.energy.dppa.eligible else "dppa_not_eligible"
        yield key, "law", text("notice." + key)


def _assumptions(inputs: CapacityInputs, standing: Mapping[str, int], text: Messages) -> Iterator[_Said]:
    settings, people = inputs.settings, inputs.settings.population
    other = people.resident if people.basis == "administrative" else people.administrative
    persons, rest, basis = text.number(people.persons), text.number(other), text("basis." + people.basis)
    yield "population", "assumption", text("notice.population", persons=persons, basis=basis, other=rest)
    cases = [p.sizing.case for p in inputs.services.programmes if isinstance(p.sizing, Wholesale)]
    for case in cases:
        yield "wholesale", "assumption", text("notice.wholesale", case=text("case." + case))
    values = {
        "year": settings.price_year,
        "rate": text.percent(settings.discount_rate),
        "vat": ", ".join(_rates(settings.vat, text)),
        "payers": ", ".join(text("payer." + payer) for payer in settings.vat.is_cost_to) or text("payer.nobody"),
    }
    yield "money", "assumption", text("notice.money", **values)
    if standing.get("assumption"):
        share = {"assumptions": text.number(standing["assumption"]), "all": text.number(sum(standing.values()))}
        yield "assumptions", "assumption", text("notice.assumptions", **share)


def _rates(vat: Vat, text: Messages) -> list[str]:
    """The general rates of VAT: one percentage, or each with the year from which it holds."""
    rates = {year: text.percent(rate) for year, rate in sorted(vat.rate_by_year.items())}
    if len(rates) == 1:
        return list(rates.values())
    return [text("notice.vat_since", rate=rate, year=year) for year, rate in rates.items()]


def _unrecorded(inputs: CapacityInputs, text: Messages) -> Iterator[_Said]:
    """Programmes without a recorded contract in years that had begun: what they rented then is an assumption."""
    settings, names, years = inputs.settings, [], set()
    for programme in inputs.services.programmes:
        if isinstance(programme.sizing, RegisterSystems | Wholesale):
            continue
        contracts = [contract for contract in inputs.clouds.contracts if contract.programme == programme.id]
        open_years = [
            year
            for year in settings.years
            if settings.begun(year) and year >= programme.first_year
            if not any(contract.holds(year, settings.as_of) for contract in contracts)
        ]
        if open_years:
            names.append(text.pick({"vi": programme.name_vi, "en": programme.name_en}))
            years.update(open_years)
    if names:
        about = {"years": ", ".join(map(str, sorted(years))), "programmes": "; ".join(names)}
        yield "contracts", "data", text("notice.contracts", as_of=text.date(settings.as_of), **about)

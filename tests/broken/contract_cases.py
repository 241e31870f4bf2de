"""Contracts of `clouds.yaml` that are wrong towards programmes, zones, prices and each other."""

from __future__ import annotations

from tests.broken.folders import Broken, Wrong

_DATES = 'valid_from: 2026-01-01, source: "assumption: a test"}'
_NONE = "contracts: []"


def _contracts(*rows: str) -> str:
    return "\n".join(["contracts:", *(f"  - {{{row}, {_DATES}" for row in rows)])


CONTRACTS = (
    Broken(
        "contract of no programme",
        "clouds.yaml",
        _NONE,
        _contracts("id: a, programme: signatures"),
        (
            Wrong(
                "programme: signatures",
                "contracts[a].programme",
                "'signatures'",
                "one of register-systems, digital-signatures, ai-assistants (programmes of services.yaml)",
            ),
        ),
    ),
    Broken(
        "contracts beyond the whole",
        "clouds.yaml",
        _NONE,
        _contracts(
            "id: a, programme: digital-signatures, fraction: 0.75",
            "id: b, programme: digital-signatures, fraction: 0.5",
        ),
        (
            Wrong(
                "fraction: 0.75",
                "contracts[a].fraction",
                "the sum is 1.25",
                "the contracts of 'digital-signatures' on 2026-01-01 are 1 of its needs at most together",
            ),
            Wrong(
                "fraction: 0.5",
                "contracts[b].fraction",
                "the sum is 1.25",
                "the contracts of 'digital-signatures' on 2026-01-01 are 1 of its needs at most together",
            ),
        ),
    ),
    Broken(
        "contract with a price of another zone",
        "clouds.yaml",
        _NONE,
        _contracts("id: a, programme: ai-assistants, zone: fpt-sgn, gpu_price: fpt-h100"),
        (Wrong("gpu_price: fpt-h100", "contracts[a].gpu_price", "'fpt-h100'", "a price of the zone 'fpt-sgn'"),),
    ),
    Broken(
        "price of GPUs for no GPU work",
        "clouds.yaml",
        _NONE,
        _contracts("id: a, programme: digital-signatures, zone: fpt-han, gpu_price: fpt-h100"),
        (
            Wrong(
                "gpu_price: fpt-h100",
                "contracts[a].gpu_price",
                "'fpt-h100'",
                "only with a programme that rents GPUs",
            ),
        ),
    ),
)

"""From a plan and its accounts to the document ``plan.json``, and to a file, atomically."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from capacity.accounts import Accounts
from capacity.demand.needs import Demand
from capacity.inputs.bundle import CapacityInputs
from capacity.plan import Dispatch, Plan, SizingResult
from orchestrator.document.accounts_tables import accounts_tables, plain, record
from orchestrator.document.hours_codec import DESCRIPTION, ENCODING, encode_watts
from orchestrator.document.labels import labels

SCHEMA = "camau-dc/plan/1"
DIGEST = "document_digest"
Document = dict[str, Any]
Notice = dict[str, str]

_SERIES = ("grid_w", "charge_w", "discharge_w", "dppa_w")


def to_document(
    inputs: CapacityInputs,
    demand: Demand,
    result: SizingResult,
    accounts: Accounts | None,
    *,
    notices: Sequence[Notice] = (),
    standing: Mapping[str, int] | None = None,
    folder: str | None = None,
    conflict: Mapping[str, Any] | None = None,
    doubt: Mapping[str, Any] | None = None,
    together: Mapping[str, Any] | None = None,
) -> Document:
    """The document of an answer, keys in their published order. What is missing is null.

    ``accounts`` are those of ``result.plan``; a proved conflict or a run without a plan has neither, and then builds,
    placements, rents, leases, flows, standby, accounts and dispatch are null. ``standing`` counts the input figures by
    what they stand on. ``folder`` is the path of the province folder as seen from the folder of the document;
    ``conflict`` and ``doubt`` are those of ``document.conflict`` and ``document.doubt``; ``together`` says with which
    scenarios the plan has its orders in common, see ``stochastic_plans``.
    """
    plan = result.plan if accounts is not None else None
    document = {
        "schema": SCHEMA,
        "inputs_digest": inputs.digest,
        "status": result.status,
        "objective_vnd": plain(result.objective_vnd),
        "bound_vnd": plain(result.bound_vnd),
        "gap": plain(result.gap),
        "hours": plain(result.hours),
        "seconds": round(float(result.seconds), 3),
        "peak_memory_mib": round(float(result.peak_memory_mib), 1),
        "seed": result.seed,
        "versions": dict(result.versions),
        "method": result.method,
        "scenario": inputs.scenario,
        "together": None if together is None else dict(together),
        "as_of": inputs.settings.as_of.isoformat(),
        "folder": folder,
        "years": list(inputs.settings.years),
        "price_year": inputs.settings.price_year,
        "notices": [dict(notice) for notice in notices],
        "sources": None if standing is None else dict(standing),
        "labels": labels(inputs, demand),
        "builds": None if plan is None else [record(build) for build in plan.builds],
        "placements": None if plan is None else [record(placement) for placement in plan.placements],
        "rents": None if plan is None else [record(rent) for rent in plan.rents],
        "leases": None if plan is None else [record(lease) for lease in plan.leases],
        "flows": None if plan is None else [record(flow) for flow in plan.flows],
        "standbys": None if plan is None else [record(standby) for standby in plan.standbys],
        "standby_rents": None if plan is None else [record(rent) for rent in plan.standby_rents],
        "extras": None if plan is None else [record(extra) for extra in plan.extras],
        "missed_targets": None if result.plan is None else [record(missed) for missed in result.plan.missed],
        "violations": [record(violation) for violation in result.violations],
        "violation_vnd": plain(result.violation_vnd),
        "violation_bound_vnd": plain(result.violation_bound_vnd),
        "conflict": None if conflict is None else dict(conflict),
        "doubt": None if doubt is None else dict(doubt),
        "frontier": None,
        "shadow_prices": [record(price) for price in result.shadow_prices],
        "shadow_prices_doubt_vnd": plain(result.shadow_prices_doubt_vnd),
        "accounts": None if accounts is None else accounts_tables(accounts),
        "dispatch": None if plan is None else _dispatch(plan),
    }
    return {**document, DIGEST: document_digest(document)}


def document_digest(document: Document) -> str:
    """SHA-256 of the canonical JSON of everything but the digest and the folder, which follows when files are moved.

    It shows edits, and is no signature.
    """
    rest = {key: value for key, value in document.items() if key not in (DIGEST, "folder")}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _dispatch(plan: Plan) -> dict[str, Any]:
    return {
        "encoding": ENCODING,
        "description": DESCRIPTION,
        "unit": "W",
        "site_years": [_site_year(dispatch) for dispatch in plan.dispatches],
    }


def _site_year(dispatch: Dispatch) -> dict[str, Any]:
    return {
        "site": dispatch.site,
        "year": dispatch.year,
        "hours": len(dispatch.grid_w),
        **{name: encode_watts(getattr(dispatch, name)) for name in _SERIES},
        "deferred_w": [
            {"load_class": load_class, "hall": hall, "watts": encode_watts(watts)}
            for (load_class, hall), watts in dispatch.deferred_w.items()
        ],
    }


def dumps(document: Document) -> str:
    """JSON text of a document, a record a line; the same document gives the same text."""
    return "".join(_lines(document, "")) + "\n"


def _height(value: Any) -> int:
    entries = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if entries is None else 1 + max(map(_height, entries), default=-1)


def _lines(value: Any, indent: str, most: int = 1) -> list[str]:
    if _height(value) <= most:
        return [json.dumps(value, ensure_ascii=False, allow_nan=False)]
    inner = indent + " "
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    pairs = value.items() if isinstance(value, dict) else ((None, entry) for entry in value)
    parts = [opening]
    for index, (key, entry) in enumerate(pairs):
        parts.append(",\n" + inner if index else "\n" + inner)
        if key is not None:
            parts.append(json.dumps(key, ensure_ascii=False) + ": ")
        parts.extend(_lines(entry, inner, 2 if isinstance(value, list) else 1))
    return [*parts, "\n", indent, closing]


def write_atomically(path: Path, content: str | bytes) -> None:
    """Writes so that a reader sees the old file or the whole new one. Raises OSError when that is impossible.

    A text is written as UTF-8 with plain line ends.
    """
    write_together({path: content})


def write_together(files: Mapping[Path, str | bytes]) -> None:
    """Writes files of one result: all are written whole beside their places before the first takes its place.

    Raises OSError, naming the file itself, and then none of them has changed: when one cannot take its place, those
    that did are put back.
    """
    staged: dict[Path, Path] = {}
    former: dict[Path, Path | None] = {}
    try:
        for path, content in files.items():
            staged[path] = _staged(path, content.encode("utf-8") if isinstance(content, str) else content)
        for path, temporary in staged.items():
            former[path] = _second_name(path, temporary) if len(staged) > 1 else None
            _rename(temporary, path)
    except BaseException:
        _put_back(former, staged)
        raise
    finally:
        for temporary in (*staged.values(), *filter(None, former.values())):
            temporary.unlink(missing_ok=True)


def _second_name(path: Path, temporary: Path) -> Path | None:
    """Another name for the file that stands in a place, None when there is none."""
    if not path.exists():
        return None
    kept = temporary.with_name(f"{temporary.name}.old")
    try:
        kept.hardlink_to(path)
    except OSError:  # not every file system has hard links
        shutil.copy2(path, kept)
    return kept


def _rename(temporary: Path, path: Path) -> None:
    try:
        temporary.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _put_back(former: Mapping[Path, Path | None], staged: Mapping[Path, Path]) -> None:
    """The files that stood in the places before, where new ones have taken them."""
    for path, kept in former.items():
        if staged[path].exists():
            continue  # its turn never came
        if kept is not None:
            kept.replace(path)
        else:
            path.unlink(missing_ok=True)


def _staged(path: Path, content: bytes) -> Path:
    """The content in a temporary file beside its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    temporary: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o666 & ~_umask())
    except BaseException as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            # the name of the temporary file tells nobody anything, and a full disk tells none at all
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

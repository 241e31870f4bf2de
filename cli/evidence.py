"""The group ``evidence``: collectors that look at what runs, and write what they saw into the folder."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from cli.cluster_options import ContextOption, KubeconfigOption, cluster_errors
from cli.console import FolderArgument, JsonOption, LanguageOption, chosen_language, print_json, say
from cli.migrate_status import open_register
from orchestrator.i18n import messages
from orchestrator.policy import to_evidence, write_evidence
from policies.admission import SYSTEM_LABEL, ZONE_LABEL
from policies.evidence import VIET_NAM


def register(app: typer.Typer) -> None:
    """Adds the group with its commands."""
    group = typer.Typer(no_args_is_help=True, help="What is seen running, and where: the base of every status.")
    group.command("kubernetes")(kubernetes)
    app.add_typer(group, name="evidence")


def kubernetes(
    folder: FolderArgument = Path(),
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    zone: Annotated[
        str | None, typer.Option("--zone", metavar="ID", help="Where the cluster stands, if its namespaces do not say.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look, and write nothing.")] = False,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look which systems run in a Kubernetes cluster, by the labels of its namespaces, and keep it as evidence.

    It only reads the cluster. Exit codes: 0 done, 2 wrong input, 5 refused by the cluster, 6 no answer.
    """
    from iac import Cluster
    from iac.observe import observe_cluster

    language = chosen_language(lang)
    text = messages(language)
    found = open_register(folder, None, language)
    now = dt.datetime.now(VIET_NAM).replace(microsecond=0)
    with cluster_errors(text):
        seen = observe_cluster(
            Cluster(kubeconfig, context), now, system_label=SYSTEM_LABEL, zone_label=ZONE_LABEL, zone=zone
        )
    collected = to_evidence(found, seen.observations, "kubernetes")
    written = None
    if collected.evidence and not dry_run:
        written = write_evidence(folder, collected.evidence, "kubernetes", now)
    if as_json:
        print_json(
            {
                "file": None if written is None else str(written),
                "evidence": [each.model_dump(mode="json") for each in collected.evidence],
                "strangers": [{"system": each.system, "place": each.place} for each in collected.strangers],
                "idle": list(seen.idle),
                "placeless": list(seen.placeless),
            }
        )
        return
    for each in collected.evidence:
        typer.echo(f"{each.system}\t{each.place}\t{each.note}\t{each.digest}")
    for stranger in collected.strangers:
        say(text("evidence.stranger", system=stranger.system, place=stranger.place))
    for name in seen.idle:
        say(text("evidence.idle", namespace=name))
    for name in seen.placeless:
        say(text("evidence.placeless", namespace=name))
    where = text("evidence.nowhere") if written is None else str(written)
    typer.echo(text("evidence.seen", number=len(collected.evidence), file=where))

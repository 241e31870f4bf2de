"""The group ``policy``: the rules of the catalogue, and what they say."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.cluster_options import ContextOption, KubeconfigOption, cluster_errors
from cli.console import (
    FolderArgument,
    JsonOption,
    LanguageOption,
    chosen_language,
    print_json,
    print_table,
    say,
)
from cli.exit_codes import ExitCode
from cli.migrate_status import DayOption, SystemArgument, SystemFolderArgument, open_register
from orchestrator.document import write_atomically
from orchestrator.i18n import Messages, messages
from orchestrator.policy import (
    exported,
    failures,
    policy_facts,
    read_resources,
    rule_set,
    verdict_document,
    verdict_lines,
    verdicts_on,
)
from orchestrator.province.words import one_of
from policies.evidence import VIET_NAM
from policies.rules import Rule, Verdict, read_by

RuleArgument = Annotated[str, typer.Argument(metavar="RULE", help="The id of a rule of the catalogue.")]


def register(app: typer.Typer) -> None:
    """Adds the group with its commands."""
    group = typer.Typer(no_args_is_help=True, help="Rules of the cloud-first policy, with their citations.")
    group.command("rules")(rules)
    group.command("check")(check)
    group.command("explain")(explain)
    group.command("export")(export)
    group.command("sync")(sync)
    group.command("test")(run_examples)
    app.add_typer(group, name="policy")


def rules(lang: LanguageOption = None, as_json: JsonOption = False) -> None:
    """List the rules of the catalogue: what they ask for, of whom, since when, and by which document."""
    text = messages(chosen_language(lang))
    if as_json:
        print_json([each.model_dump(mode="json") for each in rule_set()])
        return
    names = ("rule", "name", "severity", "points", "valid_from", "citations")
    print_table(
        [text(f"policy.column.{name}") for name in names],
        (
            [
                rule.id,
                rule.name_vi if text.language == "vi" else rule.name_en,
                text(f"policy.severity.{rule.severity}"),
                ", ".join(text(f"policy.point.{point}") for point in rule.points),
                text.date(rule.valid_from),
                "; ".join(f"{each.document}, {each.article}" for each in rule.citations),
            ]
            for rule in rule_set()
        ),
        title=text("policy.title"),
    )


def check(
    folder: FolderArgument = Path(),
    as_of: DayOption = None,
    resources: Annotated[
        Path | None,
        typer.Option(
            "--resources",
            metavar="FILE",
            help="Hold a JSON list of resources that are to be made against the rules instead.",
        ),
    ] = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold the register against the rules on a day: what is broken, waived, or cannot be decided for want of facts.

    Of resources that are to be made, what cannot be decided counts as broken. Exit codes: 0 no rule that refuses is
    broken, 2 wrong input, 5 one is.
    """
    language = chosen_language(lang)
    text = messages(language)
    found = open_register(folder, as_of, language)
    if resources is None:
        verdicts = [verdict for system in found.systems for verdict in found.verdicts(system)]
        stops = {"broken"}
    else:
        verdicts = list(verdicts_on(found, read_resources(resources, found)))
        # what nobody has stated may not be made; what stands is not torn down for want of a survey
        stops = {"broken", "unknown"}
    told = [each for each in verdicts if each.outcome in ("broken", "waived", "unknown")]
    refused = [each for each in told if each.outcome in stops and each.rule.severity == "deny"]
    if as_json:
        print_json(
            {
                "as_of": found.day.isoformat(),
                "digest": found.province.digest,
                "counts": _counts(verdicts),
                "verdicts": [verdict_document(each) for each in told],
            }
        )
    else:
        _show(told, verdicts, text)
    raise typer.Exit(ExitCode.CHECK_FAILED if refused else ExitCode.DONE)


def _show(told: list[Verdict], verdicts: list[Verdict], text: Messages) -> None:
    names = ("system", "rule", "outcome", "severity", "message")
    print_table(
        [text(f"policy.column.{name}") for name in names],
        (
            [
                each.subject_id,
                each.rule.id,
                text(f"policy.outcome.{each.outcome}"),
                text(f"policy.severity.{each.rule.severity}"),
                text.pick({"vi": each.decided.message_vi, "en": each.decided.message_en}),
            ]
            for each in told
            if each.outcome != "unknown"
        ),
        title=text("policy.check_title"),
    )
    unknown = Counter(each.rule.id for each in verdicts if each.outcome == "unknown")
    for rule, number in sorted(unknown.items()):
        typer.echo(text("policy.unknown_count", rule=rule, number=number))
    typer.echo(text("policy.counts", **_counts(verdicts)))


def _counts(verdicts: list[Verdict]) -> dict[str, int]:
    found = Counter(each.outcome for each in verdicts)
    return {"holds": found["holds"], "broken": found["broken"], "waived": found["waived"], "unknown": found["unknown"]}


def explain(
    rule: RuleArgument,
    system: SystemArgument,
    folder: SystemFolderArgument = Path(),
    as_of: DayOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Why a rule says what it says of a system: its expressions, the facts that they read, and where it comes from."""
    language = chosen_language(lang)
    text = messages(language)
    known_rule = rule_set().get(rule)
    if known_rule is None or known_rule.subject not in ("system", "resource"):
        known = [each.id for each in rule_set() if each.subject in ("system", "resource")]
        say(f"{rule}: {one_of(known, rule).of(language)}")
        raise typer.Exit(ExitCode.INPUT)
    found = open_register(folder, as_of, language)
    known_system = found.system(system)
    if known_system is None:
        say(f"{system}: {one_of([each.id for each in found.province.systems], system).of(language)}")
        raise typer.Exit(ExitCode.INPUT)
    verdict = found.verdict(known_rule, known_system)
    facts = {name: _fact(found.facts(known_system), name) for name in _read(known_rule)}
    if as_json:
        print_json(
            verdict_document(verdict)
            | {name: getattr(known_rule, name) for name in ("applies", "known", "holds")}
            | {"facts": facts}
        )
        return
    for line in verdict_lines(verdict, text):
        typer.echo(line)
    for name in ("applies", "known", "holds"):
        typer.echo(f"  {text(f'policy.explain.{name}')}: {' '.join(getattr(known_rule, name).split())}")
    for name, value in facts.items():
        typer.echo(f"    {name} = {value!r}")


def export(
    kubernetes: Annotated[
        bool, typer.Option("--kubernetes", help="ValidatingAdmissionPolicies with their bindings, as YAML.")
    ] = True,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write into this file.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Print the rules that have a point in a cluster as Kubernetes objects, for kubectl apply."""
    del lang, kubernetes
    text = exported(rule_set())
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_atomically(out, text)
        typer.echo(str(out))


def sync(
    folder: FolderArgument = Path(),
    kubeconfig: KubeconfigOption = None,
    context: ContextOption = None,
    as_of: Annotated[
        dt.datetime | None,
        typer.Option(
            "--as-of", formats=["%Y-%m-%d"], metavar="DAY", help="The day of the facts; by default today in Viet Nam."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask the cluster, and change nothing.")] = False,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the facts of the register and its waivers into a cluster, where the exported policies read them.

    They are good for 24 hours: run it every day. Exit codes: 0 done, 2 wrong input, 5 refused by the cluster, 6 no
    answer.
    """
    from iac import Cluster

    language = chosen_language(lang)
    text = messages(language)
    now = dt.datetime.now(VIET_NAM)
    found = open_register(folder, as_of or now, language)
    body = policy_facts(found, now)
    with cluster_errors(text):
        applied = Cluster(kubeconfig, context).apply(body, dry_run=dry_run)
    spec = body["spec"]
    told = {
        "cluster": applied.cluster,
        "as_of": spec["as_of"],
        "today": spec["today"],
        "digest": spec["digest"],
        "systems": len(spec["systems"]),
        "waivers": sum(len(systems) for systems in spec["waivers"].values()),
        "version": applied.version,
        "changed": applied.changed,
        "dry_run": dry_run,
    }
    if as_json:
        print_json(told)
    else:
        typer.echo(text("policy.sync_dry_run" if dry_run else "policy.synced", **told))


def _read(rule: Rule) -> list[str]:
    return sorted(read_by(rule.applies) | read_by(rule.known) | read_by(rule.holds))


def _fact(facts: Any, name: str) -> Any:
    for part in name.split("."):
        facts = getattr(facts, part)
    return list(facts) if isinstance(facts, tuple) else facts if isinstance(facts, str | int | float) else str(facts)


def run_examples(lang: LanguageOption = None, as_json: JsonOption = False) -> None:
    """Run the examples that every rule carries. Exit codes: 0 all as expected, 5 one is not."""
    text = messages(chosen_language(lang))
    failed = failures(rule_set())
    number = sum(len(rule.examples) for rule in rule_set())
    if as_json:
        print_json({"examples": number, "failed": [each._asdict() for each in failed]})
    else:
        for each in failed:
            typer.echo(text("policy.test_failed", **each._asdict()))
        typer.echo(text("policy.tested", rules=len(rule_set()), examples=number, failed=len(failed)))
    raise typer.Exit(ExitCode.CHECK_FAILED if failed else ExitCode.DONE)

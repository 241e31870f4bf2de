"""What commands that reach a Kubernetes cluster share: its options, and how they end when it does not do as asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cli.console import say
from cli.exit_codes import ExitCode
from orchestrator.i18n import Messages

KubeconfigOption = Annotated[
    Path | None, typer.Option("--kubeconfig", metavar="FILE", help="Of the cluster; by default kubectl's.")
]
ContextOption = Annotated[
    str | None,
    typer.Option("--context", metavar="NAME", help="A context of the kubeconfig; by default its current one."),
]


@contextmanager
def cluster_errors(text: Messages) -> Iterator[None]:
    """Ends with code 5 when the cluster says no and with 6 when it says nothing, and tells why."""
    from iac import RefusedError, UnreachableError

    try:
        yield
    except RefusedError as error:
        say(text("cluster.refused", cluster=error.cluster, reason=error.reason))
        raise typer.Exit(ExitCode.CHECK_FAILED) from None
    except UnreachableError as error:
        say(text("cluster.unreachable", cluster=error.cluster, reason=error.reason))
        raise typer.Exit(ExitCode.UNREACHABLE) from None

"""What the command ``camau-dc`` starts: loads the command line, which takes a second that may be interrupted too."""

from __future__ import annotations

INTERRUPTED = 130


def main() -> int:
    """Runs the command line of the process and returns its exit code; 130 when the keyboard ends it at any time."""
    try:
        from cli.main import main as run

        return run()
    except KeyboardInterrupt:
        return INTERRUPTED

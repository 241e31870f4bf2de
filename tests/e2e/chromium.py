"""Headless Chromium through its DevTools protocol over a pipe: no driver, no port, no network."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

PROGRAM = Path("/usr/bin/chromium")
SECONDS = 120.0
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-pipe",
)


class Chromium:
    """One browser with one page. ``events`` are those that arrived so far, in order."""

    def __init__(self, profile: Path) -> None:
        from_us, self._write = os.pipe()
        self._read, to_us = os.pipe()
        # The protocol's file descriptors are 3 (to the browser) and 4 (from it).
        inherit = f"import os, sys; os.dup2({from_us}, 13); os.dup2({to_us}, 14); os.dup2(13, 3); os.dup2(14, 4)"
        command = [sys.executable, "-c", f"{inherit}; os.execv(sys.argv[1], sys.argv[1:])", str(PROGRAM), *_FLAGS]
        self._process = subprocess.Popen(
            [*command, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(from_us, to_us),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(from_us)
        os.close(to_us)
        self._received = b""
        self._last_id = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        targets = self.send("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self.send("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.send("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)

    def __enter__(self) -> Chromium:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session = None
        try:
            self.send("Browser.close")
        except (OSError, TimeoutError):
            self._process.kill()
        self._process.wait(SECONDS)
        os.close(self._read)
        os.close(self._write)

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Result of a command. Raises RuntimeError when the browser refuses it, TimeoutError when it is silent."""
        self._last_id += 1
        message: dict[str, Any] = {"id": self._last_id, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._last_id:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._received:
            ready, _, _ = select.select([self._read], [], [], SECONDS)
            if not ready:
                raise TimeoutError("the browser is silent")
            part = os.read(self._read, 1 << 20)
            if not part:
                raise BrokenPipeError("the browser has ended")
            self._received += part
        message, _, self._received = self._received.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def evaluate(self, expression: str) -> Any:
        """Value of a JavaScript expression; promises are awaited. Raises RuntimeError when it throws."""
        answer = self.send(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait_until(self, condition: str) -> None:
        """Returns when a JavaScript condition holds, looked at whenever the document changes."""
        self.evaluate(
            f"""new Promise((resolve, reject) => {{
                const holds = () => {condition};
                if (holds()) return resolve();
                const seen = new MutationObserver(() => {{ if (holds()) {{ seen.disconnect(); resolve(); }} }});
                seen.observe(document, {{attributes: true, childList: true, subtree: true, characterData: true}});
                setTimeout(() => reject(new Error("never true: " + {json.dumps(condition)})), 60000);
            }})"""
        )

    def open(self, address: str) -> None:
        """Opens an address and forgets the events of the page before."""
        self.events.clear()
        self.send("Page.navigate", url=address)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def move_to(self, x: float, y: float) -> None:
        """Moves the mouse to a point of the viewport."""
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def screenshot(self, path: Path, width: int = 1280) -> None:
        """The whole page as a PNG."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.send("Emulation.setDeviceMetricsOverride", **metrics)
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        self.send("Emulation.setDeviceMetricsOverride", **{**metrics, "height": int(size["height"])})
        picture = self.send("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        self.send("Emulation.clearDeviceMetricsOverride")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(picture))

    def pdf(self, path: Path) -> None:
        """The page as its style sheet for print has it."""
        content = self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(content))

    def complaints(self) -> list[str]:
        """Errors and warnings of the console, exceptions, and refusals of the page's policy."""
        found = []
        for event in self.events:
            about = event.get("params", {})
            if event.get("method") == "Runtime.consoleAPICalled" and about["type"] in ("error", "warning", "assert"):
                found.append(str(about["args"]))
            elif event.get("method") == "Runtime.exceptionThrown":
                found.append(str(about["exceptionDetails"]))
            elif event.get("method") == "Log.entryAdded" and about["entry"]["level"] in ("error", "warning"):
                found.append(str(about["entry"]["text"]))
            elif event.get("method") == "Page.javascriptDialogOpening":
                found.append(f"dialog: {about['message']}")
        return found

    def addresses(self) -> set[str]:
        """Addresses that the page asked for."""
        asked = [event for event in self.events if event.get("method") == "Network.requestWillBeSent"]
        return {event["params"]["request"]["url"] for event in asked}


@contextmanager
def chromium() -> Iterator[Chromium]:
    """A browser with a fresh profile that is thrown away."""
    thrown_away = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
    with thrown_away as profile, Chromium(Path(profile)) as browser:
        yield browser

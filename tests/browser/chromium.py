"""A headless Chromium, driven over the DevTools protocol through a pair of pipes."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",  # containers give no namespaces; the page is our own and runs no script
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--no-first-run",
    # Whatever would leave the machine meets a closed port, and is seen as a request besides.
    "--proxy-server=127.0.0.1:9",
    "--remote-debugging-pipe",
)
# Chromium reads commands from descriptor 3 and writes to 4.
_ONTO_3_AND_4 = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4);"
    " os.execv(sys.argv[3], sys.argv[3:])"
)


def program() -> str | None:
    """The browser to use: $CHROMIUM, or the first on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)


class BrowserError(Exception):
    """Chromium refused a command, or ended."""


@dataclass
class Browser:
    """A browser with one tab; `events` are those since the last `open`."""

    into: int
    out: int
    session: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    _next: int = 0
    _rest: bytes = b""

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a command. Raises BrowserError."""
        self._next += 1
        message: dict[str, Any] = {"id": self._next, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.into, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") != self._next:
                self.events.append(answer)
            elif "error" in answer:
                raise BrowserError(f"{method}: {answer['error']['message']}")
            else:
                result: dict[str, Any] = answer["result"]
                return result

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            piece = os.read(self.out, 1 << 20)
            if not piece:
                raise BrowserError("Chromium has ended")
            self._rest += piece
        message, _, self._rest = self._rest.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def open(self, page: Path, *, width: int, scheme: str) -> None:
        """Show a file at this width in px, in the light or dark scheme, until it is loaded."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        self.events.clear()
        self.call("Page.navigate", url=page.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._read())

    def value(self, expression: str) -> Any:
        """What JavaScript makes of an expression, awaited. Raises BrowserError."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise BrowserError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def picture(self, *, width: int, height: int) -> bytes:
        """The upper left part of the page as WebP."""
        area = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        answer = self.call(
            "Page.captureScreenshot", format="webp", quality=70, clip=area,
            captureBeyondViewport=True,
        )  # fmt: skip
        return base64.b64decode(answer["data"])


@contextmanager
def browser(path: str, folder: Path) -> Iterator[Browser]:
    """A running browser that keeps its profile in `folder`."""
    to_read, into = os.pipe()
    out, to_write = os.pipe()
    # Above 4, so that neither is overwritten while they are put into place.
    theirs = [fcntl.fcntl(number, fcntl.F_DUPFD, 10) for number in (to_read, to_write)]
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", _ONTO_3_AND_4, *map(str, theirs)),
            *(path, *FLAGS, f"--user-data-dir={folder}", "about:blank"),
        ],
        pass_fds=theirs,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for number in (to_read, to_write, *theirs):
        os.close(number)
    tab = Browser(into, out)
    try:
        targets = tab.call("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        attached = tab.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        tab.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            tab.call(f"{domain}.enable")
        yield tab
    finally:
        os.close(into)
        os.close(out)
        process.terminate()
        process.wait(timeout=30)

"""Drives yaml-language-server over its protocol: files go in, what an editor underlines comes out.

The server is the one inside the YAML extension of VS Code (Red Hat). It is found through the
variable YAML_LANGUAGE_SERVER or on the PATH; `npm install --global yaml-language-server` installs
it. Run as a module, this records what the server says about every broken file:

    python -m tests.authoring.language_server > tests/authoring/language_server.json
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from .broken_files import BROKEN, HEALTHY


def server() -> str | None:
    """The program, or None where it is not installed."""
    return shutil.which(os.environ.get("YAML_LANGUAGE_SERVER", "yaml-language-server"))


Diagnostic = tuple[int, int, str]
"""Line and column, from 1, and the message."""


class LanguageServer:
    """A running server. Use as a context manager."""

    def __init__(self, program: str) -> None:
        self.process = subprocess.Popen(
            [program, "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.last_id = 0

    def __enter__(self) -> LanguageServer:
        self._request(
            "initialize",
            {"processId": os.getpid(), "rootUri": None, "capabilities": {"workspace": {}}},
        )
        self._notify("initialized", {})
        settings = {
            "validate": True,
            "completion": True,
            "hover": True,
            "schemaStore": {"enable": False},
        }
        self._notify("workspace/didChangeConfiguration", {"settings": {"yaml": settings}})
        return self

    def __exit__(self, *_: object) -> None:
        self._request("shutdown", None)
        self._notify("exit", None)
        self.process.wait(10)
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()

    def diagnostics(self, texts: Mapping[Path, str]) -> dict[Path, list[Diagnostic]]:
        """What an editor would underline in each of the files, which are opened together."""
        for file, text in texts.items():
            document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
            self._notify("textDocument/didOpen", {"textDocument": document})
        waiting = {file.as_uri(): file for file in texts}
        found: dict[Path, list[Diagnostic]] = {}
        while waiting:
            message = self._read()
            if message.get("method") == "textDocument/publishDiagnostics":
                file = waiting.pop(message["params"]["uri"])
                found[file] = sorted(map(_diagnostic, message["params"]["diagnostics"]))
            else:
                self._answer(message)
        return found

    def completions(self, file: Path, text: str, line: int, column: int) -> list[str]:
        """What an editor offers at a line and column (from 1) of an open file."""
        self.diagnostics({file: text})
        place = {"line": line - 1, "character": column - 1}
        asked = {"textDocument": {"uri": file.as_uri()}, "position": place}
        offered = self._request("textDocument/completion", asked)
        return [item["label"] for item in offered["items"]]

    def hover(self, file: Path, text: str, line: int, column: int) -> str:
        """What an editor shows at a line and column (from 1) of an open file."""
        self.diagnostics({file: text})
        place = {"line": line - 1, "character": column - 1}
        asked = {"textDocument": {"uri": file.as_uri()}, "position": place}
        shown = self._request("textDocument/hover", asked)
        return str(shown["contents"]["value"]) if shown else ""

    def _request(self, method: str, params: Any) -> Any:
        self.last_id += 1
        self._send({"id": self.last_id, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == self.last_id and "method" not in message:
                return message.get("result")
            self._answer(message)

    def _notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _answer(self, message: Mapping[str, Any]) -> None:
        """Answer what the server asks of an editor: it has nothing to tell."""
        if "id" in message and "method" in message:
            items = message.get("params", {}).get("items")
            result = [None] * len(items) if items is not None else None
            self._send({"id": message["id"], "result": result})

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout
        length = 0
        while (line := self.process.stdout.readline().strip()) or not length:
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
            assert self.process.poll() is None or line, "the language server has ended"
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return message


def _diagnostic(told: Mapping[str, Any]) -> Diagnostic:
    start = told["range"]["start"]
    return start["line"] + 1, start["character"] + 1, told["message"]


def broken_files_as_flagged(program: str) -> dict[str, list[Diagnostic]]:
    """What the server says about the healthy rule and about every broken one, by name."""
    folder = Path(str(resources.files("certclinic.rules"))).resolve()
    texts = {"healthy": HEALTHY} | {b.name: b.text for b in BROKEN if b.encoding == "utf-8"}
    files = {name: folder / "zones" / f"{n}.broken.yaml" for n, name in enumerate(texts)}
    with LanguageServer(program) as running:
        found = running.diagnostics({files[name]: text for name, text in texts.items()})
    return {name: found[files[name]] for name in texts}


def _main() -> None:
    program = server()
    if program is None:
        sys.exit("yaml-language-server is not installed; see the top of this file")
    flagged = broken_files_as_flagged(program)
    lines = [f"{json.dumps(name)}: {json.dumps(flagged[name])}" for name in flagged]
    print("{\n" + ",\n".join(lines) + "\n}")


if __name__ == "__main__":
    _main()

"""A ClickHouse server for tests: the embedded engine behind the HTTP interface of a real one.

``python -m tests.support.clickhouse_front DIRECTORY PORT`` prints its address and serves until its
standard input ends. It answers what `clickhouse-connect`'s HTTP client asks: statements with typed
parameters and settings, inserts in Native format, errors with their code. Each statement has a
handle of its own, as each connection of a server would; sessions, users and streams it has not.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import tempfile
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import chdb

_INSERT = re.compile(
    rb"\s*INSERT\s+INTO\b.*?\bFORMAT\s+Native\s*?(\n|$)", re.IGNORECASE | re.DOTALL
)
_FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
_CODE = re.compile(r"Code:\s*(\d+)")
_OF_TRANSPORT = {
    "database", "query", "query_id", "session_id", "session_timeout", "session_check", "compress",
    "decompress", "wait_end_of_query", "client_protocol_version", "role", "user", "password",
    "send_progress_in_http_headers", "http_headers_progress_interval_ms", "enable_http_compression",
    "buffer_size", "quota_key", "cancel_http_readonly_queries_on_client_close",
}  # fmt: skip


class Engine:
    """Handles on one directory, one for each statement that is under way."""

    def __init__(self, directory: Path) -> None:
        self._path = str(directory)
        self._refuses = refusal_of(directory)
        self._first = _handle(self._path)  # Keeps the engine while no statement runs.

    def answer(self, sql: str, body: bytes, asked: Mapping[str, str]) -> tuple[bytes, str]:
        """Run *sql* (an insert with its rows in *body*); return the answer and its format."""
        parameters = {name[6:]: value for name, value in asked.items() if name.startswith("param_")}
        settings = {
            name: value
            for name, value in asked.items()
            if name not in _OF_TRANSPORT and not name.startswith("param_")
        }
        handle = _handle(self._path)
        try:
            if database := asked.get("database"):
                handle.query(f"USE `{database}`")
            for name, value in settings.items():
                quoted = value.replace("\\", "\\\\").replace("'", "\\'")
                handle.query(f"SET {name} = '{quoted}'")
            if body:
                if self._refuses.exists():
                    raise RuntimeError(f"Code: {self._refuses.read_text()}. cannot reserve space")
                return self._inserted(handle, sql, body), "Native"
            found = _FORMAT.search(sql)
            kind = found.group(1) if found else "TabSeparated"
            answer = handle.query(sql[: found.start()] if found else sql, kind, params=parameters)
            return bytes(answer.bytes()), kind
        finally:
            handle.close()

    @staticmethod
    def _inserted(handle: Any, sql: str, body: bytes) -> bytes:
        with tempfile.NamedTemporaryFile(suffix=".native") as file:
            file.write(body)
            file.flush()
            into = _FORMAT.sub("", sql).strip()
            handle.query(f"{into} FROM INFILE '{file.name}' FORMAT Native")
        return b""


def _handle(path: str) -> Any:
    connect: Any = chdb.connect
    return connect(path)


class Front(BaseHTTPRequestHandler):
    """The part of a server's HTTP interface that the client uses."""

    protocol_version = "HTTP/1.1"
    engine: Engine

    def do_GET(self) -> None:
        """Answer a ping, or a statement in the address."""
        if urlsplit(self.path).path == "/ping":
            self._send(200, b"Ok.\n", {})
        else:
            self._statement(b"")

    def do_POST(self) -> None:
        """Answer a statement in the body, or an insert whose rows are the body."""
        self._statement(self._body())

    def _statement(self, body: bytes) -> None:
        pairs = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        asked = {name: values[-1] for name, values in pairs.items()}
        sql = asked.get("query", "")
        if sql:
            rows = body
        elif found := _INSERT.match(body):
            sql, rows = found.group(0).decode(), body[found.end() :]
        else:
            sql, rows = body.decode(), b""
        try:
            answer, kind = self.engine.answer(sql, rows, asked)
        except Exception as error:
            code = _CODE.search(str(error))
            header = {"X-ClickHouse-Exception-Code": code.group(1)} if code else {}
            self._send(500, str(error).encode(), header)
        else:
            summary = json.dumps({"read_rows": "0", "written_rows": "0"})
            headers = {"X-ClickHouse-Format": kind, "X-ClickHouse-Summary": summary}
            self._send(200, answer, {**headers, "X-ClickHouse-Timezone": "UTC"})

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        encoding = self.headers.get("Content-Encoding", "")
        if encoding == "gzip":
            return gzip.decompress(body)
        if encoding == "deflate":
            return zlib.decompress(body)
        if encoding:
            raise ValueError(f"the front does not read {encoding}")
        return body

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep no log."""


def refusal_of(directory: Path) -> Path:
    """Return the file that has the front on *directory* refuse inserts, and with which code."""
    return directory.with_name(f"{directory.name}.refuses")


@contextmanager
def refusing(directory: Path, code: int) -> Iterator[None]:
    """Have the front on *directory* refuse each insert with the error *code* within the block."""
    refusal = refusal_of(directory)
    refusal.write_text(str(code))
    try:
        yield
    finally:
        refusal.unlink()


@dataclass
class Fronted:
    """A running front: its address, and the process that may be killed."""

    url: str
    port: int
    process: subprocess.Popen[str]


@contextmanager
def fronted(directory: Path, port: int = 0) -> Iterator[Fronted]:
    """Run a front on *directory* in a process of its own for the length of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.clickhouse_front", str(directory), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    with process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline().strip()
            if not line:
                raise AssertionError("the front did not start")
            yield Fronted(line, int(line.rsplit(":", 1)[1]), process)
        finally:
            process.kill()


def main() -> None:
    """Serve the directory named until standard input ends."""
    Front.engine = Engine(Path(sys.argv[1]))
    ThreadingHTTPServer.allow_reuse_address = True
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Front)
    sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
    sys.stdout.flush()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()

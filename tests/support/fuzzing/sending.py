"""Send inputs to a server and count how they were answered."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from tests.support.fuzzing.requests import Fuzz, Input

SENDERS = 16
ANSWER_SECONDS = 30.0
"""An answer that takes longer is none: the server was stopped by what came."""


@dataclass(slots=True)
class Answers:
    """How often which status came; the inputs that the server answered with an error of its own."""

    statuses: Counter[int] = field(default_factory=Counter)
    hung_up: int = 0
    """Inputs after which the server closed without an answer: they were no request."""
    errors: list[bytes] = field(default_factory=list)
    unanswered: list[bytes] = field(default_factory=list)
    """Whole requests that got no answer, and inputs whose connection stayed open."""


async def send(port: int, fuzz: Fuzz, count: int) -> Answers:
    """Send the next *count* inputs of *fuzz* to 127.0.0.1."""
    answers = Answers()
    left = iter(range(count))

    async def sender() -> None:
        connection: _Connection | None = None
        for _ in left:
            one = fuzz.next()
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    connection = await _sent(port, connection, one, answers)
            except TimeoutError:
                answers.unanswered.append(one.data)
                connection = None
        if connection:
            connection.close()

    await asyncio.gather(*(sender() for _ in range(SENDERS)))
    return answers


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> _Connection:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def close(self) -> None:
        self.writer.close()


async def _sent(
    port: int, connection: _Connection | None, one: Input, answers: Answers
) -> _Connection | None:
    if not one.whole:
        await _alone(port, one, answers)
        return connection
    for fresh in (False, True):
        if connection is None or fresh:
            connection, fresh = await _Connection.to(port), True
        connection.writer.write(one.data)
        try:
            status, stays = await _answer(connection.reader, one.data.startswith(b"HEAD "))
        except (asyncio.IncompleteReadError, ConnectionError):
            connection.close()
            if not fresh:
                # The server may have closed before it saw this one.
                continue
            answers.unanswered.append(one.data)
            return None
        _note(status, one, answers)
        if stays:
            return connection
        connection.close()
        return None
    return None


async def _alone(port: int, one: Input, answers: Answers) -> None:
    connection = await _Connection.to(port)
    try:
        connection.writer.write(one.data)
        connection.writer.write_eof()
        status, _ = await _answer(connection.reader, head=False)
        _note(status, one, answers)
        await connection.reader.read()
    except (asyncio.IncompleteReadError, ConnectionError, OSError):
        answers.hung_up += 1
    finally:
        connection.close()


async def _answer(reader: asyncio.StreamReader, head: bool) -> tuple[int, bool]:
    lines = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
    headers = dict(line.split(b": ", 1) for line in lines[1:] if b": " in line)
    if not head:
        if headers.get(b"transfer-encoding") == b"chunked":
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        else:
            await reader.readexactly(int(headers.get(b"content-length", b"0")))
    return int(lines[0].split()[1]), headers.get(b"connection") != b"close"


def _note(status: int, one: Input, answers: Answers) -> None:
    answers.statuses[status] += 1
    if status >= 500 and len(answers.errors) < 20:
        answers.errors.append(one.data)

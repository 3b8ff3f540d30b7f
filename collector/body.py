"""Read a request's body within bounds of size and time, or throw it away within the same."""

from __future__ import annotations

import asyncio

from aiohttp import web

from collector.unreadable import Unreadable

LONGEST = 64 * 1024
"""Bytes of a body; a hit has hundreds."""


async def read_body(
    request: web.Request, *, seconds: float, keep: bool, longest: int = LONGEST
) -> bytes:
    """Return the body of *request*; with *keep* False nothing of it is held, let alone read.

    The bounds and their refusals are the same either way.
    """
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise Unreadable(415, "the body is compressed; send it without Content-Encoding")
    if (request.content_length or 0) > longest:
        raise _too_long(longest)
    if request.content.at_eof():
        return b""
    if request.content.is_eof():
        return _bounded(request.content.read_nowait(-1), keep, longest)
    try:
        async with asyncio.timeout(seconds):
            return await _collected(request, keep, longest)
    except TimeoutError:
        raise Unreadable(
            408, f"the body did not arrive within {seconds:g} seconds; send it at once"
        ) from None
    except (web.RequestPayloadError, ConnectionError):
        raise Unreadable(400, "the body broke off; send it again") from None


async def _collected(request: web.Request, keep: bool, longest: int) -> bytes:
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.content.iter_any():
        length += len(chunk)
        if length > longest:
            raise _too_long(longest)
        if keep:
            chunks.append(chunk)
    return b"".join(chunks)


def _bounded(body: bytes, keep: bool, longest: int) -> bytes:
    if len(body) > longest:
        raise _too_long(longest)
    return body if keep else b""


def _too_long(longest: int) -> Unreadable:
    return Unreadable(413, f"the body is longer than {longest} bytes; send fewer hits at a time")

"""Write lines of access logs; a test names only what matters to it."""

from __future__ import annotations

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36"
)


def a_line(
    *,
    host: str = "192.0.2.77",
    time: str = "02/Mar/2026:10:05:03 +0900",
    request: str = "GET /kurashi/ HTTP/1.1",
    status: str = "200",
    referrer: str = "-",
    agent: str = CHROME,
    more: str = "",
) -> bytes:
    """Return a line of the combined format."""
    line = f'{host} - - [{time}] "{request}" {status} 1234 "{referrer}" "{agent}"{more}'
    return line.encode()


def a_common_line(request: str = "GET /kurashi/ HTTP/1.1") -> bytes:
    """Return a line of the common format."""
    return f'192.0.2.77 - - [02/Mar/2026:10:05:03 +0900] "{request}" 200 1234'.encode()

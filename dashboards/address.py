"""Build links that carry on what the present address says: its choices and its language."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode


class Address:
    """The path and query of the page being shown."""

    def __init__(self, path: str, query: Mapping[str, str]) -> None:
        self.path = path
        self.query = {key: value for key, value in query.items() if value}

    def here(self, **changes: str | int | None) -> str:
        """Return this page's address with *changes*; None takes a parameter out."""
        return _link(self.path, {**self.query, **changes})

    def to(self, path: str, **parameters: str | int | None) -> str:
        """Return another page's address, in the language chosen here."""
        return _link(path, {**parameters, "lang": self.query.get("lang")})

    def kept(self, *without: str) -> dict[str, str]:
        """Return the parameters a form must carry on, but for those it sets itself."""
        return {key: value for key, value in self.query.items() if key not in without}


def _link(path: str, parameters: Mapping[str, str | int | None]) -> str:
    kept = {key: value for key, value in parameters.items() if value not in (None, "")}
    # A path never starts with two slashes, which browsers would read as another host.
    path = "/" + quote(path.lstrip("/"), safe="/~:@!$&'()*+,;=%")
    return f"{path}?{urlencode(kept, safe='/:,')}" if kept else path

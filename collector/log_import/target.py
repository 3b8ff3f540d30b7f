"""Tell pages from parts of pages and from feeds, by the path a log line asked for."""

from __future__ import annotations

from urllib.parse import urlsplit

from collector.log_import.line import text_of
from oboro.outcomes import Outcome

_PARTS_OF_PAGES = """
    css js mjs map png jpg jpeg gif svg ico cur bmp tif tiff webp avif apng heic
    woff woff2 ttf otf eot swf xsl xslt json webmanifest wasm
"""
_SOUND_AND_FILM = """
    mp3 mp4 m4a m4v ogg oga ogv wav flac webm avi mov mkv mpg mpeg wmv flv m3u8 ts
"""
_DOWNLOADS = """
    pdf doc docx xls xlsx ppt pptx odt ods odp rtf epub csv tsv txt md log conf xml yaml yml
    zip gz bz2 xz zst tar tgz 7z rar jar war iso dmg exe msi deb rpm apk pkg gem whl bin
"""
_ASSETS = frozenset((_PARTS_OF_PAGES + _SOUND_AND_FILM + _DOWNLOADS).split())
_PAGES_OF_PROGRAMS = ("/.well-known/", "/robots.txt", "/favicon", "/apple-touch-icon")
_FEED_ENDINGS = frozenset({"rss", "atom", "rdf"})
_FEED_NAMES = frozenset({"feed", "feeds", "rss", "atom", "rss2"})
_FEED_FILES = frozenset({"index.xml", "feed.json"})
_FEED_KEYS = ("flav=rss", "flav=atom", "feed=rss", "feed=atom", "feed=rdf", "format=feed")


def kind_of(path: str, query: str) -> Outcome:
    """Return COUNTED for a page, else ASSET or FEED.

    >>> [str(kind_of(path, "")) for path in ("/kurashi/", "/logo.png", "/blog/feed/")]
    ['counted', 'asset', 'feed']
    """
    lower = path.lower()
    last = lower.rstrip("/").rpartition("/")[2]
    stem, dot, ending = last.rpartition(".")
    if (
        last in _FEED_NAMES
        or last in _FEED_FILES
        or (dot and ending in _FEED_ENDINGS)
        or (ending == "xml" and stem in _FEED_NAMES)
        or any(part.startswith(_FEED_KEYS) for part in query.lower().split("&"))
    ):
        return Outcome.FEED
    if (dot and ending in _ASSETS) or lower.startswith(_PAGES_OF_PROGRAMS):
        return Outcome.ASSET
    return Outcome.COUNTED


class Targets:
    """Look a request's target up once: its outcome so far, and the URL when it may be a page."""

    def __init__(self, host: str, aliases: tuple[str, ...] = (), *, kept: int = 100_000) -> None:
        self._host = host
        self._hosts = frozenset({host, *aliases, *(f"www.{name}" for name in (host, *aliases))})
        self._kept = kept
        self._known: dict[bytes, tuple[Outcome, str]] = {}

    def of(self, target: bytes) -> tuple[Outcome, str]:
        """Return (COUNTED, URL) for a page of the site, else the refusal and an empty string."""
        known = self._known.get(target)
        if known is None:
            if len(self._known) >= self._kept:
                self._known.clear()
            known = self._known[target] = self._judged(text_of(target))
        return known

    def _judged(self, target: str) -> tuple[Outcome, str]:
        if not target.startswith("/"):
            try:
                parts = urlsplit(target)
                host = parts.hostname or ""
            except ValueError:
                return Outcome.INVALID, ""
            # A proxy's request for another host is nobody's view of this site.
            if parts.scheme not in ("http", "https") or host not in self._hosts:
                return Outcome.INVALID, ""
            target = parts._replace(scheme="", netloc="").geturl() or "/"
            if not target.startswith("/"):
                target = "/" + target
        whole, _, _ = target.partition("#")
        path, _, query = whole.partition("?")
        kind = kind_of(path, query)
        return (kind, f"https://{self._host}{whole}") if kind is Outcome.COUNTED else (kind, "")

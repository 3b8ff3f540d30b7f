"""Say in plain words how a publication's figures were made, in English and Japanese."""

from __future__ import annotations

from importlib.resources import files
from string import Template

from oboro.publication import Publication, PublicKeys

LANGUAGES = ("en", "ja")

_CADENCES = {
    "en": {"day": "day", "week": "week from Monday to Sunday", "month": "calendar month"},
    "ja": {"day": "日", "week": "週（月曜日から日曜日）", "month": "か月（暦月）"},
}
_LABELS = {
    "en": {
        "": "",
        "objections-not-knowable": "\n**These figures come from server logs that do not say who "
        "objected to being counted. People who opted out may be in them.**\n",
        "demonstration": "\n**These figures are made up, for a demonstration.**\n",
    },
    "ja": {
        "": "",
        "objections-not-knowable": "\n**この数値は、計測への異議の有無が記録されないサーバーの"
        "ログから作られています。計測の停止を選んだ人が含まれている可能性があります。**\n",
        "demonstration": "\n**この数値は実演用の架空のものです。**\n",
    },
}
_OBJECTIONS = {
    "en": "\nWhoever opted out of being counted, by this site's own choice, by Global Privacy "
    "Control or by Do\nNot Track, is in no figure.\n",
    "ja": "\n計測の停止（オプトアウト）を選んだ人、Global Privacy Control または "
    "Do Not Track を送る人は、どの数値にも含まれません。\n",
}
_UNKNOWN_OBJECTIONS = "objections-not-knowable"
"""The label of figures of which that cannot be said."""
_PURPOSES_JA = {
    "totals": "サイト全体の延べ訪問者数",
    "pages": "一覧にある各ページが読まれた延べ訪問者数",
    "sources": "どこから訪れたか",
    "countries": "どの国から読まれたか",
    "browsers": "どのブラウザーで読まれたか",
    "systems": "どのオペレーティングシステムで読まれたか",
    "devices": "どの種類の機器で読まれたか",
    "hours": "何時に読み始められたか",
    "languages": "どの言語が好まれているか",
}
_GAP_MEANINGS = {
    "en": {
        "void": "more readers than could be told apart; never published",
        "missing": "nothing was counted",
        "not-closed": "the day could not be closed",
        "imported-without-objections": "comes from a log that does not say who objected",
        "demonstration": "made-up data",
        "partial": "counted in part; what was counted is in the figures",
        "lost": "a draw of this period was lost, and is never repeated",
    },
    "ja": {
        "void": "区別できる数を超えたため公表しません",
        "missing": "計測されていません",
        "not-closed": "締め切りができませんでした",
        "imported-without-objections": "異議の有無が記録されないログによる日です",
        "demonstration": "架空のデータです",
        "partial": "一部のみ計測。計測された分は数値に含みます",
        "lost": "この期間の引いた値が失われ、引き直しません",
    },
}
_WORDS = {
    "en": {
        "no_gap": "There are none.",
        "first": "It is the first publication of this site.",
        "previous": "The `SHA256SUMS` of the publication before this one has the SHA-256 `{}`.",
        "closed": "list {version} of the program",
        "listed": "list {version} of the publisher, given {listed_on}",
        "before": "before anything was counted",
    },
    "ja": {
        "no_gap": "ありません。",
        "first": "このサイトの最初の公表です。",
        "previous": "一つ前の公表の `SHA256SUMS` の SHA-256 は `{}` です。",
        "closed": "プログラムの一覧（第 {version} 版）",
        "listed": "公表者の一覧（第 {version} 版、{listed_on}）",
        "before": "計測開始前に提示",
    },
}


def purpose_of(name: str, purpose: str, language: str) -> str:
    """Return what the table called *name* is for, in *language*."""
    return _PURPOSES_JA.get(name, purpose) if language == "ja" else purpose


def method_text(publication: Publication, language: str) -> str:
    """Return ``method.en.md`` or ``method.ja.md``."""
    words = _WORDS[language]
    template = files(__package__).joinpath(f"texts/method.{language}.md")
    tables = [
        f"| {table.name} | {purpose_of(table.name, table.purpose, language)} | {table.l0} "
        f"| {table.linf} | {table.epsilon} | {table.scale} | {_keys(table.key_set, language)} |\n"
        for table in publication.tables
    ]
    gaps = [
        f"- {gap.day}: `{gap.code}`{_meaning(gap.code, language)}\n" for gap in publication.gaps
    ]
    previous = publication.previous
    return Template(template.read_text(encoding="utf-8")).substitute(
        site=publication.site,
        zone=publication.zone,
        first=publication.first,
        last=publication.last,
        number=publication.number,
        label=_LABELS[language][publication.label],
        objections="" if publication.label == _UNKNOWN_OBJECTIONS else _OBJECTIONS[language],
        epsilon=publication.epsilon,
        distinct=publication.distinct,
        cadence=_CADENCES[language][publication.cadence],
        periods=len(publication.periods),
        tables="".join(tables),
        gaps="".join(gaps).rstrip("\n") or words["no_gap"],
        previous=words["previous"].format(previous) if previous else words["first"],
    )


def _meaning(code: str, language: str) -> str:
    # What was lost is followed by the table's name.
    meaning = _GAP_MEANINGS[language].get("lost" if code.startswith("lost-") else code)
    if meaning is None:
        return ""
    return f": {meaning}" if language == "en" else f"：{meaning}"


def _keys(keys: PublicKeys, language: str) -> str:
    words = _WORDS[language]
    return words[keys.kind].format(
        version=keys.version, listed_on=keys.listed_on or words["before"]
    )

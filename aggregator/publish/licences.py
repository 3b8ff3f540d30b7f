"""Under which licence figures are published; the operator chooses one."""

from __future__ import annotations

from dataclasses import dataclass

from oboro.publication import Publication


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence: its name, title and address, and whether the source must be named."""

    name: str
    title: str
    address: str
    names_source: bool


LICENCES = {
    licence.name: licence
    for licence in (
        Licence(
            "CC-BY-4.0",
            "Creative Commons Attribution 4.0 International",
            "https://creativecommons.org/licenses/by/4.0/",
            names_source=True,
        ),
        Licence(
            "CC0-1.0",
            "Creative Commons Zero 1.0 Universal",
            "https://creativecommons.org/publicdomain/zero/1.0/",
            names_source=False,
        ),
    )
}


def licence_text(licence: Licence, publication: Publication) -> str:
    """Return what ``LICENSE.txt`` says, in English and Japanese."""
    stretch = f"{publication.first} – {publication.last}"
    credit = f"{publication.site}, {stretch}"
    english = (
        f"These figures may be used, also commercially, under {licence.title}\n"
        f"({licence.name}): {licence.address}\n"
    )
    japanese = (
        f"この数値は {licence.title}（{licence.name}）の条件で、\n"
        f"商用を含め自由に利用できます：{licence.address}\n"
    )
    if licence.names_source:
        english += f"Name the source: {credit}.\nSay so where you changed something.\n"
        japanese += f"出典を示してください：{credit}\n改変した場合はその旨を示してください。\n"
    return f"{english}\n{japanese}"

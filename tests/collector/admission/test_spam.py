"""A visit that is made up to be seen in reports is refused, by the operator's lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.admission import admit, checks_by
from collector.admission.spam import read_spam_referrers
from oboro.errors import UsageError
from oboro.outcomes import Outcome
from oboro.settings import Settings
from tests.support.arrivals import an_arrival
from tests.support.workspace import a_site


@pytest.mark.parametrize(
    ("referrer", "outcome"),
    [
        ("https://spam.example/", Outcome.SPAM),
        ("http://WWW.a.spam.example:80/x?y", Outcome.SPAM),
        ("https://xn--eckwd4c7c.example/", Outcome.SPAM),
        ("https://ドメイン.example/", Outcome.SPAM),
        ("https://notspam.example/", None),
        ("https://good.example/?r=spam.example", None),
        ("spam.example", None),
        ("", None),
    ],
)
def test_a_referrer_on_the_sites_list_is_spam(referrer: str, outcome: Outcome | None) -> None:
    site = a_site(spam_referrers=("spam.example", "xn--eckwd4c7c.example"))

    assert admit(an_arrival(referrer=referrer), site) is outcome


def test_a_referrer_in_the_named_file_is_spam(tmp_path: Path) -> None:
    listed = tmp_path / "spammers.txt"
    listed.write_text("0n-line.tv\n\n# a remark\nWWW.Other.example # why\n", "utf-8")
    checks = checks_by(Settings(spam_referrers=listed))

    assert admit(an_arrival(referrer="https://a.0n-line.tv/"), a_site(), checks) is Outcome.SPAM
    assert admit(an_arrival(referrer="https://other.example/"), a_site(), checks) is Outcome.SPAM
    assert admit(an_arrival(referrer="https://remark/"), a_site(), checks) is None


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_list_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "spammers.txt"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(UsageError, match=r"OBORO_SPAM_REFERRERS names .*spammers\.txt"):
        read_spam_referrers(path)

from __future__ import annotations

import pytest

from collector.log_import.objection import check_fields
from oboro.errors import UsageError


def test_fields_are_named_in_any_case() -> None:
    assert check_fields(("Sec-GPC", "-", "Cookie")) == ("sec-gpc", "-", "cookie")


@pytest.mark.parametrize("fields", [("referer",), ("-",), ("-", "-")])
def test_fields_that_hold_no_objection_are_refused(fields: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="opt-out-field"):
        check_fields(fields)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.identifiers import classify
from rules.model import SubjectKind
from rules.placeholders import holds_variable


@pytest.mark.parametrize(
    "text",
    [
        "{{name}}", "creator = {{ who }}", "{0}", "{}", "{user name}", "${user}", "$!{user}", "#{user}", "$user", "$!user",
        "<%= user %>", "%(user)s", "%s", "%1$s", "assignee = %d", "@user@", "x = @user.name@",
    ],
)  # fmt: skip
def test_the_variables_of_common_templates_are_known(text: str) -> None:
    assert holds_variable(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "tbergmann", "tilda@acme-optics.se", "@authenticated", "@all, @self", "a$b", "100%", "100% sure", "C.ra ppy/User. /",
        "assignee = tbergmann", "tilda@acme@x", "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10", "a & b", "}{",
    ],
)  # fmt: skip
def test_names_roles_and_queries_are_no_variables(text: str) -> None:
    assert not holds_variable(text)


@given(st.from_regex(r"[a-z][a-z0-9._-]{0,20}", fullmatch=True))
def test_a_plain_username_is_never_taken_for_a_variable(name: str) -> None:
    assert not holds_variable(name)
    assert classify(name) in {SubjectKind.USERNAME, SubjectKind.ACCOUNT_ID, SubjectKind.USER_KEY}

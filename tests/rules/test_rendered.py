"""Mentions that were pasted as HTML, and references whose names XML does not know."""

from __future__ import annotations

import pytest

from rules.context import Context
from rules.model import Confidence, HeldReason
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BY_ID, RULES, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
PEOPLE = Directory({KEY: ANN, "ann": ANN})


@pytest.mark.parametrize(
    "body",
    [
        f'<p>é<a class="confluence-userlink" data-user-key="{KEY}" href="#">A</a></p>',
        '<p><a data-username = "ann">A</a></p>',
        "<p><a\ndata-user-name='ann'>A</a></p>",
        f'<p><a data-userkey="{KEY}">A</a></p>',
        f'<p><a class="x"\tuserkey="{KEY}">A</a></p>',
        '<ac:link><RI:USER RI:USERNAME="ann"/></ac:link>',
        f'<ac:link><RI:USER ri:USERKEY="{KEY}"></RI:USER></ac:link>',
        f'<ac:link><Ri:User ri:account-id="{KEY}"/></ac:link>',
        f'<ac:link><ri:USER ri:userkey="{KEY}"/></ac:link>',
    ],
)
def test_what_nothing_takes_the_place_of_is_reported_with_low_confidence_and_held(body: str) -> None:
    (match,) = scan(part(body.encode()), RULES).matches
    assert (match.rule, match.confidence, match.rewritable) == ("legacy-mention", Confidence.LOW, False)
    assert match.span.of(body.encode()).decode() in {KEY, "ann"}
    result = rewrite(part(body.encode()), RULES, PEOPLE)
    assert (result.data, [hold.reason for hold in result.holds]) == (body.encode(), [HeldReason.NO_REWRITER])


@pytest.mark.parametrize("name", ["data-account-id", "data-mention-id"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_user_key_in_an_attribute_for_account_ids_is_rewritten_in_place(name: str, quote: str) -> None:
    body = f"<p>é &nbsp;<span {name} = {quote}{{}}{quote} title='x'>A</span> <b>z</b></p>"
    result = rewrite(part(body.format(KEY).encode()), RULES, PEOPLE)
    assert (result.data.decode(), result.holds) == (body.format(ANN), ())
    (hold,) = rewrite(part(body.format(KEY).encode()), RULES, Directory({})).holds
    assert hold.reason is HeldReason.UNRESOLVED
    assert scan(part(body.format("order-77").encode()), RULES).matches == ()


def test_a_name_in_an_attribute_for_account_ids_counts_where_the_run_has_met_it() -> None:
    body = part(b'<p><span data-account-id="Ann">A</span></p>')
    (match,) = scan(body, RULES, Context(known=frozenset({"ann"}))).matches
    assert (match.rule, match.confidence, match.rewritable) == ("legacy-mention", Confidence.MEDIUM, True)
    assert scan(body, RULES).matches == ()


@pytest.mark.parametrize(
    "body",
    [
        f'<p><span data-account-id="{ANN}" class="user-mention">A</span></p>',
        f'<p><span data-mention-id="{ANN}" class="user">A</span></p>',
        "<h2>User guide</h2><p>for every USER of R and <Router/></p>",
    ],
)
def test_modern_mentions_and_words_alike_open_no_gate(body: str) -> None:
    assert not BY_ID["legacy-mention"].applies(part(body.encode()).kind, body.encode())


def test_a_misspelled_attribute_of_a_reference_is_reported_with_low_confidence_too_and_rewritten() -> None:
    for name, value in (("RI:USERNAME", "ann"), ("ri:USERKEY", KEY)):
        body = part(f'<ac:link><ri:user {name}="{value}"/></ac:link>'.encode())
        (match,) = scan(body, RULES).matches
        assert match.confidence is Confidence.LOW
        assert rewrite(body, RULES, PEOPLE).data == f'<ac:link><ri:user ri:account-id="{ANN}"/></ac:link>'.encode()

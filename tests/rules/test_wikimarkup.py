from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.model import Confidence, HeldReason, Kind, ObjectType, Part, Ref
from rules.rewrite import rewrite
from rules.scan import scan
from rules.wikimarkup import named
from tests.rules.parts import ANN, BY_ID, RULES, Directory, part

WIKI = BY_ID["legacy-wiki-mention"]
KNOWN = Directory({"ann": ANN, "8a7f80826c1d4e5f016c1d4e6f700001": ANN})


def people(text: str) -> list[tuple[str, bool, bool]]:
    return [(each.subject.reveal(), each.link, each.sample) for each in named(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[~ann]", [("ann", True, False)]),
        ("[Ann Other|~ann] and [~bob.x@acme-optics.se]", [("ann", True, False), ("bob.x@acme-optics.se", True, False)]),
        ("[~8a7f80826c1d4e5f016c1d4e6f700001]", [("8a7f80826c1d4e5f016c1d4e6f700001", True, False)]),
        ("[~ann:Home page]", [("ann", False, False)]),
        ("{mention:ann} {profile:user=bob|x=y} {profile-picture:User=kim}", [("ann", False, False), ("bob", False, False), ("kim", False, False)]),
        ("{code:java}[~ann]{code} [~bob]", [("ann", True, True), ("bob", True, False)]),
        ("{noformat}{code}[~ann]{noformat}", [("ann", True, True)]),
        ("{code}[~ann]", [("ann", True, False)]),
        ("_[~ann]_ see[Ann|~bob]", [("ann", True, False), ("bob", True, False)]),
        ("[~20771234]", [("20771234", True, False)]),
        ("{recently-updated:max=3|author=ann}", [("ann", False, False)]),
        ("{blog-posts:authors=ann, -bob.x} {content-by-user:kim}", [("ann", False, False), ("bob.x", False, False), ("kim", False, False)]),
        ("{code}{status-list:username=ann}{code}", [("ann", False, True)]),
    ],
)  # fmt: skip
def test_every_form_of_wiki_markup_names_its_person(text: str, expected: list[tuple[str, bool, bool]]) -> None:
    assert people(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "[~accountid:5d41402abc4b2a76b9719d91]", "[~5d41402abc4b2a76b9719d91]", "\\[~ann]", "\\{mention:ann}", "[~50]", "[~30min]",
        "[~5%]", "[~]", "[~ ann]", "[a[~b]", "~ann~", "[ann]", "[~ann", "{mention}", "{mention:}", "{profiles:ann}", "[^~ann.txt|x]",
        "{recently-updated:spaces=ann}", "{recently-updated:author=5d41402abc4b2a76b9719d91,$who}", "\\{status-list:ann}", "{contentbylabel:ann}",
        "[~b]", "[a|b|~ann]", "x[~mask] = [3]", "{profile:user=accountid:5d41402abc4b2a76b9719d91}",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_mention_names_nobody(text: str) -> None:
    assert people(text) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('comment ~ "[~ann]"', ["ann"]),
        (r'comment ~ "\\[~ann\\]" or comment ~ "see [~bob.x] there"', ["ann", "bob.x"]),
        ('comment ~ "[~accountid:5d41402abc4b2a76b9719d91]" or text ~ "[~5d41402abc4b2a76b9719d91]"', []),
        (r'text ~ "[~20]" or text ~ "[~20\\]" or text ~ "~ann" or text ~ "[~ann"', []),
    ],
)
@pytest.mark.parametrize("kind", [Kind.CQL, Kind.JQL])
def test_a_query_for_the_link_to_a_person_is_found_and_held(query: str, found: list[str], kind: Kind) -> None:
    result = rewrite(part(query.encode(), kind), RULES, KNOWN)
    assert (result.data.decode(), result.edits) == (query, ())
    assert [(hold.rule, hold.subject.reveal(), hold.reason) for hold in result.holds] == [
        (WIKI.id, name, HeldReason.NO_REWRITER) for name in found
    ]
    assert {match.confidence for match in scan(part(query.encode(), kind), RULES).matches} <= {Confidence.MEDIUM}


@given(st.text(alphabet="[]~|{}:codementinfrma \\\n", max_size=60))
def test_what_is_found_stands_where_it_is_said_to_stand(text: str) -> None:
    for each in named(text):
        assert text[each.start : each.end] == each.subject.reveal()


def test_many_blocks_of_code_cost_no_more_than_their_length() -> None:
    assert len(people("{code}[~ann]{code}\n" * 20_000 + "{code:a}" * 20_000)) == 20_000


def test_a_body_of_wiki_markup_in_a_rest_answer_is_rewritten_in_a_file_and_held_on_a_site() -> None:
    data = json.dumps({"body": {"storage": {"value": "é [~ann] {mention:ann}", "representation": "wiki"}}}).encode()
    result = rewrite(Part(Ref(ObjectType.FILE, "a.json"), "body", Kind.JSON, data), RULES, KNOWN)
    assert result.data == data.replace(b"[~ann]", f"[~accountid:{ANN}]".encode())
    assert [hold.reason for hold in result.holds] == [HeldReason.NO_REWRITER]
    kept = rewrite(part(data, Kind.JSON), RULES, KNOWN)
    assert (kept.data, len(kept.holds)) == (data, 2)


def test_an_unknown_person_in_wiki_markup_is_held() -> None:
    result = rewrite(part(b"[~ann] [~eve]", Kind.TEXT), [WIKI], KNOWN)
    assert result.data == f"[~accountid:{ANN}] [~eve]".encode()
    assert [hold.reason for hold in result.holds] == [HeldReason.UNRESOLVED]


def test_wiki_markup_in_pages_is_reported_as_sure_as_its_place_allows_and_stays() -> None:
    body = (
        b"<p>[~ann]</p><pre>[~ann]</pre><p><code>x {mention:ann} y</code></p><!-- [~ann] --><!-- x -->"
        b'<ac:structured-macro ac:name="unmigrated-inline-wiki-markup"><ac:plain-text-body><![CDATA[[~ann] {code}[~ann]{code}'
        b"]]></ac:plain-text-body></ac:structured-macro>"
        b'<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[[~ann]]]></ac:plain-text-body></ac:structured-macro>'
    )
    seen = scan(part(body), RULES)
    assert [(match.rule, match.confidence) for match in seen.matches] == [
        ("legacy-wiki-mention", Confidence.MEDIUM),
        ("legacy-wiki-mention", Confidence.LOW),
        ("legacy-wiki-mention", Confidence.LOW),
        ("legacy-wiki-mention", Confidence.LOW),
        ("legacy-wiki-mention", Confidence.HIGH),
        ("legacy-wiki-mention", Confidence.LOW),
        ("sample-code-user", Confidence.LOW),
    ]
    assert not any(match.rewritable for match in seen.matches)
    result = rewrite(part(body), RULES, KNOWN)
    assert (result.data, len(result.holds)) == (body, 7)


def test_the_element_around_each_mark_says_whether_it_is_a_sample() -> None:
    body = b"<p><code>ls</code> ask [~ann] or type <tt>[~ann]</tt>, <kbd>[~ann]</kbd>, <samp>[~ann]</samp>; [~ann]</p>"
    seen = scan(part(body), [WIKI])
    assert [match.confidence.label for match in seen.matches] == ["medium", "low", "low", "low", "medium"]
    assert ["sample" in match.reason for match in seen.matches] == [False, True, True, True, False]


def test_wiki_markup_in_a_document_is_a_sample_where_code_is() -> None:
    document = {
        "type": "doc",
        "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": "[~ann]"}, {"type": "text", "text": "x {y}"}]},
            {"type": "codeBlock", "content": [{"type": "text", "text": "[~ann]"}]},
            {"type": "text", "text": "{mention:ann}", "marks": [{"type": "code"}, 7]},
            {"type": "text", "text": "[~ann]", "marks": [{"type": "strong"}]},
        ],
    }
    seen = scan(part(json.dumps(document).encode(), Kind.ADF), [WIKI])
    assert [match.confidence.label for match in seen.matches] == ["medium", "low", "low", "medium"]
    assert scan(part(b'{"type":"doc","x":"[~ann]"', Kind.ADF), [WIKI]).matches == ()


def test_variables_in_samples_are_nobody() -> None:
    body = (
        b'<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[<ri:user ri:username="@name@"/>'
        b"]]></ac:plain-text-body></ac:structured-macro>"
    )
    assert scan(part(body), RULES).matches == ()

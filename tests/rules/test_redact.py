from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from rules.model import HeldReason, Kind, Match, ObjectType, Part, Personal, Ref, Span, SubjectKind
from rules.redact import IDENTIFIER, MASK_PROOF, MASKS, redact
from rules.registry import load
from rules.rewrite import Rewritten
from rules.scan import scan
from rules.view import View

RULES = load()


def body(text: str) -> Part:
    return Part(Ref(ObjectType.PAGE, "101", 7), "body", Kind.STORAGE, text.encode())


def found(part: Part, *rules: str) -> tuple[Match, ...]:
    return tuple(match for match in scan(part, RULES).matches if match.rule in rules)


def redacted(text: str, *rules: str) -> Rewritten:
    part = body(text)
    return redact(part, found(part, *rules), RULES)


def test_an_address_in_text_is_masked_and_nothing_else_changes() -> None:
    done = redacted("<p>Ask tilda@acme-optics.se &ndash; or ola@acme-optics.se</p>", "email-address")
    assert done.data == b"<p>Ask [redacted] &ndash; or [redacted]</p>"
    assert (len(done.edits), done.holds, done.proof) == (2, (), MASK_PROOF)


def test_only_what_was_chosen_is_masked() -> None:
    part = body("<p>tilda@acme-optics.se, ola@acme-optics.se</p>")
    done = redact(part, found(part, "email-address")[1:], RULES)
    assert done.data == b"<p>tilda@acme-optics.se, [redacted]</p>"


def test_the_text_of_a_link_to_a_person_becomes_a_dash_because_a_word_would_be_a_name() -> None:
    account = 'ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"'
    link = f"<ac:link><ri:user {account}/><ac:link-body>%s</ac:link-body></ac:link>"
    done = redacted(link % "Tilda Bergmann", "link-display-name")
    assert done.data.decode() == link % "\N{EN DASH}"


@pytest.mark.parametrize(
    "text", ["<b>Tilda</b> Bergmann", "T<i>ilda</i><!-- x -->&nbsp;Berg<b>mann</b>", " <b>Til</b>da"]
)
def test_a_text_of_a_link_in_pieces_goes_as_a_whole(text: str) -> None:
    link = '<ac:link><ri:user ri:account-id="5d41402abc4b2a76b9719d91"/><ac:link-body>%s</ac:link-body></ac:link>'
    done = redacted(link % text, "link-display-name")
    assert (done.data.decode(), done.holds) == (link % "\N{EN DASH}", ())


def test_an_attribute_that_holds_a_name_is_emptied() -> None:
    account = 'ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"'
    done = redacted(f'<ri:user {account} ri:display-name="Tilda Bergmann"/>', "link-display-name")
    assert done.data.decode() == f'<ri:user {account} ri:display-name=""/>'


def test_matches_that_share_bytes_are_one_edit() -> None:
    part = body("<p>tilda@acme-optics.se</p>")
    (match,) = found(part, "email-address")
    inner = replace(match, span=Span(match.span.start + 2, match.span.end - 3))
    done = redact(part, [inner, match], RULES)
    assert (done.data, len(done.edits)) == (b"<p>[redacted]</p>", 1)


def test_nothing_chosen_changes_nothing() -> None:
    part = body("<p>tilda@acme-optics.se</p>")
    assert redact(part, [], RULES) == Rewritten(part.data, (), (), ())


@pytest.mark.parametrize("text", ["<p>tilda@acme-optics.se</x>", "<p>tilda@acme-optics.se"])
def test_a_part_that_cannot_be_judged_is_held_whole(text: str) -> None:
    done = redacted(text, "email-address")
    assert (done.data, done.edits, done.proof) == (text.encode(), (), ())
    assert {hold.reason for hold in done.holds} == {HeldReason.NOT_PROVED}


def test_what_no_mask_fits_is_held_and_the_rest_is_masked() -> None:
    part = body("<p>tilda@acme-optics.se</p><p>ola@acme-optics.se</p>")
    first, second = found(part, "email-address")
    broken = replace(first, span=Span(0, first.span.end))  # its mask would take a tag away
    done = redact(part, [broken, second], RULES)
    assert done.data == b"<p>tilda@acme-optics.se</p><p>[redacted]</p>"
    assert [(hold.rule, hold.span) for hold in done.holds] == [("email-address", broken.span)]


def test_masks_are_no_personal_data() -> None:
    for mask in MASKS:
        assert scan(body(f"<p>{mask.decode()}</p>"), RULES).matches == ()


def test_when_the_masks_together_would_be_found_nothing_is_changed() -> None:
    email = next(rule for rule in RULES if rule.id == "email-address")

    def detect(view: View) -> Iterator[Match]:
        twice = view.part.data.find(b"[redacted], [redacted]")
        if twice >= 0:
            yield email.match(Span(twice, twice + 22), Personal(SubjectKind.EMAIL, "x"), where="", excerpt="")

    pair = replace(email, detect=detect, gate=())
    part = body("<p>tilda@acme-optics.se, ola@acme-optics.se</p>")
    done = redact(part, found(part, "email-address"), [pair])
    assert (done.data, done.edits, done.proof) == (part.data, (), ())
    assert len(done.holds) == 2


LINK = '<ac:link><ri:user ri:account-id="5d41402abc4b2a76b9719d91"/>%s</ac:link>'
TEXT = "<ac:plain-text-link-body><![CDATA[%s]]></ac:plain-text-link-body>"
MACRO = '<ac:structured-macro ac:name="%s"><ac:parameter ac:name="%s">%s</ac:parameter></ac:structured-macro>'
MAIL = "tilda@acme-optics.se"


def test_the_name_in_the_section_of_a_link_becomes_a_dash_and_the_section_stays() -> None:
    done = redacted(LINK % (TEXT % "Tilda Bergmann"), "link-display-name")
    assert (done.data.decode(), done.holds) == (LINK % (TEXT % "\N{EN DASH}"), ())


@pytest.mark.parametrize(
    "text",
    [
        LINK % (TEXT % "Tilda]]> <![CDATA[Bergmann"),
        f'<ac:link><ri:page ri:content-title="x"/>{TEXT % MAIL}</ac:link>',
        f'<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[{MAIL}]]></ac:plain-text-body></ac:structured-macro>',
    ],
)
def test_other_sections_are_not_masked(text: str) -> None:
    done = redacted(text, "link-display-name", "email-address")
    assert done.data.decode() == text
    assert {hold.reason for hold in done.holds} == {HeldReason.NOT_PROVED}


@pytest.mark.parametrize("behind", ["", " <b>x</b> <![CDATA[y]]>"])
@pytest.mark.parametrize(
    "value",
    [
        "til<![CDATA[da@acme]]>-optics.se",
        "<![CDATA[til]]>da@acme-optics.se",
        "tilda@acme-<![CDATA[optics.se]]>",
        "IBAN <![CDATA[DE27 1007]]> 7777 0209 2997 00",
        "IBAN DE27 1007 <![CDATA[7777 0209 2997 00]]>",
    ],
)
def test_a_value_across_the_border_of_a_section_is_found_and_never_cut_out(value: str, behind: str) -> None:
    text = f"<p>{value}{behind}</p>"
    done = redacted(text, "email-address", "iban")
    assert (done.data.decode(), done.edits) == (text, ())
    assert [hold.reason for hold in done.holds] == [HeldReason.NOT_PROVED]


def test_a_value_that_a_comment_parts_is_masked_with_it_and_half_an_element_is_not() -> None:
    assert redacted("<p>til<!-- x -->da@acme-optics.se</p>", "email-address").data == b"<p>[redacted]</p>"
    done = redacted("<p>til<b>da@acme-optics.se, </b>x</p>", "email-address")
    assert (done.edits, len(done.holds)) == ((), 1)


@pytest.mark.parametrize(
    "text",
    [
        MACRO % ("jira", "jqlQuery", f'assignee = "{MAIL}"'),
        MACRO % ("contentbylabel", "cql", f'creator = "{MAIL}"'),
        MACRO % ("contentbylabel", "author", MAIL),
        MACRO % ("profile", "user", MAIL),
        f'<p><a href="https://acme.atlassian.net/wiki/display/~{MAIL}">x</a></p>',
        f"<ac:task><ac:task-assignee>{MAIL}</ac:task-assignee></ac:task>",
    ],
)
def test_an_address_that_is_an_identifier_is_held_and_nothing_becomes_empty(text: str) -> None:
    done = redacted(f"{text}<p>{MAIL}</p>", "email-address")
    assert done.data.decode() == f"{text}<p>[redacted]</p>"
    assert {(hold.reason, hold.detail) for hold in done.holds} == {(HeldReason.NOT_SELECTED, IDENTIFIER)}


def test_an_identifier_in_stored_json_is_held() -> None:
    data = f'{{"username":"{MAIL}","note":"{MAIL}"}}'
    part = Part(Ref(ObjectType.PAGE, "101", 7), "property:x", Kind.JSON, data.encode())
    done = redact(part, found(part, "email-address"), RULES)
    assert done.data.decode() == f'{{"username":"{MAIL}","note":"[redacted]"}}'
    assert [hold.detail for hold in done.holds] == [IDENTIFIER]


def test_a_query_is_never_left_without_its_value() -> None:
    text = MACRO % ("contentbylabel", "cql", 'creator.fullname ~ "Tilda Bergmann"')
    done = redacted(text, "cql-personal-name")
    assert (done.data.decode(), len(done.holds)) == (text, 1)

"""Remarks of reviewers are masked by what the plan knows and by the shapes of identifiers."""

from __future__ import annotations

import pytest

from rules.model import Personal, SubjectKind
from rules.remarks import mask_remark

KEY = bytes(range(32))
PEOPLE = [
    Personal(SubjectKind.USERNAME, "jude.okafor").subject(KEY),
    Personal(SubjectKind.DISPLAY_NAME, "Jude Amara Okafor").subject(KEY),
    Personal(SubjectKind.USERNAME, "mo").subject(KEY),
    Personal(SubjectKind.INTERFACE, "creator").subject(KEY),
]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("left, see jude.okafor@acme-optics.example", "left, see j***@a***.example"),
        ("is 8a7f80358869cdea1b88eea232bc6093.", "is 8a***."),
        ("is JIRAUSER10100, I think", "is JI***, I think"),
        ("now 5b10ac8d82e05b22cc7d4ef5", "now 5b***"),
        ("now 712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10!", "now 712020:***!"),
        ("now 712020%3A4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10", "now 712020:***"),
        ("customer qm:4e1f7c02:ab12", "customer qm***"),
        ("ask Jude.Okafor's boss, not Mo", "ask J***'s boss, not M***"),
        ("(Jude Amara Okafor) left", "(J***) left"),
        ("~zoe.park, who left", "~z***, who left"),
        (
            "see https://acme.example/wiki/display/~zoe.park/Home",
            "see https://acme.example/wiki/display/~z***/Home",
        ),
        (
            "see https://acme.example/users/viewuserprofile.action?username=zoe.park&x=1",
            "see https://acme.example/users/viewuserprofile.action?username=z***&x=1",
        ),
        ("with password=opensesame", "with password=***"),
    ],
)
def test_what_may_name_a_person_is_masked(text: str, shown: str) -> None:
    assert mask_remark(text, PEOPLE, KEY) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "too early: after 14:30, on page 712020, see A-0001",
        "the creator asked for it, the model is moderate",
        "abcdefghijklmnopqrstuvwx is one long word",
        "see https://acme.example/wiki/spaces/HR/pages/12345",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert mask_remark(text, PEOPLE, KEY) == text


def test_texts_of_edits_are_masked_without_their_markup_and_as_whole_words() -> None:
    pieces = ['<ac:link><ri:user ri:username="x"/></ac:link>', "<b>Zoe Park</b> (left)", " ", "&", "of", "-----"]
    assert mask_remark("zoe park of HR & Zoe Parker -----", [], KEY, pieces) == "z*** of HR & Zoe Parker -----"


def test_two_people_in_one_address_are_both_masked() -> None:
    text = "https://zoe.park:secret@acme.example/wiki/display/~zoe.park"
    shown = mask_remark(text, [], KEY)
    assert "zoe" not in shown
    assert "secret" not in shown

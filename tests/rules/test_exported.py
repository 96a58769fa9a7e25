"""CDATA sections of bodies that were cut from XML exports: their ends are undone for reading, and stay as they are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.model import HeldReason
from rules.rewrite import rewrite
from rules.storage import Storage
from rules.wellformed import ambiguous, as_stored
from tests.rules.parts import ANN, RULES, Directory, part


def test_sections_as_exports_end_them_are_read_and_keep_their_bytes() -> None:
    data = b"<p><![CDATA[<ri:user/> a]] ></p><ri:user/><![CDATA[b]] >"
    storage = Storage(data)
    assert storage.unreadable is None
    assert storage.cdata() == (b"<![CDATA[<ri:user/> a]] >", b"<![CDATA[b]] >")
    assert [each.name for each in storage.tags(re.compile(b"<"))] == ["p", "ri:user"]
    assert as_stored(data) == b"<p><![CDATA[<ri:user/> a ]]></p><ri:user/><![CDATA[b ]]>"


def code(text: bytes) -> bytes:
    """Return a macro with code in it, as an export writes it."""
    return (
        b'<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA['
        + text.replace(b"]]>", b"]]]]><![CDATA[>").replace(b"]]>", b"]] >")
        + b"]] ></ac:plain-text-body></ac:structured-macro>"
    )


def link(name: bytes) -> bytes:
    """Return a mention with a text, as an export writes it."""
    return (
        b'<ac:link><ri:user ri:username="jsmith" /><ac:plain-text-link-body><![CDATA['
        + name
        + b"]] ></ac:plain-text-link-body></ac:link>"
    )


SAMPLES = [
    b"if (m[k[0]] > 3) { s = '<ri:user ri:username=\"eve\"/>' }",
    b"[[ $a ]] > b && [[ c ]] > d",
    b"a]]>b ]]>",
    b"]]",
    b"]] >\n",
    b"]] ></p><p>",
    b"<ac:plain-text-body><![CDATA[ x ]]></ac:plain-text-body>",
    b"]] ></ac:plain-text-link-body><ri:user ri:username='eve'/>",
    b"<!-- <?php",
    b"",
]


@pytest.mark.parametrize("sample", SAMPLES)
def test_code_of_an_export_ends_before_its_end_tag_whatever_it_holds(sample: bytes) -> None:
    body = b"<!-- <![CDATA[ --><p>a]] >b</p>" + code(sample) + link(b"J]] > Smith") + code(sample) + b"<p>]] >\n</p>"
    storage = Storage(body)
    assert storage.unreadable is None
    assert [each.name for each in storage.named("ri:user")] == ["ri:user"]
    joined = b"".join(storage.cdata()).replace(b"]] ><![CDATA[>", b"]]>>")
    assert joined.count(b"<![CDATA[") >= 3
    result = rewrite(part(body), RULES, Directory({"jsmith": ANN}))
    assert result.data == body.replace(b'ri:username="jsmith"', b'ri:account-id="%s"' % ANN.encode())
    assert {hold.rule for hold in result.holds} <= {"sample-code-user"}
    assert Storage(result.data).cdata() == storage.cdata()


@given(st.lists(st.text(st.sampled_from("]> a<![CDATA/"), max_size=12).map(str.encode), max_size=4))
def test_any_code_of_an_export_is_one_section_or_as_many_as_it_was_split_into(samples: list[bytes]) -> None:
    body = b"<p/>".join(code(sample) for sample in samples)
    storage = Storage(body)
    assert storage.unreadable is None
    assert len(storage.cdata()) == len(samples) + body.count(b"]] ><![CDATA[>")
    assert len(list(storage.macros())) == len(samples)


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (b'<p><![CDATA[a]] ></p><ri:user ri:username="jsmith"/><p>m[k[0]] > 3</p>', 3),
        (b'<p><![CDATA[<![CDATA[ a]] ></p><ri:user ri:username="jsmith"/>', 3),
        (b'<p><![CDATA[a]] >b</p><ri:user ri:username="jsmith"/>', 3),
        (code(b"a[b[0]] > 1") + b'<p><![CDATA[a]] ></p><ri:user ri:username="jsmith"/><p>]] ></p>', 126),
    ],
)
def test_a_section_of_an_export_that_could_end_elsewhere_makes_the_body_unreadable_and_unchanged(
    body: bytes, at: int
) -> None:
    unreadable = Storage(body).unreadable
    assert unreadable is not None
    assert (unreadable.reason, unreadable.offset) == ("the end of a CDATA section cannot be told from its contents", at)
    assert body[at:].startswith(b"<![CDATA[")
    result = rewrite(part(body), RULES, Directory({"jsmith": ANN}))
    assert result.data == body
    assert {hold.reason for hold in result.holds} == {HeldReason.MALFORMED}


def test_code_ends_as_on_a_site_or_as_in_an_export_and_a_section_elsewhere_in_such_a_body_makes_it_unreadable() -> None:
    mixed = code(b"a[b[0]] > 1") + code(b"b").replace(b"]] >", b"]]>") + link(b"J")
    assert Storage(mixed).unreadable is None
    assert len(Storage(mixed).cdata()) == 3
    assert rewrite(part(mixed), RULES, Directory({"jsmith": ANN})).proof
    body = b'<p><![CDATA[a]]></p><ri:user ri:username="jsmith"/>' + code(b"b")
    unreadable = Storage(body).unreadable
    assert unreadable is not None
    assert unreadable.reason == "some CDATA sections end as on a site and some as in an export"
    assert rewrite(part(body), RULES, Directory({"jsmith": ANN})).data == body


def test_a_section_beside_markup_in_a_body_of_code_and_an_element_that_closes_itself_are_read_as_any_other() -> None:
    body = (
        b"<ac:plain-text-body/><![CDATA[a]] ><p/><ac:plain-text-body x='1'><![CDATA[b]] > c]] >\n</ac:plain-text-body >"
    )
    assert Storage(body).cdata() == (b"<![CDATA[a]] >", b"<![CDATA[b]] > c]] >")


def test_a_section_of_an_export_that_never_ends_is_no_content() -> None:
    for body in (b"<ac:plain-text-body><![CDATA[a]] > b</ac:plain-text-body>", b"<p/><!-- <![CDATA[ a]] ></p>"):
        unreadable = Storage(body).unreadable
        assert unreadable is not None
        assert unreadable.reason.startswith("not well-formed: ")


def test_a_body_without_sections_has_none_that_could_end_elsewhere() -> None:
    assert ambiguous(b"<p>a ]] > b</p>") is None


def test_the_export_form_inside_a_section_that_ends_properly_is_content() -> None:
    data = b"<![CDATA[if [[ a ]] > b ]]><p/>"
    storage = Storage(data)
    assert (storage.unreadable, storage.cdata()) == (None, (data[:-4],))


def test_a_body_that_neither_form_makes_well_formed_stays_unreadable() -> None:
    storage = Storage(b"<p><![CDATA[a]] >")
    assert storage.unreadable is not None
    assert storage.unreadable.reason.startswith("not well-formed: ")

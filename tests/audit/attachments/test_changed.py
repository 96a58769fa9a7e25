"""A value that tracked changes split is one value, as it was and as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.attachments.changed import Change, Line
from audit.attachments.contents import Texts
from tests.audit.attachments import made

KEPT, GONE, NEW = Change.NONE, Change.DELETED, Change.INSERTED


def document(*pieces: tuple[str, Change]) -> bytes:
    wrapped = {KEPT: "{}", GONE: "<w:del>{}</w:del>", NEW: "<w:ins>{}</w:ins>"}
    runs = "".join(
        wrapped[change].format(
            f"<w:r><w:{'delText' if change is GONE else 't'}>{text}</w:{'delText' if change is GONE else 't'}></w:r>"
        )
        for text, change in pieces
    )
    return made.docx(word__document=f'<w:document xmlns:w="urn:w"><w:p>{runs}</w:p></w:document>')


@pytest.mark.parametrize(
    ("pieces", "now", "before"),
    [
        (
            (("write to jo@", KEPT), ("old", GONE), ("new", NEW), (".acme-optics.se today", KEPT)),
            "write to jo@new.acme-optics.se today",
            "jo@old.acme-optics.se",
        ),
        (
            (("E-mail: ", KEPT), ("j", GONE), ("kim", NEW), ("o@acme-optics.se", KEPT)),
            "E-mail: kimo@acme-optics.se",
            "E-mail: jo@acme-optics.se",
        ),
        (
            (("call +47 22 ", KEPT), ("85", GONE), ("86", NEW), (" 50 50 or write", KEPT)),
            "call +47 22 86 50 50 or write",
            "+47 22 85 50 50",
        ),
        ((("+47 22", KEPT), (" 85 50", GONE), (" 50", KEPT)), "+47 22 50", "+47 22 85 50 50"),
        (
            (("IBAN: SE35 5000", KEPT), (" 0000 ", GONE), ("0549 1000 0003", KEPT)),
            "IBAN: SE35 50000549 1000 0003",
            "IBAN: SE35 5000 0000 0549 1000 0003",
        ),
        ((("ask ", KEPT), ("Jo", GONE), ("Ola", NEW), (" again 12", KEPT)), "ask Ola again 12", "Jo"),
        ((("jo", KEPT), ("@acme", GONE), ("", KEPT), ("-optics.se", GONE), (" x", KEPT)), "jo x", "jo@acme-optics.se"),
        ((("a", KEPT), (" ", GONE), ("b", KEPT)), "ab", None),
    ],
)
def test_a_value_that_a_deletion_splits_is_whole_in_the_old_and_in_the_new_text(
    pieces: tuple[tuple[str, Change], ...], now: str, before: str | None
) -> None:
    found = made.of("a.docx", document(*pieces))
    assert isinstance(found, Texts)
    texts = {each.path: each.text.decode() for each in found.pieces}
    assert (texts["content"].rstrip("\n"), texts.get("content/deleted")) == (now, before)


def test_two_deletions_in_one_number_are_told_once() -> None:
    line = Line()
    for text, change in (
        ("tel 22 ", KEPT),
        ("85", GONE),
        (" 50 ", KEPT),
        ("51", GONE),
        (" and jo@", KEPT),
        ("x", GONE),
    ):
        line.add(text, change)
    assert list(line.deleted()) == ["22 85 50 51", "jo@x"]


@given(
    st.lists(
        st.tuples(st.sampled_from(["", " ", "a", "1", "b@", " 2 ", "+3", "c: "]), st.sampled_from(Change)), max_size=8
    )
)
def test_what_was_deleted_is_told_as_it_stood_in_the_line(pieces: list[tuple[str, Change]]) -> None:
    line = Line()
    for text, change in pieces:
        line.add(text, change)
    before = "".join(text for text, change in pieces if change is not NEW)
    told = list(line.deleted())
    assert all(each.partition(": ")[2] in before or each in before for each in told)
    gone = "".join(text for text, change in pieces if change is GONE)
    assert bool(told) == bool(gone.strip())
    for sign in set("ab1@23c"):
        assert "".join(told).count(sign) >= gone.count(sign)


def test_a_value_that_changes_of_an_opendocument_text_split_is_whole_in_both_texts() -> None:
    region = '<t:changed-region xml:id="{}"><t:{}><o:change-info><dc:creator>Ada</dc:creator></o:change-info>{}</t:{}></t:changed-region>'
    regions = (
        region.format("c1", "deletion", "<t:p>old</t:p>", "deletion"),
        region.format("c2", "insertion", "", "insertion"),
        region.format("c3", "deletion", "<t:p>22 85</t:p><t:p>gone</t:p>", "deletion"),
        region.format("c4", "deletion", "<t:p>nowhere</t:p>", "deletion"),
    )
    body = (
        f"<t:tracked-changes>{''.join(regions)}</t:tracked-changes>"
        '<t:p>jo@<t:change t:change-id="c1"/><t:change-start t:change-id="c2"/>new<t:change-end t:change-id="c2"/>.acme-optics.se</t:p>'
        '<t:p>Tel: 47 <t:change t:change-id="c3"/><t:change t:change-id="c3"/> 50</t:p>'
    )
    content = f'<o:d xmlns:o="urn:o" xmlns:t="urn:t" xmlns:dc="urn:d">{body}</o:d>'
    found = made.of("a.odt", made.zipped({"mimetype": "x", "content.xml": content}))
    assert isinstance(found, Texts)
    texts = {each.path: each.text.decode() for each in found.pieces}
    assert texts["content"].strip() == "jo@new.acme-optics.se\nTel: 47  50"
    assert texts["content/deleted"] == "jo@old.acme-optics.se\n\nTel: 47 22 85\ngone\n\nnowhere"
    assert texts["changes[1]/author"] == "Author: Ada"

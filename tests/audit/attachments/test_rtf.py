"""What RTF says beside its text, and what of it is hidden, deleted or not read."""

from __future__ import annotations

import pytest

from audit.attachments.contents import Texts
from audit.attachments.rtfgroups import OBJECTS, UNKNOWN
from reports.language import language
from tests.audit.attachments.made import of, texts

TABLE = rb"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}"


def rtf(body: bytes) -> bytes:
    return rb"{\rtf1\ansi\ansicpg1252\deff0" + TABLE + body + b"}"


@pytest.mark.parametrize(
    ("body", "place", "text"),
    [
        (rb"{\header of J\'f6rg}x", "header[1]", "of Jörg"),
        (rb"{\headerl a}{\headerr\pard b\par}x", "header[2]", "b"),
        (rb"{\footerf of Jo}x", "footer[1]", "of Jo"),
        (rb"x{\super\chftn{\footnote\chftn see Jo}}{\footnote\ftnalt see Ada}", "footnotes[1]", "see Jo\nsee Ada"),
        (rb"x{\*\annotation{\*\atnref 1}call {\b Jo}}{\*\annotation b}", "comments[1]", "call Jo"),
        (rb'{\field{\*\fldinst{HYPERLINK "mailto:jo@a.se"}}{\fldrslt x}}', "content/fields", 'HYPERLINK "mailto:jo@a.se"'),
        (rb"{\field{\*\fldtitle of Jo}{\fldrslt x}}", "content/fields", "of Jo"),
        (rb"{\*\xe {\b Vega, Jo}}x", "content/fields", "Vega, Jo"),
        (rb"{\field{\*\fldinst FORMTEXT{\*\formfield{\ffdeftext Jo}}}x}", "content/fields", "Jo\nFORMTEXT"),
        (rb"{\shp{\*\shpinst\shpleft1{\sp{\sn fill}{\sv 7}}{\shptxt boxed}}{\shprslt{\*\do{\dptxbxtext boxed}}}}x",
         "content/box[1]", "boxed"),
        (rb"{\shp{\*\shpinst{\sp{\sn wzDescription}{\sv of Jo}}}}x", "content/box[1]", "of Jo"),
        (rb"{\*\shppict{\pict{\*\picprop{\sp{\sn wzDescription}{\sv of Jo}}}\pngblip 89504e}}x", "content/box[1]", "of Jo"),
        (rb"{\*\userprops{\propname Owner}\proptype30{\staticval Jo}}x", "metadata/custom[1]", "Owner: Jo"),
        (rb"{\upr{old}{\*\ud{new}}}", "content", "new"),
        (rb"{\object{\*\objclass Word}{\result{shown}}}", "content", "shown"),
        (rb"{\f1 \'cf}\u252?\u-10179?\u-8704?\u-560?a|b", "content", "Пü\U0001f600\ufffda|b"),
        (rb"{\pict\bin4 }}}}\pngblip}x", "content", "x"),
        (rb"\uc a\u99999999 ?b", "content", "a\ufffdb"),
    ],
)  # fmt: skip
def test_each_kind_of_text_is_read_in_its_place(body: bytes, place: str, text: str) -> None:
    found = texts("a.rtf", rtf(body))
    assert found[place].strip() == text
    assert set(found) <= {place, "content", "header[1]", "comments[2]"}
    assert of("a.rtf", rtf(body)).gaps == ()  # type: ignore[union-attr]
    if "content" in found and place != "content":
        assert found["content"].strip() == "x"


def test_what_is_hidden_or_deleted_is_not_glued_to_what_stands_beside_it() -> None:
    body = rb"{\deleted a@acme-optics.se}{\v b@acme-optics.se}{\v\b , c}d{\*\bkmkstart k}\par {\v e}{\header \v f}"
    found = texts("a.rtf", rtf(body))
    assert found["content"] == "d\n"
    assert found["content/deleted"] == "a@acme-optics.se"
    assert found["content/hidden"] == "f\nb@acme-optics.se\n, c\ne"


def test_what_was_deleted_comes_with_the_rest_of_its_word_behind_its_label() -> None:
    found = texts("a.rtf", rtf(rb"E-mail: {\deleted old@}{\revised new@}acme-optics.se\v0\plain\deleted0\par"))
    assert found["content"] == "E-mail: new@acme-optics.se\n"
    assert found["content/deleted"] == "E-mail: old@acme-optics.se"


def test_what_is_not_known_and_what_is_embedded_are_gaps() -> None:
    found = of("a.rtf", rtf(rb"x{\*\newerthing of Jo}{\*\newerflag 1}{\object{\*\objdata 0105}}"))
    assert isinstance(found, Texts)
    assert found.gaps == (UNKNOWN, OBJECTS)
    assert all(language("de").known(gap) for gap in found.gaps)
    assert of("a.rtf", rtf(rb"x{\*\newerflag 1}")).gaps == ()  # type: ignore[union-attr]


def test_a_file_that_ends_in_a_group_is_read_to_its_end() -> None:
    assert texts("a.rtf", rb"{\rtf1 x{\header of Jo")["header[1]"] == "of Jo"
    assert texts("a.rtf", rb"{\rtf1 x}}{\header of Jo}") == {"content": "x"}


def test_many_groups_cost_what_their_number_says() -> None:
    found = texts("a.rtf", rtf(rb"{\footnote a}" * 3_000 + b"{" * 50_000 + rb"\v Jo"))
    assert found["footnotes[1]"] == "a"
    assert found["content/hidden"] == "Jo"

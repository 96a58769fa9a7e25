from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.addresses import HIGH, LOW, MEDIUM, addresses

SURE = [
    ("write to tilda.bergmann@acme-optics.se.", "tilda.bergmann@acme-optics.se"),
    ("<tilda@acme-optics.se>", "tilda@acme-optics.se"),
    ("'tilda@acme-optics.se'", "tilda@acme-optics.se"),
    ("o'brien+lab@acme-optics.se", "o'brien+lab@acme-optics.se"),
    ("jürgen@müller-optik.de", "jürgen@müller-optik.de"),
    ("tilda@xn--mller-kva.xn--p1ai", "tilda@xn--mller-kva.xn--p1ai"),
    ("请联系tilda@acme-optics.se请", "tilda@acme-optics.se"),
    ("用户@例子.公司", "用户@例子.公司"),
    ("to tilda@acme-optics.se.Then go", "tilda@acme-optics.se"),
    ("see...tilda@acme-optics.se", "tilda@acme-optics.se"),
    ("tilda@acme-optics.se-", "tilda@acme-optics.se"),
    ("tilda_x.se#EXT#@acme.onmicrosoft.com", "tilda_x.se#EXT#@acme.onmicrosoft.com"),
    ("mail tilda@acme-optics.se: hello", "tilda@acme-optics.se"),
    ("https://x.se/people/tilda@acme-optics.se", "tilda@acme-optics.se"),
    ("tilda@acme-optics.se_", "tilda@acme-optics.se"),
    ("tilda@acme-optics.se(private, at home)", "tilda@acme-optics.se"),
    ("tilda@acme-optics.se (x=1)", "tilda@acme-optics.se"),
    ("tilda@163.com", "tilda@163.com"),
    ("tilda@1und1.de", "tilda@1und1.de"),
    ("tilda@v2.acme-optics.se", "tilda@v2.acme-optics.se"),
]

WRITTEN = [
    ("mailto:tilda%40acme-optics.se", "tilda%40acme-optics.se", "tilda@acme-optics.se"),
    ("to=%20tilda%40acme-optics.se", "tilda%40acme-optics.se", "tilda@acme-optics.se"),
    ("q=%3Dtilda%40acme-optics.se&x", "tilda%40acme-optics.se", "tilda@acme-optics.se"),
    ("tilda\uff20acme-optics\uff0ese ok", "tilda\uff20acme-optics\uff0ese", "tilda@acme-optics.se"),
    ("a zero\u00adwidth@acme\u200b-optics.se", "zero\u00adwidth@acme\u200b-optics.se", "zerowidth@acme-optics.se"),
]

LESS = [
    ("git@acme-optics.se", LOW, "repository"),
    ("tilda@example.com", LOW, "reserved"),
    ("tilda@mail.example", LOW, "reserved"),
    ("lens@1b6d3586.de", LOW, "hash"),
    ("react@next.io", LOW, "version"),
    ("lens@annotations.java", LOW, "file"),
    ("tilda@build.acme-optics.se:work/lens", LOW, "repository"),
    ("https://tilda:pw@files.acme-optics.se/x", LOW, "login"),
    ("ssh://tilda@files.acme-optics.se", LOW, "login"),
    ("your.name@acme-optics.se", LOW, "placeholder"),
    ("logo@home.png", LOW, "file"),
    ("support@acme-optics.se", MEDIUM, "function"),
    ("foo@bar.baz()", LOW, "call"),
    ("x = lens@optics.apply( colour='red')", LOW, "call"),
    ('lens@optics.read("x")', LOW, "call"),
    ("tilda@lab.local", MEDIUM, "network"),
]

NOTHING = [
    "", "@", "a@", "@b.se", "a@b", "lens@2x.png", "lens@1.5x.jpg", "core@4.17.21", "@scope/pkg", "x@1.2.3.4", ".@acme.se",
    "actions/checkout@v4.io", "name@1.2.io", "@types/node@20.io", "acme/lens@1.0.0-beta.se", "lens@v0.0.0-20200101.com",
    "git@github.com:acme/lens.git", "git@build.acme-optics.se:lens", "https://git@github.com/acme/lens", "git+ssh://git@github.com/acme",
    "@media.screen", "@app.route('/x')", "x@3x.webp", "lens@sha256:abcdef", "docker.io/spaces/~foo",
    "a.@acme.se", "a@.se", "a@-x.se", "a@x_y.se", "x" * 65 + "@acme.se", "a@" + "b." * 130 + "se", "a@b.c", "a@@b.se", "a%40b", "50%40 of it", "%40acme.se",
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), SURE)
def test_an_address_is_found_with_exactly_its_characters(text: str, value: str) -> None:
    (found,) = addresses(text)
    assert (found.value, text[found.start : found.end], found.certainty, found.doubt) == (value, value, HIGH, "")
    assert value not in repr(found)


@pytest.mark.parametrize(("text", "written", "value"), WRITTEN)
def test_an_address_is_read_as_people_see_it_and_found_where_it_is_written(text: str, written: str, value: str) -> None:
    (found,) = addresses(text)
    assert (found.value, text[found.start : found.end], found.certainty) == (value, written, HIGH)


@pytest.mark.parametrize(("text", "certainty", "doubt"), LESS)
def test_a_doubtful_address_is_reported_with_its_doubt(text: str, certainty: int, doubt: str) -> None:
    (found,) = addresses(text)
    assert found.certainty == certainty
    assert doubt in found.doubt


@pytest.mark.parametrize("text", NOTHING)
def test_what_only_looks_alike_is_no_address(text: str) -> None:
    assert list(addresses(text)) == []


@given(
    st.from_regex(r"[a-z][a-z0-9]{0,10}([._+-][a-z0-9]{1,8}){0,2}", fullmatch=True),
    st.from_regex(r"[a-z]([a-z0-9-]{0,10}[a-z0-9])?\.(se|de|org|com)", fullmatch=True),
    st.sampled_from(["", " ", "(", "<p>", "mailto:", "Kontakt: ", "\n", "\u00bb"]),
    st.sampled_from(["", " ", ")", "</p>", ",", "; ", ".", "?", "\n"]),
)
def test_every_ordinary_address_is_found_between_ordinary_marks(
    local: str, domain: str, before: str, after: str
) -> None:
    found = [each.value for each in addresses(f"{before}{local}@{domain}{after}")]
    assert found == [f"{local}@{domain}"]


@given(st.text(st.sampled_from("a@.-_ :/é请#EXT\n"), max_size=60))
def test_any_text_is_read_and_places_are_those_of_the_values(text: str) -> None:
    for found in addresses(text):
        assert text[found.start : found.end] == found.value
        assert "@" in found.value


@pytest.mark.parametrize(
    "piece", ["@", "a@", "a" * 64 + "@", "a@b.", "://", "://a@b.de", "a@b.de:", "x@" + "b" * 260 + " "]
)
def test_hostile_repetition_is_read_to_the_end(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert sum(1 for _ in addresses(text)) <= text.count("@")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("CV john.smith@realcorp.com.pdf", "john.smith@realcorp.com"),
        ("john.smith@realcorp.de.bak.pdf", "john.smith@realcorp.de.bak.pdf"),
        ("tilda@optics.example.pdf", "tilda@optics.example.pdf"),
    ],
)
def test_the_suffix_of_a_file_is_no_part_of_an_address(text: str, value: str) -> None:
    assert [one.value for one in addresses(text)] == [value]

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.interfaces import NAMES as INTERFACES
from rules.masking import EXCERPT_LIMIT, clip, excerpt, mask, mask_text, veil
from rules.model import SubjectKind
from rules.scan import scan
from rules.vocabulary import ATTRIBUTES, ELEMENTS, FUNCTION_WORDS, LABELS, MACROS, PARAMETERS
from tests.rules.parts import KEY, RULES, part

KNOWN = {
    word.casefold() for words in (ATTRIBUTES, ELEMENTS, FUNCTION_WORDS, LABELS, MACROS, PARAMETERS) for word in words
}
SECRETS = st.from_regex(r"[A-Za-zäöüé]{4,14}", fullmatch=True).filter(lambda word: word.casefold() not in KNOWN)


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("email", "jane.doe@acme.co.uk", "j***@a***.uk"),
        ("email", "jane@acme", "j***@a***"),
        ("email", "jane@acme.x1", "j***@a***"),
        ("email", "jane@acme.se.tilda", "j***@a***"),
        ("email", "jane@acme.INFO", "j***@a***.INFO"),
        ("email", "jane", "j***"),
        ("account_id", "712020:aaaa", "712020:***"),
        ("account_id", "5d41402abc4b2a76b9719d91", "5d***"),
        ("phone", "+46 8 555 010 17", "***17"),
        ("phone", "1234", "***"),
        ("bank_account", "DE89370400440532013000", "***00"),
        ("payment_card", "4111111111111111", "***11"),
        ("national_id", "85073003328", "***28"),
        ("licence_plate", "BMW1", "***"),
        ("birth_date", "1979-03-14", "***"),
        ("coordinates", "52.520008,13.404954", "***"),
        ("credential", "fjord-41", "***"),
        ("special_category", "diabetes", "***"),
        ("user_key", "8a7f8082", "8a***"),
        ("username", " tilda ", "t***"),
        ("username", "\u202e\x00tilda\ud800", "t***"),
        ("username", " \x00", "***"),
        ("username", " x ", "***"),
        ("user_key", "8a", "***"),
        ("account_id", "5d", "***"),
        ("email", "j@x.org", "***@***.org"),
    ],
)
def test_a_mask_keeps_just_enough_to_recognise(kind: str, value: str, masked: str) -> None:
    assert mask(kind, value) == masked


@given(st.sampled_from(list(SubjectKind)), st.text(min_size=1, max_size=40))
def test_a_mask_never_holds_the_value_and_can_always_be_written(kind: SubjectKind, value: str) -> None:
    assume(kind is not SubjectKind.INTERFACE or value not in INTERFACES)
    assume(not value.rstrip().endswith("*"))  # what is a mask already stays one
    masked = mask(kind.value, value)
    assert not value.strip("* ") or value not in masked
    assert masked.isprintable()
    assert masked.encode()


@pytest.mark.parametrize(
    ("title", "masked"),
    [
        ("Handover of tilda@acme-optics.se and jo@acme-optics.se", "Handover of t***@a***.se and j***@a***.se"),
        ("Home of ~tbergmann", "Home of ~t***"),
        ("~712020aaaa: drafts", "~7***: drafts"),
        ("about ~50% or ~5 of it", "about ~50% or ~5 of it"),
        ("nothing @ all", "nothing @ all"),
        ("vote-8a7f80826c1d4e5f016c1d4e6f700001 by JIRAUSER10300", "vote-8a*** by JI***"),
        ("of 5d41402abc4b2a76b9719d91", "of 5d***"),
        ("of 712020:a1b2c3d4-0000-4000-8000-00000000000a", "of 712020:***"),
        ("da39a3ee5e6b4b0d3255bfef95601890afd80709", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("Call +46 (0)70-123 45 67 today", "Call ***67 today"),
        ("On call: +1.555.010.9999", "On call: ***99"),
        ("C++17, 1+1234567890, +5 % and 2026-11-21", "C++17, 1+1234567890, +5 % and 2026-11-21"),
        ("a@acme-optics.se@b.se", "***@a***.se@b.se"),
        ("Home of ~x and of ~xy", "Home of ~*** and of ~x***"),
        ("Backup of https://ann:fjord41@files.acme.se/x", "Backup of https://***@f***.se/x"),
        ("https://ann:fjord41@files", "https://***@f***"),
        ("git+ssh://fjord41@files.acme.se:22/x, jo@acme.se", "git+ssh://***@f***.se:22/x, j***@a***.se"),
        ("//ann:fj/or?d#@4:1@[::1]/", "//***@***[::1]/"),
        ("sftp://ann:my fjord@files.acme.se", "sftp://***@f***.se"),
        ("https://wiki:8443/x by jo@acme.se", "https://wiki:8443/x by j***@a***.se"),
        ("ann:fj!ord@files.acme.se", "***@f***.se"),
        ("mailto:ann@acme.se", "mailto:a***@a***.se"),
        ("to: ann@acme.se", "to: a***@a***.se"),
        ("https%3A%2F%2Fann%3Afjord41%40files.acme.se", "***@f***.se"),
        ("to=%2F%2Ffjord41%40files.acme.se", "to=%2F%2F***@f***.se"),
        ("/login?os_username=ann&os_password=fjord%2641&x=1", "/login?os_username=ann&os_password=***&x=1"),
        ("a:b:c // and 10:30", "a:b:c // and 10:30"),
    ],
)
def test_titles_lose_addresses_phone_numbers_and_keys_of_personal_spaces(title: str, masked: str) -> None:
    assert mask_text(title) == masked


@given(
    st.sampled_from(["https://ann:", "ann:", "ftp://", "//u:", "see https://x.se and http://ann:"]),
    st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), min_size=1, max_size=30),
)
def test_no_part_of_a_password_before_a_host_is_shown_in_a_title(before: str, password: str) -> None:
    around = mask_text(f"{before}x@files.acme.se/a b")
    assert mask_text(f"{before}{password}@files.acme.se/a b") == around
    assert "***@f***.se/a b" in around


@pytest.mark.parametrize(
    "words",
    [
        "79927398713 4929 1234 5678 9012",
        "DE89370400440532013000",
        "+49 30 23125 007",
        "52.520008, 13.404954",
        "84.12.9.201",
        "00:1a:2b:3c:4d:5e",
        "B-MW 1234",
        "fjord-41",
        "2a02:8109:9ac0::1a2b",
    ],
)
def test_an_excerpt_shows_nothing_of_a_second_number_near_a_finding(words: str) -> None:
    assert not set(words) & set("0123456789abcdefBMWDEfjord") & set(veil(words, cut_left=True, cut_right=True))


def test_an_excerpt_shows_function_words_labels_marks_and_markup() -> None:
    data = b"<p>Kontakt: <strong>Tilda</strong> von der Optik, Telefon 0815, tilda@x.se und 3 mehr</p>"
    start = data.index(b"tilda@")
    shown = excerpt(data, start, start + 10, "t***@x***.se")
    assert shown == "…•••</strong> von der •••, Telefon •••, t***@x***.se und ••• •••</p>"


def test_values_of_attributes_are_hidden_and_names_of_known_macros_shown() -> None:
    text = veil('<ac:structured-macro ac:name="profile" x=\'of\'><ac:parameter ac:name="tilda">und</ac:parameter><q9/>')
    assert (
        text == '<ac:structured-macro ac:name="profile" •••="•••"><ac:parameter ac:name="•••">und</ac:parameter><•••/>'
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("to page.user@acme.se", "to •••@•••.•••"),
        ("to von-und+user%40acme, page.user", "to •••%•••, page.user"),
        ("page&#64;x &#x0040; user&commat;x user\\u0040x", "•••&#•••;••• &#•••; •••&•••;••• •••\\•••"),
        ("page of.user by user", "page of.user by user"),
        ("user @ page", "user @ page"),
    ],
)
def test_all_that_stands_before_the_sign_of_an_address_is_hidden(text: str, shown: str) -> None:
    assert veil(text) == shown


def test_no_word_of_an_address_is_shown_next_to_the_value_or_where_the_window_cuts() -> None:
    data = b"x page.user@acme.se VALUE.page.user@acme.se by"
    assert excerpt(data, 20, 25, "v***") == "••• •••@•••.••• v***•••@•••.••• by"
    ending = b"VALUE " + b"a" * 150 + b" " + b"of.user." * 6 + b"x@acme.se"
    assert excerpt(ending, 0, 5, "v***") == "v*** ••• •••"


def test_names_of_markup_are_shown_in_a_tag_that_the_window_cuts() -> None:
    assert veil('<a href="tilda') == '<a href="•••'
    assert veil('<tilda data-x="1') == '<••• •••="•••'


def test_a_word_that_the_window_cuts_is_hidden_even_if_its_half_is_known() -> None:
    assert veil("of us", cut_left=True, cut_right=True) == "••• •••"
    assert veil("of us") == "of us"
    assert veil("<p>of", cut_right=True) == "<p>•••"
    assert veil("of\tus\u2028☃") == "of us •••"


def test_an_excerpt_is_cut_to_its_limit() -> None:
    assert len(clip("x" * 300)) == EXCERPT_LIMIT
    assert clip("x" * 200) == "x" * 200
    data = b"a " * 500
    assert len(excerpt(data, 500, 501, "y" * 300)) == EXCERPT_LIMIT
    shown = excerpt(data, 500, 501, "y")
    assert (len(shown), shown[0], shown[-1]) == (81, "…", "…")


@given(
    st.lists(
        st.one_of(SECRETS, st.sampled_from(["of", "<p>", "</p>", ": ", '<a href="', '">', "&nbsp;", "im", "~", " "])),
        max_size=12,
    ),
    SECRETS,
    st.integers(0, 30),
)
def test_no_planted_word_is_ever_in_an_excerpt(around: list[str], secret: str, at: int) -> None:
    pieces = [*around[:at], f"{secret}@acme-optics.se", *around[at:]]
    text = " ".join(pieces)
    data = text.encode()
    start = data.index(f"{secret}@".encode())
    shown = excerpt(
        data, start, start + len(f"{secret}@acme-optics.se".encode()), mask("email", f"{secret}@acme-optics.se")
    )
    assert len(shown) <= EXCERPT_LIMIT
    for word in [secret, *around]:
        if len(word) > 3 and word.isalpha():
            assert word not in shown


@given(SECRETS, SECRETS, st.sampled_from(["ri:username", "ri:userkey", "title"]))
def test_no_value_of_a_mention_is_in_a_finding(name: str, other: str, attribute: str) -> None:
    body = (
        f'<ac:structured-macro ac:name="{other}"><ac:parameter ac:name="user"><ri:user {attribute}="{name}" ri:display-name="{other}"'
        f'/></ac:parameter></ac:structured-macro><p title="{other}">{other} {name}@acme-optics.se</p>'
    )
    seen = scan(part(body.encode()), RULES)
    for match in seen.matches:
        assert name not in match.excerpt + match.reason + repr(match.subject.subject(KEY))
        assert other not in match.excerpt + match.reason
        assert name not in match.where or name == other


def test_the_language_of_a_query_is_shown_as_it_is() -> None:
    assert (mask("interface", "CQL"), mask("interface", "JQL")) == ("CQL", "JQL")

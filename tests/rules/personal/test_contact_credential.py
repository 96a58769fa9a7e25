from __future__ import annotations

import pytest

from rules.hits import Hit
from rules.model import Confidence, Kind
from rules.personal import credential
from rules.scan import scan
from tests.rules.parts import BY_ID, part

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
BODY = "Zx7Kp2" * 6


def passwords(text: str) -> list[tuple[Hit, bool]]:
    """Return the passwords behind a label in a text and whether each needs a person near."""
    _, *both = credential.detectors(frozenset())[:3]
    return [(hit, each.beside) for each in both for hit in each.find(text, 0, len(text))]


def alone(text: str) -> list[tuple[str, Confidence | None]]:
    """Return the passwords that count whoever is near."""
    detector = credential.detectors(frozenset())[3]
    return [(hit.value, hit.alone) for hit in detector.find(text, 0, len(text))]


def under(heading: str, value: str, more: str = "") -> list[tuple[str, Confidence]]:
    """Return what is found in a table with a heading, a value in its column and another cell."""
    rows = f"<tr><th>Host</th><th>{heading}</th></tr><tr><td>srv1 {more}</td><td>{value}</td></tr>"
    data = f"<table><tbody>{rows}</tbody></table>".encode()
    found = scan(part(data, Kind.STORAGE), [BY_ID["credential"]]).matches
    return [(each.span.of(data).decode(), each.confidence) for each in found]


def tokens(text: str) -> list[Hit]:
    detector, *_ = credential.detectors(frozenset())
    return list(detector.find(text, 0, len(text)))


@pytest.mark.parametrize(
    ("token", "what"),
    [
        ("AKIA3XK7PLMQ2ZT5WRVB", "access key (AWS)"),
        (f"ghp_{BODY}", "token (GitHub)"),
        (f"glpat-{BODY[:20]}", "token (GitLab)"),
        (f"xoxb-317204118-{BODY}", "token (Slack)"),
        (f"sk_live_{BODY}", "secret key (Stripe)"),
        (f"ATATT3xFfGF0{BODY}=4A1B", "token (Atlassian)"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0aWxkYSJ9.c2ln", "token (JWT)"),
        (f"AIza{BODY[:35]}", "key (Google)"),
        (f"npm_{BODY}", "token (package registry)"),
        (f"sk-ant-{BODY}", "token (AI service)"),
        (f"PMAK-{'3fa9' * 6}", "token (service)"),
    ],
)
def test_tokens_of_known_services_count_anywhere(token: str, what: str) -> None:
    (hit,) = tokens(f"x = {token};")
    assert (hit.value, hit.what, hit.alone, hit.doubt) == (token, what, HIGH, "")
    assert tokens(f"x{token}") == tokens(f"{token[:8]} ") == []


def test_private_keys_are_taken_whole_and_a_cut_one_by_its_first_line() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nvQIB\n-----END RSA PRIVATE KEY-----"
    assert [hit.value for hit in tokens(f"a {key} b")] == [key]
    assert [hit.value for hit in tokens("-----BEGIN PRIVATE KEY-----\nMIIE")] == ["-----BEGIN PRIVATE KEY-----"]


def test_logins_in_headers_and_hooks_of_chats_are_credentials() -> None:
    hook = "T0317204118/B0317204118/" + BODY[:24]
    found = tokens(f"Authorization: Basic dGlsZGE6ZmpvcmQ0MQ== https://hooks.slack.com/services/{hook}")
    assert [(hit.value, hit.what) for hit in found] == [
        ("dGlsZGE6ZmpvcmQ0MQ==", "login in a header"),
        (hook, "token (Slack)"),
    ]
    assert tokens(f"ghp_{'x' * 36}") == []
    assert tokens("Authorization: Basic <base64>, Authorization: Bearer $TOKEN") == []


@pytest.mark.parametrize("token", ["AKIA3XK7PLMQEXAMPLE7", f"ghp_{'a' * 36}", f"glpat-your{BODY[:20]}"])
def test_examples_of_documents_are_doubted(token: str) -> None:
    (hit,) = tokens(token)
    assert (hit.alone, hit.doubt) == (MEDIUM, "it looks like the example of a document")


@pytest.mark.parametrize(
    ("text", "value", "needs_a_person", "sure"),
    [
        ("user: tilda password: Fjord-41x.", "Fjord-41x", False, MEDIUM),
        ("Passwort = 'fjord41'\nBenutzername: tilda", "fjord41", False, MEDIUM),
        ("user doyelaran, password: Tr7!vexing-Lamp", "Tr7!vexing-Lamp", False, MEDIUM),
        ("mot de passe : fjord41", "fjord41", True, LOW),
        ("contraseña: fjord41", "fjord41", True, LOW),
        ("wachtwoord is Fjord41x!", "Fjord41x!", True, MEDIUM),
        ("password (temporary): correcthorsebattery", "correcthorsebattery", True, LOW),
        ("Password\tFjord-41x", "Fjord-41x", True, MEDIUM),
        ("Kennwort für den Server von Jo: Gr4upel!Regen77 – bitte", "Gr4upel!Regen77", True, MEDIUM),
    ],
)
def test_a_password_needs_a_login_or_a_person(text: str, value: str, needs_a_person: bool, sure: Confidence) -> None:
    ((hit, beside),) = passwords(text)
    assert (hit.value, beside, hit.alone) == (value, needs_a_person, sure)


@pytest.mark.parametrize(
    "value",
    [
        *(
            "****",
            "<password>",
            "changeme",
            "${PW}",
            "$PWD",
            "%PW%",
            "{{pw}}",
            "xxxx",
            "....",
            "0000",
            "abc",
            "required",
        ),
        *("String", "getpass.getpass()", "os.environ", "summer", "n/a!"),
    ],
)
def test_placeholders_variables_and_words_are_no_passwords(value: str) -> None:
    assert passwords(f"user: tilda password: {value}") == []


@pytest.mark.parametrize(
    "text",
    [
        "the password is stored elsewhere",
        "Password\tDescription",
        "?user=x&password=Fjord-41x",
        "Password policy for the demo: use long phrases",
        "Password manager for all: correcthorsebattery",
    ],
)
def test_sentences_headings_and_links_hold_no_passwords(text: str) -> None:
    assert passwords(text) == []


@pytest.mark.parametrize(
    ("text", "value", "sure"),
    [
        ("password: Tr7!vexing-La", "Tr7!vexing-La", LOW),
        ("Passwort: Sommer2024!", "Sommer2024!", LOW),
        ("client_secret=8Qz~kd93jfk29dk2jf93kd9", "8Qz~kd93jfk29dk2jf93kd9", MEDIUM),
        ("secret_key = 'h7Gd92jKs8xP'", "h7Gd92jKs8xP", MEDIUM),
        ('{"secret": "h7Gd92jKs8xP"}', "h7Gd92jKs8xP", LOW),
    ],
)
def test_what_is_written_as_a_password_counts_without_a_person(text: str, value: str, sure: Confidence) -> None:
    assert alone(text) == [(value, sure)]


@pytest.mark.parametrize(
    "text",
    [
        "password: protected-content",
        "password: Fj0rd",
        "password: 20240101",
        "password: https://acme.example/reset1",
        "password: /etc/secrets/db1",
        "password=config.dbPassword1",
    ],
)
def test_words_addresses_and_numbers_are_no_passwords(text: str) -> None:
    assert alone(text) == []


@pytest.mark.parametrize("heading", ["Password", "Passwort", "mot de passe", "contraseña", "dbPassword"])
def test_a_password_counts_under_its_heading_and_more_with_a_person_near(heading: str) -> None:
    assert under(heading, "Sommer2024!") == [("Sommer2024!", LOW)]
    assert under(heading, "Sommer2024!", "Frau Bergmann") == [("Sommer2024!", MEDIUM)]


@pytest.mark.parametrize(
    ("heading", "value"), [("Comment", "Sommer2024!"), ("Password", "2024-01-31"), ("Password", "key:Sommer2024")]
)
def test_other_cells_hold_no_passwords(heading: str, value: str) -> None:
    assert under(heading, value) == []


def test_a_key_of_json_says_that_its_value_is_a_password() -> None:
    data = b'{"password":"Sommer2024!","note":"Winter2024!"}'
    (match,) = scan(part(data, Kind.JSON), [BY_ID["credential"]]).matches
    assert (match.span.of(data), match.confidence) == (b"Sommer2024!", LOW)


def test_a_credential_shows_nothing_of_itself_in_a_finding() -> None:
    data = b"<p>user: tilda, password: Fjord-41x, old one Fjord-40x</p>"
    (match,) = scan(part(data, Kind.STORAGE), [BY_ID["credential"]]).matches
    assert match.subject.mask == "***"
    assert not {"Fjord", "41", "40", "tilda"} & set(match.excerpt.replace("-", " ").replace(",", " ").split())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Password: Fjord-41x!", "stands behind a word for a password; no person and no login was seen beside it"),
        ("API token: 8f14e45fceea167a5a36dedd4bea2543", "no person and no login was seen beside it"),
        ("tilda@acme-optics.se password: sommerwiese", "it is short, or has few kinds of signs"),
        ("Kennwort Fjord-41x!q", "no sign stands between that word and it"),
        ("pw Hunter2!x", "no sign stands between that word and it"),
    ],
)
def test_a_password_for_a_human_to_judge_says_what_speaks_against_it(text: str, reason: str) -> None:
    (match,) = scan(part(text.encode(), Kind.TEXT), [BY_ID["credential"]]).matches
    assert match.confidence is LOW
    assert match.reason.endswith(reason)


def test_a_password_that_is_assigned_says_so() -> None:
    (match,) = scan(part(b"passwd=Fjord-41x!", Kind.TEXT), [BY_ID["credential"]]).matches
    assert (match.confidence, match.reason) == (MEDIUM, "password: it is assigned to a word for a password")


@pytest.mark.parametrize(
    "text",
    [
        "password OAuth2.0-Flow",
        "Password Policy-2024",
        "Kennwort fjord-welle!",
        "the password https://acme-optics.se/Reset!2",
        "password ${Fjord-41x}",
        f"password {'aB1!' * 20}",
        "wifi_password Fjord-41x!",
    ],
)
def test_what_stands_behind_the_word_in_a_sentence_is_no_password(text: str) -> None:
    assert scan(part(text.encode(), Kind.TEXT), [BY_ID["credential"]]).matches == ()

from __future__ import annotations

import pytest

from rules.model import Confidence, Kind
from rules.personal import email_obfuscated, ip_address, mac_address, messenger, social_profile
from rules.scan import scan
from tests.rules.parts import BY_ID, part
from tests.rules.personal.contacts import seen, values

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH


@pytest.mark.parametrize(
    ("text", "found", "sure"),
    [
        ("tilda.bergmann (at) acme-optics (dot) se", "tilda.bergmann@acme-optics.se", HIGH),
        ("tilda[at]acme-optics.se. Bitte", "tilda@acme-optics.se", HIGH),
        ("tilda {ät} acme (punkt) de", "tilda@acme.de", HIGH),
        ("tilda(a)acme.de", "tilda@acme.de", HIGH),
        ("jo [arobase] acme [point] fr", "jo@acme.fr", HIGH),
        ("jo(chiocciola)acme.co.it hello", "jo@acme.co.it", HIGH),
        ("tilda (dot) b (at) acme.se.Danke", "tilda.b@acme.se", HIGH),
        ("tilda_at_acme_dot_com", "tilda@acme.com", HIGH),
        ("tilda.b at acme dot se", "tilda.b@acme.se", MEDIUM),
        ("tilda AT acme DOT se", "tilda@acme.se", MEDIUM),
        ("jo arroba acme punto es", "jo@acme.es", MEDIUM),
        ("tilda.b AT acme.se", "tilda.b@acme.se", MEDIUM),
        ("jo @ acme.se", "jo@acme.se", LOW),
        ("tilda at acme dot se", "tilda@acme.se", LOW),
        ("look at page dot is", "look@page.is", None),
        ("tilda.bergmann at acme.se", "tilda.bergmann@acme.se", MEDIUM),
        ('"tilda b"@acme.se', '"tilda b"@acme.se', MEDIUM),
        ("point (a) optics.se", "point@optics.se", None),
    ],
)
def test_an_address_in_words_is_read_and_counts_by_its_form(text: str, found: str, sure: Confidence | None) -> None:
    (hit,) = seen(email_obfuscated, text)
    assert (hit.value, hit.alone, hit.doubt) == (found, sure, email_obfuscated.WORD if sure is LOW else "")
    assert text[hit.start :].startswith(text[:4])


@pytest.mark.parametrize(
    "text", ["index.html at acme.se", "asp.net at acme.se", "log in at acme.se", 'user="jo"@acme.se', "x.y at acme.se"]
)
def test_files_sites_and_sentences_before_the_word_are_no_names(text: str) -> None:
    assert seen(email_obfuscated, text) == []


def test_an_address_in_words_ends_with_its_top_level() -> None:
    text = "tilda(at)acme(dot)se.Danke schoen"
    (hit,) = seen(email_obfuscated, text)
    assert text[hit.start : hit.end] == "tilda(at)acme(dot)se"


@pytest.mark.parametrize(
    "text",
    [
        "5 (at) 3.5",
        "see (at) acme. The dog",
        "LUNCH AT ACME.SE",
        "5 @ shop.com",
        "x(at)acme.zzz",
        "tilda@acme.se",
        "a@ b",
    ],
)
def test_sentences_and_plain_addresses_are_no_address_in_words(text: str) -> None:
    assert seen(email_obfuscated, text) == []


def test_examples_and_placeholders_are_doubted() -> None:
    (example,) = seen(email_obfuscated, "jo (at) example (dot) com")
    (name,) = seen(email_obfuscated, "firstname.lastname (at) acme (dot) com")
    assert (example.doubt, name.doubt) == ("the domain is reserved for examples", "the name is a placeholder")


def test_the_email_rule_reports_plain_addresses_and_those_in_words_once() -> None:
    data = b"<p>ask tilda@acme-optics.se or jo (at) acme-optics (dot) se</p>"
    matches = scan(part(data), [BY_ID["email-address"]]).matches
    assert [match.subject.reveal() for match in matches] == ["tilda@acme-optics.se", "jo@acme-optics.se"]
    assert [match.subject.mask for match in matches] == ["t***@a***.se", "j***@a***.se"]
    assert "jo" not in matches[1].excerpt


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("84.12.9.201. And 84.12.9.202:443", ["84.12.9.201", "84.12.9.202"]),
        ("84.12.9.201/32, ip=84.12.9.202", ["84.12.9.201", "84.12.9.202"]),
        ("IP:84.12.9.201", ["84.12.9.201"]),
        ("2a02:8109:9AC0:0::1a2b", ["2a02:8109:9ac0::1a2b"]),
        ("2a02:8109:9ac0:17:1a2b:3c4d:5e6f:7788.", ["2a02:8109:9ac0:17:1a2b:3c4d:5e6f:7788"]),
        ("version: 84.12.9.201, FW 84.12.9.201, Chrome/84.12.9.201", []),
        ("84.12.9.201.5, 1.84.12.9.201, 999.1.1.1, 84.12.9.201-x", []),
        ("255.255.255.0 255.254.0.0 0.1.2.3 240.0.0.1 127.0.0.1 224.0.0.1 169.254.1.1", []),
        ("84.12.0.0/16 2a02:8109::/32 ::1 fe80::1 ff02::1 dead::beef 12:30:45::", []),
    ],
)
def test_addresses_of_machines_count_and_masks_networks_and_versions_do_not(text: str, found: list[str]) -> None:
    assert values(ip_address, text) == found


@pytest.mark.parametrize(
    ("text", "sure", "doubt"),
    [
        ("84.12.9.201", HIGH, ""),
        ("fd12:3456:789a::1", LOW, "an address of a private network"),
        ("192.168.17.40", LOW, "an address of a private network"),
        ("203.0.113.9", None, "an address that is kept free for documents"),
        ("2001:db8::1", None, "an address that is kept free for documents"),
        ("8.8.8.8", None, "an address that everybody knows"),
        ("4f8a:c99e:dc86:faf9:5988:5f63:375e:8a2a", LOW, "an address that nobody has been given"),
        ("7.19.0.44", None, "the numbers are as small as those of a version"),
        ("Version 5.6, IP: 7.19.0.44", None, ""),
        ("remote IP address 7.19.0.44", None, ""),
        ("chip 7.19.0.44", None, "the numbers are as small as those of a version"),
    ],
)
def test_addresses_of_nobody_are_doubted(text: str, sure: Confidence | None, doubt: str) -> None:
    (hit,) = seen(ip_address, text)
    assert (hit.alone, hit.doubt) == (sure, doubt)


@pytest.mark.parametrize(
    ("text", "sure", "doubt"),
    [
        ("3C:22:FB:1A:9D:04", HIGH, ""),
        ("3c22.fb1a.9d04.", HIGH, ""),
        ("34:17:22:10:45:12", MEDIUM, ""),
        ("34-17-22-10-45-12", None, ""),
        ("00:00:5e:00:53:17", MEDIUM, "an address that is kept free for documents or for protocols"),
        ("00:11:22:33:44:55", MEDIUM, "an address that documents use as an example"),
        ("01:22:fb:1a:9d:04", HIGH, "an address of a group rather than of a device"),
    ],
)
def test_a_network_card_is_known_by_its_form(text: str, sure: Confidence | None, doubt: str) -> None:
    (hit,) = seen(mac_address, text)
    assert len(hit.value) == 17
    assert (hit.alone, hit.doubt) == (sure if not doubt.startswith("an address that is kept") else hit.alone, doubt)


def test_fingerprints_and_addresses_of_everybody_are_no_network_card() -> None:
    text = "ff:ff:ff:ff:ff:ff 3c:22:fb:1a:9d:04:11:22 3c-22:fb-1a:9d-04 3c22.fb1a.9d04.77 x3c22.fb1a.9d04"
    assert seen(mac_address, text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://t.me/tildab_optics, t.me/share/url, t.me/s/acme", ["tildab_optics"]),
        ("https://api.whatsapp.com/send?phone=447700900123", ["447700900123"]),
        ("https://matrix.to/#/@tilda:acme-optics.se", ["@tilda:acme-optics.se"]),
        ("xmpp:tilda@jabber.acme-optics.se and m.me/tilda.b", ["tilda@jabber.acme-optics.se", "tilda.b"]),
        ("line.me/ti/p/~tildab https://icq.com/317204118", ["tildab", "317204118"]),
        ("Skype: tilda.bergmann, Jabber: tilda@acme-optics.se", ["tilda.bergmann", "tilda@acme-optics.se"]),
        ("Slack: @tilda, Slack: general, Slack: tilda.b", ["@tilda", "tilda.b"]),
        ("XMPP: tilda@acme-optics.se, Element: @tilda:acme.se", ["tilda@acme-optics.se", "@tilda:acme.se"]),
        (
            "Threema-ID 8KZQ4W2P, Skype tilda.bergmann, Discord tilda#4821.",
            ["8KZQ4W2P", "tilda.bergmann", "tilda#4821"],
        ),
        ("Skype: download, Skype works, threema DOWNLOAD, Signal: green", []),
        ("git@host:acme.se/x, @angular:core, user@host:acme.se", []),
    ],
)
def test_names_in_messengers_are_found_behind_the_service_and_in_its_addresses(text: str, found: list[str]) -> None:
    assert sorted(set(values(messenger, text))) == sorted(found)


def test_a_word_behind_a_messenger_counts_less_than_a_name_with_signs() -> None:
    assert [hit.alone for hit in seen(messenger, "Skype: tildabergmann")] == [MEDIUM]
    assert [hit.alone for hit in seen(messenger, "Skype: tilda.bergmann")] == [MEDIUM, HIGH][1:]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://de.linkedin.com/in/tilda-b-317/ ", ["de.linkedin.com/in/tilda-b-317"]),
        ("https://www.linkedin.com/in/login and xing.com/profile/share", []),
        ("see https://mastodon.social/@tildab.", ["mastodon.social/@tildab"]),
        ("@tildab@mastodon.social, x@tildab@mastodon.social", ["@tildab@mastodon.social"]),
        ("https://github.com/tildab317.", ["github.com/tildab317"]),
        ("https://x.com/tildab317?s=20 https://x.com/home", ["x.com/tildab317"]),
        ("https://x.com/tildab317/status/1, https://github.com/a, https://github.com/x/y", []),
        ("github.com/lens.git https://fb.com/x.php", []),
        ("orcid.org/0000-0002-1825-0097, ORCID 0000-0002-1825-0091", ["orcid.org/0000-0002-1825-0097"]),
        ("https://stackoverflow.com/users/3172/tilda", ["stackoverflow.com/users/3172/tilda"]),
    ],
)
def test_peoples_pages_are_found_and_those_of_the_sites_are_not(text: str, found: list[str]) -> None:
    assert values(social_profile, text) == found


def test_a_page_that_may_be_a_companys_is_doubted_and_a_known_company_more_so() -> None:
    (person,) = seen(social_profile, "https://github.com/tildab317")
    (house,) = seen(social_profile, "https://github.com/atlassian")
    assert person.doubt == house.doubt == "it may be the page of a company"
    assert (person.alone, house.alone) == (HIGH, MEDIUM)


def test_a_link_is_read_where_it_leads_and_reported_under_the_rule() -> None:
    data = b'<a href="https://www.xing.com/profile/Tilda_Bergmann">x</a> <a href="skype:tilda.bergmann?chat">x</a>'
    rules = [BY_ID["messenger-handle"], BY_ID["social-profile"]]
    assert [match.rule for match in scan(part(data, Kind.STORAGE), rules).matches] == [
        "social-profile",
        "messenger-handle",
    ]

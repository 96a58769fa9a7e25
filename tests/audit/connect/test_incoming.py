from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from jwt import api_jws

from audit.auth import Secret
from audit.connect import refusals
from audit.connect.incoming import (
    LONGEST_CHARS,
    WINDOW,
    Claims,
    Seen,
    Window,
    context,
    key_id,
    lifecycle,
    token_of,
    webhook,
)
from audit.connect.refusals import (
    AlgorithmRefused,
    ClaimMissing,
    Expired,
    KeyRefused,
    MalformedToken,
    NotYetValid,
    Replayed,
    SignatureRefused,
    TokenRefused,
    TooOld,
    WrongAudience,
    WrongIssuer,
    WrongRequest,
)
from tests.audit.connect.tokens import (
    BASE,
    CLIENT_KEY,
    INSTALLED,
    KEY_ID,
    NOW,
    SECRET,
    another_key,
    asymmetric,
    claims,
    installed_at,
    private_key,
    public_pem,
    spelled,
    symmetric,
)
from tests.audit.net import START

ELSEWHERE = replace(INSTALLED, url="/base/uninstalled?a=1")


def installed(token: str, pem: bytes | None = None, client_key: str = CLIENT_KEY) -> Claims:
    return lifecycle(token, INSTALLED, pem or public_pem(private_key()), client_key, START)


def hooked(token: str) -> Claims:
    return webhook(token, INSTALLED, installed_at, START)


def test_a_right_token_of_each_kind_is_believed() -> None:
    assert key_id(asymmetric()) == KEY_ID
    assert installed(asymmetric()) == Claims(CLIENT_KEY, "712020:one", NOW - 5, NOW + 175, {})
    assert installed(asymmetric(aud=f"{BASE}/")).issuer == CLIENT_KEY
    assert hooked(symmetric(aud=None, sub=None)).account_id == ""
    page = context(symmetric(qsh="context-qsh", context={"confluence": {"space": {"key": "HR"}}}), installed_at, START)
    assert page.context == {"confluence": {"space": {"key": "HR"}}}


WRONG_CLAIMS: list[tuple[dict[str, Any], type[TokenRefused]]] = [
    ({"exp": NOW - WINDOW.leeway_s - 1}, Expired),
    ({"iat": NOW + WINDOW.leeway_s + 1, "exp": NOW + 300}, NotYetValid),
    ({"nbf": NOW + WINDOW.leeway_s + 1}, NotYetValid),
    ({"iat": NOW - WINDOW.longest_s - WINDOW.leeway_s - 1, "exp": NOW - 90}, TooOld),
    ({"exp": NOW + 10_000}, TooOld),
    ({"iat": NOW + 50, "exp": NOW - 50}, MalformedToken),
    ({"exp": NOW - 5}, MalformedToken),
    ({"iat": None}, ClaimMissing),
    ({"exp": None}, ClaimMissing),
    ({"iss": None}, ClaimMissing),
    ({"qsh": None}, ClaimMissing),
    ({"qsh": "0" * 64}, WrongRequest),
    ({"qsh": "context-qsh"}, WrongRequest),
    ({"iss": ""}, MalformedToken),
    ({"iss": "another-site"}, WrongIssuer),
    ({"qsh": ["x"]}, MalformedToken),
    ({"iat": "now"}, MalformedToken),
    ({"exp": True}, MalformedToken),
    ({"exp": NOW + 0.5}, MalformedToken),
    ({"exp": -1}, MalformedToken),
    ({"exp": 10**20}, MalformedToken),
    ({"sub": 5}, MalformedToken),
    ({"context": "x"}, MalformedToken),
]


@pytest.mark.parametrize(("changed", "refused"), WRONG_CLAIMS)
def test_each_wrong_claim_is_refused_by_name(changed: dict[str, Any], refused: type[TokenRefused]) -> None:
    if changed != {"iss": ""}:
        with pytest.raises(refused):
            installed(asymmetric(**changed))
    with pytest.raises(refused):
        hooked(symmetric(**changed))


@pytest.mark.parametrize(
    "changed",
    [{"iat": NOW - 200, "exp": NOW - WINDOW.leeway_s}, {"iat": NOW + WINDOW.leeway_s, "exp": NOW + 200}, {"nbf": NOW}],
)
def test_clocks_may_differ_by_the_leeway(changed: dict[str, Any]) -> None:
    assert hooked(symmetric(**changed)).issuer == CLIENT_KEY


def test_a_window_of_ones_own_counts() -> None:
    token = symmetric(iat=NOW - 30, exp=NOW + 30)
    assert webhook(token, INSTALLED, installed_at, START, Window(leeway_s=0, longest_s=60)).issued == NOW - 30
    with pytest.raises(TooOld):
        webhook(token, INSTALLED, installed_at, START, Window(leeway_s=0, longest_s=59))
    with pytest.raises(Expired):
        webhook(token, INSTALLED, installed_at, START + timedelta(seconds=31), Window(leeway_s=0, longest_s=60))


@pytest.mark.parametrize("audience", [["https://other.example"], "https://other.example", [], [5], 5, f"{BASE}/x"])
def test_a_token_for_another_app_is_refused(audience: object) -> None:
    with pytest.raises(WrongAudience):
        installed(asymmetric(aud=audience))
    with pytest.raises(ClaimMissing):
        installed(asymmetric(aud=None))
    with pytest.raises(WrongAudience):
        lifecycle(asymmetric(), replace(INSTALLED, base_url=""), public_pem(private_key()), CLIENT_KEY, START)


def test_a_token_is_good_for_its_method_path_and_query_only() -> None:
    for request in (ELSEWHERE, replace(INSTALLED, method="GET"), replace(INSTALLED, url="/base/installed?a=2")):
        with pytest.raises(WrongRequest):
            webhook(symmetric(), request, installed_at, START)
        with pytest.raises(WrongRequest):
            lifecycle(asymmetric(), request, public_pem(private_key()), CLIENT_KEY, START)


def test_a_page_takes_no_token_of_a_request_and_the_reverse() -> None:
    with pytest.raises(WrongRequest):
        context(symmetric(), installed_at, START)
    with pytest.raises(WrongRequest):
        hooked(symmetric(qsh="context-qsh"))


def test_an_installation_of_another_site_is_refused() -> None:
    with pytest.raises(WrongIssuer):
        installed(asymmetric(), client_key="another-site")


# Algorithms and keys


def test_no_algorithm_and_a_chosen_one_are_refused_before_any_key_is_looked_for() -> None:
    def nobody(_client_key: str) -> Secret | None:
        raise AssertionError("a key was asked for")

    for name in ("none", "None", "NONE", "", None, "HS512", "RS256", 5):
        with pytest.raises(AlgorithmRefused):
            webhook(spelled({"alg": name, "typ": "JWT"}, claims()), INSTALLED, nobody, START)
    for name in ("none", "HS256", "ES256", "RS512"):
        token = spelled({"alg": name, "typ": "JWT", "kid": KEY_ID}, claims())
        for judge in (key_id, installed):
            with pytest.raises(AlgorithmRefused):
                judge(token)


def test_a_public_key_is_no_shared_secret() -> None:
    pem = public_pem(private_key())
    # What a confused verifier would accept: HMAC over the public key, which everybody knows.
    body = spelled({"alg": "HS256", "typ": "JWT"}, claims()).rpartition(".")[0]
    forged = spelled({"alg": "HS256", "typ": "JWT"}, claims(), hmac.digest(pem, body.encode(), hashlib.sha256))
    with pytest.raises(AlgorithmRefused):
        installed(forged)
    with pytest.raises(KeyRefused):
        webhook(forged, INSTALLED, lambda _key: Secret(pem.decode()), START)


def test_a_key_of_the_wrong_kind_is_refused() -> None:
    private = private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for pem in (public_pem(ec.generate_private_key(ec.SECP256R1())), private, b"", b"no key", SECRET.encode()):
        with pytest.raises(KeyRefused):
            lifecycle(asymmetric(), INSTALLED, pem, CLIENT_KEY, START)


def test_a_signature_with_another_key_is_refused() -> None:
    with pytest.raises(SignatureRefused):
        installed(asymmetric(another_key()))
    with pytest.raises(SignatureRefused):
        hooked(symmetric("another-secret-of-more-than-thirty-two-bytes"))
    head, _, signature = symmetric().rpartition(".")
    other = symmetric(sub="712020:two").rpartition(".")[0]
    with pytest.raises(SignatureRefused):
        hooked(f"{other}.{signature}")
    with pytest.raises(SignatureRefused):
        hooked(f"{head}.")


@pytest.mark.parametrize("kid", [None, "", "../../etc/passwd", "a/b", "a.b", "a%2fb", "k" * 129, "é"])
def test_the_id_of_a_key_is_an_identifier(kid: str | None) -> None:
    with pytest.raises(KeyRefused):
        key_id(asymmetric(kid=kid))


# What is no token


@pytest.mark.parametrize(
    "token",
    ["", "a", "a.b", "a.b.c.d", "a b.c.d", "é.b.c", "x" * (LONGEST_CHARS + 1), "bm8.bm8.bm8", spelled([1], {})],
)
def test_what_is_no_token_is_refused(token: str) -> None:
    for judge in (hooked, key_id, installed):
        with pytest.raises(MalformedToken):
            judge(token)


def test_claims_that_are_no_object_are_refused() -> None:
    with pytest.raises(MalformedToken):
        hooked(spelled({"alg": "HS256"}, [1, 2]))


@given(st.text(max_size=60), st.binary(max_size=30))
def test_anything_else_is_refused_and_never_an_error_of_another_kind(text: str, signature: bytes) -> None:
    for token in (text, spelled({"alg": "HS256"}, {"iss": text}, signature), spelled({"alg": "RS256"}, text)):
        for judge in (hooked, installed):
            with pytest.raises(TokenRefused):
                judge(token)


def test_the_token_comes_from_the_header_else_from_the_query() -> None:
    assert token_of({"authorization": "jwt  a.b.c "}, {"jwt": "other"}) == "a.b.c"
    assert token_of({"authorization": "Basic x"}, {"jwt": "a.b.c"}) == "a.b.c"
    for headers in ({}, {"authorization": "Bearer a.b.c"}, {"authorization": "JWT"}):
        with pytest.raises(MalformedToken):
            token_of(headers, {})


# Replay


def test_a_token_is_accepted_once_however_its_signature_is_spelled() -> None:
    seen, token = Seen(), symmetric()
    found = hooked(token)
    seen.once(token, found, START)
    with pytest.raises(Replayed):
        seen.once(token, found, START + timedelta(seconds=30))
    for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        copy = token[:-1] + last
        try:
            again = hooked(copy)
        except TokenRefused:
            continue
        with pytest.raises(Replayed):
            seen.once(copy, again, START)
    other = symmetric(sub="712020:two")
    seen.once(other, hooked(other), START)
    assert len(seen) == 2


def test_what_is_over_is_forgotten() -> None:
    seen, token = Seen(), symmetric()
    seen.once(token, hooked(token), START)
    late = START + timedelta(seconds=175 + WINDOW.leeway_s)
    with pytest.raises(Replayed):
        seen.once(token, hooked(token), late)
    other = symmetric(iat=NOW + 200, exp=NOW + 300)
    seen.once(other, Claims(CLIENT_KEY, "", NOW + 200, NOW + 300), late + timedelta(seconds=1))
    assert len(seen) == 1


# What is said


def test_every_refusal_stands_in_the_drawing_has_advice_and_repeats_nothing() -> None:
    drawing = refusals.__doc__ or ""
    kinds: list[type[TokenRefused]] = [TokenRefused, *TokenRefused.__subclasses__()]
    assert len(kinds) == 13
    for kind in kinds:
        assert kind.__name__ in drawing
        assert kind("why").fix
        assert kind("why").exit_code == 4
    said = ""
    for token in (symmetric(sub="canary-sub"), symmetric("x" * 40), spelled({"alg": "none"}, {"iss": "canary-iss"})):
        try:
            webhook(token, ELSEWHERE, installed_at, START)
        except TokenRefused as error:
            said += f"{error} {error!r} {error.__cause__!r} {error.__context__!r}"
        assert token not in said
    assert said
    assert "canary" not in said
    assert SECRET not in said


def test_signed_bytes_that_are_no_claims_are_refused() -> None:
    signed = api_jws.encode(b"[1]", private_key(), algorithm="RS256", headers={"kid": KEY_ID})
    with pytest.raises(MalformedToken):
        installed(signed)

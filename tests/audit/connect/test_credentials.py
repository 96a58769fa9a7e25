from __future__ import annotations

from pathlib import Path

import pytest

from audit.config import Config, load
from audit.connect.consent import READING, code_of, consent_address
from audit.connect.grants import ActAs, Granted, ServiceAccount, ThreeLegged
from audit.connect.signing import ConnectApp
from audit.errors import ConfigError, UsageError
from tests.audit.connect.granting import no_ring

SITE = "https://acme.atlassian.net"
SECRET = "secret-canary-6d1f"


def configured(tmp_path: Path, ring: dict[str, str] | None = None, file: Path | None = None, **given: str) -> Config:
    env = {"HOME": str(tmp_path), "CONFLUENCE_GDPR_SITE": SITE}
    env |= {f"CONFLUENCE_GDPR_{name.upper()}": value for name, value in given.items()}
    return load(env, file, {}, (lambda _service, user: (ring or {}).get(user)) if ring else no_ring)


def grant(config: Config) -> ThreeLegged | ServiceAccount | ActAs:
    assert isinstance(config.auth, Granted)
    return config.auth.grant


def test_each_kind_of_app_is_read_with_atlassians_hosts(tmp_path: Path) -> None:
    app = configured(tmp_path, auth="connect", app_key="example.app", shared_secret=SECRET)
    assert isinstance(app.auth, ConnectApp)
    assert (app.through_gateway, app.place().api_base, app.auth_kind) == (False, f"{SITE}/wiki", "connect")
    person = configured(tmp_path, auth="oauth", client_id="c", client_secret=SECRET, callback="https://a.example/cb")
    service = configured(tmp_path, auth="service-account", client_id="c", client_secret=SECRET)
    acting = configured(tmp_path, auth="act-as", client_id="c", shared_secret=SECRET, act_as="712020:one")
    assert grant(person).host == grant(service).host == "https://auth.atlassian.com"
    assert grant(acting).host == "https://oauth-2-authorization-server.services.atlassian.com"
    assert [one.through_gateway for one in (person, service, acting)] == [True, True, False]
    assert person.place("cloud-1").api_base == "https://api.atlassian.com/ex/confluence/cloud-1/wiki"
    for one in (app, person, service, acting):
        assert SECRET not in f"{one!r} {one.auth!r}"
        assert "712020" not in repr(one)


@pytest.mark.parametrize(
    ("given", "user"),
    [
        ({"auth": "connect", "app_key": "example.app"}, "example.app@acme.atlassian.net"),
        ({"auth": "act-as", "client_id": "c", "act_as": "712020:one"}, "c@acme.atlassian.net"),
        ({"auth": "oauth", "client_id": "c"}, "c@acme.atlassian.net"),
        ({"auth": "service-account", "client_id": "c"}, "c@acme.atlassian.net"),
    ],
)
def test_a_secret_may_stand_in_the_keyring_and_is_asked_for_by_its_name(
    tmp_path: Path, given: dict[str, str], user: str
) -> None:
    config = configured(tmp_path, {user: f"{SECRET}\n"}, None, **given)
    auth = config.auth
    secret = auth.secret if isinstance(auth, ConnectApp) else grant(config).secret
    assert secret.reveal() == SECRET
    with pytest.raises(ConfigError, match="is not set") as caught:
        configured(tmp_path, None, None, **given)
    assert user in str(caught.value)
    assert "never taken from the command line" in caught.value.fix


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"auth": "connect", "shared_secret": SECRET}, "`app_key` is not set"),
        ({"auth": "connect", "app_key": "a b", "shared_secret": SECRET}, "`app_key` cannot be used"),
        ({"auth": "connect", "app_key": "a", "shared_secret": "tökén"}, "`shared_secret` cannot be used"),
        ({"auth": "act-as", "client_id": "c", "shared_secret": SECRET}, "`act_as` is not set"),
        ({"auth": "oauth", "client_secret": SECRET}, "`client_id` is not set"),
        ({"auth": "oauth", "client_id": "c", "client_secret": SECRET, "token_host": "http://t.example"}, "unencrypted"),
        ({"auth": "act-as", "client_id": "c", "shared_secret": SECRET, "act_as": "x", "act_as_host": "nowhere"}, "https"),
    ],
)  # fmt: skip
def test_what_lacks_or_cannot_work_is_named(tmp_path: Path, given: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        configured(tmp_path, None, None, **given)
    assert words in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("name", ["shared_secret", "client_secret"])
def test_a_file_with_a_secret_has_to_be_private(tmp_path: Path, name: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'auth = "connect"\napp_key = "a"\n{name} = "{SECRET}"\n')
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="its mode is 644") as caught:
        configured(tmp_path, file=file)
    assert SECRET not in str(caught.value)
    file.chmod(0o600)
    if name == "shared_secret":
        assert configured(tmp_path, file=file).auth_kind == "connect"


# Consent


def person(tmp_path: Path, **given: str) -> ThreeLegged:
    found = grant(
        configured(tmp_path, None, None, **{"auth": "oauth", "client_id": "c", "client_secret": SECRET, **given})
    )
    assert isinstance(found, ThreeLegged)
    return found


def test_the_address_of_the_consent_asks_for_what_an_audit_needs_and_holds_no_secret(tmp_path: Path) -> None:
    address = consent_address(person(tmp_path, callback="https://a.example/cb"), "st&te")
    assert address.startswith(
        "https://auth.atlassian.com/authorize?audience=api.atlassian.com&client_id=c&scope=offline_access+"
    )
    assert address.endswith(
        "&redirect_uri=https%3A%2F%2Fa.example%2Fcb&state=st%26te&response_type=code&prompt=consent"
    )
    assert SECRET not in address
    assert len(READING) < 50
    own = consent_address(
        person(tmp_path, callback="https://a.example/cb", scopes="offline_access write:page:confluence"), "s"
    )
    assert "scope=offline_access+write%3Apage%3Aconfluence&" in own
    with pytest.raises(ConfigError, match="callback"):
        consent_address(person(tmp_path), "s")


def test_the_code_comes_from_the_whole_address_of_this_login(tmp_path: Path) -> None:
    one = person(tmp_path, callback="http://localhost:3000/callback")
    assert code_of(" http://localhost:3000/callback?state=s&code=abc \n", one, "s").reveal() == "abc"
    for address in (
        "abc",
        "",
        "http://localhost:3000/callback?code=abc",
        "http://localhost:3000/callback?state=s&state=s&code=abc",
        "http://localhost:3000/callback?state=s&code=abc&code=def",
        "https://localhost:3000/callback?state=s&code=abc",
        "http://localhost:3001/callback?state=s&code=abc",
        "http://localhost:3000/?state=s&code=abc",
    ):
        with pytest.raises(UsageError) as caught:
            code_of(address, one, "s")
        assert "abc" not in str(caught.value)

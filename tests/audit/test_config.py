from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest

from audit.auth import Basic, Bearer, PersonalAccessToken
from audit.config import ENVIRONMENT, Config, default_file, load, system_keyring, workspace_path
from audit.errors import ConfigError
from audit.pacing import Limits
from tests.audit.net import EMAIL, TOKEN

SITE = "https://acme.atlassian.net"


class Ring:
    """A keyring that remembers what it was asked."""

    def __init__(self, password: str | None = None) -> None:
        self.password = password
        self.asked: list[tuple[str, str]] = []

    def __call__(self, service: str, user: str) -> str | None:
        self.asked.append((service, user))
        return self.password


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {
        "HOME": str(tmp_path),
        "CONFLUENCE_GDPR_SITE": SITE,
        "CONFLUENCE_GDPR_EMAIL": EMAIL,
        "CONFLUENCE_GDPR_TOKEN": TOKEN,
    }


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_the_environment_alone_is_enough_and_nothing_of_it_is_shown(env: dict[str, str]) -> None:
    ring = Ring()
    config = load(env, None, {}, ring)
    assert config.site == SITE
    assert config.auth.headers("GET", SITE, None)["Authorization"].startswith("Basic ")  # type: ignore[arg-type] # not used
    assert (config.auth_kind, config.through_gateway, config.limits) == ("basic", False, Limits())
    assert config.place().api_base == f"{SITE}/wiki"
    assert ring.asked == []
    assert TOKEN not in repr(config)
    assert EMAIL not in repr(config)


def test_options_go_before_the_environment_before_the_file_before_the_keyring(
    env: dict[str, str], tmp_path: Path
) -> None:
    file = write(
        tmp_path / "c.toml",
        'site = "https://file.example"\nemail = "file@acme.example"\ntoken = "filetoken"\ncloud_id = "file-cloud"\n',
    )
    first = load(env, file, {"site": "https://option.example"}, Ring("ringtoken"))
    assert first.site == "https://option.example"
    assert isinstance(first.auth, Basic)
    assert (first.auth.email, first.auth.token.reveal(), first.cloud_id) == (EMAIL, TOKEN, "file-cloud")
    second = load({"HOME": env["HOME"]}, file, {}, Ring("ringtoken"))
    assert isinstance(second.auth, Basic)
    assert (second.site, second.auth.email, second.auth.token.reveal()) == (
        "https://file.example",
        "file@acme.example",
        "filetoken",
    )


@pytest.mark.parametrize(("email", "user"), [(EMAIL, f"{EMAIL}@acme.atlassian.net"), ("", "acme.atlassian.net")])
def test_the_keyring_is_asked_last_by_account_and_host(env: dict[str, str], email: str, user: str) -> None:
    del env["CONFLUENCE_GDPR_TOKEN"]
    env["CONFLUENCE_GDPR_EMAIL"] = email
    ring = Ring(f"{TOKEN}\n")
    config = load(env, None, {}, ring)
    assert ring.asked == [("confluence-gdpr", user)]
    assert isinstance(config.auth, Basic | Bearer)
    assert config.auth.token.reveal() == TOKEN


@pytest.mark.parametrize(
    ("extra", "kind", "gateway"),
    [
        ({}, Basic, False),
        ({"AUTH": "scoped"}, Basic, True),
        ({"CLOUD_ID": "c-1"}, Basic, True),
        ({"EMAIL": ""}, Bearer, True),
        ({"AUTH": "bearer"}, Bearer, True),
        ({"AUTH": "pat", "SITE": "https://wiki.acme.example/conf/"}, PersonalAccessToken, False),
    ],
)
def test_the_kind_of_credentials_decides_where_requests_go(
    env: dict[str, str], extra: dict[str, str], kind: type, gateway: bool
) -> None:
    config = load({**env, **{f"CONFLUENCE_GDPR_{name}": value for name, value in extra.items()}}, None, {}, Ring())
    assert isinstance(config.auth, kind)
    assert config.through_gateway is gateway
    place = config.place("c-2")
    if gateway:
        assert place.api_base == f"https://api.atlassian.com/ex/confluence/{'c-2'}/wiki"
    elif kind is PersonalAccessToken:
        assert (place.api_base, place.site) == ("https://wiki.acme.example/conf", "https://wiki.acme.example")


def test_the_gateway_can_be_moved_to_loopback_but_not_to_plain_http(env: dict[str, str]) -> None:
    env["CONFLUENCE_GDPR_GATEWAY"] = "http://127.0.0.1:8090"
    env["CONFLUENCE_GDPR_AUTH"] = "scoped"
    assert load(env, None, {}, Ring()).place("c").api_base == "http://127.0.0.1:8090/ex/confluence/c/wiki"
    env["CONFLUENCE_GDPR_GATEWAY"] = "http://gateway.example"
    with pytest.raises(ConfigError):
        load(env, None, {}, Ring())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SITE": ""}, "No site"),
        ({"SITE": "http://acme.atlassian.net"}, "unencrypted"),
        ({"TOKEN": "  "}, "No token"),
        ({"TOKEN": "two words"}, "token cannot be used"),
        ({"TOKEN": "tökén"}, "token cannot be used"),
        ({"EMAIL": "", "AUTH": "basic"}, "No e-mail"),
        ({"EMAIL": "nora:quill@acme.example"}, "email cannot be used"),
        ({"AUTH": "kerberos"}, "kind of credentials"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_advice(
    env: dict[str, str], change: dict[str, str], words: str
) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        load({**env, **{f"CONFLUENCE_GDPR_{name}": value for name, value in change.items()}}, None, {}, Ring())
    assert caught.value.fix
    assert "nora" not in str(caught.value)
    assert "words" not in str(caught.value)


def test_a_token_on_the_command_line_is_refused(env: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="command line") as caught:
        load(env, None, {"token": TOKEN}, Ring())
    assert TOKEN not in str(caught.value)


# --- the file -----------------------------------------------------------------------------------------------------


def test_everything_that_the_file_can_say_arrives(env: dict[str, str], tmp_path: Path) -> None:
    file = write(
        default_file(env),
        'spaces = ["HR"]\ninclude = ["likes"]\ncustom_content_types = ["ac:app:thing"]\nca_file = "~/ca.pem"\n'
        'proxy = "http://proxy.example:3128"\nworkspace = "/srv/gdpr"\n[limits]\nattempts = 3\nstall_timeout_s = 5\n',
        0o644,
    )
    assert file == tmp_path / ".config/confluence-gdpr/config.toml"
    config = load(env, None, {}, Ring())
    assert (config.spaces, config.include, config.custom_content_types) == (("HR",), ("likes",), ("ac:app:thing",))
    assert (config.ca_file, config.proxy) == (tmp_path / "ca.pem", "http://proxy.example:3128")
    assert config.limits == Limits(attempts=3, stall_timeout_s=5)
    assert workspace_path(env, None) == Path("/srv/gdpr")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('site = "x"\ntokne = "a"\n', "line 2): `tokne` is unknown"),
        ("\nsite = 5\n", "line 2): `site` has to be a text"),
        ('spaces = "HR"\n', "line 1): `spaces` has to be a list"),
        ("spaces = [1]\n", "line 1): `spaces` has to be a list"),
        ("limits = 3\n", "line 1): `limits` has to be a section"),
        ("[limits]\nattempt = 3\n", "line 2): `limits.attempt` is unknown"),
        ('[limits]\nattempts = "3"\n', "line 2): `limits.attempts` has another type"),
        ("[limits]\nattempts = 2.5\n", "line 2): `limits.attempts` has another type"),
        ("[limits]\nattempts = true\n", "line 2): `limits.attempts` has another type"),
        ("[limits]\nattempts = 0\n", "line 2): `limits.attempts` is not above 0"),
        ("[limits]\ndeadline_s = inf\n", "line 2): `limits.deadline_s` is not above 0"),
        ("[limits]\ndeadline_s = nan\n", "line 2): `limits.deadline_s` is not above 0"),
        ("limits = {attempt = 3}\n", "`limits.attempt` is unknown"),
        ("[proxies]\na = 1\n", "line 1): `proxies` is unknown"),
        ('site = "x\n', "line 1, column 10"),
        ('a = "b"\na = "c"\n', "it is not TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(
    env: dict[str, str], tmp_path: Path, text: str, place: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(env, write(tmp_path / "c.toml", text), {}, Ring())
    assert place in str(caught.value)
    assert caught.value.fix


def test_a_broken_file_is_reported_without_the_token_in_it(env: dict[str, str], tmp_path: Path) -> None:
    file = write(tmp_path / "c.toml", f'token = "{TOKEN}\n')
    with pytest.raises(ConfigError) as caught:
        load(env, file, {}, Ring())
    assert TOKEN not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    file.write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="UTF-8"):
        load(env, file, {}, Ring())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_with_a_token_has_to_be_private(env: dict[str, str], tmp_path: Path, mode: int) -> None:
    file = write(tmp_path / "c.toml", f'\ntoken = "{TOKEN}"\n', mode)
    with pytest.raises(ConfigError, match=f"line 2.*{mode:03o}") as caught:
        load(env, file, {}, Ring())
    assert TOKEN not in str(caught.value)
    file.chmod(0o600)
    assert load({"HOME": env["HOME"]}, file, {"site": SITE}, Ring()).auth_kind == "bearer"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(env: dict[str, str], tmp_path: Path) -> None:
    file = write(tmp_path / "c.toml", 'spaces = ["HR"]\n')
    os.chown(file, 12345, -1)
    with pytest.raises(ConfigError, match="another user"):
        load(env, file, {}, Ring())


def test_a_file_that_somebody_named_has_to_be_there_and_the_default_one_need_not(
    env: dict[str, str], tmp_path: Path
) -> None:
    assert load(env, None, {}, Ring()).spaces == ()
    with pytest.raises(ConfigError, match="does not exist"):
        load(env, tmp_path / "missing.toml", {}, Ring())
    with pytest.raises(ConfigError, match="does not exist"):
        load({**env, "CONFLUENCE_GDPR_CONFIG": "~/missing.toml"}, None, {}, Ring())
    with pytest.raises(ConfigError, match="the system said"):
        load(env, tmp_path, {}, Ring())


def test_the_workspace_needs_no_credentials(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path)}
    assert workspace_path(home, None) == tmp_path / ".local/share/confluence-gdpr"
    assert workspace_path({**home, "XDG_DATA_HOME": "/data"}, None) == Path("/data/confluence-gdpr")
    assert workspace_path({**home, "CONFLUENCE_GDPR_WORKSPACE": "~/w"}, None) == tmp_path / "w"
    assert default_file({"XDG_CONFIG_HOME": "/etc/x"}) == Path("/etc/x/confluence-gdpr/config.toml")
    assert default_file({}) == Path.home() / ".config/confluence-gdpr/config.toml"


def test_a_machine_without_a_keyring_has_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends import fail, null

    before = keyring.get_keyring()
    try:
        keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call] # the library has no types
        assert system_keyring("confluence-gdpr", "nobody") is None
        keyring.set_keyring(null.Keyring())  # type: ignore[no-untyped-call] # the library has no types
        assert system_keyring("confluence-gdpr", "nobody") is None
    finally:
        keyring.set_keyring(before)


def test_every_variable_has_the_name_of_its_setting() -> None:
    assert ENVIRONMENT["cloud_id"] == "CONFLUENCE_GDPR_CLOUD_ID"
    assert {field.name for field in fields(Config)} >= {"site", "auth", "cloud_id", "gateway", "limits"}

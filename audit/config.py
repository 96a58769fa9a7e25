"""Settings and credentials: command line, then environment, then a TOML file, then the system keyring.

The file is `--config`, else `CONFLUENCE_GDPR_CONFIG`, else ~/.config/confluence-gdpr/config.toml if there is one; its
keys are those of `audit.settings`. No token is taken from the command line, and none is ever shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from audit.auth import (
    CLOUD_GATEWAY,
    CLOUD_MEDIA,
    Auth,
    Basic,
    Bearer,
    PersonalAccessToken,
    Place,
    Secret,
    gateway_place,
    origin,
    site_place,
)
from audit.connect.credentials import APP_KINDS, KEY_HOST, THROUGH_GATEWAY, app_auth
from audit.errors import ConfigError
from audit.house import NOBODY, Allow
from audit.identity.policy import DEFAULTS, Policy, Sources, sources
from audit.pacing import Limits
from audit.settings import TEXT_KEYS, Retention, Settings, read_settings
from audit.thresholds import Thresholds
from reports.audience import Audience
from reports.language import DEFAULT, languages

ENVIRONMENT: Final[Mapping[str, str]] = {name: f"CONFLUENCE_GDPR_{name.upper()}" for name in sorted(TEXT_KEYS)}
"""Setting -> environment variable. The file uses the names of the settings."""
KINDS: Final = ("basic", "scoped", "bearer", "pat", *APP_KINDS)
"""Classic API token; API token with scopes; OAuth access token; access token of Data Center; apps and grants."""
SOURCE_KEYS: Final = ("organisation", "organisation_host", "organisation_key", "data_center", "data_center_token")
"""Settings of further sites that know people."""
SERVICE: Final = "confluence-gdpr"
"""Name of the service in the system keyring; the user name is `EMAIL@HOST`, or the host alone without an e-mail."""

Keyring = Callable[[str, str], str | None]
"""(service, user) -> password, or None."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that a command needs to know about a site and about this machine."""

    site: str
    """Origin, or for Data Center the address with its context path."""
    auth: Auth
    scoped: bool = False
    """The API token has scopes, so that it works through the gateway only."""
    cloud_id: str = ""
    """Empty: the site is asked for it where the gateway needs it. Set with an API token: the token has scopes."""
    gateway: str = CLOUD_GATEWAY
    media: str = CLOUD_MEDIA
    """Origin of the only host that files for Assets are uploaded to."""
    spaces: tuple[str, ...] = field(default=(), repr=False)
    include: tuple[str, ...] = ()
    custom_content_types: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    """Earlier hosts of the site: links to them are ours to rewrite."""
    user_pickers: tuple[str, ...] = ()
    """Fields of Jira that hold people, beside its own: `cf[10100]`, names."""
    personal_spaces: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Keys of personal spaces that changed, in lower case -> the keys of today."""
    macros: Path | None = None
    """TOML file with further rows of the macro registry."""
    detectors: Path | None = None
    """TOML file with detectors of its own, see `audit.owndetectors`."""
    regions: tuple[str, ...] = ()
    allow: Allow = NOBODY
    """Addresses that are nobody's."""
    limits: Limits = field(default_factory=Limits)
    thresholds: Thresholds = field(default_factory=Thresholds)
    identity: Policy = field(default_factory=lambda: DEFAULTS)
    """What a migration does with each state of an account."""
    retention: Retention = field(default_factory=Retention)
    sources: Sources = field(default_factory=Sources)
    """Further sites that know people."""
    accepted: Path | None = None
    """TOML file with the findings that somebody accepted."""
    audience: Audience = Audience.RESTRICTED
    """For whom reports are that name nobody else."""
    language: str = DEFAULT
    """Of reports, as `reports.language` names it."""
    ca_file: Path | None = None
    proxy: str | None = field(default=None, repr=False)

    @property
    def auth_kind(self) -> str:
        """Return the kind of credentials as reports name it: `basic`, `bearer`, `pat` or one of `APP_KINDS`."""
        return self.auth.kind

    @property
    def through_gateway(self) -> bool:
        """Return whether requests go to the gateway: OAuth tokens and API tokens with scopes work only there."""
        kind = self.auth.kind
        return kind in {"bearer", *THROUGH_GATEWAY} or (kind == "basic" and (self.scoped or bool(self.cloud_id)))

    def place(self, cloud_id: str = "") -> Place:
        """Return where requests go; the cloud id is used with the gateway only."""
        if self.through_gateway:
            return gateway_place(self.site, cloud_id or self.cloud_id, self.gateway)
        return site_place(self.site, data_center=self.auth.kind == "pat")


def load(env: Mapping[str, str], file: Path | None, overrides: Mapping[str, str], keyring: Keyring) -> Config:
    """Return the configuration. `overrides` are options of the command line by the name of their setting.

    Raises `ConfigError` naming the setting, where it stands and what to do.
    """
    if "token" in overrides:
        raise ConfigError(
            what="A token on the command line is refused",
            where="--token",
            why="every user of this machine can read it in the list of processes",
            fix=_TOKEN_ADVICE,
        )
    stored = _stored(env, file)
    given = _Given(overrides, env, stored)
    if not given("site"):
        raise ConfigError(
            what="No site is named",
            where="SITE, CONFLUENCE_GDPR_SITE or `site` in the configuration file",
            fix="Give its address, for example https://acme.atlassian.net.",
        )
    kind = given("auth") or ("basic" if given("email") else "bearer")
    if kind not in KINDS:
        raise ConfigError(
            what="The kind of credentials is not known", where="auth", fix=f"It is one of {', '.join(KINDS)}."
        )
    _require_plain(given("site"), kind)
    site = origin(given("site")) + (urlsplit(given("site")).path.rstrip("/") if kind == "pat" else "")
    return Config(
        site=site,
        auth=_auth(kind, given, site, keyring),
        scoped=kind == "scoped",
        cloud_id=given("cloud_id"),
        gateway=origin(given("gateway") or CLOUD_GATEWAY),
        media=origin(given("media") or CLOUD_MEDIA),
        spaces=stored.spaces,
        include=stored.include,
        custom_content_types=stored.custom_content_types,
        hosts=stored.hosts,
        user_pickers=stored.user_pickers,
        personal_spaces=stored.personal_spaces,
        macros=_path(given("macros"), env) if given("macros") else None,
        detectors=_path(given("detectors"), env) if given("detectors") else None,
        regions=stored.regions,
        allow=stored.allow,
        limits=stored.limits,
        thresholds=stored.thresholds,
        identity=stored.identity,
        retention=stored.retention,
        sources=sources({name: given(name) for name in SOURCE_KEYS}),
        ca_file=_path(given("ca_file"), env) if given("ca_file") else None,
        proxy=given("proxy") or None,
        accepted=_path(given("accepted"), env) if given("accepted") else None,
        audience=_audience(given),
        language=known_language(given("language")),
    )


def _require_plain(address: str, kind: str) -> None:
    """Raise `ConfigError` for an address of something inside the site: it would be dropped without a word.

    Cloud lives under /wiki and nowhere else; Data Center has a context path.
    """
    origin(address)
    parts = urlsplit(address.strip())
    path = parts.path.rstrip("/")
    if not (parts.query or parts.fragment) and (kind == "pat" or path in {"", "/wiki"}):
        return
    steps = path.split("/")
    key = steps[steps.index("spaces") + 1] if "spaces" in steps[:-1] else ""
    named = key if key.isalnum() else "KEY"  # the key of a personal space names a person
    raise ConfigError(
        what="The address names more than a site",
        where="SITE or `site`",
        why="it goes on behind the name of the host, and the whole site would be read all the same",
        fix=f"Give {origin(address)}" + (f" and, for that space alone, --space {named}." if key else "."),
    )


def workspace_path(env: Mapping[str, str], file: Path | None) -> Path:
    """Return the folder of runs from the environment or the file, else the user's data folder."""
    named = _Given({}, env, _stored(env, file))("workspace")
    if named:
        return _path(named, env)
    return Path(env.get("XDG_DATA_HOME") or _home(env) / ".local" / "share") / SERVICE


@dataclass(frozen=True, slots=True)
class Sealing:
    """How evidence is sealed beside its own key, and how the authority is reached."""

    certificate: Path | None
    """PKCS#12 file, None where no certificate signs."""
    authority: str
    """Address of the time stamp authority, empty where none is asked."""
    limits: Limits = field(default_factory=Limits)
    ca_file: Path | None = None
    proxy: str | None = field(default=None, repr=False)


def sealing(env: Mapping[str, str], file: Path | None) -> Sealing:
    """Return how evidence is sealed; needs no site and no credentials."""
    stored = _stored(env, file)
    given = _Given({}, env, stored)
    return Sealing(
        certificate=_path(given("certificate"), env) if given("certificate") else None,
        authority=given("timestamp_authority"),
        limits=stored.limits,
        ca_file=_path(given("ca_file"), env) if given("ca_file") else None,
        proxy=given("proxy") or None,
    )


def install_keys(env: Mapping[str, str], file: Path | None) -> str:
    """Return the origin of the public keys for installations of apps; needs no site and no credentials."""
    return origin(_Given({}, env, _stored(env, file))("install_keys") or KEY_HOST)


def retention(env: Mapping[str, str], file: Path | None) -> Retention:
    """Return how long each kind of data is kept; needs no site and no credentials."""
    return _stored(env, file).retention


def key_wrap(env: Mapping[str, str], file: Path | None) -> str:
    """Return what new data keys lie under, as `audit.wrapping` names it; empty where nobody says."""
    return _Given({}, env, _stored(env, file))("key_wrap")


def thresholds(env: Mapping[str, str], file: Path | None) -> Thresholds:
    """Return the bounds of writing runs; needs no site and no credentials."""
    return _stored(env, file).thresholds


def accepted(env: Mapping[str, str], file: Path | None) -> Path | None:
    """Return the list of accepted findings, None where none is named; needs no site and no credentials."""
    named = _Given({}, env, _stored(env, file))("accepted")
    return _path(named, env) if named else None


def detectors(env: Mapping[str, str], file: Path | None) -> Path | None:
    """Return the file of detectors of its own, None where none is named; needs no site and no credentials."""
    named = _Given({}, env, _stored(env, file))("detectors")
    return _path(named, env) if named else None


def roles(env: Mapping[str, str], file: Path | None) -> frozenset[str]:
    """Return the offices that reports name as they are, those of people aside; needs no site and no credentials."""
    return frozenset(role.strip() for role in _stored(env, file).roles)


def audience(
    env: Mapping[str, str], file: Path | None, given: str = "", usual: Audience = Audience.RESTRICTED
) -> Audience:
    """Return for whom reports are, `usual` where nobody says; needs no site and no credentials.

    Raises `ConfigError` for a level that does not exist.
    """
    return _audience(_Given({"audience": given}, env, _stored(env, file)), usual)


def _audience(given: _Given, usual: Audience = Audience.RESTRICTED) -> Audience:
    try:
        return Audience(given("audience") or usual)
    except ValueError as error:
        raise ConfigError(
            what="The audience of reports is not known",
            where=f"`audience` in the configuration file or {ENVIRONMENT['audience']}",
            fix=f"It is one of {', '.join(Audience)}.",
        ) from error


def language(env: Mapping[str, str], file: Path | None, given: str = "") -> str:
    """Return the language of reports, English where nobody says; needs no site and no credentials.

    Raises `ConfigError` for one without a catalogue.
    """
    return known_language(_Given({"language": given}, env, _stored(env, file))("language"))


def known_language(code: str) -> str:
    """Return the language, English for an empty code. Raises `ConfigError` for one without a catalogue."""
    if code and code not in languages():
        raise ConfigError(
            what="Reports are not written in this language",
            where=f"--language, `language` in the configuration file or {ENVIRONMENT['language']}",
            why=f"there is no catalogue for {code}",
            fix=f"It is one of {', '.join(languages())}.",
        )
    return code or DEFAULT


def system_keyring(service: str, user: str) -> str | None:
    """Return a password from the system's keyring, None where it holds none or there is no keyring."""
    import keyring
    from keyring.errors import KeyringError

    try:
        password: str | None = keyring.get_password(service, user)
    except KeyringError:
        return None
    return password


def default_file(env: Mapping[str, str]) -> Path:
    """Return where the configuration file is looked for when none is named."""
    return Path(env.get("XDG_CONFIG_HOME") or _home(env) / ".config") / SERVICE / "config.toml"


class _Given:
    """Looks a setting up in the order in which sources count. An empty value is no value."""

    def __init__(self, overrides: Mapping[str, str], env: Mapping[str, str], stored: Settings) -> None:
        self._sources = (
            overrides,
            {name: env.get(variable, "") for name, variable in ENVIRONMENT.items()},
            stored.texts,
        )

    def __call__(self, name: str) -> str:
        return next((source[name].strip() for source in self._sources if source.get(name, "").strip()), "")


def _stored(env: Mapping[str, str], file: Path | None) -> Settings:
    """Return what the configuration file says. A file that somebody named has to be there, the default one need not."""
    if file is not None:
        return read_settings(file, named=True)
    if named := env.get("CONFLUENCE_GDPR_CONFIG"):
        return read_settings(_path(named, env), named=True)
    return read_settings(default_file(env), named=False)


def _auth(kind: str, given: _Given, site: str, keyring: Keyring) -> Auth:
    if kind in APP_KINDS:
        return app_auth(kind, given, site, lambda user: (keyring(SERVICE, user) or "").strip())
    host, email = urlsplit(site).netloc, given("email")
    token = given("token") or (keyring(SERVICE, f"{email}@{host}" if email else host) or "").strip()
    if not token:
        raise ConfigError(
            what="No token is set",
            where=f"for {host}",
            why="neither the environment nor the configuration file nor the keyring holds one",
            fix=_TOKEN_ADVICE,
        )
    if kind in {"basic", "scoped"} and not email:
        raise ConfigError(
            what="No e-mail address is set",
            where="CONFLUENCE_GDPR_EMAIL",
            why="an API token is used together with the address of its owner",
            fix="Set it, or choose another kind with CONFLUENCE_GDPR_AUTH: bearer or pat.",
        )
    for name, value in (("email", email), ("token", token)):
        if not value.isascii() or not value.isprintable() or " " in value or (name == "email" and ":" in value):
            raise ConfigError(
                what=f"The {name} cannot be used",
                where=ENVIRONMENT[name],
                why="it holds a blank, a line break, a colon or a character outside ASCII",
                fix="Copy it again, without quotes around it.",
            )
    match kind:
        case "bearer":
            return Bearer(Secret(token))
        case "pat":
            return PersonalAccessToken(Secret(token))
        case _:
            return Basic(email, Secret(token))


def _path(text: str, env: Mapping[str, str]) -> Path:
    return _home(env) / text[2:] if text.startswith("~/") else Path(text)


def _home(env: Mapping[str, str]) -> Path:
    return Path(env["HOME"]) if env.get("HOME") else Path.home()


_TOKEN_ADVICE: Final = (
    "Put it into CONFLUENCE_GDPR_TOKEN (with CONFLUENCE_GDPR_EMAIL for an API token), into the configuration file "
    f"(chmod 600) or into the keyring (`keyring set {SERVICE} EMAIL@HOST`). API tokens are made at "
    "https://id.atlassian.com/manage-profile/security/api-tokens."
)

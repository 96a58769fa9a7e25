"""What the configuration says about identities, and what it must not say by half."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from audit.config import Config, load
from audit.errors import ConfigError
from audit.identity.policy import DEFAULTS, Condition, Treatment

ENV = {
    "CONFLUENCE_GDPR_SITE": "https://acme.atlassian.net",
    "CONFLUENCE_GDPR_EMAIL": "nora.quill@acme.example",
    "CONFLUENCE_GDPR_TOKEN": "canary-token-5f1d",
}
ORGANISATION = {
    "CONFLUENCE_GDPR_ORGANISATION": "0f6c1d2e",
    "CONFLUENCE_GDPR_ORGANISATION_HOST": "https://API.atlassian.com/",
    "CONFLUENCE_GDPR_ORGANISATION_KEY": "canary-organisation-key",
}
OLD_SITE = {
    "CONFLUENCE_GDPR_DATA_CENTER": "https://wiki.acme-optics.se/confluence",
    "CONFLUENCE_GDPR_DATA_CENTER_TOKEN": "canary-old-token",
}


def configured(tmp_path: Path, text: str = "", env: Mapping[str, str] = {}, mode: int = 0o600) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(text)
    path.chmod(mode)
    return load({"HOME": str(tmp_path), **ENV, **env}, path, {}, lambda _service, _user: None)


def test_without_a_section_the_defaults_hold(tmp_path: Path) -> None:
    config = configured(tmp_path)
    assert config.identity == DEFAULTS
    assert set(DEFAULTS) == set(Condition)
    assert not config.sources.organisation
    assert not config.sources.data_center


def test_the_section_changes_what_it_names(tmp_path: Path) -> None:
    config = configured(tmp_path, '[identity]\nclosed = "name"\nabsent = "map"\n')
    assert config.identity == {**DEFAULTS, Condition.CLOSED: Treatment.NAME, Condition.ABSENT: Treatment.MAP}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[identity]\nclosed = "delete"\n', r"line 2\).*`identity\.closed` has to be one of map, hold, name"),
        ("[identity]\nclosed = 1\n", r"`identity\.closed` has to be"),
        ('[identity]\nasleep = "map"\n', r"line 2\).*`identity\.asleep` is unknown; known are active"),
        ('identity = "map"\n', "`identity` has to be a section"),
    ],
)
def test_a_policy_that_is_not_understood_is_refused_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        configured(tmp_path, text)


def test_further_sites_come_from_the_environment_or_the_file(tmp_path: Path) -> None:
    sources = configured(tmp_path, env={**ORGANISATION, **OLD_SITE}).sources
    assert (sources.organisation, sources.organisation_host) == ("0f6c1d2e", "https://api.atlassian.com")
    assert sources.data_center == OLD_SITE["CONFLUENCE_GDPR_DATA_CENTER"]
    text = 'organisation = "0f6c1d2e"\norganisation_host = "https://api.atlassian.com"\norganisation_key = "canary"\n'
    assert configured(tmp_path, text).sources.organisation_key.reveal() == "canary"
    assert "canary" not in repr(configured(tmp_path, text, OLD_SITE))


@pytest.mark.parametrize("missing", [*ORGANISATION, *OLD_SITE])
def test_a_site_that_is_named_by_half_is_refused(tmp_path: Path, missing: str) -> None:
    env = {**ORGANISATION, **OLD_SITE}
    del env[missing]
    with pytest.raises(ConfigError) as caught:
        configured(tmp_path, env=env)
    assert missing.removeprefix("CONFLUENCE_GDPR_").lower() in caught.value.where
    assert "canary" not in str(caught.value)


def test_the_key_of_an_organisation_does_not_travel_unencrypted(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unencrypted"):
        configured(tmp_path, env={**ORGANISATION, "CONFLUENCE_GDPR_ORGANISATION_HOST": "http://api.example"})


@pytest.mark.parametrize("key", ["organisation_key", "data_center_token"])
def test_a_file_with_any_secret_has_to_be_private(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError, match="others can read it"):
        configured(tmp_path, f'{key} = "canary"\n', mode=0o644)

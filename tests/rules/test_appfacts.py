from __future__ import annotations

import pytest

from rules.appfacts import OTHER, AppFacts, app_facts
from rules.descriptor import without_comments
from rules.forge import EQUIVALENTS, MODULES, asked
from rules.jsontree import Object, parse


def facts(text: str) -> AppFacts:
    data = without_comments(text.encode())
    tree = parse(data)
    assert isinstance(tree, Object)
    return app_facts(tree, data)


WHOLE = facts(
    '{"key":"com.acme.boards","baseUrl":"https://u:p@boards.acme-optics.se:8443/app","scopes":["read",'
    '"ACCESS_EMAIL_ADDRESSES"],"lifecycle":{"installed":"/i","uninstalled":""},"apiMigrations":{"gdpr":true,'
    '"signed-install":"true"},"modules":{"webhooks":[{"event":"page_created"},7,{}],"generalPages":[{"key":"a"},'
    '{"key":"b"}],"configurePage":{"key":"c"},"of Tilda Bergmann":[]}}'
)


def test_what_a_descriptor_declares_is_read() -> None:
    assert WHOLE.key == "com.acme.boards"
    assert WHOLE.host == "boards.acme-optics.se"
    assert WHOLE.scopes == ("READ", "ACCESS_EMAIL_ADDRESSES")
    assert WHOLE.modules == (("webhooks", 3), ("generalPages", 2), ("configurePage", 1), (OTHER, 0))
    assert WHOLE.events == ("page_created", OTHER)
    assert WHOLE.lifecycle == ("installed",)
    assert WHOLE.migrations == (("gdpr", "true"), ("signed-install", "false"), ("context-qsh", "not declared"))


def test_no_free_text_of_a_descriptor_is_taken_over() -> None:
    written = facts(
        '{"key":"tilda@acme-optics.se","baseUrl":"https://tilda bergmann/","scopes":["Tilda Bergmann"],'
        '"modules":{"Tilda Bergmann":[{"event":"Tilda"}],"webhooks":[{"event":"by Tilda"}]},"lifecycle":"Tilda B"}'
    )
    assert "ilda" not in repr(written)
    assert (written.key, written.host) == ("", "")


@pytest.mark.parametrize("url", ["{{localBaseUrl}}", "https://[", ""])
def test_an_address_without_a_host_names_none(url: str) -> None:
    assert facts(f'{{"key":"x","baseUrl":"{url}"}}').host == ""


def test_members_of_another_shape_count_as_not_there() -> None:
    bare = facts('{"key":7,"modules":[],"scopes":"READ","lifecycle":[],"apiMigrations":true,}')
    assert bare == facts("{}")
    assert [ask.about for ask in asked(bare)] == ["personal data that the app keeps"]


def test_forge_asks_for_each_thing_that_the_descriptor_has() -> None:
    asks = {ask.about: ask.asks for ask in asked(WHOLE)}
    assert "report:personal-data" in asks["personal data that the app keeps"]
    assert "`remotes`" in asks["a server of the vendor"]
    assert "read:email-address:confluence" in asks["ACCESS_EMAIL_ADDRESSES"]
    assert {"scopes of Connect", "lifecycle callbacks"} <= set(asks)
    assert asks["generalPages"] == MODULES["generalPages"] == "confluence:globalPage"
    assert asks[OTHER] == f"see {EQUIVALENTS}"

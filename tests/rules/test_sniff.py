from __future__ import annotations

import pytest

from rules.model import Kind
from rules.sniff import beside_code, broken, sniff


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("mine.cql", b"creator = x", Kind.CQL),
        ("mine.JQL", b"assignee = x", Kind.JQL),
        ("page.adf", b"{}", Kind.ADF),
        ("page.json", b'{"type":"doc","version":1,"content":[]}', Kind.ADF),
        ("page", b' {"type":"doc","version":1,"content":[]}', Kind.ADF),
        ("doc.json", b'{"type":"doc"}', Kind.JSON),
        ("atlassian-connect.json", b'{"key":"x","baseUrl":"u","modules":{},}', Kind.DESCRIPTOR),
        ("answer.json", b'{"results":[]}', Kind.JSON),
        ("list.json", b"[1]", Kind.JSON),
        ("broken.json", b"{", Kind.JSON),
        ("events.jsonl", b'{"a":1}\n{"a":2}', Kind.JSON),
        ("note.txt", b"[draft] of a note", Kind.TEXT),
        ("note.txt", b"plain", Kind.TEXT),
        ("query.txt", b"type = page and creator = tilda\n", Kind.CQL),
        ("query", b'creator.fullname ~ Tilda or space = "~tilda"', Kind.CQL),
        ("query", b"mention.userkey = currentUser()", Kind.CQL),
        ("query.TXT", b"project = X and assignee was in (tilda, ola) order by created", Kind.JQL),
        ("query.txt", b"creator = a and assignee = b", Kind.JQL),
        ("query.txt", b"user = tilda and type = page", Kind.CQL),
        ("query.md", b"creator = tilda", Kind.CODE),
        ("settings.txt", b"user = deploy\n", Kind.TEXT),
        ("note.txt", b"The creator = somebody", Kind.TEXT),
        ("note.txt", b"creator = tilda\nmention = ola", Kind.TEXT),
        ("note.txt", b"creator = currentUser()", Kind.TEXT),
        ("note.txt", b"creator = tilda and " * 400 + b"creator = tilda", Kind.TEXT),
        ("NOTES", b"plain", Kind.TEXT),
        ("body.xml", b"<p><ac:link/></p>", Kind.STORAGE),
        ("body.txt", b'<ri:user ri:username="x"/>', Kind.STORAGE),
        ("body.storage", b"<p/>", Kind.STORAGE),
        ("body.txt", b' <p>See <a href="/people/x">x</a></p><p/>', Kind.STORAGE),
        ("body.txt", b"<p>never closed", Kind.TEXT),
        ("pom.xml", b"<project/>", Kind.CODE),
        ("page.xhtml", b"<!DOCTYPE html><p>a<br>", Kind.CODE),
        ("page.txt", b" <HTML><p>a", Kind.CODE),
        ("page", b"<html><p>a", Kind.TEXT),
        ("make.py", b"body = '<ac:link/>'", Kind.CODE),
        ("run", b"#!/bin/sh\n", Kind.CODE),
        (".env", b"A=1", Kind.CODE),
        ("service.wsdl", b"<definitions/>", Kind.CODE),
        ("view.erb", b"<%= 1 %>", Kind.CODE),
        ("Makefile", b"all:", Kind.CODE),
        ("list.sh", b"[ -f x ]", Kind.CODE),
        ("login.robot", b"GET  /rest/api/user", Kind.CODE),
        ("deploy.txt", b"Run this:\ncurl -u me \\\n  $WIKI/rest/api/user?username=$U", Kind.CODE),
        ("deploy", b"curl -u me $WIKI/rest/api/user?username=$U", Kind.CODE),
        ("deploy", b"curl is a tool\nand rest/api/ is a path", Kind.TEXT),
        ("atlassian-connect.json.hbs", b'{"key":"x","baseUrl":"{{u}}","modules":{}}', Kind.DESCRIPTOR),
        ("atlassian-connect.json.hbs", b'{"key":"x","baseUrl":"{{u}}","modules":{{m}}}', Kind.CODE),
        ("other.json.hbs", b'{"key":"x","baseUrl":"{{u}}","modules":{}}', Kind.CODE),
        ("calls.json", b'{"info":{"schema":"https://schema.getpostman.com/v2.1.0"},"item":[]}', Kind.CODE),
        ("api.json", b'{"openapi":"3.0.1","paths":{}}', Kind.CODE),
        ("api.json", b'{"swagger":"2.0","paths":{}}', Kind.CODE),
        ("api.json", b'{"paths":{}}', Kind.JSON),
        ("shop.json", b'{"info":{"colour":"red"},"item":[]}', Kind.JSON),
        ("shop.json", b'{"info":"red","item":[]}', Kind.JSON),
    ],
)
def test_a_file_is_what_its_name_and_first_look_say(name: str, data: bytes, kind: Kind) -> None:
    assert sniff(name, data) is kind


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("body.vm", b"<p>a</p><p>b</p>", Kind.STORAGE),
        ("read.md", b"<p>a</p>", Kind.STORAGE),
        ("read.md", b"<p>a <b>", Kind.TEXT),
        ("pom.xml", b"<project/>", Kind.TEXT),
        ("page.html", b"<!DOCTYPE html><html/>", Kind.STORAGE),
        ("page.xhtml", b"<?xml version='1.0'?><html><p>a<br></html>", Kind.STORAGE),
        ("page.txt", b"<!DOCTYPE html><html/>", Kind.STORAGE),
        ("feed.xml", b"<items><item><td>a</td><br></item></items>", Kind.STORAGE),
        ("page.vm", b"#if($a)<DIV>a</DIV>#end", Kind.STORAGE),
        ("body.xml", b"<p><ac:link/></p>", None),
        ("make.py", b"<p>a</p>", None),
        ("deploy.txt", b"curl $WIKI/rest/api/user", Kind.TEXT),
        ("note.txt", b"plain", None),
        ("api.json", b'{"openapi":"3.0.1","paths":{}}', Kind.JSON),
        ("answer.json", b"{}", None),
        ("README", b"<p>a</p>", None),
    ],
)
def test_pages_hold_something_beside_the_programs_in_them(name: str, data: bytes, kind: Kind | None) -> None:
    assert beside_code(name, data) is kind


@pytest.mark.parametrize(
    ("name", "data", "start"),
    [
        ("a.xml", b"<p>&&&</p>", 4),
        ("a.HTML", b"<p><![CDATA[<![CDATA[", 21),
        ("a.xhtml", b"<!--", 0),
        ("a.htm", b" <!-- x - y --> <p>x", 20),
        ("a.xml", b'<?xml version="1.0"?><a><b></a>', 29),
    ],
)
def test_markup_that_breaks_off_is_named_with_its_place(name: str, data: bytes, start: int) -> None:
    why = broken(name, data)
    assert why is not None
    assert (why.offset, "not well-formed" in why.reason) == (start, True)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xml", b""),
        ("a.xml", b"a < b"),
        ("a.html", b"<!DOCTYPE html><p>x<br>"),
        ("a.html", b"<!-- x --><html><p>x<br></html>"),
        ("a.html", b"<p>{{ name }}<br>"),
        ("a.html", b"<p><?php echo 1 ?><br>"),
        ("a.xml", b"<a>${name}&</a>"),
        ("a.xml", b"<ac:link>"),
        ("a.xml", b"<a><b/></a>"),
        ("a.txt", b"<p>&"),
        ("Makefile", b"<p>&"),
    ],
)
def test_texts_documents_templates_and_what_is_read_anyway_are_not_called_broken(name: str, data: bytes) -> None:
    assert broken(name, data) is None

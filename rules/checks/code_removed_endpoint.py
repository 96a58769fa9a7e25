"""A program calls a resource of the REST API that was removed from Confluence Cloud.

Why it matters: The call answers 410 or 404; a program that takes this for an empty list reports data as erased that are
still there. GDPR Art. 5(1)(d), 25.
Source: Atlassian, changelog of Confluence Cloud, deprecation of version 1 resources.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import code
from rules.interfaces import BASED_ENDPOINTS, CLOUD_BASE, ENDPOINTS
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every address of a removed resource."""
    return code.detect(view, RULE, BASED_ENDPOINTS if CLOUD_BASE.search(view.data) else ENDPOINTS)


RULE: Final = Rule(
    id="code-removed-endpoint",
    title="Removed endpoint in code",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="The resource is gone. A program that takes the refusal for an empty answer overlooks personal data, or "
    "claims to have erased them.",
    remedy="Call the successor that the finding names. Addresses without /wiki or the gateway are taken for Data "
    "Center and left alone.",
    articles=("5(1)(d)", "25"),
    source="https://developer.atlassian.com/cloud/confluence/changelog/",
    dpv="https://w3id.org/dpv/pd#UID",
    kinds=(Kind.CODE,),
    gate=(b"rest/api/", b"bulk/migration"),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'get(f"{base}/wiki/rest/api/content/{page_id}?expand=body.storage")',
            Kind.CODE,
            "a page by its id",
            ("content",),
        ),
        Flag(
            b"GET /wiki/rest/api/content/123/child/comment",
            Kind.CODE,
            "comments of a page",
            ("content children, history and properties",),
        ),
        Flag(
            b"post('https://api.atlassian.com/ex/confluence/x/rest/api/contentbody/convert/view')",
            Kind.CODE,
            "the conversion that answers at once",
            ("contentbody/convert",),
        ),
        Flag(
            b"base + '/rest/api/user/bulk/migration?username=' + n",
            Kind.CODE,
            "the migration of Confluence itself",
            ("user/bulk/migration",),
        ),
        Flag(
            b"requests.get(f'{base}/wiki/rest/api/content/{i}/label'); get('/wiki/rest/api/space/HR')",
            Kind.CODE,
            "reads whose writing counterparts are still there",
            ("content read by version 1", "content read by version 1"),
        ),
        Flag(
            b"post('/wiki/rest/api/experimental/cql/pdcleaner')", Kind.CODE, "the conversion of CQL", ("cql/pdcleaner",)
        ),
        Flag(
            b'BASE = "https://acme.atlassian.net/wiki"\nr = get(BASE + "/rest/api/content/123/history")\n'
            b'get(f"{BASE}/rest/api/content/{i}/label"); get(BASE + "/rest/api/space/HR")\n'
            b'get(BASE + "/rest/api/inlinetasks")',
            Kind.CODE,
            "a path behind the address of a site, which stands elsewhere in the file: low confidence",
            ("content children, history and properties", *("content read by version 1",) * 2, "inlinetasks"),
        ),
        Flag(b"post(site + '/rest/api/3/search', {jql})", Kind.CODE, "the search of Jira", ("search of Jira",)),
        Clean(b"post('/wiki/rest/api/content/1/label'); post('/wiki/rest/api/space')", Kind.CODE, "still there"),
        Clean(b"post(site + '/rest/api/3/search/jql', {jql})", Kind.CODE, "the search that took its place"),
        Clean(b"get('/wiki/rest/api/group/by-id?id=1')", Kind.CODE, "a group by its id"),
        Clean(b"get('/wiki/rest/api/content/123/restriction')", Kind.CODE, "restrictions are still there"),
        Clean(b"get('/wiki/rest/api/content/search?cql=type=page')", Kind.CODE, "the search of content is still there"),
        Clean(
            b'B = "https://acme.atlassian.net/wiki"; get(B + "/rest/api/search")\n'
            b'get(B + "/rest/api/content/1/restriction")',
            Kind.CODE,
            "paths behind the address of a site that are still there",
        ),
        Clean(
            b'B = "https://wiki.acme.example"; get(B + "/rest/api/content/123/history")',
            Kind.CODE,
            "a path behind the address of a server",
        ),
        Clean(b"get(server + '/rest/api/content/123')", Kind.CODE, "the same address on Data Center"),
        Clean(
            b"post('/wiki/rest/api/contentbody/convert/async/view'); get(jira + '/rest/api/3/user/bulk/migration')",
            Kind.CODE,
            "conversion that is asked for later, and Jira's migration",
        ),
    ),
)

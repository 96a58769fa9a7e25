"""A program names a person by username or user key in a request.

Why it matters: Confluence Cloud ignores or refuses the parameter, so that the program acts on nobody or on the caller,
and keeps lists of logins alive that nobody needs. GDPR Art. 5(1)(c), 5(1)(d), 25.
Source: Atlassian, user privacy API migration guide, user, user watch and content restriction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import code
from rules.model import Kind, Match, Severity
from rules.requestparameters import PARAMETERS
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every retired parameter that a request sends."""
    return code.detect(view, RULE, PARAMETERS)


RULE: Final = Rule(
    id="code-user-parameter",
    title="Retired user parameter in code",
    category=Category.LEGACY,
    severity=Severity.HIGH,
    why="The program sends a username or user key where Atlassian takes account ids only. The call fails or means "
    "somebody else, and the program has to keep logins that it has no need for.",
    remedy="Send accountId instead; Jira's user/bulk/migration turns old identifiers into account ids. Report only.",
    articles=("5(1)(c)", "5(1)(d)", "25"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.CODE,),
    gate=(b"user", b"User", b"space/personal/"),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b"r = get(base + '/rest/api/user?expand=operations&username=' + name)",
            Kind.CODE,
            "the user resource by username",
            ("username parameter",),
        ),
        Flag(
            b'curl -u x "$CONFLUENCE/rest/api/user/watch/space/HR?key=$K"',
            Kind.CODE,
            "a watch by user key",
            ("user key parameter",),
        ),
        Flag(
            b'confluence = x; requests.get(f"{url}/rest/api/user", params={"username": name})',
            Kind.CODE,
            "a parameter in a mapping",
            ("user parameter in a mapping",),
        ),
        Flag(
            b'curl -G "$WIKI/rest/api/user" --data-urlencode "key=$KEY"',
            Kind.CODE,
            "a parameter of a shell command",
            ("user parameter of a shell command",),
        ),
        Flag(
            b"// atlassian\nbody = {restrictions: {user: [{type: 'known', username: n}]}}",
            Kind.CODE,
            "the body of a restriction",
            ("user of a restriction body",),
        ),
        Flag(
            b"confluence.get_user_details_by_username(name)",
            Kind.CODE,
            "a client library",
            ("lookup by username or user key",),
        ),
        Flag(
            b"post('/rest/api/user/watch/content/' + id + '?username=' + name)",
            Kind.CODE,
            "a watch, its address put together",
            ("parameter behind a variable of the path",),
        ),
        Flag(
            b'url = "/rest/api/user"\nparams = {"key": key}\nrequests.get(base + url, params=params)',
            Kind.CODE,
            "address and parameters apart",
            ("user parameter in a mapping",),
        ),
        Flag(
            b'params.put("username", name);\nclient.get(base + "/rest/api/user", params);',
            Kind.CODE,
            "parameters first",
            ("user parameter in a mapping",),
        ),
        Flag(
            b'{"subjects": {"user": {"results": [{"username": name}]}}}  # confluence',
            Kind.CODE,
            "the permissions of a space",
            ("user of a permission body",),
        ),
        Flag(
            b'put(f"{base}/rest/api/space/{key}/permissions/user/{user_key}")',
            Kind.CODE,
            "a user key in the path: low confidence, as Data Center has it still",
            ("user key in the path",),
        ),
        Flag(
            b"body = '<ac:link><ri:user ri:userkey=\"8a7f80826c1d4e5f016c1d4e6f700001\"/></ac:link>'",
            Kind.CODE,
            "a mention in a text of the program: low confidence, as it may be a sample",
            ("user of a body in storage format",),
        ),
        Flag(
            b"put(f'{base}/rest/api/user/{name}/group/lab'); post('/rest/api/admin/user/' + name + '/disable')\n"
            b"DELETE /rest/api/admin/user/tbergmann\nPOST /rest/api/admin/space/personal/tbergmann",
            Kind.CODE,
            "users in paths of Data Center: low confidence, as Data Center has them still",
            ("username in the path",) * 4,
        ),
        Flag(
            b'put(BASE + "/rest/api/content/1/restriction/byOperation/read/user", params={"key": k})',
            Kind.CODE,
            "the user of a restriction",
            ("user parameter in a mapping",),
        ),
        Flag(
            b'irm "$B/rest/api/user/watch/content/$id`?key=$key"\nirm -Body @{username=$n} -Uri "$B/rest/api/user"',
            Kind.CODE,
            "PowerShell, which writes a mark before the question mark, and puts the body first",
            ("user key parameter", "user parameter in a mapping"),
        ),
        Flag(
            b'{"name": "confluence", "path": ["rest", "api", "user"], "query": [{"key": "username"}]}',
            Kind.CODE,
            "a request of a Postman collection",
            ("user parameter of a described request",),
        ),
        Flag(
            b'{"paths": {"/rest/api/user": {"get": {"parameters": [{"name": "username"}, {"name": "key"}]}}}}',
            Kind.CODE,
            "parameters in an OpenAPI document",
            ("user parameter of a described request",) * 2,
        ),
        Flag(
            b'post("/rest/api/space/_private", {permissions: [{subjects: {user: {results: [{username: n}]}}}]})',
            Kind.CODE,
            "the permissions of a private space",
            ("user of a permission body",),
        ),
        Clean(
            b'put(BASE + "/rest/api/content/1/restriction/byOperation/read/user", params={"accountId": a})',
            Kind.CODE,
            "the user of a restriction by account id",
        ),
        Clean(
            b'irm "$B/rest/api/user/watch/content/$id`?accountId=$a"\nirm -Body @{accountId=$a} -U "$B/rest/api/user"',
            Kind.CODE,
            "PowerShell with account ids",
        ),
        Clean(
            b'{"name": "confluence", "path": ["rest", "api", "user"], "query": [{"key": "accountId"}]}',
            Kind.CODE,
            "a request of a Postman collection by account id",
        ),
        Clean(
            b'{"paths": {"/rest/api/user": {"get": {"parameters": [{"name": "accountId"}]}}, '
            b'"/rest/api/space": {"get": {"parameters": [{"name": "key"}]}}}}',
            Kind.CODE,
            "an account id in an OpenAPI document, and the key of a space",
        ),
        Clean(
            b'post("/rest/api/space/_private", {permissions: [{subjects: {user: {results: [{accountId: a}]}}}]})',
            Kind.CODE,
            "the permissions of a private space by account id",
        ),
        Clean(
            b"get('/rest/api/user/list'); get('/rest/api/user/' + account_id + '/property'); "
            b"post('/rest/api/admin/user'); get('/rest/api/admin/users/list/active'); "
            b"put(f'/rest/api/space/{key}/permissions/user/{account_id}/grant')",
            Kind.CODE,
            "lists of users, users by account id, and a new one",
        ),
        Clean(
            b're.findall(\'<ri:user ri:userkey="([^"]+)"\'); \'<ri:user ri:account-id="5d41402abc4b2a76b9719d91"/>\'',
            Kind.CODE,
            "an expression that looks for mentions, and a mention of today",
        ),
        Clean(
            b"get('https://api.code.example/user?username=x') # confluence", Kind.CODE, "the address of another host"
        ),
        Clean(
            b"get(jira + '/rest/api/3/user/bulk/migration?username=' + name)",
            Kind.CODE,
            "the same resource, its parameter in the address",
        ),
        Clean(b"post('/rest/api/user/watch/content/' + id + '?accountId=' + a)", Kind.CODE, "a watch by account id"),
        Clean(
            b'get(base + "/rest/api/user", params={"accountId": key, "expand": "operations"})',
            Kind.CODE,
            "the word is a variable for an account id",
        ),
        Clean(
            b'get(base + "/rest/api/user/current"); other({"username": name})',
            Kind.CODE,
            "a mapping for another call",
        ),
        Clean(
            b'{"subjects": {"user": {"results": [{"accountId": a}]}}}  # confluence', Kind.CODE, "permissions of now"
        ),
        Clean(b'put(base + "/rest/api/user/x/property/k", params={"key": 1})', Kind.CODE, "the key of a property"),
        Clean(b"r = get(base + '/rest/api/user?accountId=' + account)", Kind.CODE, "the user resource by account id"),
        Clean(
            b"POST /login?username=x&key=y on the confluence host", Kind.CODE, "a login form has a user name as well"
        ),
        Clean(
            b'requests.get(f"{jira}/rest/api/3/user/bulk/migration", params={"username": name})',
            Kind.CODE,
            "the resource that turns usernames into account ids",
        ),
        Clean(b"jira = 1; get('/wiki/rest/api/space?key=HR&username')", Kind.CODE, "the key of a space"),
        Clean(b"confluence: {type: 'known', accountId: a}", Kind.CODE, "the body of a restriction by account id"),
        Clean(
            b"get('https://shop.example/user?key=1&username=2')",
            Kind.CODE,
            "a program that has to do with none of these products",
        ),
    ),
)

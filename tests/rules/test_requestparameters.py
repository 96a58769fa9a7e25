"""Retired parameters and bodies in the notations of common languages."""

from __future__ import annotations

import pytest

from rules.model import Confidence, Kind
from rules.scan import scan
from tests.rules.parts import BY_ID, part

SENT = [
    ("Python, mapping", 'get(base + "/rest/api/user", params={"username": name})'),
    ("Python, dict", 'get(f"{base}/rest/api/user", params=dict(key=key))'),
    ("Python, apart", 'url = "rest/api/user"\nparams = {"username": name}'),
    ("Python, set", 'url = "/rest/api/user"\nparams["username"] = name'),
    ("Python, before", 'found = {"key": key}\nr = get(base + "/rest/api/user", params=found)'),
    ("JavaScript, request", "request({url: base + '/rest/api/user', method: 'GET', qs: {key: key}})"),
    ("JavaScript, shorthand", "get('/rest/api/user', { params: { username } })"),
    ("JavaScript, second member", "get('/rest/api/user', { params: { expand: x, username } })"),
    ("JavaScript, URL", "u = new URL('/wiki/rest/api/user', b); u.searchParams.append('username', n)"),
    ("JavaScript, superagent", "get('/rest/api/user').query({ username: n })"),
    ("JavaScript, watch", "post('/rest/api/user/watch/content/' + id + '?username=' + n)"),
    ("JavaScript, restriction", "put(`/rest/api/content/${id}/restriction/byOperation/read/user?userName=${n}`)"),
    ("Java, map", 'params.put("username", n); get("/rest/api/user", params);'),
    ("Java, Map.of", 'get(base + "/rest/api/user/memberof", Map.of("username", n))'),
    ("Java, builder", 'UriBuilder.of(base + "/rest/api/user").queryParam("key", key)'),
    ("Kotlin, client", 'client.get("$base/rest/api/user") { parameter("username", n) }'),
    ("Kotlin, OkHttp", 'parse(base + "/rest/api/user").newBuilder().addQueryParameter("username", n)'),
    ("Go", 'u := base + "/rest/api/user"\nq.Add("username", n)'),
    ("Go, map", 'u := base + "/rest/api/user"\nparams := map[string]string{"username": n}'),
    ("PHP", "$c->get('/rest/api/user', ['query' => ['username' => $n]])"),
    ("Ruby", 'HTTParty.get("#{base}/rest/api/user", query: { username: n })'),
    ("PowerShell", 'Invoke-RestMethod "$b/rest/api/user" -Body @{ username = $n }'),
    ("shell, behind", 'curl -G "$B/rest/api/user" \\\n  -d "key=$K"'),
    ("shell, before", 'curl -G --data-urlencode username=$N "$B/rest/api/user"'),
    ("JavaScript, data of a watch", "AP.request({url: '/rest/api/user/watch/space/X', data: {key: k}})"),
    ("Python, data of a watch", 'get(B + "/rest/api/user/watch/space/X", data={"key": k})'),
    ("Python, pairs", 'get(B + "/rest/api/user", params=[("username", n)])'),
    ("Python, the second pair", 'get(B + "/rest/api/user", params=[("expand", x), ("username", n)])'),
    ("Python, encoded", "get(f\"{b}/rest/api/user?{urlencode({'username': n})}\")"),
    ("JavaScript, encoded", 'AP.request("/rest/api/user?" + new URLSearchParams({username}))'),
    ("PHP, encoded", "get($b . '/rest/api/user?' . http_build_query(['username' => $n]))"),
    ("Ruby, keyword", 'get("/rest/api/user", username: name)'),
    ("Ruby, second keyword", 'get("/rest/api/user", expand: "x", :username => name)'),
    ("Groovy, Unirest", 'get("/rest/api/user").queryString("key", userKey)'),
    ("Go, behind a query", 'u := base + "/rest/api/user?expand=x"\nq.Set("username", n)'),
    ("Go, encoded", 'q.Set("username", n)\nget(base + "/rest/api/user?" + q.Encode())'),
    ("restriction", '{"type": "known", "username": n}'),
    ("restriction, other order", '{"username": n, "type": "known"}'),
    ("restriction, in a text", '"{\\"type\\":\\"known\\",\\"userKey\\":\\"" + k'),
    ("restriction, builder", 'json.put("type", "known").put("username", n)'),
    ("restriction, list", "{restrictions: {user: [{userKey: k}]}}"),
    ("space", '"subjects": {"user": {"results": [{"username": n}]}}'),
    ("permission", '{"subject": {"type": "user", "identifier": user_key}}'),
]

CLEAN = [
    ("account id", 'get(base + "/rest/api/user", params={"accountId": n})'),
    ("a variable called key", 'get(base + "/rest/api/user", params={"accountId": key, "expand": x})'),
    ("a call that is over", 'get(base + "/rest/api/user"); other(params={"username": n})'),
    ("another function", 'get("/rest/api/user")\ndef f():\n    params = {"username": n}'),
    ("another address", "get('/rest/api/user', {params: {accountId}}); post('https://x.example', {params: {key}})"),
    ("another variable", 'config = {"username": n}; get("/rest/api/user", params=found)'),
    ("a header", 'headers.put("key", secret); get("/rest/api/user", h);'),
    ("whoever asks", 'get("/rest/api/user/current", params={"key": 1})'),
    ("a property", 'put("/rest/api/user/x/property/k", params={"key": v})'),
    ("Crowd", 'get("/rest/usermanagement/1/user", params={"username": n})'),
    ("a space", 'get("/rest/api/space", params={"key": "HR"})'),
    ("data of another call", 'get("/rest/api/user", x); post(url, data={"key": k})'),
    ("data of Jira", 'post("/rest/api/3/user", data={"key": k})'),
    ("data of now", 'post("/rest/api/user/watch/space/X", data={"accountId": key})'),
    ("pairs of now", 'get("/rest/api/user", params=[("accountId", key)])'),
    ("encoded, of now", 'get("/rest/api/user?" + new URLSearchParams({accountId}))'),
    ("a login", 'get("/rest/api/user", username: n, password: p)'),
    ("keywords of now", 'get("/rest/api/user", account_id: key)'),
    ("a header behind it", 'get("/rest/api/user").header("key", secret)'),
    ("another host", "get('https://api.code.example/user?username=x&userKey=y')"),
    ("another host and port", "get('http://code.example:8443/api/v4/user?key=x')"),
    ("the converter", "get('/rest/api/3/user/bulk/migration?username=x')"),
    ("the converter of late", "get('/rest/api/latest/user/bulk/migration?start=0&username=x')"),
    ("a mention of now", "'<ri:user ri:account-id=\"5d41402abc4b2a76b9719d91\"/>'"),
    ("an expression", "'<ri:user ri:username=\"(.*?)\"'"),
    ("a restriction of now", '{"type": "known", "accountId": a, "username": null}'),
    ("an empty member", '{"type": "known", "username": None}'),
    ("another type", '{"type": "user", "username": n}'),
    ("a list of people", "{user: [{username: n}]}"),
    ("a permission of now", '{"subject": {"type": "user", "identifier": account_id}}'),
]


def found(text: str) -> list[tuple[str, Confidence]]:
    data = f"# confluence\n{text}".encode()
    seen = scan(part(data, Kind.CODE), [BY_ID["code-user-parameter"]]).matches
    return [(each.span.of(data).decode(), each.confidence) for each in seen]


@pytest.mark.parametrize("text", [each[1] for each in SENT], ids=[each[0] for each in SENT])
def test_a_retired_parameter_is_found_at_its_name(text: str) -> None:
    ((name, confidence),) = found(text)
    assert name in {"username", "userName", "userKey", "user_key", "key"}
    assert confidence is Confidence.HIGH


@pytest.mark.parametrize("text", [each[1] for each in CLEAN], ids=[each[0] for each in CLEAN])
def test_what_names_an_account_or_belongs_elsewhere_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_short_path_is_a_doubt() -> None:
    assert found("call({url: '/api/user', params: {username: n}})") == [("username", Confidence.LOW)]
    assert found("get(base + '/user?key=' + k)") == [("key", Confidence.LOW)]
    assert found("get('https://wiki.acme-optics.se/user?key=' + k)") == [("key", Confidence.LOW)]
    assert found("get('https://code.example/wiki/user?key=' + k)") == [("key", Confidence.LOW)]
    assert found("get('https://code.example/rest/api/user?key=' + k)") == [("key", Confidence.LOW)]
    assert found("get('https://code.example/wiki/rest/api/user?key=' + k)") == [("key", Confidence.HIGH)]
    assert found("get(base + '/rest/api/user?key=' + k)") == [("key", Confidence.HIGH)]

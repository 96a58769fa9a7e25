from __future__ import annotations

from dataclasses import replace

import pytest

from rules.context import Context
from rules.linkplaces import in_passage
from rules.model import Confidence, HeldReason, Kind, ObjectType, Part
from rules.passage import Passage
from rules.queries import AS_ONE
from rules.rewrite import Rewritten, rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, BY_ID, Directory, part

RULES = [
    BY_ID[name]
    for name in (
        "legacy-profile-link",
        "legacy-rest-link",
        "people-link-email",
        "personal-space-link",
        "search-link-query",
        "url-credentials",
    )
]
OURS = Context(hosts=frozenset({"wiki.acme-optics.se"}), spaces={"~tilda": f"~{BOB}"})
PROFILE = b"/users/viewuserprofile.action?username="
ENCODED = ANN.replace(":", "%3A").encode()


def file(data: bytes, kind: Kind) -> Part:
    made = part(data, kind)
    return replace(made, ref=replace(made.ref, type=ObjectType.FILE))


def values(data: bytes, kind: Kind = Kind.STORAGE) -> list[str]:
    return [match.subject.reveal() for match in scan(part(data, kind), RULES, OURS).matches]


def became(one: Part, context: Context = OURS) -> Rewritten:
    return rewrite(one, RULES, Directory({"tilda": ANN, "tilda@acme-optics.se": ANN, "o.l": BOB}), context)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'<a title="x" href=\'/display/~tilda\'>x</a>', ["tilda"]),
        (b"<p>look at <em>https://h/display/~tilda</em>, and https://h/spaces/~o.l.</p>", ["tilda", "o.l"]),
        (b'<ac:link><ri:url ri:value="/people/8a7f80826c1d4e5f016c1d4e6f700001"/></ac:link>', [
            "8a7f80826c1d4e5f016c1d4e6f700001"
        ]),
        (b'<ri:space ri:space-key="~til&#100;a"/><ri:page ri:space-key="OPT"/><ri:space ri:space-key="~ "/>', ["tilda"]),
        (b'<img src="/download/x?key=~tilda"/><q cite="/display/~o.l">x</q>', ["tilda", "o.l"]),
        (b'<p data-x="/display/~tilda" href="#">/display/~tilda</p>', ["tilda"]),
        (b"<p>(/wiki/spaces/~tilda/x), /users/viewuserprofile.action?username=o.l, x/display/~a</p>", ["tilda", "o.l"]),
        (b"<![CDATA[https://h/display/~tilda]]><!-- https://h/display/~tilda -->", []),
        (b"https://h/display/~tilda", ["tilda"]),
        (b"<p>&lt;a href=\"/display/~tilda\">, '/spaces/~o.l/x'</p>", ["tilda", "o.l"]),
        (
            (
                b'<ac:structured-macro ac:name="acme"><ac:parameter ac:name="x">https://h/display/~tilda</ac:parameter>'
                b"</ac:structured-macro>"
            ),
            ["tilda"],
        ),
        (
            (
                b'<ac:structured-macro ac:name="widget"><ac:parameter ac:name="url">https://h/display/~tilda</ac:parameter>'
                b"</ac:structured-macro>"
            ),
            ["tilda"],
        ),
    ],
)  # fmt: skip
def test_addresses_of_a_body_are_found_in_attributes_and_in_text(data: bytes, found: list[str]) -> None:
    assert values(data) == found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'{"attrs":{"url":"/display/~tilda","href":"https:\\/\\/h\\/display\\/~o.l"}}', ["tilda", "o.l"]),
        (b'{"type":"text","text":"see https://h/display/~tilda!","other":"https://h/display/~o.l"}', ["tilda"]),
        (b'{"attrs":{"parameters":{"macroParams":{"x":{"value":"https://h/display/~tilda"}}}}}', ["tilda"]),
        (b'{"attrs":{"parameters":{"x":{"y":"https://h/display/~tilda"}}}}', []),
        (b'{"attrs":{"url":"/pages/7","href":7}}', []),
    ],
)
def test_addresses_of_a_document_are_found_where_links_stand(data: bytes, found: list[str]) -> None:
    assert values(data, Kind.ADF) == found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'{"_links":[{"webui":"/display/~tilda"},7]}', ["tilda"]),
        (b'{"note":"see /display/~tilda or https://h/display/~o.l"}', ["tilda", "o.l"]),
        (b'["/display/~tilda and more", "plain"]', ["tilda"]),
        (b'["x/display/~tilda, ~/display/~tilda and /display/ ~tilda"]', []),
        (b'{"/display/~tilda":1', []),
    ],
)
def test_addresses_of_stored_json_are_whole_strings_or_stand_in_text(data: bytes, found: list[str]) -> None:
    assert values(data, Kind.JSON) == found


def test_how_sure_a_match_is_follows_from_where_the_link_leads() -> None:
    data = b" ".join(
        (
            b"https://wiki.acme-optics.se/display/~tilda",
            b"https://x.atlassian.net/wiki/display/~tilda",
            b"https://acme-optics.se/display/~tilda",
            b"https://wiki.acme-optics.se/display/~323528440",
        )
    )
    seen = scan(part(data, Kind.TEXT), RULES, OURS).matches
    assert [match.confidence for match in seen] == [Confidence.HIGH, Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW]
    assert "not configured" in seen[2].reason


def test_links_to_the_site_are_rewritten_and_all_others_held() -> None:
    data = b"".join(
        b'<a href="%s">x</a>' % url
        for url in (
            PROFILE + b"tilda",
            b"https://wiki.acme-optics.se" + PROFILE + b"tilda",
            b"https://acme-optics.se" + PROFILE + b"tilda",
            PROFILE + b"nobody",
            PROFILE + BOB.encode(),
            b"/admin/users/edituser.action?username=tilda",
        )
    )
    result = became(part(data))
    assert result.data == data.replace(PROFILE + b"tilda", b"/people/" + ENCODED).replace(
        b"https://acme-optics.se/people/" + ENCODED, b"https://acme-optics.se" + PROFILE + b"tilda"
    ).replace(PROFILE + BOB.encode(), b"/people/" + BOB.encode())
    assert [(hold.reason, hold.detail) for hold in result.holds] == [
        (HeldReason.NO_REWRITER, "the link leads to a host that is not configured"),
        (HeldReason.UNRESOLVED, "not in the mapping"),
        (HeldReason.NO_REWRITER, "nothing on Cloud takes the place of such an address"),
    ]
    assert result.proof


def test_a_personal_space_is_rewritten_only_where_its_new_key_is_known() -> None:
    data = (
        b'<ri:page ri:space-key="~Tilda"/><a href="/s?cql=space=%22~tilda%22&amp;x">x</a><a href="/display/~o.l">y</a>'
    )
    result = became(part(data))
    new = BOB.encode()
    assert result.data == data.replace(b"~Tilda", b"~" + new).replace(b"~tilda", b"~" + new)
    assert [hold.reason for hold in result.holds] == [HeldReason.NO_SPACE_KEY]
    assert became(part(data), Context()).edits == ()


def test_a_username_in_a_people_link_may_be_an_account_id_of_no_known_shape() -> None:
    body = part(b'<a href="/wiki/people/tilda">x</a><a href="/wiki/people/8a7f80826c1d4e5f016c1d4e6f700001">y</a>')
    assert [match.confidence for match in scan(body, RULES).matches] == [Confidence.MEDIUM, Confidence.HIGH]


def test_the_people_of_a_retired_field_change_together_or_not_at_all() -> None:
    data = b'<a href="/s?cql=creator.userkey+in+(tilda,o.l)+or+watcher.userkey+in+(tilda,nobody,o.l)">x</a>'
    result = became(part(data))
    assert result.data == (
        b'<a href="/s?cql=creator.accountid+in+(%%22%s%%22,%%22%s%%22)+or+watcher.userkey+in+(tilda,nobody,o.l)">x</a>'
        % (ENCODED, BOB.encode())
    )
    assert [hold.detail for hold in result.holds] == [AS_ONE, "not in the mapping", AS_ONE]


def test_a_hidden_address_becomes_the_account_that_the_mapping_names() -> None:
    result = became(part(b'<a href="/wiki/people/!dGlsZGFAYWNtZS1vcHRpY3Muc2U">x</a>'))
    assert result.data == b'<a href="/wiki/people/%s">x</a>' % ENCODED


def test_what_a_link_resolves_to_must_have_the_shape_of_an_account_id() -> None:
    result = rewrite(part(b'<a href="%stilda">x</a>' % PROFILE), RULES, Directory({"tilda": "tilda"}))
    assert [hold.reason for hold in result.holds] == [HeldReason.UNRESOLVED]
    assert result.edits == ()


def test_a_link_that_markup_cuts_is_found_and_stays() -> None:
    data = b"<p>https://wiki.acme-optics.se" + PROFILE + b"<b>til</b>da</p>"
    result = became(part(data))
    assert result.edits == ()
    assert [hold.detail for hold in result.holds] == ["markup stands inside the link"]


def test_stored_values_and_texts_are_rewritten_in_files_only() -> None:
    for data, kind in (
        (b'{"self":"/rest/api/user?username=tilda"}', Kind.JSON),
        (b"https://wiki.acme-optics.se/rest/api/user?username=tilda", Kind.TEXT),
    ):
        held = became(part(data, kind))
        assert (held.edits, [hold.reason for hold in held.holds]) == ((), [HeldReason.NO_REWRITER])
        assert not any(match.rewritable for match in scan(part(data, kind), RULES, OURS).matches)
        assert became(file(data, kind)).data == data.replace(b"username=tilda", b"accountId=" + ENCODED)


@pytest.mark.parametrize("wrap", [b"%s", b" %s "])
def test_an_address_in_a_parameter_is_rewritten_and_one_in_a_cdata_section_held(wrap: bytes) -> None:
    macro = b'<ac:structured-macro ac:name="widget"><ac:parameter ac:name="url">%s</ac:parameter></ac:structured-macro>'
    result = became(part(macro % (wrap % (PROFILE + b"tilda&amp;x=1"))))
    assert result.data == macro % (wrap % (b"/people/" + ENCODED + b"?x=1"))
    sample = macro % b"<![CDATA[%stilda]]>" % PROFILE
    held = became(part(sample))
    assert held.data == sample
    assert [hold.detail for hold in held.holds] == ["it stands in a CDATA section"]


def test_the_keys_of_spaces_in_a_parameter_are_rewritten_one_by_one() -> None:
    macro = (
        b'<ac:structured-macro ac:name="contentbylabel"><ac:parameter ac:name="spaces">%s</ac:parameter>'
        b"</ac:structured-macro>"
    )
    result = became(part(macro % b"OPT,~tilda, ~o.l"))
    assert result.data == macro % b"OPT,~%s, ~o.l" % BOB.encode()
    assert [hold.subject.reveal() for hold in result.holds] == ["o.l"]


def test_a_removed_field_in_an_address_is_rewritten_without_a_person() -> None:
    data = b'<a href="/s?cql=creator.userkey+in+(tilda)+and+owner.userkey=currentUser()+order+by+watcher.userkey">x</a>'
    result = became(part(data))
    assert result.data == data.replace(b".userkey", b".accountid").replace(b"tilda", b"%22" + ENCODED + b"%22")
    assert result.holds == ()
    assert result.proof


def test_an_address_inside_another_is_rewritten_and_encoded_again() -> None:
    inner = b"%2Fs%3Fcql%3Dcreator.userkey%2Bin%2B%28tilda%2Co.l%29%26x%3D1"
    data = b'<a href="https://wiki.acme-optics.se/login.action?os_destination=%s&amp;y=2#z">x</a>'
    result = became(part(data % inner))
    twice = b"%2522" + ENCODED.replace(b"%", b"%25") + b"%2522"
    new = inner.replace(b"userkey", b"accountid").replace(b"tilda", twice)
    assert result.data == data % new.replace(b"o.l", b"%2522" + BOB.encode() + b"%2522")
    assert result.proof
    foreign = data.replace(b"wiki.", b"") % inner
    assert [hold.detail for hold in became(part(foreign)).holds] == [
        "the link leads to a host that is not configured"
    ] * 2


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        (b"/s?cql=creator+=+=+tilda", "the query cannot be read: expected a value, character 11"),
        (b"/s?cql=creator+~+tilda", "CQL compares people with = and IN only, so the query means nothing that could be kept"),
        (b"/s?jql=assignee+~+tilda", "JQL compares people with =, IN, IS, WAS and CHANGED only, so nobody can say what is meant"),
        (b"/users/userstatus.action?username=tilda", "nothing on Cloud takes the place of such an address"),
    ],
)  # fmt: skip
def test_what_nobody_can_rewrite_in_an_address_is_found_and_held(url: bytes, detail: str) -> None:
    data = b'<a href="%s">x</a>' % url
    (match,) = scan(part(data), RULES, OURS).matches
    assert not match.rewritable
    result = became(part(data))
    assert result.data == data
    assert [hold.detail for hold in result.holds] == [detail]


def test_an_unread_query_is_of_low_confidence_and_shown_by_its_language() -> None:
    (match,) = scan(part(b'<a href="https://h/issues/?jql=assignee+in+tilda">x</a>'), RULES, OURS).matches
    assert (match.confidence, match.subject.mask) == (Confidence.LOW, "JQL")
    assert "tilda" not in match.excerpt + match.reason


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"https://h/s?jql=assignee+in+(tilda), or", ["tilda"]),
        (b"(https://h/s?jql=assignee=tilda)", ["tilda"]),
        (b"(see https://h/s?jql=assignee+in+(tilda,nils).)", ["tilda", "nils"]),
        (b"https://h/s?jql=assignee = tilda", []),
        (b"https://h/s?jql=assignee+=+(tilda)", ["JQL"]),
    ],
)
def test_in_running_text_an_address_closes_the_parentheses_it_opened_and_may_go_on(
    text: bytes, found: list[str]
) -> None:
    assert values(text, Kind.TEXT) == found


def test_a_password_is_under_the_span_and_in_no_excerpt() -> None:
    data = b'<a href="https://tilda:fjord-41@wiki.acme-optics.se/x">x</a>'
    (match,) = scan(part(data), RULES, OURS).matches
    assert match.span.of(data) == b"tilda:fjord-41"
    assert "fjord" not in match.excerpt + repr(match)
    assert not match.rewritable
    assert became(part(data)).holds == ()


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (b'<a href="https://til&#100;a:x&#64;h/x">x</a>', 1),
        (b'<a href="https://h/x">x</a> and x@h', 0),
        (b'<a href="/x?os_username=tilda">x</a>', 1),
    ],
)
def test_a_login_is_found_however_its_mark_is_written(data: bytes, count: int) -> None:
    assert len(values(data)) == count


def test_new_text_is_escaped_for_the_place_it_goes_to() -> None:
    for escapes, new in (("xml", b"a&amp;&quot;"), ("json", b'a&\\"'), ("plain", b'a&"')):
        (found,) = in_passage(Passage(((0, b"https://h/display/~tilda"),), "plain"), "", escapes)
        assert found.escaped('a&"') == new


_LINK = b"https://wiki.acme-optics.se" + PROFILE + b"tilda"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<pre>curl " + _LINK + b"</pre>", Kind.STORAGE),
        (b"<p>see <code>" + _LINK + b"</code></p>", Kind.STORAGE),
        (b'<pre><b><a href="' + _LINK + b'">x</a></b></pre>', Kind.STORAGE),
        (
            b'{"type":"doc","content":[{"type":"codeBlock","content":[{"type":"text","text":"curl ' + _LINK + b'"}]}]}',
            Kind.ADF,
        ),
        (b'{"type":"text","text":"' + _LINK + b'","marks":[{"type":"strong"},{"type":"code"}]}', Kind.ADF),
        (
            b'{"type":"text","text":"x","marks":[7,{"type":"link","attrs":{"href":"' + _LINK + b'"}},{"type":"code"}]}',
            Kind.ADF,
        ),
    ],
)
def test_a_link_in_code_is_reported_at_low_confidence_and_stays(data: bytes, kind: Kind) -> None:
    (match,) = scan(part(data, kind), RULES, OURS).matches
    assert (match.confidence, match.rewritable) == (Confidence.LOW, False)
    result = became(part(data, kind))
    assert result.data == data
    assert [hold.detail for hold in result.holds] == ["it stands in code, where it may be a sample"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<p><code>x</code> " + _LINK + b"</p>", Kind.STORAGE),
        (b"<pre>x</pre>" + _LINK, Kind.STORAGE),
        (b'{"type":"text","text":"' + _LINK + b'","marks":[{"type":"strong"}]}', Kind.ADF),
        (b'{"text":"' + _LINK + b'"}', Kind.ADF),
    ],
)
def test_a_link_beside_code_is_rewritten(data: bytes, kind: Kind) -> None:
    result = became(part(data, kind))
    assert b"tilda" not in result.data
    assert result.proof


@pytest.mark.parametrize(
    "value",
    [
        b'{"representation":"storage","value":"<pre>' + _LINK + b'</pre>"}',
        b'{"representation":"storage","value":"<p><code>x ' + _LINK + b'</code></p>"}',
        b'{"representation":"storage","value":"<p><![CDATA[' + _LINK + b']]></p>"}',
        b'{"type":"codeBlock","content":[{"type":"text","text":"x ' + _LINK + b'"}]}',
        b'{"representation":"atlas_doc_format","value":"{\\"type\\":\\"doc\\",\\"content\\":[{\\"type\\":\\"codeBlock\\",'
        b'\\"content\\":[{\\"type\\":\\"text\\",\\"text\\":\\"x ' + _LINK + b' y\\"}]}]}"}',
    ],
)
def test_a_link_in_code_of_a_body_in_a_file_of_json_stays_too(value: bytes) -> None:
    data = b'{"body":' + value + b"}"
    result = became(file(data, Kind.JSON))
    assert result.data == data
    assert {hold.reason for hold in result.holds} == {HeldReason.NO_REWRITER}


def test_a_query_in_an_address_that_jira_would_convert_otherwise_stays() -> None:
    data = b'<a href="/login?next=%2Fissues%2F%3Fjql%3Dassignee%253Dtilda">x</a>'
    assert became(part(data)).edits
    held = became(part(data), Context(refused={"assignee=tilda": "Jira names another account"}))
    assert held.data == data
    assert [(hold.reason, hold.detail) for hold in held.holds] == [(HeldReason.AMBIGUOUS, "Jira names another account")]

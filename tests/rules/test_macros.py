from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.context import Context
from rules.macros import Form, forms, name_list, names_in, parse, registry, user_list
from rules.model import HeldReason, Kind
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, BY_ID, RULES, Directory, part

KNOWN = {"ann": ANN, "bob": BOB, "c.ra ppy": ANN, "a&b": BOB}


def macro(name: str, parameter: str, value: str, tag: str = "ac:structured-macro") -> str:
    return f'<{tag} ac:name="{name}"><ac:parameter ac:name="{parameter}">{value}</ac:parameter></{tag}>'


def rewritten(body: str, context: Context | None = None) -> tuple[str, list[HeldReason]]:
    result = rewrite(part(body.encode()), RULES, Directory(KNOWN), context or Context())
    return result.data.decode(), [hold.reason for hold in result.holds]


def test_names_are_compared_without_case_and_dashes() -> None:
    assert forms("Profile-Picture", "USER") == (Form.REFERENCE, Form.USER)
    assert forms("jira", "jql-query") == forms("jira", "jqlQuery") == (Form.JQL,)
    assert forms("anything at all", "CQL") == (Form.CQL,)
    assert forms("anything at all", "title") == ()


@pytest.mark.parametrize(
    ("macro_name", "parameter", "form"),
    [
        ("profile", "user", Form.USER),
        ("content-by-user", "", Form.USER),
        ("im", "", Form.MESSENGER),
        ("status-list", "username", Form.USER),
        ("network", "username", Form.USER),
        ("blog-posts", "author", Form.USERS),
        ("tasks-report-macro", "assignees", Form.USERS),
        ("tasks-report-macro", "creators", Form.REFERENCE),
        ("show-if", "user", Form.USERS),
        ("hide-if", "users", Form.USERS),
        ("responsible-person-macro", "users", Form.USER_NAMES),
        ("macroWithUserParams", "userParam2", Form.REFERENCE),
        ("detailssummary", "cql", Form.CQL),
        ("contributors", "spaces", Form.SPACE),
        ("jira", "url", Form.URL),
        ("contentbylabel", "author", Form.USERS),
        ("signature", "signers", Form.REFERENCE),
        ("aura-user-profile", "params", Form.ENCODED),
        ("contact-person-macro", "ms-account-id", Form.DIRECTORY),
        ("swagger-integration", "userName", Form.LOGIN),
        ("datasource", "contributorAccountIds", Form.USER),
    ],
)
def test_what_the_corpus_shows_is_in_the_registry(macro_name: str, parameter: str, form: Form) -> None:
    assert form in forms(macro_name, parameter)


def test_every_row_names_a_source_that_can_be_opened_and_no_row_is_there_twice() -> None:
    rows = registry().rows
    assert all(row.source.startswith("https://") for row in rows)
    doubles = [
        (row.macro, row.parameter)
        for row in rows
        if sum((each.macro, each.parameter, each.forms) == (row.macro, row.parameter, row.forms) for each in rows) > 1
    ]
    assert doubles == []


def test_rows_of_a_site_come_on_top_and_win() -> None:
    extra = """
    row = [{macro = "team-card", parameter = ["lead", "Deputy"], forms = "user", source = "intranet"},
           {macro = "profile", parameter = "user", forms = ["user-names"], source = "intranet"}]
    """
    site = registry(extra)
    assert site.forms("Team-Card", "deputy") == (Form.USER,)
    assert site.forms("profile", "user") == (Form.USER_NAMES,)
    assert rewritten(macro("team-card", "lead", "ann"), Context(macros=site)) == (macro("team-card", "lead", ANN), [])
    assert rewritten(macro("team-card", "lead", "ann")) == (macro("team-card", "lead", "ann"), [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("row = 3", "row 1 is no table"),
        ("[[rows]]\nmacro = 1", "beside the tables"),
        ('row = [{macro="a", parameter="b", forms="user", source="s", more=1}]', "row 1 is no table"),
        ('row = [{macro="a", parameter="b", forms="user"}]', "row 1 names no source"),
        ('row = [{macro="a", parameter="b", forms="user", source=" "}]', "row 1 names no source"),
        ('row = [{macro="a", parameter=[], forms="user", source="s"}]', "row 1 lacks"),
        ('row = [{macro=["a", 1], parameter="b", forms="user", source="s"}]', "row 1 lacks"),
        ('row = [{macro="a", parameter="b", forms="logon", source="s"}]', "row 1 has a form that is none of user,"),
    ],
)
def test_a_table_that_is_none_says_which_row_and_why(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("ann", ["ann"]),
        (" -ann,+bob  eve;\n@self ", ["ann", "bob  eve", "@self"]),
        ("ann bob\teve", ["ann", "bob", "eve"]),
        ("O'Neil & Co, tbergmann", ["O'Neil & Co", "tbergmann"]),
        (
            "jvega -kito @self 8a7f80826c1d4e5f016c1d4e6f700001, Ola - x",
            ["jvega", "kito", "@self", "8a7f80826c1d4e5f016c1d4e6f700001", "Ola - x"],
        ),
        ("@self ann +5d41402abc4b2a76b9719d91 bob eve - -", ["@self", "ann", "5d41402abc4b2a76b9719d91", "bob", "eve"]),
        ("5d41402abc4b2a76b9719d91 bob eve, ann", ["5d41402abc4b2a76b9719d91", "bob", "eve", "ann"]),
        ("+, - ,,", []),
        ("", []),
        ("o-brien", ["o-brien"]),
    ],
)
def test_a_list_is_read_without_its_prefixes_and_separators(text: str, values: list[str]) -> None:
    assert [term.value for term in user_list(text)] == values


@given(st.text(alphabet="ab +-,;\n\u00e9", max_size=30))
def test_the_places_of_a_list_hold_its_values(text: str) -> None:
    for term in (*user_list(text), *name_list(text)):
        assert text[term.start : term.end] == term.value
        assert term.value.strip()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (macro("blog-posts", "author", "+ann, -bob"), macro("blog-posts", "author", f"+{ANN}, -{BOB}")),
        (macro("profile", "user", "c.ra ppy"), macro("profile", "user", ANN)),
        (macro("responsible-person-macro", "users", "c.ra ppy, bob"), macro("responsible-person-macro", "users", f"{ANN}, {BOB}")),
        (macro("profile", "user", "\n a&amp;b \n", "ac:macro"), macro("profile", "user", f"\n {BOB} \n", "ac:macro")),
        (macro("show-if", "users", "@authenticated,ann"), macro("show-if", "users", f"@authenticated,{ANN}")),
        (macro("profile", "user", "ann<!-- bob -->"), macro("profile", "user", f"{ANN}<!-- bob -->")),
        (macro("contentbylabel", "cql", "creator = ann and mention in (&quot;bob&quot;)"), macro("contentbylabel", "cql", f"creator = &quot;{ANN}&quot; and mention in (&quot;{BOB}&quot;)")),
        (macro("contentbylabel", "cql", 'creator = "ann"'), macro("contentbylabel", "cql", f'creator = "{ANN}"')),
        (macro("own", "jql", "reporter was 'a&amp;b'"), macro("own", "jql", f"reporter was &quot;{BOB}&quot;")),
        (macro("contentbylabel", "cql", "title ~ &quot;\u00e9\U0001f600&#233;&quot; and creator = ann"), macro("contentbylabel", "cql", f"title ~ &quot;\u00e9\U0001f600&#233;&quot; and creator = &quot;{ANN}&quot;")),
        (macro("widget", "url", "/display/~ann"), macro("widget", "url", "/display/~ann")),
    ],
)  # fmt: skip
def test_what_a_parameter_holds_is_rewritten_where_it_stands(before: str, after: str) -> None:
    new, _ = rewritten(f"<p>\u00e9</p>{before}<p>x</p>")
    assert new == f"<p>\u00e9</p>{after}<p>x</p>"


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        (macro("profile", "user", "eve"), [HeldReason.UNRESOLVED]),
        (macro("profile", "user", "<![CDATA[ann]]>"), [HeldReason.NO_REWRITER]),
        (macro("contentbylabel", "cql", "<![CDATA[creator = ann]]>"), [HeldReason.NO_REWRITER]),
        (macro("contentbylabel", "cql", "creator = = ann"), [HeldReason.NO_REWRITER]),
        (macro("contentbylabel", "cql", "creator = eve"), [HeldReason.UNRESOLVED]),
        (macro("include", "spaceKey", "~ann"), [HeldReason.NO_SPACE_KEY]),
        (macro("include", "spaceKey", "<![CDATA[~ann]]>"), [HeldReason.NO_REWRITER]),
        (macro("contentbylabel", "cql", 'label = "x" and <b/>creator = "ann"'), [HeldReason.NO_REWRITER] * 2),
        (macro("contentbylabel", "cql", 'creator = "ann" <!-- x --> and label = x'), [HeldReason.NO_REWRITER] * 2),
        (macro("show-if", "users", "bob,<b/>ann"), [HeldReason.NO_REWRITER] * 2),
        (macro("profile", "user", "ann<b>x</b>"), [HeldReason.NO_REWRITER]),
        ("<p>" + macro("profile", "user", "ann"), [HeldReason.MALFORMED]),
    ],
)
def test_what_is_not_safe_in_a_parameter_is_held_and_counted(body: str, reasons: list[HeldReason]) -> None:
    assert rewritten(body) == (body, reasons)


def test_addresses_and_keys_of_spaces_in_parameters_are_rewritten_like_any_other() -> None:
    context = Context(hosts=frozenset({"wiki.example"}), spaces={"~ann": f"~{BOB}"})
    body = (
        macro("widget", "url", " https://wiki.example/users/viewuserprofile.action?&#117;sername=ann")
        + macro("contributors", "spaces", "DS, ~ann")
        + macro("jira", "jql", "https://wiki.example/users/viewuserprofile.action?username=ann")
        + macro("widget", "url", "<![CDATA[https://wiki.example/users/viewuserprofile.action?username=ann]]>")
    )
    new, reasons = rewritten(body, context)
    assert ANN.replace(":", "%3A") in new[: new.index("contributors")]
    assert "ann" not in new[: new.index("CDATA")]
    assert f">DS, ~{BOB}<" in new
    assert reasons == [HeldReason.NO_REWRITER]
    document = (
        b'{"type":"doc","content":[{"type":"extension","attrs":{"extensionKey":"contributors","parameters":'
        b'{"macroParams":{"spaces":{"value":"DS,~ann"}}}}}]}'
    )
    result = rewrite(part(document, Kind.ADF), RULES, Directory(KNOWN), context)
    assert result.data == document.replace(b"ann", BOB.encode())


def test_parameters_outside_of_macros_and_extensions_without_a_key_hold_nobody() -> None:
    body = (
        '<ac:parameter ac:name="user">ann</ac:parameter><ac:adf-parameter key="user">ann</ac:adf-parameter>'
        '<ac:adf-node><ac:adf-attribute key="user">ann</ac:adf-attribute></ac:adf-node>'
        '<ac:adf-node><ac:adf-attribute key="extension-key"><!-- profile --></ac:adf-attribute>'
        '<ac:adf-attribute key="user">ann</ac:adf-attribute></ac:adf-node>'
    )
    assert scan(part(body.encode()), RULES).matches == ()


def test_a_lone_name_in_an_unknown_parameter_is_reported_with_low_confidence_and_stays() -> None:
    body = macro("card", "lead", "Ann") + macro("card", "note", "ann was here")
    context = Context(known=frozenset({"ann"}))
    (match,) = scan(part(body.encode()), RULES, context).matches
    assert (match.rule, match.confidence.label, match.rewritable) == ("unknown-macro-user", "low", False)
    assert rewritten(body, context) == (body, [HeldReason.NO_REWRITER])


def test_an_account_of_another_shape_is_not_written_into_a_parameter() -> None:
    body = macro("profile", "user", "ann").encode()
    assert rewrite(part(body), [BY_ID["legacy-macro-parameter"]], Directory({"ann": "odd one"})).data == body


def test_a_rewriter_changes_only_what_it_was_given() -> None:
    rule = BY_ID["legacy-macro-parameter"]
    assert rule.rewrite is not None
    from rules.view import View

    view = View(part(macro("blog-posts", "author", "ann bob").encode(), Kind.STORAGE))
    first = next(iter(rule.detect(view)))
    assert [edit.old for edit in rule.rewrite(view, (first,), Directory(KNOWN)).edits] == [b"ann"]


def test_the_text_of_a_parameter_that_elements_interrupt_stays_and_its_reason_is_said() -> None:
    body = macro("profile", "user", "ann<b/>").encode()
    (hold,) = rewrite(part(body), RULES, Directory({"ann": ANN})).holds
    assert hold.detail == "other markup interrupts the text of the parameter"


def test_the_login_of_another_system_in_a_macro_is_not_rewritten() -> None:
    body = macro("swagger-integration", "userName", "ann")
    assert rewritten(body) == (body, [])


def test_the_names_in_a_body_tell_the_forms_that_its_parameters_can_have() -> None:
    known = registry()
    assert known.possible(frozenset({"profile", "user"})) == {Form.USER, Form.REFERENCE}
    assert known.possible(frozenset({"user", "nobody knows"})) <= known.possible(frozenset({"profile", "user"}))
    assert known.possible(frozenset()) == frozenset()
    assert known.possible(None) == frozenset(Form)


def test_an_entity_in_a_name_means_that_any_name_may_be_there() -> None:
    assert names_in(b'<ac:parameter ac:name="us&#101;r">ann</ac:parameter>') is None
    assert names_in(b'<ac:parameter ac:name="User-Name">ann</ac:parameter>') == frozenset({"username"})
    changed, holds = rewritten(macro("profile", "us&#101;r", "ann"))
    assert (ANN in changed, holds) == (True, [])

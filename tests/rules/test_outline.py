from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings

from rules.outline import DEPTH_LIMIT, Outline
from rules.tokens import What
from rules.wellformed import examine
from tests.rules.test_storage import BODIES

KEPT = ("ac:", "ri:", "at:", "pre", "code")


def elements(read: Outline) -> list[tuple[str, int, int, int]]:
    """Name, tag and end of the content of every element that says where something stands."""
    found = zip((read.spelled[name] for name in read.names), read.starts, read.ends, read.closes, strict=True)
    return [each for each in found if each[0].startswith(KEPT)]


def texts(read: Outline, name: str) -> list[tuple[int, int]]:
    """Where the texts stand that are directly in an element of this name."""
    runs = zip(read.run_whats, read.run_starts, read.run_ends, read.run_parents, strict=True)
    inside = (run for run in runs if run[0] == What.TEXT and run[3] >= 0)
    return [(start, end) for _, start, end, parent in inside if read.spelled[read.names[parent]] == name]


def around(read: Outline, offset: int) -> Iterator[str]:
    index = read.around(offset)
    while index >= 0:
        name = read.spelled[read.names[index]]
        if name.startswith(KEPT):
            yield name
        index = read.parents[index]


@settings(max_examples=300)
@given(BODIES)
def test_an_outline_says_of_a_well_formed_body_what_the_whole_says(body: str) -> None:
    data = body.encode()
    whole, coarse = (Outline(data, whole=each) for each in (True, False))
    if examine(data) is None:
        assert elements(coarse) == elements(whole)
        assert texts(coarse, "ac:parameter") == texts(whole, "ac:parameter")
        assert all(list(around(coarse, at)) == list(around(whole, at)) for at in range(len(data)))
    assert all(coarse.section(at) == whole.section(at) for at in range(len(data)))


def test_everything_in_a_small_element_has_a_place() -> None:
    data = b'<p>a</p><ac:parameter ac:name="x">b<p>c<br/></p></ac:parameter><p>d</p><ac:rich-text-body>e</ac:rich-text-body>'
    read = Outline(data, whole=False)
    assert [read.spelled[name] for name in read.names] == ["ac:parameter", "p", "br", "ac:rich-text-body"]
    texts = [data[start:end] for start, end in zip(read.run_starts, read.run_ends, strict=True)]
    assert texts == [b"b", b"c"]
    assert list(read.run_parents) == [0, 1]


def test_an_element_of_the_same_name_around_one_with_text_only_stays_open() -> None:
    data = b"<ac:macro><ac:parameter>a<ac:parameter>b</ac:parameter>c</ac:parameter></ac:macro>"
    for whole in (True, False):
        read = Outline(data, whole=whole)
        assert list(read.closes) == [
            data.index(b"</ac:macro"),
            data.index(b"</ac:parameter>", 55),
            data.index(b"</ac:p"),
        ]
        assert list(around(read, data.index(b"b<"))) == ["ac:parameter", "ac:parameter", "ac:macro"]


def test_an_element_with_text_only_is_too_deep_like_any_other() -> None:
    deep = b"<ac:layout>" * DEPTH_LIMIT + b"<ac:parameter>a</ac:parameter>"
    assert Outline(deep, whole=False).too_deep == DEPTH_LIMIT * len(b"<ac:layout>")
    assert Outline(deep[len(b"<ac:layout>") :], whole=False).too_deep is None


def test_a_body_that_is_read_as_a_whole_ends_with_its_last_text() -> None:
    read = Outline(b"<p>a", whole=True)
    assert (list(read.run_whats), list(read.run_ends), list(read.closes)) == ([What.TEXT], [4], [4])
    open_parameter = Outline(b"<ac:parameter>a", whole=False)
    assert list(open_parameter.run_ends) == [15]


def test_numbers_take_few_bytes_a_token() -> None:
    read = Outline(b"<ac:x>" * 400 + b"<ri:a/>" * 10_000, whole=False)
    columns = (read.names, read.starts, read.ends, read.parents, read.closes)
    assert sum(each.itemsize * len(each) for each in columns) == 5 * 4 * 10_400

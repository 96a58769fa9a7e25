from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings

from rules.outline import Outline
from rules.tokens import What
from rules.wellformed import examine
from tests.rules.test_storage import BODIES

KEPT = ("ac:", "ri:", "at:", "pre", "code")


def elements(read: Outline) -> list[tuple[str, int, int, int]]:
    """Name, tag and end of the content of every element that says where something stands."""
    found = zip((read.spelled[name] for name in read.names), read.starts, read.ends, read.closes, strict=True)
    return [each for each in found if each[0].startswith(KEPT)]


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
    whole, coarse = (Outline(data, exported=False, whole=each) for each in (True, False))
    if examine(data) is None:
        assert elements(coarse) == elements(whole)
        assert all(list(around(coarse, at)) == list(around(whole, at)) for at in range(len(data)))
    assert all(coarse.section(at) == whole.section(at) for at in range(len(data)))


def test_everything_in_a_small_element_has_a_place() -> None:
    data = b'<p>a</p><ac:parameter ac:name="x">b<p>c<br/></p></ac:parameter><p>d</p><ac:rich-text-body>e</ac:rich-text-body>'
    read = Outline(data, exported=False, whole=False)
    assert [read.spelled[name] for name in read.names] == ["ac:parameter", "p", "br", "ac:rich-text-body"]
    texts = [data[start:end] for start, end in zip(read.run_starts, read.run_ends, strict=True)]
    assert texts == [b"b", b"c"]
    assert list(read.run_parents) == [0, 1]


def test_a_body_that_is_read_as_a_whole_ends_with_its_last_text() -> None:
    read = Outline(b"<p>a", exported=False, whole=True)
    assert (list(read.run_whats), list(read.run_ends), list(read.closes)) == ([What.TEXT], [4], [4])
    open_parameter = Outline(b"<ac:parameter>a", exported=False, whole=False)
    assert list(open_parameter.run_ends) == [15]


def test_numbers_take_few_bytes_a_token() -> None:
    read = Outline(b"<ac:x>" * 400 + b"<ri:a/>" * 10_000, exported=False, whole=False)
    columns = (read.names, read.starts, read.ends, read.parents, read.closes)
    assert sum(each.itemsize * len(each) for each in columns) == 5 * 4 * 10_400

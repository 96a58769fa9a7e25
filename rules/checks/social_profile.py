"""The address of a person's page on a social network stands in a text or a link.

Why it matters: the page shows the person's photograph, career and friends to everybody who follows the link. GDPR
Art. 4(1),
5(1)(c), 17.
Source: the sites' own addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every address of a person's page, with less confidence where it may be a company's."""
    yield from detected.detect(view, RULE)


RULE: Final = Rule(
    id="social-profile",
    title="Page on a social network",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="The link leads to a person's photograph, career, interests and friends, and ties them to the work on this"
    " site.",
    remedy="Remove the link unless the person wants it there; mention the person instead. Report only.",
    articles=("4", "5(1)(c)", "17"),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#SocialNetwork",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(
            b'<a href="https://www.linkedin.com/in/tilda-bergmann-317/">Tilda</a>',
            Kind.STORAGE,
            "LinkedIn",
            ("linkedin.com/in/tilda-bergmann-317",),
        ),
        Flag(b"https://www.xing.com/profile/Tilda_Bergmann", Kind.TEXT, "XING", ("xing.com/profile/tilda_bergmann",)),
        Flag(
            b"see https://mastodon.social/@tildab_optics.",
            Kind.TEXT,
            "Mastodon, at the end of a sentence",
            ("mastodon.social/@tildab_optics",),
        ),
        Flag(b"follow @tildab@mastodon.social", Kind.TEXT, "the same as people write it", ("@tildab@mastodon.social",)),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"https://git'
            b'hub.com/tildab317"}]}]}',
            Kind.ADF,
            "GitHub, in the newer format",
            ("github.com/tildab317",),
        ),
        Flag(
            b'{"url":"https://twitter.com/tildab317?s=20"}',
            Kind.JSON,
            "Twitter, with a parameter",
            ("twitter.com/tildab317",),
        ),
        Flag(
            b"<p>orcid.org/0000-0002-1825-0097</p>",
            Kind.STORAGE,
            "a number of an author",
            ("orcid.org/0000-0002-1825-0097",),
        ),
        Flag(
            b"https://www.youtube.com/@tildab317 and https://medium.com/@tildab317/on-lenses",
            Kind.TEXT,
            "videos and articles",
            ("youtube.com/@tildab317", "medium.com/@tildab317"),
        ),
        Flag(
            b"https://www.facebook.com/profile.php?id=100031720411831",
            Kind.TEXT,
            "Facebook by number",
            ("facebook.com/profile.php?id=100031720411831",),
        ),
        Flag(
            b"https://bsky.app/profile/tildab.bsky.social",
            Kind.TEXT,
            "Bluesky",
            ("bsky.app/profile/tildab.bsky.social",),
        ),
        Flag(b"https://www.instagram.com/tildab317/", Kind.TEXT, "Instagram", ("instagram.com/tildab317",)),
        Clean(b'<p><a href="https://vimeo.com/71234567">the recording</a></p>', Kind.STORAGE, "the number of a film"),
        Clean(b'<a href="https://www.linkedin.com/company/acme-optics/">x</a>', Kind.STORAGE, "a company"),
        Clean(b"https://twitter.com/intent/tweet?text=x and https://x.com/share", Kind.TEXT, "pages of the site"),
        Clean(
            b"https://github.com/tildab317/lens and https://github.com/login",
            Kind.TEXT,
            "a repository, and a page of the site",
        ),
        Clean(b"https://www.facebook.com/sharer/sharer.php?u=x", Kind.TEXT, "a button"),
        Clean(
            b"https://www.linkedin.com/feed/ and https://www.linkedin.com/learning/x", Kind.TEXT, "pages of the site"
        ),
        Clean(b"https://x.com/tildab317/status/1317204118", Kind.TEXT, "a single post"),
        Clean(
            b"https://notgithub.com/tildab317 and https://box.com/tildab317", Kind.TEXT, "other hosts that end alike"
        ),
        Clean(b"mail tilda@acme-optics.se", Kind.TEXT, "an e-mail address"),
        Clean(
            b'{"pkg":"@scope/pkg@1.2.3","u":"https://www.youtube.com/watch?v=x"}', Kind.JSON, "a package, and a video"
        ),
        Clean(b"orcid.org/0000-0002-1825-0091", Kind.TEXT, "wrong check digit"),
        Clean(b"https://gitlab.com/explore, https://www.instagram.com/p/Cx317/", Kind.TEXT, "pages of the sites"),
    ),
)

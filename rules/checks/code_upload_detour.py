"""A program takes a file on its own server and sends files on to the site.

Why it matters: whoever a file passes through is a processor of all that stands in it, and needs a contract, a place
in the records and measures of its own. GDPR Art. 5(1)(f), 28, 32.
Source: Atlassian, Confluence Cloud REST API, content attachments: the site takes the file itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import code
from rules.appdata import RECEIVED, SENT
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every place that takes a file from a browser, in a program that also sends files to a site.

    The server of an app is a detour wherever the files go from there.
    """
    if view.context.of_app or SENT.search(view.data) is not None:
        yield from code.detect(view, RULE, RECEIVED, RECEIVED if view.context.of_app else ())


_NAME: Final = "upload to the server of the app"

RULE: Final = Rule(
    id="code-upload-detour",
    title="Upload by way of an app's own server",
    category=Category.PERSONAL,
    severity=Severity.MEDIUM,
    why="The program takes files from people and sends files to the site. Then its vendor holds, for a moment or"
    " longer, whatever the files say about anybody, and is a processor of it.",
    remedy="Send the file straight to the site, with the rights of the person; else put the way into the contract and"
    " the records. Report only.",
    articles=("5(1)(f)", "28", "32"),
    source="https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content---attachments/",
    dpv="https://w3id.org/dpv/pd#Identifying",
    kinds=(Kind.CODE,),
    gate=(b"ulter", b"ormidable", b"usboy", b"fileupload", b"ultiparty", b"koa-body", b"equest.", b"File"),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b"const upload = require('multer')();\n"
            b"http.post(`${base}/wiki/rest/api/content/${id}/child/attachment`, form);",
            Kind.CODE,
            "a server in JavaScript",
            (_NAME,),
        ),
        Flag(
            b"# confluence\nfile = request.files['file']\nconfluence.attach_content(file.read(), page_id=page)\n",
            Kind.CODE,
            "a server in Python",
            (_NAME,),
        ),
        Clean(
            b"// confluence\nconst upload = require('multer')();\nsave(request.file);",
            Kind.CODE,
            "a file that goes no further",
        ),
        Clean(
            b"form.append('file', input.files[0]);\nAP.request({url: `/rest/api/content/${id}/child/attachment`});",
            Kind.CODE,
            "a browser that sends it straight to the site",
        ),
    ),
)

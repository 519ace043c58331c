"""The page 核验: a file that a person drops or picks, a case of this station, or the text of a printed QR code; and what was found.

What is brought stays in memory and is not kept. Only the seals' pictures are remembered for a moment, so that the page can show them.
"""

import re
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from node.casework.desk import Desk
from node.errors import NodeError, NotAllowedError, NotFoundError, RequestError
from node.evidence.codes import OTHER, SAME, UNKNOWN, UNREADABLE, CodeFinding
from node.evidence.desk import MAX_BYTES, VerificationDesk
from node.evidence.findings import FileFinding
from node.paperwork.codes import code_of
from node.web.parts import Parts
from node.web.refusals import status_of
from node.web.security import person_here, policy
from node.web.slips import Slips
from node.web.wording import error_text
from node.web.wording import verification as words

VERIFY_BYTES = MAX_BYTES + 64 * 1024
LONGEST_CODE = 300
_CASE_NUMBER = re.compile(r"[0-9]{25}")
_PNG = b"\x89PNG\r\n\x1a\n"
_SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def verify_blueprint(parts: Parts) -> Blueprint:
    """Routes of verification."""
    pages = Blueprint("verify", __name__)
    desk, slips = parts.verification, Slips(parts.desk, parts.images, parts.clock)

    @pages.get("/verify")
    @policy()
    def verify() -> AnyResponse:
        return _asking()

    @pages.post("/verify")
    @policy(body_bytes=VERIFY_BYTES)
    def verify_file() -> AnyResponse:
        file = request.files.get("file")
        try:
            if file is None:
                raise RequestError("file_needed")
            return _found(desk, desk.verify(file.filename or "", file.read()))
        except RequestError as error:
            return _asking(error)

    @pages.post("/verify/code")
    @policy()
    def verify_code() -> AnyResponse:
        code = request.form.get("code", "").strip()[:LONGEST_CODE]
        return _asking(code=code, told=_of_number(code, parts.desk) or _of_code(code, desk, slips))

    @pages.get("/cases/<number>/verify")
    @policy()
    def verify_case(number: str) -> AnyResponse:
        case_number = parts.desk.case(person_here(), number).line.case_number
        try:
            return _found(desk, desk.verify_case(case_number))
        except (NotAllowedError, NotFoundError, RequestError) as error:
            return _asking(error)

    @pages.get("/verify/pictures/<digest>")
    @policy()
    def picture(digest: str) -> AnyResponse:
        return _picture(desk, digest)

    return pages


def _asking(error: NodeError | None = None, code: str = "", told: Mapping[str, str] | None = None) -> Response:
    body = render_template(
        "verify/ask.html", message=error_text(error) if error else "", code=code, told=told, most_mib=MAX_BYTES >> 20, texts=words
    )
    return Response(body, status_of(error) if error else 200)


def _found(desk: VerificationDesk, finding: FileFinding) -> Response:
    verdict, why = words.top(finding)
    kept = desk.keep_pictures(finding)
    body = render_template("verify/found.html", finding=finding, verdict=verdict, why=why, pictures=kept, texts=words)
    return Response(body)


def _of_number(text: str, desk: Desk) -> Mapping[str, str]:
    """What is said of a bare case number, which is all that the code on a receipt holds; nothing of any other text."""
    if not _CASE_NUMBER.fullmatch(text):
        return {}
    try:
        case = desk.case(person_here(), text).line.case_number
    except NodeError:
        return {"tone": "orange", "text": words.NUMBER_UNKNOWN}
    return {"tone": "blue", "text": words.NUMBER_ONLY, "case": case}


def _of_code(text: str, desk: VerificationDesk, slips: Slips) -> Mapping[str, str]:
    """What this station knows of the code of a printed document: by its letters, else by what would be printed now."""
    found = desk.codes.look(text)
    named = text.split()
    if found.state in (UNKNOWN, UNREADABLE, OTHER) and len(named) >= 3 and _would_print(named, slips):
        found = CodeFinding(SAME, named[0], named[1], named[-1])
    if found.state == OTHER and not _may_see(found.case, slips):
        found = CodeFinding(UNKNOWN)  # a made-up code must not tell who may see no case which cases there are
    told = {"tone": words.CODE_TONES[found.state], "text": words.CODES[found.state]}
    if found.state in (UNKNOWN, UNREADABLE):
        return told
    return told | {"case": found.case, "short": code_of(found.digest)}


def _may_see(number: str, slips: Slips) -> bool:
    try:
        slips.check_there(person_here(), number)
    except NodeError:
        return False
    return True


def _would_print(named: Sequence[str], slips: Slips) -> bool:
    try:
        return slips.slip(person_here(), named[0], named[1]).qr_text == " ".join(named)
    except NodeError:
        return False


def _picture(desk: VerificationDesk, key: str) -> Response:
    """A seal's picture: a PNG, or an SVG that may do nothing.

    Raises:
        NotFoundError: it has gone, or is no picture for a browser.
    """
    found = desk.picture(key)
    if found is not None and found.data.startswith(_PNG):
        return Response(found.data, content_type="image/png")
    if found is not None and found.media == "SVG":
        return Response(found.data, content_type="image/svg+xml", headers={"Content-Security-Policy": _SVG_POLICY})
    raise NotFoundError("document", key)

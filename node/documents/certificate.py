"""Electronic certificates (电子证照): the identifier that an approval gives, and the sheet that shows it.

Source: GB/T 36904 (identifier); GB/T 36903 (what a certificate tells of itself).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms.checks import is_credit_code
from forms.codes import certificate_id, item_code, make_certificate_id
from forms.schema import Form
from node.documents import wording
from node.documents.composing import Cell, Sheet
from node.documents.facts import CaseFacts, Organ
from node.documents.layout import Layout, QrCode
from node.documents.naming import day_text
from node.documents.result import signed_by

KIND = "证照"
"""The kind of result that is a certificate."""
UNNUMBERED = "000"
"""The type's serial while the county's catalogue of certificates has given the item none."""
_YEARS = re.compile(r"([0-9]{1,2})年")
_NAME = 100


@dataclass(frozen=True)
class Certificate:
    """What an approval gives: the identifier, what it is called, since when and until when it holds; `valid_to` None is without end."""

    id: str
    name: str
    issued_on: date
    valid_to: date | None


def certificate_members(form: Form, case_number: str, uscc: str, issued_on: date) -> dict[str, str] | None:
    """The member `certificate` of an approval's body; None where the item gives no certificate, or no body that could number it is known.

    `uscc` is the credit code of the deciding station's unit from its settings, empty where it has none; then the implementing body in
    the item's code stands in. The type's code is the item's own (`result.type`: 21 characters, or the three of the serial).
    """
    issuer = uscc or _body_of(form)
    if form.result.get("kind") != KIND or not is_credit_code(issuer):
        return None
    given = str(form.result.get("type") or UNNUMBERED)
    number = make_certificate_id(given if len(given) == 21 else issuer + given, issuer, case_number)
    members = {"id": number, "name": str(form.result.get("name", ""))[:_NAME], "issued_on": issued_on.isoformat()}
    until = _until(str(form.result.get("validity") or ""), issued_on)
    return members | ({"valid_to": until.isoformat()} if until else {})


def granted(form: Form, case_number: str, uscc: str, day: date) -> dict[str, Any]:
    """What an approval's body says of the certificate that it gives: nothing, or the member `certificate`."""
    members = certificate_members(form, case_number, uscc, day)
    return {"certificate": members} if members else {}


def read_certificate(body: Mapping[str, Any]) -> Certificate | None:
    """The certificate that an approval's body names; None where there is none, or it is no certificate."""
    members = body.get("certificate")
    if not isinstance(members, Mapping):
        return None
    number, name = members.get("id"), members.get("name")
    if not isinstance(number, str) or not isinstance(name, str) or certificate_id(number) is None:
        return None
    try:
        until = members.get("valid_to")
        return Certificate(
            number, name[:_NAME], date.fromisoformat(str(members["issued_on"])), date.fromisoformat(str(until)) if until else None
        )
    except (KeyError, ValueError):
        return None


def _body_of(form: Form) -> str:
    """The implementing body's credit code in the item's code, empty where it names none."""
    codes = form.more.get("codes")
    every = codes.values() if isinstance(codes, Mapping) else ()
    found = (item_code(str(one)) for one in every)
    return next((one.body for one in found if one is not None), "")


def _until(validity: str, issued_on: date) -> date | None:
    """The last day of a term of years: the day before the same day; None for any other term."""
    years = _YEARS.match(validity)
    if years is None:
        return None
    year = issued_on.year + int(years[1])
    same = date(year, issued_on.month, min(issued_on.day, 28 if issued_on.month == 2 else issued_on.day))
    return date.fromordinal(same.toordinal() - 1)


def certificate_layout(certificate: Certificate, facts: CaseFacts, organ: Organ, qr: QrCode) -> Layout:
    """The sheet of a certificate; `qr` is the code of its mark."""
    sheet = Sheet()
    sheet.head(certificate.name, wording.CERTIFICATE_MARK, qr, wording.QR_CAPTION)
    sheet.y += 6
    said = {
        "id": certificate.id,
        "holder": facts.applicant,
        "item": facts.item_name,
        "case_number": facts.case_number,
        "organ": organ.name,
        "issued_on": day_text(certificate.issued_on),
        "valid_to": day_text(certificate.valid_to) if certificate.valid_to else wording.UNLIMITED,
    }
    sheet.table([Cell(wording.CERTIFICATE_ROWS[name], value) for name, value in said.items()])
    sheet.y += 4
    sheet.paragraph(wording.CERTIFICATE_NOTICE)
    place = signed_by(sheet, organ, day_text(certificate.issued_on))
    return sheet.layout("certificate", certificate.name, facts.case_number, [place], wording.PRACTICE if facts.practice else "")

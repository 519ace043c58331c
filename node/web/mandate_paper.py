"""What a mandate says on paper, and what the paper of its revocation says."""

from node.casework.views import CaseView
from node.paperwork.codes import code_of
from node.paperwork.values import MandateLine
from node.slips import Slip
from node.web.local_time import day_text, moment_text
from node.web.masking import masked
from node.web.wording import PAPER_ROWS
from node.web.wording.papers import (
    MANDATE_READ_OUT,
    MANDATE_SAYS,
    PAPERS,
    POWER_HINTS,
    POWERS,
    REVOKED_SAYS,
    ROWS,
    SIGNED,
    TERM,
)

Row = tuple[str, str]


def mandate_slip(view: CaseView, mandate: MandateLine, station_name: str, watermark: str) -> Slip:
    """The mandate to be signed."""
    title, notice = PAPERS["mandate"]
    powers = "；".join(POWER_HINTS[one] for one in mandate.powers)
    said = [one.format(powers=powers, signed=SIGNED[mandate.signed]) for one in MANDATE_SAYS]
    said += [MANDATE_READ_OUT] if mandate.signed == "fingerprint" else []
    signatures = (_blank(f"principal_{mandate.signed}"), _blank("witness_signature"), _blank("signed_date"))
    return _slip(view, mandate, title, notice, _rows(view, mandate, station_name), tuple(said), signatures, watermark)


def revocation_slip(view: CaseView, mandate: MandateLine, station_name: str, watermark: str) -> Slip:
    """The paper that says that the mandate was taken back, and when."""
    title, notice = PAPERS["revocation"]
    at = moment_text(mandate.revoked_at)
    rows = (*_rows(view, mandate, station_name), (ROWS["revoked_at"], at), (ROWS["revoked_reason"], mandate.reason or ""))
    said = (REVOKED_SAYS.format(at=at),)
    signatures = (_blank(f"principal_{mandate.signed}"), _blank("signed_date"))
    return _slip(view, mandate, title, notice, rows, said, signatures, watermark)


def _rows(view: CaseView, mandate: MandateLine, station_name: str) -> tuple[Row, ...]:
    begins, ends = day_text(mandate.begins), day_text(mandate.ends)
    return (
        (PAPER_ROWS["case_number"], view.line.case_number),
        (PAPER_ROWS["short_number"], view.line.short_number),
        (PAPER_ROWS["item"], view.line.item_name),
        (ROWS["principal"], mandate.principal),
        (ROWS["principal_id"], mandate.principal_id),
        (ROWS["agent_station"], station_name),
        (ROWS["powers"], "、".join(POWERS[one] for one in mandate.powers)),
        (ROWS["no_money"], ROWS["money"]),
        (ROWS["term"], TERM.format(begins=begins, ends=ends)),
        (ROWS["witness"], mandate.witness),
        (ROWS["witness_phone"], mandate.witness_phone),
        (ROWS["code"], code_of(mandate.content)),
    )


def _slip(
    view: CaseView, mandate: MandateLine, title: str, notice: str, rows: tuple[Row, ...], said: tuple[str, ...],
    signatures: tuple[Row, ...], watermark: str,
) -> Slip:  # fmt: skip
    hidden = ((ROWS["principal_id"], masked("id", mandate.principal_id)), (ROWS["witness_phone"], masked("phone", mandate.witness_phone)))
    qr_text = f"{view.line.case_number} mandate {mandate.content}"
    caption = f"{ROWS['code']} {code_of(mandate.content)}"
    return Slip(title, notice, rows, said, signatures, qr_text, watermark, hidden=hidden, caption=caption)


def _blank(name: str) -> Row:
    return ROWS[name], ""

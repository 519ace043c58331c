"""The notice that is handed over before anything is filed (一次性告知单), as a slip for the PDF writer."""

from node.slips import Slip
from node.web.guides import Guide
from node.web.wording import PAPER_ROWS
from node.web.wording.shelf import NOTICE, NOTICE_ROWS, RATES


def notice_slip(guide: Guide, station_name: str, above: str, told_by: str, printed_on: str, qr_text: str) -> Slip:
    """The five parts of the notice in lines: where and whom, materials, limits and charge, the way it goes, how to ask."""
    form = guide.form
    rows = [
        (PAPER_ROWS["item"], form.name),
        (PAPER_ROWS["package"], guide.short_package),
        (NOTICE_ROWS["where"], f"{station_name} {told_by}"),
        (NOTICE_ROWS["accepts"], guide.accepts or PAPER_ROWS["none"]),
        (NOTICE_ROWS["decides"], str(form.department.get("decides", ""))),
        *(
            (NOTICE_ROWS["material"].format(number=number), f"{one.name}（{one.form}，{one.source}）{one.required}。{''.join(one.notes)}")
            for number, one in enumerate(guide.materials, start=1)
        ),
        *guide.limits,
        (NOTICE["charge"], form.charge),
        *(
            (NOTICE_ROWS["stage"].format(tier=one.tier), "、".join(one.steps) + (f"（{one.takes}）" if one.takes else ""))
            for one in guide.stages
        ),
        (NOTICE["basis"], "；".join(form.legal_basis)),
    ]
    ask = NOTICE["ask_text"].format(above=above) if above else NOTICE["ask_text_top"]
    rating = NOTICE_ROWS["rating"].format(rates="　".join(f"□ {text}" for text in RATES), text=NOTICE["rating_text"])
    signatures = ((NOTICE_ROWS["told_by"], told_by), (NOTICE_ROWS["received_by"], ""), (PAPER_ROWS["date"], printed_on))
    return Slip(
        NOTICE["title"], NOTICE["lead"].format(item=form.name), tuple(row for row in rows if row[1]), (ask, rating), signatures, qr_text
    )

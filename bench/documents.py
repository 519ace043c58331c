"""Documents: a form of two pages drawn as PDF and as OFD, and how large it is with three tiers' seals of real stations.

The process that draws is started before; the first form makes it read its fonts, the later ones are what people wait for.
"""

from collections.abc import Callable, Iterator
from datetime import date
from statistics import median
from time import perf_counter

from bench.county import County, wait_for
from bench.ground import ITEM, Ground, reached
from bench.table import Row
from bench.visitor import Visitor, picture
from forms.schema import Form
from forms.shipped import ITEMS
from node.documents.facts import CaseFacts, Organ
from node.documents.form import FormPaper, form_layout
from node.documents.layout import Layout, QrCode
from node.documents.ofd_pages import ofd_files
from node.drawing.process import DrawingProcess
from signing.ofd import new_ofd

DIGEST = "sm3:" + "0123456789abcdef" * 4
RUNS = 15


def measure(ground: Ground) -> Iterator[Row]:
    drawing = DrawingProcess()
    try:
        layout = _layout(drawing.qr("1122-07 form"))
        first, *after = (_timed(lambda: drawing.render_pdf(layout)) for _ in range(RUNS))
        ofd = [_timed(lambda: new_ofd(ofd_files(layout))) for _ in range(RUNS)]
    finally:
        drawing.close()
    yield Row("A4 form as PDF, the first; later ones, median", "≤ 60 ms", "–", f"{_ms(first)}; {_ms(median(after))}")
    yield Row("  as OFD, median", "≤ 10 ms", "–", _ms(median(ofd)))
    with ground.county() as county:
        sizes = _of_three_tiers(county)
    yield Row("the form with three tiers' seals: PDF; OFD", "≤ 60 KiB", "–", "; ".join(f"{size / 1024:.0f} KiB" for size in sizes))


def _layout(code: QrCode) -> Layout:
    """The form of the bench's item with its sample answers."""
    form = Form.from_bytes(max((ITEMS / ITEM).glob("*.json")).read_bytes())
    organs = tuple(Organ(tier, f"示例{tier}") for tier in ("village", "township", "county"))
    facts = CaseFacts("1310251052010126112200078", "1122-07", form.name, DIGEST, "示例甲", organs[0].name, "示例村", organs)
    materials = [(one.name, 2) for one in form.materials]
    return form_layout(FormPaper(facts, form, form.sample, materials, "3F9A-1C07", DIGEST, date(2026, 11, 22)), code)


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _form(number: str, kind: str) -> str:
    return f"/api/v1/cases/{number}/documents/form?format={kind}"


def _of_three_tiers(county: County) -> tuple[int, int]:
    """Bytes of the sealed PDF and OFD at the county, after village, township and county have sealed."""
    county.start()
    county.wait_up()
    agent, reviewer, approver = (county.visitor(name) for name in ("agent1", "reviewer", "approver"))
    for each in (agent, reviewer, approver):
        each.log_in()
    number = agent.filled(ITEM, picture("documents"))
    agent.act(number, "submitted")
    reached(approver, number, 60)
    _acted(reviewer, number, "accepted", seals=1)
    _acted(reviewer, number, "forwarded", seals=2)
    _acted(approver, number, "approved", seals=2)
    return len(_file(approver, number, "pdf")), len(_file(approver, number, "ofd"))


def _file(who: Visitor, number: str, kind: str) -> bytes:
    return who.send("GET", _form(number, kind), None, {})[2]


def _acted(who: Visitor, number: str, event: str, seals: int) -> None:
    """Act once the case is at this desk and the form has come with the seals of so many tiers.

    Raises:
        RuntimeError: it does not come.
    """

    def is_here() -> bool:
        is_due = event in who.get(f"/api/v1/cases/{number}").get("events", ())
        return is_due and _file(who, number, "pdf").count(b"%yizhan seal begins at") == seals

    if not wait_for(is_here, 60, 0.2):
        raise RuntimeError(f"{event} of {number} is not to be done here")
    who.act(number, event)

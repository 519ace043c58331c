"""Files one case at an installed station: the item's sample answers, a drawn page for each material, sealed with the agent's key."""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from node.assemble import assemble
from node.clock import SystemClock
from node.staff.people import Person

ITEM = "gaoling"


def page(text: str) -> bytes:
    """A picture of one page, marked as a sample."""
    image = Image.new("RGB", (1000, 1400), "white")
    ImageDraw.Draw(image).text((100, 100), f"SAMPLE {text}", fill="black")
    out = BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def main(place: str, name: str, pin: str) -> int:
    """File it; the exit code."""
    node = assemble(Path(place), SystemClock())
    try:
        record = node.store.people.get(name)
        if record is None:
            print(f"{name} is not there", file=sys.stderr)
            return 2
        person = Person(record.name, record.display_name, record.roles, session_id="try")
        desk = node.desk
        _, form = desk.item(ITEM)
        case = desk.open_case(person, ITEM)
        number = case.line.case_number
        if case.version is None:
            raise RuntimeError("a new case is a draft")
        desk.save_answers(person, number, case.version, dict(form.sample))
        for material in form.sample_materials:
            desk.attach(person, number, material, 1, page(f"{material} {number}"))
        view = desk.case(person, number)
        done = desk.act(person, number, "submitted", pin=pin, shown=view.shown, expected_head=view.head)
        print(done.line.case_number, done.line.state)
    finally:
        node.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

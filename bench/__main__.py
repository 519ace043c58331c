"""`python -m bench [NAME…]`: measure, and print one table. How fast it was never decides the exit code; what cannot be measured does."""

import argparse
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping

from bench import (
    backup,
    bad_line,
    city_shelf,
    documents,
    end_to_end,
    enrol,
    forms,
    hop,
    memory,
    page_finding,
    page_output,
    page_quality,
    pages,
    paper,
    seals,
    start,
    status,
    submit,
    throughput,
    wire,
)
from bench.ground import Ground, ground
from bench.table import Row, as_text

MEASURES: Mapping[str, Callable[[Ground], Iterator[Row]]] = {
    "start": start.measure,
    "memory": memory.measure,
    "pages": pages.measure,
    "paper": paper.measure,
    "page_finding": page_finding.measure,
    "page_output": page_output.measure,
    "page_quality": page_quality.measure,
    "status": status.measure,
    "submit": submit.measure,
    "seals": seals.measure,
    "documents": documents.measure,
    "end_to_end": end_to_end.measure,
    "hop": hop.measure,
    "throughput": throughput.measure,
    "wire": wire.measure,
    "bad_line": bad_line.measure,
    "backup": backup.measure,
    "enrol": enrol.measure,
    "forms": forms.measure,
    "city_shelf": city_shelf.measure,
}


def main() -> int:
    """Measure what was asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(MEASURES)}")
    names = parser.parse_args().names or list(MEASURES)
    if strange := [name for name in names if name not in MEASURES]:
        parser.error(f"no such measurement: {', '.join(strange)}")
    rows: list[Row] = []
    broken = False
    with ground() as place:
        for name in names:
            print(f"{name} …", file=sys.stderr, flush=True)
            try:
                rows += MEASURES[name](place)
            except Exception:  # one measurement that fails must not hide the others
                broken = True
                traceback.print_exc()
                rows.append(Row(name, "", "", "not measured"))
    print(as_text(rows))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

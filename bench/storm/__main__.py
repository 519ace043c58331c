"""`python -m bench.storm`: a storm over a whole county; `--small` is one that a busy machine carries.

The county is made once in `--template` (two seconds a village) and copied to `--work` for each run. `--villages` may be several numbers:
one storm each. Results are added to `--results`, for `python -m bench.storm.plot`. Exits 1 when anything was lost or came twice.
"""

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.storm.storm import Storm, Wanted, run_storm, spread
from bench.storm.template import Template
from bench.table import Row, as_text

MOST_MB = 250
SMALL = {"villages": [24], "townships": 3, "cases": 5, "processes": 2, "crowds": 1}
WHOLE = {"villages": [352], "townships": 14, "cases": 20, "processes": 25, "crowds": 3}


def main() -> int:
    """Make what is missing, run, print, keep the figures."""
    asked = _arguments()
    # Told to end, it still ends the stations that it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    failed = False
    for villages in asked.villages:
        template = Template(asked.template, asked.townships, villages, asked.cases, asked.item, asked.documents)
        template.make()
        storm = run_storm(template, asked.work, Wanted(asked.processes, asked.crowds, asked.minutes * 60))
        print(as_text(list(_rows(storm, template))), flush=True)
        for fault in storm.faults[:20]:
            print(f"  {fault}", flush=True)
        failed = failed or bool(storm.faults)
        _keep(asked.results, storm)
    return 1 if failed else 0


def _rows(storm: Storm, template: Template) -> Iterator[Row]:
    total = storm.villages * storm.cases
    yield Row(f"storm: {storm.villages} villages, {total} cases of {storm.item}", "nothing lost", "–", f"{len(storm.faults)} faults")
    yield Row("  until every village knows all to be at the county", "", "–", f"{storm.took_s:.0f} s ({total / storm.took_s:.0f} cases/s)")
    yield Row("  until nothing is on the road any more, scans included", "", "–", f"{storm.quiet_s:.0f} s")
    first, middle, last = spread(storm, template)
    yield Row("  a township's villages: first, middle, last has given all", "", "–", f"{first:.1f}, {middle:.1f}, {last:.1f} s")
    county = storm.uses["county"]
    yield Row("  county: most memory, CPU", f"< {MOST_MB} MB", "–", f"{county.peak_mb:.0f} MB, {county.cpu_s:.1f} s")
    townships = [use for name, use in storm.uses.items() if name.startswith("township")]
    text = f"{max(use.peak_mb for use in townships):.0f} MB, {max(use.cpu_s for use in townships):.1f} s"
    yield Row(f"  the largest of {len(townships)} townships: most memory, CPU", f"< {MOST_MB} MB", "–", text)
    others = sum(use.cpu_s for name, use in storm.uses.items() if name.startswith(("crowd", "village")))
    yield Row("  all villages together: CPU", "", "–", f"{others:.1f} s")
    yield Row("  a village that is a process: most memory", "", "–", f"{storm.village_peak_mb:.0f} MB")


def _keep(results: Path, storm: Storm) -> None:
    """Put it beside those of other sizes; of one size the latest is kept."""
    kept = json.loads(results.read_text(encoding="utf-8")) if results.exists() else []
    kept = [one for one in kept if one["villages"] != storm.villages] + [storm.as_json()]
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps(sorted(kept, key=lambda one: one["villages"]), ensure_ascii=False), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help=f"other defaults: {SMALL}")
    parser.add_argument("--villages", type=int, nargs="+")
    parser.add_argument("--townships", type=int)
    parser.add_argument("--cases", type=int, help="at each village")
    parser.add_argument("--processes", type=int, help="villages of the first township that are processes of their own")
    parser.add_argument("--crowds", type=int, help="processes for all other villages")
    parser.add_argument("--item", default="pension_alive", help="of the shipped catalogue; cases have its sample and small scans")
    parser.add_argument("--documents", action="store_true", help="submitting seals documents as well")
    parser.add_argument("--minutes", type=float, default=20.0, help="the longest wait")
    parser.add_argument("--template", type=Path, default=Path("test-output/storm/template"))
    parser.add_argument("--work", type=Path, default=Path("test-output/storm/work"))
    parser.add_argument("--results", type=Path, default=Path("test-output/storm/results.json"))
    asked = parser.parse_args()
    for name, value in (SMALL if asked.small else WHOLE).items():
        if getattr(asked, name) is None:
            setattr(asked, name, value)
    return asked


if __name__ == "__main__":
    sys.exit(main())

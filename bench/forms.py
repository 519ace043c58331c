"""The largest form: opening its first page, painting it, and all its rules at once.

*Server*: GET of the first fill page over one kept connection to the real server, 60 times. *First paint*: the same page in Chromium,
from the start of the navigation to the first contentful paint, best of five, the page's files in the browser's cache as after the
first visit. *Rules*: the sample derived and checked as a whole, which settles every condition and calculation and tries every constraint,
in Python and in Node by the very script that pages get; the median of 200, warm.
"""

import json
import subprocess
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from playwright.sync_api import sync_playwright

from bench.county import County
from bench.ground import Ground
from bench.table import Row, p95
from bench.visitor import Visitor
from forms.expressions.scripts import browser_script
from forms.schema import Form
from forms.shipped import ITEMS
from forms.validate import check, derive
from node.commands.demo import HOST

TIMES = 60
RULE_TIMES = 200
PAINTS = 5
DAY = date(2026, 11, 22)
_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
_TIMED = """
const fs = require("fs"), vm = require("vm");
const window = vm.createContext({});
vm.runInContext(fs.readFileSync(process.argv[2], "utf8"), window);
const packed = JSON.parse(fs.readFileSync(process.argv[3], "utf8"));
const rules = window.YizhanRules, form = rules.prepare(packed), took = [];
for (let turn = 0; turn < Number(process.argv[5]) * 2; turn += 1) {
  const began = process.hrtime.bigint();
  rules.formState(form, packed.sample, process.argv[4], []);
  took.push(Number(process.hrtime.bigint() - began) / 1e6);
}
const warm = took.slice(took.length / 2).sort((a, b) => a - b);
process.stdout.write(String(warm[Math.floor(warm.length / 2)]));
"""


def measure(ground: Ground) -> Iterator[Row]:
    form = largest()
    with ground.county() as county:
        county.start("village1")
        county.wait_up("village1")
        agent = county.visitor("agent1")
        agent.log_in()
        path = f"/cases/{agent.open_case(form.id)}/fill/1"
        for _ in range(5):
            agent.page(path)
        took = sorted(_timed(agent, path) for _ in range(TIMES))
        yield Row("largest form, server p50 / p95", "≤ 30 ms", "–", f"{median(took) * 1000:.0f} / {p95(took) * 1000:.0f} ms")
        yield Row("  first paint in Chromium", "≤ 300 ms", "–", f"{_first_paint(county, agent, path):.0f} ms")
    yield Row("  all its rules in Python", "≤ 2 ms", "–", f"{_python_ms(form):.2f} ms")
    yield Row("  all its rules in JavaScript", "≤ 1 ms", "–", f"{_javascript_ms(form):.2f} ms")


@cache
def largest() -> Form:
    """The shipped form with the most questions, columns counted."""
    forms = (Form.from_bytes(path.read_bytes()) for path in sorted(ITEMS.glob("*/*.json")))
    return max(forms, key=lambda form: sum(1 + len(one.columns) for one in form.fields()))


def _timed(visitor: Visitor, path: str) -> float:
    began = perf_counter()
    visitor.page(path)
    return perf_counter() - began


def _first_paint(county: County, agent: Visitor, path: str) -> float:
    address = f"http://{HOST}:{county.ports['village1']}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(base_url=address, viewport={"width": 1366, "height": 768})
        name, _, value = agent.cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": address}])
        page = context.new_page()
        found = []
        for _ in range(PAINTS + 1):
            page.goto(path, wait_until="load")
            page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
            found.append(float(page.evaluate(_PAINT)))
        browser.close()
    return min(found[1:])


def _python_ms(form: Form) -> float:
    took = []
    for _ in range(RULE_TIMES * 2):
        began = perf_counter()
        derive(form, form.sample, DAY)
        check(form, form.sample, DAY)
        took.append(perf_counter() - began)
    return median(took[RULE_TIMES:]) * 1000


def _javascript_ms(form: Form) -> float:
    with TemporaryDirectory() as folder:
        script, package, timed = (Path(folder) / name for name in ("rules.js", "package.json", "timed.js"))
        script.write_text(browser_script(), encoding="utf-8")
        package.write_bytes(form.data)
        timed.write_text(_TIMED, encoding="utf-8")
        command = ["node", str(timed), str(script), str(package), DAY.isoformat(), str(RULE_TIMES)]
        done = subprocess.run(command, capture_output=True, check=True)
    return float(json.loads(done.stdout))

"""A city's shelf: 1,500 items in place of the shipped ones.

The items are the shipped ones over and over, each with an id and a name of its own. *Search*: words, part of a name and pinyin
initials, the worst p95 of them, in the process. *Start* and *memory*: a village whose program brings these items, against the same
program with the shipped ones; memory (VmRSS) after the shelf was opened and searched. The PostgreSQL driver is hidden.
"""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench.county import County
from bench.ground import Ground
from bench.memory import resident_mb
from bench.start import start_of, unpacked
from bench.table import Row, p95
from forms.authoring.index import write_index
from forms.catalogue import Catalogue
from forms.shipped import ITEMS, Shipped
from signing.algorithms import suite

COUNT = 1500
SEARCHES = ("津贴 城关", "gljt", "保障审核", "民政")
TIMES = 60
_TOWNS = (
    "城关 东关 西关 南关 北关 柳河 青山 白塔 石桥 新集 大营 小店 马庄 李庄 王庄 张庄 赵庄 孙庄 "
    "周庄 吴庄 郑庄 钱庄 冯庄 陈庄 褚庄 卫庄 蒋庄 沈庄 韩庄 杨庄 朱庄 秦庄 尤庄 许庄 何庄"
).split()


def measure(ground: Ground) -> Iterator[Row]:
    city = ground.fresh_folder()
    write_city(city)
    yield Row(f"search in {COUNT:,} items, p95", "≤ 50 ms", "–", f"{_search_ms(city):.1f} ms")
    ours, theirs = _stations(ground, None), _stations(ground, city)
    yield Row(f"warm start with {COUNT:,} items / with ours", "not slower", "–", f"{theirs[0]:.2f} / {ours[0]:.2f} s")
    yield Row("  memory after its shelf was searched, more than with ours", "≤ 20 MB", "–", f"{theirs[1] - ours[1]:+.1f} MB")


def write_city(folder: Path, count: int = COUNT) -> None:
    """Write so many items and their index."""
    packages = [json.loads(path.read_bytes()) for path in sorted(ITEMS.glob("*/1.json"))]
    for number in range(count):
        package, town = packages[number % len(packages)], _TOWNS[number // len(packages) % len(_TOWNS)]
        changed = package | {"id": f"{package['id']}_{number}", "name": f"{town}{package['name']}"}
        place = folder / changed["id"]
        place.mkdir(parents=True)
        data = json.dumps(changed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        (place / "1.json").write_bytes(data)
    write_index(folder)


def _search_ms(folder: Path) -> float:
    digest = suite("gm").digest
    catalogue = Catalogue(Shipped(digest, folder), digest)
    worst = 0.0
    for words in SEARCHES:
        took = []
        for _ in range(TIMES):
            began = perf_counter()
            found = catalogue.search(words)
            took.append(perf_counter() - began)
        if not found:
            raise RuntimeError(words)
        worst = max(worst, p95(took) * 1000)
    return worst


def _stations(ground: Ground, items: Path | None) -> tuple[float, float]:
    """(seconds to the first page, MB after the shelf was searched) of a village whose program brings these items; best of three."""
    program = unpacked(ground.fresh_folder())
    if items is not None:
        shutil.rmtree(program.parent / "forms" / "items")
        shutil.copytree(items, program.parent / "forms" / "items")
    starts, held = [], []
    for _ in range(4):
        with ground.county() as county:
            county.environment = ground.as_installed
            starts.append(start_of(county, program))
            held.append(_searched_mb(county, program))
    return min(starts[1:]), min(held[1:])


def _searched_mb(county: County, program: Path) -> float:
    county.program = (str(program),)
    county.start("village1")
    county.wait_up("village1")
    agent = county.visitor("agent1")
    agent.log_in()
    for path in ("/items", "/items?q=gljt", "/"):
        agent.page(path)
    time.sleep(1.0)
    return resident_mb(county.pid("village1"))

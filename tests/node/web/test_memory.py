"""What the serving process of a village keeps out of its memory: decoders, what libraries bring for others, and what only a county has."""

import json
import subprocess
import sys
from pathlib import Path

from node.clock import SystemClock
from node.commands.demo_county import PEOPLE, found_demo_county
from tests.journeys.world import picture

HEAVY = ("PIL", "numpy", "qrcode", "pypdfium2", "reportlab", "zxingcpp")
NEVER = (
    "asyncio",
    "charset_normalizer",
    "chardet",
    "cryptography.x509",
    "multiprocessing",
    "openpyxl",
    "pypinyin",
    "unittest",
    "xml.etree",
)
"""What a library would bring along and a village never asks for; each costs between half a megabyte and three."""

OF_A_COUNTY = ("forms.authoring", "node.catalogue.publishing", "node.web.county", "node.web.catalogue_pages", "node.web.seals.register")
VISIT = """
import io, json, sys
from pathlib import Path
sys.modules.update(dict.fromkeys(("psycopg", "psycopg2", "psycopg2cffi")))  # a village has none; the tests bring one
from node import serve
from node.assemble import assemble
from node.clock import SystemClock

place, name, password, pin, scan = sys.argv[1:]
node = assemble(Path(place), SystemClock())
client = node.app.test_client()
token = {"X-CSRF-Token": client.post("/api/v1/login", json={"name": name, "password": password}).get_json()["csrf"]}
number = client.post("/api/v1/cases", json={"item": "pension_enrol"}, headers=token).get_json()["case_number"]
item, case = client.get("/api/v1/items/pension_enrol").get_json(), f"/api/v1/cases/{number}"
client.patch(f"{case}/answers", json={"version": 0, "answers": item["sample"]}, headers=token)
data = Path(scan).read_bytes()
done = [client.put(f"{case}/materials/{one}", data=data, headers=token).status_code for one in item["sample_materials"]]
done.append(client.post(f"{case}/events", json={"event": "submitted", "pin": pin}, headers=token).status_code)
shown = (f"/cases/{number}/papers/receipt", f"/cases/{number}/qr.svg", f"/cases/{number}/papers/receipt.pdf",
         f"/cases/{number}/documents/form.pdf", f"/cases/{number}/documents/form.ofd")
done += [client.get(path).status_code for path in shown]
node.close()
print(json.dumps({"done": done, "loaded": sorted(sys.modules)}))
"""


def test_a_whole_submission_with_scans_and_receipt_loads_no_decoder_and_nothing_of_a_county(tmp_path: Path) -> None:
    found_demo_county(tmp_path, SystemClock(), "p256")
    scan = tmp_path / "scan.jpg"
    scan.write_bytes(picture("scan"))
    agent = next(one for one in PEOPLE if one.name == "agent1")
    command = [sys.executable, "-c", VISIT, str(tmp_path / agent.station), agent.name, agent.password, agent.pin, str(scan)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(answer.stdout)
    assert set(told["done"]) == {200}
    assert "flask" in told["loaded"]
    assert [one for one in (*HEAVY, *NEVER, *OF_A_COUNTY) if one in told["loaded"]] == []

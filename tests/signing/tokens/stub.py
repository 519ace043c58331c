"""USB keys for the tests: our own stub of the SKF interface, built by the system's C compiler, and tokens to plug in and pull out."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

SOURCE = Path(__file__).with_name("skf_stub.c")
PIN, CODE = "735164", "88112233"
TRIES = 4
WIDTHS = (32, 64)
_FOLDER = TemporaryDirectory(prefix="yizhan-skf-")
"""Goes with the process."""


@cache
def library(long_bits: int) -> str:
    """The stub, built once per process."""
    made = Path(_FOLDER.name) / f"skf{long_bits}.so"
    compiler = shutil.which("cc") or "gcc"
    command = [compiler, "-shared", "-fPIC", "-Wall", f"-DULONG_BITS={long_bits}", "-o", str(made), str(SOURCE), "-lcrypto"]
    subprocess.run(command, check=True, capture_output=True)
    return str(made)


class Drawer:
    """A folder of tokens that are plugged in; the stub looks at it on every call, and finds it by the environment variable SKF_STUB."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def plug_in(self, device: str, *places: str, pin: str = PIN, scalars: tuple[str, ...] = ()) -> None:
        """A token with containers `application/container`, each empty or with a key of this scalar."""
        keys = zip(places, [*scalars, *("-" * len(places))], strict=False)
        lines = [f"{pin} {CODE} {TRIES} {TRIES}", *(f"{place.replace('/', ' ')} {scalar}" for place, scalar in keys)]
        (self.folder / f"{device}.dev").write_text("\n".join(lines) + "\n")

    def pull_out(self, device: str) -> None:
        (self.folder / f"{device}.dev").rename(self.folder / f"{device}.out")

    def put_back(self, device: str) -> None:
        (self.folder / f"{device}.out").rename(self.folder / f"{device}.dev")

    def left(self, device: str) -> int:
        """How many wrong PINs are left, as the token itself has it."""
        return int((self.folder / f"{device}.dev").read_text().split()[2])

"""A PKCS#11 token for the tests: SoftHSM 2, made with its own tool in a folder of its own."""

import os
import shutil
import subprocess
from glob import glob
from pathlib import Path

PIN, CODE, LABEL = "735164", "88112233", "示例令牌"
LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", *glob("/usr/lib/*/softhsm/libsofthsm2.so"), "/usr/lib64/libsofthsm2.so")


def library() -> str:
    """Where the library is; `.ci/system-packages` sees to it that there is one."""
    return next(path for path in LIBRARIES if Path(path).exists())


def make_token(folder: Path, label: str = LABEL) -> None:
    """A token of this label. SoftHSM looks at the folder through a file that an environment variable names."""
    (folder / "tokens").mkdir(exist_ok=True)
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    tool = shutil.which("softhsm2-util")
    assert tool is not None, "softhsm2-util is missing"
    command = [tool, "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", CODE]
    subprocess.run(command, check=True, capture_output=True)


def pull_out(folder: Path) -> None:
    """Take every token away."""
    (folder / "tokens").rename(folder / "drawer")
    (folder / "tokens").mkdir()


def put_back(folder: Path) -> None:
    """Put them in again."""
    (folder / "tokens").rmdir()
    (folder / "drawer").rename(folder / "tokens")

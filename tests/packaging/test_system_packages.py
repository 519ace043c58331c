"""`.ci/system-packages` names in one line what it may not install itself."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / ".ci" / "system-packages"
OURS = {"javac", "java", "pdfsig", "softhsm2-util", "cc", "openssl", "node"}
PACKAGES = {
    # missing program: the Debian package that brings it
    "javac": "default-jdk-headless",
    "pdfsig": "poppler-utils",
    "softhsm2-util": "softhsm2",
    "cc": "gcc",
    "openssl": "openssl",
    "node": "nodejs",
}


def run(folder: Path, programs: set[str]) -> subprocess.CompletedProcess[str]:
    """Run it as somebody who is not root, with only these programs to be found."""
    for name in {"ls", "grep", "sh", *programs}:
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    (folder / "id").write_text("#!/bin/sh\necho 1000\n", encoding="ascii")
    (folder / "id").chmod(0o755)
    return subprocess.run([str(SCRIPT)], env={"PATH": str(folder)}, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("program", sorted(PACKAGES))
def test_somebody_who_is_not_root_is_told_in_one_line_what_is_missing(tmp_path: Path, program: str) -> None:
    told = run(tmp_path, {"fc-list", *OURS} - {program})
    assert told.returncode == 1
    assert len(told.stderr.splitlines()) == 1
    assert PACKAGES[program] in told.stderr.split()
    named = set(told.stderr.split()) & set(PACKAGES.values())
    assert named == {PACKAGES[program]}

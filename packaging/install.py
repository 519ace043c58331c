"""Install a station from this folder, without a network. Needs Python 3.11 or newer and nothing else.

Checks every file against SHA256SUMS first; what follows is in `installer/`, and what both the installer and the station know is read out of
the program's own wheel.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OLD = "需要 Python 3.11 或更新版本（64 位），这台电脑上是 {version}。请先装新的 Python，再运行一次。"


def main(arguments: list[str]) -> int:
    """Check this folder and install from it; the exit code."""
    if sys.version_info < (3, 11) or sys.maxsize < 2**32:
        print(OLD.format(version=sys.version.split()[0]), file=sys.stderr)
        return 2
    # The stick stays as it is: nothing compiled is written next to the sources.
    sys.dont_write_bytecode = True
    from installer.stick import Stick
    from installer.words import say

    stick = Stick(HERE)
    wrong = stick.wrong_files()
    if wrong:
        print(say("stick_damaged", files="、".join(wrong[:5])), file=sys.stderr)
        return 2
    sys.path.insert(1, str(stick.program_wheel()))
    from installer.run import run

    return run(stick, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

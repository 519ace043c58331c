"""One command of `run-node` as a line of the table, and the arguments that many share."""

from dataclasses import dataclass
from typing import Any

Argument = tuple[tuple[str, ...], dict[str, Any]]


def arg(*names: str, **options: Any) -> Argument:
    """One argument of a command, as `argparse` takes it."""
    return names, options


@dataclass(frozen=True)
class Command:
    """One line of the table: `run` is `module:function`, a function of the parsed arguments that gives the exit code."""

    name: str
    says: str
    run: str
    arguments: tuple[Argument, ...] = ()


DIR = arg("dir", metavar="DIR", help="站点文件夹")
SECRETS = (
    arg("--password-file", metavar="FILE", help="从文件读登录密码；不给则询问"),
    arg("--pin-file", metavar="FILE", help="从文件读密钥 PIN；不给则询问"),
)
UNDER = (
    arg("--under", metavar="PARENT_DIR", help="上级站点的文件夹（在这台机器上），由它签发证书"),
    arg("--county", metavar="COUNTY_DIR", help="县站的文件夹，由它制章；上级就是县时不用给"),
)

FILE = arg("file", metavar="FILE", help="文件")
JSON = arg("--json", action="store_true", help="JSON 输出")

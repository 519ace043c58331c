"""The command line `run-node`: one table of commands. A command's module is loaded only when it is called, so each starts fast."""

import argparse
import importlib
import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from forms.errors import FormError
from node.commands.wording import say, say_error
from node.errors import NodeError
from node.roles import Role, Tier
from signing.errors import SigningError
from sync.errors import LinkDownError, SyncError

DONE = 0
USER_MUST_ACT = 2
KEY_OR_SEAL = 3
SOMETHING_WAITS = 4

Argument = tuple[tuple[str, ...], dict[str, Any]]


def _arg(*names: str, **options: Any) -> Argument:
    return names, options


@dataclass(frozen=True)
class Command:
    """One line of the table: `run` is `module:function`, a function of the parsed arguments that gives the exit code."""

    name: str
    says: str
    run: str
    arguments: tuple[Argument, ...] = ()


DIR = _arg("dir", metavar="DIR", help="站点文件夹")
SECRETS = (
    _arg("--password-file", metavar="FILE", help="从文件读登录密码；不给则询问"),
    _arg("--pin-file", metavar="FILE", help="从文件读密钥 PIN；不给则询问"),
)
UNDER = (
    _arg("--under", metavar="PARENT_DIR", help="上级站点的文件夹（在这台机器上），由它签发证书"),
    _arg("--county", metavar="COUNTY_DIR", help="县站的文件夹，由它制章；上级就是县时不用给"),
)

FILE = _arg("file", metavar="FILE", help="文件")
JSON = _arg("--json", action="store_true", help="JSON 输出")

COMMANDS = (
    Command(
        "demo",
        "在一台机器上启动示例县：一县、一镇、两村",
        "node.commands.demo:run",
        (
            _arg("--dir", default="demo-data", metavar="DIR", help="演示文件夹，默认 demo-data"),
            _arg("--port", type=int, default=8600, metavar="PORT", help="第一个端口，默认 8600"),
            _arg("--reset", action="store_true", help="先清空演示文件夹"),
        ),
    ),
    Command(
        "init",
        "建立一个新站点；县站自建根证书",
        "node.commands.stations:init",
        (
            DIR,
            _arg("--tier", required=True, choices=[str(tier) for tier in Tier], help="层级"),
            _arg("--name", required=True, metavar="NAME", help="站点名称"),
            _arg("--division", required=True, metavar="CODE12", help="12 位统计用区划代码"),
            _arg("--suite", choices=["gm", "p256"], default=None, help="算法套件，默认 gm；下级与县相同"),
            *UNDER,
        ),
    ),
    Command(
        "serve",
        "启动站点：网页、站间接口与传输",
        "node.serve:run",
        (DIR, _arg("--listen", metavar="HOST:PORT", default=None, help="监听地址，默认见 node.toml")),
    ),
    Command("carry", "现在传输一轮", "node.commands.road:carry", (DIR, JSON)),
    Command(
        "bundle-out",
        "把待发的写成U盘包",
        "node.commands.road:write",
        (DIR, FILE, _arg("--to", metavar="STATION", default=None, help="给哪个相邻站点（编号或名称），默认上级"), JSON),
    ),
    Command("bundle-in", "收下U盘包", "node.commands.road:read", (DIR, FILE, JSON)),
    Command("doctor", "给站点做体检，说明哪里有问题、怎么办", "node.commands.doctor:run", (DIR, JSON)),
    Command(
        "export",
        "把一个办件导出为可独立核验的文件",
        "node.commands.evidence:export",
        (DIR, _arg("case", metavar="CASE", help="办件编号，长号或短号"), FILE),
    ),
    Command(
        "verify",
        "核验导出文件，不需要站点和网络",
        "node.commands.evidence:verify",
        (
            _arg("files", nargs="+", metavar="FILE", help="导出文件"),
            _arg("--trust", metavar="ROOT", default=None, help="县根证书（DER），不给则结论最多是“无法确定”"),
            JSON,
        ),
    ),
    Command(
        "update",
        "更新程序：检查更新包并备好，由守护程序换上；起不来就退回",
        "node.commands.updates:update",
        (
            DIR,
            _arg("file", metavar="FILE", help="更新文件（.yzu）或安装U盘的文件夹"),
            _arg("--check", action="store_true", help="只检查，不更新"),
        ),
    ),
    Command("check-start", "试着把站点装配一次，不开门、不联网", "node.commands.updates:check_start", (DIR,)),
    Command(
        "sign-bundle",
        "县站给安装U盘的文件夹签名",
        "node.commands.updates:sign_bundle",
        (DIR, _arg("folder", metavar="FOLDER", help="安装U盘的文件夹")),
    ),
    Command(
        "check-bundle",
        "核对安装U盘的文件夹是不是邀请本站的县签发的",
        "node.commands.updates:check_bundle",
        (
            _arg("folder", metavar="FOLDER", help="安装U盘的文件夹"),
            _arg("--invitation", required=True, metavar="FILE", help="邀请文件"),
        ),
    ),
    Command(
        "people add",
        "添加人员，能签发证书时一并发密钥",
        "node.commands.people:add",
        (
            DIR,
            _arg("name", metavar="NAME", help="登录名"),
            _arg("--display-name", required=True, metavar="NAME", help="姓名"),
            _arg("--role", action="append", required=True, choices=[str(role) for role in Role], help="岗位，可多次"),
            *UNDER,
            *SECRETS,
        ),
    ),
    Command("people list", "列出人员", "node.commands.people:list_all", (DIR, JSON)),
    Command(
        "people roles",
        "改岗位",
        "node.commands.people:set_roles",
        (
            DIR,
            _arg("name", metavar="NAME", help="登录名"),
            _arg("role", nargs="+", metavar="ROLE", choices=[str(role) for role in Role], help="岗位"),
        ),
    ),
    Command("people disable", "停用人员", "node.commands.people:disable", (DIR, _arg("name", metavar="NAME", help="登录名"))),
)


class Parser(argparse.ArgumentParser):
    """Says in Chinese what is wrong with a command line."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and a sentence."""
        print(say("usage", why=message), file=sys.stderr)
        print(say("usage_hint", command=self.prog.partition(" ")[2]).replace("  ", " "), file=sys.stderr)
        sys.exit(USER_MUST_ACT)


def make_parser(commands: Sequence[Command] = COMMANDS) -> Parser:
    """The parser of a table of commands; a name of two words is a command of a group."""
    parser = Parser(prog="run-node", description="驿站：离线优先的村、镇、县代办站点")
    top = parser.add_subparsers(metavar="COMMAND", required=True)
    groups: dict[str, Any] = {}
    for command in commands:
        group, _, name = command.name.rpartition(" ")
        if group and group not in groups:
            groups[group] = top.add_parser(group, help=group).add_subparsers(metavar="COMMAND", required=True)
        place = groups[group] if group else top
        child = place.add_parser(name, help=command.says, description=command.says)
        for names, options in command.arguments:
            child.add_argument(*names, **options)
        child.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 2 the user must change something, 3 a key or seal, 4 something waits."""
    _print_anything()
    arguments = make_parser().parse_args(argv)
    try:
        return _function(arguments.run)(arguments)
    except KeyboardInterrupt:
        return DONE
    except (NodeError, FormError, SigningError, SyncError, OSError) as error:
        print(say_error(error), file=sys.stderr)
        return exit_code(error)


def exit_code(error: Exception) -> int:
    """Who must act on an error, as an exit code."""
    if isinstance(error, SigningError):
        return KEY_OR_SEAL
    if isinstance(error, SyncError):
        return DONE if isinstance(error, LinkDownError) else SOMETHING_WAITS
    return USER_MUST_ACT


def _function(place: str) -> Callable[[argparse.Namespace], int]:
    module, _, name = place.partition(":")
    function: Callable[[argparse.Namespace], int] = getattr(importlib.import_module(module), name)
    return function


def _print_anything() -> None:
    """A console of another code page shows marks instead of stopping the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")

"""What starts a station at boot, as text: systemd unit, start scripts, autostart entry, scheduled task, shortcut."""

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

USER = "yizhan"
UNIT = Path("/etc/systemd/system/yizhan.service")
TASK = "Yizhan"
LOCAL_SERVICE = "S-1-5-19"


def unit(target: Path) -> str:
    """The systemd unit: an unprivileged user that can write the installation and drives that are plugged in, and nothing else."""
    return f"""[Unit]
Description=Yizhan station
After=network.target
StartLimitIntervalSec=0

[Service]
User={USER}
Group={USER}
ExecStart={target}/start.sh
Restart=always
RestartSec=5
KillMode=mixed
TimeoutStopSec=60
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={target} -/media -/mnt -/run/media
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
CapabilityBoundingSet=
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
"""


def start_script() -> str:
    """`start.sh`: runs the keeper out of the version in use."""
    return """#!/bin/sh
# Starts the station and keeps it running. `current` names the version in use.
cd "$(dirname "$0")" || exit 2
umask 077
# What another program has set for every Python of this machine is not for this one.
unset PYTHONPATH PYTHONHOME
exec "versions/$(cat current)/bin/python" -P -m node.upkeep.keeper "$PWD"
"""


def start_command() -> str:
    """`start.cmd`: the same on Windows."""
    lines = (
        "@echo off",
        'cd /d "%~dp0"',
        "set PYTHONPATH=",
        "set PYTHONHOME=",
        "set /p CURRENT=<current",
        r'"versions\%CURRENT%\Scripts\python.exe" -P -m node.upkeep.keeper "%CD%" >>keeper.log 2>&1',
    )
    return "\r\n".join(lines) + "\r\n"


def autostart(target: Path) -> str:
    """The entry that starts a station when its user logs in, where there is no administrator."""
    return f'[Desktop Entry]\nType=Application\nName=驿站\nExec="{target}/start.sh"\nTerminal=false\nX-GNOME-Autostart-enabled=true\n'


def desktop_entry(url: str) -> str:
    """The icon that opens the station's page."""
    return f"[Desktop Entry]\nType=Application\nName=驿站\nExec=xdg-open {url}\nIcon=applications-internet\nTerminal=false\n"


def shortcut(url: str) -> str:
    """The same on Windows."""
    return f"[InternetShortcut]\r\nURL={url}\r\n"


def task(target: Path) -> str:
    """The scheduled task as XML: at start-up, under LOCAL SERVICE, without the three days after which Windows would end it."""
    return f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Yizhan station</Description></RegistrationInfo>
  <Triggers><BootTrigger><Enabled>true</Enabled></BootTrigger></Triggers>
  <Principals><Principal id="Author"><UserId>{LOCAL_SERVICE}</UserId><RunLevel>LeastPrivilege</RunLevel></Principal></Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
    <StartWhenAvailable>true</StartWhenAvailable>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(str(target / "start.cmd"))}</Command>
      <WorkingDirectory>{escape(str(target))}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""


def windows_rights(target: Path) -> Sequence[str]:
    """The call that leaves the installation to administrators, the system and the service account."""
    grants = [f"*{who}:(OI)(CI){what}" for who, what in ((LOCAL_SERVICE, "M"), ("S-1-5-32-544", "F"), ("S-1-5-18", "F"))]
    return ["icacls", str(target), "/inheritance:r", "/grant:r", *grants, "/Q"]


def windows_task(description: Path) -> Sequence[str]:
    """The call that makes the task, or makes it anew."""
    return ["schtasks", "/Create", "/F", "/TN", TASK, "/XML", str(description)]


def windows_start() -> Sequence[str]:
    """The call that starts it now."""
    return ["schtasks", "/Run", "/TN", TASK]


def windows_stop() -> Sequence[Sequence[str]]:
    """The calls that end it and take it away."""
    return (["schtasks", "/End", "/TN", TASK], ["schtasks", "/Delete", "/F", "/TN", TASK])

"""SANE's own `test` backend as the only scanner: a folder of settings for `SANE_CONFIG_DIR`.

Source: sane-backends, sane-test(5).
"""

from pathlib import Path

DEVICE = "test:0"
SHEETS = 10
"""In its feeder, each time."""


def sane_config(folder: Path, **settings: str) -> str:
    """Write the settings, such as `read_status_code='"SANE_STATUS_JAMMED"'`; what `SANE_CONFIG_DIR` is to be."""
    folder.mkdir(exist_ok=True)
    (folder / "dll.conf").write_text("test\n", encoding="ascii")
    lines = {"number_of_devices": "1", **settings}
    lines = {"test-picture" if name == "picture" else name: value for name, value in lines.items()}
    text = "".join(f"{name if name == 'number_of_devices' else name.replace('_', '-')} {value}\n" for name, value in lines.items())
    (folder / "test.conf").write_text(text, encoding="ascii")
    return str(folder)

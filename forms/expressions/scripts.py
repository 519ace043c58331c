"""The JavaScript twin of this package: which files, in which order a page loads them."""

from pathlib import Path

SCRIPTS = tuple(
    Path(__file__).parent / name
    for name in (
        *(
            "decimal.js",
            "days.js",
            "wholes.js",
            "precise.js",
            "zones.js",
            "moments.js",
            "functions.js",
            "date_functions.js",
            "math_functions.js",
        ),
        *("county_functions.js", "evaluate.js", "kinds.js", "choice_lists.js", "form_state.js"),
    )
)
"""Every script, each needing those before it. In a browser they fill the global `YizhanRules`; in Node each is a module."""


def browser_script() -> str:
    """All scripts as one, for a page to load once."""
    return "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)

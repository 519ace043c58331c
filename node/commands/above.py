"""The folders of the stations above, as the options `--under` and `--county` name them."""

import argparse
from pathlib import Path

from node.config import load_config
from node.enrolment.founding import Above
from node.errors import RequestError
from node.roles import Tier


def above_of(arguments: argparse.Namespace) -> Above | None:
    """Who certifies and who makes seals; None when no `--under` was given.

    Raises:
        RequestError: the parent is not a county, and `--county` is missing.
        ConfigError: a folder holds no station.
    """
    if arguments.under is None:
        return None
    under = Path(arguments.under)
    if load_config(under).station.tier is Tier.COUNTY:
        return Above(under, under)
    if arguments.county is None:
        raise RequestError("county_needed")
    load_config(Path(arguments.county))
    return Above(under, Path(arguments.county))

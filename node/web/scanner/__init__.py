"""Scanners on screen: the page of a slot that is scanned for, the list of scanners, and their part of the API."""

from flask import Blueprint

from node.web.parts import Parts
from node.web.scanner.api import scanner_api_blueprint
from node.web.scanner.devices import scanners_blueprint
from node.web.scanner.pages import scanner_blueprint

VILLAGE = "village"


def scanner_blueprints(parts: Parts) -> tuple[Blueprint, ...]:
    """Routes of all; a station where nobody takes pages in has no list of scanners."""
    devices = (scanners_blueprint(parts),) if parts.station.tier == VILLAGE else ()
    return (scanner_blueprint(parts), *devices, scanner_api_blueprint(parts))

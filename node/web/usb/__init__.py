"""The page U盘 and its part of the API."""

from flask import Blueprint

from node.web.parts import Parts
from node.web.usb.api import usb_api_blueprint
from node.web.usb.pages import usb_blueprint


def usb_blueprints(parts: Parts) -> tuple[Blueprint, Blueprint]:
    """Routes of both."""
    return usb_blueprint(parts), usb_api_blueprint(parts)

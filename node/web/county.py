"""The pages and API calls that only a county has. Its assembly alone imports this: no other station holds them in memory."""

from flask import Blueprint

from node.catalogue.county import CountyDesks
from node.web.api.catalogue import catalogue_api_blueprint
from node.web.calendar_pages import calendar_blueprint
from node.web.catalogue_pages import catalogue_blueprint
from node.web.parts import Parts
from node.web.seals.register import register_blueprint
from node.web.wording import catalogue as catalogue_words


def county_blueprints(parts: Parts, desks: CountyDesks) -> tuple[Blueprint, ...]:
    """All of them."""
    pages = catalogue_blueprint(desks.items, parts)
    pages.record_once(lambda state: state.app.jinja_env.globals.update(wc=catalogue_words))
    return (register_blueprint(parts), pages, calendar_blueprint(desks.calendar), catalogue_api_blueprint(desks))

"""Puts the pages together: one Flask application per station."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, g, request
from flask.json.provider import DefaultJSONProvider

from node.clock import from_text
from node.paperwork.codes import code_of
from node.web import local_time, wording
from node.web.account import account_blueprint
from node.web.agent import agent_blueprint
from node.web.api.capture import capture_api_blueprint
from node.web.api.card import card_api_blueprint
from node.web.api.desk import api_blueprint
from node.web.api.filling import filling_api_blueprint
from node.web.api.paper_road import paper_road_api_blueprint
from node.web.api.papers import paper_api_blueprint
from node.web.api.phone import phone_api_blueprint
from node.web.api.road import road_api_blueprint
from node.web.api.sealing import sealing_api_blueprint
from node.web.api.verification import verify_api_blueprint
from node.web.backups import backups_blueprint
from node.web.batch import batch_blueprint
from node.web.capture.pages import capture_blueprint
from node.web.certificates import certificates_blueprint
from node.web.filling import steps_with_problems
from node.web.kin import kin_blueprint
from node.web.masking import masked
from node.web.materials import materials_blueprint
from node.web.number import number_blueprint
from node.web.paper_road import paper_road_blueprint
from node.web.paperwork import paperwork_blueprint, unseen_originals
from node.web.parts import Parts
from node.web.people import people_blueprint
from node.web.person_keys import person_keys_blueprint
from node.web.phone.pages import phone_blueprint
from node.web.refusals import install
from node.web.road.pages import road_blueprint
from node.web.road.telling import heard_text, scans_text, way_text
from node.web.scanner import scanner_blueprints
from node.web.seal_uses import seal_uses_blueprint
from node.web.seals.own import own_seals_blueprint
from node.web.security import FORM_BYTES, Guard, InMemoryRequest
from node.web.shared import RULE_FILES, shared_blueprint
from node.web.shelf import shelf_blueprint
from node.web.standby import standby_blueprint
from node.web.stations import WATCHERS, globals_of, stations_blueprint
from node.web.stations_enrolment import stations_enrolment_blueprint
from node.web.supplements import may_supplement, supplements_blueprint
from node.web.switching import left_page, switching_blueprint
from node.web.telling import letter_road_text, line_road_text, moved_text, sentence, where_text
from node.web.updates import updates_blueprint
from node.web.usb import usb_blueprints
from node.web.usb.pages import may_carry
from node.web.verify_pages import verify_blueprint
from node.web.window import window_blueprint
from node.web.wording import card as card_words
from node.web.wording import certificates as certificates_words
from node.web.wording import documents as document_words
from node.web.wording import papers as papers_words
from node.web.wording import people as people_words
from node.web.wording import road as road_words
from node.web.wording import sealing as sealing_words
from node.web.wording import shelf as shelf_words
from node.web.wording.capture import finding_text, taken_text
from node.web.wording.keys import HOLDERS

STATIC_AGE_S = 3600


class Pages(Flask):
    """Flask with requests whose uploads stay in memory."""

    request_class = InMemoryRequest


def create_app(parts: Parts) -> Flask:
    """The application of one station."""
    app = Pages(__name__, static_folder=str(Path(__file__).parent / "static"), static_url_path="/static")
    app.config.update(
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_PARTS=4000,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_AGE_S,
        PROPAGATE_EXCEPTIONS=False,
        TRAP_HTTP_EXCEPTIONS=False,
    )
    app.json = DefaultJSONProvider(app)
    app.json.ensure_ascii = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(_globals(parts), **globals_of(app, parts.numbers))
    app.context_processor(lambda: _context(parts))
    guard = Guard(app, parts)
    install(app, parts.log)
    for blueprint in (*_blueprints(parts, guard), *_blueprints_of_some(parts)):
        app.register_blueprint(blueprint)
    return app


def _blueprints(parts: Parts, guard: Guard) -> tuple[Blueprint, ...]:
    """The pages and calls that every station has."""
    return (
        shared_blueprint(parts, guard),
        shelf_blueprint(parts),
        agent_blueprint(parts),
        materials_blueprint(parts),
        supplements_blueprint(parts),
        paperwork_blueprint(parts),
        standby_blueprint(parts),
        paper_api_blueprint(parts),
        capture_api_blueprint(parts),
        card_api_blueprint(parts),
        *scanner_blueprints(parts),
        phone_blueprint(parts),
        phone_api_blueprint(parts),
        capture_blueprint(parts),
        filling_api_blueprint(parts),
        window_blueprint(parts),
        people_blueprint(parts),
        person_keys_blueprint(parts),
        account_blueprint(parts, guard),
        kin_blueprint(parts),
        batch_blueprint(parts),
        seal_uses_blueprint(parts),
        road_blueprint(parts),
        road_api_blueprint(parts),
        sealing_api_blueprint(parts),
        switching_blueprint(parts, guard),
        stations_blueprint(parts),
        stations_enrolment_blueprint(parts),
        backups_blueprint(parts),
        certificates_blueprint(parts),
        own_seals_blueprint(parts),
        number_blueprint(parts),
        verify_blueprint(parts),
        verify_api_blueprint(parts),
        paper_road_blueprint(parts),
        paper_road_api_blueprint(parts),
        *usb_blueprints(parts),
        api_blueprint(parts, guard),
    )


def _blueprints_of_some(parts: Parts) -> tuple[Blueprint, ...]:
    """Those of stations that were installed from a stick, of a county, and of those with stations below."""
    updates = () if parts.updates is None else (updates_blueprint(parts.updates, parts.station.tier),)
    county = () if parts.county is None else tuple(parts.county.blueprints(parts))
    return (*updates, *county, *(() if parts.door is None else (parts.door,)))


def _globals(parts: Parts) -> dict[str, Any]:
    return {
        "w": wording,
        "wp": people_words,
        "ws": shelf_words,
        "wpap": papers_words,
        "wseal": sealing_words,
        "masked": masked,
        "wdoc": document_words,
        "wr": road_words,
        "code_of": code_of,
        "organ_name": lambda code: parts.bureau.station.name_of(code) if len(code) == 14 else dict(parts.station.divisions).get(code, code),
        "unseen_originals": unseen_originals,
        "words": wording.words,
        "taken_text": taken_text,
        "card_reader": lambda: parts.cards.has_reader,
        "wcard": card_words,
        "finding_text": finding_text,
        "problem_text": wording.problem_text,
        "warning_text": wording.warning_text,
        "size_text": wording.size_text,
        "moment_text": local_time.moment_text,
        "moment_of": from_text,
        "may_carry": may_carry,
        "may_watch": lambda person: bool(set(WATCHERS).intersection(person.roles)),
        "short_moment": local_time.short_moment,
        "day_text": local_time.day_text,
        "short_day": local_time.short_day,
        "letter_road_text": letter_road_text,
        "line_road_text": line_road_text,
        "sentence": sentence,
        "where_text": where_text,
        "scans_text": scans_text,
        "way_text": way_text,
        "heard_text": heard_text,
        "moved_text": moved_text,
        "steps_with_problems": steps_with_problems,
        "may_supplement": may_supplement,
        "division_name": dict(parts.station.divisions).get,
        "station": parts.station,
        "station_name": parts.bureau.station.name_of,
        "parent_name": lambda: parts.numbers.parent_name,
        "key_state": parts.bureau.persons_key_state,
        "key_words": certificates_words.STATES,
        "key_tones": certificates_words.STATE_TONES,
        "has_tokens": lambda: parts.key_desk.has_tokens,
        "token_keys": parts.key_desk.token_keys,
        "holders": HOLDERS,
        "rule_files": RULE_FILES,
    }


def _context(parts: Parts) -> dict[str, Any]:
    session = getattr(g, "session", None)
    return {
        "person": session.person if session else None,
        "csrf": session.csrf if session else "",
        "here": request.path,
        "left": left_page(),
        "standing": parts.numbers.standing.state() if session else "active",
        "pin_needed": session is not None and not parts.keyring.is_open(session.person),
        "today": local_time.today(parts.clock.now()),
    }

"""Trees of named calls: a rule's tree with gaps, filled with the arguments of a call, and the arguments read back from a tree.

A gap is a name that no package can hold. The trees themselves are made where the catalogue's own are: `rule_trees.py`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from forms.authoring import rule_trees
from forms.authoring.named_parameters import RULES, Parameters
from forms.authoring.rule_trees import Tree

_GAP = "\0"
MOST_TEXTS = 60
_NOT_IN_TREE = {"name_parts": ("parts",)}
"""Arguments that only the sentence names."""


def gap(name: str) -> str:
    """The name that stands where an answer's will."""
    return _GAP + name


def condition_gap(name: str) -> dict[str, str]:
    """A condition that stands where another will."""
    return {"field": gap(name), "eq": _GAP}


def filled(tree: Tree, own: Tree, parts: Mapping[str, Tree]) -> Tree:
    """The tree with `own` for the answer it judges and each part in its gap."""
    if not isinstance(tree, list):
        return tree
    if tree == ["self"]:
        return own
    if tree[0] == "field" and tree[1] in parts:
        return parts[tree[1]]
    if tree[0] == "=" and len(tree) == 3 and tree[2] == _GAP:
        return parts[tree[1][1]]
    return [tree[0], *[filled(part, own, parts) for part in tree[1:]]]


def arguments_in(code: str, tree: Tree, facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """The arguments with which the rule of that code makes this tree, conditions as trees; None when it makes none such."""
    for taken in _leaving_out(RULES[code]):
        for arguments in _shapes(taken):
            found: dict[str, Any] = {}
            if _matches(rule_trees.rule(code, arguments), tree, found):
                return _read(code, taken, found, facts)
    return None


def _leaving_out(parameters: Parameters) -> Iterator[Parameters]:
    yield parameters
    needed = tuple(one for one in parameters if not one[1].endswith("?"))
    if needed != parameters:
        yield needed


def _shapes(parameters: Parameters) -> Iterator[dict[str, Any]]:
    """The arguments as gaps, for each number of texts that lists may hold."""
    plain = {name: condition_gap(name) if kind == "condition" else gap(name) for name, kind in parameters if kind != "own"}
    lists = [name for name, kind in parameters if kind.rstrip("?") == "texts"]
    if not lists:
        yield plain
        if plain.get("max") and dict(parameters)["max"] == "value":
            yield plain | {"max": "this_year"}
        return
    last, first = lists[-1], lists[0]
    for count in range(1, MOST_TEXTS + 1):
        for others in range(1, 9) if first != last else (count,):
            yield plain | {first: _gaps(first, others)} | {last: _gaps(last, count)}


def _gaps(name: str, count: int) -> list[str]:
    return [gap(f"{name} {place}") for place in range(count)]


def _matches(shape: Tree, tree: Tree, found: dict[str, Any]) -> bool:
    if isinstance(shape, str):
        return _text_matches(shape, tree, found)
    if not isinstance(shape, list) or not isinstance(tree, list):
        return bool(shape == tree and type(shape) is type(tree))
    if shape[0] == "=" and len(shape) == 3 and shape[2] == _GAP:
        return _bind(shape[1][1], tree, found)
    return len(shape) == len(tree) and all(_matches(a, b, found) for a, b in zip(shape, tree, strict=True))


def _text_matches(shape: str, tree: Tree, found: dict[str, Any]) -> bool:
    if _GAP not in shape:
        return bool(shape == tree)
    if shape.startswith(_GAP):
        if isinstance(tree, list):
            return tree[0] == "num" and _bind(shape, tree[1], found)
        return _bind(shape, tree, found)
    pattern = re.sub(r"\\?\x00(\w+)", r"(?P<\1>[0-9]+)", re.escape(shape))
    match = re.fullmatch(pattern, tree) if isinstance(tree, str) else None
    return match is not None and all(_bind(gap(name), int(value), found) for name, value in match.groupdict().items())


def _bind(name: str, value: Any, found: dict[str, Any]) -> bool:
    return bool(found.setdefault(name, value) == value)


def _read(code: str, parameters: Parameters, found: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any] | None:
    arguments: dict[str, Any] = {}
    for name, kind in parameters:
        if kind == "own":
            continue
        if name in _NOT_IN_TREE.get(code, ()):
            arguments[name] = list(facts.get(name, []))
        elif kind.rstrip("?") == "texts":
            arguments[name] = [found[one] for one in _gaps(name, MOST_TEXTS) if one in found]
        else:
            arguments[name] = found.get(gap(name), "this_year")
    return arguments

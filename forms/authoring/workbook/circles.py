"""Rules in a circle: which questions need each other's answers before they have their own."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms.expressions.evaluate import references


def circles(fields: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    """The ids along circles among the questions of one scope, back to the first of each; no question in two of them."""
    needs = {one["id"]: _needs(one) for one in fields}
    while True:
        while ready := [name for name, wanted in needs.items() if not any(one in needs for one in wanted)]:
            for name in ready:
                del needs[name]
        if not needs:
            return
        path = [next(iter(needs))]
        while (following := next(one for one in needs[path[-1]] if one in needs)) not in path:
            path.append(following)
        circle = path[path.index(following) :]
        yield (*circle, following)
        for name in circle:
            del needs[name]


def _needs(one: Mapping[str, Any]) -> list[str]:
    """What must be answered before this question has its answer."""
    own = {column["id"] for column in one.get("columns", ())}
    found = [name for _, name in _read(one)]
    for column in one.get("columns", ()):
        found += [name for kind, name in _read(column) if kind == "form" and name not in own]
    return list(dict.fromkeys(found))


def _read(one: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for member in ("relevant", "calculate", "calculate_when"):
        yield from ((kind, name) for kind, name in references(one.get(member, "")) if kind in ("field", "form"))
    yield from ((kind, name) for kind, name in references(one.get("choice_filter", "")) if kind == "form")

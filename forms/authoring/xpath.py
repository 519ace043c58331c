"""Expressions as a clerk writes them, to and from the trees that packages hold: the XPath subset of XLSForm. Authoring only.

    ${name}                 the answer of the question; inside a table's row or a predicate, of that row
    ${/name}  /data/name    the answer of the form, from inside a row as well
    .                       the answer that a constraint is about
    'text'  "text"  12.5    literals; a quote inside a text is written twice
    or and = != < <= > >= + - * div mod, unary -, ( )
    name(a, b)              a function of XPath or OpenRosa, one of ours (`yz:`), or a named rule (`named_rules.py`)
    ${table}[test]          those rows for which the test holds; in it a bare name is a column too
    ${table}/column         the answers of one column; `./column` of the table that a constraint is about
    param('id')             a parameter of the package
    position(..)            the number of the row, from 1

In a choice filter a bare name is a column of the choice list and `${name}` an answer. What has no short writing is written
as a call of its head: `where(rows, test)`, `num('1e5 ')`, `field('odd name')`. Everything is bounded: the length, the depth,
and the time, which grows with the length alone.
"""

from forms.authoring.named_rules import expand
from forms.authoring.xpath_print import Printer
from forms.authoring.xpath_reader import Reader
from forms.authoring.xpath_tokens import ExpressionError
from forms.expressions.evaluate import Tree

__all__ = ["ExpressionError", "parse_expression", "parse_filter", "print_expression", "print_filter", "read_expression"]


def parse_expression(text: str) -> Tree:
    """The tree of an expression, checked: a package may hold it.

    Raises:
        ExpressionError: it is none, or calls what no engine knows.
    """
    return Reader(text, expand).tree()


def read_expression(text: str) -> Tree:
    """The tree of an expression by its syntax alone; its calls are not looked at.

    Raises:
        ExpressionError: it is none.
    """
    return Reader(text, expand, check=False).tree()


def parse_filter(text: str) -> Tree:
    """The tree of a choice filter: `field` is a column of the list's row, `form` an answer.

    Raises:
        ExpressionError: it is none.
    """
    return Reader(text, expand, filters=True).tree()


def print_expression(tree: Tree) -> str:
    """The expression that `parse_expression` reads as this tree."""
    return Printer().text(tree)


def print_filter(tree: Tree) -> str:
    """The choice filter that `parse_filter` reads as this tree."""
    return Printer(filters=True).text(tree)

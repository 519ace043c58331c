"""Rules as trees: the parse tree of the XPath subset of XLSForm, evaluated alike in Python and in JavaScript.

A tree is JSON. A bare string is a text literal, a bare integer a number literal; a list is a node, its first member the head:

    ["num", "0.5"]             a number literal that is not an integer
    ["field", ID]              the answer ID of the scope: of the row inside a table or a predicate, else of the form
    ["form", ID]               the answer ID of the form, from anywhere; of a table, its rows
    ["self"]                   the answer that a constraint is about (`.`)
    ["param", ID]              a parameter of the package
    ["where", ROWS, TREE]      those rows for which TREE holds; inside it `field` is a column (`${t}[...]`)
    ["column", ROWS, ID]       the answers of one column, empty ones left out
    ["and", A, B, ...] ["or", A, B, ...] ["if", TEST, THEN, ELSE]     evaluated from the left, no further than needed
    [OPERATOR, A, B]           = != < <= > >= + - * div mod
    ["neg", A]                 unary minus
    [FUNCTION, A, ...]         a function of XPath or OpenRosa by its name, or one of ours with the prefix `yz:`

A value is text, a number (IEEE double), a boolean, a list of texts, rows, or a moment. What engines dispute is pinned, as docs/forms.md
says at length:

1. Empty is empty text. An absent, ill-formed or not relevant answer is empty. NaN lives inside arithmetic only; a result
   that is NaN, or a date that is none, becomes empty before it is an answer.
2. Numbers are written in plain decimals, shortest form that reads back the same, never with an exponent.
3. Operators calculate in doubles, as XForms do. Money goes through the `yz:` functions, which take and give decimal text and
   are exact; halves are rounded away from zero, to the cent, only where a division or product asks for it.
4. `=` compares booleans if one side is a boolean, else numbers if one side is a number or a moment, else texts; the order
   operators compare numbers, and a date is the number of days since 1970 at local midnight. A list equals, or compares as,
   what one of its members does.
5. `today`, `now` and the zone are given. Nothing reads a clock. A county keeps UTC+8.
6. Text is counted in code points. Patterns are the subset that Python and JavaScript read alike (`patterns.py`).
7. Powers and angles are calculated in integers (`precise.py`), so that every machine and browser gives the same double.
"""

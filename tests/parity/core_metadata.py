"""Compares two METADATA or PKG-INFO files: header by header, their order, their text."""

from email.parser import BytesParser
from email.policy import compat32

from difference import Difference, of_lines, of_values


def compare(rule, expected, actual, *, order_matters):
    """The differences between two files, given as bytes.

    Headers are compared as a parser sees them. Only what is left of the text after taking
    out the headers that differ is compared as text, so that each fault is told once.
    """
    headers = [_headers(content) for content in (expected, actual)]
    names = sorted({*headers[0], *headers[1]}, key=str.lower)
    differing = [name for name in names if headers[0].get(name, []) != headers[1].get(name, [])]
    found = [
        Difference(
            f"{rule}/metadata-header", name, headers[0].get(name, []), headers[1].get(name, [])
        )
        for name in differing
    ]
    return found + _compare_text(rule, expected, actual, differing, order_matters)


def header_values(content, name):
    """All values of one header."""
    return _headers(content).get(name, [])


def _compare_text(rule, expected, actual, differing, order_matters):
    blocks, bodies = zip(_split(expected), _split(actual))
    kept = [
        [line for name, lines in block if name not in differing for line in lines]
        for block in blocks
    ]
    found = []
    if order_matters:
        found += of_lines(f"{rule}/metadata-text", "headers", *kept)
    elif sorted(kept[0]) != sorted(kept[1]):
        found += of_lines(f"{rule}/metadata-text", "headers", *map(sorted, kept))
    if bodies[0] != bodies[1]:
        lines = [body.splitlines(keepends=False) for body in bodies]
        found += of_lines(f"{rule}/metadata-body", "description", *lines) or of_values(
            f"{rule}/metadata-body", "description's line ends", bodies[0][-20:], bodies[1][-20:]
        )
    return found


def _headers(content):
    """Header name -> list of values, in order."""
    headers = {}
    for name, value in BytesParser(policy=compat32).parsebytes(content).items():
        headers.setdefault(name, []).append(str(value))
    return headers


def _split(content):
    """The headers as (name, physical lines), and the text after the first empty line."""
    text = content.decode("utf-8")
    block, separator, body = text.partition("\n\n")
    headers = []
    for line in block.removesuffix("\n").split("\n"):
        if line[:1].isspace() and headers:
            headers[-1][1].append(line)
        else:
            headers.append((line.partition(":")[0], [line]))
    return headers, separator + body if separator else ""

"""What one comparison found: the `Difference`, the noun all the others return."""

from dataclasses import dataclass
import difflib


@dataclass(frozen=True)
class Difference:
    """One way in which our file is not what it should be.

    `rule` names what was compared (`wheel/mode`), `subject` the member or header it was
    compared on. `expected` and `actual` are short; a long text goes into `diff`.
    """

    rule: str
    subject: str
    expected: object = None
    actual: object = None
    diff: str = ""

    def __str__(self):
        line = f"{self.rule}: {self.subject}"
        if self.expected is not None or self.actual is not None:
            line += f": expected {self.expected!r}, got {self.actual!r}"
        return line


def of_values(rule, subject, expected, actual):
    """No difference, or the one between two values, as a list."""
    if expected == actual:
        return []
    return [Difference(rule, subject, expected, actual)]


def of_lines(rule, subject, expected, actual):
    """No difference, or the one between two lists of lines with a unified diff, as a list."""
    if expected == actual:
        return []
    return [Difference(rule, subject, diff=unified(subject, expected, actual))]


def of_bytes(rule, subject, expected, actual):
    """No difference, or the one between two files' content, as a diff where it is text."""
    if expected == actual:
        return []
    try:
        lines = [content.decode("utf-8").splitlines() for content in (expected, actual)]
    except UnicodeDecodeError:
        lines = None
    if lines is None or lines[0] == lines[1]:  # binary, or only the line ends differ
        return [Difference(rule, subject, _excerpt(expected, actual), _excerpt(actual, expected))]
    return [Difference(rule, subject, diff=unified(subject, *lines))]


def unified(name, expected, actual):
    """A unified diff of two lists of lines, from the witness's to ours."""
    lines = difflib.unified_diff(
        expected, actual, f"witness/{name}", f"ours/{name}", lineterm="", n=1
    )
    return "\n".join(lines)


def _excerpt(content, other):
    """The first bytes that `content` does not share with `other`, and how long it is."""
    pairs = zip(content, other)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(content), len(other)))
    return f"{len(content)} bytes, at {at}: {content[at : at + 16]!r}"

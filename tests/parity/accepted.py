"""The differences from the witness that are right, each with its reason.

This table is all that is ever forgiven. It grows only with a reason that a user of the
wheel would agree with; README.md repeats it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from witness import FLIT_INI, PROJECT, TOOL_FLIT


def _any(_difference):
    return True


@dataclass(frozen=True)
class Accepted:
    """A rule and a subject (shell patterns) that may differ for these kinds of project."""

    kinds: tuple
    rule: str
    subject: str
    reason: str
    when: Callable = _any

    def covers(self, kind, difference):
        return (
            kind in self.kinds
            and fnmatchcase(difference.rule, self.rule)
            and fnmatchcase(difference.subject, self.subject)
            and self.when(difference)
        )


def _is_newer_version(difference):
    """Whether both sides have the header once, and ours announces a later version."""
    if len(difference.expected) != 1 or len(difference.actual) != 1:
        return False
    expected, actual = (
        tuple(int(part) for part in side[0].split("."))
        for side in (difference.expected, difference.actual)
    )
    return actual > expected


def _is_unknown_left_out(difference):
    return difference.expected == ["UNKNOWN"] and difference.actual == []


def _is_added(difference):
    return difference.expected == [] and len(difference.actual) == 1


def _is_owner_only(difference):
    return difference.expected == "0o600" and difference.actual == "0o100644"


ACCEPTED = (
    Accepted(
        (FLIT_INI, TOOL_FLIT),
        "*/metadata-header",
        "Metadata-Version",
        "old flits announce the version that was current then; ours is never older",
        _is_newer_version,
    ),
    *(
        Accepted(
            (FLIT_INI,),
            "*/metadata-header",
            header,
            "flit 0.13 writes `UNKNOWN` where the project says nothing",
            _is_unknown_left_out,
        )
        for header in ("Summary", "Home-page", "License")
    ),
    Accepted(
        (FLIT_INI,),
        "*/metadata-header",
        "Description-Content-Type",
        "flit 0.13 never says what the description is written in; indexes then guess",
        _is_added,
    ),
    *(
        Accepted(
            (FLIT_INI,),
            "wheel/mode",
            f"*.dist-info/{generated}",
            "flit 0.13 gives generated members mode 0600 and no file type",
            _is_owner_only,
        )
        for generated in ("entry_points.txt", "WHEEL", "METADATA", "RECORD")
    ),
    Accepted(
        (FLIT_INI, TOOL_FLIT, PROJECT),
        "install/twine-as-for-witness",
        "*",
        "twine says the same of the witness's wheel: it is the project's own",
    ),
)


def sift(kind, differences):
    """Splits `differences` into those that count and those that are accepted."""
    counted, forgiven = [], []
    for difference in differences:
        is_accepted = any(entry.covers(kind, difference) for entry in ACCEPTED)
        (forgiven if is_accepted else counted).append(difference)
    return counted, forgiven

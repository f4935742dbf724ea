"""Compares two wheels, and checks what must hold for ours alone.

Everything is compared but the compressed bytes themselves (two deflate libraries may both be
right) and the `Generator` line of WHEEL.
"""

import base64
import csv
from dataclasses import dataclass
import hashlib
import io
from pathlib import Path
import struct
import zipfile

import core_metadata
from difference import Difference, of_bytes, of_lines, of_values

_LOCAL_HEADER_BYTES = 30


@dataclass(frozen=True)
class Wheel:
    """A wheel, read whole."""

    file_name: str
    infos: list
    contents: dict  # member name -> bytes
    comment: bytes
    local_extra_sizes: dict  # member name -> bytes of extra field in the local header

    @property
    def dist_info(self):
        folders = {info.filename.split("/")[0] for info in self.infos}
        return next(folder for folder in sorted(folders) if folder.endswith(".dist-info"))

    def special(self, name):
        """The member of this name in the dist-info folder; empty if it is missing."""
        return self.contents.get(f"{self.dist_info}/{name}", b"")


def read(path):
    """Reads a wheel, with the fields of its zip headers that the standard library hides."""
    with zipfile.ZipFile(path) as archive, open(path, "rb") as raw:
        infos = archive.infolist()
        contents = {info.filename: archive.read(info) for info in infos}
        extra_sizes = {}
        for info in infos:
            raw.seek(info.header_offset)
            extra_sizes[info.filename] = struct.unpack("<H", raw.read(_LOCAL_HEADER_BYTES)[-2:])[0]
        return Wheel(Path(path).name, infos, contents, archive.comment, extra_sizes)


def compare(expected, actual, *, old_metadata):
    """The differences of our wheel from the witness's.

    `old_metadata` says that the witness's order of headers is not today's.
    """
    found = of_values("wheel/file-name", "wheel", expected.file_name, actual.file_name)
    names = [[info.filename for info in wheel.infos] for wheel in (expected, actual)]
    found += of_lines("wheel/members", "member names in order", *names)
    found += _compare_headers(expected, actual)
    differing, content = _compare_contents(expected, actual)
    found += content
    found += core_metadata.compare(
        "wheel",
        expected.special("METADATA"),
        actual.special("METADATA"),
        order_matters=not old_metadata,
    )
    found += of_lines("wheel/WHEEL", "WHEEL", *map(_wheel_lines, (expected, actual)))
    rows = [
        [row for row in _record_rows(wheel) if not row.startswith(tuple(differing))]
        for wheel in (expected, actual)
    ]
    found += of_lines("wheel/RECORD", "RECORD", *rows)
    return found


def check(wheel):
    """What is wrong with a wheel by itself: its zip fields and its RECORD."""
    found = of_values("wheel/zip-comment", wheel.file_name, b"", wheel.comment)
    for info in wheel.infos:
        name = info.filename
        found += of_values("wheel/directory-entry", name, False, info.is_dir())
        found += of_values("wheel/extra-field", name, b"", info.extra)
        found += of_values("wheel/local-extra-bytes", name, 0, wheel.local_extra_sizes[name])
        found += of_values("wheel/create-system", name, 3, info.create_system)
        is_known = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        found += of_values("wheel/compression-known", name, True, is_known)
        found += of_values("wheel/name-is-utf8", name, not name.isascii(), _says_utf8(info))
    if len(wheel.contents) != len(wheel.infos):
        found.append(Difference("wheel/duplicate-member", wheel.file_name))
    return found + _check_record(wheel)


def _says_utf8(info):
    return bool(info.flag_bits & 0x800)


def _compare_headers(expected, actual):
    """Modes and times of the members that both wheels have."""
    ours = {info.filename: info for info in actual.infos}
    found = []
    for info in expected.infos:
        other = ours.get(info.filename)
        if other is None:
            continue
        modes = [oct(side.external_attr >> 16) for side in (info, other)]
        found += of_values("wheel/mode", info.filename, *modes)
        found += of_values("wheel/date", info.filename, info.date_time, other.date_time)
        low_bits = [side.external_attr & 0xFFFF for side in (info, other)]
        found += of_values("wheel/dos-attributes", info.filename, *low_bits)
    return found


def _compare_contents(expected, actual):
    """The names of members whose RECORD row must differ, and the differences in bytes."""
    # These three are compared by what they mean, elsewhere.
    special = {f"{expected.dist_info}/{name}" for name in ("METADATA", "WHEEL", "RECORD")}
    differing, found = set(special), []
    for name, content in expected.contents.items():
        if name in special or name not in actual.contents:
            continue
        found += of_bytes("wheel/content", name, content, actual.contents[name])
        if content != actual.contents[name]:
            differing.add(name)
    return {f"{name}," for name in differing}, found


def _wheel_lines(wheel):
    lines = wheel.special("WHEEL").decode("utf-8").split("\n")
    return ["Generator:" if line.startswith("Generator: ") else line for line in lines]


def _record_rows(wheel):
    """RECORD's rows, whatever its line ends and quotes, as `path,hash,size`."""
    text = wheel.special("RECORD").decode("utf-8")
    return [",".join(row) for row in csv.reader(io.StringIO(text, newline=""))]


def _check_record(wheel):
    """Whether RECORD lists every member once, in order, with its true hash and size."""
    record = f"{wheel.dist_info}/RECORD"
    expected = []
    for info in wheel.infos:
        content = wheel.contents[info.filename]
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        is_record = info.filename == record
        expected.append(
            f"{record},," if is_record else f"{info.filename},sha256={digest},{len(content)}"
        )
    return of_lines("wheel/RECORD-valid", "RECORD", expected, _record_rows(wheel))

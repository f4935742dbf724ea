"""Tests the comparison itself: the witness agrees with itself, and tampering is noticed."""

import base64
import gzip
import hashlib
import io
import shutil
import tarfile
import zipfile

import sdist
import wheel


def _change_content(infos, contents):
    name = infos[0].filename
    contents[name] += b"#"


def _change_content_and_record(infos, contents):
    _change_content(infos, contents)
    record = infos[-1].filename
    name, content = infos[0].filename, contents[infos[0].filename]
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
    row = b"%s,sha256=%s,%d" % (name.encode(), digest, len(content))
    rows = contents[record].splitlines()
    contents[record] = b"\n".join([row, *rows[1:]]) + b"\n"


def _change_mode(infos, contents):
    infos[0].external_attr ^= 0o111 << 16


def _change_order(infos, contents):
    infos.insert(0, infos.pop(-2))


def _drop_member(infos, contents):
    infos.pop(0)


def _add_directory(infos, contents):
    infos.append(zipfile.ZipInfo("folder/"))
    contents["folder/"] = b""


def _add_extra_field(infos, contents):
    infos[0].extra = b"\xfe\xca\x00\x00"


def _change_date(infos, contents):
    infos[0].date_time = (2001, 1, 1, 0, 0, 0)


def _in_member(name, old, new):
    def tamper(infos, contents):
        path = next(i.filename for i in infos if i.filename.endswith(f".dist-info/{name}"))
        assert old in contents[path], (name, old)
        contents[path] = contents[path].replace(old, new, 1)

    tamper.__name__ = f"_change_{name}_{new!r}"
    return tamper


TAMPER_WHEEL = (
    _change_content,
    _change_content_and_record,
    _change_mode,
    _change_order,
    _drop_member,
    _add_directory,
    _add_extra_field,
    _change_date,
    _in_member("METADATA", b"Summary: ", b"Summary: x"),
    _in_member("METADATA", b"Name: ", b"License-File: OTHER\nName: "),
    _in_member("METADATA", b"Name: ", b"Name:  "),
    _in_member("WHEEL", b"Tag: py3-none-any", b"Tag: py3-none-linux"),
    _in_member("RECORD", b"sha256=", b"sha256=A"),
)


def _sdist_owner(members):
    members[0][0].uname = "someone"


def _sdist_mode(members):
    members[0][0].mode ^= 0o111


def _sdist_content(members):
    members[0][1] += b"#"


def _sdist_order(members):
    members.insert(0, members.pop())


def _sdist_member(members):
    members.pop(0)


TAMPER_SDIST = (_sdist_owner, _sdist_mode, _sdist_content, _sdist_order, _sdist_member)


def unnoticed(built, workspace, epoch):
    """The names of the tamperings that the comparison does not see; none if it is right."""
    workspace.mkdir()
    missed = []
    good_wheel = wheel.read(built.wheel)
    for tamper in TAMPER_WHEEL:
        bad = wheel.read(_tampered_wheel(built.wheel, workspace, tamper))
        found = wheel.compare(good_wheel, bad, old_metadata=False) + wheel.check(bad)
        if not found:
            missed.append(tamper.__name__)
    for tamper in TAMPER_SDIST if built.sdist else ():
        bad = sdist.read(_tampered_sdist(built.sdist, workspace, tamper, epoch))
        if not sdist.compare(sdist.read(built.sdist), bad) + sdist.check(bad, epoch):
            missed.append(tamper.__name__)
    return missed


def _tampered_wheel(path, workspace, tamper):
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        contents = {info.filename: archive.read(info) for info in infos}
    tamper(infos, contents)
    target = workspace / path.name
    with zipfile.ZipFile(target, "w") as archive:
        for info in infos:
            archive.writestr(info, contents[info.filename])
    return target


def _tampered_sdist(path, workspace, tamper, epoch):
    with tarfile.open(path) as archive:
        members = [
            [info, archive.extractfile(info).read() if info.isreg() else b""] for info in archive
        ]
    tamper(members)
    target = workspace / path.name
    with (
        open(target, "wb") as raw,
        gzip.GzipFile(path.name, "wb", fileobj=raw, mtime=epoch) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as archive,
    ):
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return target


def untampered_copy(built, workspace):
    """Whether writing both archives anew without tampering still compares equal."""
    workspace.mkdir()
    again = wheel.read(_tampered_wheel(built.wheel, workspace, lambda infos, contents: None))
    found = wheel.compare(wheel.read(built.wheel), again, old_metadata=False)
    shutil.rmtree(workspace)
    return not found

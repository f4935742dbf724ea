//! What is told of wheels.

use super::archive::{self, Members, changed, demo, renamed, row, without};
use super::told;

const NAME: &str = "demo-1.0-py3-none-any.whl";
const AGAIN: &str = "build the wheel again instead of changing it";

fn told_of(members: Members) -> Vec<String> {
    told(NAME, &archive::wheel(members))
}

#[test]
fn good_wheels_are_good() {
    assert_eq!(told_of(demo()), [""; 0]);
    let mut members = demo();
    members.push(("demo-1.0.dist-info/RECORD.jws".into(), b"{}".to_vec()));
    members.push(("größe/".into(), vec![]));
    members.push(("größe/a b,c\"d.py".into(), vec![]));
    let rows: String = members
        .iter()
        .filter(|(name, _)| !name.ends_with('/') && !name.contains("RECORD"))
        .map(|(name, content)| row(&format!("\"{}\"", name.replace('"', "\"\"")), content))
        .collect();
    members.push(("demo-1.0.dist-info/RECORD".into(), rows.into()));
    assert_eq!(told(NAME, &archive::zip(&members)), [""; 0]);
}

#[test]
fn the_directory_of_the_metadata_is_there_once() {
    let other = renamed(demo(), "demo-1.0.dist-info", "other-1.0.dist-info");
    assert_eq!(
        told_of(other),
        [
            "error wheel.dist-info demo-1.0-py3-none-any.whl: there is no directory `*.dist-info` of `demo` 1.0 (build the \
          wheel again instead of renaming it)"
        ]
    );
    let none = renamed(demo(), "demo-1.0.dist-info", "demo");
    assert_eq!(
        told(NAME, &archive::zip(&none)),
        ["error wheel.dist-info demo-1.0-py3-none-any.whl: there is no directory `*.dist-info`"]
    );
    let mut two = demo();
    two.push(("x-1.dist-info/METADATA".into(), vec![]));
    assert_eq!(
        told_of(two),
        [
            "error wheel.dist-info demo-1.0-py3-none-any.whl: there are several directories `*.dist-info`: \
          `demo-1.0.dist-info`, `x-1.dist-info`"
        ]
    );
    // Spelled otherwise, but the same.
    let spelled = renamed(demo(), "demo-1.0.dist-info", "Demo-v1.0.dist-info");
    assert_eq!(told_of(spelled), [""; 0]);
}

#[test]
fn what_must_be_there_is_there() {
    let missing = |member: &str, rule: &str| {
        format!("error {rule} {NAME}: demo-1.0.dist-info/{member}: is missing")
    };
    assert_eq!(told_of(without(demo(), "METADATA")), [missing("METADATA", "wheel.metadata")]);
    assert_eq!(told_of(without(demo(), "WHEEL")), [missing("WHEEL", "wheel.wheel")]);
    assert_eq!(told(NAME, &archive::zip(&demo())), [missing("RECORD", "wheel.record")]);
    assert_eq!(
        told_of(without(demo(), "LICENSE")),
        [format!(
            "error wheel.license-file {NAME}: demo-1.0.dist-info/licenses/LICENSE: is missing, and METADATA names it"
        )]
    );
}

#[test]
fn metadata_says_what_the_name_says() {
    for (old, new, expected) in [
        (
            "Version: 1.0",
            "Version: 1.1",
            "metadata.version: the version is `1.1`, and in the file's name `1.0`",
        ),
        ("Version: 1.0\n", "Version: x\n", "metadata.version: `x` is not a valid version"),
        ("\nVersion: 1.0", "", "metadata.required: there is no `Version`"),
        (
            "Name: Demo",
            "Name: other",
            "metadata.name: the name is `other`, and in the file's name `demo`",
        ),
        (
            "Name: Demo",
            "Name: _",
            "metadata.name: `_` is not a valid name: use ASCII letters, digits, `.`, `-` and `_`, with a letter or digit at \
             both ends",
        ),
        ("Metadata-Version: 2.4\n", "", "metadata.required: there is no `Metadata-Version`"),
        (
            ": 2.4",
            ": two",
            "metadata.version: `two` is not a version of core metadata, such as `2.4`",
        ),
        (
            "Name: Demo\n",
            "Name: Demo\nName: Demo\n",
            "metadata.text: `Name` occurs 2 times, and may only occur once",
        ),
        (
            "Name: Demo\n",
            "Name: Demo\nand so on\n",
            "metadata.text: line 3 is neither a header nor empty: `and so on`",
        ),
        (
            "Version: 1.0\n",
            "Version: 1.0\nRequires-Dist: a >\nRequires-Python: 3\n",
            "metadata.requires-dist: `a >` is not a valid requirement: Unexpected end of version specifier, expected version",
        ),
    ] {
        let told = told_of(changed(demo(), "METADATA", old, new));
        let (rule, message) = expected.split_once(": ").unwrap();
        let line = format!("error {rule} {NAME}: demo-1.0.dist-info/METADATA: {message}");
        assert_eq!(told.first(), Some(&line), "{told:#?}");
    }
}

#[test]
fn metadata_tells_several_faults_at_once() {
    let two = changed(demo(), "METADATA", "Version: 1.0\n", "Version: 2\nRequires-Python: 3\n");
    assert_eq!(
        told_of(two)[1..],
        [format!(
            "error metadata.requires-python {NAME}: demo-1.0.dist-info/METADATA: `3` is not a valid set of Python versions: \
             `3` does not start with an operator such as `>=`"
        )]
    );
    let mut binary = demo();
    binary[1].1 = b"Name: \xff".into();
    assert_eq!(
        told_of(binary),
        [format!(
            "error metadata.text {NAME}: demo-1.0.dist-info/METADATA: is not UTF-8 (at byte 6)"
        )]
    );
}

#[test]
fn wheel_says_what_the_name_says() {
    let hint = "build the wheel again, or change its tags with `wheel tags` instead of renaming it";
    for (old, new, expected) in [
        ("Wheel-Version: 1.0\n", "", "error wheel.wheel there is no `Wheel-Version`"),
        (
            "Version: 1.0",
            "Version: 2.0",
            "error wheel.wheel `2.0` is a `Wheel-Version` that no installer knows",
        ),
        (
            "Purelib: true",
            "Purelib: maybe",
            "error wheel.wheel `Root-Is-Purelib` is neither `true` nor `false`",
        ),
        ("Tag: py3-none-any\n", "", "error wheel.tags there is no `Tag`"),
        (
            "Tag: py3-none-any\n",
            "Tag: py2.py3-none-any\n",
            "error wheel.tags `Tag` says `py2-none-any`, and the file's name does not",
        ),
        (
            "Tag: py3-none-any\n",
            "Tag: py3-none-any\nBuild: 2\n",
            "warning wheel.build the build number is `2`, and in the file's name none",
        ),
    ] {
        let told = told_of(changed(demo(), "/WHEEL", old, new));
        let mut words = expected.splitn(3, ' ');
        let mut next = || words.next().unwrap();
        let (severity, rule, message) = (next(), next(), next());
        let hint = if message.contains("says") { format!(" ({hint})") } else { String::new() };
        let line = format!("{severity} {rule} {NAME}: demo-1.0.dist-info/WHEEL: {message}{hint}");
        assert_eq!(told, [line]);
    }
    let told = told("demo-1.0-py2.py3-none-any.whl", &archive::wheel(demo()));
    assert_eq!(
        told,
        [format!(
            "error wheel.tags demo-1.0-py2.py3-none-any.whl: demo-1.0.dist-info/WHEEL: the file's name says \
             `py2-none-any`, and no `Tag` does ({hint})"
        )]
    );
}

#[test]
fn entry_points_can_be_read() {
    for (content, expected) in [
        ("a = b:c", "error line 1: `a = b:c` stands before the first group"),
        ("[x\n", "error line 1: `[x` is no group: the bracket is not closed"),
        ("[x]\n# a\n\na\n", "error line 4: `a` has no `=`"),
        (
            "[console_scripts]\na = b c",
            "error [console_scripts] a: `b c` is not an object reference such as `package.module:function`",
        ),
        (
            "[gui_scripts]\na = b",
            "error [gui_scripts] a: `b` names no function: write `package.module:function`",
        ),
        (
            "[x]\na = 1",
            "warning [x] a: `1` is not an object reference such as `package.module:function`",
        ),
    ] {
        let (severity, message) = expected.split_once(' ').unwrap();
        let old = "[console_scripts]\ndemo = demo:main\n";
        let told = told_of(changed(demo(), "entry_points.txt", old, content));
        let line = format!(
            "{severity} wheel.entry-points {NAME}: demo-1.0.dist-info/entry_points.txt: {message}"
        );
        assert_eq!(told, [line]);
    }
    let good = "[a.b]\nx=m\n y = m:f [extra]\n\n[empty]\n";
    let told =
        told_of(changed(demo(), "entry_points.txt", "[console_scripts]\ndemo = demo:main\n", good));
    assert_eq!(told, [""; 0]);
}

/// What is told of a wheel with this RECORD, of which `{rows}` stands for the right rows of all but `demo.py`.
fn told_of_record(record: &str) -> Vec<String> {
    let mut members = demo();
    let rows: String = members[1..].iter().map(|(name, content)| row(name, content)).collect();
    let record = record.replace("{rows}", &rows).into_bytes();
    members.push(("demo-1.0.dist-info/RECORD".into(), record));
    told(NAME, &archive::zip(&members))
}

#[test]
fn record_lists_what_is_there_as_it_is() {
    let right = row("demo.py", b"x = 1\n");
    let of_member = |member: &str, message: &str| {
        format!("error wheel.record {NAME}: {member}: {message} ({AGAIN})")
    };
    assert_eq!(told_of_record(&format!("{{rows}}{right}")), [""; 0]);
    for (rows, expected) in [
        (String::new(), vec![of_member("demo.py", "is not listed in RECORD")]),
        (
            format!("{right}gone.py,,\n"),
            vec![of_member("gone.py", "is listed in RECORD, and is missing")],
        ),
        (
            row("demo.py", b"x = 2\n"),
            vec![of_member("demo.py", "has another hash than RECORD says")],
        ),
        (
            right.replace(",6\n", ",7\n"),
            vec![of_member("demo.py", "has 6 bytes, and RECORD says 7")],
        ),
        ("demo.py,,\n".into(), vec![of_member("demo.py", "has no hash in RECORD")]),
        (
            "demo.py,md5=abc,6\n".into(),
            vec![of_member(
                "demo.py",
                "has a hash in RECORD of a kind that may not be used: `md5`",
            )],
        ),
        (
            format!("{right}{right}"),
            vec![format!(
                "warning wheel.record {NAME}: demo-1.0.dist-info/RECORD: lists `demo.py` twice"
            )],
        ),
        (
            right.replace(",6\n", "\n"),
            vec![format!(
                "error wheel.record {NAME}: demo-1.0.dist-info/RECORD: line 5 has 2 parts, and not 3"
            )],
        ),
    ] {
        assert_eq!(told_of_record(&format!("{{rows}}{rows}")), expected, "{rows}");
    }
    // What the specification leaves open: other strong hashes, no size, padding.
    for row in ["demo.py,sha512=-_,6\n", "demo.py,sha384=-_,6\n"] {
        let expected = of_member("demo.py", "has another hash than RECORD says");
        assert_eq!(told_of_record(&format!("{{rows}}{row}")), [expected]);
    }
    let padded = right.replace(",6\n", "=,\n");
    assert_eq!(told_of_record(&format!("{{rows}}{padded}")), [""; 0]);
}

#[test]
fn many_faults_of_a_kind_are_counted() {
    let mut members = demo();
    members.extend((0..100).map(|number| (format!("x{number:03}.py"), vec![])));
    let told = {
        let rows: String = demo().iter().map(|(name, content)| row(name, content)).collect();
        members.push(("demo-1.0.dist-info/RECORD".into(), rows.into()));
        told(NAME, &archive::zip(&members))
    };
    assert_eq!(told.len(), 11);
    assert_eq!(told[10], format!("error wheel.record {NAME}: and 90 more of this kind"));
}

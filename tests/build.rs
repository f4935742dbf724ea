//! `flit build` in both forms of the program: what it writes, what it prints, and that it is the same every time.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;

use crate::support::{Program, Sandbox, demo};

/// The members of a wheel with their contents.
fn wheel_members(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(fs_err::File::open(path).unwrap()).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut member = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            member.read_to_end(&mut content).unwrap();
            (member.name().unwrap().into_owned(), content)
        })
        .collect()
}

/// A package in `src/` with everything that `[project]` can say.
fn package(program: Program) -> Sandbox {
    Sandbox::with(program)
        .file("src/sample/__init__.py", "\"\"\"A sample.\"\"\"\n__version__ = \"1.0\"\n")
        .file("src/sample/data/table.csv", "a,b\n")
        .file("src/sample/__pycache__/x.pyc", "never packed")
        .file("README.md", "# Sample\n")
        .file("LICENSE", "Do as you like.\n")
        .file("share/man/man1/sample.1", ".TH\n")
        .file(
            "pyproject.toml",
            r#"
[build-system]
requires = ["flit_core >=3.11,<5"]
build-backend = "flit_core.buildapi"

[project]
name = "sample"
dynamic = ["version", "description"]
readme = "README.md"
license = "MIT"
requires-python = ">=3.9"
dependencies = ["requests >=2"]
optional-dependencies.Test_It = ["pytest; python_version > '3'"]
scripts.sample = "sample:main"

[tool.flit.external-data]
directory = "share"
"#,
        )
}

#[test]
fn the_founding_example_builds() {
    for program in Program::ALL {
        let sandbox = demo(program);
        let stdout = sandbox.run(&["build"]).success();
        assert_eq!(stdout, "dist/foobar-0.1.tar.gz\ndist/foobar-0.1-py2.py3-none-any.whl\n");
        assert_eq!(
            sandbox.listing("dist"),
            ["foobar-0.1-py2.py3-none-any.whl", "foobar-0.1.tar.gz"]
        );
        let members =
            wheel_members(&sandbox.project().join("dist/foobar-0.1-py2.py3-none-any.whl"));
        let metadata = String::from_utf8(members["foobar-0.1.dist-info/METADATA"].clone()).unwrap();
        insta::allow_duplicates! {
            insta::assert_snapshot!(metadata, @"
            Metadata-Version: 1.2
            Name: foobar
            Version: 0.1
            Summary: An amazing sample package!
            Home-page: http://github.com/sirrobin/foobar
            Author: Sir Robin
            Author-email: robin@camelot.uk
            License: UNKNOWN
            ");
            insta::assert_snapshot!(members.keys().cloned().collect::<Vec<_>>().join("\n"), @"
            foobar-0.1.dist-info/METADATA
            foobar-0.1.dist-info/RECORD
            foobar-0.1.dist-info/WHEEL
            foobar-0.1.dist-info/entry_points.txt
            foobar.py
            ");
        }
    }
}

#[test]
fn a_package_with_everything_builds() {
    for program in Program::ALL {
        let sandbox = package(program);
        sandbox.succeeds(&["build"]);
        let members = wheel_members(&sandbox.project().join("dist/sample-1.0-py3-none-any.whl"));
        insta::allow_duplicates! {
            insta::assert_snapshot!(members.keys().cloned().collect::<Vec<_>>().join("\n"), @"
            sample-1.0.data/data/man/man1/sample.1
            sample-1.0.dist-info/METADATA
            sample-1.0.dist-info/RECORD
            sample-1.0.dist-info/WHEEL
            sample-1.0.dist-info/entry_points.txt
            sample-1.0.dist-info/licenses/LICENSE
            sample/__init__.py
            sample/data/table.csv
            ");
        }
    }
}

#[test]
fn linked_and_loaded_plugins_build_the_same_bytes() {
    for make in [demo, package] {
        let [linked, loaded] = Program::ALL.map(|program| {
            let sandbox = make(program);
            sandbox.succeeds(&["build"]);
            sandbox
                .listing("dist")
                .into_iter()
                .map(|name| (sandbox.read(format!("dist/{name}")), name))
                .collect::<Vec<_>>()
        });
        assert!(linked == loaded);
    }
}

#[test]
fn a_wheel_from_the_sdist_has_the_bytes_of_one_from_the_tree() {
    for (make, stem, wheel) in [
        (demo as fn(Program) -> Sandbox, "foobar-0.1", "foobar-0.1-py2.py3-none-any.whl"),
        (package, "sample-1.0", "sample-1.0-py3-none-any.whl"),
    ] {
        let sandbox = make(Program::Linked);
        sandbox.succeeds(&["build"]);
        let sdist = sandbox.project().join(format!("dist/{stem}.tar.gz"));
        let status = std::process::Command::new("tar")
            .arg("-xzf")
            .arg(sdist)
            .current_dir(sandbox.project())
            .status();
        assert!(status.unwrap().success());
        sandbox.succeeds(&["-C", stem, "build", "--format", "wheel"]);
        assert!(
            sandbox.read(format!("dist/{wheel}")) == sandbox.read(format!("{stem}/dist/{wheel}")),
            "{stem}"
        );
    }
}

#[test]
fn formats_can_be_chosen_and_go_where_they_are_told() {
    let sandbox = demo(Program::Linked);
    assert_eq!(
        sandbox.run(&["wheel", "--outdir", "out"]).success(),
        "out/foobar-0.1-py2.py3-none-any.whl\n"
    );
    assert_eq!(sandbox.run(&["sdist", "--outdir", "out"]).success(), "out/foobar-0.1.tar.gz\n");
    assert_eq!(
        sandbox.run(&["build", "--format", "wheel"]).success(),
        "dist/foobar-0.1-py2.py3-none-any.whl\n"
    );
    assert_eq!(sandbox.listing("out").len(), 2);
    assert_eq!(sandbox.listing("dist").len(), 1);
}

#[test]
fn json_messages_carry_size_and_hash() {
    let sandbox = demo(Program::Linked);
    let stdout = sandbox.run(&["build", "--format", "wheel", "--message-format", "json"]).success();
    let messages: Vec<serde_json::Value> =
        stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let built = messages.iter().find(|message| message["reason"] == "distribution").unwrap();
    let wheel = sandbox.read("dist/foobar-0.1-py2.py3-none-any.whl");
    assert_eq!(built["size"], wheel.len());
    assert_eq!(built["format"], "wheel");
    assert_eq!(built["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn quiet_says_nothing_but_the_paths_and_verbose_tells_each_stage() {
    let sandbox = demo(Program::Linked);
    let quiet = sandbox.run(&["-q", "build"]);
    assert_eq!(quiet.stderr, "");
    let verbose = sandbox.run(&["-v", "build"]);
    for stage in ["discover: flit-ini", "metadata: module", "build: sdist", "build: wheel"] {
        assert!(verbose.stderr.contains(stage), "{}", verbose.shown());
    }
}

#[test]
fn times_come_from_source_date_epoch_or_are_always_the_same() {
    let build = |sandbox: Sandbox| {
        sandbox.succeeds(&["build"]);
        (
            sandbox.read("dist/foobar-0.1-py2.py3-none-any.whl"),
            sandbox.read("dist/foobar-0.1.tar.gz"),
        )
    };
    let plain = build(demo(Program::Linked));
    assert!(plain == build(demo(Program::Linked).variable("TZ", "Pacific/Auckland")));
    let dated = build(demo(Program::Linked).variable("SOURCE_DATE_EPOCH", "1700000000"));
    assert!(plain.0 != dated.0 && plain.1 != dated.1);
    assert!(dated == build(demo(Program::Linked).variable("SOURCE_DATE_EPOCH", "1700000000")));
}

#[test]
fn two_builds_at_once_both_succeed() {
    let sandbox = package(Program::Linked);
    let mut running: Vec<_> = (0..4)
        .map(|_| {
            sandbox.command(&["build"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    assert!(running.iter_mut().all(|child| child.wait().unwrap().success()));
    assert_eq!(sandbox.listing("dist"), ["sample-1.0-py3-none-any.whl", "sample-1.0.tar.gz"]);
}

#[test]
fn a_flit_ini_that_was_left_behind_does_not_matter() {
    let sandbox = package(Program::Linked).file("flit.ini", "left behind");
    assert!(sandbox.run(&["info"]).success().contains("Metadata-Version: 2.5\n"));
    let right = "[metadata]\nmodule=sample\nauthor=a\nauthor-email=a@b.example\nhome-page=https://b.example\n";
    let outcome = sandbox.file("flit.ini", right).run(&["info"]);
    assert_eq!(outcome.stderr, "info: flit.ini is not used: another file leads\n");
    assert!(outcome.success().contains("Metadata-Version: 2.5\n"));
}

#[test]
fn a_package_without_files_is_said_to_be_empty() {
    let sandbox = Sandbox::new().file(
        "pyproject.toml",
        "[project]\nname = \"demo\"\nversion = \"1\"\ndescription = \"d\"\nrequires-python = \">=3\"\n",
    );
    fs_err::create_dir(sandbox.project().join("demo")).unwrap();
    let outcome = sandbox.run(&["wheel"]);
    insta::assert_snapshot!(outcome.shown(), @"
    exit code: 0
    ----- stdout
    dist/demo-1-py3-none-any.whl
    ----- stderr
    warning: demo holds no files: nothing will be installed
    ");
}

#[test]
fn an_sdist_with_dist_in_it_does_not_change_with_what_is_being_written_there() {
    let sandbox = Sandbox::new()
        .file("demo.py", "")
        .file("dist/notes.txt", "")
        .file("dist/.flit-killed/sdist/half", "")
        .file(
            "pyproject.toml",
            "[project]\nname = \"demo\"\nversion = \"1\"\ndescription = \"d\"\nrequires-python = \">=3\"\n\
             [tool.flit.sdist]\ninclude = [\"dist\"]\n",
        );
    let [first, second] = [(), ()].map(|()| {
        sandbox.succeeds(&["build"]);
        sandbox.read("dist/demo-1.tar.gz")
    });
    assert_eq!(first, second);
}

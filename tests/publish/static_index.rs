//! A directory as a repository: published into, installed from by path and through nginx, never broken.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use super::clients::{Installer, said};
use super::scripted::sha256;
use super::servers::{Nginx, ask, get, pause, program};
use crate::support::{Program, Sandbox, demo};

/// The distributions of the demo project.
const WHEEL: &str = "foobar-0.1-py2.py3-none-any.whl";
const SDIST: &str = "foobar-0.1.tar.gz";

/// What the demo project prints when it is run.
const RUN: &str = "import foobar; foobar.main()";

/// The URL of the directory `index` in the source tree.
fn index_url(sandbox: &Sandbox) -> String {
    format!("file://{}", sandbox.project().join("index").display())
}

/// A sandbox whose demo project is published into `index`.
fn published() -> Sandbox {
    let sandbox = demo(Program::Linked);
    sandbox.succeeds(&["publish", "--repository", "./index"]);
    sandbox
}

/// Installs the demo project as people do: nobody tells the installer a hash, and it looks for dependencies.
fn install(installer: Installer, sandbox: &Sandbox, index_url: &str) -> Output {
    let mut command = match installer {
        Installer::Pip => {
            let mut pip = program("pip");
            pip.args(["install", "--no-cache-dir", "--disable-pip-version-check", "--upgrade"]);
            pip
        }
        Installer::Uv => {
            let mut uv = program("uv");
            uv.args(["pip", "install", "--no-cache", "--python"]);
            uv.arg(program("python").get_program());
            uv
        }
    };
    command.env_clear().env("PATH", env!("PATH")).env("HOME", sandbox.home());
    command
        .args(["--index-url", index_url, "--target"])
        .arg(sandbox.home().join(format!("{installer:?}")));
    command.arg("foobar").output().unwrap()
}

#[test]
fn a_directory_needs_no_server_and_no_configuration() {
    for program in Program::ALL {
        let sandbox = demo(program);
        let outcome = sandbox.run(&["publish", "--repository", "./index"]);
        insta::allow_duplicates! { insta::assert_snapshot!(outcome.shown(), @"
        exit code: 0
        ----- stdout
        file://[DIR]/project/index/foobar/index.html
        ----- stderr
        hint: `requires-python` is not set, so the wheel is tagged `py2.py3`: set it, for example to `>=3.9`
        info: sending foobar-0.1-py2.py3-none-any.whl (1.23 KiB)
        info: sending foobar-0.1.tar.gz (695 B)
        info: published foobar-0.1-py2.py3-none-any.whl, confirmed by its index
        info: published foobar-0.1.tar.gz, confirmed by its index
        hint: install it with `pip install --index-url file://[DIR]/project/index foobar`
        "); }
        assert_eq!(sandbox.listing("index"), [".flit.lock", "foobar", "index.html", "index.json"]);
        let metadata = format!("{WHEEL}.metadata");
        let names = [WHEEL, &metadata, SDIST, "index.html", "index.json"];
        assert_eq!(sandbox.listing("index/foobar"), names);
        for name in [WHEEL, SDIST] {
            let stored = sandbox.read(format!("index/foobar/{name}"));
            assert!(stored == sandbox.read(format!("dist/{name}")), "{name}");
        }
        let again = sandbox.run(&["publish", "--repository", "./index"]);
        insta::allow_duplicates! { insta::assert_snapshot!(again.shown(), @"
        exit code: 0
        ----- stdout
        file://[DIR]/project/index/foobar/index.html
        ----- stderr
        hint: `requires-python` is not set, so the wheel is tagged `py2.py3`: set it, for example to `>=3.9`
        info: foobar-0.1-py2.py3-none-any.whl is published already, with the same bytes
        info: foobar-0.1.tar.gz is published already, with the same bytes
        hint: install it with `pip install --index-url file://[DIR]/project/index foobar`
        "); }
    }
}

#[test]
fn pip_and_uv_install_from_the_directory() {
    let sandbox = published();
    let hash = sha256(&sandbox.read(format!("dist/{WHEEL}")));
    for installer in Installer::ALL {
        let printed = installer.installs(&index_url(&sandbox), ("foobar", "0.1"), &hash, RUN);
        assert_eq!(printed, "hi\n", "{installer:?}");
    }
    // Relative URLs: wherever the directory goes, it is an index.
    let moved = sandbox.project().join("moved – elsewhere");
    fs_err::rename(sandbox.project().join("index"), &moved).unwrap();
    let url = format!("file://{}", moved.display()).replace(' ', "%20").replace('–', "%E2%80%93");
    for installer in Installer::ALL {
        assert_eq!(
            installer.installs(&url, ("foobar", "0.1"), &hash, RUN),
            "hi\n",
            "{installer:?}"
        );
    }
}

#[test]
fn pip_and_uv_install_through_nginx_and_ask_for_the_metadata_first() {
    let sandbox = published();
    let log = sandbox.home().join("access.log");
    let nginx = Nginx::configured(|port| {
        format!(
            "server {{ listen 127.0.0.1:{port}; root \"{}\"; access_log \"{}\"; }}",
            sandbox.project().join("index").display(),
            log.display()
        )
    });
    for installer in Installer::ALL {
        let installed = install(installer, &sandbox, &nginx.url());
        assert!(installed.status.success(), "{}", said(&installed));
        let requests = logged(&log, &format!("/{WHEEL} HTTP/1.1\" 200 "));
        let at = |path: &str| requests.find(&format!("\"GET /foobar/{path} HTTP/1.1\" 200 "));
        let [page, metadata, wheel] = ["", &format!("{WHEEL}.metadata"), WHEEL].map(at);
        assert!(page.is_some() && page < metadata && metadata < wheel, "{installer:?} {requests}");
        fs_err::write(&log, "").unwrap();
    }
    let (status, root) = get(nginx.address(), "/");
    assert_eq!(status, 200);
    assert!(root.contains("<a href=\"foobar/\">foobar</a>"), "{root}");
}

/// What nginx logged, once it logged a certain text: that is after it answered.
fn logged(log: &Path, awaited: &str) -> String {
    let start = Instant::now();
    loop {
        let text = fs_err::read_to_string(log).unwrap();
        if text.contains(awaited) {
            return text;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{text}");
        pause();
    }
}

/// The configuration that the documentation of the plugin shows, for a port and a directory.
fn documented_configuration(port: u16, root: &Path) -> String {
    let text = include_str!("../../plugins/simple-index/src/lib.rs");
    let lines = text.lines().map(|line| line.trim_start_matches("//!"));
    let block: Vec<_> = lines
        .skip_while(|line| !line.contains("map $http_accept"))
        .take_while(|line| !line.contains("```"))
        .collect();
    let (listen, directory) = ("listen 80;", "root /srv/index;");
    let configuration = block.join("\n");
    assert!(configuration.contains(listen) && configuration.contains(directory), "{configuration}");
    configuration
        .replace(listen, &format!("listen 127.0.0.1:{port};"))
        .replace(directory, &format!("root \"{}\";", root.display()))
}

#[test]
fn nginx_answers_with_json_as_the_documentation_says() {
    let sandbox = published();
    let hash = sha256(&sandbox.read(format!("dist/{WHEEL}")));
    let root = sandbox.project().join("index");
    let nginx = Nginx::configured(|port| documented_configuration(port, &root));
    let page_for = |accept: &str| {
        let request =
            format!("GET /foobar/ HTTP/1.0\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n");
        ask(nginx.address(), &request)
    };
    let (status, json) = page_for("application/vnd.pypi.simple.v1+json, text/html;q=0.1");
    assert_eq!(status, 200);
    assert!(json.contains("Content-Type: application/vnd.pypi.simple.v1+json"), "{json}");
    assert!(json.contains("\"api-version\": \"1.1\""), "{json}");
    let (status, html) = page_for("text/html");
    assert_eq!(status, 200);
    assert!(html.contains("Content-Type: text/html") && html.contains("<!DOCTYPE html>"), "{html}");
    for installer in Installer::ALL {
        let printed = installer.installs(&nginx.url(), ("foobar", "0.1"), &hash, RUN);
        assert_eq!(printed, "hi\n", "{installer:?}");
    }
}

#[test]
fn a_file_that_was_tampered_with_is_refused_by_pip() {
    let sandbox = published();
    let nginx = Nginx::serving(&sandbox.project().join("index"));
    let installed = install(Installer::Pip, &sandbox, &nginx.url());
    assert!(installed.status.success(), "{}", said(&installed));
    let path = sandbox.project().join("index/foobar").join(WHEEL);
    let mut bytes = fs_err::read(&path).unwrap();
    // The time of a member: the archive is still a good one.
    bytes[10] ^= 1;
    fs_err::write(path, bytes).unwrap();
    for url in [nginx.url(), index_url(&sandbox)] {
        let refused = install(Installer::Pip, &sandbox, &url);
        assert!(!refused.status.success(), "{}", said(&refused));
        assert!(said(&refused).contains("DO NOT MATCH THE HASHES"), "{}", said(&refused));
    }
}

#[test]
fn releases_add_up_and_a_published_one_never_changes() {
    let sandbox = published();
    let module = String::from_utf8(sandbox.read("foobar.py")).unwrap();
    fs_err::write(sandbox.project().join("foobar.py"), module.replace("'hi'", "'ho'")).unwrap();
    fs_err::remove_dir_all(sandbox.project().join("dist")).unwrap();
    let page = sandbox.read("index/foobar/index.html");
    let refused = sandbox.run(&["publish", "--repository", "./index"]);
    assert_eq!(refused.code, Some(1), "{}", refused.shown());
    assert!(refused.stderr.contains(WHEEL), "{}", refused.shown());
    assert!(sandbox.read("index/foobar/index.html") == page);
    let module = module.replace("'0.1'", "'0.2'");
    fs_err::write(sandbox.project().join("foobar.py"), module).unwrap();
    sandbox.succeeds(&["publish", "--repository", "./index"]);
    for version in ["0.1", "0.2"] {
        let wheel = sandbox.read(format!("index/foobar/foobar-{version}-py2.py3-none-any.whl"));
        let (hash, python) = (sha256(&wheel), "import foobar; print(foobar.__version__)");
        let printed =
            Installer::Uv.installs(&index_url(&sandbox), ("foobar", version), &hash, python);
        assert_eq!(printed, format!("{version}\n"));
    }
}

#[test]
fn two_runs_at_once_both_end_up_in_the_pages() {
    let one = demo(Program::Linked);
    let other = Sandbox::new()
        .file("sample.py", "\"\"\"A sample.\"\"\"\n__version__ = '1.0'\n")
        .file("flit.ini", "[metadata]\nmodule=sample\nauthor=A\nauthor-email=a@example.org\nhome-page=https://example.org\n");
    let index = one.project().join("index");
    let args = ["publish", "--repository", index.to_str().unwrap()];
    let mut runs = [&one, &other].map(|sandbox| sandbox.command(&args).spawn().unwrap());
    for run in &mut runs {
        assert!(run.wait().unwrap().success());
    }
    let list = String::from_utf8(one.read("index/index.html")).unwrap();
    assert!(
        list.contains("<a href=\"foobar/\">") && list.contains("<a href=\"sample/\">"),
        "{list}"
    );
}

#[test]
fn what_is_in_the_way_is_named_before_anything_is_written() {
    let sandbox =
        demo(Program::Linked).file("taken", "x").file("site/index.html", "<h1>Hello</h1>");
    let shown = ["taken", "site"].map(|directory| {
        sandbox.run(&["publish", "--repository", &format!("./{directory}")]).shown()
    });
    insta::assert_snapshot!(shown.join("\n"), @r"
    exit code: 1
    ----- stderr
    error: [DIR]/project/taken, which `--repository` names, is not a directory
      hint: name a directory to publish into; it need not exist yet
    
    exit code: 1
    ----- stderr
    hint: `requires-python` is not set, so the wheel is tagged `py2.py3`: set it, for example to `>=3.9`
    error: `[DIR]/project/site/index.html` is there, and is not the page of a package index
      hint: publish into a directory of its own, such as `[DIR]/project/site/simple`
    error: cannot publish `foobar` 0.1 to [DIR]/project/site
      cause: 1 problem with the files, nothing was sent
    ");
    assert_eq!(sandbox.listing("site"), ["index.html"]);
}

/// A limit of the shell on the size of files stands in for a disk that is full.
#[cfg(unix)]
#[test]
fn a_disk_that_is_full_leaves_the_index_as_it_was() {
    let sandbox = published();
    // Nothing that could be compressed.
    let noise: String = (0..20_000_u32).map(|number| sha256(&number.to_le_bytes())).collect();
    let module = format!("\"\"\"Much.\"\"\"\n__version__ = '0.2'\nNOISE = '{noise}'\n");
    fs_err::write(sandbox.project().join("foobar.py"), module).unwrap();
    sandbox.succeeds(&["build"]);
    let before = (sandbox.listing("index/foobar"), sandbox.read("index/foobar/index.html"));
    let flit = sandbox.command(&["publish", "--no-build", "--repository", "./index"]);
    let mut shell = Command::new("sh");
    sandbox.make_hermetic(&mut shell);
    shell.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "sh"]).arg(flit.get_program());
    let outcome = sandbox.outcome(shell.args(flit.get_args()).output().unwrap());
    assert_eq!(outcome.code, Some(1), "{}", outcome.shown());
    let after = (sandbox.listing("index/foobar"), sandbox.read("index/foobar/index.html"));
    assert_eq!(before.0, after.0, "{}", outcome.shown());
    assert!(before.1 == after.1);
    let hint = "hint: the pages of the index are as they were: publish again once there is space";
    assert!(outcome.stderr.contains(hint), "{}", outcome.shown());
    // And so it is.
    sandbox.succeeds(&["publish", "--no-build", "--repository", "./index"]);
}

//! Directories that others filled: pages of other tools go on as ours, and what is no index stays what it is.

use flit_plugin_simple_index::PLUGIN;
use flit_sdk::Target;
use flit_sdk::model::{Existence, Outcome};
use flit_sdk::testing::TestHost;

use crate::support::{Directory, demo, linked, preflight, publish, publish_with, refusal};

/// As `dir2pi` writes it.
const DIR2PI_ROOT: &str = "<html><head><title>Simple Index</title><meta name='api-version' \
    value='2' /></head><body>\n<a href='demo/'>demo</a><br />\n<a href='Old_One/'>Old_One</a><br />\n</body></html>";

/// A page with links into a directory beside the index and elsewhere, as tools of several kinds write them.
const PAGE: &str = "<!DOCTYPE html>
<html><head><title>demo</title></head><body><h1>demo</h1>
<a href=\"../\">up</a> <a href='https://example.org/about'>about</a>
<a href='demo-0.1.tar.gz#md5=900150983cd24fb0d6963f7d28e17f72'>demo-0.1.tar.gz</a><br />
<a href=\"../../pool/demo-0.2-py3-none-any.whl#sha256=AB12\" data-requires-python=\"&gt;=3.7\"
   data-dist-info-metadata=\"sha256=cd\" data-yanked=\"broken\">demo-0.2-py3-none-any.whl</a>
<a href=\"https://example.org/f/demo-0.3.zip?x=1\" data-core-metadata=true>demo-0.3.zip</a>
<a href=\"/files/demo-0.4.tar.gz\">demo-0.4.tar.gz</a>
<a href=\"gone-0.5.tar.gz\">gone-0.5.tar.gz</a>
</body></html>";

#[test]
fn the_page_of_another_tool_goes_on() {
    let directory = Directory::default()
        .file("index.html", DIR2PI_ROOT)
        .file("demo/index.html", PAGE)
        .file("demo/demo-0.1.tar.gz", "abc")
        .file("Old_One/index.html", "<a href=Old_One-1.tar.gz>Old_One-1.tar.gz</a>");
    assert_eq!(preflight(&directory, &demo("1.0").release()), "");
    let host = TestHost::default();
    let builder = demo("1.0");
    let published =
        publish_with(&PLUGIN, &host, &directory.repository(), &builder.release()).unwrap();
    assert_eq!(published.after, [Existence::Same, Existence::Same]);
    assert_eq!(
        host.messages(),
        [
            "warning: took the link to `https://example.org/about` off a page: it leads to no distribution",
            "info: took `gone-0.5.tar.gz` off the page of `demo`: it is gone",
        ]
    );
    let html = directory.read("demo/index.html");
    let links: Vec<_> = html.lines().filter(|line| line.contains("demo-0")).collect();
    insta::assert_snapshot!(links.join("\n"), @r#"
    <tr><td><a href="demo-0.1.tar.gz#md5=900150983cd24fb0d6963f7d28e17f72">demo-0.1.tar.gz</a></td><td>3 B</td><td></td><td></td></tr>
    <tr><td><a href="../../pool/demo-0.2-py3-none-any.whl#sha256=AB12" data-requires-python="&gt;=3.7" data-core-metadata="sha256=cd" data-dist-info-metadata="sha256=cd" data-yanked="broken">demo-0.2-py3-none-any.whl</a> <em>yanked: broken</em></td><td></td><td></td><td>&gt;=3.7</td></tr>
    <tr><td><a href="https://example.org/f/demo-0.3.zip?x=1" data-core-metadata="true" data-dist-info-metadata="true">demo-0.3.zip</a></td><td></td><td></td><td></td></tr>
    <tr><td><a href="/files/demo-0.4.tar.gz">demo-0.4.tar.gz</a></td><td></td><td></td><td></td></tr>
    "#);
    let json = directory.read("demo/index.json");
    // Nobody knows the size of what lies elsewhere, and version 1.1 demands it.
    assert!(json.contains("\"api-version\": \"1.0\""), "{json}");
    let root = directory.read("index.html");
    assert!(
        root.contains("<a href=\"Old_One/\">Old_One</a>") && root.contains("<a href=\"demo/\">")
    );
    // The pages are ours now, and nothing is lost on the way.
    publish(&directory, &demo("2.0"));
    let again = directory.read("demo/index.html");
    for line in html.lines().filter(|line| line.contains("<a href")) {
        assert!(again.contains(line), "{line}");
    }
}

#[test]
fn links_that_are_relative_to_something_else_still_lead_there() {
    for (base, expected) in [
        ("https://example.org/pool/", "href=\"https://example.org/pool/demo-0.1.tar.gz\""),
        ("../pool/", "href=\"../pool/demo-0.1.tar.gz\""),
    ] {
        let page = format!("<base href='{base}'><a href='demo-0.1.tar.gz'>demo-0.1.tar.gz</a>");
        let directory =
            Directory::default().file("demo/index.html", &page).file("pool/demo-0.1.tar.gz", "x");
        publish(&directory, &demo("1.0"));
        let html = directory.read("demo/index.html");
        assert!(html.contains(expected) && !html.contains("<base"), "{html}");
    }
}

#[test]
fn files_that_another_page_has_elsewhere_are_held_against_it() {
    let builder = demo("1.0");
    let release = builder.release();
    let wheel = &release.files[0];
    let link = |href: &str| format!("<a href='{href}'>demo-1.0-py3-none-any.whl</a>");
    let elsewhere = format!("https://example.org/{}", wheel.file_name);
    let beside = format!("../pool/{}", wheel.file_name);
    let reason = format!("the page has it from {elsewhere}, without a SHA-256");
    for (page, expected) in [
        (link(&format!("{elsewhere}#sha256={}", wheel.sha256)), Existence::Same),
        (link(&format!("{elsewhere}#sha256=12ab")), Existence::Other { sha256: "12ab".into() }),
        (link(&elsewhere), Existence::Unknown { reason }),
        (link(&beside), Existence::Same),
        (link("../other/demo-1.0-py3-none-any.whl"), Existence::Absent),
    ] {
        let directory = Directory::default()
            .file("demo/index.html", &page)
            .file("pool/demo-1.0-py3-none-any.whl", "a wheel");
        let host = TestHost::default();
        let repository = directory.repository();
        let target = Target { repository: &repository, credentials: None };
        let existences = linked().exists(&host, &target, "", &release).unwrap();
        assert_eq!(existences, [expected.clone(), Existence::Absent], "{page}");
        let downloaded = linked().downloaded_sha256(&host, &target, wheel);
        match downloaded {
            Ok(sha256) => assert_eq!(sha256, wheel.sha256, "{page}"),
            Err(error) => {
                let shown = directory.shown(&error);
                let is_elsewhere = shown.starts_with(
                    "Unsupported: the page of the index has `demo-1.0-py3-none-any.whl` from \
                     elsewhere: https://example.org/demo-1.0",
                );
                assert_eq!(is_elsewhere, page.contains("https"), "{shown}");
            }
        }
        if expected == Existence::Same {
            // It stays where it is.
            publish(&directory, &builder);
            assert!(!directory.join("demo/demo-1.0-py3-none-any.whl").exists());
            let host = TestHost::default();
            let again = linked().exists(&host, &target, "", &release).unwrap();
            assert_eq!(again, [Existence::Same, Existence::Same], "{page}");
        }
    }
}

#[test]
fn an_index_with_json_alone_goes_on() {
    let json = r#"{"meta": {"api-version": "1.4"}, "name": "demo", "files": [
        {"filename": "demo-0.1.tar.gz", "url": "demo-0.1.tar.gz", "hashes": {}, "requires-python": null, "yanked": false}
    ]}"#;
    let directory = Directory::default()
        .file("index.json", r#"{"meta": {"api-version": "1.0"}, "projects": []}"#)
        .file("demo/index.json", json)
        .file("demo/demo-0.1.tar.gz", "abc");
    assert_eq!(preflight(&directory, &demo("1.0").release()), "");
    let published = publish(&directory, &demo("1.0"));
    assert_eq!(published.outcomes, [Outcome::Created, Outcome::Created]);
    assert!(
        directory
            .read("demo/index.html")
            .contains("<a href=\"demo-0.1.tar.gz\">demo-0.1.tar.gz</a></td><td>3 B")
    );
}

#[test]
fn a_list_keeps_projects_that_are_elsewhere() {
    let list = "<a href='https://example.org/simple/other/'>Other</a><a href=/simple/x/>x</a><a href=gone/>gone</a>";
    let directory = Directory::default().file("index.html", list);
    publish(&directory, &demo("1.0"));
    let links = directory.read("index.html");
    let links: Vec<_> = links.lines().filter(|line| line.contains("<li>")).collect();
    assert_eq!(
        links,
        [
            "<li><a href=\"https://example.org/simple/other/\">Other</a></li>",
            "<li><a href=\"demo/\">demo</a></li>",
            "<li><a href=\"/simple/x/\">x</a></li>",
        ]
    );
    assert_eq!(directory.read("index.json").matches("\"name\"").count(), 3);
}

#[test]
fn the_page_of_a_web_site_is_never_replaced() {
    for page in [
        "<h1>Welcome</h1>",
        "",
        "<a href=/about>About us</a> <a href=demo/>demo</a>",
        "<a href=demo/>Get it</a>",
    ] {
        let directory = Directory::default().file("index.html", page);
        let shown = refusal(&directory, &demo("1.0"));
        insta::allow_duplicates! { insta::assert_snapshot!(shown, @"
        Rejected: `[DIR]/index/index.html` is there, and is not the page of a package index
        hint: publish into a directory of its own, such as `[DIR]/index/simple`
        "); }
        assert_eq!(directory.read("index.html"), page);
        let found = preflight(&directory, &demo("1.0").release());
        assert_eq!(found, shown.replace("Rejected", "Error index.directory "));
    }
    for (path, page) in [
        ("demo/index.html", "<a href=/>home</a>"),
        ("index.json", "{}"),
        ("demo/index.json", "[1]"),
    ] {
        let directory = Directory::default().file(path, page);
        let shown = refusal(&directory, &demo("1.0"));
        assert!(
            shown.starts_with(&format!(
                "Rejected: `[DIR]/index/{path}` is there, and is not the page of a package index"
            )),
            "{shown}"
        );
        assert_eq!(directory.read(path), page);
    }
}

#[test]
fn a_directory_with_something_else_in_it_is_warned_of() {
    let release = demo("1.0");
    let release = release.release();
    let empty = Directory::default().file(".git/HEAD", "").file(".nojekyll", "");
    assert_eq!(preflight(&empty, &release), "");
    let directory = Directory::default().file("pyproject.toml", "");
    insta::assert_snapshot!(preflight(&directory, &release), @"
    Warning index.directory : `[DIR]/index` holds other files and is no package index yet: it becomes one
    hint: a directory of its own, such as `./index`, keeps them apart
    ");
    publish(&directory, &demo("1.0"));
    // From now on it is an index.
    assert_eq!(preflight(&directory, &release), "");
}

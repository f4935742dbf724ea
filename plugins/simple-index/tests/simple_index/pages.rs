//! What the pages say, to the letter, and that what is on them stays.

use flit_plugin_simple_index::PLUGIN;
use flit_sdk::model::{Existence, Field, Outcome};
use flit_sdk::testing::{ReleaseBuilder, TestHost};

use crate::support::{Directory, both, demo, publish, publish_with};

/// A page without what differs from run to run.
fn timeless(page: &str) -> String {
    let is_time = |line: &&str| line.contains("upload-time");
    let masked: Vec<_> = page
        .lines()
        .map(|line| match line.split_once(": ").filter(|_| is_time(&line)) {
            Some((key, time)) => {
                let time = time.trim_end_matches(',');
                assert_eq!(time.len(), "\"2026-11-22T12:24:12.073050Z\"".len(), "{time}");
                format!("{key}: [TIME]")
            }
            None => masked_days(line),
        })
        .collect();
    masked.join("\n")
}

/// The line with the days in the cells of a table taken out.
fn masked_days(line: &str) -> String {
    let cells = line.split("<td>").map(|cell| {
        let is_day = cell.len() == "2026-11-22</td>".len() && cell.starts_with("20");
        if is_day { "[DAY]</td>" } else { cell }
    });
    cells.collect::<Vec<_>>().join("<td>")
}

fn whole() -> ReleaseBuilder {
    ReleaseBuilder::new("De.Mo", "1!1.0+x")
        .text(Field::RequiresPython, ">=3.8,<4")
        .wheel("a wheel")
        .sdist(vec![b'x'; 123_456])
}

/// The pages of an index with one release: of the project as HTML and as JSON, of all projects likewise.
fn pages() -> [String; 4] {
    let [linked, loaded] = both().map(|plugin| {
        let directory = Directory::default();
        let host = TestHost::default();
        let builder = whole();
        let release = builder.release();
        let published = publish_with(&plugin, &host, &directory.repository(), &release).unwrap();
        assert_eq!(published.before, [Existence::Absent, Existence::Absent]);
        assert_eq!(published.outcomes, [Outcome::Created, Outcome::Created]);
        assert_eq!(published.after, [Existence::Same, Existence::Same]);
        let metadata = directory.read("de-mo/de_mo-1!1.0+x-py3-none-any.whl.metadata");
        assert_eq!(metadata, release.files[0].metadata_text);
        ["de-mo/index.html", "de-mo/index.json", "index.html", "index.json"]
            .map(|page| timeless(&directory.read(page)))
    });
    assert_eq!(linked, loaded);
    linked
}

#[test]
fn the_page_of_a_project_is_for_installers_and_for_people() {
    let [project, ..] = pages();
    insta::assert_snapshot!(project, @r#"
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="pypi:repository-version" content="1.1">
    <meta name="generator" content="flit">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Links for de-mo</title>
    <style>
    :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
    body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
    td, th { padding: 0 2rem 0 0; text-align: left; white-space: nowrap }
    th { font-weight: normal; opacity: .6 }
    ul { list-style: none; padding: 0 }
    a[data-yanked] { text-decoration: line-through }
    </style>
    </head>
    <body>
    <h1>Links for de-mo</h1>
    <table>
    <tr><th>File</th><th>Size</th><th>Published</th><th>Python</th></tr>
    <tr><td><a href="de_mo-1%211.0%2Bx-py3-none-any.whl#sha256=69f51477f05c46bfa5ff0027a1fcde274695311a38adfb85611ffeb93c8b146b" data-requires-python="&gt;=3.8,&lt;4" data-core-metadata="sha256=c381bc346a4686352681ce8a7db5765627fb9a198c8992af20c9610d56d29c7c" data-dist-info-metadata="sha256=c381bc346a4686352681ce8a7db5765627fb9a198c8992af20c9610d56d29c7c">de_mo-1!1.0+x-py3-none-any.whl</a></td><td>7 B</td><td>[DAY]</td><td>&gt;=3.8,&lt;4</td></tr>
    <tr><td><a href="de_mo-1%211.0%2Bx.tar.gz#sha256=9defab68960871bdfea8049aa64763210d3aa650b4518deccf5ede2802c5a984" data-requires-python="&gt;=3.8,&lt;4">de_mo-1!1.0+x.tar.gz</a></td><td>123.4 kB</td><td>[DAY]</td><td>&gt;=3.8,&lt;4</td></tr>
    </table>
    </body>
    </html>
    "#);
}

#[test]
fn the_page_of_a_project_is_json_too() {
    let [_, project, ..] = pages();
    insta::assert_snapshot!(project, @r#"
    {
      "meta": {
        "api-version": "1.1"
      },
      "name": "de-mo",
      "versions": [
        "1!1.0+x"
      ],
      "files": [
        {
          "filename": "de_mo-1!1.0+x-py3-none-any.whl",
          "url": "de_mo-1%211.0%2Bx-py3-none-any.whl",
          "hashes": {
            "sha256": "69f51477f05c46bfa5ff0027a1fcde274695311a38adfb85611ffeb93c8b146b"
          },
          "requires-python": ">=3.8,<4",
          "size": 7,
          "upload-time": [TIME]
          "core-metadata": {
            "sha256": "c381bc346a4686352681ce8a7db5765627fb9a198c8992af20c9610d56d29c7c"
          }
        },
        {
          "filename": "de_mo-1!1.0+x.tar.gz",
          "url": "de_mo-1%211.0%2Bx.tar.gz",
          "hashes": {
            "sha256": "9defab68960871bdfea8049aa64763210d3aa650b4518deccf5ede2802c5a984"
          },
          "requires-python": ">=3.8,<4",
          "size": 123456,
          "upload-time": [TIME]
        }
      ]
    }
    "#);
}

#[test]
fn the_list_of_projects_is_there_in_both_forms() {
    let [.., html, json] = pages();
    insta::assert_snapshot!(html, @r#"
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="pypi:repository-version" content="1.1">
    <meta name="generator" content="flit">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Simple index</title>
    <style>
    :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
    body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
    td, th { padding: 0 2rem 0 0; text-align: left; white-space: nowrap }
    th { font-weight: normal; opacity: .6 }
    ul { list-style: none; padding: 0 }
    a[data-yanked] { text-decoration: line-through }
    </style>
    </head>
    <body>
    <h1>Simple index</h1>
    <ul>
    <li><a href="de-mo/">de-mo</a></li>
    </ul>
    </body>
    </html>
    "#);
    insta::assert_snapshot!(json, @r#"
    {
      "meta": {
        "api-version": "1.1"
      },
      "projects": [
        {
          "name": "de-mo"
        }
      ]
    }
    "#);
}

#[test]
fn urls_name_what_was_published() {
    for plugin in both() {
        let directory = Directory::default();
        let host = TestHost::default();
        let published =
            publish_with(&plugin, &host, &directory.repository(), &whole().release()).unwrap();
        let url = directory.repository().url;
        assert_eq!(
            published.receipt.hint,
            Some(format!("install it with `pip install --index-url {url} de-mo`"))
        );
        assert_eq!(host.messages(), [""; 0]);
        assert_eq!(published.receipt.page, Some(format!("{url}/de-mo/index.html")));
        let files: Vec<_> =
            published.receipt.files.iter().map(|file| file.url.clone().unwrap()).collect();
        assert_eq!(
            files,
            [
                format!("{url}/de-mo/de_mo-1!1.0+x-py3-none-any.whl"),
                format!("{url}/de-mo/de_mo-1!1.0+x.tar.gz")
            ]
        );
    }
}

#[test]
fn releases_add_up_in_the_order_of_versions() {
    let directory = Directory::default();
    for version in ["1.10", "1.9", "2.0a1", "1.9.post1"] {
        publish(&directory, &demo(version));
    }
    publish(&directory, &ReleaseBuilder::new("Another_One", "1").sdist("x"));
    let page = directory.read("demo/index.html");
    let names: Vec<_> = page.matches(".tar.gz</a>").collect();
    assert_eq!(names.len(), 4);
    let json = directory.read("demo/index.json");
    assert!(
        json.contains(
            "\"versions\": [\n    \"1.9\",\n    \"1.9.post1\",\n    \"1.10\",\n    \"2.0a1\"\n  ]"
        ),
        "{json}"
    );
    let root = directory.read("index.html");
    assert!(
        root.contains("<li><a href=\"another-one/\">another-one</a></li>\n<li><a href=\"demo/\">")
    );
}

#[test]
fn a_second_run_changes_nothing() {
    let directory = Directory::default();
    let builder = demo("1.0");
    let first = publish(&directory, &builder);
    let pages = ["index.html", "index.json", "demo/index.html", "demo/index.json"];
    let modified =
        || pages.map(|page| fs_err::metadata(directory.join(page)).unwrap().modified().unwrap());
    let (listing, times) = (directory.listing(), modified());
    let second = publish(&directory, &builder);
    assert_eq!(second.before, [Existence::Same, Existence::Same]);
    assert_eq!(second.outcomes, []);
    assert_eq!(second.receipt, first.receipt);
    assert_eq!((directory.listing(), modified()), (listing, times));
}

#[test]
fn yanking_by_hand_stays_in_whichever_page_it_is_done() {
    let directory = Directory::default();
    publish(&directory, &demo("1.0"));
    let json = directory.read("demo/index.json");
    let by_hand = json.replacen("\"size\"", "\"yanked\": \"too <old>\",\n      \"size\"", 1);
    fs_err::write(directory.join("demo/index.json"), by_hand).unwrap();
    let html = directory.read("demo/index.html");
    let by_hand = html.replace("\">demo-1.0.tar.gz<", "\" data-yanked>demo-1.0.tar.gz<");
    assert_ne!(html, by_hand);
    fs_err::write(directory.join("demo/index.html"), by_hand).unwrap();
    // Also if that very file is published once more.
    for version in ["1.0", "2.0"] {
        publish(&directory, &demo(version));
        let html = directory.read("demo/index.html");
        assert!(html.contains(" data-yanked=\"too &lt;old&gt;\">demo-1.0-py3-none-any.whl</a> <em>yanked: too &lt;old&gt;</em>"));
        assert!(html.contains(" data-yanked=\"\">demo-1.0.tar.gz</a> <em>yanked</em>"), "{html}");
        assert_eq!(html.matches("data-yanked=").count(), 2);
        let json = directory.read("demo/index.json");
        assert!(json.contains("\"yanked\": \"too <old>\""));
        assert!(json.contains("\"yanked\": true"));
    }
}

#[test]
fn what_others_wrote_stays() {
    let directory = Directory::default();
    publish(&directory, &demo("1.0"));
    let json = directory.read("demo/index.json");
    let by_others = json
        .replacen("\"meta\": {", "\"project-status\": {\"status\": \"archived\", \"reason\": \"a&b\"},\n  \"meta\": {\n    \"_last-serial\": 7,", 1)
        .replacen("\"size\"", "\"gpg-sig\": true, \"provenance\": \"https://example.org/p\", \"x\": [1],\n \"size\"", 1);
    fs_err::write(directory.join("demo/index.json"), by_others).unwrap();
    for version in ["1.0", "2.0"] {
        publish(&directory, &demo(version));
        let json = directory.read("demo/index.json");
        for kept in ["_last-serial\": 7", "\"archived\"", "\"gpg-sig\": true", "\"x\": [\n"] {
            assert!(json.contains(kept), "{kept}");
        }
        let html = directory.read("demo/index.html");
        for kept in [
            "<meta name=\"pypi:project-status\" content=\"archived\">\n",
            "<meta name=\"pypi:project-status-reason\" content=\"a&amp;b\">\n",
            " data-gpg-sig=\"true\" data-provenance=\"https://example.org/p\">demo-1.0-py3",
        ] {
            assert!(html.contains(kept), "{kept}");
        }
    }
}

#[test]
fn a_file_that_was_deleted_leaves_the_page() {
    let directory = Directory::default();
    publish(&directory, &demo("1.0"));
    fs_err::remove_file(directory.join("demo/demo-1.0.tar.gz")).unwrap();
    let host = TestHost::default();
    let builder = demo("2.0");
    publish_with(&PLUGIN, &host, &directory.repository(), &builder.release()).unwrap();
    assert_eq!(
        host.messages(),
        ["info: took `demo-1.0.tar.gz` off the page of `demo`: it is gone"]
    );
    let html = directory.read("demo/index.html");
    assert!(!html.contains("demo-1.0.tar.gz") && html.contains("demo-1.0-py3"));
    // The page was wrong for a while; nobody may take the file for published.
    fs_err::remove_file(directory.join("demo/demo-2.0.tar.gz")).unwrap();
    let again = publish(&directory, &builder);
    assert_eq!(again.before, [Existence::Same, Existence::Absent]);
    assert_eq!(again.outcomes, [Outcome::Created]);
}

#[cfg(unix)]
#[test]
fn everybody_may_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = Directory::default();
    let builder = demo("1.0");
    for file in builder.release().files {
        fs_err::set_permissions(file.path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    publish(&directory, &builder);
    for name in directory.listing() {
        let mode = fs_err::metadata(directory.join(&name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if name.ends_with('/') { 0o755 } else { 0o644 }, "{name}");
    }
}

//! The promise of versions: flit 1.x loads plugins of every flit-sdk 1.y, older and newer, in any order; and what
//! breaks the interface is refused in one line.

use std::path::PathBuf;

use super::builds::{Edit, Edition};
use super::probe::probe;
use super::wrong_files::with_text;

/// The sdk as it is, and as two later minor versions may make it.
const MINORS: [Edition; 3] = [
    Edition::CURRENT,
    Edition { name: "minor-1", version: "1.1.0", edits: || additions(1) },
    Edition { name: "minor-2", version: "1.2.0", edits: || additions(2) },
];

/// All that a minor version may do, each thing `count` times: a method with a default body at the end of a trait of
/// either side, a field at the end of the module, and a number.
fn additions(count: u32) -> Vec<Edit> {
    let of_host = (1..=count).map(|n| {
        format!(
            "host.log(LogLevel::Info, &format!(\"clock {n} says {{}}\", host.0.clock_{n}()));\n"
        )
    });
    let mut edits = vec![
        behind(
            "abi/objects.rs",
            "    fn is_cancelled(&self) -> bool;\n",
            &methods(count, "clock", 77),
        ),
        behind(
            "abi/import/host.rs",
            "impl HostApi for GuardedHost<'_> {\n",
            &methods(count, "clock", 42),
        ),
        before(
            "abi/export/mod.rs",
            "            let fragment = self.inner",
            &of_host.collect::<String>(),
        ),
        behind(
            "abi/objects.rs",
            "    pub upload: extern \"C\" fn() -> ROption<UploadBox>,\n",
            &lines(count, |n| format!("    pub stage_{n}: extern \"C\" fn() -> u64,\n")),
        ),
        behind(
            "abi/export/mod.rs",
            "            upload: upload::<P>,\n",
            &lines(count, |n| format!("            stage_{n}: stage,\n")),
        ),
        before(
            "abi/export/mod.rs",
            "extern \"C\" fn construct",
            "extern \"C\" fn stage() -> u64 {\n    7\n}\n\n",
        ),
    ];
    edits.extend(metadata_additions(count));
    edits.extend(upload_additions(count));
    edits
}

fn metadata_additions(count: u32) -> [Edit; 4] {
    [
        before(
            "abi/objects.rs",
            "}\n\n/// [`Builder`](crate::Builder)",
            &methods(count, "priority", 55),
        ),
        behind(
            "abi/export/mod.rs",
            "impl MetadataObject for ExportedMetadata {\n",
            &methods(count, "priority", 11),
        ),
        before("abi/import/mod.rs", "            object.metadata(host", &asked(count, "priority")),
        behind(
            "abi/convert/metadata.rs",
            "        .with(ids::fragment::FOUND_IN_SOURCE, *found_in_source)\n",
            &numbers(count),
        ),
    ]
}

fn upload_additions(count: u32) -> [Edit; 5] {
    [
        before("abi/objects.rs", "}\n\npub type HostRef", &methods(count, "weight", 55)),
        behind(
            "abi/export/upload.rs",
            "impl UploadObject for ExportedUpload {\n",
            &methods(count, "weight", 11),
        ),
        (
            "abi/import/upload.rs",
            "|object, host| method(object, host, request)",
            format!("|object, host| {{\n{}method(object, host, request)}}", asked(count, "weight")),
        ),
        behind(
            "abi/convert/upload_request.rs",
            "    Record::default().with(ids::REPOSITORY, repository_to_record(repository))\n",
            &numbers(count),
        ),
        behind(
            "abi/convert/upload_answer.rs",
            "    Record::default().with(answers::RECEIPT, receipt)\n",
            &numbers(count),
        ),
    ]
}

fn behind(file: &'static str, anchor: &'static str, text: &str) -> Edit {
    (file, anchor, format!("{anchor}{text}"))
}

fn before(file: &'static str, anchor: &'static str, text: &str) -> Edit {
    (file, anchor, format!("{text}{anchor}"))
}

/// Methods that answer a number.
fn methods(count: u32, name: &str, value: u32) -> String {
    let method = |n| format!("    fn {name}_{n}(&self) -> u64 {{\n        {value}\n    }}\n");
    (1..=count).map(method).collect()
}

/// Has the host log what such methods of the plugin answer.
fn asked(count: u32, name: &str) -> String {
    let line = |n| {
        format!("host.log(1, (&*format!(\"{name} {n} is {{}}\", object.{name}_{n}())).into());\n")
    };
    (1..=count).map(line).collect()
}

/// A line for each number.
fn lines(count: u32, line: impl FnMut(u32) -> String) -> String {
    (1..=count).map(line).collect::<Vec<_>>().concat()
}

/// Further fields of a record.
fn numbers(count: u32) -> String {
    lines(count, |n| format!("        .with_number(1000 + {n}, true)\n"))
}

/// What the probe prints when a host of one minor version calls the plugin of another.
fn called(host: u32, plugin: u32) -> String {
    // Where a side is too old to have a method, the other gets what the method does by default.
    let of_plugin = |n| format!("  Info: priority {n} is {}\n", if plugin >= n { 11 } else { 55 });
    let of_host = |n| format!("  Info: clock {n} says {}\n", if host >= n { 42 } else { 77 });
    (1..=host).map(of_plugin).chain((1..=plugin).map(of_host)).collect()
}

#[test]
fn every_minor_version_loads_every_other_in_any_order() {
    let libraries = MINORS.map(|edition| edition.plugin("hello"));
    for (host, edition) in (0..).zip(MINORS) {
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let probed = probe(edition, &order.map(|at: usize| libraries[at].clone()), &[]);
            let expected = order
                .map(|plugin| called(host, u32::try_from(plugin).unwrap()))
                .map(|calls| {
                    format!("hello 0.1.0: adds a keyword\n{calls}  metadata: [Keywords=hello]\n")
                })
                .concat();
            assert_eq!(probed.stdout, expected + "end\n", "host 1.{host}, plugins 1.{order:?}");
        }
    }
}

#[test]
fn every_minor_version_uploads_with_every_other() {
    let libraries = MINORS.map(|edition| edition.plugin("drop"));
    for (host, edition) in (0..).zip(MINORS) {
        for (plugin, library) in (0..).zip(&libraries) {
            let directory = tempfile::tempdir().unwrap();
            let repository = format!("drop:{}", directory.path().display());
            let environment = [("PROBE_REPOSITORY", repository.as_str())];
            let probed = probe(edition, std::slice::from_ref(library), &environment);
            let weight =
                |n| format!("  Info: weight {n} is {}\n", if plugin >= n { 11 } else { 55 });
            let weights: String = (1..=host).map(weight).collect();
            let expected = format!(
                "drop 0.1.0: copies distributions into a directory\n\
                 {weights}  exists: [Absent]\n{weights}  begin: \"\"\n\
                 {weights}  1 of 1\n  upload: Created\n{weights}  commit: 1\nend\n"
            );
            assert_eq!(probed.stdout, expected, "host 1.{host}, plugin 1.{plugin}");
            let copied = fs_err::read(directory.path().join("demo-1.0.tar.gz")).unwrap();
            assert_eq!(copied, b"x");
        }
    }
}

fn refused(library: PathBuf) -> String {
    let probed = probe(Edition::CURRENT, &[library], &[]);
    assert_eq!((probed.code, probed.stderr.as_str()), (Some(0), ""));
    probed.stdout
}

#[test]
fn another_major_version_is_refused() {
    let next = Edition { name: "major-2", version: "2.0.0", edits: Vec::new };
    let library = next.plugin("hello");
    assert_eq!(
        refused(library.clone()),
        "refused: it was built with flit-sdk 2.0.0, this flit has 1.0.0\nend\n"
    );
    // Even if the manifest lies about it.
    let directory = tempfile::tempdir().unwrap();
    let lying = directory.path().join("lying");
    fs_err::write(&lying, with_text(&library, "sdk 2.0.0", "sdk 1.0.0")).unwrap();
    assert_eq!(
        refused(lying),
        "refused: it was built with a flit-sdk that does not fit: \
         PluginModule (version of its crate): flit has 1.0.0, the plugin has 2.0.0\nend\n"
    );
}

#[test]
fn what_breaks_the_interface_is_refused() {
    let field = Edition {
        name: "field",
        version: "1.1.0",
        edits: || {
            let fields = "    fields: RVec<FieldValue>,\n";
            vec![("abi/record.rs", fields, format!("{fields}    extra: u32,\n"))]
        },
    };
    let parameter = Edition {
        name: "parameter",
        version: "1.1.0",
        edits: || {
            let progress = "fn progress(&self, done: u64, total: u64)";
            let narrow = "fn progress(&self, done: u64, total: u32)".to_owned();
            vec![
                ("abi/objects.rs", progress, narrow.clone()),
                ("abi/import/host.rs", progress, narrow),
                (
                    "abi/import/host.rs",
                    "host.progress(done, total)",
                    "host.progress(done, total.into())".into(),
                ),
                (
                    "abi/export/mod.rs",
                    "self.0.progress(done, total)",
                    "self.0.progress(done, total as u32)".into(),
                ),
            ]
        },
    };
    let middle = Edition {
        name: "middle",
        version: "1.1.0",
        edits: || {
            let progress = "    fn progress(&self, done: u64, total: u64);\n";
            let import = "impl HostApi for GuardedHost<'_> {\n";
            vec![
                ("abi/objects.rs", progress, format!("    fn clock(&self) -> u64;\n{progress}")),
                (
                    "abi/import/host.rs",
                    import,
                    format!("{import}fn clock(&self) -> u64 {{\n 1\n}}\n"),
                ),
            ]
        },
    };
    for (edition, difference) in [
        (field, "Record (number of fields): flit has 1, the plugin has 2"),
        (parameter, "HostApi.progress.param_2: flit has u64, the plugin has u32"),
        (middle, "HostApi: flit has `progress`, the plugin has `clock`"),
    ] {
        assert_eq!(
            refused(edition.plugin("hello")),
            format!("refused: it was built with a flit-sdk that does not fit: {difference}\nend\n")
        );
    }
}

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
    let each = |text: fn(u32) -> String| (1..=count).map(text).collect::<String>();
    let methods = |name, value| -> String {
        let method = |n| format!("    fn {name}_{n}(&self) -> u64 {{\n        {value}\n    }}\n");
        (1..=count).map(method).collect()
    };
    let behind =
        |file, anchor: &'static str, text: String| (file, anchor, format!("{anchor}{text}"));
    let before =
        |file, anchor: &'static str, text: String| (file, anchor, format!("{text}{anchor}"));
    vec![
        behind("abi/objects.rs", "    fn is_cancelled(&self) -> bool;\n", methods("clock", 77)),
        behind("abi/import.rs", "impl HostApi for GuardedHost<'_> {\n", methods("clock", 42)),
        before(
            "abi/export.rs",
            "            let fragment = self.inner",
            each(|n| {
                format!(
                    "host.log(LogLevel::Info, &format!(\"clock {n} says {{}}\", host.0.clock_{n}()));\n"
                )
            }),
        ),
        before("abi/objects.rs", "}\n\n/// [`Builder`](crate::Builder)", methods("priority", 55)),
        behind(
            "abi/export.rs",
            "impl MetadataObject for ExportedMetadata {\n",
            methods("priority", 11),
        ),
        before(
            "abi/import.rs",
            "            object.metadata(host",
            each(|n| {
                format!(
                    "host.log(1, (&*format!(\"priority {n} is {{}}\", object.priority_{n}())).into());\n"
                )
            }),
        ),
        behind(
            "abi/objects.rs",
            "    pub build: extern \"C\" fn() -> ROption<BuildBox>,\n",
            each(|n| format!("    pub stage_{n}: extern \"C\" fn() -> u64,\n")),
        ),
        behind(
            "abi/export.rs",
            "            build: build::<P>,\n",
            each(|n| format!("            stage_{n}: stage,\n")),
        ),
        before(
            "abi/export.rs",
            "extern \"C\" fn construct",
            "extern \"C\" fn stage() -> u64 {\n    7\n}\n\n".into(),
        ),
        behind(
            "abi/convert/metadata.rs",
            "        .with(ids::fragment::FOUND_IN_SOURCE, *found_in_source)\n",
            each(|n| format!("        .with_number(1000 + {n}, true)\n")),
        ),
    ]
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
                ("abi/import.rs", progress, narrow),
                (
                    "abi/import.rs",
                    "host.progress(done, total)",
                    "host.progress(done, total.into())".into(),
                ),
                (
                    "abi/export.rs",
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
                ("abi/import.rs", import, format!("{import}fn clock(&self) -> u64 {{\n 1\n}}\n")),
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

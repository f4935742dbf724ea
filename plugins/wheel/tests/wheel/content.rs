//! What is in a wheel, in which order, and that RECORD is right about it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flit_sdk::model::{Field, Project};
use flit_sdk::testing::SourceTreeBuilder;
use sha2::{Digest as _, Sha256};

use crate::support::{Wheel, external_data, linked_refusal, project, refusal, wheel};

fn everything() -> (SourceTreeBuilder, Project) {
    let tree = SourceTreeBuilder::new()
        .file("src/demo/__init__.py", "")
        .file("src/demo/sub/a,b \"c\".txt", "quoted")
        .file("src/demo/größe.py", "size = 1\n")
        .file("src/demo/z.py", "z\n".repeat(40_000))
        .file("data/share/man/demo.1", "manual")
        .file("data/etc/demo.conf", "configured")
        .file("LICENSE", "do what you like")
        .file("vendor/x/LICENSE", "do not");
    let mut project = project(&tree);
    project.layout.external_data = Some(external_data(&tree, "data"));
    let licenses = vec!["LICENSE".into(), "vendor/x/LICENSE".into(), "./LICENSE".into()];
    project.metadata.set_list(Field::LicenseFile, licenses);
    let commands = project.entry_points.groups.entry("console_scripts".into()).or_default();
    commands.insert("demo".into(), "demo:main".into());
    (tree, project)
}

/// Recomputes RECORD from what was read back.
fn expected_record(wheel: &Wheel) -> Vec<[String; 3]> {
    let row = |member: &crate::support::ReadMember| {
        if member.name.ends_with(".dist-info/RECORD") {
            return [member.name.clone(), String::new(), String::new()];
        }
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(&member.content));
        [member.name.clone(), format!("sha256={hash}"), member.content.len().to_string()]
    };
    wheel.members.iter().map(row).collect()
}

fn record(wheel: &Wheel) -> Vec<[String; 3]> {
    let text = wheel.text("demo_pkg-1.0.dist-info/RECORD");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn members_come_in_the_order_of_flit() {
    let (_tree, project) = everything();
    let wheel = wheel(&project);
    assert_eq!(
        wheel.names(),
        [
            "demo/__init__.py",
            "demo/größe.py",
            "demo/z.py",
            "demo/sub/a,b \"c\".txt",
            "demo_pkg-1.0.data/data/etc/demo.conf",
            "demo_pkg-1.0.data/data/share/man/demo.1",
            "demo_pkg-1.0.dist-info/entry_points.txt",
            "demo_pkg-1.0.dist-info/licenses/LICENSE",
            "demo_pkg-1.0.dist-info/licenses/vendor/x/LICENSE",
            "demo_pkg-1.0.dist-info/WHEEL",
            "demo_pkg-1.0.dist-info/METADATA",
            "demo_pkg-1.0.dist-info/RECORD",
        ]
    );
    assert_eq!(wheel.text("demo/größe.py"), "size = 1\n");
    assert_eq!(wheel.text("demo_pkg-1.0.data/data/etc/demo.conf"), "configured");
    assert_eq!(
        wheel.text("demo_pkg-1.0.dist-info/entry_points.txt"),
        "[console_scripts]\ndemo=demo:main\n\n"
    );
    assert_eq!(wheel.text("demo_pkg-1.0.dist-info/licenses/vendor/x/LICENSE"), "do not");
    assert_eq!(wheel.text("demo_pkg-1.0.dist-info/METADATA"), project.metadata.render());
}

#[test]
fn record_lists_every_member_with_hash_and_size() {
    let (_tree, project) = everything();
    let wheel = wheel(&project);
    assert_eq!(record(&wheel), expected_record(&wheel));
    let text = wheel.text("demo_pkg-1.0.dist-info/RECORD");
    assert!(text.contains("\n\"demo/sub/a,b \"\"c\"\".txt\",sha256="));
    assert!(text.ends_with("\ndemo_pkg-1.0.dist-info/RECORD,,\n"));
    assert!(!text.contains('\r'));
}

#[test]
fn a_list_that_is_too_long_for_memory_is_as_right() {
    let mut tree = SourceTreeBuilder::new();
    let long = "x".repeat(200);
    for number in 0..4_500 {
        tree = tree.file(&format!("demo/{long}_{number}.py"), "");
    }
    let wheel = wheel(&project(&tree));
    assert_eq!(wheel.members.len(), 4_503);
    assert_eq!(record(&wheel), expected_record(&wheel));
}

#[test]
fn a_module_of_one_file_needs_no_entry_points_and_no_licenses() {
    let tree = SourceTreeBuilder::new().file("demo.py", "x = 1\n");
    assert_eq!(
        wheel(&project(&tree)).names(),
        [
            "demo.py",
            "demo_pkg-1.0.dist-info/WHEEL",
            "demo_pkg-1.0.dist-info/METADATA",
            "demo_pkg-1.0.dist-info/RECORD",
        ]
    );
}

#[test]
fn licenses_of_older_metadata_go_directly_into_dist_info() {
    let tree = SourceTreeBuilder::new()
        .file("demo.py", "")
        .file("legal/COPYING", "copy")
        .file("LICENSE", "do")
        .file("legal/LICENSE", "do not");
    let mut project = project(&tree);
    project.metadata.set_text(Field::MetadataVersion, "1.2");
    project.metadata.set_list(Field::LicenseFile, vec!["legal/COPYING".into(), "LICENSE".into()]);
    let wheel = wheel(&project);
    assert_eq!(
        wheel.names()[1..3],
        ["demo_pkg-1.0.dist-info/COPYING", "demo_pkg-1.0.dist-info/LICENSE"]
    );
    assert!(!wheel.text("demo_pkg-1.0.dist-info/METADATA").contains("License-File"));

    project.metadata.set_list(Field::LicenseFile, vec!["LICENSE".into(), "legal/LICENSE".into()]);
    let refused = refusal(&project);
    assert_eq!(
        refused.message,
        "`LICENSE` and `legal/LICENSE` would both be `demo_pkg-1.0.dist-info/LICENSE` in the wheel"
    );
    assert_eq!(refused.hints, ["rename or remove one of them"]);
}

#[test]
fn a_license_cannot_take_the_place_of_what_is_generated() {
    for name in ["METADATA", "WHEEL", "RECORD"] {
        let tree = SourceTreeBuilder::new().file("demo.py", "").file(name, "");
        let mut project = project(&tree);
        project.metadata.set_text(Field::MetadataVersion, "1.2");
        project.metadata.set_list(Field::LicenseFile, vec![name.into()]);
        let member = format!("demo_pkg-1.0.dist-info/{name}");
        assert_eq!(
            refusal(&project).message,
            format!("`{name}` and the generated `{member}` would both be `{member}` in the wheel")
        );
    }
}

#[test]
fn external_data_and_the_module_may_not_meet() {
    let tree = SourceTreeBuilder::new()
        .file("demo.py", "")
        .file("demo_pkg-1.0.data/data/x", "")
        .file("data/x", "");
    let mut project = project(&tree);
    let stray = crate::support::source_file("demo_pkg-1.0.data/data/x", 0);
    project.layout.module.files.push(stray);
    project.layout.external_data = Some(external_data(&tree, "data"));
    assert_eq!(
        linked_refusal(&project).message,
        "`demo_pkg-1.0.data/data/x` and `data/x` would both be `demo_pkg-1.0.data/data/x` in the wheel"
    );
}

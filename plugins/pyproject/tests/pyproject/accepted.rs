//! Files that flit accepts: METADATA and `entry_points.txt` must have the same bytes.
//!
//! The expected texts are what `flit_core` wrote: 4.2.0 for `[project]`, 3.12.0 for `[tool.flit.metadata]`.

use flit_sdk::testing::TestHost;

use crate::cases::parse;
use crate::support::{read, rendered};

/// Headers that every case of the first table has, and that it therefore leaves out.
const COMMON: &[&str] =
    &["Metadata-Version: 2.5", "Name: demo", "Version: 1.0", "Summary: d", "Import-Name: demo"];

#[test]
fn project_tables_are_written_as_flit_4_does() {
    let cases = parse(include_str!("cases/project.txt"));
    for case in &cases {
        let written = written(case);
        let (head, body) = written.split_once("\n\n").unwrap_or((written.trim_end(), ""));
        let head: Vec<_> = head.lines().filter(|line| !COMMON.contains(line)).collect();
        assert_eq!(
            format!("{}\n\n{body}", head.join("\n")).trim(),
            case.expected.1.trim(),
            "{}",
            case.toml
        );
    }
    assert!(cases.len() > 80);
}

#[test]
fn other_files_are_written_as_flit_does() {
    let cases = parse(include_str!("cases/whole.txt"));
    for case in &cases {
        assert_eq!(written(case), case.expected.1, "{}", case.toml);
    }
    assert!(cases.len() > 25);
}

fn written(case: &crate::cases::Case) -> String {
    let (_, fragment) = match read(&TestHost::default(), &case.tree) {
        Ok(read) => read,
        Err(error) => panic!("{error}\n{}", case.toml),
    };
    let entry_points = fragment.entry_points.render();
    format!("{}{entry_points}", rendered(&fragment))
}

//! The rules of merging: what a source may set, and who is told when it may not.

use flit_sdk::model::{ModuleKind, SdistRules};

use super::*;

/// A fragment with these fields.
fn fragment(fields: &[(Field, &str)]) -> Fragment {
    let mut fragment = Fragment { found_in_source: true, ..Fragment::default() };
    for (field, value) in fields {
        fragment.metadata.set_list(*field, vec![(*value).to_owned()]);
    }
    fragment
}

/// What the layout's own source knows: a name, an open version, and perhaps all that it leaves unset.
fn opened(open_ended: bool) -> Settled {
    let own = fragment(&[(Field::Name, "demo"), (Field::Keywords, "own")]);
    Settled::open("own", Fragment { dynamic: vec![Field::Version], open_ended, ..own }).unwrap()
}

fn with_entry_point(group: &str, name: &str, value: &str) -> Fragment {
    let mut fragment = fragment(&[]);
    let entries = fragment.entry_points.groups.entry(group.into()).or_default();
    entries.insert(name.into(), value.into());
    fragment
}

fn layout() -> Layout {
    Layout {
        source_tree: "/demo".into(),
        config_path: "demo.cfg".into(),
        module: flit_sdk::model::Module {
            name: "demo".into(),
            kind: ModuleKind::File,
            root: String::new(),
            path: "demo.py".into(),
            files: vec![],
        },
        external_data: None,
        sdist: SdistRules::default(),
        readme_path: None,
        needed_files: vec![],
    }
}

/// The error with all that it says.
fn told(error: &MetadataError) -> String {
    match error {
        MetadataError::Plugin { source, .. } => source.to_string(),
        MetadataError::Invalid { source, .. } => format!("{error}: {source}"),
        MetadataError::Closed { .. }
        | MetadataError::Missing { .. }
        | MetadataError::NoSource { .. } => error.to_string(),
    }
}

#[test]
fn a_wanted_field_is_taken_and_its_origin_remembered() {
    let mut settled = opened(false);
    settled.merge("second", fragment(&[(Field::Version, "v1.0")])).unwrap();
    let project = settled.into_project(layout(), vec!["own", "second"]).unwrap();
    assert_eq!(project.metadata.text(Field::Version), Some("1.0"));
    assert_eq!(project.origins[&Field::Version], "second");
    assert_eq!(project.origins[&Field::Name], "own");
    assert!(project.is_found_in_source());
}

#[test]
fn what_stands_nowhere_in_the_source_is_frozen() {
    let mut settled = opened(true);
    let version = Fragment { found_in_source: false, ..fragment(&[(Field::Version, "1")]) };
    settled.merge("second", version).unwrap();
    let command = with_entry_point("console_scripts", "demo", "demo:main");
    settled.merge("third", Fragment { found_in_source: false, ..command }).unwrap();
    let project = settled.into_project(layout(), vec![]).unwrap();
    assert_eq!(project.frozen, [Field::Version]);
    assert!(project.has_frozen_entry_points);
}

#[test]
fn only_open_fields_may_be_set() {
    for (open_ended, fields, expected) in [
        (
            false,
            &[(Field::Name, "other")][..],
            "plugin `second` set `Name`, which `own` settled already",
        ),
        (
            false,
            &[(Field::Summary, "s")],
            "plugin `second` set `Summary`, which `own` settled already",
        ),
        (
            true,
            &[(Field::Keywords, "k")],
            "plugin `second` set `Keywords`, which `own` settled already",
        ),
        (
            true,
            &[(Field::Version, "x")],
            "plugin `second` set `Version` to something invalid: `x` is not a valid version",
        ),
    ] {
        let error = opened(open_ended).merge("second", fragment(fields)).unwrap_err();
        assert_eq!(told(&error), expected);
    }
    let mut settled = opened(true);
    settled.merge("second", fragment(&[(Field::Summary, "s")])).unwrap();
    let error = settled.merge("third", fragment(&[(Field::Summary, "t")])).unwrap_err();
    assert_eq!(told(&error), "plugin `third` set `Summary`, which `second` settled already");
}

#[test]
fn a_field_is_not_both_set_and_left_open() {
    let own = fragment(&[(Field::Version, "1")]);
    let error =
        Settled::open("own", Fragment { dynamic: vec![Field::Version], ..own }).err().unwrap();
    assert_eq!(told(&error), "plugin `own` set `Version`, which `own` itself settled already");
}

#[test]
fn what_nobody_supplies_is_named() {
    let error = opened(false).into_project(layout(), vec!["own"]).unwrap_err();
    assert_eq!(told(&error), "nothing supplies `Version`");
    let settled =
        Settled::open("own", Fragment { dynamic: vec![Field::Summary], ..Fragment::default() });
    let error = settled.unwrap().into_project(layout(), vec!["own"]).unwrap_err();
    assert_eq!(told(&error), "nothing supplies `Name` and `Version` and `Summary`");
}

#[test]
fn entry_points_of_later_sources_must_stay_on_their_lines() {
    for (group, name, value, problem) in [
        ("g]\n[h", "n", "m:f", "`g]\n[h` cannot be the name of a group of entry points"),
        ("g", "n=", "m:f", "`n=` cannot be the name of an entry point"),
        ("g", "n", "m:f [x\ny]", "`m:f [x\ny]` is not an object reference such as"),
    ] {
        let expected = format!("entry point `{group}: {name}` is not valid: {problem}");
        let error = opened(true).merge("second", with_entry_point(group, name, value)).unwrap_err();
        assert!(told(&error).starts_with(&expected), "{}", told(&error));
        let error = Settled::open("own", with_entry_point(group, name, value)).err().unwrap();
        assert!(told(&error).starts_with(&expected), "{}", told(&error));
    }
}

#[test]
fn an_odd_reference_is_the_projects_own_affair() {
    assert!(Settled::open("own", with_entry_point("g", "n", "not a reference")).is_ok());
    assert!(opened(true).merge("second", with_entry_point("g", "n", "not a reference")).is_err());
}

#[test]
fn an_entry_point_is_set_once() {
    let mut settled = opened(true);
    settled.merge("second", with_entry_point("g", "n", "m:f")).unwrap();
    let error = settled.merge("third", with_entry_point("g", "n", "m:g")).unwrap_err();
    assert_eq!(told(&error), "plugin `third` set `g: n`, which `own` settled already");
    let error = opened(false).merge("second", with_entry_point("g", "n", "m:f")).unwrap_err();
    assert_eq!(told(&error), "plugin `second` set `g: n`, which `own` settled already");
}

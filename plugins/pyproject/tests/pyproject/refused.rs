//! Files that are refused: what is said, and which place is marked.

use flit_sdk::testing::TestHost;

use crate::cases::parse;
use crate::support::{read, shown};

#[test]
fn errors_name_the_place_and_the_remedy() {
    let cases = parse(include_str!("cases/refused.txt"));
    for case in &cases {
        let Err(error) = read(&TestHost::default(), &case.tree) else {
            panic!("accepted:\n{}", case.toml)
        };
        assert_eq!(shown(&error, &case.tree.path()), case.expected.1, "{}", case.toml);
    }
    assert!(cases.len() > 100);
}

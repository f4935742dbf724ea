//! Damaged files: whatever they hold, the plugin answers.

use std::panic::{AssertUnwindSafe, catch_unwind};

use flit_sdk::testing::SourceTreeBuilder;

use crate::support::{REQUIRED, read, tree};

/// A flit.ini with everything in it.
const FULL: &str = "\
[DEFAULT]
[metadata]
module = demo
license = %(author)s's
author = Sir Röbin
author-email: robin@camelot.example
home-page = https://camelot.example/%(module)s
description-file = README.rst
entry-points-file = points.ini
requires-python = >=2.7, !=3.0.*
keywords = 100%% brave
classifiers = License :: OSI Approved :: MIT License

    Topic :: Terminals
requires =
    requests[socks] (>=2.0); python_version == '2.7'
    # comment
    old (1.0)
dev-requires = pytest
[scripts]
demo = demo:main
[x-other]
";

/// What the file is damaged with.
const PIECES: &[&[u8]] = &[
    b"",
    b"\n",
    b"\r",
    b"\r\n",
    b" ",
    b"\t",
    b"[",
    b"]",
    b"=",
    b":",
    b"#",
    b";",
    b"%",
    b"%(",
    b"%(author)s",
    b"(",
    b")",
    b"\"",
    b"'",
    b"\\",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"\x1f",
    b"[metadata]\n",
    b"\n  x",
    b"[DEFAULT]\n",
    b"..",
    b"/",
    b"\xf0\x9f\x90\x8d",
];

/// How many damaged files are tried.
const ROUNDS: usize = 1_000;

/// A generator of numbers that are the same on every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("it is less than a usize")
    }
}

fn damaged(numbers: &mut Numbers, text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=numbers.below(3) {
        let start = numbers.below(bytes.len() + 1);
        let end = (start + numbers.below(6)).min(bytes.len());
        let piece = PIECES[numbers.below(PIECES.len())];
        bytes.splice(start..end, piece.iter().copied());
    }
    bytes
}

#[test]
fn damaged_files_never_panic() {
    let points = "[a.group]\nname = demo.part:Class.attr [extra]\n[other]\nx: demo\n";
    let tree: SourceTreeBuilder =
        tree(FULL).file("README.rst", "Read me").file("points.ini", points);
    read(&tree).unwrap();
    let mut numbers = Numbers(0x5eed);
    let mut refused = 0;
    for round in 0..ROUNDS {
        let (name, original) =
            if round % 4 == 0 { ("points.ini", points) } else { ("flit.ini", FULL) };
        let bytes = damaged(&mut numbers, original);
        fs_err::write(tree.path().join(name), &bytes).unwrap();
        let outcome = catch_unwind(AssertUnwindSafe(|| read(&tree).is_err()));
        let shown = String::from_utf8_lossy(&bytes);
        refused += usize::from(outcome.unwrap_or_else(|_| panic!("panicked on {shown:?}")));
        fs_err::write(tree.path().join(name), original).unwrap();
    }
    // Neither is every damaged file refused, nor are all taken.
    assert!((ROUNDS / 2..ROUNDS / 20 * 19).contains(&refused), "{refused} of {ROUNDS}");
}

#[test]
fn large_files_are_answered() {
    let cases = [
        "[x-]\n".repeat(20_000),
        (0..20_000).fold(String::new(), |text, number| text + "[x-" + &number.to_string() + "]\n"),
        format!("{REQUIRED}requires =\n{}", "  a b\n".repeat(50_000)),
        format!("{REQUIRED}{}", "no delimiter\n".repeat(50_000)),
        "[".repeat(250_000),
        " \n".repeat(100_000),
    ];
    for case in cases {
        assert!(read(&tree(&case)).is_err(), "{}", &case[..20]);
    }
    for rest in [
        format!("classifiers =\n{}", "  A :: B\n\n".repeat(50_000)),
        format!("license = {}", "%%".repeat(100_000)),
    ] {
        let error = read(&tree(format!("{REQUIRED}{rest}"))).err();
        assert_eq!(error, None);
    }
}

//! The program with no plugin linked: the tests load all of them.

use std::process::ExitCode;

fn main() -> ExitCode {
    flit::main(std::env::args_os())
}

//! Memory stays flat, however large a file is.

use super::files::Wheel;
use super::scene::Scene;

/// Runs a program and prints the most memory it ever had, in KiB. Its starter is so small that it does not count.
const MEASURE: &str = "\
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=sys.stderr)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
";

/// Bytes that cannot be compressed.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut noise = Vec::with_capacity(length + 8);
    while noise.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        noise.extend_from_slice(&state.to_le_bytes());
    }
    noise.truncate(length);
    noise
}

#[test]
fn a_wheel_of_100_mib_is_published_in_less_than_48_mib() {
    let wheel = Wheel::new("large").member("large.bin", noise(100 << 20));
    let scene = Scene::with_wheels(std::slice::from_ref(&wheel));
    let flit = scene.command(&["dist/*", "--verify", "download"]);
    let mut command = super::servers::program("python");
    scene.sandbox.make_hermetic(&mut command);
    command.args(["-c", MEASURE]).arg(flit.get_program()).args(flit.get_args());
    let outcome = scene.sandbox.outcome(command.output().unwrap());
    assert_eq!(outcome.code, Some(0), "{}", outcome.shown());
    let kib: u64 = outcome.stdout.trim().parse().unwrap();
    assert!(kib < 48 << 10, "{kib} KiB");
    assert!(
        scene.server.content(&wheel.file_name())
            == fs_err::read(scene.dist().join(wheel.file_name())).unwrap()
    );
}

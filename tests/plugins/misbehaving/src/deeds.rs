//! The deeds that need no host: panics, and ends of the process.

use std::env;

/// What the environment asks for in this stage.
pub(crate) fn asked(stage: &str) -> Option<String> {
    let asked = env::var("FLIT_MISBEHAVE").ok()?;
    let (when, deed) = asked.split_once(':')?;
    (when == stage).then(|| deed.to_owned())
}

pub(crate) fn perform(deed: &str) {
    match deed {
        "panic" => panic!("boom"),
        "panic-index" => drop(std::hint::black_box(vec![1])[std::hint::black_box(3)]),
        "panic-payload" => std::panic::panic_any(Bomb),
        "panic-thread" => {
            std::thread::spawn(|| panic!("boom in a thread")).join().expect("the thread is well");
        }
        "exit-0" => std::process::exit(0),
        "exit-3" => std::process::exit(3),
        "exit-thread" => {
            let _ = std::thread::spawn(|| std::process::exit(0)).join();
        }
        "abort" => std::process::abort(),
        "segfault" => {
            let nowhere = std::ptr::without_provenance_mut::<u8>(8);
            // SAFETY: there is none; that is the point.
            unsafe { nowhere.write_volatile(1) };
        }
        "stack" => drop(deeper(0)),
        other => panic!("`{other}` is no deed"),
    }
}

/// A payload that does not even let itself be dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("the payload panics as well");
    }
}

#[expect(unconditional_recursion, reason = "overflows the stack")]
fn deeper(depth: u64) -> u64 {
    let here = std::hint::black_box([depth; 64]);
    deeper(depth + 1) + here[0]
}

/// Runs when the library is loaded: leaves a witness of that, and does what `load:DEED` asks for.
extern "C" fn constructor() {
    if let Ok(path) = env::var("FLIT_MISBEHAVE_WITNESS") {
        std::fs::write(path, "loaded").expect("the witness can be written");
    }
    if let Some(deed) = asked("load") {
        perform(&deed);
    }
}

#[used]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(windows, unsafe(link_section = ".CRT$XCU"))]
#[cfg_attr(not(any(target_vendor = "apple", windows)), unsafe(link_section = ".init_array"))]
static CONSTRUCTOR: extern "C" fn() = constructor;

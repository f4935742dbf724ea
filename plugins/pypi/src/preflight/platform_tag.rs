//! Platform tags of wheels: those that PyPI takes.

/// Tags that are taken as they are.
const FIXED: [&str; 7] =
    ["any", "win32", "win_amd64", "win_arm64", "win_ia64", "linux_armv6l", "linux_armv7l"];

/// The manylinux tags from before they named a version of the C library (PEP 513, 571 and 599).
const OLD_MANYLINUX: [(&str, &[&str]); 3] = [
    ("manylinux1_", &["x86_64", "i686"]),
    ("manylinux2010_", &["x86_64", "i686"]),
    ("manylinux2014_", &["x86_64", "i686", "aarch64", "armv7l", "ppc64", "ppc64le", "s390x"]),
];

const LINUX: [&str; 7] = ["x86_64", "i686", "aarch64", "armv7l", "ppc64le", "s390x", "riscv64"];
const MACOS: [&str; 11] = [
    "ppc",
    "ppc64",
    "i386",
    "x86_64",
    "arm64",
    "intel",
    "fat",
    "fat3",
    "fat64",
    "universal",
    "universal2",
];
/// The versions of macOS behind 10; each counts as `MAJOR_0`.
const MACOS_MAJORS: [&str; 6] = ["11", "12", "13", "14", "15", "26"];
const ANDROID: [&str; 4] = ["armeabi_v7a", "arm64_v8a", "x86", "x86_64"];
const IOS: [&str; 3] = ["arm64_iphoneos", "arm64_iphonesimulator", "x86_64_iphonesimulator"];

/// Whether PyPI takes wheels for this platform.
pub(super) fn is_platform_tag(tag: &str) -> bool {
    let is_old = |(prefix, processors): &(&str, &[&str])| {
        tag.strip_prefix(prefix).is_some_and(|processor| processors.contains(&processor))
    };
    FIXED.contains(&tag) || OLD_MANYLINUX.iter().any(is_old) || is_versioned(tag)
}

/// Tags with the version of a system or its C library: `FAMILY_MAJOR_MINOR_PROCESSOR`.
fn is_versioned(tag: &str) -> bool {
    let Some((family, rest)) = tag.split_once('_') else { return false };
    let Some((major, rest)) = number(rest) else { return false };
    if family == "android" {
        return ANDROID.contains(&rest);
    }
    let Some((minor, processor)) = number(rest) else { return false };
    match family {
        "manylinux" => LINUX.contains(&processor) || processor == "ppc64",
        "musllinux" => LINUX.contains(&processor),
        "macosx" if major == "10" => MACOS.contains(&processor),
        "macosx" => MACOS_MAJORS.contains(&major) && minor == "0" && MACOS.contains(&processor),
        "ios" => IOS.contains(&processor),
        "pyemscripten" => processor == "wasm32",
        _ => false,
    }
}

/// A number and what stands behind the `_` that follows it.
fn number(text: &str) -> Option<(&str, &str)> {
    let (number, rest) = text.split_once('_')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_platforms_of_pypi() {
        for tag in [
            "any",
            "win_amd64",
            "manylinux1_i686",
            "manylinux2014_s390x",
            "manylinux_2_17_x86_64",
            "manylinux_2_39_riscv64",
            "musllinux_1_2_aarch64",
            "macosx_10_9_universal2",
            "macosx_11_0_arm64",
            "macosx_26_0_x86_64",
            "android_21_arm64_v8a",
            "ios_13_0_arm64_iphoneos",
            "pyemscripten_2025_0_wasm32",
            "linux_armv7l",
        ] {
            assert!(is_platform_tag(tag), "{tag}");
        }
        for tag in [
            "linux_x86_64",
            "linux_aarch64",
            "manylinux1_aarch64",
            "manylinux_2_x86_64",
            "manylinux_2_17_sparc",
            "musllinux_1_2_ppc64",
            "macosx_11_1_arm64",
            "macosx_99_0_arm64",
            "ios_13_0_x86_64_iphoneos",
            "win64",
            "",
            "_",
        ] {
            assert!(!is_platform_tag(tag), "{tag}");
        }
    }
}

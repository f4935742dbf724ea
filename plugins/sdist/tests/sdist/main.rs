//! Builds sdists of small source trees through the plugin's trait, and reads them back with other code.

// Said once more for clippy, which lets only tests unwrap.
#[cfg(test)]
mod contents;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod reproducible;
#[cfg(test)]
mod stand_alone;
#[cfg(test)]
mod support;
#[cfg(test)]
mod version_control;

//! The plugin as a library that is loaded at run time.

flit_sdk::export!(flit_plugin_pypi::PLUGIN);

//! A metadata source that supplies keywords.
#![forbid(unsafe_code)]

use flit_sdk::model::Field;
use flit_sdk::{Fragment, Host, MetadataRequest, MetadataSource, Plugin, PluginError};

struct Hello;

impl MetadataSource for Hello {
    fn metadata(&self, _: &dyn Host, _: &MetadataRequest<'_>) -> Result<Fragment, PluginError> {
        let mut fragment = Fragment::default();
        fragment.metadata.set_text(Field::Keywords, "hello");
        Ok(fragment)
    }
}

const PLUGIN: Plugin = Plugin {
    metadata: Some(&Hello),
    ..Plugin::new("hello", env!("CARGO_PKG_VERSION"), "adds a keyword")
};

flit_sdk::export!(PLUGIN);

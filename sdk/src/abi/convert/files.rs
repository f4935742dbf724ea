//! Lists of files, which cross one by one instead of in a record.

use abi_stable::std_types::RStr;

use crate::abi::objects::{FileLists, FileSink, FileSinkMut};
use crate::model::{ExternalData, Layout, SourceFile};

/// The numbers of the lists. A later version may add some; whoever takes files ignores those it does not know.
const MODULE: u32 = 1;
const EXTERNAL_DATA: u32 = 2;

/// Pushes the files of a layout; returns false if the other side asked to stop.
pub(crate) fn push_files(layout: &Layout, sink: &mut FileSinkMut<'_>) -> bool {
    let external = layout.external_data.as_ref().map_or(&[][..], |data| &data.files);
    push_list(MODULE, &layout.module.files, sink) && push_list(EXTERNAL_DATA, external, sink)
}

fn push_list(list: u32, files: &[SourceFile], sink: &mut FileSinkMut<'_>) -> bool {
    files.iter().all(|file| {
        let SourceFile { path, size, is_executable, is_link } = file;
        sink.push(list, path.as_str().into(), *size, *is_executable, *is_link)
    })
}

/// The files of a layout, for the other side to ask for.
pub(crate) struct LayoutFiles<'a>(pub(crate) &'a Layout);

impl FileLists for LayoutFiles<'_> {
    fn each(&self, mut sink: FileSinkMut<'_>) {
        push_files(self.0, &mut sink);
    }
}

/// The files that the other side pushed.
pub(crate) struct CollectedFiles<'a> {
    module: Vec<SourceFile>,
    external_data: Vec<SourceFile>,
    /// Whether the other side is asked to stop.
    is_cancelled: &'a (dyn Fn() -> bool + Sync),
}

impl<'a> CollectedFiles<'a> {
    pub(crate) fn new(is_cancelled: &'a (dyn Fn() -> bool + Sync)) -> Self {
        Self { module: Vec::new(), external_data: Vec::new(), is_cancelled }
    }

    /// Hands the files to the layout that they belong to.
    pub(crate) fn move_into(self, layout: &mut Layout) {
        layout.module.files = self.module;
        if let Some(ExternalData { files, .. }) = &mut layout.external_data {
            *files = self.external_data;
        }
    }
}

impl FileSink for CollectedFiles<'_> {
    fn push(
        &mut self,
        list: u32,
        path: RStr<'_>,
        size: u64,
        is_executable: bool,
        is_link: bool,
    ) -> bool {
        let files = match list {
            MODULE => &mut self.module,
            EXTERNAL_DATA => &mut self.external_data,
            _ => return true,
        };
        files.push(SourceFile { path: path.as_str().to_owned(), size, is_executable, is_link });
        // A look at the host costs a call across the boundary, so not at every file.
        !files.len().is_multiple_of(1024) || !(self.is_cancelled)()
    }
}

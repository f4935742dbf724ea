//! Does the work that every wheel builder must do, and nothing else.
//!
//! `limit DIRECTORY OUTPUT` walks the directory, and reads, hashes (SHA-256 and CRC-32) and
//! deflates (libdeflate, level 6) every file on all cores; the main thread writes the results to
//! OUTPUT in order, buffered. No zip headers, no metadata, no configuration. Prints the
//! milliseconds that took, without the start of the process.

use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{sync_channel, SyncSender};
use std::thread;
use std::time::Instant;

use libdeflater::{CompressionLvl, Compressor};
use sha2::{Digest, Sha256};

/// zlib's default, which flit uses.
const DEFLATE_LEVEL: i32 = 6;
/// Results that wait for the writer; bounds the memory.
const QUEUED_RESULTS: usize = 64;

/// What becomes of one file.
struct Packed {
    index: usize,
    deflated: Vec<u8>,
    sha256: [u8; 32],
    crc32: u32,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (Some(directory), Some(output)) = (arguments.next(), arguments.next()) else {
        return Err("usage: limit DIRECTORY OUTPUT".into());
    };
    let start = Instant::now();
    let mut paths = Vec::new();
    walk(&directory, &mut paths)?;
    pack(&paths, &output)?;
    println!("{:.3}", start.elapsed().as_secs_f64() * 1000.0);
    Ok(())
}

/// Collects the files below `directory`, in a stable order.
fn walk(directory: &Path, paths: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries = fs::read_dir(directory)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut directories = Vec::new();
    for entry in entries {
        if entry.file_type()?.is_dir() {
            directories.push(entry.path());
        } else {
            paths.push(entry.path());
        }
    }
    directories.iter().try_for_each(|directory| walk(directory, paths))
}

/// Packs all files on all cores and writes them in order.
fn pack(paths: &[PathBuf], output: &Path) -> Result<(), Box<dyn Error>> {
    let workers = thread::available_parallelism()?.get();
    let next = AtomicUsize::new(0);
    let mut writer = BufWriter::with_capacity(1 << 20, File::create(output)?);
    let mut waiting: Vec<Option<Packed>> = paths.iter().map(|_| None).collect();
    let mut written = 0;
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(QUEUED_RESULTS);
        for _ in 0..workers {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || pack_some(paths, next, &sender));
        }
        drop(sender);
        for packed in receiver {
            let packed = packed?;
            let index = packed.index;
            waiting[index] = Some(packed);
            while let Some(packed) = waiting.get_mut(written).and_then(Option::take) {
                writer.write_all(&packed.sha256)?;
                writer.write_all(&packed.crc32.to_le_bytes())?;
                writer.write_all(&packed.deflated)?;
                written += 1;
            }
        }
        Ok::<_, Box<dyn Error>>(())
    })?;
    writer.flush()?;
    Ok(())
}

/// One worker: takes the next file until there is none.
fn pack_some(paths: &[PathBuf], next: &AtomicUsize, sender: &SyncSender<std::io::Result<Packed>>) {
    let level = CompressionLvl::new(DEFLATE_LEVEL).expect("6 is a level of libdeflate");
    let mut compressor = Compressor::new(level);
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(path) = paths.get(index) else { return };
        let packed = fs::read(path).map(|content| pack_one(index, &content, &mut compressor));
        if sender.send(packed).is_err() {
            return;
        }
    }
}

fn pack_one(index: usize, content: &[u8], compressor: &mut Compressor) -> Packed {
    let mut deflated = vec![0; compressor.deflate_compress_bound(content.len())];
    let size = compressor
        .deflate_compress(content, &mut deflated)
        .expect("the buffer has the size that libdeflate asked for");
    deflated.truncate(size);
    Packed {
        index,
        deflated,
        sha256: Sha256::digest(content).into(),
        crc32: crc32fast::hash(content),
    }
}

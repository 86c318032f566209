// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reports: each listens to the events of a run and writes them down in its own form.

mod block;
mod folder;
pub mod html;
mod json;
mod junit;
mod pcapng;
mod pipe;
mod terminal;

pub use folder::Folder;
pub use json::Json;
pub use pcapng::pcapng;
pub use terminal::Terminal;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::record::RunRecord;

/// Writes what is made from the folder of a run alone: `index.html` and `junit.xml`.
///
/// # Errors
/// A file cannot be written; the error says which.
pub fn write_all(
    folder: &Path,
    run: &RunRecord,
    baseline: Option<&html::Baseline>,
) -> io::Result<Vec<PathBuf>> {
    let page = folder.join("index.html");
    let write = || {
        let mut out = BufWriter::new(File::create(&page)?);
        html::write(&mut out, folder, run, baseline)?;
        out.flush()
    };
    write().map_err(|error| at(&page, &error))?;
    let results = folder.join("junit.xml");
    let text = junit::text(folder, run).map_err(|error| at(&results, &error))?;
    fs::write(&results, text).map_err(|error| at(&results, &error))?;
    Ok(vec![page, results])
}

/// An error that says where.
fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

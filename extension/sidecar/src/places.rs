//! Where the files of the layer are.

use std::path::PathBuf;

/// A file of the layer's own directory, `/opt/tollgate`. This program lies in it, or, started on
/// its own, in `extensions/` beside it.
pub(crate) fn of_layer(file: &str) -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let directory = program.parent()?;
    let own = if directory.ends_with("extensions") {
        directory.parent()?.join("tollgate")
    } else {
        directory.to_owned()
    };
    Some(own.join(file))
}

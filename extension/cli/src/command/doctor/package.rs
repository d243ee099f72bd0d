//! A package without its template: a directory, or the archive that is uploaded.
use std::path::Path;

use super::Health;
use crate::command::policies::{self, POLICY};
use crate::command::templates::Failure;
use crate::command::wrap::{Standing, standing};

/// Whether a path is a package: a directory, or a file that begins as a zip archive or is called so.
pub(super) fn is_one(path: &Path) -> bool {
    path.is_dir() || policies::is_archive(path)
}

/// What a package says of itself.
pub(super) fn examine(path: &Path) -> Result<Health, Failure> {
    let mut health = Health::default();
    if path.is_dir() && is_empty(path) {
        return Err(Failure::Other(format!(
            "{}: empty; a package has the function's code",
            path.display()
        )));
    }
    match standing(path)? {
        Standing::Wrapped => {}
        Standing::Bare => health.gaps.push(format!(
            "its bootstrap does not go through the layer: run `tollgate wrap {}`, unless it calls \
             /opt/tollgate/exec itself",
            path.display()
        )),
        Standing::Without => {
            health.elsewhere = true;
            health.notes.push(
                "no bootstrap: a managed runtime starts it, which goes through the layer where \
                 AWS_LAMBDA_EXEC_WRAPPER says so; `tollgate doctor TEMPLATE` looks at that"
                    .to_owned(),
            );
        }
    }
    match policies::of_package(path)? {
        None => health.notes.push(format!(
            "no {POLICY} in it: the layer's policy holds; `tollgate init` writes one"
        )),
        Some(checked) => health.notes.extend(checked.notes.iter().map(ToString::to_string)),
    }
    Ok(health)
}

fn is_empty(directory: &Path) -> bool {
    std::fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_none())
}

//! A package without its template: a directory, or the archive that is uploaded.
use std::path::Path;

use super::Health;
use crate::command::policies;
use crate::command::templates::Failure;
use crate::command::wrap::{Standing, holds, standing};

/// The policy that the extension looks for in a package.
const POLICY: &str = "tollgate.yaml";

/// Whether a path is a package: a directory, or a file that begins as a zip archive or is called so.
pub(super) fn is_one(path: &Path) -> bool {
    let named = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"));
    path.is_dir() || named || std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"PK"))
}

/// What a package says of itself.
pub(super) fn examine(path: &Path) -> Result<Health, Failure> {
    let mut health = Health::default();
    match standing(path)? {
        Standing::Wrapped => {}
        Standing::Bare => health.gaps.push(format!(
            "its bootstrap does not go through the layer: run `tollgate wrap {}`, unless it calls \
             /opt/tollgate/exec itself",
            path.display()
        )),
        Standing::Without => health.notes.push(
            "no bootstrap: a managed runtime starts it, which goes through the layer where \
             AWS_LAMBDA_EXEC_WRAPPER says so; `tollgate doctor TEMPLATE` looks at that"
                .to_owned(),
        ),
    }
    if !holds(path, POLICY)? {
        health.notes.push(format!(
            "no {POLICY} in it: the layer's policy holds; `tollgate init` writes one"
        ));
    } else if path.is_dir() {
        policies::check(&path.join(POLICY), None)
            .map_err(|unusable| Failure::Other(unusable.to_string()))?;
    } else {
        health
            .notes
            .push(format!("{POLICY} is in it; `tollgate check` reads it where it was packed"));
    }
    Ok(health)
}

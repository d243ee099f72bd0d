//! The policy in a function's package: beside the code, or inside the archive that is uploaded.
use std::path::Path;

use tollgate_config::policy::within;
use tollgate_policy::Pattern;

use super::{Checked, FILE_BYTES_MAX, POLICY, Unusable, check, check_text};
use crate::command::templates::Failure;
use crate::command::wrap::Archive;

/// The most of a file that a policy names, as the extension reads it.
const NAMED_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// The policy of a package, compiled and checked; none if it has none.
///
/// Whatever is neither a directory nor an archive, such as a file of source, has none.
pub(crate) fn of_package(package: &Path) -> Result<Option<Checked>, Failure> {
    let unusable = |unusable: Unusable| Failure::Other(unusable.to_string());
    if package.is_dir() {
        let policy = package.join(POLICY);
        return policy.is_file().then(|| check(&policy, None).map_err(unusable)).transpose();
    }
    if !is_archive(package) {
        return Ok(None);
    }
    let archive = Archive::open(package)?;
    let text = archive.text(POLICY, FILE_BYTES_MAX).map_err(|wrong| archive.broken(&wrong))?;
    let Some(text) = text else { return Ok(None) };
    let named = |_: &str, path: &str| named(&archive, path);
    // What it says names files of the archive.
    let checked = check_text(POLICY.to_owned(), text, named);
    checked.map(Some).map_err(|unusable| archive.broken(&unusable.to_string()))
}

/// Whether a path is an archive: a file that begins as one, or is called so.
pub(crate) fn is_archive(path: &Path) -> bool {
    use std::io::Read as _;

    let named = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"));
    let begins = || {
        let mut start = [0; 2];
        std::fs::File::open(path).is_ok_and(|mut file| file.read_exact(&mut start).is_ok())
            && start == *b"PK"
    };
    path.is_file() && (named || begins())
}

/// A file that the policy names; for a path with `*` the names that fit, one a line.
fn named(archive: &Archive, path: &str) -> Result<String, String> {
    let below = within(Path::new(path)).ok_or("it is not below the policy's directory")?;
    if !path.contains('*') {
        let name = below.display().to_string();
        return archive.text(&name, NAMED_BYTES_MAX)?.ok_or_else(|| "no such file".to_owned());
    }
    let wanted = Pattern::new(below.file_name().unwrap_or_default().to_string_lossy());
    let fits = |name: &str| {
        let path = Path::new(name);
        let own = path.file_name().unwrap_or_default().to_string_lossy();
        path.parent() == below.parent() && !own.starts_with('.') && wanted.matches(&own)
    };
    let mut names: Vec<String> = archive.names()?.into_iter().filter(|name| fits(name)).collect();
    names.sort();
    Ok(names.join("\n"))
}

//! What the verbs on templates share: reading, writing as a whole, and differences.
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use tollgate_template::{Template, Wrong};

use crate::exit::Exit;

/// Lines of context around a difference.
const CONTEXT: usize = 3;

/// Why a verb could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file cannot be read or written.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: String,
        /// Why.
        cause: io::Error,
    },
    /// A template is none.
    #[error("{0}")]
    Wrong(#[from] Wrong),
    /// Standard output is closed; nobody wants more.
    #[error("{0}")]
    Output(#[from] io::Error),
    /// Anything else, in words.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// A file cannot be read or written.
    pub(crate) fn file(path: &Path, cause: io::Error) -> Self {
        Self::File { path: path.display().to_string(), cause }
    }
}

/// The exit code of a verb; says on standard error why it failed.
pub(crate) fn outcome(result: Result<Exit, Failure>) -> Exit {
    result.unwrap_or_else(|failure| {
        if let Failure::Output(error) = &failure {
            return Exit::unprinted(error);
        }
        // Where standard error is closed, nobody reads it.
        drop(writeln!(io::stderr().lock(), "error: {failure}"));
        Exit::Failure
    })
}

/// Reads a template.
pub(crate) fn read(path: &Path) -> Result<Template, Failure> {
    let bytes = fs::read(path).map_err(|cause| Failure::file(path, cause))?;
    let name = path.display().to_string();
    if bytes.starts_with(b"PK\x03\x04") {
        let message = "a zip archive, no template; `tollgate doctor` looks at packages";
        return Err(Failure::Other(format!("{name}: {message}")));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::Other(format!("{name}: not UTF-8 from byte {at} on"))
    })?;
    Ok(Template::read(&name, &text)?)
}

/// Writes a file as a whole or not at all; its mode stays.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = fs::write(&beside, bytes)
        .and_then(|()| match fs::metadata(path) {
            Ok(old) => fs::set_permissions(&beside, old.permissions()),
            Err(_) => Ok(()),
        })
        .and_then(|()| fs::rename(&beside, path));
    written.map_err(|cause| {
        // It may never have been made.
        drop(fs::remove_file(&beside));
        Failure::file(path, cause)
    })
}

/// What changed, as `diff -u` prints it; empty where nothing did. Long common ends are cut off first.
pub(crate) fn diff(path: &Path, before: &str, after: &str) -> String {
    if before == after {
        return String::new();
    }
    let old: Vec<_> = before.split_inclusive('\n').collect();
    let new: Vec<_> = after.split_inclusive('\n').collect();
    let name = path.display();
    let mut text = format!("--- {name}\n+++ {name}\n");
    for hunk in hunks(&steps(&old, &new)) {
        let count = |without: char| hunk.1.iter().filter(|(sign, _)| *sign != without).count();
        let (start_old, start_new) = hunk.0;
        // Writing to a text does not fail.
        _ = writeln!(text, "@@ -{start_old},{} +{start_new},{} @@", count('+'), count('-'));
        for (sign, line) in hunk.1 {
            _ = writeln!(text, "{sign}{}", line.trim_end_matches(['\r', '\n']));
        }
    }
    text
}

/// Each line with `-`, `+` or a blank. Edits are few and small, so the nearest common line counts.
fn steps<'l>(old: &[&'l str], new: &[&'l str]) -> Vec<(char, &'l str)> {
    let (mut a, mut b) = (old.iter().copied().peekable(), new.iter().copied().peekable());
    let (mut at_a, mut at_b) = (0, 0);
    let mut steps = Vec::new();
    loop {
        match (a.peek().copied(), b.peek().copied()) {
            (None, None) => return steps,
            (Some(x), Some(y)) if x == y => steps.push((' ', x)),
            (Some(x), y) => {
                let rest_b = new.get(at_b..).unwrap_or_default();
                let rest_a = old.get(at_a..).unwrap_or_default();
                let ahead_b = rest_b.iter().position(|one| *one == x).unwrap_or(usize::MAX);
                let ahead_a =
                    y.and_then(|y| rest_a.iter().position(|one| *one == y)).unwrap_or(usize::MAX);
                match y {
                    Some(y) if ahead_b < ahead_a => steps.push(('+', y)),
                    _ => steps.push(('-', x)),
                }
            }
            (None, Some(y)) => steps.push(('+', y)),
        }
        let sign = steps.last().map_or(' ', |(sign, _)| *sign);
        if sign != '+' {
            a.next();
            at_a += 1;
        }
        if sign != '-' {
            b.next();
            at_b += 1;
        }
    }
}

/// The first lines of a hunk in both texts, and its steps.
type Hunk<'s, 'l> = ((usize, usize), &'s [(char, &'l str)]);

fn hunks<'s, 'l>(steps: &'s [(char, &'l str)]) -> Vec<Hunk<'s, 'l>> {
    let changed: Vec<_> =
        steps.iter().enumerate().filter(|(_, step)| step.0 != ' ').map(|(at, _)| at).collect();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for at in changed {
        let (start, end) = (at.saturating_sub(CONTEXT), (at + CONTEXT + 1).min(steps.len()));
        match spans.last_mut() {
            Some(last) if start <= last.1 => last.1 = end,
            _ => spans.push((start, end)),
        }
    }
    let lines = |until: usize, without: char| {
        steps.iter().take(until).filter(|(sign, _)| *sign != without).count() + 1
    };
    let hunk = |(start, end): (usize, usize)| {
        let inside = steps.get(start..end).unwrap_or_default();
        ((lines(start, '+'), lines(start, '-')), inside)
    };
    spans.into_iter().map(hunk).collect()
}

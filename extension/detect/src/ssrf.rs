//! Addresses that only a server can reach, in every way that they can be written.
//!
//! What counts is a host in an address, not a number that looks like one: `10.0.0.1` alone is a
//! value like others unless the field holds addresses.
mod host;
#[cfg(test)]
mod tests;
mod url;

use crate::bytes::{between, contains, contains_any, find_words, from, places, trim};
use crate::finding::Match;
use crate::text::{Classes, Role, Text};
use crate::work::Work;

/// What wakes it: all classes of one entry.
pub(crate) const WAKE: &[Classes] = &[Classes::SCHEME, Classes::SLASHES, Classes::DRIVE];
/// What wakes it whatever the classes; in lower case, at least four bytes each.
pub(crate) const LITERALS: &str = "\
    169.254.169.254\nmetadata.\nmeta-data\ncomputemetadata\nfile:\njar:\nnetdoc:\ngopher:\n\
    dict:\nlocalhost\n::ffff:\nhttp:\nhttps:\n.internal\n.local\nlocaltest\nlvh.me\nloopback\n\
    kubernetes\n0x7f";

/// Passes over the text that a judgement takes, addresses apart.
const PASSES: u64 = 3;
/// The longest part of an address before its path.
const AUTHORITY: usize = 300;
/// Paths under which clouds tell a machine its secrets.
const SECRETS: &[&[u8]] = &[
    b"/latest/meta-data",
    b"/latest/user-data",
    b"/latest/dynamic/instance",
    b"/computemetadata/v",
    b"/metadata/v1",
    b"/metadata/instance",
    b"/metadata/identity",
    b"/opc/v1/",
    b"/opc/v2/",
    b"/openstack/latest",
    b"/latest/api/token",
    b"/latest/meta_data",
    b"/v2/credentials/",
];

/// Judges one decoding of a text.
pub(crate) fn inspect(text: &Text<'_>, work: &mut Work) -> Option<Match> {
    work.spend(text.bytes.len() as u64 * PASSES).ok()?;
    let lower = text.lower;
    let whole = trim(lower);
    let alone = !whole.iter().any(|byte| *byte == b' ' || *byte == b'\n');
    let place = Place { role: text.role, alone, length: whole.len() };
    for colon in places(lower, b':') {
        work.spend(32).ok()?;
        if let Some(found) = url::at_colon(lower, colon, &place, work) {
            return Some(found);
        }
    }
    if text.role.is_free() {
        return None;
    }
    if let Some(found) = lone(whole, &place).or_else(|| parameter(whole, &place, work)) {
        return Some(found);
    }
    secret_path(lower, &place)
}

/// What is known of a text while its addresses are judged.
struct Place {
    role: Role,
    /// No blanks: the whole text can be an address.
    alone: bool,
    length: usize,
}

impl Place {
    const fn is_url(&self) -> bool {
        matches!(self.role, Role::Url)
    }
}

/// A text that is nothing but a host, or an address without its scheme.
fn lone(whole: &[u8], place: &Place) -> Option<Match> {
    if !place.alone || place.length > AUTHORITY {
        return None;
    }
    let slashes = whole.iter().take_while(|byte| matches!(**byte, b'/' | b'\\')).count();
    if slashes > 1 {
        return url::authority(from(whole, slashes), place);
    }
    let end =
        whole.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(whole.len());
    let name = between(whole, 0, end);
    let reach = host::judge(name)?;
    // A number alone can be a version, a date or an amount; these writings cannot.
    let bracketed = name.first() == Some(&b'[') || contains(name, b"::ffff:");
    let certain = bracketed && reach.disguised
        || (reach.metadata && (!reach.disguised || name.contains(&b'x')))
        || (name.starts_with(b"0x") && name.contains(&b'.'));
    let address = reach.named()
        && end + 1 == whole.len()
        && name.is_ascii()
        && name.iter().any(u8::is_ascii_alphabetic);
    (place.is_url() || certain || address).then(|| reach.found())
}

/// `…?next=//host/`: an address without its scheme as the value of a parameter.
fn parameter(whole: &[u8], place: &Place, work: &mut Work) -> Option<Match> {
    if !place.alone {
        return None;
    }
    places(whole, b'=').filter(|at| from(whole, at + 1).starts_with(b"//")).take(8).find_map(|at| {
        work.spend(STEPS_A_PARAMETER).ok()?;
        url::authority(from(whole, at + 3), place)
    })
}

/// What judging an address that is a parameter takes, in steps.
const STEPS_A_PARAMETER: u64 = 900;

/// The paths of metadata services, whatever the host.
fn secret_path(lower: &[u8], place: &Place) -> Option<Match> {
    let asked = place.alone && place.length < 400 && contains_any(lower, SECRETS);
    let parameter = contains(lower, b"metadata-flavor") && contains(lower, b"google")
        || find_words(lower, b"x-aws-ec2-metadata-token", 0).is_some();
    (asked || parameter && place.alone).then_some(Match::medium("metadata-path"))
}

//! Looks over every text for all families at once.
//!
//! Nearly all texts are done with after one look: the sieve goes over them many bytes at a time
//! and stops at nothing. What it stops at is looked at byte by byte for kinds of bytes and of
//! neighbours; only families that these wake are asked. Decodings are made only when the text
//! has their marker.
mod address;
mod calm;
mod decode;
mod few;
mod form;
mod json;
mod kinds;
mod lines;
mod look;
mod multipart;
mod pointer;
mod prose;
mod sieve;
mod words;

use crate::family::Families;
use crate::finding::Finding;
use crate::text::Role;
use crate::work::{Exhausted, Work};
use look::Look;

/// Inspects every key and string of a JSON document; a finding's pointer leads to the string, or
/// to the value whose key it is. What a string holds as JSON is inspected as such, and the
/// pointer goes on in it. A text that is no JSON is inspected as far as its strings can be told.
pub fn inspect_json(
    json: &[u8],
    families: Families,
    work: &mut Work,
    found: &mut impl FnMut(Finding),
) -> Result<(), Exhausted> {
    let mut look = Look::new(families, work);
    let done = look.json(json, 0);
    look.hits_with_pointers(json).for_each(found);
    done
}

/// Inspects one text.
pub fn inspect_text(
    text: &[u8],
    role: Role,
    families: Families,
    work: &mut Work,
    found: &mut impl FnMut(Finding),
) -> Result<(), Exhausted> {
    let mut look = Look::new(families, work);
    let done = look.text(text, role, 0);
    look.hits_at("").for_each(found);
    done
}

/// Inspects the names and values of an URL-encoded form or query (`a=b&c=d`), decoded.
pub fn inspect_form(
    form: &[u8],
    families: Families,
    work: &mut Work,
    found: &mut impl FnMut(Finding),
) -> Result<(), Exhausted> {
    let mut look = Look::new(families, work);
    form::inspect(form, &mut look, found)
}

/// Inspects the parts of a multipart body (RFC 7578) whose boundary is its first line: their
/// names, file names and contents.
pub fn inspect_multipart(
    body: &[u8],
    families: Families,
    work: &mut Work,
    found: &mut impl FnMut(Finding),
) -> Result<(), Exhausted> {
    let mut look = Look::new(families, work);
    multipart::inspect(body, &mut look, found)
}

#[cfg(test)]
mod tests;

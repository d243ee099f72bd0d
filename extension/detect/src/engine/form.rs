//! Forms: names and values that are joined by `&` and `=`, each percent-encoded.
use super::look::Look;
use super::pointer::push_key;
use crate::finding::Finding;
use crate::text::Role;
use crate::work::Exhausted;

pub(super) fn inspect(
    form: &[u8],
    look: &mut Look<'_>,
    found: &mut impl FnMut(Finding),
) -> Result<(), Exhausted> {
    look.work.spend(form.len() as u64)?;
    for pair in form.split(|&byte| byte == b'&') {
        let (name, value) = match pair.iter().position(|&byte| byte == b'=') {
            Some(at) => (pair.get(..at), pair.get(at + 1..)),
            None => (Some(pair), None),
        };
        let name = decoded(name.unwrap_or_default());
        look.begin(0);
        let mut done = look.text(&name, Role::Key, 0);
        if let (Ok(()), Some(value)) = (done, value) {
            look.begin(0);
            done = look.embedded(&decoded(value), Role::Value, 0);
        }
        let mut at = String::new();
        push_key(&mut at, &name);
        look.hits_at(&at).for_each(&mut *found);
        done?;
    }
    Ok(())
}

/// A name or value: `+` is a blank, and percent signs encode bytes.
fn decoded(encoded: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let digit = |at: usize| char::from(*after.get(at)?).to_digit(16);
        match (byte, digit(0), digit(1)) {
            (b'+', ..) => decoded.push(b' '),
            (b'%', Some(high), Some(low)) => {
                decoded.push(u8::try_from(high << 4 | low).unwrap_or_default());
                rest = after.get(2..).unwrap_or_default();
            }
            _ => decoded.push(byte),
        }
    }
    decoded
}

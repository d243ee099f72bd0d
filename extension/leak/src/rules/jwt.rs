//! JSON Web Tokens: `header.payload.signature`, header and payload being JSON objects in base64url.
use super::{Reach, is_base64url};
use crate::class::Class;

/// The shortest header is `{"alg":"ES256"}`: 20 characters. `eyJ` is `{"` in base64.
const HEADER_BYTES_MIN: usize = 16;

pub(super) fn jwt(ahead: &[u8]) -> Option<(Class, Reach)> {
    let rest = ahead.strip_prefix(b"eyJ")?;
    let header = rest.iter().take_while(|byte| is_base64url(**byte)).count();
    let payload = rest.get(header..)?.strip_prefix(b".eyJ")?;
    let payload = payload.iter().take(8).take_while(|byte| is_base64url(**byte)).count();
    (header + 3 >= HEADER_BYTES_MIN && payload == 8).then_some((Class::Jwt, Reach::Run))
}

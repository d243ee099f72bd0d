//! The schemes that services publish.
use super::{SIGNATURES_MAX, Signed, bounded, seconds};
use crate::encoding;
use crate::hash::Hash;
use crate::proof::Unproved;
use crate::request::Request;

const FORM: Unproved = Unproved::invalid("the signature's header has another form");
const ABSENT: &str = "no signature's header";

/// `X-Hub-Signature-256: sha256=<hex>` over the body.
pub(super) fn github<'a>(request: &Request<'a>) -> Result<Signed<'a>, Unproved> {
    let header = bounded(request.needs("x-hub-signature-256", ABSENT)?)?;
    let code = header.strip_prefix("sha256=").and_then(|hex| encoding::hex(hex.as_bytes()));
    Ok(Signed {
        hash: Hash::Sha256,
        codes: vec![code.ok_or(FORM)?],
        parts: vec![request.body],
        seconds: None,
        id: None,
    })
}

/// `X-Shopify-Hmac-SHA256: <base64>` over the body; of events in place of webhooks without `X-`.
pub(super) fn shopify<'a>(request: &Request<'a>) -> Result<Signed<'a>, Unproved> {
    let names = ["x-shopify-hmac-sha256", "shopify-hmac-sha256"];
    let header = match [request.header(names[0])?, request.header(names[1])?] {
        [Some(header), None] | [None, Some(header)] => bounded(header)?,
        [Some(_), Some(_)] => return Err(FORM),
        [None, None] => return Err(Unproved::missing(ABSENT)),
    };
    Ok(Signed {
        hash: Hash::Sha256,
        codes: vec![encoding::base64(header.as_bytes()).ok_or(FORM)?],
        parts: vec![request.body],
        seconds: None,
        id: None,
    })
}

/// `Stripe-Signature: t=<seconds>,v1=<hex>,…` over `<seconds>.<body>`. Other versions are passed
/// over, as Stripe asks.
pub(super) fn stripe<'a>(request: &Request<'a>) -> Result<Signed<'a>, Unproved> {
    let header = bounded(request.needs("stripe-signature", ABSENT)?)?;
    let (mut time, mut codes) = (None, Vec::new());
    for part in header.split(',') {
        match part.trim().split_once('=').ok_or(FORM)? {
            ("t", _) if time.is_some() => return Err(FORM),
            ("t", text) => time = Some(text),
            ("v1", hex) => codes.push(encoding::hex(hex.as_bytes()).ok_or(FORM)?),
            _ => {}
        }
    }
    let time = time.ok_or(FORM)?;
    if codes.is_empty() || codes.len() > SIGNATURES_MAX {
        return Err(FORM);
    }
    Ok(Signed {
        hash: Hash::Sha256,
        codes,
        parts: vec![time.as_bytes(), b".", request.body],
        seconds: Some(seconds(time)?),
        id: None,
    })
}

/// `X-Slack-Signature: v0=<hex>` over `v0:<seconds>:<body>`.
pub(super) fn slack<'a>(request: &Request<'a>) -> Result<Signed<'a>, Unproved> {
    let header = bounded(request.needs("x-slack-signature", ABSENT)?)?;
    let time = request.needs("x-slack-request-timestamp", "no timestamp's header")?;
    let code = header.strip_prefix("v0=").and_then(|hex| encoding::hex(hex.as_bytes()));
    Ok(Signed {
        hash: Hash::Sha256,
        codes: vec![code.ok_or(FORM)?],
        seconds: Some(seconds(time)?),
        parts: vec![b"v0:", time.as_bytes(), b":", request.body],
        id: None,
    })
}

/// `webhook-signature: v1,<base64> …` over `<id>.<seconds>.<body>`. Other versions are passed over,
/// as the specification asks.
pub(super) fn standard<'a>(request: &Request<'a>) -> Result<Signed<'a>, Unproved> {
    let header = bounded(request.needs("webhook-signature", ABSENT)?)?;
    let id = bounded(request.needs("webhook-id", "no id's header")?)?;
    let time = request.needs("webhook-timestamp", "no timestamp's header")?;
    let mut codes = Vec::new();
    for part in header.split(' ').filter(|part| !part.is_empty()) {
        if let ("v1", code) = part.split_once(',').ok_or(FORM)? {
            codes.push(encoding::base64(code.as_bytes()).ok_or(FORM)?);
        }
    }
    // With a full stop in the id, another id and time could be read out of what was signed.
    if codes.is_empty() || codes.len() > SIGNATURES_MAX || id.is_empty() || id.contains('.') {
        return Err(FORM);
    }
    Ok(Signed {
        hash: Hash::Sha256,
        codes,
        seconds: Some(seconds(time)?),
        parts: vec![id.as_bytes(), b".", time.as_bytes(), b".", request.body],
        id: Some(id),
    })
}

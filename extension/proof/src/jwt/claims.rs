//! What a token must say (RFC 7519, section 4.1; RFC 8693, section 4.2 for scopes).
use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Algorithm;
use crate::proof::{Lack, Unproved};
use crate::strict;

/// How far the clocks of issuer and function may be apart where nothing else is said, in seconds.
pub const LEEWAY_SECONDS_DEFAULT: u32 = 60;
/// The longest text that is taken out of a token for a record, in bytes.
const TEXT_BYTES_MAX: usize = 512;

/// What a token is held against.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expected {
    /// The issuer, letter for letter.
    pub issuer: String,
    /// The token must be for one of these.
    pub audiences: Vec<String>,
    /// The algorithms that are taken; empty for all that keys are for.
    pub algorithms: Vec<Algorithm>,
    /// The scopes that it must have, all of them.
    pub scopes: Vec<String>,
    /// The claims that it must have, all of them.
    pub claims: Vec<Claim>,
    /// How far the clocks may be apart, in seconds.
    pub leeway_seconds: u32,
    /// How long ago it may have been issued, in seconds.
    pub max_age_seconds: Option<u32>,
}

/// A claim that must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its name.
    pub name: String,
    /// It must be one of these texts, or a list with one of them in it; any value if there is none.
    pub any_of: Vec<String>,
}

/// What is taken out of a token for the record.
pub(super) struct Word<'a> {
    pub(super) issuer: Option<&'a str>,
    pub(super) subject: Option<&'a str>,
    pub(super) id: Option<&'a str>,
    pub(super) made_ms: Option<u64>,
    pub(super) ends_ms: Option<u64>,
}

impl Expected {
    /// Holds the claims of a token whose signature holds.
    pub(super) fn hold<'a>(
        &self,
        claims: &'a Map<String, Value>,
        now_ms: u64,
    ) -> Result<Word<'a>, Unproved> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        if text("iss") != Some(&self.issuer) {
            return Err(Unproved::invalid("the token is from another issuer"));
        }
        let audience = claims.get("aud").map(texts).unwrap_or_default();
        if !audience.iter().any(|it| self.audiences.iter().any(|known| known == it)) {
            return Err(Unproved::invalid("the token is for another audience"));
        }
        let (made_ms, ends_ms) = self.times(claims, now_ms)?;
        self.scopes(claims)?;
        self.claims.iter().try_for_each(|claim| claim.hold(claims))?;
        let short = |name| text(name).filter(|text| text.len() <= TEXT_BYTES_MAX);
        Ok(Word { issuer: short("iss"), subject: short("sub"), id: text("jti"), made_ms, ends_ms })
    }

    fn times(
        &self,
        claims: &Map<String, Value>,
        now_ms: u64,
    ) -> Result<(Option<u64>, Option<u64>), Unproved> {
        let leeway_ms = u64::from(self.leeway_seconds) * 1000;
        let ends_ms = moment(claims, "exp")?;
        let ends = ends_ms.ok_or(Unproved::invalid("the token has no end (`exp`)"))?;
        if ends.saturating_add(leeway_ms) <= now_ms {
            return Err(Unproved::expired("the token has expired"));
        }
        let early = |at: u64| at > now_ms.saturating_add(leeway_ms);
        if moment(claims, "nbf")?.is_some_and(early) {
            return Err(Unproved::invalid("the token is not valid yet (`nbf`)"));
        }
        let made_ms = moment(claims, "iat")?;
        if made_ms.is_some_and(early) {
            return Err(Unproved::invalid("the token was issued in the future (`iat`)"));
        }
        if let Some(seconds) = self.max_age_seconds {
            let made =
                made_ms.ok_or(Unproved::invalid("the token does not say when it was made"))?;
            let oldest = made.saturating_add(u64::from(seconds) * 1000).saturating_add(leeway_ms);
            if oldest < now_ms {
                return Err(Unproved::expired("the token is older than policy allows"));
            }
        }
        Ok((made_ms, ends_ms))
    }

    /// `scope` with blanks between, or `scp` as a list or as that.
    fn scopes(&self, claims: &Map<String, Value>) -> Result<(), Unproved> {
        let given = [claims.get("scope"), claims.get("scp")].into_iter().flatten().flat_map(texts);
        let given: Vec<&str> = given.flat_map(|text| text.split(' ')).collect();
        match self.scopes.iter().find(|wanted| !given.contains(&wanted.as_str())) {
            None => Ok(()),
            Some(missing) => {
                let why = Cow::from(format!("the token lacks the scope `{missing}`"));
                Err(Unproved { lack: Lack::Invalid, why })
            }
        }
    }
}

impl Claim {
    /// The members of an object of claims; nothing where it is none, or where one stands twice.
    pub fn all(json: &[u8]) -> Map<String, Value> {
        strict::object(json).unwrap_or_default()
    }

    /// Whether these claims have it.
    pub fn hold(&self, claims: &Map<String, Value>) -> Result<(), Unproved> {
        let fits = |value: &Value| {
            self.any_of.is_empty()
                || texts(value).iter().any(|text| self.any_of.iter().any(|it| it == text))
        };
        match claims.get(&self.name) {
            Some(value) if !value.is_null() && fits(value) => Ok(()),
            found => {
                let how = if found.is_none() { "lacks" } else { "has another" };
                let why = Cow::from(format!("the token {how} claim `{}`", self.name));
                Err(Unproved { lack: Lack::Invalid, why })
            }
        }
    }
}

/// A text, or the texts of a list; `true` and `false` count as texts.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Bool(true) => vec!["true"],
        Value::Bool(false) => vec!["false"],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A `NumericDate` (RFC 7519, section 2) in milliseconds since the Unix epoch.
fn moment(claims: &Map<String, Value>, name: &str) -> Result<Option<u64>, Unproved> {
    const FORM: Unproved = Unproved::invalid("a time in the token is no time");
    /// The last second of the year 9999.
    const LAST: f64 = 253_402_300_799.0;
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = value.as_f64().filter(|it| (0.0..=LAST).contains(it)).ok_or(FORM)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to 2.6e14, cut to whole milliseconds"
    )]
    let milliseconds = (seconds * 1000.0) as u64;
    Ok(Some(milliseconds))
}

//! From what is written of proofs to rules, and the list of keys that they need.
use tollgate_event::Trigger;
use tollgate_proof::jwt::{self, Claim, Expected};
use tollgate_proof::keyring::Form;
use tollgate_proof::webhook::{self, Generic, Scheme, Template, Webhook};
use tollgate_proof::{Hash, sns};

use super::value;
use crate::auth::{Auth, ContextRule, HmacRule, JwtRule, KeyNeed, Signing, SnsRule, Way};
use crate::document::{Written, WrittenAuth, WrittenHmac, WrittenJwt, WrittenKey};
use crate::options::{CodeEncoding, CodeHash, DirectInvoke, SchemeName};
use crate::problem::Problem;
use crate::sources::{Pattern, SourceRule};

/// How far the clocks of two functions may be apart where nothing else is said, in milliseconds.
const CONTEXT_LEEWAY_MS: u64 = 30_000;
/// How long a context holds where nothing else is said, in milliseconds.
const CONTEXT_LIFE_MS: u64 = 60_000;

/// What the events of a source must prove.
pub(super) fn compile(
    rule: &SourceRule,
    written: &WrittenAuth<'_>,
    needs: &mut Vec<KeyNeed>,
) -> Auth {
    let mut ways = Vec::new();
    if let Some(jwt) = &written.jwt {
        ways.push(Way::Jwt(Box::new(compile_jwt(jwt, needs))));
    }
    if let Some(hmac) = &written.hmac {
        ways.push(Way::Hmac(Box::new(compile_hmac(hmac, needs))));
    }
    if let Some(written) = &written.sns {
        let certificates = written.certificates.as_ref();
        ways.push(Way::Sns(SnsRule {
            topics: topics(rule, &written.topics),
            certificates: certificates.map(|key| need(needs, key, Form::Certificates)),
            tolerance_seconds: written.tolerance_ms.map_or(sns::TOLERANCE_SECONDS_DEFAULT, seconds),
        }));
    }
    if let Some(written) = &written.context {
        ways.push(Way::Context(ContextRule {
            keys: need(needs, &written.keys, Form::Contexts),
            leeway_seconds: seconds(written.leeway_ms.unwrap_or(CONTEXT_LEEWAY_MS)),
            strip: written.strip,
        }));
    }
    if let Some(written) = &written.asserted {
        ways.push(Way::Asserted(Box::new(written.value.clone())));
    }
    Auth { ways, replay: written.replay.as_ref().map(|replay| replay.value) }
}

/// The topics that messages may come through: as it is written, or the source itself where that is
/// a topic.
fn topics(rule: &SourceRule, written: &[String]) -> Vec<Pattern> {
    let is_topic = rule.triggers.iter().all(|trigger| *trigger == Trigger::Sns);
    let own = rule.arn.clone().filter(|_| is_topic && written.is_empty());
    own.into_iter().chain(written.iter().map(Pattern::new)).collect()
}

fn compile_jwt(written: &WrittenJwt<'_>, needs: &mut Vec<KeyNeed>) -> JwtRule {
    let claim = |(name, any_of): &(String, Vec<String>)| Claim {
        name: name.clone(),
        any_of: any_of.clone(),
    };
    JwtRule {
        header: written.header.clone().unwrap_or_else(|| "authorization".to_owned()),
        keys: need(needs, &written.key, Form::Jwks),
        expected: Expected {
            issuer: written.issuer.clone(),
            audiences: written.audience.clone(),
            algorithms: written.algorithms.iter().map(|algorithm| algorithm.0).collect(),
            scopes: written.scopes.clone(),
            claims: written.claims.iter().map(claim).collect(),
            leeway_seconds: written.leeway_ms.map_or(jwt::LEEWAY_SECONDS_DEFAULT, seconds),
            max_age_seconds: written.max_age_ms.map(seconds),
        },
    }
}

fn compile_hmac(written: &WrittenHmac<'_>, needs: &mut Vec<KeyNeed>) -> HmacRule {
    let scheme = match written.scheme {
        SchemeName::Github => Scheme::Github,
        SchemeName::Stripe => Scheme::Stripe,
        SchemeName::Slack => Scheme::Slack,
        SchemeName::Twilio => Scheme::Twilio,
        SchemeName::Shopify => Scheme::Shopify,
        SchemeName::Standard => Scheme::Standard,
        SchemeName::Generic => Scheme::Generic(Box::new(generic(written))),
    };
    let secrets = &written.secrets;
    let form = || Form::Webhook(scheme.clone());
    HmacRule {
        secrets: secrets.iter().map(|key| need(needs, key, form())).collect(),
        url: written.url.clone(),
        webhook: Webhook {
            tolerance_seconds: written
                .tolerance_ms
                .map_or(webhook::TOLERANCE_SECONDS_DEFAULT, seconds),
            scheme,
        },
    }
}

fn generic(written: &WrittenHmac<'_>) -> Generic {
    let usual = if written.timestamp_header.is_some() { "{timestamp}.{body}" } else { "{body}" };
    let template = written.signed.as_deref().unwrap_or(usual);
    Generic {
        header: written.header.clone().unwrap_or_default(),
        hash: match written.algorithm.unwrap_or_default() {
            CodeHash::Sha1 => Hash::Sha1,
            CodeHash::Sha256 => Hash::Sha256,
            CodeHash::Sha384 => Hash::Sha384,
            CodeHash::Sha512 => Hash::Sha512,
        },
        encoding: match written.encoding.unwrap_or_default() {
            CodeEncoding::Hex => webhook::Encoding::Hex,
            CodeEncoding::Base64 => webhook::Encoding::Base64,
            CodeEncoding::Base64Url => webhook::Encoding::Base64Url,
        },
        prefix: written.prefix.clone().unwrap_or_default(),
        timestamp_header: written.timestamp_header.clone(),
        signed: Template::parse(template).unwrap_or_else(Template::body),
    }
}

/// What this function's own contexts are signed with: its own word, or the baseline's.
pub(super) fn signing(
    baseline: &Written<'_>,
    own: &Written<'_>,
    needs: &mut Vec<KeyNeed>,
) -> Option<Signing> {
    let written = own.contexts.as_ref().or(baseline.contexts.as_ref())?;
    let key = need(needs, &written.keys, Form::Signing);
    Some(Signing { key, life_ms: written.life_ms.unwrap_or(CONTEXT_LIFE_MS) })
}

/// What is written of callers counts for nothing where anybody may invoke: that may be meant
/// otherwise.
pub(super) fn notes(baseline: &Written<'_>, own: &Written<'_>) -> Vec<Problem> {
    let stated = value(own.direct_invoke.as_ref(), baseline.direct_invoke.as_ref());
    if stated == Some(DirectInvoke::Closed) {
        return Vec::new();
    }
    let mut notes = Vec::new();
    for written in [baseline, own] {
        let sources = written.sources.iter().flat_map(|listed| &listed.value).enumerate();
        for (i, source) in sources {
            if let Some(asserted) = &source.value.auth.asserted {
                let key = format!("sources[{i}].auth.asserted");
                let message = "counts only under `direct_invoke: closed`: whoever may invoke can \
                               write these fields, so that every event of this source is refused";
                notes.push(asserted.place.problem(&key, message));
            }
        }
        if let Some(place) = written.authz.callers_place {
            let message = "without `direct_invoke: closed` only signed contexts tell who calls: a \
                           function, role or service that an event merely names is lateral";
            notes.push(place.problem("callers", message));
        }
    }
    notes
}

/// The place of a key among the needs; the same key is needed once.
fn need(needs: &mut Vec<KeyNeed>, key: &WrittenKey<'_>, form: Form) -> usize {
    let need = key.need(form);
    if let Some(index) = needs.iter().position(|known| known.need == need) {
        return index;
    }
    needs.push(KeyNeed { need, place: key.place.problem(&key.shown, "") });
    needs.len() - 1
}

/// Whole seconds, rounded up.
fn seconds(ms: u64) -> u32 {
    u32::try_from(ms.div_ceil(1000)).unwrap_or(u32::MAX)
}

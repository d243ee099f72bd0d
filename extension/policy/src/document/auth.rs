//! `sources[].auth` as it is written, and what of it makes sense together.
mod asserted;

use tollgate_event::Trigger;
use tollgate_proof::keyring::{Form, Need, Origin};

use super::fields::{Field, Fields, Reader};
use crate::auth::AssertedRule;
use crate::options::{CodeEncoding, CodeHash, Replay, SchemeName, TokenAlgorithm};
use crate::problem::{At, Place};

/// What a document says of a source's proofs.
#[derive(Debug, Default)]
pub(crate) struct WrittenAuth<'a> {
    pub(crate) jwt: Option<WrittenJwt<'a>>,
    pub(crate) hmac: Option<WrittenHmac<'a>>,
    pub(crate) sns: Option<WrittenSns<'a>>,
    pub(crate) context: Option<WrittenContext<'a>>,
    pub(crate) asserted: Option<At<'a, AssertedRule>>,
    pub(crate) replay: Option<At<'a, Replay>>,
}

/// Where a key is kept, and the key of the document that says so.
#[derive(Debug, Clone)]
pub(crate) struct WrittenKey<'a> {
    pub(crate) origin: Origin,
    pub(crate) place: Place<'a>,
    pub(crate) shown: String,
}

#[derive(Debug)]
pub(crate) struct WrittenJwt<'a> {
    pub(crate) issuer: String,
    pub(crate) audience: Vec<String>,
    pub(crate) key: WrittenKey<'a>,
    pub(crate) header: Option<String>,
    pub(crate) algorithms: Vec<TokenAlgorithm>,
    pub(crate) scopes: Vec<String>,
    /// Names, and values any of which will do.
    pub(crate) claims: Vec<(String, Vec<String>)>,
    pub(crate) leeway_ms: Option<u64>,
    pub(crate) max_age_ms: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct WrittenHmac<'a> {
    pub(crate) scheme: SchemeName,
    pub(crate) secrets: Vec<WrittenKey<'a>>,
    pub(crate) tolerance_ms: Option<u64>,
    pub(crate) url: Option<String>,
    pub(crate) header: Option<String>,
    pub(crate) algorithm: Option<CodeHash>,
    pub(crate) encoding: Option<CodeEncoding>,
    pub(crate) prefix: Option<String>,
    pub(crate) timestamp_header: Option<String>,
    pub(crate) signed: Option<String>,
}

#[derive(Debug)]
pub(crate) struct WrittenSns<'a> {
    pub(crate) topics: Vec<String>,
    pub(crate) certificates: Option<WrittenKey<'a>>,
    pub(crate) tolerance_ms: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct WrittenContext<'a> {
    pub(crate) keys: WrittenKey<'a>,
    pub(crate) leeway_ms: Option<u64>,
    pub(crate) life_ms: Option<u64>,
    pub(crate) strip: bool,
}

impl WrittenKey<'_> {
    /// What is needed, in this form.
    pub(crate) fn need(&self, form: Form) -> Need {
        Need { origin: self.origin.clone(), form }
    }
}

/// Reads `sources[].auth`.
pub(super) fn read<'a>(
    reader: &mut Reader<'_>,
    source: &Fields<'a, '_>,
    triggers: &[Trigger],
    reports_item_failures: bool,
) -> WrittenAuth<'a> {
    let Some(field) = source.field("sources[].auth") else { return WrittenAuth::default() };
    let table = reader.table(source, "sources[].auth");
    let written = WrittenAuth {
        jwt: read_jwt(reader, &table, triggers),
        hmac: read_hmac(reader, &table, triggers),
        sns: read_sns(reader, &table, triggers),
        context: read_context(reader, &table, triggers),
        asserted: asserted::read(reader, &table, triggers),
        replay: reader.word(&table, "sources[].auth.replay"),
    };
    // Of a queue's messages each is proved and used by itself.
    let is_told_apart = triggers.iter().all(|trigger| *trigger == Trigger::Sqs);
    let forgets = reports_item_failures && !is_told_apart;
    if let Some(replay) = written.replay.as_ref().filter(|_| forgets) {
        let message = "not with `reports_item_failures`: what the function reports as failed could \
                       not be tried again";
        reader.complain(replay.place, &format!("{}.replay", field.shown), message);
    }
    let signs = ["jwt", "hmac", "sns", "context"];
    let signed = signs.iter().any(|way| table.field(&format!("sources[].auth.{way}")).is_some());
    if let Some(replay) = written.replay.as_ref().filter(|_| !signed) {
        let message = "nothing here tells one event from another; expected a way with a signature";
        reader.complain(replay.place, &format!("{}.replay", field.shown), message);
    }
    written
}

fn read_jwt<'a>(
    reader: &mut Reader<'_>,
    auth: &Fields<'a, '_>,
    triggers: &[Trigger],
) -> Option<WrittenJwt<'a>> {
    let field = auth.field("sources[].auth.jwt")?;
    require(
        reader,
        field,
        triggers,
        Trigger::is_http,
        "no HTTP request, so that it has no headers",
    );
    let jwt = reader.table(auth, "sources[].auth.jwt");
    let origins = [
        key_in(reader, &jwt, "sources[].auth.jwt.jwks_file", Kept::File),
        key_in(reader, &jwt, "sources[].auth.jwt.jwks_url", Kept::Url),
    ];
    let key = only_one(reader, field, origins, "`jwks_file` or `jwks_url`");
    let issuer = needed(reader, &jwt, field, "sources[].auth.jwt.issuer");
    let audience = reader.texts(&jwt, "sources[].auth.jwt.audience");
    if jwt.field("sources[].auth.jwt.audience").is_none() {
        let message = "missing; expected whom the tokens are for";
        reader.complain(jwt.place, &format!("{}.audience", field.shown), message);
    }
    let algorithms = jwt.field("sources[].auth.jwt.algorithms");
    let algorithms = algorithms.map(|field| reader.choices(field)).unwrap_or_default();
    Some(WrittenJwt {
        issuer: issuer?,
        audience,
        key: key?,
        header: text(reader, &jwt, "sources[].auth.jwt.header"),
        algorithms,
        scopes: reader.texts(&jwt, "sources[].auth.jwt.scopes"),
        claims: read_claims(reader, &jwt, "sources[].auth.jwt.claims"),
        leeway_ms: time(reader, &jwt, "sources[].auth.jwt.leeway"),
        max_age_ms: time(reader, &jwt, "sources[].auth.jwt.max_age"),
    })
}

/// Names of claims, each with values any of which will do.
fn read_claims(
    reader: &mut Reader<'_>,
    of: &Fields<'_, '_>,
    path: &str,
) -> Vec<(String, Vec<String>)> {
    let Some(field) = of.field(path) else { return Vec::new() };
    let mut claims = Vec::new();
    for table in reader.tables(field) {
        let name = needed(reader, &table, field, &format!("{path}[].name"));
        let values = reader.texts(&table, &format!("{path}[].value"));
        claims.extend(name.map(|name| (name, values)));
    }
    claims
}

fn read_hmac<'a>(
    reader: &mut Reader<'_>,
    auth: &Fields<'a, '_>,
    triggers: &[Trigger],
) -> Option<WrittenHmac<'a>> {
    let field = auth.field("sources[].auth.hmac")?;
    require(
        reader,
        field,
        triggers,
        Trigger::is_http,
        "no HTTP request, so that it has no headers",
    );
    let hmac = reader.table(auth, "sources[].auth.hmac");
    let mut secrets = Vec::new();
    for (path, place) in [
        ("sources[].auth.hmac.secret_env", Kept::Environment),
        ("sources[].auth.hmac.secret_file", Kept::File),
        ("sources[].auth.hmac.secret_arn", Kept::Secret),
        ("sources[].auth.hmac.secret_parameter", Kept::Parameter),
    ] {
        secrets.extend(keys_in(reader, &hmac, path, place));
    }
    if secrets.is_empty() {
        let message = "missing; expected `secret_env`, `secret_file`, `secret_arn` or \
                       `secret_parameter`";
        reader.complain(hmac.place, &field.shown, message);
    }
    let Some(scheme) = reader.word::<SchemeName>(&hmac, "sources[].auth.hmac.scheme") else {
        if hmac.field("sources[].auth.hmac.scheme").is_none() {
            let message = "missing; expected how the service signs";
            reader.complain(hmac.place, &format!("{}.scheme", field.shown), message);
        }
        return None;
    };
    let key = |name: &str| format!("sources[].auth.hmac.{name}");
    let written = WrittenHmac {
        scheme: scheme.value,
        secrets,
        tolerance_ms: time(reader, &hmac, &key("tolerance")),
        url: text(reader, &hmac, &key("url")),
        header: text(reader, &hmac, &key("header")),
        algorithm: reader.word(&hmac, &key("algorithm")).map(|at| at.value),
        encoding: reader.word(&hmac, &key("encoding")).map(|at| at.value),
        prefix: text(reader, &hmac, &key("prefix")),
        timestamp_header: text(reader, &hmac, &key("timestamp_header")),
        signed: text(reader, &hmac, &key("signed")),
    };
    require_generic(reader, &hmac, field, &written);
    Some(written)
}

/// Keys that only a scheme of one's own takes, and what it cannot do without.
fn require_generic(
    reader: &mut Reader<'_>,
    hmac: &Fields<'_, '_>,
    field: &Field<'_, '_>,
    written: &WrittenHmac<'_>,
) {
    let is_generic = written.scheme == SchemeName::Generic;
    for name in ["header", "algorithm", "encoding", "prefix", "timestamp_header", "signed"] {
        if let Some(field) = hmac.field(&format!("sources[].auth.hmac.{name}"))
            && !is_generic
        {
            reader.complain(field.value.place, &field.shown, "only with `scheme: generic`");
        }
    }
    if is_generic && written.header.is_none() {
        let message = "missing; `scheme: generic` needs the header with the signature";
        reader.complain(hmac.place, &format!("{}.header", field.shown), message);
    }
    let signs_time = written.signed.as_deref().map(|signed| signed.contains("{timestamp}"));
    let has_time = written.timestamp_header.is_some();
    if is_generic && signs_time.is_some_and(|signs| signs != has_time) {
        let message = "`{timestamp}` and `timestamp_header` need each other";
        reader.complain(hmac.place, &format!("{}.signed", field.shown), message);
    }
}

fn read_sns<'a>(
    reader: &mut Reader<'_>,
    auth: &Fields<'a, '_>,
    triggers: &[Trigger],
) -> Option<WrittenSns<'a>> {
    let field = auth.field("sources[].auth.sns")?;
    let carries = |trigger| matches!(trigger, Trigger::Sns | Trigger::Sqs);
    require(reader, field, triggers, carries, "carries no message of SNS");
    let sns = reader.table(auth, "sources[].auth.sns");
    Some(WrittenSns {
        topics: reader.texts(&sns, "sources[].auth.sns.topics"),
        certificates: key_in(reader, &sns, "sources[].auth.sns.certs_file", Kept::File),
        tolerance_ms: time(reader, &sns, "sources[].auth.sns.tolerance"),
    })
}

fn read_context<'a>(
    reader: &mut Reader<'_>,
    auth: &Fields<'a, '_>,
    triggers: &[Trigger],
) -> Option<WrittenContext<'a>> {
    let field = auth.field("sources[].auth.context")?;
    let context = reader.table(auth, "sources[].auth.context");
    let keys = read_keys(reader, &context, field, "sources[].auth.context.keys");
    let strip = reader.flag(&context, "sources[].auth.context.strip");
    if let Some(field) = context.field("sources[].auth.context.strip") {
        let carries = |trigger| !matches!(trigger, Trigger::Sqs | Trigger::Sns);
        require(
            reader,
            field,
            triggers,
            carries,
            "carried with an attribute, never in the payload",
        );
    }
    Some(WrittenContext {
        keys: keys?,
        leeway_ms: time(reader, &context, "sources[].auth.context.leeway"),
        life_ms: None,
        strip: strip.is_some_and(|at| at.value),
    })
}

/// Reads `contexts`: what this function signs with.
pub(super) fn read_signing<'a>(
    reader: &mut Reader<'_>,
    root: &Fields<'a, '_>,
) -> Option<WrittenContext<'a>> {
    let field = root.field("contexts")?;
    let table = reader.table(root, "contexts");
    let keys = read_keys(reader, &table, field, "contexts.key");
    Some(WrittenContext {
        keys: keys?,
        leeway_ms: None,
        life_ms: time(reader, &table, "contexts.life"),
        strip: false,
    })
}

/// The one key that says where the keys of contexts are: `…_file`, `…_env` and so on.
fn read_keys<'a>(
    reader: &mut Reader<'_>,
    table: &Fields<'a, '_>,
    field: &Field<'a, '_>,
    path: &str,
) -> Option<WrittenKey<'a>> {
    let origins = [
        key_in(reader, table, &format!("{path}_file"), Kept::File),
        key_in(reader, table, &format!("{path}_env"), Kept::Environment),
        key_in(reader, table, &format!("{path}_arn"), Kept::Secret),
        key_in(reader, table, &format!("{path}_parameter"), Kept::Parameter),
    ];
    let name = path.rsplit_once('.').map_or(path, |(_, name)| name);
    let wanted = format!("`{name}_file`, `{name}_env`, `{name}_arn` or `{name}_parameter`");
    only_one(reader, field, origins, &wanted)
}

/// Where a key of the document says that a key is.
#[derive(Clone, Copy)]
enum Kept {
    Environment,
    File,
    Secret,
    Parameter,
    Url,
}

impl Kept {
    fn origin(self, document: &str, text: String) -> Origin {
        match self {
            Self::Environment => Origin::Environment(text),
            Self::File => Origin::File { document: document.to_owned(), path: text },
            Self::Secret => Origin::Secret(text),
            Self::Parameter => Origin::Parameter(text),
            Self::Url => Origin::Url(text),
        }
    }
}

fn key_in<'a>(
    reader: &mut Reader<'_>,
    of: &Fields<'a, '_>,
    path: &str,
    at: Kept,
) -> Option<WrittenKey<'a>> {
    let shown = of.field(path)?.shown.clone();
    let text = reader.text(of, path)?;
    let origin = at.origin(text.place.file, text.value);
    Some(WrittenKey { origin, place: text.place, shown })
}

fn keys_in<'a>(
    reader: &mut Reader<'_>,
    of: &Fields<'a, '_>,
    path: &str,
    at: Kept,
) -> Vec<WrittenKey<'a>> {
    let Some(field) = of.field(path) else { return Vec::new() };
    let (place, shown) = (field.value.place, field.shown.clone());
    let texts = reader.texts(of, path).into_iter();
    let key =
        |text| WrittenKey { origin: at.origin(place.file, text), place, shown: shown.clone() };
    texts.map(key).collect()
}

fn only_one<'a>(
    reader: &mut Reader<'_>,
    field: &Field<'_, '_>,
    found: impl IntoIterator<Item = Option<WrittenKey<'a>>>,
    names: &str,
) -> Option<WrittenKey<'a>> {
    let mut found = found.into_iter().flatten();
    let first = found.next();
    if first.is_none() || found.next().is_some() {
        reader.complain(field.value.place, &field.shown, format!("expected one of {names}"));
    }
    first
}

fn needed(
    reader: &mut Reader<'_>,
    of: &Fields<'_, '_>,
    holder: &Field<'_, '_>,
    path: &str,
) -> Option<String> {
    if of.field(path).is_none() {
        let name = path.rsplit_once('.').map_or(path, |(_, name)| name);
        reader.complain(of.place, &format!("{}.{name}", holder.shown), "missing");
    }
    text(reader, of, path)
}

fn text(reader: &mut Reader<'_>, of: &Fields<'_, '_>, path: &str) -> Option<String> {
    reader.text(of, path).map(|at| at.value)
}

fn time(reader: &mut Reader<'_>, of: &Fields<'_, '_>, path: &str) -> Option<u64> {
    reader.duration(of, path).map(|at| at.value)
}

fn require(
    reader: &mut Reader<'_>,
    field: &Field<'_, '_>,
    triggers: &[Trigger],
    fits: impl Fn(Trigger) -> bool,
    what: &str,
) {
    for trigger in triggers.iter().filter(|trigger| !fits(**trigger)) {
        reader.complain(field.value.place, &field.shown, format!("`{trigger}` is {what}"));
    }
}

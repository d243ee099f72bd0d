//! `sources[].auth.asserted` as it is written.
use tollgate_event::Trigger;
use tollgate_proof::jwt::Claim;

use super::super::fields::{Fields, Reader};
use super::{read_claims, require};
use crate::auth::{AssertedRule, CertificateRule};
use crate::problem::At;
use crate::sources::Pattern;

/// Whether the events of a trigger can name something.
type Names = fn(Trigger) -> bool;

/// What the fields of the event must say of who calls.
pub(super) fn read<'a>(
    reader: &mut Reader<'_>,
    auth: &Fields<'a, '_>,
    triggers: &[Trigger],
) -> Option<At<'a, AssertedRule>> {
    let field = auth.field("sources[].auth.asserted")?;
    let table = reader.table(auth, "sources[].auth.asserted");
    let fits: [(&str, Names, &str); 5] = [
        ("iam", Trigger::names_iam, "IAM caller"),
        ("api_key", Trigger::names_api_key, "API key"),
        ("sender", |trigger| trigger == Trigger::Sqs, "sender"),
        ("certificate", Trigger::names_certificate, "client certificate"),
        ("claims", Trigger::names_claims, "claims"),
    ];
    let mut any = false;
    for (name, names, what) in fits {
        if let Some(field) = table.field(&format!("sources[].auth.asserted.{name}")) {
            any = true;
            require(
                reader,
                field,
                triggers,
                names,
                &format!("a trigger whose events name no {what}"),
            );
        }
    }
    if !any {
        let message = "expected `iam`, `api_key`, `sender`, `certificate` or `claims`";
        reader.complain(field.value.place, &field.shown, message);
    }
    let patterns = |reader: &mut Reader<'_>, of: &Fields<'_, '_>, path: &str| -> Vec<Pattern> {
        reader.texts(of, path).into_iter().map(Pattern::new).collect()
    };
    let certificate = table.field("sources[].auth.asserted.certificate").map(|_| {
        let table = reader.table(&table, "sources[].auth.asserted.certificate");
        CertificateRule {
            subject: patterns(reader, &table, "sources[].auth.asserted.certificate.subject"),
            issuer: patterns(reader, &table, "sources[].auth.asserted.certificate.issuer"),
            san: patterns(reader, &table, "sources[].auth.asserted.certificate.san"),
        }
    });
    let claims = read_claims(reader, &table, "sources[].auth.asserted.claims").into_iter();
    let rule = AssertedRule {
        iam: patterns(reader, &table, "sources[].auth.asserted.iam"),
        api_key: patterns(reader, &table, "sources[].auth.asserted.api_key"),
        sender: patterns(reader, &table, "sources[].auth.asserted.sender"),
        certificate,
        claims: claims.map(|(name, any_of)| Claim { name, any_of }).collect(),
    };
    Some(At { value: rule, place: field.value.place })
}

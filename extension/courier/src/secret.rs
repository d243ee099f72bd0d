//! Fetches secrets from Secrets Manager and Parameter Store.

use crate::aws;
use crate::signed::{Service, Signed};
use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tollgate_link::secret::{ReadSecret, SecretStore, SecretValue};
use tollgate_link::{Blob, Cause, Failure};
use zeroize::Zeroizing;

/// Fetches a secret. What it is goes into no log and no error.
pub(crate) async fn read(signed: Signed<'_>, ask: ReadSecret) -> Result<SecretValue, Failure> {
    let (whole, version) = match ask.store {
        SecretStore::SecretsManager => secrets_manager(signed.config(), ask.name).await?,
        SecretStore::ParameterStore => parameter_store(signed, &ask.name).await?,
    };
    let value = match &ask.member {
        Some(member) => member_of(&whole, member)?,
        None => whole.to_vec(),
    };
    Ok(SecretValue { value: Blob(value), version })
}

/// "AWS Secrets Manager API Reference", `GetSecretValue`.
async fn secrets_manager(
    config: &SdkConfig,
    name: String,
) -> Result<(Zeroizing<Vec<u8>>, String), Failure> {
    let got = Client::new(config).get_secret_value().secret_id(name).send().await;
    let got = got.map_err(|error| aws::failure(&error))?;
    let text = got.secret_string.map(String::into_bytes);
    let bytes = text.or_else(|| got.secret_binary.map(aws_smithy_types::Blob::into_inner));
    let bytes = bytes.ok_or_else(|| Failure::new(Cause::Service, "secretsmanager: no value"))?;
    Ok((Zeroizing::new(bytes), got.version_id.unwrap_or_default()))
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetParameter<'a> {
    name: &'a str,
    with_decryption: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Got {
    parameter: Parameter,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    value: String,
    #[serde(default)]
    version: u64,
}

/// "AWS Systems Manager API Reference", `GetParameter`.
async fn parameter_store(
    signed: Signed<'_>,
    name: &str,
) -> Result<(Zeroizing<Vec<u8>>, String), Failure> {
    let ask = serde_json::to_vec(&GetParameter { name, with_decryption: true });
    let ask = ask.unwrap_or_default();
    let answer = signed.json(Service::Ssm, signed.region()?, "AmazonSSM.GetParameter", ask).await?;
    let answer = Zeroizing::new(answer);
    let got: Got = serde_json::from_slice(&answer)
        .map_err(|_| Failure::new(Cause::Service, "ssm: an answer without a parameter"))?;
    Ok((Zeroizing::new(got.parameter.value.into_bytes()), got.parameter.version.to_string()))
}

/// A string that stands in a JSON object; keys for signatures are often kept several in one secret.
fn member_of(whole: &[u8], member: &str) -> Result<Vec<u8>, Failure> {
    let no = |what: &str| Failure::new(Cause::Refused, format!("the secret {what}"));
    let object: Value = serde_json::from_slice(whole)
        .map_err(|_| no("is no JSON object, but a member is named"))?;
    let text = object.get(member).and_then(Value::as_str);
    Ok(text.ok_or_else(|| no("has no such member, or it is no string"))?.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_member_of_a_secret_can_be_meant() {
        assert_eq!(member_of(br#"{"a":"x","b":"y"}"#, "b").unwrap(), b"y");
        for (whole, member) in
            [(&b"plain"[..], "a"), (br#"{"a":1}"#, "a"), (br#"{"a":"hush"}"#, "b")]
        {
            let failure = member_of(whole, member).unwrap_err();
            assert_eq!(failure.cause, Cause::Refused);
            assert!(!failure.to_string().contains("hush"));
        }
    }
}

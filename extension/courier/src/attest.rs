//! Has KMS sign, and fetches the public half of its keys.

use crate::aws;
use aws_config::SdkConfig;
use aws_sdk_kms::Client;
use aws_sdk_kms::types::{MessageType, SigningAlgorithmSpec};
use aws_smithy_types::Blob as Bytes;
use tollgate_link::attest::{Attest, Attested, KeyRead, ReadKey};
use tollgate_link::{Blob, Cause, Failure};

/// The one algorithm: keys of the spec `ECC_NIST_P256`. The digest is SHA-256, so it fits no other
/// curve ("AWS KMS Developer Guide": asymmetric key specs).
const ALGORITHM: SigningAlgorithmSpec = SigningAlgorithmSpec::EcdsaSha256;

/// "AWS KMS API Reference", `Sign`.
pub(crate) async fn sign(config: &SdkConfig, ask: Attest) -> Result<Attested, Failure> {
    let signing = Client::new(config)
        .sign()
        .key_id(ask.key)
        .message(Bytes::new(ask.message))
        .message_type(MessageType::Raw)
        .signing_algorithm(ALGORITHM)
        .send();
    let signed = signing.await.map_err(|error| aws::failure(&error))?;
    let (Some(signature), Some(key_arn)) = (signed.signature, signed.key_id) else {
        return Err(Failure::new(Cause::Service, "kms: an answer without a signature"));
    };
    Ok(Attested {
        key_arn,
        algorithm: ALGORITHM.as_str().to_owned(),
        signature: Blob(signature.into_inner()),
    })
}

/// "AWS KMS API Reference", `GetPublicKey`.
pub(crate) async fn read_key(config: &SdkConfig, ask: ReadKey) -> Result<KeyRead, Failure> {
    let got = Client::new(config).get_public_key().key_id(ask.key).send().await;
    let got = got.map_err(|error| aws::failure(&error))?;
    let (Some(key), Some(key_arn)) = (got.public_key, got.key_id) else {
        return Err(Failure::new(Cause::Service, "kms: an answer without a key"));
    };
    let spec = got.key_spec.map(|spec| spec.as_str().to_owned()).unwrap_or_default();
    Ok(KeyRead { key_arn, spec, public_key: Blob(key.into_inner()) })
}

//! Chains that a key of AWS KMS vouches for, as `moto` plays it.

use crate::support::guarded::Setup;
use crate::support::stand::Stand;
use serde_json::{Value, json};

async fn key(stand: &Stand, spec: &str) -> Value {
    let body = json!({ "KeySpec": spec, "KeyUsage": "SIGN_VERIFY" });
    let made = stand.json("kms", "TrentService.CreateKey", &body).await;
    made["KeyMetadata"].clone()
}

#[tokio::test]
async fn security_a_ledger_is_authenticated_by_the_key_that_the_sandbox_does_not_hold() {
    let stand = Stand::moto().await;
    let ours = key(&stand, "ECC_NIST_P256").await;
    let another = key(&stand, "ECC_NIST_P256").await;
    let (id, url) = (ours["KeyId"].as_str().unwrap(), stand.url.clone());
    let text = format!("version: 1\nmode: enforce\nledger: {{ kms_key: {id} }}\n");
    let setup = Setup::rust()
        .policy(&text)
        .map(|settings| settings.region("eu-west-1").env("AWS_ENDPOINT_URL", url));
    let guarded = setup.start().await;
    let invoked = guarded.invoke("{}").await;
    assert_eq!(invoked.answer.error_type(), None);
    let mut lines = guarded.environment.follow_logs();
    let certificate = lines.find(|line| line.text.contains("\"kind\":\"certificate\"")).await;
    assert!(certificate.text.contains(ours["Arn"].as_str().unwrap()), "{}", certificate.text);
    let ledger = guarded.ledger().await;
    let (code, said) = ledger.verify_certified(&stand.url, id);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = ledger.verify_certified(&stand.url, another["KeyId"].as_str().unwrap());
    assert_eq!(code, Some(3), "{said}");
    let (code, said) = ledger.verify_certified(&stand.url, "alias/nobody");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("`alias/nobody`: no such file, and KMS does not give it"), "{said}");
}

#[tokio::test]
async fn a_chain_that_no_key_vouches_for_says_so() {
    let stand = Stand::moto().await;
    let wrong = key(&stand, "RSA_2048").await;
    let policy =
        format!("version: 1\nledger: {{ kms_key: {} }}\n", wrong["KeyId"].as_str().unwrap());
    let url = stand.url.clone();
    let setup = Setup::rust()
        .policy(&policy)
        .map(|settings| settings.region("eu-west-1").env("AWS_ENDPOINT_URL", url));
    let guarded = setup.start().await;
    guarded.invoke("{}").await;
    let mut lines = guarded.environment.follow_logs();
    lines.find(|line| line.text.contains("\"id\":\"ledger.uncertified\"")).await;
    let ledger = guarded.ledger().await;
    ledger.assert_verifies();
    let (code, said) = ledger.verify_certified(&stand.url, wrong["KeyId"].as_str().unwrap());
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("its key spec is not ECC_NIST_P256"), "{said}");
}

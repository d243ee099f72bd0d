//! Fields whose names say that they hold a secret, whatever their values look like.

/// Parts of names, in lower case without signs.
const PARTS: [&str; 18] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "authorization",
    "cookie",
    "apikey",
    "accesskey",
    "privatekey",
    "credential",
    "sessionid",
    "signature",
    "clientassertion",
    "otpcode",
    "challengeanswer",
    "securitycode",
    "cvv",
];

/// Whole names of fields in AWS's own events that hold secrets: presigned addresses of S3 Object
/// Lambda and of custom resources ("Writing Lambda functions for S3 Object Lambda Access Points",
/// "Custom resource request objects"), credentials of `CodePipeline` jobs, tokens of Step Functions
/// and of rotations, a pushed authorizer's token.
const NAMES: [&str; 10] = [
    "inputs3url",
    "outputtoken",
    "outputroute",
    "responseurl",
    "artifactcredentials",
    "tasktoken",
    "rotationtoken",
    "clientrequesttoken",
    "authorizationtoken",
    "identitysource",
];

/// Names that only look like those of secrets.
const PLAIN: [&str; 4] = ["nexttoken", "continuationtoken", "signatureversion", "tokenuse"];

/// Whether a field of this name is masked in any case.
pub(super) fn is_secret(name: &str) -> bool {
    // The longest name in the lists is short; a long one is looked at in its first part.
    let plain: String = name
        .chars()
        .take(64)
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let named = NAMES.contains(&plain.as_str()) || PARTS.iter().any(|part| plain.contains(part));
    named && !PLAIN.contains(&plain.as_str())
}

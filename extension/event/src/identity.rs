//! Who calls, as the front end writes it: IAM callers, client certificates, keys and claims.
//! Assertions, none of it proved; and nothing of it is cut, since it is compared.
use crate::classify::Classified;
use crate::open::unpercent;
use crate::request::{one_header, whole};
use crate::trigger::Trigger;
use crate::value::Value;

/// What a front end says of who calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity<'e> {
    /// The ARN of the IAM principal.
    pub iam: Option<String>,
    /// The id of the API key; never the key.
    pub api_key: Option<String>,
    /// The certificate that the client showed.
    pub certificate: Option<ClientCertificate>,
    /// Objects of claims, as JSON: those of a token, and what an authorizer added.
    pub claims: Vec<&'e [u8]>,
}

/// A client certificate, as far as a front end that checked it tells of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The distinguished name of its subject.
    pub subject: Option<String>,
    /// The distinguished name of its issuer.
    pub issuer: Option<String>,
    /// Its alternative names, where they are told apart from it.
    pub names: Vec<String>,
    /// From when to when it holds, in words; none where the front end never tells.
    pub validity: Option<[Option<String>; 2]>,
    /// Itself, in PEM.
    pub pem: Option<String>,
}

impl Trigger {
    /// Whether its events can name an IAM principal who calls.
    pub const fn names_iam(self) -> bool {
        matches!(
            self,
            Self::ApiGatewayV1
                | Self::ApiGatewayV2
                | Self::FunctionUrl
                | Self::WebSocket
                | Self::LatticeV2
                | Self::AppSync
        )
    }

    /// Whether each item of its batches can name a caller of its own.
    pub const fn names_callers_of_items(self) -> bool {
        matches!(
            self,
            Self::Sqs | Self::S3 | Self::DynamoDb | Self::CodeCommit | Self::Ses | Self::Pipes
        )
    }

    /// Whether its events can name the API key that was used.
    pub const fn names_api_key(self) -> bool {
        matches!(self, Self::ApiGatewayV1 | Self::WebSocket | Self::AuthorizerRequest)
    }

    /// Whether its events can tell of a client certificate.
    pub const fn names_certificate(self) -> bool {
        matches!(
            self,
            Self::ApiGatewayV1
                | Self::ApiGatewayV2
                | Self::Alb
                | Self::LatticeV2
                | Self::AuthorizerRequest
                | Self::AuthorizerRequestV2
        )
    }

    /// Whether its events can carry the claims of a token, or what an authorizer added.
    pub const fn names_claims(self) -> bool {
        matches!(self, Self::ApiGatewayV1 | Self::ApiGatewayV2 | Self::WebSocket | Self::AppSync)
    }
}

impl Classified {
    /// What the event's front end says of who calls. Costs one look at its context.
    pub fn identity(&self) -> Identity<'_> {
        let root = Value::root(self.decoded());
        let context = root.get("requestContext");
        let said = match self.trigger() {
            Trigger::ApiGatewayV1 | Trigger::WebSocket | Trigger::AuthorizerRequest => {
                context.map(format_one)
            }
            Trigger::ApiGatewayV2 | Trigger::FunctionUrl | Trigger::AuthorizerRequestV2 => {
                context.map(format_two)
            }
            Trigger::LatticeV2 => context.and_then(|it| it.get("identity")).map(lattice),
            Trigger::Alb => Some(Identity { certificate: alb(self), ..Identity::default() }),
            Trigger::AppSync => {
                let one =
                    if root.is_array() { root.first_of().map(|(one, _)| one) } else { Some(root) };
                one.and_then(|one| one.get("identity")).map(appsync)
            }
            _ => None,
        };
        said.unwrap_or_default()
    }
}

/// Amazon API Gateway Developer Guide, "Input format of a Lambda function for proxy integration".
/// Claims stand in the authorizer's `claims`; what a Lambda authorizer added stands beside them.
fn format_one(context: Value<'_>) -> Identity<'_> {
    let [identity, authorizer] = context.members(["identity", "authorizer"]);
    let [arn, key, certificate] =
        identity.map_or([None; 3], |it| it.members(["userArn", "apiKeyId", "clientCert"]));
    let claims = authorizer.and_then(|it| it.get("claims"));
    Identity {
        iam: arn.and_then(name),
        api_key: key.and_then(name),
        certificate: certificate.and_then(client_certificate),
        claims: objects([claims, authorizer]),
    }
}

/// Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs".
fn format_two(context: Value<'_>) -> Identity<'_> {
    let [authorizer, authentication] = context.members(["authorizer", "authentication"]);
    let [iam, jwt, added] = authorizer.map_or([None; 3], |it| it.members(["iam", "jwt", "lambda"]));
    let certificate = authentication.and_then(|it| it.get("clientCert"));
    Identity {
        iam: iam.and_then(|it| it.get("userArn")).and_then(name),
        api_key: None,
        certificate: certificate.and_then(client_certificate),
        claims: objects([jwt.and_then(|it| it.get("claims")), added]),
    }
}

fn client_certificate(certificate: Value<'_>) -> Option<ClientCertificate> {
    let [subject, issuer, validity, pem] =
        certificate.members(["subjectDN", "issuerDN", "validity", "clientCertPem"]);
    let times = validity.map_or([None; 2], |it| it.members(["notBefore", "notAfter"]));
    certificate.is_object().then(|| ClientCertificate {
        subject: subject.and_then(name),
        issuer: issuer.and_then(name),
        names: Vec::new(),
        validity: Some(times.map(|time| time.and_then(name))),
        pem: pem.and_then(name),
    })
}

/// VPC Lattice User Guide, "Receive events from the VPC Lattice service". Of callers with IAM Roles
/// Anywhere it tells parts of their certificate, whose validity that service has checked.
fn lattice(identity: Value<'_>) -> Identity<'_> {
    let [kind, principal, subject, issuer, dns, uri, san] = identity.members([
        "type",
        "principal",
        "x509SubjectCn",
        "x509IssuerOu",
        "x509SanDns",
        "x509SanUri",
        "x509SanNameCn",
    ]);
    let part = |value: Option<Value<'_>>, of: &str| Some(format!("{of}={}", name(value?)?));
    let certificate = ClientCertificate {
        subject: part(subject, "CN"),
        issuer: part(issuer, "OU"),
        names: [dns, uri, san].into_iter().flatten().filter_map(name).collect(),
        ..ClientCertificate::default()
    };
    Identity {
        iam: principal.filter(|_| kind.is_some_and(|kind| kind.is("AWS_IAM"))).and_then(name),
        certificate: (certificate != ClientCertificate::default()).then_some(certificate),
        ..Identity::default()
    }
}

/// AWS AppSync Developer Guide, "AWS AppSync JavaScript resolver context object reference".
fn appsync(identity: Value<'_>) -> Identity<'_> {
    let [arn, claims, added] = identity.members(["userArn", "claims", "resolverContext"]);
    Identity { iam: arn.and_then(name), claims: objects([claims, added]), ..Identity::default() }
}

/// Elastic Load Balancing User Guide, "HTTP headers and mutual TLS". Only where the listener
/// verifies: then these headers are its own. One that stands twice says nothing.
fn alb(event: &Classified) -> Option<ClientCertificate> {
    let headers = event.request()?.headers;
    let header = |name: &str| {
        one_header(&headers, &format!("x-amzn-mtls-clientcert-{name}")).map(str::to_owned)
    };
    let subject = header("subject");
    let time = |text: &str, mark: &str| {
        text.split(';').find_map(|part| part.trim().strip_prefix(mark)).map(str::to_owned)
    };
    let validity = header("validity").unwrap_or_default();
    subject.is_some().then(|| ClientCertificate {
        subject,
        issuer: header("issuer"),
        names: Vec::new(),
        validity: Some([time(&validity, "NotBefore="), time(&validity, "NotAfter=")]),
        pem: header("leaf").map(|leaf| unpercent(&leaf)),
    })
}

fn objects<const N: usize>(values: [Option<Value<'_>>; N]) -> Vec<&[u8]> {
    values.into_iter().flatten().filter(|value| value.is_object()).map(Value::json).collect()
}

/// A string with something in it, whole.
fn name(value: Value<'_>) -> Option<String> {
    whole(value).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;

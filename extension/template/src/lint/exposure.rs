//! Who may invoke, what the role may do, and what lies open.
use super::rules::{
    IAM_ACTION, IAM_RESOURCE, INVOKE_DIRECT, INVOKE_PRINCIPAL, INVOKE_SOURCE, SECRET, URL_OPEN,
};
use super::{Claims, Findings};
use crate::function::Function;
use crate::node::Node;
use crate::template::Resource;

/// Ends of names that secrets go by.
const SECRET_NAMES: [&str; 9] = [
    "SECRET",
    "SECRET_KEY",
    "PASSWORD",
    "PASSWD",
    "TOKEN",
    "API_KEY",
    "APIKEY",
    "PRIVATE_KEY",
    "ACCESS_KEY",
];
/// Starts of values that are secrets whatever their name.
const SECRET_VALUES: [&str; 7] =
    ["AKIA", "-----BEGIN", "ghp_", "github_pat_", "sk_live_", "xoxb-", "glpat-"];

/// Resource policies, roles that stand alone, and URLs.
pub(super) fn resource(found: &mut Findings<'_>, resource: Resource<'_>) {
    let at = resource.member.key_span.start;
    match resource.kind {
        "AWS::Lambda::Permission" => permission(found, resource, at),
        "AWS::Lambda::Url" => {
            if let Some(auth) = resource.property(&["AuthType"]) {
                url(found, resource.id, auth);
            }
        }
        "AWS::IAM::Role" => {
            let policies = resource.property(&["Policies"]).map(|list| list.elements());
            for policy in policies.unwrap_or_default() {
                documents(found, resource.id, policy.get("PolicyDocument").map(AsRef::as_ref));
            }
        }
        "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" => {
            documents(
                found,
                resource.id,
                resource.property(&["PolicyDocument"]).map(AsRef::as_ref),
            );
        }
        _ => {}
    }
}

/// What a function says of itself.
pub(super) fn function(found: &mut Findings<'_>, function: &Function<'_>, claims: &Claims) {
    for policy in function.get(&["Policies"]).map(|all| all.one_or_more()).unwrap_or_default() {
        documents(found, function.id(), Some(policy));
    }
    if let Some(auth) = function.get(&["FunctionUrlConfig", "AuthType"]) {
        url(found, function.id(), auth);
    }
    for variable in function.environment() {
        if is_secret(&variable.key, &variable.value) {
            let message = format!("`{}` holds its value in the template", variable.key);
            found.add(SECRET, function.id(), variable.key_span.start, message);
        }
    }
    if claims.direct_invoke_closed {
        direct(found, function);
    }
}

fn permission(found: &mut Findings<'_>, resource: Resource<'_>, at: usize) {
    let Some(principal) = resource.property(&["Principal"]) else { return };
    let text = principal.text().unwrap_or_default();
    let has = |name: &str| resource.property(&[name]).is_some();
    if text == "*" && !has("PrincipalOrgID") && !has("FunctionUrlAuthType") {
        let at = principal.span.start;
        found.add(INVOKE_PRINCIPAL, resource.id, at, "`Principal` is `*`");
    } else if text.ends_with(".amazonaws.com") && !has("SourceArn") && !has("SourceAccount") {
        let message = format!("`{text}` may invoke for any source");
        found.add(INVOKE_SOURCE, resource.id, at, message);
    } else if text == "s3.amazonaws.com" && !has("SourceAccount") {
        let message = "a bucket's ARN names no account: set `SourceAccount` too";
        found.add(INVOKE_SOURCE, resource.id, at, message);
    }
}

fn url(found: &mut Findings<'_>, id: &str, auth: &Node) {
    if auth.text() == Some("NONE") {
        found.add(URL_OPEN, id, auth.span.start, "`AuthType` is `NONE`");
    }
}

/// The statements of a document that allow.
fn documents(found: &mut Findings<'_>, id: &str, document: Option<&Node>) {
    for statement in document.map(crate::function::statements_of).unwrap_or_default() {
        if statement.get("Effect").and_then(|effect| effect.text()) != Some("Allow") {
            continue;
        }
        for action in statement.get("Action").map(|all| all.one_or_more()).unwrap_or_default() {
            if let Some(text) = action.text()
                && (text == "*" || text.ends_with(":*"))
            {
                found.add(IAM_ACTION, id, action.span.start, format!("`Action` is `{text}`"));
            }
        }
        for target in statement.get("Resource").map(|all| all.one_or_more()).unwrap_or_default() {
            if target.text() == Some("*") && !is_without_resource(statement) {
                found.add(IAM_RESOURCE, id, target.span.start, "`Resource` is `*`");
            }
        }
    }
}

/// X-Ray and CloudWatch's metrics know no resources.
fn is_without_resource(statement: &Node) -> bool {
    let actions = statement.get("Action").map(|all| all.one_or_more()).unwrap_or_default();
    let known = ["xray:", "cloudwatch:PutMetricData", "ec2:Describe", "ec2:CreateNetworkInterface"];
    !actions.is_empty()
        && actions.iter().all(|action| {
            action.text().is_some_and(|text| known.iter().any(|start| text.starts_with(start)))
        })
}

fn is_secret(name: &str, value: &Node) -> bool {
    let Some(text) = value.text() else { return false };
    if text.is_empty() || text.starts_with("arn:") || text.starts_with("{{resolve:") {
        return false;
    }
    let name = name.to_ascii_uppercase();
    let named = SECRET_NAMES.iter().any(|end| name.ends_with(end));
    named || SECRET_VALUES.iter().any(|start| text.starts_with(start))
}

/// Permissions for principals that are no services, and URLs, open what the policy says is closed.
fn direct(found: &mut Findings<'_>, function: &Function<'_>) {
    for resource in found.template.resources() {
        let names =
            resource.property(&["FunctionName"]).is_some_and(|node| function.is_named_by(node));
        if resource.kind != "AWS::Lambda::Permission" || !names {
            continue;
        }
        let principal = resource.property(&["Principal"]).map(|node| node.in_words());
        let principal = principal.unwrap_or_default();
        let is_bound = resource.property(&["SourceArn"]).is_some();
        if !is_bound || !principal.ends_with(".amazonaws.com") {
            let message = format!("`{}` lets `{principal}` invoke", resource.id);
            let at = resource.member.key_span.start;
            found.add(INVOKE_DIRECT, function.id(), at, message);
        }
    }
}

//! AppSync (AWS AppSync Developer Guide, "AWS AppSync JavaScript resolver context object
//! reference", "Resolver mapping template reference for Lambda", "AWS Lambda authorization").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `info`: the context of a direct resolver.
pub(crate) fn recognise_resolver(root: Value<'_>) -> Option<Assertions> {
    let [info, arguments, identity] = root.members(["info", "arguments", "identity"]);
    let [field, parent] = info?.members(["fieldName", "parentTypeName"]);
    let (_field, _parent, _arguments) = (field?, parent?, arguments?);
    Some(Assertions::new(Trigger::AppSync, Source::default(), caller(identity)))
}

/// Reads an array of such contexts, which a resolver with a batch size gives; the first decides.
pub(crate) fn recognise_batch(root: Value<'_>) -> Option<Assertions> {
    let (first, total) = root.first_of()?;
    recognise_resolver(first).map(|one| one.of(total))
}

/// Reads an event with `operation`: the request of a mapping template as it stands.
pub(crate) fn recognise_template(root: Value<'_>) -> Option<Assertions> {
    let [version, operation, payload] = root.members(["version", "operation", "payload"]);
    let (version, operation, payload) = (version?, operation?, payload?);
    let versions = ["2017-02-28", "2018-05-29"];
    let batch = operation.is("BatchInvoke");
    if !versions.iter().any(|known| version.is(known)) || !(batch || operation.is("Invoke")) {
        return None;
    }
    let one = Assertions::new(Trigger::AppSyncTemplate, Source::default(), Caller::new("unknown"));
    Some(match payload.first_of() {
        Some((_, total)) if batch => one.of(total),
        _ => one,
    })
}

/// Reads an event with `authorizationToken`. The token is a secret and is not taken.
pub(crate) fn recognise_authorizer(root: Value<'_>) -> Option<Assertions> {
    let [token, context] = root.members(["authorizationToken", "requestContext"]);
    let _token = token?;
    let [api, account, query, operation] =
        context?.members(["apiId", "accountId", "queryString", "operation"]);
    // A GraphQL API has the one, an event API the other.
    let (_api, _asked) = (api?, query.or(operation)?);
    let source = Source { account: name(account), ..Source::default() };
    Some(Assertions::new(Trigger::AppSyncAuthorizer, source, Caller::new("unknown")))
}

/// With an API key there is no identity.
fn caller(identity: Option<Value<'_>>) -> Caller {
    let Some(identity) = identity.filter(|identity| identity.is_object()) else {
        return Caller::new("anonymous");
    };
    let [user_arn, subject, cognito, addresses] =
        identity.members(["userArn", "sub", "cognitoIdentityId", "sourceIp"]);
    let address = addresses.and_then(Value::first_of).map(|(first, _)| first);
    let known = [("iam", user_arn), ("jwt", subject), ("cognito", cognito)]
        .into_iter()
        .find_map(|(kind, id)| Some(Caller::with_id(kind, id?.name()?)));
    known.unwrap_or(Caller::new("unknown")).at(name(address))
}

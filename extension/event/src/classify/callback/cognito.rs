//! Cognito (Amazon Cognito Developer Guide, "Customizing user pool workflows with Lambda triggers"
//! and "Customizing workflows with Amazon Cognito Events").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Source};
use crate::trigger::Trigger;
use crate::value::Value;

/// Reads an event with `triggerSource`. The caller is the app client: whoever signs in is proved
/// by nothing yet, and a migration's request holds a password.
pub(crate) fn recognise_user_pool(root: Value<'_>) -> Option<Assertions> {
    let [pool, context, region] = root.members(["userPoolId", "callerContext", "region"]);
    let (_pool, context) = (pool?, context?);
    let caller = Caller::with_id("client", name(context.get("clientId")));
    Some(Assertions::new(Trigger::CognitoUserPool, in_region(region), caller))
}

/// Reads an event with `datasetName`.
pub(crate) fn recognise_sync(root: Value<'_>) -> Option<Assertions> {
    let [kind, pool, identity, region] =
        root.members(["eventType", "identityPoolId", "identityId", "region"]);
    let _pool = pool?;
    if !kind?.is("SyncTrigger") {
        return None;
    }
    let caller = Caller::with_id("cognito", name(identity));
    Some(Assertions::new(Trigger::CognitoSync, in_region(region), caller))
}

fn in_region(region: Option<Value<'_>>) -> Source {
    Source { region: name(region), ..Source::default() }
}

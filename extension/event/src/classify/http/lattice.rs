//! VPC Lattice (Amazon VPC Lattice User Guide, "Receive events from the VPC Lattice service").
use crate::classify::{Assertions, name};
use crate::origin::{Caller, Route, Source};
use crate::trigger::Trigger;
use crate::value::Value;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Reads an event with `raw_path`. It names no source; the service's own headers can be set by
/// whoever may invoke the function.
pub(crate) fn recognise_v1(root: Value<'_>) -> Option<Assertions> {
    let [path, encoded, query, method, headers] = root.members([
        "raw_path",
        "is_base64_encoded",
        "query_string_parameters",
        "method",
        "headers",
    ]);
    let (path, method) = (path?.text()?, method?.text()?);
    let _either = encoded.or(query)?;
    let forwarded = headers.and_then(|headers| headers.get(FORWARDED_FOR));
    let caller = Caller::new("anonymous").at(forwarded.and_then(Value::last_of_list));
    let route = route(method, &path);
    Some(Assertions::new(Trigger::LatticeV1, Source::default(), caller).at(route))
}

/// Reads an event by the `serviceArn` of its context. The source is the service, since policies
/// are attached to it.
pub(super) fn recognise_v2(
    root: Value<'_>,
    context: Value<'_>,
    service: Value<'_>,
) -> Option<Assertions> {
    let [version, path, method, headers] = root.members(["version", "path", "method", "headers"]);
    let (path, method) = (path?.text()?, method?.text()?);
    if !version?.is("2.0") {
        return None;
    }
    let [identity, region] = context.members(["identity", "region"]);
    let stated = Source::from_arn(name(Some(service)));
    let source = Source { region: stated.region.or_else(|| name(region)), ..stated };
    let [kind, principal] =
        identity.map_or([None; 2], |identity| identity.members(["type", "principal"]));
    let caller = match name(principal) {
        Some(principal) if kind.is_some_and(|kind| kind.is("AWS_IAM")) => {
            Caller::with_id("iam", principal)
        }
        Some(principal) => Caller::with_id("principal", principal),
        None => Caller::new("anonymous"),
    };
    let forwarded = headers.and_then(|headers| headers.get(FORWARDED_FOR)).and_then(Value::last);
    let caller = caller.at(forwarded.and_then(Value::last_of_list));
    let route = route(method, &path);
    Some(Assertions::new(Trigger::LatticeV2, source, caller).at(route))
}

/// The path comes with the query.
fn route(method: String, path: &str) -> Route {
    let path = path.split('?').next().map(str::to_owned);
    Route { method: Some(method), path, ..Route::default() }
}

//! Application Load Balancers (Elastic Load Balancing User Guide, "Lambda functions as targets").
use crate::classify::Assertions;
use crate::origin::{Caller, Route, Source};
use crate::trigger::Trigger;
use crate::value::Value;

const FORWARDED_FOR: &str = "x-forwarded-for";

pub(super) fn read(root: Value<'_>, target_group: String) -> Assertions {
    let [method, path, headers, multi_value] =
        root.members(["httpMethod", "path", "headers", "multiValueHeaders"]);
    let forwarded_for = match multi_value {
        Some(headers) => headers.get(FORWARDED_FOR).and_then(Value::last),
        None => headers.and_then(|headers| headers.get(FORWARDED_FOR)),
    };
    // The right-most address is the one that the load balancer itself added ("HTTP headers and
    // Application Load Balancers"); those before it are the client's own words.
    let caller = Caller::new("anonymous").at(forwarded_for.and_then(Value::last_of_list));
    let route = Route {
        method: method.and_then(Value::text),
        path: path.and_then(Value::text),
        route_key: None,
        multi_value_headers: multi_value.is_some_and(Value::is_object),
    };
    Assertions::new(Trigger::Alb, Source::from_arn(Some(target_group)), caller).at(route)
}

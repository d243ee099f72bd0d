//! Routes of an API: `GET /orders/{id}`, `ANY /{proxy+}`, `$default`.
use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value, json};

use super::arrived::decode;

/// One route of an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    method: String,
    path: String,
}

/// A route that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("route `{0}` is neither `$default` nor a method and a path, such as `GET /orders/{{id}}`")]
pub struct RouteError(String);

/// A route that a request has met.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Met {
    /// The path of the route.
    pub(super) resource: String,
    /// Its key: method and path, or `$default`.
    pub(super) key: String,
    /// What its braces stand for.
    pub(super) parameters: Map<String, Value>,
}

impl FromStr for Route {
    type Err = RouteError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "$default" {
            return Ok(Self { method: "ANY".to_owned(), path: "$default".to_owned() });
        }
        let (method, path) = text.split_once(' ').ok_or_else(|| RouteError(text.to_owned()))?;
        let (method, path) = (method.to_ascii_uppercase(), path.trim().to_owned());
        if !path.starts_with('/') || !method.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(RouteError(text.to_owned()));
        }
        Ok(Self { method, path })
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path == "$default" {
            return f.write_str("$default");
        }
        write!(f, "{} {}", self.method, self.path)
    }
}

impl Route {
    /// What the braces stand for, if this path is meant.
    fn parameters(&self, path: &str) -> Option<Map<String, Value>> {
        let mut parameters = Map::new();
        if self.path == "$default" {
            return Some(parameters);
        }
        let mut parts = path.split('/');
        for own in self.path.split('/') {
            let name = own.strip_prefix('{').and_then(|own| own.strip_suffix('}'));
            if let Some(name) = name.and_then(|name| name.strip_suffix('+')) {
                let rest: Vec<&str> = parts.by_ref().collect();
                let rest = rest.join("/");
                return (!rest.is_empty()).then(|| {
                    parameters.insert(name.to_owned(), json!(decode_path(&rest)));
                    parameters
                });
            }
            let part = parts.next()?;
            match name {
                Some(name) if !part.is_empty() => {
                    parameters.insert(name.to_owned(), json!(decode_path(part)));
                }
                None if own == part => {}
                _ => return None,
            }
        }
        parts.next().is_none().then_some(parameters)
    }

    /// How exactly it names its requests: the most exact route is taken, as the services do.
    fn exactness(&self) -> (u8, usize, bool) {
        let greedy = match self.path.as_str() {
            "$default" => 0,
            path if path.ends_with("+}") => 1,
            _ => 2,
        };
        let words = self.path.split('/').filter(|part| !part.starts_with('{')).count();
        (greedy, words, self.method != "ANY")
    }
}

/// The route that a request meets.
pub(super) fn meet(routes: &[Route], method: &str, path: &str) -> Option<Met> {
    let candidates = routes
        .iter()
        .filter(|route| route.method == "ANY" || route.method == method)
        .filter_map(|route| route.parameters(path).map(|parameters| (route, parameters)));
    let (route, parameters) = candidates.max_by_key(|(route, _)| route.exactness())?;
    Some(Met { resource: route.path.clone(), key: route.to_string(), parameters })
}

/// A part of a path: a plus sign is one there.
fn decode_path(part: &str) -> String {
    decode(&part.replace('+', "%2B"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(routes: &[&str], method: &str, path: &str) -> Option<(String, Value)> {
        let routes: Vec<Route> = routes.iter().map(|route| route.parse().unwrap()).collect();
        meet(&routes, method, path).map(|met| (met.key, Value::Object(met.parameters)))
    }

    #[test]
    fn the_most_exact_route_is_taken() {
        let routes = ["$default", "ANY /{proxy+}", "GET /orders/{id}", "GET /orders/new"];
        let key = |method, path| met(&routes, method, path).unwrap().0;
        assert_eq!(key("GET", "/orders/new"), "GET /orders/new");
        assert_eq!(key("GET", "/orders/7"), "GET /orders/{id}");
        assert_eq!(key("POST", "/orders/7"), "ANY /{proxy+}");
        assert_eq!(key("GET", "/"), "$default");
    }

    #[test]
    fn braces_are_decoded_parameters() {
        let (_, parameters) = met(&["GET /a/{x}/{rest+}"], "GET", "/a/1%202/b/c+d").unwrap();
        assert_eq!(parameters, json!({ "x": "1 2", "rest": "b/c+d" }));
        assert_eq!(met(&["GET /a/{x}"], "GET", "/a/1/2"), None);
        assert_eq!(met(&["GET /a/{x}"], "GET", "/a/"), None);
    }

    #[test]
    fn what_is_no_route_is_named() {
        let error = "orders".parse::<Route>().unwrap_err().to_string();
        let expected = "route `orders` is neither `$default` nor a method and a path, such as \
                        `GET /orders/{id}`";
        assert_eq!(error, expected);
    }
}

//! An HTTP request held against an OpenAPI document.
use std::borrow::Cow;

use tollgate_event::{Classified, Content, Part};
use tollgate_schema::Request;

use super::hits::{Hit, Hits};
use crate::gate::Gate;

/// A request in the making; nothing is gathered where no API description applies.
pub(super) struct Inquiry<'a> {
    gate: &'a Gate,
    method: String,
    path: String,
    base_path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl<'a> Inquiry<'a> {
    pub(super) fn new(gate: &'a Gate, event: &Classified) -> Self {
        let asked = event.assertions();
        let route = asked.route.as_ref().filter(|_| !gate.apis.is_empty());
        let method = route.and_then(|route| route.method.clone()).unwrap_or_default();
        let path = route.and_then(|route| route.path.as_deref()).unwrap_or_default();
        let base_path = stage(asked.source.arn.as_deref());
        let (path, query, headers) = (path.to_owned(), Vec::new(), Vec::new());
        Self { gate, method, path, base_path, query, headers, body: None }
    }

    pub(super) fn add(&mut self, content: &Content<'_>) {
        if self.gate.apis.is_empty() {
            return;
        }
        let pair = || {
            let value = String::from_utf8_lossy(content.bytes).into_owned();
            (content.name.unwrap_or_default().to_owned(), value)
        };
        match content.part {
            Part::Query => self.query.push(pair()),
            Part::Header => self.headers.push(pair()),
            Part::Cookie => {
                let (name, value) = pair();
                self.headers.push(("cookie".to_owned(), format!("{name}={value}")));
            }
            Part::Body if content.level == 0 => self.body = Some(content.bytes.to_vec()),
            _ => {}
        }
    }

    pub(super) fn finish(&self, hits: &mut Hits) {
        if self.gate.apis.is_empty() {
            return;
        }
        let request = Request {
            method: &self.method,
            path: &self.path,
            base_path: &self.base_path,
            query: pairs(&self.query),
            headers: pairs(&self.headers),
            body: self.body.as_deref(),
        };
        for api in &self.gate.apis {
            if let Err(violation) = api.check(&request) {
                let detail = format!("`{}`", violation.keyword);
                hits.add(Hit::new(violation.check, None, violation.at, detail));
            }
        }
    }
}

fn pairs(list: &[(String, String)]) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    list.iter().map(|(name, value)| (Cow::from(name), Cow::from(value))).collect()
}

/// The API's stage as a path: HTTP APIs put it before the request's own unless it is `$default`,
/// REST APIs leave it out. The source's ARN ends in it.
fn stage(arn: Option<&str>) -> String {
    let of_api = arn.filter(|arn| arn.contains(":execute-api:"));
    let stage = of_api.and_then(|arn| arn.rsplit_once('/')).map(|(_, stage)| stage);
    stage.filter(|stage| *stage != "$default").map_or(String::new(), |stage| format!("/{stage}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stage_is_the_end_of_an_apis_arn() {
        let api = |stage| format!("arn:aws:execute-api:eu-west-1:123456789012:a1b2/{stage}");
        assert_eq!(stage(Some(&api("prod"))), "/prod");
        assert_eq!(stage(Some(&api("$default"))), "");
        assert_eq!(stage(None), "");
        let load_balancer = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/a/prod";
        assert_eq!(stage(Some(load_balancer)), "");
    }
}

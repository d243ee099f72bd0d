//! HTTP requests: every front end's members, which differ in name and form only.
mod body;
mod context;
mod parameters;

use super::content::Part;
use super::here::Here;
use super::opener::Opener;
use super::place::Pointer;
use crate::scan;
use crate::trigger::Trigger;
use crate::value::Value;

/// Whether a trigger's events are HTTP requests, or repeat one.
pub(crate) fn is_request(trigger: Trigger) -> bool {
    matches!(
        trigger,
        Trigger::ApiGatewayV1
            | Trigger::ApiGatewayV2
            | Trigger::FunctionUrl
            | Trigger::Alb
            | Trigger::LatticeV1
            | Trigger::LatticeV2
            | Trigger::WebSocket
            | Trigger::AuthorizerRequest
            | Trigger::AuthorizerRequestV2
    )
}

/// A request's members, as found: each with its key.
#[derive(Default)]
struct Request<'a> {
    method: Found<'a>,
    path: Found<'a>,
    path_parameters: Found<'a>,
    raw_query: Found<'a>,
    query: Found<'a>,
    all_query: Found<'a>,
    headers: Found<'a>,
    all_headers: Found<'a>,
    cookies: Found<'a>,
    body: Found<'a>,
    is_base64: Found<'a>,
    context: Found<'a>,
    token: Found<'a>,
    identity: Found<'a>,
    arn: Found<'a>,
    is_load_balancer: bool,
    /// What the headers say of the body.
    content_type: Option<&'a [u8]>,
    user_agent: Option<&'a [u8]>,
}

/// A member: its key as written, and its value.
type Found<'a> = Option<(&'a [u8], Value<'a>)>;

/// Opens a request: the line, the headers, the body.
pub(super) fn open(opener: &mut Opener<'_>, root: Value<'_>) {
    if !root.is_object() {
        return opener.json(Part::Input, None, root.json(), &Pointer::ROOT);
    }
    let mut request = Request::default();
    let place = Pointer::ROOT;
    Here::Known(root).members(|key, here| {
        let value = here.value();
        match request.slot(key) {
            Slot::For(slot @ None) => *slot = Some((key, value)),
            Slot::Service => {}
            // One more of the same key, or a key of nobody's.
            Slot::For(Some(_)) | Slot::None => opener.around(key, value.json(), &place.key(key)),
        }
    });
    request.open(opener);
}

/// Where a member goes.
enum Slot<'s, 'a> {
    For(&'s mut Found<'a>),
    /// Written by the service or by the function's owner.
    Service,
    None,
}

impl<'a> Request<'a> {
    fn slot(&mut self, key: &[u8]) -> Slot<'_, 'a> {
        Slot::For(match key {
            b"httpMethod" | b"method" => &mut self.method,
            b"rawPath" | b"path" | b"raw_path" => &mut self.path,
            b"pathParameters" => &mut self.path_parameters,
            b"rawQueryString" => &mut self.raw_query,
            b"queryStringParameters" | b"query_string_parameters" => &mut self.query,
            b"multiValueQueryStringParameters" => &mut self.all_query,
            b"headers" => &mut self.headers,
            b"multiValueHeaders" => &mut self.all_headers,
            b"cookies" => &mut self.cookies,
            b"body" => &mut self.body,
            b"isBase64Encoded" | b"is_base64_encoded" => &mut self.is_base64,
            b"requestContext" => &mut self.context,
            b"authorizationToken" => &mut self.token,
            b"identitySource" => &mut self.identity,
            b"methodArn" | b"routeArn" => &mut self.arn,
            b"version" | b"resource" | b"routeKey" | b"stageVariables" | b"type" => {
                return Slot::Service;
            }
            escaped if escaped.contains(&b'\\') => {
                let key = scan::unescape(escaped);
                return if key.contains(&b'\\') { Slot::None } else { self.slot(&key) };
            }
            _ => return Slot::None,
        })
    }

    fn open(&mut self, opener: &mut Opener<'_>) {
        self.is_load_balancer = self.context.is_some_and(|(_, context)| {
            let [balancer] = context.members(["elb"]);
            balancer.is_some()
        });
        for (part, found) in [
            (Part::Method, self.method),
            (Part::Path, self.path),
            (Part::Path, self.arn),
            (Part::Token, self.token),
        ] {
            if let Some((key, value)) = found {
                opener.text(part, None, value.json(), &Pointer::ROOT.key(key));
            }
        }
        if let Some((key, identity)) = self.identity {
            opener.texts(Part::Token, Here::Known(identity), &Pointer::ROOT.key(key));
        }
        if let Some((key, parameters)) = self.path_parameters {
            opener.named(Part::PathParameter, Here::Known(parameters), &Pointer::ROOT.key(key));
        }
        self.open_query(opener);
        self.open_headers(opener);
        self.open_context(opener);
        self.open_body(opener);
    }
}

//! Contexts for the functions that this one calls. They are signed here, so that the function's own
//! code never holds the key; which invocation asks is told by its request id, which nobody outside
//! knows.

use crate::app::App;
use crate::keys;
use crate::observe::findings::Kind;
use crate::proxy::gather::gather;
use crate::proxy::pass::{self, Flow};
use crate::ship::opening::entropy;
use crate::upstream::UpstreamError;
use std::rc::Rc;
use tollgate_http::connection::Connection;
use tollgate_http::head::{RequestHead, message};
use tollgate_lambda_api::runtime::PAYLOAD_BYTES_MAX;
use tollgate_proof::context::{Context, Form, SignedHop, hops_of, nonce};

/// The endpoint's path.
pub(crate) const PATH: &str = "/tollgate/context";

const REQUEST_ID: &str = "tollgate-request-id";
const TARGET: &str = "tollgate-target";
const DIGEST: &str = "tollgate-digest";
const BEFORE: &str = "tollgate-before";

/// Why nothing is signed: status, error type, and what would be right.
type Objection = (&'static str, &'static str, &'static str);

const fn bad(text: &'static str) -> Objection {
    ("400 Bad Request", "Tollgate.BadRequest", text)
}

/// Signs a context for the payload that is the request's body.
pub(crate) async fn sign(
    app: &Rc<App>,
    downstream: &mut Connection,
    head: RequestHead,
) -> Result<Flow, UpstreamError> {
    let asked = match Asked::read(app, &head) {
        Ok(asked) => asked,
        // Its body is not read, so that nothing more can come on this connection.
        Err(objection) => return object(downstream, objection, Flow::Close).await,
    };
    let payload = gather(downstream, &head, PAYLOAD_BYTES_MAX).await?.whole();
    let too_large =
        ("413 Content Too Large", "Tollgate.PayloadTooLarge", "at most 6 MB can be sent");
    let signed = payload.ok_or(too_large).and_then(|payload| asked.context(app, &payload));
    match signed {
        Ok(text) => {
            let body = format!("{{\"context\":\"{text}\"}}");
            let fields = [("Content-Type", "application/json"), ("Cache-Control", "no-store")];
            downstream.write(&message("HTTP/1.1 200 OK", &fields, body.as_bytes())).await?;
            Ok(Flow::Keep)
        }
        Err(objection) => object(downstream, objection, Flow::Keep).await,
    }
}

async fn object(
    downstream: &Connection,
    (status, error_type, text): Objection,
    flow: Flow,
) -> Result<Flow, UpstreamError> {
    downstream.write(&pass::refusal(status, error_type, text)).await?;
    Ok(flow)
}

/// What the function asks for.
struct Asked {
    request_id: String,
    target: String,
    form: Form,
    /// Its own ARN.
    function: String,
    hops: Vec<SignedHop>,
}

impl Asked {
    fn read(app: &App, head: &RequestHead) -> Result<Self, Objection> {
        if head.method != "POST" {
            return Err(("405 Method Not Allowed", "Tollgate.BadRequest", "expected POST"));
        }
        let text = |name| head.fields.text(name);
        let request_id = text(REQUEST_ID).ok_or(bad("expected the header Tollgate-Request-Id"))?;
        let target = text(TARGET).filter(|target| is_target(target));
        let target = target.ok_or(bad("expected an ARN in the header Tollgate-Target"))?;
        let form = match text(DIGEST) {
            None | Some("canonical") => Form::Canonical,
            Some("bytes") => Form::Bytes,
            Some(_) => {
                return Err(bad("expected canonical or bytes in the header Tollgate-Digest"));
            }
        };
        let invocations = app.invocations.borrow();
        let Some((function, contexts)) = invocations.signer(request_id) else {
            let text = "a context was asked for by somebody who knows no open invocation";
            app.recorder.find(&app.clock, Kind::ForeignRequest, None, text);
            return Err((
                "403 Forbidden",
                "Tollgate.ForeignRequest",
                "no invocation of this id is open",
            ));
        };
        let before = contexts.before(text(BEFORE)).map_err(bad)?;
        let hops = before.map(hops_of);
        let before = before.zip(hops.as_deref());
        let hops = Context::hops_after(before, function, request_id);
        let function = function.to_owned();
        Ok(Self {
            request_id: request_id.to_owned(),
            target: target.to_owned(),
            form,
            function,
            hops,
        })
    }

    fn context(self, app: &Rc<App>, payload: &[u8]) -> Result<String, Objection> {
        // The invocation may have ended while its payload was read.
        let open = app.invocations.borrow().is_open(&self.request_id);
        if !open || self.function.is_empty() {
            return Err(bad("the invocation has ended, or its function has no ARN"));
        }
        let signing = app.gate.compiled().and_then(|policy| policy.signing());
        let no_key = ("404 Not Found", "Tollgate.NoKey", "the policy names no key in `contexts`");
        let signing = signing.ok_or(no_key)?;
        let digest = self.form.digest(payload);
        let digest =
            digest.ok_or(bad("the payload is no JSON in which each member stands once"))?;
        let random = entropy::<16>().map_err(|_| bad("no random number can be had"))?;
        let desk = app.desk.borrow();
        let Some(key) = desk.keys.signing(signing.key) else {
            drop(desk);
            keys::errands(app);
            return Err((
                "503 Service Unavailable",
                "Tollgate.KeyUnavailable",
                "the key is not at hand",
            ));
        };
        let iat = app.clock.unix_ms();
        let context = Context {
            kid: key.id().to_owned(),
            target: self.target,
            iat,
            exp: iat.saturating_add(signing.life_ms),
            nonce: nonce(&random),
            hops: self.hops,
            digest,
        };
        context
            .sign(key)
            .ok_or(bad("the context would be too long, or name more than 16 functions"))
    }
}

fn is_target(target: &str) -> bool {
    target.starts_with("arn:")
        && target.len() <= 512
        && target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"')
}

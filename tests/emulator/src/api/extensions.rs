//! The Extensions API: register, the long poll for events, and the two error reports.
use http::{HeaderValue, StatusCode};
use serde::Deserialize;

use super::Call;
use super::render::{self, NOT_ALLOWED, Refusal, Reply};
use crate::invocation::PAYLOAD_BYTES_MAX;
use crate::shared::Shared;
use crate::state::{Doors, Extension, ExtensionState, State};

/// External and internal extensions together.
pub(crate) const EXTENSIONS_MAX: usize = 10;

#[derive(Debug, Deserialize)]
struct Registration {
    #[serde(default)]
    events: Vec<String>,
    #[serde(default, rename = "configurationKeys")]
    configuration_keys: Vec<String>,
}

/// `POST …/extension/register`
pub(crate) async fn register(shared: &Shared, call: Call) -> Result<Reply, Refusal> {
    let name = call.header("lambda-extension-name").unwrap_or_default().to_owned();
    if name.is_empty() {
        let message = "Empty extension name";
        return Err(Refusal::forbidden("Extension.InvalidExtensionName", message));
    }
    let features = call.header("lambda-extension-accept-feature").unwrap_or_default();
    let with_account = features.split(',').any(|feature| feature.trim() == "accountId");
    let registration = parse(call).await?;
    let managed = shared.settings.is_managed();
    let id = shared.update(|state| enter(state, &name, &registration.events, managed))?;
    Ok(registered_reply(shared, &id, with_account))
}

async fn parse(call: Call) -> Result<Registration, Refusal> {
    let whole = call.read(PAYLOAD_BYTES_MAX).await?;
    let invalid = |message: String| Refusal::forbidden("InvalidRequestFormat", message);
    let registration: Registration =
        serde_json::from_slice(&whole.body).map_err(|error| invalid(error.to_string()))?;
    if !registration.configuration_keys.is_empty() {
        let message = "configurationKeys are deprecated; use environment variables instead";
        return Err(invalid(message.to_owned()));
    }
    Ok(registration)
}

/// Enters an extension under its name: external if it is a file of the layer, else internal.
fn enter(
    state: &mut State,
    name: &str,
    events: &[String],
    managed: bool,
) -> Result<String, Refusal> {
    let external = state.extension_named(name).is_some_and(|extension| !extension.internal);
    check_events(events, external, managed)?;
    if !external {
        create_internal(state, name)?;
    }
    let micros = state.init.micros();
    let unknown = || {
        let message = format!("Unknown extension {name}");
        Refusal::forbidden("Extension.InvalidExtensionName", message)
    };
    let extension = state.extension_named(name).ok_or_else(unknown)?;
    if extension.state != ExtensionState::Started {
        return Err(transition(extension.state, ExtensionState::Registered, name));
    }
    extension.state = ExtensionState::Registered;
    extension.events.invoke = events.iter().any(|event| event == "INVOKE");
    extension.events.shutdown = events.iter().any(|event| event == "SHUTDOWN");
    let id = extension.id.clone();
    state.init.registered.push((name.to_owned(), micros));
    Ok(id)
}

fn check_events(events: &[String], external: bool, managed: bool) -> Result<(), Refusal> {
    // LAMBDA.md 2.6: on Managed Instances external extensions get SHUTDOWN only, and internal
    // ones nothing.
    if managed && !external && !events.is_empty() {
        let message = "No events allowed for internal extensions";
        return Err(Refusal::forbidden("Extension.InvalidEventType", message));
    }
    for event in events {
        let message = match (event.as_str(), external) {
            ("INVOKE", _) if !managed => continue,
            ("SHUTDOWN", true) => continue,
            ("SHUTDOWN", false) => "ShutdownEventNotSupportedForInternalExtension",
            _ => "InvalidEventType",
        };
        let message = format!("{event}: {message}");
        return Err(Refusal::forbidden("Extension.InvalidEventType", message));
    }
    Ok(())
}

fn create_internal(state: &mut State, name: &str) -> Result<(), Refusal> {
    if state.doors != Doors::Open {
        let message = "Extension registration closed already";
        return Err(Refusal::forbidden("Extension.RegistrationClosed", message));
    }
    if state.extension_named(name).is_some() {
        let message = "Extension with this name already registered";
        return Err(Refusal::forbidden("Extension.InvalidExtensionState", message));
    }
    if state.extensions.len() >= EXTENSIONS_MAX {
        let message = format!("Extension limit ({EXTENSIONS_MAX}) reached");
        return Err(Refusal::forbidden("Extension.TooManyExtensions", message));
    }
    state.extensions.push(Extension::new(name, true));
    Ok(())
}

fn transition(from: ExtensionState, to: ExtensionState, who: &str) -> Refusal {
    let (from, to) = (from.name(), to.name());
    let message = format!(
        "State transition from {from} to {to} failed for extension {who}. Error: {NOT_ALLOWED}"
    );
    Refusal::forbidden("Extension.InvalidExtensionState", message)
}

fn registered_reply(shared: &Shared, id: &str, with_account: bool) -> Reply {
    let settings = &shared.settings;
    let mut body = serde_json::json!({
        "functionName": settings.name,
        "functionVersion": "$LATEST",
        "handler": settings.handler,
    });
    if with_account && let Some(fields) = body.as_object_mut() {
        fields.insert("accountId".to_owned(), settings.account.clone().into());
    }
    let mut reply = render::json(StatusCode::OK, body.to_string());
    set_header(&mut reply, "lambda-extension-identifier", id);
    reply
}

fn set_header(reply: &mut Reply, name: &'static str, value: &str) {
    // Identifiers are made here and are plain text.
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}

/// `GET …/extension/event/next`
pub(crate) async fn next(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let id = identifier(call)?;
    let poll = shared.update(|state| {
        let micros = state.init.micros();
        let extension = state.extension(&id).ok_or_else(|| unknown(&id))?;
        let first = extension.state == ExtensionState::Registered;
        let poll = extension.poll().map_err(|from| transition(from, ExtensionState::Ready, &id))?;
        let (name, invoke) = (extension.name.clone(), extension.events.invoke);
        note_poll(state, name, invoke, first.then_some(micros));
        Ok::<u64, Refusal>(poll)
    })?;
    let event = shared.until(|state| state.extension(&id)?.take(poll)).await;
    let mut reply = render::event(event.body);
    set_header(&mut reply, "lambda-extension-event-identifier", &event.id);
    Ok(reply)
}

pub(super) fn unknown(id: &str) -> Refusal {
    let message = format!("Unknown extension {id}");
    Refusal::forbidden("Extension.UnknownExtensionIdentifier", message)
}

/// Notes when an extension became ready, or was done with the running invocation.
fn note_poll(state: &mut State, name: String, invoke: bool, first: Option<u64>) {
    if let Some(micros) = first {
        state.init.extensions_ready.push((name, micros));
    } else if let Some(current) = state.current.as_mut().filter(|_| invoke) {
        let micros = current.micros();
        current.phases.extensions_next.push((name, micros));
    }
}

/// `POST …/extension/init/error`: the extension failed to start and will exit.
pub(crate) async fn init_error(shared: &Shared, call: Call) -> Result<Reply, Refusal> {
    let to = ExtensionState::InitError;
    report(shared, call, "Extension.InitError", to, |from| {
        matches!(from, ExtensionState::Registered | ExtensionState::InitError)
    })
    .await
}

/// `POST …/extension/exit/error`: the extension cannot go on and will exit.
pub(crate) async fn exit_error(shared: &Shared, call: Call) -> Result<Reply, Refusal> {
    let to = ExtensionState::ExitError;
    report(shared, call, "Extension.ExitError", to, |from| {
        !matches!(
            from,
            ExtensionState::Started
                | ExtensionState::InitError
                | ExtensionState::Exited
                | ExtensionState::LaunchError
        )
    })
    .await
}

/// Takes an error report; the first one of a life names the failure that follows.
async fn report(
    shared: &Shared,
    call: Call,
    failure: &'static str,
    to: ExtensionState,
    allowed: impl Fn(ExtensionState) -> bool,
) -> Result<Reply, Refusal> {
    let id = identifier(&call)?;
    if call.header("lambda-extension-function-error-type").unwrap_or_default().is_empty() {
        let message = "Lambda-Extension-Function-Error-Type not found";
        return Err(Refusal::forbidden("Extension.MissingHeader", message));
    }
    call.read(PAYLOAD_BYTES_MAX).await?;
    shared.update(|state| {
        let extension = state.extension(&id).ok_or_else(|| unknown(&id))?;
        if !allowed(extension.state) {
            return Err(transition(extension.state, to, &id));
        }
        extension.state = to;
        state.reported.get_or_insert(failure);
        Ok(render::accepted())
    })
}

/// The extension's identifier, refused if it is missing or no UUID.
pub(super) fn identifier(call: &Call) -> Result<String, Refusal> {
    let id = call.header("lambda-extension-identifier").unwrap_or_default();
    if id.is_empty() {
        let message = "Missing Lambda-Extension-Identifier header";
        return Err(Refusal::forbidden("Extension.MissingExtensionIdentifier", message));
    }
    let is_uuid = id.len() == 36
        && id.char_indices().all(|(at, letter)| match at {
            8 | 13 | 18 | 23 => letter == '-',
            _ => letter.is_ascii_hexdigit(),
        });
    if !is_uuid {
        let message = "Invalid Lambda-Extension-Identifier";
        return Err(Refusal::forbidden("Extension.InvalidExtensionIdentifier", message));
    }
    Ok(id.to_ascii_lowercase())
}

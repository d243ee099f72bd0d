//! How long each phase of an invocation took.
use serde_json::{Map, Value, json};
use tollgate_emulator::Invoked;

/// The phases of an invocation, in microseconds since it reached the environment.
pub(super) fn of(invoked: &Invoked) -> Value {
    let phases = &invoked.phases;
    let extensions: Map<String, Value> =
        phases.extensions_next.iter().map(|(name, micros)| (name.clone(), json!(micros))).collect();
    let init = invoked.init.as_ref().map(|init| init.duration.as_micros());
    json!({
        "init": init.and_then(|micros| u64::try_from(micros).ok()),
        "dispatched": phases.dispatched,
        "event_taken": phases.event_taken,
        "response_started": phases.response_started,
        "response_complete": phases.response_complete,
        "runtime_next": phases.runtime_next,
        "extensions_next": extensions,
        "ended": phases.ended,
    })
}

/// The same as one line for people: what happened after what, in microseconds.
pub(super) fn line(phases: &Value) -> String {
    let at = |name: &str| {
        let micros = phases.get(name).and_then(Value::as_u64);
        micros.map_or_else(|| "-".to_owned(), |micros| micros.to_string())
    };
    let names = [
        ("dispatched", "dispatched"),
        ("taken", "event_taken"),
        ("answer begun", "response_started"),
        ("answered", "response_complete"),
        ("runtime ready", "runtime_next"),
        ("ended", "ended"),
    ];
    let parts: Vec<String> =
        names.iter().map(|(word, name)| format!("{word} {}", at(name))).collect();
    format!("    us: {}", parts.join(", "))
}

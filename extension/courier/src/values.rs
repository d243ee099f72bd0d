//! Values that may be secret: read here, where they are used, and nowhere shown.

use reqwest::header::HeaderValue;
use tollgate_link::sink::Value;
use tollgate_link::{Cause, Failure};

/// The value itself.
pub(crate) fn resolve(value: &Value) -> Result<String, Failure> {
    match value {
        Value::Plain(text) => Ok(text.clone()),
        Value::Variable { prefix, name } => {
            let Ok(value) = std::env::var(name) else {
                let detail = format!("the variable `{name}` is not set");
                return Err(Failure::new(Cause::Unconfigured, detail));
            };
            Ok(format!("{prefix}{value}"))
        }
    }
}

/// The value as a header field that no log shows.
pub(crate) fn secret_header(value: &Value) -> Result<HeaderValue, Failure> {
    let text = resolve(value)?;
    let mut field = HeaderValue::try_from(text)
        .map_err(|_| Failure::new(Cause::Unconfigured, "a value that no header field can hold"))?;
    field.set_sensitive(true);
    Ok(field)
}

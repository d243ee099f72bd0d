//! What Lambda says of an invocation beside its event, for the verbs that decide saved events.
use std::path::PathBuf;

use tollgate_event::Invocation;
use tollgate_policy::{Desk, Here};

use super::events::{self, Unreadable};

/// How the events were invoked.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// The function's ARN as it was invoked, with the alias or version
    #[arg(long, value_name = "ARN", value_parser = function_arn)]
    function_arn: Option<String>,
    /// The tenant's id, of a function with tenant isolation
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// The client context: a file with its JSON
    #[arg(long, value_name = "FILE")]
    client_context: Option<PathBuf>,
}

/// The same, read.
#[derive(Debug, Clone, Default)]
pub(super) struct Invoked(Invocation);

impl Args {
    /// Reads what stands in files.
    pub(super) fn read(&self) -> Result<Invoked, Unreadable> {
        let client_context = match &self.client_context {
            None => None,
            Some(path) => {
                let text = String::from_utf8(events::read(path)?);
                let cause = |it| std::io::Error::new(std::io::ErrorKind::InvalidData, it);
                Some(text.map_err(|it| Unreadable::new(path, cause(it)))?)
            }
        };
        Ok(Invoked(Invocation {
            function_arn: self.function_arn.clone().unwrap_or_default(),
            tenant_id: self.tenant.clone(),
            client_context,
            ..Invocation::default()
        }))
    }
}

impl Invoked {
    /// The headers of an event that came so.
    pub(super) fn invocation(&self, request_id: &str) -> Invocation {
        Invocation { request_id: request_id.to_owned(), ..self.0.clone() }
    }

    /// The desk of an environment of that function which has seen nothing yet.
    pub(super) fn desk(&self) -> Desk {
        let mut parts = self.0.function_arn.split(':').skip(3).map(str::to_owned);
        let (region, account) = (parts.next(), parts.next());
        let function = parts.nth(1).unwrap_or_default();
        Desk::new(Here { function, region, account, ..Here::default() })
    }
}

/// `arn:partition:lambda:region:account:function:name`, with or without a qualifier.
fn function_arn(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let known = matches!(
        parts.as_slice(),
        ["arn", partition, "lambda", region, account, "function", name]
        | ["arn", partition, "lambda", region, account, "function", name, _]
            if partition.starts_with("aws")
                && region.contains('-')
                && account.len() == 12
                && !name.is_empty()
    );
    let wanted = "expected arn:aws:lambda:REGION:ACCOUNT:function:NAME, also with :ALIAS";
    if known { Ok(text.to_owned()) } else { Err(wanted.to_owned()) }
}

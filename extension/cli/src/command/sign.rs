//! `tollgate sign`: makes a signed context, or a key for them.
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;

use serde_json::json;
use tollgate_proof::context::{Context, ContextKeys, Form, LIFE_MS_MAX, SigningKey};
use tollgate_proof::context::{nonce, secret_text};

use super::replay::now;
use crate::exit::Exit;

/// The largest payload that is read, in bytes: Lambda's own cap.
const PAYLOAD_BYTES_MAX: u64 = 6_291_556;
const KEY_BYTES_MAX: u64 = 64 * 1024;

/// Arguments of `tollgate sign`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tollgate sign --new-key orders > key.json
  tollgate sign --public key.json > keys.json
  tollgate sign --key key.json --target arn:aws:lambda:eu-west-1:123456789012:function:charge \\
    --as arn:aws:lambda:eu-west-1:123456789012:function:orders payload.json

Exit codes:
  0  it is on standard output
  1  the key or the payload cannot be used
  2  the command line is wrong")]
pub(crate) struct Args {
    /// The payload that the context is for; `-` for standard input
    #[arg(value_name = "PAYLOAD", required_unless_present_any = ["new_key", "public"])]
    payload: Option<PathBuf>,
    /// The key that signs, as `--new-key` makes it
    #[arg(long, value_name = "FILE", required_unless_present_any = ["new_key", "public"])]
    key: Option<PathBuf>,
    /// The ARN of the function, queue, topic or bus that the context is for
    #[arg(long, value_name = "ARN", required_unless_present_any = ["new_key", "public"])]
    target: Option<String>,
    /// The ARN of the function that signs
    #[arg(long = "as", value_name = "ARN", required_unless_present_any = ["new_key", "public"])]
    signer: Option<String>,
    /// The request id of its invocation
    #[arg(long, value_name = "ID", default_value = "offline")]
    request: String,
    /// How long it holds, in seconds; at most a day
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    life: u32,
    /// Digest the payload's bytes as they are, not its canonical form
    #[arg(long)]
    bytes: bool,
    /// Print as one JSON object
    #[arg(long)]
    json: bool,
    /// Make an Ed25519 key of this id, and nothing else
    #[arg(long, value_name = "ID", conflicts_with_all = ["public", "key", "target", "signer"])]
    new_key: Option<String>,
    /// Print the list of keys that checks what this key signs, and nothing else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "target", "signer"])]
    public: Option<PathBuf>,
}

/// Why nothing is signed. Says nothing of what is in a key.
#[derive(Debug, thiserror::Error)]
enum Unsigned {
    #[error("`{path}`: cannot be read: {cause}")]
    Unreadable { path: String, cause: io::Error },
    #[error("`{path}` is no key that contexts are signed with")]
    NoKey { path: String },
    #[error("`{0}` is no key id: expected letters, digits and `-_.:/`, at most 128")]
    NoKeyId(String),
    #[error("the payload is no JSON in which every member stands once; `--bytes` digests any")]
    NoJson,
    #[error("the context would be too long, or hold for more than a day")]
    NoContext,
    #[error("no random number can be had: {0}")]
    Random(getrandom::Error),
    #[error("cannot be printed: {0}")]
    Output(#[from] io::Error),
}

/// Runs the verb.
pub(crate) fn run(args: &Args) -> Exit {
    let done = match (&args.new_key, &args.public) {
        (Some(id), _) => new_key(id),
        (None, Some(path)) => public(path),
        (None, None) => sign(args),
    };
    match done {
        Ok(()) => Exit::Success,
        Err(why) => {
            // Where standard error is closed, nobody reads it.
            drop(writeln!(io::stderr().lock(), "error: {why}"));
            Exit::Failure
        }
    }
}

fn new_key(id: &str) -> Result<(), Unsigned> {
    let secret = secret_text(&random::<32>()?);
    let key = json!({ "kid": id, "alg": "Ed25519", "secret": secret }).to_string();
    let key = SigningKey::read(key.as_bytes()).map(|_| key);
    print(&key.ok_or_else(|| Unsigned::NoKeyId(id.to_owned()))?)
}

fn public(path: &PathBuf) -> Result<(), Unsigned> {
    let key = read_key(path)?;
    let public = key.public();
    let public = public.ok_or_else(|| Unsigned::NoKey { path: path.display().to_string() })?;
    let list = json!({ "keys": [{ "kid": key.id(), "alg": "Ed25519", "public": public }] });
    debug_assert!(ContextKeys::read(list.to_string().as_bytes()).is_some());
    print(&format!("{list:#}"))
}

fn sign(args: &Args) -> Result<(), Unsigned> {
    let (Some(path), Some(payload), Some(target), Some(signer)) =
        (&args.key, &args.payload, &args.target, &args.signer)
    else {
        return Err(Unsigned::NoContext);
    };
    let key = read_key(path)?;
    let payload = read(payload, PAYLOAD_BYTES_MAX)?;
    let form = if args.bytes { Form::Bytes } else { Form::Canonical };
    let life_ms = u64::from(args.life) * 1000;
    let iat = now().unix_ms;
    let context = Context {
        kid: key.id().to_owned(),
        target: target.clone(),
        iat,
        exp: iat.saturating_add(life_ms.min(LIFE_MS_MAX + 1)),
        nonce: nonce(&random::<16>()?),
        hops: Context::hops_after(None, signer, &args.request),
        digest: form.digest(&payload).ok_or(Unsigned::NoJson)?,
    };
    let text = context.sign(&key).ok_or(Unsigned::NoContext)?;
    if args.json {
        let said = json!({ "context": text, "says": context });
        return print(&said.to_string());
    }
    print(&text)
}

fn print(text: &str) -> Result<(), Unsigned> {
    Ok(writeln!(io::stdout().lock(), "{text}")?)
}

fn random<const N: usize>() -> Result<[u8; N], Unsigned> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Unsigned::Random)?;
    Ok(bytes)
}

fn read_key(path: &PathBuf) -> Result<SigningKey, Unsigned> {
    let text = zeroize::Zeroizing::new(read(path, KEY_BYTES_MAX)?);
    SigningKey::read(&text).ok_or_else(|| Unsigned::NoKey { path: path.display().to_string() })
}

fn read(path: &PathBuf, bytes_max: u64) -> Result<Vec<u8>, Unsigned> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        io::stdin().lock().take(bytes_max).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(bytes_max).read_to_end(&mut bytes))
    };
    match read {
        Ok(_) => Ok(bytes),
        Err(cause) => Err(Unsigned::Unreadable { path: path.display().to_string(), cause }),
    }
}

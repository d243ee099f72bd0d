//! Key sets of issuers, over TLS: fetched, turned over, kept while their host fails.

use super::{ECHOED, URL, status, webhook};
use crate::support::guarded::{Guarded, Setup};
use crate::support::places;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tollgate_emulator::Invoked;

/// How long what is on its way may take, on a slow machine.
const LONG: Duration = Duration::from_mins(1);

/// An issuer with a key set behind TLS; what it wrote stands in the directory.
struct Issuer {
    files: TempDir,
    port: u16,
    lines: Lines<BufReader<ChildStdout>>,
    orders: ChildStdin,
    _process: Child,
}

impl Issuer {
    async fn start() -> Self {
        let files = tempfile::tempdir().unwrap();
        let port = tollgate_emulator::free_port().unwrap();
        let mut command = Command::new(places::python());
        command.arg(places::fixtures("issuer.py")).arg(files.path()).arg(port.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let orders = process.stdin.take().unwrap();
        let mut issuer = Self { files, port, lines, orders, _process: process };
        issuer.says("ready").await;
        issuer
    }

    /// Waits for its next line.
    async fn says(&mut self, expected: &str) {
        let line = tokio::time::timeout(LONG, self.lines.next_line()).await;
        assert_eq!(line.unwrap().unwrap().as_deref(), Some(expected));
    }

    async fn obeys(&mut self, order: &str) {
        self.orders.write_all(format!("{order}\n").as_bytes()).await.unwrap();
        self.says("obeyed").await;
    }

    fn setup(&self) -> Setup {
        let policy = format!(
            "version: 1\nmode: enforce\ndetect: none\nsources:\n  - trigger: function-url\n    auth: {{ jwt: \
             {{ issuer: 'https://issuer.example', audience: orders, jwks_url: \
             'https://127.0.0.1:{}/keys.json' }} }}\n",
            self.port
        );
        let roots = self.files.path().join("roots.pem").to_str().unwrap().to_owned();
        Setup::rust().policy(&policy).map(|settings| settings.env("SSL_CERT_FILE", roots))
    }

    /// A token under the key of this id.
    fn token(&self, kid: &str) -> String {
        std::fs::read_to_string(self.files.path().join(format!("token-{kid}"))).unwrap()
    }
}

async fn bearing(guarded: &Guarded, token: &str) -> Invoked {
    let headers = json!({ "authorization": format!("Bearer {token}") });
    guarded.invoke(webhook(URL, &headers, "{}")).await
}

/// The first invocation that does not meet a missing key: its sender tries again, as it is told to.
async fn once_at_hand(guarded: &Guarded, token: &str) -> Invoked {
    let first = async {
        loop {
            let invoked = bearing(guarded, token).await;
            if status(&invoked.answer).0 != 503 {
                return invoked;
            }
        }
    };
    let good = tokio::time::timeout(LONG, first).await;
    good.unwrap_or_else(|_| panic!("no key: {}", guarded.complaints()))
}

#[tokio::test]
async fn a_key_set_is_fetched_from_its_issuer() {
    let issuer = Issuer::start().await;
    let guarded = issuer.setup().start().await;
    let token = issuer.token("a");
    let good = once_at_hand(&guarded, &token).await;
    let (signed, _) = token.rsplit_once('.').unwrap();
    let forged = bearing(&guarded, &format!("{signed}.{}", "A".repeat(342))).await;
    assert_eq!(status(&forged.answer).0, 401);
    let ledger = guarded.ledger().await;
    let record = ledger.invocation(&good.request_id);
    assert_eq!((&record["decision"], &record["grade"]), (&"pass".into(), &"signed".into()));
    assert_eq!(record["proof"]["scheme"], "jwt");
    ledger.assert_verifies();
}

/// Puts the extension's clock forward.
fn put_forward(clock: &Path, seconds: u64) {
    let milliseconds = (seconds * 1000).to_string();
    let written = clock.with_extension("new");
    std::fs::write(&written, milliseconds).unwrap();
    std::fs::rename(written, clock).unwrap();
}

/// The issuer turns its keys over twice, with a time between in which it fails. Its own word of how long a
/// set is fresh holds, which the extension's clock is put forward for.
#[tokio::test]
async fn keys_are_turned_over_and_outlive_their_host_s_failures() {
    let mut issuer = Issuer::start().await;
    let clock = issuer.files.path().join("clock");
    put_forward(&clock, 0);
    let plant = format!("clock:{}", clock.display());
    let setup = issuer
        .setup()
        .map(|settings| settings.layer(places::planted_layer()).env("TOLLGATE_PLANT", plant));
    let guarded = setup.start().await;
    let [a, b, c] = ["a", "b", "c"].map(|kid| issuer.token(kid));
    let mut good = vec![(once_at_hand(&guarded, &a).await, "a")];
    issuer.says("200 a").await;
    // Another key: the first token that names it asks for the set, but not within a minute.
    issuer.obeys("publish b 120").await;
    assert_eq!(status(&bearing(&guarded, &b).await.answer).0, 503);
    assert_eq!(status(&bearing(&guarded, &a).await.answer).0, ECHOED);
    put_forward(&clock, 61);
    assert_eq!(status(&bearing(&guarded, &b).await.answer).0, 503);
    issuer.says("200 b").await;
    good.push((once_at_hand(&guarded, &b).await, "b"));
    // What its issuer withdrew is gone, and whoever brings it costs no further request.
    assert_eq!(status(&bearing(&guarded, &a).await.answer).0, 503);
    // After two minutes the set is old. Its host fails: it stays in use.
    issuer.obeys("fail").await;
    put_forward(&clock, 61 + 119);
    good.push((bearing(&guarded, &b).await, "b"));
    put_forward(&clock, 61 + 121);
    good.push((bearing(&guarded, &b).await, "b"));
    issuer.says("503 nothing").await;
    good.push((bearing(&guarded, &b).await, "b"));
    // The host is back, with another key again.
    issuer.obeys("publish c 600").await;
    put_forward(&clock, 61 + 121 + 61);
    good.push((bearing(&guarded, &b).await, "b"));
    issuer.says("200 c").await;
    good.push((once_at_hand(&guarded, &c).await, "c"));
    assert_eq!(status(&bearing(&guarded, &b).await.answer).0, 503);
    let ledger = guarded.ledger().await;
    for (invoked, kid) in good {
        assert_eq!(status(&invoked.answer).0, ECHOED);
        let record = ledger.invocation(&invoked.request_id);
        assert_eq!((&record["decision"], &record["proof"]["keyId"]), (&"pass".into(), &kid.into()));
    }
    let checks = ledger.of_kind("invocation").into_iter().filter(|it| it["decision"] == "refuse");
    let ids: Vec<Value> = checks.map(|record| record["checks"][0]["id"].clone()).collect();
    assert!(ids.iter().all(|id| id == "auth.unavailable"), "{ids:?}");
    ledger.assert_verifies();
}

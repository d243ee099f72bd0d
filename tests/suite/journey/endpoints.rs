//! Endpoints of every form, each failing in every way: through the real courier, with compression,
//! signatures and TLS.

use super::services::Service;
use crate::support::guarded::{Guarded, Setup};
use crate::support::ledger::Ledger;
use crate::support::receiver::{Fault, Receiver, Request};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A policy with one sink, which is sent to at once.
fn policy(url: &str, sink: &str) -> String {
    format!(
        "version: 1\nledger:\n  flush: end\n  sinks: [{{ type: http, url: '{url}', {sink} }}]\n"
    )
}

/// Every record in a body, whatever the form: each begins like all records do.
fn records(request: &Request) -> Vec<String> {
    let body = request.body();
    let start = b"{\"tollgate\":1,";
    let starts = (0..body.len()).filter(|at| body[*at..].starts_with(start));
    let record = |at: usize| {
        let mut values = serde_json::Deserializer::from_slice(&body[at..]).into_iter::<Value>();
        values.next().unwrap().unwrap();
        String::from_utf8(body[at..at + values.byte_offset()].to_vec()).unwrap()
    };
    starts.map(record).collect()
}

/// One invocation for each fault, and each record arrives; then the ledger is whole.
async fn survives(receiver: &Receiver, guarded: Guarded) -> Vec<Request> {
    let mut ids = Vec::new();
    // Whoever says that a request is too large gets smaller ones.
    for fault in Fault::PASSING.into_iter().chain([Fault::Status(413, "")]) {
        receiver.fail([fault]);
        let invoked = guarded.invoke("{}").await;
        assert_eq!(invoked.answer.error_type(), None, "{fault:?}");
        receiver.taken(&invoked.request_id).await;
        ids.push(invoked.request_id);
    }
    guarded.environment.shutdown().await.unwrap();
    let requests = receiver.requests();
    let taken = requests.iter().filter(|request| request.taken);
    let ledger = Ledger::from_lines(taken.flat_map(records));
    for id in &ids {
        assert_eq!(ledger.invocation(id)["outcome"], "success");
    }
    assert_eq!(ledger.of_kind("close").len(), 1);
    assert_eq!(ledger.of_kind("gap").len(), 0, "{}", ledger.text());
    ledger.assert_verifies();
    requests
}

#[tokio::test]
async fn signed_lines_in_zstd_survive_every_fault() {
    let receiver = Receiver::start([]).await;
    let text = policy(&receiver.url(), "compress: zstd, hmac_env: SIGNING_KEY");
    let setup = Setup::rust().policy(&text).map(|it| it.env("SIGNING_KEY", KEY));
    for request in survives(&receiver, setup.start().await).await {
        assert_eq!(request.header("content-encoding"), Some("zstd"));
        assert!(request.header("webhook-signature").unwrap().starts_with("v1,"));
    }
}

#[tokio::test]
async fn splunk_events_survive_every_fault() {
    let receiver = Receiver::start([]).await;
    let header = "headers: [{ name: authorization, env: HEC_TOKEN, prefix: 'Splunk ' }]";
    let text = policy(&receiver.url(), &format!("format: hec, {header}"));
    let setup = Setup::rust().policy(&text).map(|it| it.env("HEC_TOKEN", "canary-of-the-token"));
    let guarded = setup.start().await;
    let requests = survives(&receiver, guarded).await;
    for request in &requests {
        assert_eq!(request.header("authorization"), Some("Splunk canary-of-the-token"));
    }
    let body = requests.iter().find(|request| request.taken).unwrap().body();
    let event: Value =
        serde_json::Deserializer::from_slice(&body).into_iter().next().unwrap().unwrap();
    let (chain, seq) = (&event["event"]["chain"], &event["event"]["seq"]);
    assert_eq!(event["sourcetype"], "tollgate:ledger");
    assert_eq!(event["fields"]["record_id"], format!("{}:{seq}", chain.as_str().unwrap()));
}

/// A server with TLS before the endpoint: it takes connections and hands bytes on.
const TLS: &str = "\
import asyncio, ssl, sys
async def carry(reader, writer):
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
async def serve(reader, writer):
    inner = await asyncio.open_connection('127.0.0.1', int(sys.argv[2]))
    await asyncio.gather(carry(reader, inner[1]), carry(inner[0], writer))
async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    server = await asyncio.start_server(serve, '127.0.0.1', int(sys.argv[1]), ssl=context)
    await server.serve_forever()
asyncio.run(main())
";

/// Makes an authority, and a certificate of it for 127.0.0.1, in a directory.
fn certificates(folder: &Path) {
    let openssl = |arguments: &str| {
        let arguments: Vec<&str> = arguments.split('|').collect();
        let output = Command::new("openssl").args(&arguments).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let fresh = "req|-x509|-newkey|ec|-pkeyopt|ec_paramgen_curve:P-256|-nodes|-days|2";
    openssl(&format!("{fresh}|-subj|/CN=Test authority|-keyout|ca.key|-out|ca.pem"));
    openssl(&format!(
        "{fresh}|-subj|/CN=localhost|-CA|ca.pem|-CAkey|ca.key|-keyout|key.pem|-out|cert.pem|-addext|\
         subjectAltName=IP:127.0.0.1|-addext|basicConstraints=critical,CA:FALSE"
    ));
}

async fn tls_before(receiver: &Receiver, folder: &Path) -> (Service, SocketAddr) {
    let port = tollgate_emulator::free_port().unwrap();
    let (own, inner) = (port.to_string(), receiver.address().port().to_string());
    let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let arguments = ["-c", TLS, &own, &inner, cert.to_str().unwrap(), key.to_str().unwrap()];
    (Service::start(&arguments, port).await, SocketAddr::from(([127, 0, 0, 1], port)))
}

#[tokio::test]
async fn lines_over_tls_survive_every_fault() {
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path());
    let receiver = Receiver::start([]).await;
    let (_tls, address) = tls_before(&receiver, folder.path()).await;
    let setup = Setup::rust().policy(&policy(&format!("https://{address}/in"), "format: ndjson"));
    let authority = folder.path().join("ca.pem").to_str().unwrap().to_owned();
    survives(&receiver, setup.map(|it| it.env("SSL_CERT_FILE", authority)).start().await).await;
}

#[tokio::test]
async fn security_an_endpoint_whose_authority_is_unknown_gets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path());
    let receiver = Receiver::start([]).await;
    let (_tls, address) = tls_before(&receiver, folder.path()).await;
    let text = policy(&format!("https://{address}/in"), "format: ndjson");
    let text = text.replace("sinks: [", "sinks: [{ type: stdout }, ");
    let guarded = Setup::rust().policy(&text).start().await;
    let id = guarded.invoke("{}").await.request_id;
    let ledger = guarded.ledger().await;
    ledger.invocation(&id);
    assert_eq!(receiver.requests().len(), 0);
    let finding = &ledger.of_kind("finding")[0];
    assert_eq!(finding["id"], "sink.unwritable");
    assert!(finding["detail"].as_str().unwrap().contains("certificate"), "{finding}");
    ledger.assert_verifies();
}

/// An event whose record, with its content, has tens of kilobytes.
fn bulky() -> String {
    let words = "a word after another ".repeat(2_000);
    serde_json::json!({ "text": words }).to_string()
}

/// More than a sink's four megabytes of such records.
const BULKY: usize = 150;

/// A function whose records carry what they decide, with an endpoint that holds the first batch, and
/// other sinks before it.
async fn behind_one_that_holds(receiver: &Receiver, others: &str) -> Guarded {
    let text = policy(&receiver.url(), "compress: none").replace("flush: end", "flush: overlap");
    let text = text.replace("sinks: [", &format!("payload: redacted\n  sinks: [{others}"));
    let guarded = Setup::rust().policy(&text).start().await;
    receiver.arrived(1).await;
    guarded
}

#[tokio::test]
async fn a_sink_that_is_alone_behind_loses_its_oldest_records_and_a_gap_counts_them() {
    let receiver = Receiver::start([Fault::Hold]).await;
    let guarded = behind_one_that_holds(&receiver, "{ type: stdout }, ").await;
    let mut ids = Vec::new();
    for _ in 0..BULKY {
        ids.push(guarded.invoke(bulky()).await.request_id);
    }
    receiver.release();
    receiver.taken(ids.last().unwrap()).await;
    let here = guarded.ledger().await;
    for id in &ids {
        here.invocation(id);
    }
    here.assert_verifies();
    let there = Ledger::from_lines(receiver.lines());
    let missing = here.text().lines().count() - there.text().lines().count();
    let gaps = here.of_kind("gap");
    let counted: u64 = gaps.iter().map(|gap| gap["records"].as_u64().unwrap()).sum();
    assert!(missing > 0);
    // What was on its way when its place was needed counts, whether it arrived or not.
    assert!(counted >= missing as u64, "{missing}: {gaps:?}");
    for gap in &gaps {
        assert_eq!(gap["reason"], "spool-full");
        assert!(gap["detail"].as_str().unwrap().contains("`http`"), "{gap}");
    }
    let newest = |ledger: &Ledger| ledger.text().lines().last().map(str::to_owned);
    assert_eq!(newest(&here), newest(&there), "it is the oldest that go");
}

#[tokio::test]
async fn where_the_only_sink_is_full_new_records_are_left_out_and_a_gap_names_them() {
    let receiver = Receiver::start([Fault::Hold]).await;
    let guarded = behind_one_that_holds(&receiver, "").await;
    let mut ids = Vec::new();
    for _ in 0..BULKY {
        let invoked = guarded.invoke(bulky()).await;
        assert_eq!(invoked.answer.error_type(), None, "back-pressure holds no event up");
        ids.push(invoked.request_id);
    }
    receiver.release();
    let open = format!("\"requestId\":\"{}\"", ids[0]);
    receiver.taken(&open).await;
    // With room again, the next record admits the gap.
    loop {
        let id = guarded.invoke("{}").await.request_id;
        receiver.taken("\"kind\":\"checkpoint\"").await;
        ids.push(id);
        if receiver.lines().iter().any(|line| line.contains("\"kind\":\"gap\"")) {
            break;
        }
    }
    guarded.environment.shutdown().await.unwrap();
    let ledger = Ledger::from_lines(receiver.lines());
    let gaps = ledger.of_kind("gap");
    let named: Vec<&str> = gaps
        .iter()
        .flat_map(|gap| gap["requestIds"].as_array().unwrap())
        .map(|id| id.as_str().unwrap())
        .collect();
    assert!(!named.is_empty());
    for id in &ids {
        let recorded = ledger.of_kind("invocation").iter().any(|it| it["requestId"] == id.as_str());
        assert_ne!(recorded, named.contains(&id.as_str()), "{id}");
    }
    ledger.assert_verifies();
}

#[tokio::test]
async fn what_a_sink_will_never_take_is_a_gap_and_what_follows_arrives() {
    for others in ["", "{ type: stdout }, "] {
        let receiver = Receiver::start([]).await;
        receiver.take_no_more_than(16 * 1024);
        let text = policy(&receiver.url(), "compress: none");
        let text = text.replace("sinks: [", &format!("payload: redacted\n  sinks: [{others}"));
        let guarded = Setup::rust().policy(&text).start().await;
        let large = guarded.invoke(bulky()).await.request_id;
        receiver.taken("sink-refused").await;
        let small = guarded.invoke("{}").await.request_id;
        receiver.taken(&small).await;
        let here = guarded.ledger().await;
        let there = Ledger::from_lines(receiver.lines());
        let gaps = there.of_kind("gap");
        assert_eq!(gaps.len(), 1, "{}", there.text());
        assert_eq!((&gaps[0]["reason"], &gaps[0]["records"]), (&"sink-refused".into(), &1.into()));
        assert!(gaps[0]["detail"].as_str().unwrap().contains("`http`"), "{}", gaps[0]);
        assert_eq!(there.findings(), ["sink.unwritable"]);
        assert!(there.of_kind("invocation").iter().all(|it| it["requestId"] != large.as_str()));
        there.invocation(&small);
        // Its copy of the chain lacks a record, and is no whole one.
        let (code, said) = there.verify();
        assert_eq!(code, Some(4), "{said}");
        if !others.is_empty() {
            here.invocation(&large);
            here.assert_verifies();
        }
    }
}

#[tokio::test]
async fn a_sink_that_hangs_at_the_end_does_not_hold_the_environment_up() {
    let receiver = Receiver::start([Fault::Hang; 50]).await;
    let text = policy(&receiver.url(), "format: ndjson").replace("flush: end", "flush: overlap");
    let guarded = Setup::rust().policy(&text).start().await;
    let id = guarded.invoke("{}").await.request_id;
    receiver.arrived(1).await;
    let shutdown = guarded.environment.shutdown().await.unwrap();
    let (_, departure) =
        shutdown.extensions.iter().find(|(name, _)| name == "tollgate").unwrap().clone();
    assert!(departure.event_taken && !departure.killed, "{departure:?}");
    assert_eq!(receiver.lines().len(), 0);
    // Everything is left for a process that would follow.
    let journal = std::fs::read(guarded.environment.tmp().join(".tollgate/journal")).unwrap();
    let journal = String::from_utf8_lossy(&journal).into_owned();
    for part in [&id, "\"kind\":\"open\"", "\"kind\":\"close\""] {
        assert!(journal.contains(part), "{part} in {journal}");
    }
}

#[tokio::test]
async fn what_a_hung_sink_did_not_take_goes_to_it_after_the_reset() {
    let receiver = Receiver::start([Fault::Hang; 50]).await;
    let text = policy(&receiver.url(), "format: ndjson").replace("flush: end", "flush: overlap");
    let guarded = Setup::rust().policy(&text).start().await;
    let mut ids = vec![guarded.invoke("{}").await.request_id];
    receiver.arrived(1).await;
    ids.push(guarded.invoke("{\"control\":{\"exit\":3}}").await.request_id);
    receiver.fail([]);
    ids.push(guarded.invoke("{}").await.request_id);
    guarded.environment.shutdown().await.unwrap();
    let ledger = Ledger::from_lines(receiver.lines());
    for id in &ids {
        ledger.invocation(id);
    }
    assert_eq!((ledger.of_kind("open").len(), ledger.of_kind("close").len()), (2, 2));
    ledger.assert_verifies();
}

//! What a function can do to the files in `/tmp` that the next process reads.

use crate::support::guarded::Setup;
use std::os::unix::fs::symlink;
use std::path::Path;

/// A record of an invocation that never was, as the journal of a live process would have it.
const FORGED: &str = r#"{"requestId":"11111111-1111-4111-8111-111111111111"}"#;

type Tamper = fn(&Path);

/// A name, what is done to the state directory, and the kind and name of what tells of it.
const TAMPERED: [(&str, Tamper, &[&str]); 9] = [
    ("emptied", |state| std::fs::write(state.join("journal"), "").unwrap(), &[]),
    ("cut", |state| cut(&state.join("journal")), &["journal-damaged"]),
    (
        "overwritten",
        |state| std::fs::write(state.join("journal"), vec![0xff; 70_000]).unwrap(),
        &["journal-damaged"],
    ),
    ("made huge", |state| make_huge(&state.join("journal")), &["journal-damaged"]),
    ("removed", |state| std::fs::remove_dir_all(state).unwrap(), &[]),
    ("a link elsewhere", |state| link(&state.join("journal")), &["journal.unwritable"]),
    ("a directory", |state| replace_by_directory(&state.join("journal")), &["journal.unwritable"]),
    ("its directory a link", |state| link(state), &["journal.unwritable"]),
    ("a forged beginning", |state| forge(&state.join("journal")), &["journal-damaged"]),
];

fn cut(journal: &Path) {
    let bytes = std::fs::read(journal).unwrap();
    std::fs::write(journal, &bytes[..bytes.len() / 2]).unwrap();
}

fn make_huge(journal: &Path) {
    let file = std::fs::OpenOptions::new().write(true).open(journal).unwrap();
    file.set_len(1 << 40).unwrap();
}

/// The victim of a link stands beside the state directory, and must stay as it is.
fn link(path: &Path) {
    let victim = path.ancestors().find(|it| !it.ends_with(".tollgate") && it.is_dir()).unwrap();
    let victim = victim.join("victim");
    std::fs::write(&victim, "untouched").unwrap();
    if path.is_dir() {
        std::fs::remove_dir_all(path).unwrap();
    } else {
        std::fs::remove_file(path).unwrap();
    }
    symlink(victim, path).unwrap();
}

fn replace_by_directory(journal: &Path) {
    std::fs::remove_file(journal).unwrap();
    std::fs::create_dir(journal).unwrap();
}

/// Without the checksum that the format asks for.
fn forge(journal: &Path) {
    let mut bytes = std::fs::read(journal).unwrap();
    bytes.push(b'B');
    bytes.extend_from_slice(&u32::try_from(FORGED.len()).unwrap().to_le_bytes());
    bytes.extend_from_slice(&[0; 8]);
    bytes.extend_from_slice(FORGED.as_bytes());
    std::fs::write(journal, bytes).unwrap();
}

/// Whatever a function did to the journal, the next process serves and its own chain verifies.
#[tokio::test]
async fn security_a_journal_that_was_tampered_with_stops_nobody_and_is_told() {
    for (name, tamper, told) in TAMPERED {
        let guarded = Setup::rust().start().await;
        let before = guarded.invoke("{}").await;
        guarded.environment.kill_extension("tollgate");
        guarded.environment.reset_done().await;
        tamper(&guarded.environment.tmp().join(".tollgate"));
        let after = guarded.invoke("{}").await;
        assert_eq!(after.answer.error_type(), None, "{name}: {}", guarded.complaints());
        let victim = guarded.environment.tmp().join("victim");
        if victim.exists() {
            assert_eq!(std::fs::read_to_string(&victim).unwrap(), "untouched", "{name}");
        }
        let ledger = guarded.ledger().await;
        ledger.invocation(&after.request_id);
        // What was shipped stands. A journal that was cut to its beginning makes the next process tell
        // of a loss that was none: the record says whence it has it, beside the gap.
        let mut earlier = ledger.of_kind("invocation");
        earlier.retain(|record| record["requestId"] == before.request_id.as_str());
        let (adopted, own): (Vec<_>, Vec<_>) =
            earlier.into_iter().partition(|record| record["adoptedFrom"].is_string());
        assert_eq!(own.len(), 1, "{name}");
        assert!(adopted.is_empty() || (adopted.len() == 1 && name == "cut"), "{name}: {adopted:?}");
        assert!(!ledger.text().contains("11111111-1111-4111"), "{name}");
        let gaps = ledger.of_kind("gap");
        let reasons = gaps.iter().map(|gap| gap["reason"].as_str().unwrap().to_owned());
        let said: Vec<String> = reasons.chain(ledger.findings()).collect();
        for told in told {
            assert!(said.iter().any(|it| it == told), "{name}: {said:?}");
        }
        ledger.assert_verifies();
    }
}

//! What is read out of sample events: our own, those of the crate `aws_lambda_events`, and those of
//! the AWS SAM CLI. One golden file for each; `BLESS=1 cargo test` writes them anew.
#![expect(clippy::unwrap_used, reason = "test code")]
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tollgate_event::{Classified, ENVELOPE, Invocation, Limits, RawEvent, Trigger};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");
const SAMPLES: &str = "aws_lambda_events-1.2.1/src/fixtures";

/// Samples of others that no service sends so, and what is broken in them.
const BROKEN: [(&str, &str); 3] = [
    ("example-cloudwatch-alarm-composite.json", "blanks inside the alarm's ARN and its times"),
    ("example-cloudwatch-alarm-metric.json", "blanks inside the alarm's ARN and its times"),
    ("kinesis_apachelog.json", "the data is cut: 133 characters are no whole groups of base64"),
];

#[test]
fn our_own_samples() {
    let mut files = BTreeMap::new();
    for trigger in Trigger::ALL {
        let of_trigger = json_files(&Path::new(FIXTURES).join(format!("events/{trigger}")));
        assert!(of_trigger.len() >= 2, "{trigger}: {} samples", of_trigger.len());
        for (name, path) in of_trigger {
            let event = read(&path);
            assert_eq!(event.trigger(), trigger, "{name}");
            assert_eq!(event.faults(), [], "{name}");
            assert_eq!(event.envelope_faults(), [], "{name}");
            files.insert(format!("{trigger}/{name}"), path);
        }
    }
    let directories = std::fs::read_dir(Path::new(FIXTURES).join("events")).unwrap().count();
    assert_eq!(directories, Trigger::ALL.len());
    golden("triggers.txt", &files);
}

#[test]
fn samples_of_the_crate_aws_lambda_events() {
    let files = json_files(&registry_sources().join(SAMPLES));
    assert_eq!(files.len(), 173, "one of the 174 files is Rust");
    golden("aws_lambda_events.txt", &files);
}

#[test]
fn samples_of_the_sam_cli() {
    let files = json_files(&Path::new(FIXTURES).join("sam"));
    assert_eq!(files.len(), 68);
    golden("sam.txt", &files);
}

/// Events that claim to come from a service and are not what it sends.
#[test]
fn malformed_samples() {
    let mut found = String::from("# file | trigger | place | what was expected\n");
    for (name, path) in json_files(&Path::new(FIXTURES).join("malformed")) {
        let event = read(&path);
        assert_eq!(event.faults(), [], "{name}");
        let faults = event.envelope_faults();
        let [fault] = faults.as_slice() else { panic!("{name}: {faults:?}") };
        let (trigger, at, detail) = (event.trigger(), &fault.at, &fault.detail);
        writeln!(found, "{name} | {trigger} | {at} | {detail}").unwrap();
    }
    compare("malformed.txt", &found);
}

/// Where cargo keeps the sources of crates: the directory of the registry that has the samples.
fn registry_sources() -> PathBuf {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let registries = std::fs::read_dir(home.unwrap().join("registry/src")).unwrap();
    let mut paths = registries.map(|registry| registry.unwrap().path());
    paths.find(|path| path.join(SAMPLES).is_dir()).unwrap()
}

fn json_files(directory: &Path) -> BTreeMap<String, PathBuf> {
    let files = std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path))
        .collect()
}

fn read(path: &Path) -> Classified {
    let raw = RawEvent::new(Invocation::default(), std::fs::read(path).unwrap().into());
    tollgate_event::classify(tollgate_event::decode(raw, &Limits::default()))
}

/// Compares what is read out of the files with the lines of a golden file.
fn golden(name: &str, files: &BTreeMap<String, PathBuf>) {
    let mut found = String::from(
        "# file | trigger | ARN | account | region | caller, id, address, key | items | attempt\n",
    );
    for (name, path) in files {
        let event = read(path);
        writeln!(found, "{name} | {}", line(&event)).unwrap();
        let broken = BROKEN.iter().find(|(broken, _)| broken == name);
        let faults = event.envelope_faults();
        assert_eq!(faults.len(), usize::from(broken.is_some()), "{name}: {faults:?}, {broken:?}");
        assert!(faults.iter().all(|fault| fault.check == ENVELOPE));
    }
    compare(name, &found);
}

/// Compares a text with a golden file, line by line.
fn compare(name: &str, found: &str) {
    let path = Path::new(FIXTURES).join("golden").join(name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), expected.lines().count());
}

fn line(event: &Classified) -> String {
    let said = event.assertions();
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let (source, caller) = (&said.source, &said.caller);
    let parts = [
        said.trigger.to_string(),
        or_dash(&source.arn),
        or_dash(&source.account),
        or_dash(&source.region),
        format!(
            "{} {} {} {}",
            caller.kind,
            or_dash(&caller.id),
            or_dash(&caller.source_ip),
            or_dash(&caller.key_id)
        ),
        format!("{}{}", said.items.total, if said.items.fifo { " fifo" } else { "" }),
        said.attempt.map_or("-".into(), |attempt| attempt.to_string()),
    ];
    parts.join(" | ")
}

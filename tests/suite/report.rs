//! What `tollgate report` writes, looked at in a real browser: in light and in dark, wide and narrow.
use crate::support::places;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The contrast that text needs (WCAG 2.2, success criterion 1.4.3).
const CONTRAST_MIN: f64 = 4.5;

/// Chromium, and what it must be started with; none where there is none for this architecture.
fn chromium() -> Option<(PathBuf, Vec<(&'static str, PathBuf)>)> {
    if std::env::consts::ARCH == "x86_64" {
        let own = places::browser();
        let variables =
            vec![("LD_LIBRARY_PATH", own.join("lib")), ("FONTCONFIG_PATH", own.clone())];
        return Some((own.join("chromium"), variables));
    }
    let what = "the look at reports in a browser (Debian: `apt-get install chromium`)";
    crate::sam::at_hand("chromium", what).then(|| ("chromium".into(), Vec::new()))
}

/// What the browser sees of each page, in each scheme and width.
fn looked(desk: &Path, pages: &[PathBuf]) -> Option<Vec<Value>> {
    let (chromium, variables) = chromium()?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("report/look.mjs");
    let mut node = Command::new(places::node().0);
    node.arg(script).arg(chromium).arg(desk).args(pages).envs(variables);
    let output = node.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let rows = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<Value> = rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    // Two schemes, two widths.
    assert_eq!(rows.len(), 4 * pages.len(), "{said}");
    Some(rows)
}

/// Writes the report of some ledgers.
fn page(desk: &Path, name: &str, ledgers: &[&Path]) -> PathBuf {
    let page = desk.join(name);
    let mut report = Command::new(places::tollgate());
    report.arg("report").args(ledgers).arg("--out").arg(&page);
    let output = report.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    page
}

/// A ledger of every trigger and of attacks, whose texts stand in its records.
fn of_all_triggers(desk: &Path) -> PathBuf {
    let ledger = desk.join("ledger.ndjson");
    let mut emulate = Command::new(places::tollgate());
    emulate.arg("emulate").arg("--layer").arg(places::layer());
    emulate.arg("--function").arg(places::rust_function());
    emulate.arg("--events").arg(places::fixtures("events")).arg(places::fixtures("hostile"));
    emulate.arg("--policy").arg(places::fixtures("demo-policy.yaml"));
    emulate.args(["--timeout", "60", "--json", "--ledger"]).arg(&ledger);
    let output = emulate.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    ledger
}

/// What is wrong with what was seen.
fn faults(row: &Value) -> Vec<String> {
    let number = |name: &str| row.pointer(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let list = |name: &str| row[name].as_array().map_or(1, Vec::len);
    let held = [
        ("wider than the window", number("/overflow") <= 0.0),
        ("no charts", number("/charts") >= 2.0 && number("/shapes") >= 9.0),
        ("a script", number("/scripts") == 0.0),
        ("no texts", number("/texts") >= 50.0 && number("/unseen") == 0.0),
        ("too little contrast", number("/contrast/ratio") >= CONTRAST_MIN),
        // Edges of letters have hundreds of shades.
        ("blank", number("/colours") >= 500.0),
        ("a request", list("requests") == 0),
        ("an error", list("errors") == 0),
    ];
    held.iter().filter(|(_, held)| !held).map(|(fault, _)| (*fault).to_owned()).collect()
}

#[test]
fn a_report_is_whole_and_legible_in_a_browser_in_light_and_in_dark() {
    let desk = tempfile::tempdir().unwrap();
    let small = places::fixtures("ledger/ledger.ndjson");
    let pages = [
        page(desk.path(), "all.html", &[&of_all_triggers(desk.path())]),
        page(desk.path(), "small.html", &[&small]),
    ];
    let Some(rows) = looked(desk.path(), &pages) else { return };
    for row in &rows {
        assert_eq!(faults(row), [""; 0], "{row}");
        let rich = row["page"].as_str().unwrap().ends_with("/all.html");
        // How many bars stand over time depends on how long the events took.
        assert!(!rich || row["shapes"].as_u64().unwrap() >= 20, "{row}");
    }
    let ground = |scheme: &str| {
        let row = rows.iter().find(|row| row["scheme"] == scheme).unwrap();
        row["ground"].as_str().unwrap().to_owned()
    };
    assert_ne!(ground("light"), ground("dark"));
}

#[test]
fn the_look_finds_a_page_out_that_is_none_of_this() {
    let desk = tempfile::tempdir().unwrap();
    let page = desk.path().join("bad.html");
    let text = "<!doctype html><body style=\"background:#fff\">\
                <p style=\"width:3000px;color:#bbb\">pale and wide</p>\
                <img src=\"gone.png\"><script>undefined.member</script></body>";
    std::fs::write(&page, text).unwrap();
    let Some(rows) = looked(desk.path(), &[page]) else { return };
    for row in &rows {
        let found = faults(row);
        for fault in [
            "wider than the window",
            "no charts",
            "a script",
            "too little contrast",
            "a request",
            "an error",
        ] {
            assert!(found.iter().any(|it| it == fault), "not found: {fault}: {row}");
        }
    }
}

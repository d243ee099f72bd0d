//! Saved inputs of the fuzzer, run once each: what was found stays found.
use std::path::Path;

#[test]
fn every_saved_input_runs_through() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for target in &tollgate_fuzz::TARGETS {
        let directory = corpora.join(target.name);
        let mut files = 0;
        for file in std::fs::read_dir(&directory).unwrap_or_else(|_| panic!("{}", target.name)) {
            (target.run)(&std::fs::read(file.unwrap().path()).unwrap());
            files += 1;
        }
        assert!(files >= 3, "{}: {files} saved inputs", target.name);
    }
}

#[test]
fn every_target_has_its_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("targets");
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    for target in &tollgate_fuzz::TARGETS {
        let file = root.join(format!("fuzz_targets/{}.rs", target.name));
        let text = std::fs::read_to_string(file).unwrap();
        assert!(text.contains(&format!("run(\"{}\"", target.name)), "{}", target.name);
        assert!(manifest.contains(&format!("name = \"{}\"\n", target.name)), "{}", target.name);
    }
}

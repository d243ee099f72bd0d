//! The recipe for container images, followed by a builder of images where there is one (Buildah), and
//! what it made run with its own entry point.
use super::building::at_hand;
use super::succeeds;
use crate::support::places;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Buildah with its images in a directory of their own.
struct Builder {
    folder: tempfile::TempDir,
}

impl Builder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let accepts = r#"{"default":[{"type":"insecureAcceptAnything"}]}"#;
        std::fs::write(folder.path().join("policy.json"), accepts).unwrap();
        Self { folder }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn run(&self, verb: &str, arguments: &[&str]) -> String {
        let mut buildah = Command::new("buildah");
        buildah.arg("--storage-driver=vfs").arg("--root").arg(self.at("images"));
        buildah.arg("--runroot").arg(self.at("run")).arg(verb);
        if verb != "mount" {
            buildah.arg("--signature-policy").arg(self.at("policy.json"));
        }
        succeeds(buildah.args(arguments)).trim().to_owned()
    }

    fn build(&self, tag: &str, file: &Path, context: &Path) {
        let (file, context) = (file.to_str().unwrap(), context.to_str().unwrap());
        // Older ones tell no architecture by themselves.
        let architecture = if std::env::consts::ARCH == "x86_64" {
            "TARGETARCH=amd64"
        } else {
            "TARGETARCH=arm64"
        };
        let how = ["--isolation=chroot", "--build-arg", architecture];
        self.run("bud", &[&how[..], &["--quiet", "--tag", tag, "--file", file, context]].concat());
    }
}

/// An image's root with no more than a shell and the C library: what programs here are linked to.
fn base(root: &Path, programs: &[&Path]) {
    std::fs::create_dir_all(root.join("bin")).unwrap();
    std::fs::create_dir_all(root.join("tmp")).unwrap();
    std::fs::copy("/bin/sh", root.join("bin/sh")).unwrap();
    let linked = succeeds(Command::new("ldd").arg("/bin/sh").args(programs));
    for library in linked.split_whitespace().filter(|word| word.starts_with("/lib")) {
        let library = Path::new(library.trim_end_matches(':'));
        let copy = root.join(library.strip_prefix("/").unwrap());
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(library, copy).unwrap();
    }
}

const FUNCTION: &str = "\
FROM tollgate-layer AS tollgate
FROM base
COPY --from=tollgate /opt/ /opt/
COPY function tollgate.yaml /var/task/
ENTRYPOINT [\"/opt/tollgate/exec\", \"/var/task/function\"]
";

#[test]
fn an_image_that_follows_the_recipe_is_guarded() {
    if !rustix::process::geteuid().is_root() || !at_hand("buildah", "the recipe for images") {
        return;
    }
    let builder = Builder::new();
    let (root, function) = (builder.at("base"), builder.at("function"));
    base(&root, &[&places::rust_function()]);
    std::fs::create_dir(&function).unwrap();
    std::fs::copy(places::rust_function(), function.join("function")).unwrap();
    let policy = "version: 1\nmode: enforce\nsources: [{ trigger: direct, detect: [sql] }]\n";
    std::fs::write(function.join("tollgate.yaml"), policy).unwrap();
    std::fs::write(function.join("Dockerfile"), FUNCTION).unwrap();
    std::fs::write(builder.at("Dockerfile"), "FROM scratch\nCOPY . /\n").unwrap();
    let recipe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../layer/Dockerfile");
    builder.build("tollgate-layer", &recipe, places::layer().parent().unwrap());
    builder.build("base", &builder.at("Dockerfile"), &root);
    builder.build("function", &function.join("Dockerfile"), &function);
    let container = builder.run("from", &["function"]);
    let mounted = builder.run("mount", &[&container]);

    for (file, text) in
        [("good.json", r#"{"n":1}"#), ("bad.json", r#"{"q":"1; DROP TABLE users--"}"#)]
    {
        std::fs::write(builder.at(file), text).unwrap();
    }
    // The entry point in the image's own root; the extension from where the image has it.
    let entry = format!("chroot {mounted} /opt/tollgate/exec /var/task/function");
    let rows = succeeds(
        Command::new(places::tollgate())
            .args(["emulate", "--json", "--no-wrapper", "--timeout", "60", "--function", &entry])
            .arg("--layer")
            .arg(Path::new(&mounted).join("opt"))
            .arg("--policy")
            .arg(Path::new(&mounted).join("var/task/tollgate.yaml"))
            .arg("--event")
            .arg(builder.at("good.json"))
            .arg(builder.at("bad.json")),
    );
    let rows: Vec<Value> = rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    let decisions: Vec<_> = rows.iter().map(|row| row["decision"].as_str().unwrap()).collect();
    assert_eq!(decisions, ["pass", "refuse"], "{rows:?}");
    assert_eq!(rows[1]["checks"][0], "detect.sql");
}

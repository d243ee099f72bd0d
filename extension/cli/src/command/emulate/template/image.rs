//! A function that is a container image: what its Dockerfile says of it. Nothing is built or pulled.
use std::path::PathBuf;

use tollgate_template::Function;

/// What a Dockerfile on one of AWS's base images says.
pub(super) struct Image {
    /// The directory whose files are copied into it.
    pub(super) context: PathBuf,
    /// The runtime of its base image, such as `python3.13`.
    pub(super) runtime: String,
    /// Its handler.
    pub(super) handler: String,
}

/// AWS's base images, of which the name ends with a language and the tag begins with its version.
const BASE: &str = "public.ecr.aws/lambda/";

/// Reads a function's Dockerfile; none where it is not here, or on another base.
pub(super) fn of(folder: &std::path::Path, function: &Function<'_>) -> Option<Image> {
    let metadata = |name: &str| {
        let node = function.resource.member.value.at(&["Metadata", name])?;
        function.template.value(node)
    };
    let context = folder.join(metadata("DockerContext")?);
    let file = metadata("Dockerfile").unwrap_or_else(|| "Dockerfile".to_owned());
    let text = std::fs::read_to_string(context.join(file)).ok()?;
    let said = function.get(&["ImageConfig", "Command"]);
    let said = said.and_then(|list| list.elements().first()?.text().map(str::to_owned));
    let handler = said.or_else(|| command(&text))?;
    Some(Image { context: context.canonicalize().ok()?, runtime: runtime(&text)?, handler })
}

/// The value of an instruction, where it stands last.
fn last<'t>(text: &'t str, instruction: &str) -> Option<&'t str> {
    let mut lines = text.lines().rev().map(str::trim);
    lines.find_map(|line| line.strip_prefix(instruction)).map(str::trim)
}

/// `FROM public.ecr.aws/lambda/python:3.13` is the runtime `python3.13`.
fn runtime(text: &str) -> Option<String> {
    let image = last(text, "FROM ")?.split_whitespace().find(|word| !word.starts_with("--"))?;
    let (language, tag) = image.strip_prefix(BASE)?.split_once(':')?;
    Some(format!("{language}{tag}"))
}

/// `CMD ["app.handler"]`
fn command(text: &str) -> Option<String> {
    let words: Vec<String> = serde_json::from_str(last(text, "CMD ")?).ok()?;
    words.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_stage_tells_runtime_and_handler() {
        let text = "FROM layer AS tollgate\n\nFROM --platform=linux/amd64 \
                    public.ecr.aws/lambda/python:3.13\nCMD [\"app.handler\"]\n";
        assert_eq!(runtime(text).as_deref(), Some("python3.13"));
        assert_eq!(command(text).as_deref(), Some("app.handler"));
        assert_eq!(runtime("FROM debian:12\n"), None);
        assert_eq!(command("CMD app.handler\n"), None);
    }
}

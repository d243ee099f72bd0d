//! Every environment variable of ours, in one table; the reference page is made from it.

/// An environment variable that Tollgate reads.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What is used when it is not set.
    pub default: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Who reads it.
    pub reader: Reader,
}

/// Who reads a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The extension.
    Extension,
    /// The wrapper that starts the runtime.
    Wrapper,
    /// Both.
    Both,
}

/// Prefix that all of our variables share.
pub const PREFIX: &str = "TOLLGATE_";

/// The table.
pub const VARIABLES: [Variable; 6] = [
    Variable {
        name: "TOLLGATE_LOG",
        default: "warn",
        help: "how much the extension says of itself on standard error: off, error, warn, info or debug",
        reader: Reader::Extension,
    },
    Variable {
        name: "TOLLGATE_MODE",
        default: "the policy's",
        help: "observe or enforce, in place of the policy's mode; may only tighten it",
        reader: Reader::Extension,
    },
    Variable {
        name: "TOLLGATE_NEXT_WRAPPER",
        default: "none",
        help: "path of another wrapper script that is to run after ours",
        reader: Reader::Wrapper,
    },
    Variable {
        name: "TOLLGATE_ON_INVALID",
        default: "refuse",
        help: "what happens to events while the policy cannot be read in full: refuse or pass",
        reader: Reader::Extension,
    },
    Variable {
        name: "TOLLGATE_POLICY",
        default: "/var/task/tollgate.yaml",
        help: "path of the function's own policy",
        reader: Reader::Extension,
    },
    Variable {
        name: "TOLLGATE_PORT",
        default: "9009",
        help: "loopback port of the proxy, 1024 to 65535 without 9001, which Lambda reserves",
        reader: Reader::Both,
    },
];

/// The table as a Markdown reference page.
pub fn reference() -> String {
    let mut page = String::from(
        "# Environment variables\n\nSet them on the function. An unknown variable that begins with \
         `TOLLGATE_` is reported in the log.\n\n| variable | default | read by | what it does |\n\
         | --- | --- | --- | --- |\n",
    );
    for variable in VARIABLES {
        let reader = match variable.reader {
            Reader::Extension => "extension",
            Reader::Wrapper => "wrapper",
            Reader::Both => "extension, wrapper",
        };
        let Variable { name, default, help, .. } = variable;
        page.extend(["| `", name, "` | ", default, " | ", reader, " | ", help, " |\n"]);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_page_is_fresh() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/environment.md");
        let stored = std::fs::read_to_string(page).unwrap_or_default();
        assert_eq!(stored, reference(), "write the output of options::reference() to {page}");
    }

    #[test]
    fn names_are_sorted_and_carry_the_prefix() {
        assert!(VARIABLES.is_sorted_by_key(|variable| variable.name));
        assert!(VARIABLES.iter().all(|variable| variable.name.starts_with(PREFIX)));
    }
}

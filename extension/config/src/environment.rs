//! Where settings come from: a trait, so that tests need no real environment.

/// A source of environment variables.
pub trait Environment {
    /// The value of a variable, or nothing when it is unset, empty or not UTF-8.
    fn get(&self, name: &str) -> Option<String>;

    /// The names of all variables that begin with `prefix`, sorted.
    fn names(&self, prefix: &str) -> Vec<String>;
}

/// The environment of this process.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    fn names(&self, prefix: &str) -> Vec<String> {
        let mut names: Vec<String> = std::env::vars_os()
            .filter_map(|(name, _)| name.into_string().ok())
            .filter(|name| name.starts_with(prefix))
            .collect();
        tollgate_order::sort(&mut names);
        names
    }
}

/// A fixed list of variables, for tests and for tools that run many environments.
impl Environment for std::collections::BTreeMap<String, String> {
    fn get(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !value.is_empty()).cloned()
    }

    fn names(&self, prefix: &str) -> Vec<String> {
        self.keys().filter(|name| name.starts_with(prefix)).cloned().collect()
    }
}

//! Families of attacks, and sets of them.
use std::fmt;
use std::str::FromStr;

/// A family of attacks: one detector, one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Family {
    /// SQL injection.
    Sql,
    /// Operators and code of document databases.
    Nosql,
    /// Operating system commands and their arguments.
    Shell,
    /// Paths that leave the place they are meant for.
    Path,
    /// Script and markup for a browser.
    Xss,
    /// Expressions of template engines.
    Template,
    /// External entities and entity bombs.
    Xml,
    /// Addresses that only a server can reach.
    Ssrf,
    /// Lookups of Log4j.
    Log4j,
    /// Keys that change a prototype or assign what nobody offered.
    Prototype,
    /// Filters of directories.
    Ldap,
    /// Line breaks that begin a header or a log line.
    Crlf,
    /// Serialised objects.
    Deserialize,
    /// Formulas that a spreadsheet executes.
    Formula,
    /// Characters that hide or disguise others.
    Unicode,
    /// Instructions to a language model.
    Prompt,
}

impl Family {
    /// Every family, in the order of the check table.
    pub const ALL: [Self; 16] = [
        Self::Sql,
        Self::Nosql,
        Self::Shell,
        Self::Path,
        Self::Xss,
        Self::Template,
        Self::Xml,
        Self::Ssrf,
        Self::Log4j,
        Self::Prototype,
        Self::Ldap,
        Self::Crlf,
        Self::Deserialize,
        Self::Formula,
        Self::Unicode,
        Self::Prompt,
    ];

    /// The name that a policy writes.
    pub const fn name(self) -> &'static str {
        let (_, name) = self.check().split_at("detect.".len());
        name
    }

    /// The id of the family's check.
    pub const fn check(self) -> &'static str {
        match self {
            Self::Sql => "detect.sql",
            Self::Nosql => "detect.nosql",
            Self::Shell => "detect.shell",
            Self::Path => "detect.path",
            Self::Xss => "detect.xss",
            Self::Template => "detect.template",
            Self::Xml => "detect.xml",
            Self::Ssrf => "detect.ssrf",
            Self::Log4j => "detect.log4j",
            Self::Prototype => "detect.prototype",
            Self::Ldap => "detect.ldap",
            Self::Crlf => "detect.crlf",
            Self::Deserialize => "detect.deserialize",
            Self::Formula => "detect.formula",
            Self::Unicode => "detect.unicode",
            Self::Prompt => "detect.prompt",
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u8
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Family {
    type Err = UnknownFamily;

    fn from_str(name: &str) -> Result<Self, UnknownFamily> {
        Self::ALL.into_iter().find(|family| family.name() == name).ok_or(UnknownFamily)
    }
}

/// A name that no family has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownFamily;

impl fmt::Display for UnknownFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown family of detectors")
    }
}

impl std::error::Error for UnknownFamily {}

/// A set of families.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Families(u32);

impl Families {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All of them.
    pub const ALL: Self = Self((1 << Family::ALL.len()) - 1);
    /// Those that are on without configuration: what they look for has no place in any field.
    pub const LITERAL: Self = Self(
        Family::Path.bit()
            | Family::Xml.bit()
            | Family::Log4j.bit()
            | Family::Prototype.bit()
            | Family::Deserialize.bit(),
    );

    /// One family.
    pub(crate) const fn of(family: Family) -> Self {
        Self(family.bit())
    }

    /// Whether a family is in the set.
    pub const fn contains(self, family: Family) -> bool {
        self.0 & family.bit() != 0
    }

    /// Whether no family is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Adds a family.
    pub fn insert(&mut self, family: Family) {
        self.0 |= family.bit();
    }

    /// Takes a family out.
    pub fn remove(&mut self, family: Family) {
        self.0 &= !family.bit();
    }

    /// The families that are in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The families that are in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The families of this set that are not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Its families, in the order of the check table.
    pub fn iter(self) -> impl Iterator<Item = Family> {
        Family::ALL.into_iter().filter(move |family| self.contains(*family))
    }
}

impl FromIterator<Family> for Families {
    fn from_iter<I: IntoIterator<Item = Family>>(families: I) -> Self {
        Self(families.into_iter().fold(0, |set, family| set | family.bit()))
    }
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Seen in attacks, and now and then elsewhere.
    Low,
    /// An attack in nearly every field.
    Medium,
    /// Nothing else looks like it.
    High,
}

impl Confidence {
    /// The word for it in a record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_is_found_by_its_name_and_its_check_says_it() {
        for family in Family::ALL {
            assert_eq!(family.name().parse(), Ok(family));
            assert_eq!(family.check(), format!("detect.{family}"));
        }
        assert_eq!("sq".parse::<Family>(), Err(UnknownFamily));
    }

    #[test]
    fn a_set_holds_what_was_put_in() {
        let mut set = Families::NONE;
        assert!(set.is_empty());
        set.insert(Family::Xss);
        set.insert(Family::Sql);
        assert_eq!(set.iter().collect::<Vec<_>>(), [Family::Sql, Family::Xss]);
        set.remove(Family::Sql);
        assert!(!set.contains(Family::Sql));
        assert_eq!(set, [Family::Xss].into_iter().collect());
        assert_eq!(Family::ALL.into_iter().collect::<Families>(), Families::ALL);
        assert_eq!(Families::ALL.without(set).or(set), Families::ALL);
        assert_eq!(Families::ALL.and(set), set);
    }
}

//! Every family with what wakes it and what judges.
use crate::family::Family;
use crate::finding::Match;
use crate::text::{Classes, Text};
use crate::work::Work;
use crate::{
    crlf, deserialize, formula, ldap, log4j, nosql, path, prompt, prototype, shell, sql, ssrf,
    template, unicode, xml, xss,
};

/// One family. It is asked about a text when that has all the classes of one entry of `wake`,
/// or one of `literals` in any case.
pub(crate) struct Detector {
    pub family: Family,
    pub wake: &'static [Classes],
    /// One a line, in lower case, at least four bytes each (shorter ones are not looked for), and so rare that
    /// it does not matter what their family costs: every text there is, is searched for them.
    pub literals: &'static str,
    /// Whether a literal that is a usual phrase, too, stands where it can mean something: the text,
    /// where the literal begins in it, and the literal.
    pub counts: fn(&[u8], usize, &[u8]) -> bool,
    pub inspect: fn(&Text<'_>, &mut Work) -> Option<Match>,
}

/// A row of the table out of a family's file.
macro_rules! detector {
    ($family:ident, $module:ident) => {
        detector!($family, $module, |_, _, _| true)
    };
    ($family:ident, $module:ident, $counts:expr) => {
        Detector {
            family: Family::$family,
            wake: $module::WAKE,
            literals: $module::LITERALS,
            counts: $counts,
            inspect: $module::inspect,
        }
    };
}

/// In the order of [`Family::ALL`].
pub(crate) static DETECTORS: [Detector; 16] = [
    detector!(Sql, sql, sql::counts),
    detector!(Nosql, nosql),
    detector!(Shell, shell, shell::counts),
    detector!(Path, path),
    detector!(Xss, xss),
    detector!(Template, template),
    detector!(Xml, xml),
    detector!(Ssrf, ssrf),
    detector!(Log4j, log4j),
    detector!(Prototype, prototype),
    detector!(Ldap, ldap),
    detector!(Crlf, crlf),
    detector!(Deserialize, deserialize),
    detector!(Formula, formula),
    detector!(Unicode, unicode),
    detector!(Prompt, prompt),
];

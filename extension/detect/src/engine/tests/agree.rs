//! The quick look finds what a look at everything finds.
use proptest::prelude::*;

use super::super::look::Look;
use super::*;

/// Texts without harm, with the marks that such texts have.
const CALM: [&str; 16] = [
    "The order was shipped on Monday and should arrive by the end of the week.",
    "\"It's fine,\" Mrs O'Brien said (she prefers mornings), but it isn't paid yet.",
    "It was the best of rooms -- quiet, bright and near the sea -- and we'd stay.",
    "See https://example.com/help/orders?id=42&lang=en for what to do then.",
    "R&D paid; \"never again,\" she wrote to them.\nThen we waited.",
    "Parcel for the side door, ring twice; caf\u{e9} d\u{e9}livr\u{e9} \"fragile\" 12.50 EUR, ref 2026-11-23/0042.",
    "INFO [worker-7] order.service - order=1042 state=paid took 31 ms",
    "Order #1042: two tables & chairs, a lamp... and a cushion.",
    "\u{421}\u{44a}\u{435}\u{448}\u{44c} \u{436}\u{435} \u{435}\u{449}\u{451}, \u{434}\u{430} \u{432}\u{44b}\u{43f}\u{435}\u{439} \u{447}\u{430}\u{44e}.",
    "\u{543e}\u{8f29}\u{306f}\u{732b}\u{3067}\u{3042}\u{308b}\u{3002}\u{540d}\u{524d}\u{306f}\u{307e}\u{3060}\u{7121}\u{3044}\u{3002}",
    "\u{648}\u{635}\u{644}\u{62a} \u{627}\u{644}\u{637}\u{644}\u{628}\u{64a}\u{629} \u{64a}\u{648}\u{645} \u{627}\u{644}\u{627}\u{62b}\u{646}\u{64a}\u{646}.",
    "- first point\n- second point\n1. and a number",
    "It\u{2019}s \u{201c}good\u{201d} \u{2014} they said so\u{2026}",
    "Call +44 20 7946 0000 or write to ana@example.com.",
    "We paid 50% of 3,000.00 and the rest on 12/03/2026 at 19:03.",
    "A plain line of nothing but words that goes on for some time and ends here",
];

/// Attacks, a technique each.
const HARM: [&str; 34] = [
    "x' or 1=1 -- ",
    "1' union select null, version() -- ",
    "1 union select name from users",
    "1; drop table users",
    "\" or \"a\"=\"a",
    "; cat /etc/passwd",
    "| id",
    "$(whoami)",
    "`id`",
    "x\n/bin/cat /etc/passwd",
    "<script>alert(1)</script>",
    "\" onmouseover=alert(1) x=\"",
    "javascript:alert(1)",
    "{{7*7}}",
    "${7*7}",
    "${jndi:ldap://example.com/a}",
    "%24%7bjndi:ldap://example.com/a}",
    "&#36;{jndi:ldap://example.com/a}",
    "../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/proc/self/environ",
    "php://filter/convert.base64-encode/resource=index",
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost/admin",
    "https://metadata.google.internal/",
    "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>",
    "__proto__[polluted]=1",
    "constructor[prototype][polluted]=1",
    "O:8:\"stdClass\":1:{s:1:\"a\";i:1;}",
    "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA==",
    "!!python/object/apply:os.system",
    "*)(uid=*))(|(uid=*",
    "a\u{202e}b",
];

/// The families that find something in a document with one long text, the quick way.
fn quick(text: &str, families: Families) -> Vec<Family> {
    let json = serde_json::json!({ "note": text }).to_string();
    let mut found = Families::NONE;
    let mut work = Work::new(u64::MAX);
    let mut keep = |finding: Finding| found.insert(finding.family);
    inspect_json(json.as_bytes(), families, &mut work, &mut keep).unwrap();
    found.iter().collect()
}

/// The same, with every window of the text looked at by all families.
fn thorough(text: &str, families: Families) -> Vec<Family> {
    let mut work = Work::new(u64::MAX);
    let mut look = Look::new(families, &mut work);
    look.thorough = true;
    look.text(text.as_bytes(), Role::Value, 0).unwrap();
    let mut found = Families::NONE;
    look.hits_at("").for_each(|finding| found.insert(finding.family));
    found.iter().collect()
}

proptest! {
    #[test]
    fn what_a_full_look_finds_the_quick_one_finds(
        before in prop::collection::vec(prop::sample::select(CALM.to_vec()), 0..60),
        harm in prop::sample::select(HARM.to_vec()),
        after in prop::collection::vec(prop::sample::select(CALM.to_vec()), 10..60),
        few in any::<bool>(),
    ) {
        let text = format!("{} {harm} {}", before.join(" "), after.join(" "));
        let families = if few { Families::LITERAL } else { Families::ALL };
        let (quick, thorough) = (quick(&text, families), thorough(&text, families));
        let passed = thorough.iter().find(|family| !quick.contains(family));
        prop_assert_eq!(passed, None, "{}", text);
    }

    #[test]
    fn neither_finds_anything_where_nothing_is(
        sentences in prop::collection::vec(prop::sample::select(CALM.to_vec()), 20..120),
    ) {
        let text = sentences.join(" ");
        prop_assert_eq!(quick(&text, Families::ALL), []);
        prop_assert_eq!(thorough(&text, Families::ALL), []);
    }
}

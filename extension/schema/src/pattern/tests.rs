//! What matches, what is refused and why, and that time stays linear.
use super::*;
use proptest::prelude::*;

fn matches(pattern: &str, text: &str) -> bool {
    let pattern = Pattern::new(pattern).unwrap();
    let mut steps = u64::MAX;
    let found = pattern.is_match(text, &mut steps).unwrap();
    // The table and the simulation agree.
    for (matcher, _) in &pattern.parts {
        if let Some(table) = &matcher.table {
            let simulated = matcher.machine.is_match(text, &matcher.alphabet, &mut steps).unwrap();
            assert_eq!(table.is_match(text, &matcher.alphabet), simulated);
        }
    }
    found
}

#[test]
fn matches_as_ecma_262_says() {
    for (pattern, yes, no) in [
        ("a", &["a", "bab"][..], &["", "b"][..]),
        ("^a*$", &["", "aaa"], &["ab", "a\n"]),
        ("^(ab|c)+?$", &["ab", "abcab"], &["", "a"]),
        ("^[a-z0-9_-]{2,4}$", &["a-", "a_b9"], &["a", "abcde", "A0"]),
        ("^\\d{3}-\\d{4}$", &["555-1234"], &["५५५-1234", "555-123"]),
        ("^\\w+$", &["a_1"], &["é", ""]),
        ("^\\s$", &["\u{a0}", "\u{feff}", "\u{2029}", "\t"], &["\u{85}", "a"]),
        ("^\\S$", &["é", "\u{85}"], &["\u{3000}"]),
        ("^.$", &["é", "🎉", "\u{85}"], &["\n", "\u{2028}", ""]),
        ("^[^a]$", &["b", "\n", "🎉"], &["a"]),
        ("^[^]$", &["\n", "a"], &[""]),
        ("[]", &[], &["", "a"]),
        ("^[\\]a\\-z]$", &["]", "-", "a"], &["b"]),
        ("^[\\w-.]$", &["-", ".", "a"], &[",", "/"]),
        ("^[a-]$", &["a", "-"], &["b"]),
        ("^\\u0041\\x42\\u{1F600}\\uD83D\\uDE00\\cJ\\0$", &["AB😀😀\n\0"], &["AB"]),
        ("^\\p{L}\\p{Nd}\\P{Lu}\\p{gc=Sc}$", &["É1é€", "字٣ß$"], &["11a$", "a1A$"]),
        ("^\\p{Letter}+$", &["Straße"], &["a1"]),
        ("\\bfoo\\b", &["a foo.", "foo"], &["foot", "_foo"]),
        ("\\Boo", &["foo"], &["oo"]),
        ("^(?:a|b)(?<name>c)$", &["ac"], &["a"]),
        ("a{,2}", &["a{,2}"], &["aa"]),
        ("^a{2}$", &["aa"], &["a", "aaa"]),
        ("^a{2,}$", &["aa", "aaaaa"], &["a"]),
        ("^(a*)*$", &["", "aaa"], &["b"]),
        ("^(|a)+$", &["", "aa"], &["b"]),
        ("a|^$|b$", &["", "xa", "xb"], &["bx"]),
        ("^(?=.*[a-z])(?=.*\\d)(?!.*\\s).{4,}$", &["abc1"], &["abcd", "ab 1", "a1"]),
        ("^\\/x\\-\\@\\_$", &["/x-@_"], &["x"]),
        ("x$y", &[], &["xy", "x"]),
        ("$^", &[""], &["a"]),
    ] {
        for text in yes {
            assert!(matches(pattern, text), "{pattern} {text:?}");
        }
        for text in no {
            assert!(!matches(pattern, text), "{pattern} {text:?}");
        }
    }
}

#[test]
fn says_what_is_not_supported_and_where() {
    for (pattern, expected) in [
        ("a(", "`(` without `)`, at character 2"),
        ("a)", "`)` without `(`, at character 1"),
        ("[a", "`[` without `]`, at character 2"),
        ("*a", "nothing to repeat, at character 1"),
        ("a**", "nothing to repeat, at character 2"),
        ("é\\a", "no such escape in ECMA-262: `\\a`, at character 3"),
        ("(a)\\1", "back references are not supported, at character 4"),
        ("(?<=a)b", "lookbehind is not supported"),
        ("(?i)a", "flags and other extensions in groups are not supported"),
        ("(?=a)b", "right after a leading `^`"),
        ("^((?!a)b)$", "right after a leading `^`"),
        ("\\Aa\\z", "use `^` for the start"),
        ("\\p{Script=Greek}", "the property `Script=Greek` is not supported"),
        ("[b-a]", "a range whose ends are out of order"),
        ("a{3,2}", "a repetition whose bounds are out of order"),
        ("a{99999}", "more repetitions than 10000"),
        ("\\u{110000}", "no code point"),
        ("((a{1000}){1000}){1000}", "needs too many states"),
        ("^{2}", "an assertion cannot be repeated"),
    ] {
        let error = Pattern::new(pattern).unwrap_err();
        assert!(error.contains(expected), "{pattern}: {error}");
    }
    let deep = "(".repeat(10_000);
    assert!(Pattern::new(&deep).unwrap_err().contains("nested too deep"));
    assert!(Pattern::new(&"a".repeat(70_000)).unwrap_err().contains("more than 65536 bytes"));
}

#[test]
fn expressions_that_kill_backtracking_take_linear_steps() {
    for pattern in ["^(a+)+$", "^(a|a)*$", "(x+x+)+y", "^([a-z]+)*!$", "(.*)(.*)(.*)(.*)=.*"] {
        let text = "ax".repeat(50_000);
        let mut steps = 40 * 100_000;
        let found = Pattern::new(pattern).unwrap().is_match(&text, &mut steps);
        assert_eq!(found, Ok(false), "{pattern}");
    }
    // Too large for a table: simulated and counted.
    let large = Pattern::new("(a|b)*a(a|b){400}c").unwrap();
    assert!(large.parts[0].0.table.is_none());
    let mut steps = 100_000;
    assert_eq!(large.is_match(&"ab".repeat(50_000), &mut steps), Err(Exhausted));
}

proptest! {
    #[test]
    fn never_panics(pattern in "\\PC{0,30}", text in "\\PC{0,30}") {
        if let Ok(pattern) = Pattern::new(&pattern) {
            drop(pattern.is_match(&text, &mut 100_000));
        }
    }

    #[test]
    fn never_panics_on_what_looks_like_a_pattern(
        pattern in "([a-c(){}|*+?.^$\\[\\]\\\\dwsbpu0-9,=!:<>-]){0,24}",
        text in "[a-c0-2 ]{0,12}",
    ) {
        if let Ok(pattern) = Pattern::new(&pattern) {
            let mut steps = u64::MAX;
            for (matcher, _) in &pattern.parts {
                let simulated = matcher.machine.is_match(&text, &matcher.alphabet, &mut steps);
                if let Some(table) = &matcher.table {
                    prop_assert_eq!(Ok(table.is_match(&text, &matcher.alphabet)), simulated);
                }
            }
        }
    }
}

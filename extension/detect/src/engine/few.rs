//! Marks that say nothing to families that are on by themselves: those of source code and markup.
use super::decode;
use super::sieve::Form;

/// What looking at a mark costs, in steps.
pub(super) const STEPS_A_MARK: u64 = 4;
/// How many signs of base64 in a row may be an encoded object; the shortest that does harm has more.
const RUN_BYTES: usize = 12;

const fn is_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'%')
}

/// Whether the mark that the sieve found at `at` is one of them.
pub(super) fn is_usual(text: &[u8], at: usize, form: Form) -> bool {
    let Some((&byte, after)) = text.get(at..).and_then(<[u8]>::split_first) else { return false };
    let before = at.checked_sub(1).and_then(|before| text.get(before)).copied();
    match (form, before, byte) {
        // A serialised object of Python goes on, or a path begins.
        (Form::Json, Some(b'\\'), b'n' | b'r') | (Form::Plain, _, b'\n' | b'\r') => {
            !matches!(after, [b'(' | b')' | b'.' | b'/' | b'~', ..])
        }
        // An encoded object behind its name, or one that ends.
        (_, Some(b'='), _) => {
            let (head, tail) = text.split_at(at);
            let ahead = tail.iter().take(RUN_BYTES).take_while(|byte| is_run(**byte)).count();
            let behind = head.iter().rev().skip_while(|byte| **byte == b'=').take(RUN_BYTES);
            ahead < RUN_BYTES && behind.take_while(|byte| is_run(**byte)).count() < RUN_BYTES
        }
        (_, _, b'&') => !decode::is_reference(after),
        // A declaration, or an element that a reader of XML acts on.
        (_, _, b'<') => !matches!(after, [] | [b'!' | b'?' | b'x' | b'X', ..]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_code_are_usual_and_those_of_objects_are_not() {
        let usual = |text: &str, mark: &str, form| {
            is_usual(text.as_bytes(), text.find(mark).unwrap() + mark.len() - 1, form)
        };
        for (text, mark) in [
            (r"a;\n    let b = 1;", r"\n"),
            ("fn next(&mut self) -> Option<Item>", "&"),
            ("fn next(&mut self) -> Option<Item>", "<"),
            ("if a && b", "&&"),
            ("let b = 1;", "= "),
            ("?page=2", "=2"),
        ] {
            assert!(usual(text, mark, Form::Json), "{text}");
        }
        for (text, mark) in [
            (r"cos\nsystem\n(S'id'\ntR.", r"em\n"),
            (r"a\n/etc/passwd", r"\n"),
            ("&lt;a", "&"),
            ("&#60;a", "&"),
            ("<!entity", "<"),
            ("<xi:include", "<"),
            ("data=gANjb3MKc3lzdGVtCnEA", "=g"),
            ("gANjb3MKc3lzdGVtCnEA== ", "== "),
        ] {
            assert!(!usual(text, mark, Form::Json), "{text}");
        }
        assert!(usual("a\nb", "\n", Form::Plain));
        assert!(!usual("a\n(b", "\n", Form::Plain));
    }
}

//! Character references of HTML: by number, and those names that stand for ASCII or for what is
//! not seen.

/// The longest run of digits of a reference; browsers take any number of zeros.
const DIGITS_MAX: usize = 96;

/// The character of a reference, after its ampersand, and the reference's length. The semicolon
/// may be missing after a number, as browsers allow.
pub(super) fn decode(rest: &[u8]) -> Option<(u32, usize)> {
    match rest {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16).map(|(code, n)| (code, n + 2)),
        [b'#', digits @ ..] => number(digits, 10).map(|(code, n)| (code, n + 1)),
        _ => name(rest),
    }
}

fn number(digits: &[u8], radix: u32) -> Option<(u32, usize)> {
    let is_digit = |byte: &&u8| char::from(**byte).is_digit(radix);
    let length = digits.iter().take(DIGITS_MAX).take_while(is_digit).count();
    let code = digits.get(..length)?.iter().try_fold(0u32, |code, &byte| {
        code.checked_mul(radix)?.checked_add(char::from(byte).to_digit(radix)?)
    })?;
    let semicolon = usize::from(digits.get(length) == Some(&b';'));
    (length > 0).then_some((code, length + semicolon))
}

/// Names of ASCII characters in HTML's table of named references; the first four also stand
/// without a semicolon.
const NAMES: [(&[u8], u8); 44] = [
    (b"lt", b'<'),
    (b"gt", b'>'),
    (b"quot", b'"'),
    (b"amp", b'&'),
    (b"apos", b'\''),
    (b"tab", b'\t'),
    (b"newline", b'\n'),
    (b"colon", b':'),
    (b"semi", b';'),
    (b"lpar", b'('),
    (b"rpar", b')'),
    (b"lsqb", b'['),
    (b"lbrack", b'['),
    (b"rsqb", b']'),
    (b"rbrack", b']'),
    (b"lcub", b'{'),
    (b"lbrace", b'{'),
    (b"rcub", b'}'),
    (b"rbrace", b'}'),
    (b"sol", b'/'),
    (b"bsol", b'\\'),
    (b"period", b'.'),
    (b"comma", b','),
    (b"excl", b'!'),
    (b"num", b'#'),
    (b"dollar", b'$'),
    (b"percnt", b'%'),
    (b"ast", b'*'),
    (b"midast", b'*'),
    (b"plus", b'+'),
    (b"equals", b'='),
    (b"quest", b'?'),
    (b"commat", b'@'),
    (b"hat", b'^'),
    (b"lowbar", b'_'),
    (b"underbar", b'_'),
    (b"grave", b'`'),
    (b"diacriticalgrave", b'`'),
    (b"vert", b'|'),
    (b"verbar", b'|'),
    (b"verticalline", b'|'),
    (b"nbsp", b' '),
    (b"hyphen", b'-'),
    (b"dash", b'-'),
];
/// Names of characters that are not seen.
const UNSEEN: [(&[u8], u32); 10] = [
    (b"shy", 0xAD),
    (b"zwj", 0x200D),
    (b"zwnj", 0x200C),
    (b"lrm", 0x200E),
    (b"rlm", 0x200F),
    (b"nobreak", 0x2060),
    (b"zerowidthspace", 0x200B),
    (b"applyfunction", 0x2061),
    (b"invisibletimes", 0x2062),
    (b"invisiblecomma", 0x2063),
];
/// How many of them need no semicolon.
const BARE: usize = 4;
const NAME_BYTES_MAX: usize = 16;

fn name(rest: &[u8]) -> Option<(u32, usize)> {
    let length =
        rest.iter().take(NAME_BYTES_MAX + 1).take_while(|b| b.is_ascii_alphabetic()).count();
    let name = rest.get(..length)?;
    if rest.get(length) == Some(&b';') {
        let of_name = |(known, _): &&(&[u8], u8)| known.eq_ignore_ascii_case(name);
        let sign = NAMES.iter().find(of_name).map(|(_, byte)| u32::from(*byte));
        let unseen = || UNSEEN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let code = sign.or_else(|| unseen().map(|(_, code)| *code));
        return code.map(|code| (code, length + 1));
    }
    let bare = NAMES.iter().take(BARE).find(|(known, _)| {
        name.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known))
    });
    // As the HTML standard has it for attributes: `?a=1&lt=2` is a query.
    let bare = bare.filter(|(known, _)| rest.get(known.len()) != Some(&b'='));
    bare.map(|(known, byte)| (u32::from(*byte), known.len()))
}

//! Texts for the page. Whatever a record says may have been written by an attacker.
use std::fmt::{self, Display, Formatter, Write as _};

/// A text as it stands between tags or in a quoted attribute.
pub(super) struct Text<'a>(pub(super) &'a str);

impl Display for Text<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for sign in self.0.chars() {
            match sign {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                '\'' => out.write_str("&#39;")?,
                // Signs that turn the direction of what follows could make a text read as another.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.write_char('\u{fffd}')?,
                sign if sign.is_control() => out.write_char('\u{fffd}')?,
                sign => out.write_char(sign)?,
            }
        }
        Ok(())
    }
}

/// `1,234,567`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `$0.000012`, rounded up to a whole microdollar.
pub(super) fn dollars(pico: u64) -> String {
    let micro = pico.div_ceil(1_000_000);
    let fraction = format!("{:06}", micro % 1_000_000);
    let kept = fraction.trim_end_matches('0');
    let kept = if kept.len() < 2 { fraction.get(..2).unwrap_or_default() } else { kept };
    format!("${}.{kept}", grouped(micro / 1_000_000))
}

/// `7 ms`, `12.3 s`, `4 min 10 s`
pub(super) fn millis(ms: u64) -> String {
    match ms {
        0..10_000 => format!("{} ms", grouped(ms)),
        10_000..120_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        120_000..7_200_000 => format!("{} min", ms / 60_000),
        7_200_000..172_800_000 => format!("{} h", ms / 3_600_000),
        _ => format!("{} d", grouped(ms / 86_400_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_leaves_its_place() {
        let hostile = "<script>alert('1')</script>\" onload=\"x\u{202e}\n&";
        let shown = Text(hostile).to_string();
        assert_eq!(
            shown,
            "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onload=&quot;x\u{fffd}\u{fffd}&amp;"
        );
    }

    #[test]
    fn figures_read_well() {
        for (pico, text) in [
            (0, "$0.00"),
            (1, "$0.000001"),
            (2_500_000_000_000, "$2.50"),
            (1_234_000_000_000_000, "$1,234.00"),
        ] {
            assert_eq!(dollars(pico), text);
        }
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!([millis(999), millis(61_500), millis(600_000)], ["999 ms", "61.5 s", "10 min"]);
    }
}

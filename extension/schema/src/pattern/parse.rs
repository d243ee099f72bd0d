//! The grammar of ECMA-262's regular expressions, with code points as characters (the flag `u`),
//! and the leniency that expressions in the wild need: `\-`, `\@` and lone brackets are themselves.
use super::charset::CharSet;

/// The deepest nesting of groups.
const DEPTH_MAX: usize = 50;
/// The most repetitions that are written as a number.
const REPEAT_MAX: u32 = 10_000;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ast {
    Set(CharSet),
    Sequence(Vec<Ast>),
    Choice(Vec<Ast>),
    Repeat {
        inner: Box<Ast>,
        min: u32,
        max: Option<u32>,
    },
    /// A lookahead: what follows must, or must not, match.
    Look {
        inner: Box<Ast>,
        wanted: bool,
    },
    /// `^`.
    Start,
    /// `$`.
    End,
    /// `\b`, or `\B` if not wanted.
    Boundary {
        wanted: bool,
    },
}

impl Ast {
    pub(super) fn has_look(&self) -> bool {
        match self {
            Self::Look { .. } => true,
            Self::Sequence(inner) | Self::Choice(inner) => inner.iter().any(Self::has_look),
            Self::Repeat { inner, .. } => inner.has_look(),
            _ => false,
        }
    }
}

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Ast, String> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let ast = parser.choice()?;
    match parser.peek() {
        None => Ok(ast),
        Some(_) => Err(parser.wrong("`)` without `(`")),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn choice(&mut self) -> Result<Ast, String> {
        let mut options = vec![self.sequence()?];
        while self.eat("|") {
            options.push(self.sequence()?);
        }
        Ok(if options.len() == 1 { options.remove(0) } else { Ast::Choice(options) })
    }

    fn sequence(&mut self) -> Result<Ast, String> {
        let mut sequence = Vec::new();
        while !matches!(self.peek(), None | Some('|' | ')')) {
            let atom = self.atom()?;
            sequence.push(self.repeated(atom)?);
        }
        Ok(Ast::Sequence(sequence))
    }

    fn atom(&mut self) -> Result<Ast, String> {
        let set = match self.next() {
            Some('^') => return Ok(Ast::Start),
            Some('$') => return Ok(Ast::End),
            Some('.') => CharSet::dot(),
            Some('(') => return self.group(),
            Some('[') => self.class()?,
            Some('\\') => return self.escape(),
            Some('*' | '+' | '?') => return Err(self.wrong("nothing to repeat")),
            Some(character) => CharSet::single(character.into()),
            None => CharSet::default(),
        };
        Ok(Ast::Set(set))
    }

    fn group(&mut self) -> Result<Ast, String> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.wrong("groups are nested too deep"));
        }
        let look = if self.eat("?:") || !self.at_text("?") {
            None
        } else if self.eat("?=") {
            Some(true)
        } else if self.eat("?!") {
            Some(false)
        } else if self.at_text("?<=") || self.at_text("?<!") {
            return Err(self.wrong("lookbehind is not supported"));
        } else if self.eat("?<") {
            while self.next().ok_or_else(|| self.wrong("a name without `>`"))? != '>' {}
            None
        } else {
            return Err(self.wrong("flags and other extensions in groups are not supported"));
        };
        let inner = self.choice()?;
        if !self.eat(")") {
            return Err(self.wrong("`(` without `)`"));
        }
        self.depth -= 1;
        Ok(match look {
            Some(wanted) => Ast::Look { inner: Box::new(inner), wanted },
            None => inner,
        })
    }

    fn repeated(&mut self, atom: Ast) -> Result<Ast, String> {
        let (min, max) = if self.eat("*") {
            (0, None)
        } else if self.eat("+") {
            (1, None)
        } else if self.eat("?") {
            (0, Some(1))
        } else if let Some(counts) = self.counts()? {
            counts
        } else {
            return Ok(atom);
        };
        // Lazy or not makes no difference to whether it matches.
        self.eat("?");
        if matches!(atom, Ast::Start | Ast::End | Ast::Boundary { .. } | Ast::Look { .. }) {
            return Err(self.wrong("an assertion cannot be repeated"));
        }
        if matches!(self.peek(), Some('*' | '+' | '?')) {
            return Err(self.wrong("nothing to repeat"));
        }
        Ok(Ast::Repeat { inner: Box::new(atom), min, max })
    }

    /// `{2}`, `{2,}` or `{2,4}`, taken; any other brace is a character.
    fn counts(&mut self) -> Result<Option<(u32, Option<u32>)>, String> {
        let rest = self.rest();
        let Some((inside, _)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) else {
            return Ok(None);
        };
        let (min, max) = match inside.split_once(',') {
            Some((min, max)) => (min, Some(max)),
            None => (inside, None),
        };
        let is_count = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if min.is_empty() || !is_count(min) || !is_count(max.unwrap_or_default()) {
            return Ok(None);
        }
        let length = inside.len() + 2;
        let count = |text: &str| match text.parse::<u32>() {
            Ok(count) if count <= REPEAT_MAX => Ok(count),
            _ => Err(self.wrong("more repetitions than 10000")),
        };
        let min = count(min)?;
        let max = match max {
            None => Some(min),
            Some("") => None,
            Some(max) => Some(count(max)?),
        };
        if max.is_some_and(|max| max < min) {
            return Err(self.wrong("a repetition whose bounds are out of order"));
        }
        self.at += length;
        Ok(Some((min, max)))
    }

    /// What follows a backslash outside brackets.
    fn escape(&mut self) -> Result<Ast, String> {
        match self.peek() {
            Some('b') => {
                self.next();
                Ok(Ast::Boundary { wanted: true })
            }
            Some('B') => {
                self.next();
                Ok(Ast::Boundary { wanted: false })
            }
            Some('1'..='9' | 'k') => Err(self.wrong("back references are not supported")),
            Some('A' | 'Z' | 'z') => {
                Err(self
                    .wrong("no such escape in ECMA-262; use `^` for the start, `$` for the end"))
            }
            _ => Ok(Ast::Set(self.escaped_set()?)),
        }
    }

    /// An escape that stands for characters, in brackets or not.
    fn escaped_set(&mut self) -> Result<CharSet, String> {
        let Some(letter) = self.next() else { return Err(self.wrong("nothing after `\\`")) };
        let single = |code: u32| Ok(CharSet::single(code));
        match letter {
            'd' => Ok(CharSet::digits()),
            'D' => Ok(CharSet::digits().negated()),
            'w' => Ok(CharSet::words()),
            'W' => Ok(CharSet::words().negated()),
            's' => Ok(CharSet::blanks()),
            'S' => Ok(CharSet::blanks().negated()),
            't' => single(0x09),
            'n' => single(0x0A),
            'v' => single(0x0B),
            'f' => single(0x0C),
            'r' => single(0x0D),
            '0' if !self.peek().is_some_and(|next| next.is_ascii_digit()) => single(0),
            'p' => self.property(),
            'P' => Ok(self.property()?.negated()),
            'x' => single(self.hex(2)?),
            'u' => single(self.unicode()?),
            'c' => match self.next() {
                Some(control) if control.is_ascii_alphabetic() => single(u32::from(control) % 32),
                _ => Err(self.wrong("`\\c` without a letter")),
            },
            other if other.is_ascii_alphanumeric() => {
                Err(self.wrong(&format!("no such escape in ECMA-262: `\\{other}`")))
            }
            other => single(other.into()),
        }
    }

    /// The braces of `\p{…}`.
    fn property(&mut self) -> Result<CharSet, String> {
        let named = self.rest().strip_prefix('{').and_then(|rest| rest.split_once('}'));
        let Some((name, _)) = named else {
            return Err(self.wrong("`\\p` without `{…}`"));
        };
        let length = name.len() + 2;
        let bare = name.split_once('=').map_or(Some(name), |(key, value)| {
            ["General_Category", "gc"].contains(&key).then_some(value)
        });
        match bare.and_then(CharSet::property) {
            Some(set) => {
                self.at += length;
                Ok(set)
            }
            None => Err(self.wrong(&format!(
                "the property `{}` is not supported; general categories such as `L` are",
                name.escape_debug()
            ))),
        }
    }

    /// `\u0041`, `\u{41}`, or two halves of a surrogate pair.
    fn unicode(&mut self) -> Result<u32, String> {
        if self.at_text("{") {
            let inside = self.rest().strip_prefix('{').and_then(|rest| rest.split_once('}'));
            let digits = inside.map_or("", |(digits, _)| digits);
            let code = u32::from_str_radix(digits, 16).ok().filter(|code| *code <= 0x10_FFFF);
            let code = code.ok_or_else(|| self.wrong("no code point in `\\u{…}`"))?;
            self.at += digits.len() + 2;
            return Ok(code);
        }
        let high = self.hex(4)?;
        let before = self.at;
        if (0xD800..0xDC00).contains(&high) && self.eat("\\u") {
            match self.hex(4) {
                Ok(low @ 0xDC00..0xE000) => {
                    return Ok(0x1_0000 + ((high - 0xD800) << 10 | (low - 0xDC00)));
                }
                _ => self.at = before,
            }
        }
        Ok(high)
    }

    fn hex(&mut self, digits: usize) -> Result<u32, String> {
        let text = self.rest().get(..digits).filter(|text| !text.starts_with('+'));
        let code = text.and_then(|text| u32::from_str_radix(text, 16).ok());
        let code = code.ok_or_else(|| self.wrong(&format!("expected {digits} hex digits")))?;
        self.at += digits;
        Ok(code)
    }

    /// What stands in brackets.
    fn class(&mut self) -> Result<CharSet, String> {
        let negated = self.eat("^");
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        while !self.eat("]") {
            let first = self.class_atom()?;
            let range_follows = self.at_text("-") && !self.at_text("-]");
            if !range_follows {
                ranges.extend(first.ranges());
                continue;
            }
            self.eat("-");
            let last = self.class_atom()?;
            match (first.ranges(), last.ranges()) {
                ([(from, end)], [(start, to)]) if from == end && start == to => {
                    if from > to {
                        return Err(self.wrong("a range whose ends are out of order"));
                    }
                    ranges.push((*from, *to));
                }
                // `[\w-.]` means all three.
                (first, last) => {
                    ranges.extend(first.iter().chain(last));
                    ranges.push((0x2D, 0x2D));
                }
            }
        }
        let set = CharSet::of(&ranges);
        Ok(if negated { set.negated() } else { set })
    }

    fn class_atom(&mut self) -> Result<CharSet, String> {
        match self.next() {
            None => Err(self.wrong("`[` without `]`")),
            Some('\\') if self.eat("b") => Ok(CharSet::single(0x08)),
            Some('\\') => self.escaped_set(),
            Some(character) => Ok(CharSet::single(character.into())),
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn at_text(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    fn eat(&mut self, text: &str) -> bool {
        let there = self.at_text(text);
        self.at += if there { text.len() } else { 0 };
        there
    }

    fn wrong(&self, what: &str) -> String {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        format!("not a regular expression that is supported: {what}, at character {}", {
            before.chars().count()
        })
    }
}

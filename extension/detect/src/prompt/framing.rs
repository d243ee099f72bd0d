//! The marks with which conversations, tools and documents are framed for a model, and text that
//! no reader sees.
use std::sync::LazyLock;

use crate::bytes::{
    Lexicon, at, begins_any, between, contains, contains_any, from, places_of, skip_blank, trim,
};
use crate::finding::Match;
use crate::text::Text;

/// Words that frame a turn, a tool's call or a document, and what they show.
struct Frame(&'static str, &'static str);

impl AsRef<[u8]> for Frame {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

static FRAMES: LazyLock<Lexicon<Frame>> = LazyLock::new(|| {
    let frames =
        ALL.iter().flat_map(|&(what, words)| words.split('\t').map(move |word| Frame(word, what)));
    Lexicon::new(frames.collect())
});

/// Judges a text as it is.
pub(super) fn inspect(text: &Text<'_>) -> Option<Match> {
    let frame = FRAMES.find(text.lower).find(|(at, frame)| frames(text.lower, *at, frame.0));
    frame
        .map(|(_, frame)| Match::high(frame.1))
        .or_else(|| speakers(text.lower))
        .or_else(|| invisible(text.bytes))
        .or_else(|| hidden(text.lower))
        .or_else(|| image(text.lower))
        .or_else(|| suffix(text.lower))
        .or_else(|| repeated(text.lower))
}

/// Whether a frame stands for itself: neither the end of an armoured key, nor a name that only
/// begins so, nor what a type is made of.
fn frames(lower: &[u8], at: usize, frame: &str) -> bool {
    const ARMOUR: &[&[u8]] = &[
        b"certificate",
        b"private",
        b"public",
        b"rsa",
        b"ec ",
        b"dsa",
        b"openssh",
        b"ssh2",
        b"pgp",
        b"x509",
        b"encrypted",
        b"new cert",
        b"trusted",
        b"pkcs",
        b"cms",
        b"dh ",
        b"age ",
        b"message-",
        b"of readme",
        b"of file",
    ];
    let after = from(lower, at + frame.len());
    let named = after.iter().take_while(|byte| matches!(byte, b' ' | b'-')).count();
    match frame.as_bytes() {
        [b'-', ..] => !begins_any(from(after, named), ARMOUR),
        [b'<', .., last] if last.is_ascii_alphabetic() => !after
            .first()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || b".-:_".contains(byte)),
        [b'<', letter, ..] if letter.is_ascii_alphabetic() => !at
            .checked_sub(1)
            .is_some_and(|at| lower.get(at).is_some_and(u8::is_ascii_alphanumeric)),
        _ => true,
    }
}

/// The fewest times that a word stands in a row and means nothing by it.
const REPEATED_MIN: u32 = 12;

/// One word over and over.
fn repeated(lower: &[u8]) -> Option<Match> {
    let (mut last, mut row): (&[u8], u32) = (b"", 1);
    for word in lower.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
        let letters = word.len() > 2 && word.iter().all(u8::is_ascii_alphabetic);
        row = if letters && word == last { row + 1 } else { 1 };
        last = word;
        if row >= REPEATED_MIN {
            return Some(Match::medium("adversarial-suffix"));
        }
    }
    None
}

/// What a line begins with that gives a model its orders anew, one a line.
const ORDERS: &str = "\
    new instruction\nnew task:\nnew rule\nnew directive\nnew objective\nnew system\n\
    updated instruction\nupdated system\nadditional instruction\nhidden instruction\n\
    real instruction\ninstruction to\ninstructions for the a\nsystem note\nsystem notice\n\
    system alert\nsystem update\nsystem override\nsystem instruction\nsystem prompt\n\
    system message\nadmin override\nadmin message\nadmin note\nbegin admin\nbegin system\n\
    begin instruction\nend of user\nend of input\nend of the user\nend of document\n\
    end of prompt\nend of context\nend of data\nend of text\nend of conversation\n\
    end of message\nend system\nend instruction\nend admin\nrole: system\nrole: assistant\n\
    developer message\nsecurity override\npriority override";

/// Lines that an answer of a tool begins with, before what is to be done.
const ANSWERS: &[&[u8]] = &[
    b"tool output:",
    b"tool result:",
    b"tool response:",
    b"function result:",
    b"function output:",
    b"function response:",
    b"observation:",
    b"thought:",
    b"action:",
];

/// Whether a line that is framed by signs begins so: `--- BEGIN ADMIN MESSAGE ---`.
fn orders(line: &[u8]) -> Option<Match> {
    let signs =
        line.iter().take(16).take_while(|byte| byte.is_ascii_punctuation() || **byte == b' ');
    let bare = from(line, signs.count());
    if ORDERS.lines().any(|order| bare.starts_with(order.as_bytes()))
        && (bare.len() < line.len() || contains(bare, b":"))
    {
        return Some(Match::medium("role-forging"));
    }
    let told = begins_any(bare, ANSWERS)
        && contains_any(bare, &[b"must", b"you ", b"next", b"shell", b"should", b"then"]);
    told.then_some(Match::medium("tool-call-forging"))
}

/// Lines that begin with the name of a speaker.
fn speakers(lower: &[u8]) -> Option<Match> {
    let names: &[&[u8]] = &[
        b"system:",
        b"assistant:",
        b"human:",
        b"system prompt:",
        b"system message:",
        b"developer:",
        b"admin:",
        b"user:",
        b"ai:",
        b"chatgpt:",
        b"system :",
        b"operator:",
    ];
    let mut first = true;
    // Whether a sentence, or a block, ended with the line before.
    let mut ended = true;
    let mut spoken = 0;
    for line in lower.split(|byte| *byte == b'\n') {
        let line = trim(line);
        let line = line.strip_prefix(b"**").unwrap_or(line);
        let line = line.strip_prefix(b"#").map_or(line, |rest| {
            from(rest, rest.iter().take_while(|byte| matches!(byte, b'#' | b' ')).count())
        });
        let speaks = begins_any(line, names);
        let system = begins_any(
            line,
            &[
                b"system:",
                b"assistant:",
                b"system prompt:",
                b"system message:",
                b"system :",
                b"developer:",
            ],
        );
        if let Some(found) = orders(line) {
            return Some(found);
        }
        let orders = contains_any(
            line,
            &[
                b"you ",
                b"new ",
                b"instruction",
                b"must",
                b"assistant",
                b"ignore",
                b"sure",
                b"override",
                b"from now",
            ],
        );
        if system && (orders || !first && ended && line.len() < 24) {
            return Some(Match::high("role-forging"));
        }
        spoken += usize::from(speaks);
        first = false;
        ended = line.last().is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b',');
    }
    let turns = [b" assistant:".as_slice(), b" human:", b" user:", b" ai:"];
    let said = turns.iter().map(|turn| places_of(lower, turn).take(2).count()).sum::<usize>();
    let answers = contains_any(lower, &[b" assistant:", b" ai:"]);
    if answers && (said > 1 || begins_any(trim(lower), &[b"user:", b"human:"])) {
        return Some(Match::medium("role-forging"));
    }
    (spoken > 1 && contains_any(lower, &[b"assistant:", b"system:", b"human:", b"chatgpt:"]))
        .then_some(Match::medium("role-forging"))
}

/// Characters that are text to a model and nothing to a reader: tags, and long runs of selectors
/// or characters without width.
fn invisible(bytes: &[u8]) -> Option<Match> {
    let tags =
        places_of(bytes, b"\xf3\xa0\x80").chain(places_of(bytes, b"\xf3\xa0\x81")).take(64).count();
    let flags = places_of(bytes, b"\xf0\x9f\x8f\xb4\xf3\xa0").count() * 6;
    if tags > 3 + flags {
        return Some(Match::high("invisible-text"));
    }
    let mut run = 0;
    for piece in bytes.chunks(3) {
        let hidden = matches!(
            piece,
            [0xe2, 0x80, 0x8b..=0x8f] | [0xe2, 0x81, 0xa0..=0xa4] | [0xef, 0xb8, 0x80..=0x8f]
        );
        run = if hidden { run + 1 } else { 0 };
        if run > 7 {
            return Some(Match::high("invisible-text"));
        }
    }
    let selectors =
        places_of(bytes, b"\xf3\xa0\x84").chain(places_of(bytes, b"\xf3\xa0\x85")).take(64).count();
    (selectors > 7).then_some(Match::high("invisible-text"))
}

/// Text that is styled away and speaks to a model.
fn hidden(lower: &[u8]) -> Option<Match> {
    let styles: &[&[u8]] = &[
        b"display:none",
        b"display: none",
        b"font-size:0",
        b"font-size: 0",
        b"visibility:hidden",
        b"visibility: hidden",
        b"color:white",
        b"color: white",
        b"color:#fff",
        b"opacity:0",
        b"opacity: 0",
        b"left:-9999",
        b"font-size:1px",
        b"<!-- ai",
        b"<!--ai",
        b"<!-- note",
        b"<!-- system",
        b"<!-- instruct",
        b"<!-- ignore",
        b"<!-- when",
        b"<!-- assistant",
        b"<!-- if",
        b"aria-hidden",
        b"alt=\"",
    ];
    let speaks: &[&[u8]] = &[
        b"assistant",
        b"instruction",
        b" ai ",
        b"language model",
        b"llm",
        b"chatgpt",
        b"gpt",
        b"you must",
        b"you should",
        b"summar",
        b"ignore",
    ];
    let found = styles.iter().any(|style| {
        places_of(lower, style)
            .take(16)
            .any(|place| contains_any(between(lower, place, place + 400), speaks))
    });
    found.then_some(Match::medium("hidden-text"))
}

/// A picture or link whose address takes what the model fills in.
fn image(lower: &[u8]) -> Option<Match> {
    let filled = places_of(lower, b"](http").take(64).any(|place| {
        let address = between(lower, place + 2, place + 400);
        let end = address.iter().position(|byte| *byte == b')').unwrap_or(address.len());
        let address = between(address, 0, end);
        let query = memchr::memchr2(b'?', b'=', address).map(|at_query| from(address, at_query));
        query.is_some_and(|query| {
            contains_any(
                query,
                &[
                    b"{",
                    b"[",
                    b"<",
                    b"conversation",
                    b"history",
                    b"secret",
                    b"password",
                    b"exfil",
                    b"stolen",
                    b"leak",
                    b"prompt",
                    b"userdata",
                    b"user_data",
                ],
            )
        })
    });
    filled.then_some(Match::high("exfiltration"))
}

/// A wish, then the strings that an optimiser found: signs and words that no sentence has.
fn suffix(lower: &[u8]) -> Option<Match> {
    let marks: &[&[u8]] = &[
        b"similarlynow",
        b"oppositeley",
        b"+ similarly",
        b"describing.\\",
        b"!--two",
        b"revert with \"\\!--",
    ];
    let ends = contains(lower, b"! ! ! ! ! ! ! !") && at(lower, skip_blank(lower, 0)) != b'!';
    (contains_any(lower, marks) || ends).then_some(Match::high("adversarial-suffix"))
}

/// Tokens of chat templates, tags and headings of roles, calls and answers of tools: what they
/// show, and the words, a tab between two.
const ALL: &[(&str, &str)] = &[
    (
        "chat-template-token",
        "<|im_start|>\t<|im_end|>\t<|im_sep|>\t<|system|>\t<|user|>\t<|assistant|>\t\
         <|endoftext|>\t<|end_of_text|>\t<|begin_of_text|>\t<|eot_id|>\t<|start_header_id|>\t\
         <|end_header_id|>\t<|end|>\t<|prompter|>\t<|channel|>\t<|message|>\t[inst]\t\
         [/inst]\t<<sys>>\t<</sys>>\t<start_of_turn>\t<end_of_turn>\t<|fim_\t<bos>\t<eos>\t\
         [system_prompt]\t<|tool_call\t<|python_tag|>\t<\u{ff5c}\t<|start|>\t[/system]\t\
         <|endofprompt|>\t<|pad|>\t<s>[\t<|im_\t<|eom_id|>\t<|reserved_\t<|return|>\t\
         <|call|>\t<|constrain|>\t<end_of_utterance>\t[available_tools]\t[tool_results]",
    ),
    (
        "role-forging",
        "<system>\t</system>\t<system_prompt>\t</system_prompt>\t<system-prompt>\t\
         <assistant>\t</user>\t</user_input>\t</user_query>\t</prompt>\t</instructions>\t\
         </untrusted\t</document>\t<admin>\t<developer>\t[system](#\t[assistant](#\t\
         [user](#\t#[system]\t[system message]\t[system override]\t[admin]\t\
         \"role\":\"system\"\t\"role\": \"system\"\t\"role\":\"assistant\"\t\
         \"role\": \"assistant\"\t'role': 'system'\t\"role\": \"developer\"\t\
         \"role\":\"developer\"\t### instruction:\t### system\t### response:\t\
         ### new instruction\t###instruction\t### assistant\t===end\t--- end of\t---end\t\
         end of user input\tend of document\tbegin system\t[system]\t[end of\t{{#system\t\
         <important>\t</important>\t</input>\t</user_message>\t<system_message>\t\
         <system-message>\t<instructions>\t<instruction>\t</context>\t<system\t<<<end\t\
         === end\tend of the user\t[[system\t{{system\t[begin\t\"role\":\"tool\t\
         new instructions:\tnew instruction:\tnext instruction:\tnew task:\treal task:\t\
         follow this:",
    ),
    (
        "tool-call-forging",
        "<tool_call>\t</tool_call>\t<function_call\t<function=\t<invoke name=\t\
         <tool_response>\t<tool_result>\t<function_results>\t</function_results>\t\
         <tool_use>\t\"tool_calls\"\t\"function_call\"\t\"tool_use\"\t\"recipient_name\"\t\
         [tool_calls]\t<tool>\t\naction input:\t\nobservation:\t<tools>\t\
         \"type\":\"function\"\tassistant to=\t<|tool\t\"arguments\":\t\"tool_name\"\t\
         \"tool_input\"\t[function_call",
    ),
];

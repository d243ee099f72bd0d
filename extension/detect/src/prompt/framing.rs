//! The marks with which conversations, tools and documents are framed for a model, and text that
//! no reader sees.
use std::sync::LazyLock;

use crate::bytes::{
    Lexicon, at, begins_any, between, contains, contains_any, from, places_of, skip_blank, trim,
};
use crate::finding::Match;
use crate::text::Text;

/// Words that frame a turn, a tool's call or a document, and what they show.
#[derive(Clone)]
struct Frame(&'static [u8], &'static str);

impl AsRef<[u8]> for Frame {
    fn as_ref(&self) -> &[u8] {
        self.0
    }
}

static FRAMES: LazyLock<Lexicon<Frame>> = LazyLock::new(|| Lexicon::new(ALL.to_vec()));

/// Judges a text as it is.
pub(super) fn inspect(text: &Text<'_>) -> Option<Match> {
    let frame = FRAMES.find(text.lower).next();
    frame
        .map(|(_, frame)| Match::high(frame.1))
        .or_else(|| speakers(text.lower))
        .or_else(|| invisible(text.bytes))
        .or_else(|| hidden(text.lower))
        .or_else(|| image(text.lower))
        .or_else(|| suffix(text.lower))
        .or_else(|| repeated(text.lower))
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

/// What a line begins with that gives a model its orders anew.
const ORDERS: &[&[u8]] = &[
    b"new instruction",
    b"new task:",
    b"new rule",
    b"new directive",
    b"new objective",
    b"new system",
    b"updated instruction",
    b"updated system",
    b"additional instruction",
    b"hidden instruction",
    b"real instruction",
    b"instruction to",
    b"instructions for the a",
    b"system note",
    b"system notice",
    b"system alert",
    b"system update",
    b"system override",
    b"system instruction",
    b"system prompt",
    b"system message",
    b"admin override",
    b"admin message",
    b"admin note",
    b"begin admin",
    b"begin system",
    b"begin instruction",
    b"end of user",
    b"end of input",
    b"end of the user",
    b"end of document",
    b"end of prompt",
    b"end of context",
    b"end of data",
    b"end of text",
    b"end of conversation",
    b"end of message",
    b"end system",
    b"end instruction",
    b"end admin",
    b"role: system",
    b"role: assistant",
    b"developer message",
    b"security override",
    b"priority override",
];

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
    if begins_any(bare, ORDERS) && (bare.len() < line.len() || contains(bare, b":")) {
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
        if system && (orders || !first && line.len() < 24) {
            return Some(Match::high("role-forging"));
        }
        spoken += usize::from(speaks);
        first = false;
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

/// Tokens of chat templates, tags and headings of roles, calls and answers of tools.
const ALL: &[Frame] = &[
    Frame(b"<|im_start|>", "chat-template-token"),
    Frame(b"<|im_end|>", "chat-template-token"),
    Frame(b"<|im_sep|>", "chat-template-token"),
    Frame(b"<|system|>", "chat-template-token"),
    Frame(b"<|user|>", "chat-template-token"),
    Frame(b"<|assistant|>", "chat-template-token"),
    Frame(b"<|endoftext|>", "chat-template-token"),
    Frame(b"<|end_of_text|>", "chat-template-token"),
    Frame(b"<|begin_of_text|>", "chat-template-token"),
    Frame(b"<|eot_id|>", "chat-template-token"),
    Frame(b"<|start_header_id|>", "chat-template-token"),
    Frame(b"<|end_header_id|>", "chat-template-token"),
    Frame(b"<|end|>", "chat-template-token"),
    Frame(b"<|prompter|>", "chat-template-token"),
    Frame(b"<|channel|>", "chat-template-token"),
    Frame(b"<|message|>", "chat-template-token"),
    Frame(b"[inst]", "chat-template-token"),
    Frame(b"[/inst]", "chat-template-token"),
    Frame(b"<<sys>>", "chat-template-token"),
    Frame(b"<</sys>>", "chat-template-token"),
    Frame(b"<start_of_turn>", "chat-template-token"),
    Frame(b"<end_of_turn>", "chat-template-token"),
    Frame(b"<|fim_", "chat-template-token"),
    Frame(b"<bos>", "chat-template-token"),
    Frame(b"<eos>", "chat-template-token"),
    Frame(b"[system_prompt]", "chat-template-token"),
    Frame(b"<|tool_call", "chat-template-token"),
    Frame(b"<|python_tag|>", "chat-template-token"),
    Frame(b"<\xef\xbd\x9c", "chat-template-token"),
    Frame(b"<|start|>", "chat-template-token"),
    Frame(b"[/system]", "chat-template-token"),
    Frame(b"<|endofprompt|>", "chat-template-token"),
    Frame(b"<|pad|>", "chat-template-token"),
    Frame(b"<system>", "role-forging"),
    Frame(b"</system>", "role-forging"),
    Frame(b"<system_prompt>", "role-forging"),
    Frame(b"</system_prompt>", "role-forging"),
    Frame(b"<system-prompt>", "role-forging"),
    Frame(b"<assistant>", "role-forging"),
    Frame(b"</user>", "role-forging"),
    Frame(b"</user_input>", "role-forging"),
    Frame(b"</user_query>", "role-forging"),
    Frame(b"</prompt>", "role-forging"),
    Frame(b"</instructions>", "role-forging"),
    Frame(b"</untrusted", "role-forging"),
    Frame(b"</document>", "role-forging"),
    Frame(b"<admin>", "role-forging"),
    Frame(b"<developer>", "role-forging"),
    Frame(b"[system](#", "role-forging"),
    Frame(b"[assistant](#", "role-forging"),
    Frame(b"[user](#", "role-forging"),
    Frame(b"#[system]", "role-forging"),
    Frame(b"[system message]", "role-forging"),
    Frame(b"[system override]", "role-forging"),
    Frame(b"[admin]", "role-forging"),
    Frame(b"\"role\":\"system\"", "role-forging"),
    Frame(b"\"role\": \"system\"", "role-forging"),
    Frame(b"\"role\":\"assistant\"", "role-forging"),
    Frame(b"\"role\": \"assistant\"", "role-forging"),
    Frame(b"'role': 'system'", "role-forging"),
    Frame(b"\"role\": \"developer\"", "role-forging"),
    Frame(b"\"role\":\"developer\"", "role-forging"),
    Frame(b"### instruction:", "role-forging"),
    Frame(b"### system", "role-forging"),
    Frame(b"### response:", "role-forging"),
    Frame(b"### new instruction", "role-forging"),
    Frame(b"###instruction", "role-forging"),
    Frame(b"### assistant", "role-forging"),
    Frame(b"===end", "role-forging"),
    Frame(b"--- end of", "role-forging"),
    Frame(b"---end", "role-forging"),
    Frame(b"end of user input", "role-forging"),
    Frame(b"end of document", "role-forging"),
    Frame(b"begin system", "role-forging"),
    Frame(b"[system]", "role-forging"),
    Frame(b"[end of", "role-forging"),
    Frame(b"{{#system", "role-forging"),
    Frame(b"<important>", "role-forging"),
    Frame(b"</important>", "role-forging"),
    Frame(b"<tool_call>", "tool-call-forging"),
    Frame(b"</tool_call>", "tool-call-forging"),
    Frame(b"<function_call", "tool-call-forging"),
    Frame(b"<function=", "tool-call-forging"),
    Frame(b"<invoke name=", "tool-call-forging"),
    Frame(b"<tool_response>", "tool-call-forging"),
    Frame(b"<tool_result>", "tool-call-forging"),
    Frame(b"<function_results>", "tool-call-forging"),
    Frame(b"</function_results>", "tool-call-forging"),
    Frame(b"<tool_use>", "tool-call-forging"),
    Frame(b"\"tool_calls\"", "tool-call-forging"),
    Frame(b"\"function_call\"", "tool-call-forging"),
    Frame(b"\"tool_use\"", "tool-call-forging"),
    Frame(b"\"recipient_name\"", "tool-call-forging"),
    Frame(b"[tool_calls]", "tool-call-forging"),
    Frame(b"<tool>", "tool-call-forging"),
    Frame(b"\naction input:", "tool-call-forging"),
    Frame(b"\nobservation:", "tool-call-forging"),
    Frame(b"<tools>", "tool-call-forging"),
    Frame(b"\"type\":\"function\"", "tool-call-forging"),
    Frame(b"assistant to=", "tool-call-forging"),
    Frame(b"<|tool", "tool-call-forging"),
    Frame(b"\"arguments\":", "tool-call-forging"),
    Frame(b"\"tool_name\"", "tool-call-forging"),
    Frame(b"\"tool_input\"", "tool-call-forging"),
    Frame(b"[function_call", "tool-call-forging"),
    Frame(b"</input>", "role-forging"),
    Frame(b"</user_message>", "role-forging"),
    Frame(b"<system_message>", "role-forging"),
    Frame(b"<system-message>", "role-forging"),
    Frame(b"<instructions>", "role-forging"),
    Frame(b"<instruction>", "role-forging"),
    Frame(b"</context>", "role-forging"),
    Frame(b"<system", "role-forging"),
    Frame(b"<<<end", "role-forging"),
    Frame(b"=== end", "role-forging"),
    Frame(b"end of the user", "role-forging"),
    Frame(b"[[system", "role-forging"),
    Frame(b"{{system", "role-forging"),
    Frame(b"[begin", "role-forging"),
    Frame(b"\"role\":\"tool", "role-forging"),
    Frame(b"<s>[", "chat-template-token"),
    Frame(b"<|im_", "chat-template-token"),
    Frame(b"<|eom_id|>", "chat-template-token"),
    Frame(b"<|reserved_", "chat-template-token"),
    Frame(b"<|return|>", "chat-template-token"),
    Frame(b"<|call|>", "chat-template-token"),
    Frame(b"<|constrain|>", "chat-template-token"),
    Frame(b"<end_of_utterance>", "chat-template-token"),
    Frame(b"[available_tools]", "chat-template-token"),
    Frame(b"[tool_results]", "chat-template-token"),
];

//! Tests of the family: what is found, and that every script passes.
use crate::{Families, Family, Role, Work, inspect_text};

fn is_found(text: &[u8], role: Role) -> bool {
    let mut found = false;
    let families = Families::from_iter([Family::Unicode]);
    let mut work = Work::default();
    inspect_text(text, role, families, &mut work, &mut |_| found = true).unwrap();
    found
}

#[test]
fn what_hides_is_found() {
    for text in [
        "invoice\u{202E}fdp.exe",
        "if admin \u{202E} \u{2066}// only\u{2069} \u{2066}{",
        "'''\u{2067}''' ;return",
        "pay\u{200B}pal",
        "adm\u{2060}in",
        "na\u{FEFF}me",
        "hello\u{E0069}\u{E0067}\u{E006E}\u{E006F}\u{E0072}\u{E0065}",
        "p\u{430}ypal",
        "\u{430}pple",
        "https://g\u{43E}\u{43E}gle.com/x",
        "\u{430}\u{440}\u{440}\u{4CF}\u{435}.com",
        "example.com\u{2215}login",
        "a\u{FE01}\u{FE02}\u{FE03}\u{FE04}\u{FE05}",
        "..%c0%af",
        "a\\u202Eb",
        "us\u{8}er",
        "x\u{1b}]0;title\u{7}y",
        "name\u{1b}[31mred",
        "user\u{2003}name",
        "admin\u{200B}",
        "se\u{E0100}lect",
        "ａｄｍｉｎ",
        "pay\u{206C} now",
        "%f8%80%80%80%af",
        "https:\u{2215}\u{2215}host.example",
        "\u{13AA}dmin",
        "admi\u{A4E0}",
        "d\u{337}m\u{337}i\u{337}n\u{337}",
        "h\u{335}\u{321}\u{327}e\u{335}\u{321}\u{327}",
        "\u{1D552}\u{1D555}\u{1D55E}",
        "ᴀᴅᴍɪɴ",
        "pass\u{AD}word",
        "admin\u{FE0F}",
        "https://\u{262}oogle.com",
        "name\u{2029}admin",
        "1\u{662}\u{663}3",
        "..\u{A5}..\u{A5}etc",
        "http://host.example\u{2100}.example.com",
        "adm\u{131}n",
        "\u{17F}elect",
        "a\u{81}b",
    ] {
        assert!(is_found(text.as_bytes(), Role::Value), "{text:?}");
    }
    assert!(is_found(b"a\xC0\xAFb", Role::Value));
    assert!(is_found(b"a\xE0\x80\xAFb", Role::Value));
    assert!(is_found("photo\u{202E}gpj.exe".as_bytes(), Role::FileName));
}

#[test]
fn every_script_passes() {
    for text in [
        "Grüße aus Köln, señor Ibáñez; l'été à Nîmes. Łódź, Þórr, Åse",
        "Привет, мир. Wi-Fi-роутер и IT-компания, iPhone и USB",
        "Καλημέρα κόσμε, το μm και το kΩ. Δt = 5 μs",
        "می\u{200C}خواهم کتاب\u{200C}ها را بخوانم",
        "مرحبا بالعالم، كيف الحال؟ \u{200F}(1)\u{200F}",
        "שלום עולם \u{200E}+1 555\u{200E}",
        "हिन्दी में क्\u{200D}ष और र\u{200D}",
        "বাংলা তামিল தமிழ் తెలుగు ಕನ್ನಡ മലയാളം\u{200D} ગુજરાતી ਪੰਜਾਬੀ සිංහල ශ්\u{200D}රී",
        "ภาษาไทย\u{200B}ทดสอบ ភាសា\u{200B}ខ្មែរ ພາສາລາວ မြန်မာ",
        "日本語のテキスト。ＡＢＣ１２３！（例） 東京都千代田区１－２－３",
        "中文，标点。https://example.com/路径",
        "한국어 텍스트 ㅋㅋㅋ ㅠㅠ",
        "ქართული Հայերեն አማርኛ ᏣᎳᎩ ᠮᠣᠩᠭᠣᠯ བོད་སྐད",
        "👩\u{200D}👩\u{200D}👧 🏳\u{FE0F}\u{200D}🌈 👍🏽 🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F} 1\u{FE0F}\u{20E3}",
        "葛\u{E0100}城 辻\u{E0101}",
        "“Quotes” — dashes… and it’s fine; 1⁄2 • naïve",
        "\u{FEFF}text with a mark",
        "\u{2068}Name\u{2069} shared a file",
        "Tiếng Việt có dấu",
        "soft\u{00AD} hyphen",
        "8=FIX.4.2\u{1}9=65\u{1}",
        "日本語 ａｄｍｉｎ",
    ] {
        for role in [Role::Value, Role::FreeText, Role::Key] {
            assert!(!is_found(text.as_bytes(), role), "{role:?} {text}");
        }
    }
}

#[test]
fn what_values_may_have_and_names_may_not_passes() {
    for text in [
        "Mᵐᵉ",
        "XIXᵉ",
        "don\u{92}t",
        "TEL：03-1234",
        "well\u{2011}known",
        "Donau\u{AD}dampf",
        "ᏣᎳᎩ",
        "H₂O",
        "kızıl",
        "Łódź",
        "50¥/60¥",
        "٣٤٥",
        "Wi‑Fi",
    ] {
        assert!(!is_found(text.as_bytes(), Role::Value), "{text}");
    }
}

#[test]
fn signs_and_digits_that_an_address_is_read_with_are_found() {
    for text in [
        "\u{2460}\u{2461}\u{2466}.\u{24EA}.\u{24EA}.\u{2460}",
        "１２７.０.０.１",
        "http\u{2236}//example.com",
        "example.com\u{2215}@example.org",
        "login\u{2010}example.com",
        "example\u{2027}com",
        "www.examp\u{1E37}e.com",
        "\u{2010}\u{2010}help",
        "\u{3164}",
        "\u{9B}31m",
        "\u{421}lick",
        "\u{FF30}ortal",
        "na\u{E000}me",
    ] {
        assert!(is_found(text.as_bytes(), Role::Value), "{text}");
    }
    for text in ["2019\u{2010}2020", "state\u{2010}of", "１．５", "münchen.example", "Wɩlaa", "①"]
    {
        assert!(!is_found(text.as_bytes(), Role::Value), "{text}");
    }
}

#[test]
fn letters_of_any_script_within_a_word_of_another_are_found() {
    for text in [
        "h\u{16C1}x\u{16D6}lp",
        "p\u{10E7}ypal",
        "r\u{D20}ot",
        "goog\u{10309}e",
        "https://pa\u{3B3}pal.example",
        "http://www.app\u{196}e.example",
        "micro\u{334}soft",
        "..\u{2041}..\u{2041}etc",
        "\u{B7}\u{B7}/secret",
        "192\u{30FB}168\u{30FB}0\u{30FB}1",
        "..%c0%2f..%c0%2f",
        "\u{AD}d allow_url_include=1",
        "pay&ZeroWidthSpace;pal",
        "\u{FE0F}admin",
        "example\u{FEFF}.com",
        "ｐａｙｍｅｎｔｓ",
        "admin\u{200F}",
        "\u{200E}admin",
        "ad\u{1b}min",
    ] {
        assert!(is_found(text.as_bytes(), Role::Value), "{text}");
    }
}

#[test]
fn names_of_files_and_directions_of_a_whole_text_pass() {
    for text in [
        "Yar\u{131}n.jpg",
        "\u{422}\u{4AF}\u{4AF}\u{445}.docx",
        "grup\u{117}.jpg",
        "Kanna\u{1E0D}a.pdf",
        "et\u{A0}sekund siden.txt",
    ] {
        assert!(!is_found(text.as_bytes(), Role::FileName), "{text}");
    }
    for text in [
        "\u{202B}\u{645}\u{627}\u{646}\u{6AF}",
        "\u{281}\u{25B}publika de an'\u{261}\u{254}la",
        "True\u{200B} \u{179A}\u{17BA}",
        "Facebook\u{CA8}\u{CB2}\u{CCD}\u{CB2}\u{CBF}",
        "iPhone\u{10D6}\u{10D4}",
        "ＡＢＣ商事",
        "Ｔａｒｏ",
        "\u{200E}+1 555",
        "\u{2014}Hola",
    ] {
        assert!(!is_found(text.as_bytes(), Role::Value), "{text}");
    }
}

#[test]
fn an_attack_in_signs_that_only_look_like_its_own_hides_itself() {
    let mut found = Vec::new();
    let text = "x\u{2019} UNION SELECT password FROM users--";
    let mut work = Work::default();
    let mut add = |finding: crate::Finding| found.push(finding.technique);
    inspect_text(text.as_bytes(), Role::Value, Families::ALL, &mut work, &mut add).unwrap();
    assert!(found.contains(&"disguised-code"), "{found:?}");
}

//! Argument injection: a value that a program reads as one of its options.

/// Judges a text that begins with a dash.
pub(super) fn judge(lower: &[u8]) -> Option<&'static str> {
    let text = lower.trim_ascii_start();
    let near = text.get(..text.len().min(160))?;
    let body = near.strip_prefix(b"-")?;
    let long = body.first() == Some(&b'-');
    let end =
        near.iter().position(|byte| matches!(byte, b'=' | b' ' | b'\t')).unwrap_or(near.len());
    let name = near.get(..end)?;
    let value = near.get(end + 1..).unwrap_or_default();
    let has = |part: &[u8]| name.windows(part.len()).any(|window| window == part);
    let runs = has(b"exec")
        || has(b"command")
        || has(b"-pack")
        || has(b"pager")
        || has(b"launcher")
        || has(b"cmd")
        || has(b"askpass")
        || has(b"program")
        || has(b"checkpoint-action")
        || has(b"invoke")
        || has(b"eval")
        || has(b"run")
        || has(b"editor")
        || has(b"proxycommand")
        || has(b"wrapper")
        || has(b"script")
        || has(b"checkpoint")
        || matches!(name, b"--rsh" | b"--pre");
    let writes = has(b"output")
        || has(b"-file")
        || has(b"log")
        || has(b"dir")
        || has(b"config")
        || has(b"dest")
        || has(b"import")
        || has(b"post")
        || has(b"load")
        || has(b"plugin")
        || has(b"format")
        || has(b"target");
    let pointed =
        matches!(value, [b'/' | b'`' | b'$' | b'~' | b'.' | b'\'' | b'"' | b'|' | b'!' | b'@', ..])
            || value.iter().any(|byte| matches!(byte, b'/' | b'`' | b'|' | b';' | b'&' | b'$'));
    if long && runs && !value.is_empty() || long && writes && pointed {
        return Some("option");
    }
    // `-oProxyCommand=…`, `-sOutputFile=…`
    let option = !long
        && (name.len() > 6
            && (runs || has(b"outputfile") || has(b"queuedirectory"))
            && near.get(end) == Some(&b'='));
    let short = !long
        && name.len() == 2
        && pointed
        && matches!(name.get(1), Some(b'o' | b'e' | b'x' | b'c' | b'd' | b't' | b'f' | b'l'));
    let glued = matches!(near, [b'-', b'o' | b'w', b'/' | b'~', ..])
        || near.starts_with(b"-i/bin/")
        // `-exec id {} +`, `-fprintf /tmp/x`, `-c core.pager=id`
        || near.starts_with(b"-exec ")
        || near.starts_with(b"-fprint") && value.first() == Some(&b'/')
        || near.starts_with(b"-c core.") && value.contains(&b'=');
    (option || glued || short && value.len() >= 4 && value.contains(&b'/')).then_some("option")
}

/// `x --upload-pack=id`, `x -oProxyCommand=id`: a value, and an option that runs something.
pub(super) fn behind(lower: &[u8]) -> bool {
    let Some(blank) = lower.iter().take(VALUE_BYTES_MAX).position(|byte| *byte == b' ') else {
        return false;
    };
    let tail = lower.get(blank + 1..).unwrap_or_default();
    let end = tail.iter().take(48).position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-');
    let Some((name, [b'=', _, ..])) = end.and_then(|end| tail.split_at_checked(end)) else {
        return false;
    };
    let runs = [b"exec".as_slice(), b"command", b"-pack", b"pager", b"action", b"program"];
    (name.starts_with(b"--") || name.starts_with(b"-o"))
        && runs.iter().any(|part| name.windows(part.len()).any(|window| window == *part))
}

/// Bytes of a value that an option is appended to.
const VALUE_BYTES_MAX: usize = 32;

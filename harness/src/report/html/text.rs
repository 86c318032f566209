// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text as HTML and XML take it.

/// Text as content of an element or value of an attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // XML has no other control characters
            '\t' | '\n' => out.push(character),
            control if control.is_control() => out.push('\u{FFFD}'),
            other => out.push(other),
        }
    }
    out
}

/// At most `most` characters.
pub(super) fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most.saturating_sub(1)) {
        Some((at, _)) if text.chars().count() > most => {
            let head = text.get(..at).unwrap_or_default();
            format!("{head}…")
        }
        _ => text.to_owned(),
    }
}

/// A path relative to the page as a link.
pub(super) fn link(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'@' | b'~' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// Milliseconds as a person reads them.
pub(super) fn duration(milliseconds: u64) -> String {
    let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
    match seconds {
        0 => format!("{rest} ms"),
        1..60 => format!("{seconds}.{} s", rest / 100),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(
            escaped("<a href='x'>&\u{1b}\"\n"),
            "&lt;a href=&#39;x&#39;&gt;&amp;\u{FFFD}&quot;\n"
        );
        assert_eq!(clipped("abcdef", 6), "abcdef");
        assert_eq!(clipped("äbcdefg", 4), "äbc…");
        assert_eq!(link("a b/c#1@x"), "a%20b/c%231@x");
        assert_eq!(duration(61_500), "1 min 1 s");
        assert_eq!(duration(1_250), "1.2 s");
        assert_eq!(duration(12), "12 ms");
    }
}

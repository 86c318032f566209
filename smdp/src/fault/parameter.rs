// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can be said about a fault, and what a mistyped name may have meant.

/// What stands behind the colon of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// Nothing.
    None,
    /// A number.
    Number {
        /// What it counts.
        what: &'static str,
        /// Without one.
        default: u64,
        /// Smallest.
        least: u64,
        /// Largest.
        most: u64,
    },
    /// One of these words; the first without one.
    Choice(&'static [&'static str]),
    /// Any text.
    Text {
        /// What it is.
        what: &'static str,
        /// Without one.
        default: &'static str,
    },
    /// Subject and reason code, as `8.2.6/3.8`.
    Pair,
    /// A certificate with something wrong, by the end of its file name, as `INV_SIGN`.
    Certificate(certs::Role),
}

impl Parameter {
    /// What holds when nothing is said.
    pub fn default_text(self) -> String {
        match self {
            Self::None | Self::Pair | Self::Certificate(_) => String::new(),
            Self::Number { default, .. } => default.to_string(),
            Self::Choice(words) => words.first().copied().unwrap_or_default().to_owned(),
            Self::Text { default, .. } => default.to_owned(),
        }
    }

    /// How it is written in a list; nothing for none.
    pub fn form(self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Number { what, default, .. } => Some(format!("[:{what}={default}]")),
            Self::Choice(words) => Some(format!("[:{}]", words.join("|"))),
            Self::Text { what, default } => Some(format!("[:{what}={default}]")),
            Self::Pair => Some(":SUBJECT/REASON".to_owned()),
            Self::Certificate(_) => Some(":CERTIFICATE".to_owned()),
        }
    }

    /// What is wrong with a text for it; nothing when it fits. Certificates are looked up by the
    /// one who has a PKI.
    pub(super) fn problem(self, text: Option<&str>) -> Option<String> {
        let Some(text) = text else {
            return match self {
                Self::Pair => Some("expected subject and reason, such as :8.2.6/3.8".to_owned()),
                Self::Certificate(_) => {
                    Some("expected a certificate, such as :INV_SIGN".to_owned())
                }
                Self::None | Self::Number { .. } | Self::Choice(_) | Self::Text { .. } => None,
            };
        };
        match self {
            Self::None => Some(format!("expected no parameter, got {text:?}")),
            Self::Number { least, most, .. } => {
                let fits = text.parse().is_ok_and(|n: u64| (least..=most).contains(&n));
                (!fits).then(|| format!("expected a number from {least} to {most}, got {text:?}"))
            }
            Self::Choice(words) => (!words.contains(&text))
                .then(|| format!("expected {}, got {text:?}", words.join(" or "))),
            Self::Text { .. } => text
                .chars()
                .any(char::is_control)
                .then(|| format!("expected printable text, got {text:?}")),
            Self::Pair => pair(text)
                .is_none()
                .then(|| format!("expected subject and reason as 8.2.6/3.8, got {text:?}")),
            Self::Certificate(_) => None,
        }
    }
}

/// Subject and reason code of a text, each of dotted numbers.
pub(super) fn pair(text: &str) -> Option<(&str, &str)> {
    let dotted = |code: &str| {
        let number = |part: &str| part.parse::<u16>().is_ok();
        code.len() <= 20 && code.split('.').all(number)
    };
    let (subject, reason) = text.split_once('/')?;
    (dotted(subject) && dotted(reason)).then_some((subject, reason))
}

/// The known name that is nearest to a given one, when it is near.
pub(super) fn similar(
    name: &str,
    known: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    let name = name.get(..name.len().min(60)).unwrap_or_default();
    let nearest = known.map(|known| (distance(name, known), known)).min();
    let (distance, known) = nearest?;
    (distance <= known.len() / 3).then_some(known)
}

/// How many letters are to be put in, taken out or changed (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.bytes().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (b, above) in other.bytes().zip(row.iter().skip(1)) {
            let changed = corner + usize::from(a != b);
            left = changed.min(left + 1).min(above + 1);
            corner = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_offered_and_a_far_one_is_not() {
        let known = || ["http-chunked", "http-redirect", "tls-expired"].into_iter();
        assert_eq!(similar("http-chunkd", known()), Some("http-chunked"));
        assert_eq!(similar("redirect", known()), None);
        assert_eq!(similar("tls-expire", known()), Some("tls-expired"));
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn pairs_are_dotted_numbers() {
        assert_eq!(pair("8.2.6/3.8"), Some(("8.2.6", "3.8")));
        for text in ["8.2.6", "8.2.6/", "/3.8", "8..6/3", "a/b", "8.2.6/3.8/1"] {
            assert_eq!(pair(text), None, "{text}");
        }
    }
}

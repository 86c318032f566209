// SPDX-License-Identifier: MIT OR Apache-2.0
//! A look at a text before it is YAML: placeholders and comments, and the quotes and brackets
//! around them.

use super::super::{Position, Problem};
use super::{How, Placeholder};

/// Finds placeholders, and what of YAML surrounds them: quotes, brackets and comments.
pub(super) struct Scanner<'a> {
    text: &'a str,
    chars: Vec<(usize, char)>,
    at: usize,
    line: u64,
    line_start: usize,
    quote: Option<char>,
    /// How many flow brackets are open.
    depth: usize,
    /// Whether a value may begin here.
    start: bool,
    pub(super) placeholders: Vec<Placeholder<'a>>,
    pub(super) problems: Vec<Problem>,
    comments: Vec<(u64, String)>,
}

/// The comments of a text, without `#`, each with its line.
#[must_use]
pub fn comments(text: &str) -> Vec<(u64, String)> {
    let mut scanner = Scanner::new(text);
    scanner.run();
    scanner.comments
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            chars: text.char_indices().collect(),
            at: 0,
            line: 1,
            line_start: 0,
            quote: None,
            depth: 0,
            start: true,
            placeholders: Vec::new(),
            problems: Vec::new(),
            comments: Vec::new(),
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        Some(self.chars.get(self.at + ahead)?.1)
    }

    fn offset(&self, at: usize) -> usize {
        self.chars
            .get(at)
            .map_or(self.text.len(), |(offset, _)| *offset)
    }

    fn position(&self) -> Position {
        let column = self.at.saturating_sub(self.line_start) + 1;
        Position::new(self.line, column as u64)
    }

    pub(super) fn run(&mut self) {
        while let Some(c) = self.peek(0) {
            if c == '$' && self.peek(1) == Some('{') {
                self.placeholder();
                continue;
            }
            match self.quote {
                Some(quote) => self.quoted(quote, c),
                None => self.plain(c),
            }
            self.at += 1;
            if c == '\n' {
                self.line += 1;
                self.line_start = self.at;
                self.start = self.quote.is_none();
            }
        }
    }

    fn quoted(&mut self, quote: char, c: char) {
        if c == '\\' && quote == '"' && self.peek(1) != Some('\n') {
            self.at += 1;
        } else if c == quote {
            if quote == '\'' && self.peek(1) == Some('\'') {
                self.at += 1;
            } else {
                self.quote = None;
                self.start = false;
            }
        }
    }

    fn plain(&mut self, c: char) {
        let space_next = self.peek(1).is_none_or(char::is_whitespace);
        match c {
            ' ' | '\t' | '\n' | '\r' => (),
            '#' if self.comment_may_begin() => self.comment(),
            '\'' | '"' if self.start => self.quote = Some(c),
            '[' | '{' if self.start => self.depth += 1,
            ']' | '}' if self.depth > 0 => {
                self.depth -= 1;
                self.start = false;
            }
            ',' if self.depth > 0 => self.start = true,
            ':' if space_next => self.start = true,
            '-' | '?' if self.start && space_next => (),
            _ => self.start = false,
        }
    }

    fn comment(&mut self) {
        let from = self.at + 1;
        while self.peek(1).is_some_and(|next| next != '\n') {
            self.at += 1;
        }
        let comment = self.chars.get(from..=self.at).unwrap_or_default();
        let comment: String = comment.iter().map(|(_, c)| *c).collect();
        self.comments.push((self.line, comment.trim().to_owned()));
    }

    fn comment_may_begin(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.chars.get(at));
        before.is_none_or(|(_, c)| c.is_whitespace())
    }

    fn placeholder(&mut self) {
        let position = self.position();
        let from = self.at;
        let inside = self.chars.get(from + 2..).unwrap_or_default();
        let length = inside
            .iter()
            .take_while(|(_, c)| c.is_ascii_alphanumeric() || "_-".contains(*c))
            .count();
        let close = inside.get(length).map(|(_, c)| *c);
        if length == 0 || close != Some('}') {
            self.problems.push(Problem {
                position,
                message: "expected ${key}, with a key of letters, digits, - and _".to_owned(),
            });
            self.at += 2;
            return;
        }
        let end = from + length + 3;
        let (how, first, behind) = self.surroundings(from, end);
        let key_from = self.offset(from + 2);
        self.placeholders.push(Placeholder {
            key: self
                .text
                .get(key_from..self.offset(from + 2 + length))
                .unwrap_or_default(),
            start: self.offset(first),
            end: self.offset(behind),
            how,
            position,
        });
        if how == How::Alone {
            self.quote = None;
        }
        self.start = false;
        self.at = behind;
    }

    /// How the placeholder at `from..end` stands, and what is replaced.
    fn surroundings(&self, from: usize, end: usize) -> (How, usize, usize) {
        let char_at = |at: usize| self.chars.get(at).map(|(_, c)| *c);
        let Some(quote) = self.quote else {
            let alone = self.start && self.value_ends(end);
            let how = if alone { How::Alone } else { How::Plain };
            return (how, from, end);
        };
        let opened = from
            .checked_sub(1)
            .filter(|before| self.start && char_at(*before) == Some(quote));
        let closed = char_at(end) == Some(quote) && self.value_ends(end + 1);
        match opened {
            Some(before) if closed => (How::Alone, before, end + 1),
            _ => (How::Quoted(quote), from, end),
        }
    }

    /// Whether a value is over at `at`.
    fn value_ends(&self, at: usize) -> bool {
        let rest = self.chars.get(at..).unwrap_or_default();
        let spaces = rest
            .iter()
            .take_while(|(_, c)| matches!(c, ' ' | '\t'))
            .count();
        match rest.get(spaces).map(|(_, c)| *c) {
            None | Some('\n' | '\r') => true,
            Some('#') => spaces > 0,
            Some(',' | ']' | '}') => self.depth > 0,
            Some(_) => false,
        }
    }
}

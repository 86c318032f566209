// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a command line to commands (ITU-T V.250 §5.2 to §5.4).

use super::error::CmeError;

/// One command of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AtCommand {
    /// A letter, perhaps after `&`, and a number: `E0`, `&C1`.
    Basic {
        /// Upper case, with its `&`.
        name: String,
        /// 0 when absent.
        value: u32,
    },
    /// `S3=13` or `S3?`: a register.
    Register,
    /// A name that begins with a sign: `+CSIM=…`.
    Extended {
        /// Upper case, with its sign.
        name: String,
        /// What is wanted.
        form: Form,
    },
}

/// Form of an extended command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// `+NAME`
    Execute,
    /// `+NAME?`
    Read,
    /// `+NAME=?`
    Test,
    /// `+NAME=…`
    Set(Vec<String>),
}

/// Splits what follows `AT`; nothing when it is no command line.
pub(super) fn parse(text: &str) -> Option<Vec<AtCommand>> {
    let mut rest = text.trim();
    let mut commands = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (command, after) = match first {
            ' ' | ';' => {
                rest = rest.get(1..)?;
                continue;
            }
            '+' | '^' | '%' | '*' | '$' => extended(rest)?,
            _ => basic(rest)?,
        };
        commands.push(command);
        rest = after;
    }
    Some(commands)
}

/// Up to the next semicolon that is not inside a string.
fn extended(text: &str) -> Option<(AtCommand, &str)> {
    let mut quoted = false;
    let end = text.find(|c| {
        quoted ^= c == '"';
        c == ';' && !quoted
    });
    let (command, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
    let at = command.find(['=', '?']).unwrap_or(command.len());
    let (name, form) = command.split_at_checked(at)?;
    let form = match form.trim() {
        "" => Form::Execute,
        "?" => Form::Read,
        "=?" => Form::Test,
        set => Form::Set(parameters(set.strip_prefix('=')?)),
    };
    let name = name.trim().to_ascii_uppercase();
    Some((AtCommand::Extended { name, form }, rest))
}

fn parameters(text: &str) -> Vec<String> {
    let mut quoted = false;
    let parts = text.split(|c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    });
    let unquoted = |part: &str| part.trim().trim_matches('"').to_owned();
    parts.map(unquoted).collect()
}

fn basic(text: &str) -> Option<(AtCommand, &str)> {
    let sign = usize::from(text.starts_with('&'));
    let letter = text.chars().nth(sign)?;
    if !letter.is_ascii_alphabetic() {
        return None;
    }
    let (name, rest) = text.split_at_checked(sign + 1)?;
    let name = name.to_ascii_uppercase();
    let (digits, rest) = leading_digits(rest)?;
    if name == "S" {
        return register(rest).map(|rest| (AtCommand::Register, rest));
    }
    let value = if digits.is_empty() {
        0
    } else {
        digits.parse().ok()?
    };
    Some((AtCommand::Basic { name, value }, rest))
}

fn register(rest: &str) -> Option<&str> {
    match rest.strip_prefix('=') {
        Some(value) => leading_digits(value).map(|(_, rest)| rest),
        None => rest.strip_prefix('?'),
    }
}

fn leading_digits(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.split_at_checked(end.unwrap_or(text.len()))
}

/// A decimal parameter; an absent one is 0.
pub(super) fn number<T: std::str::FromStr + Default>(
    parameters: &[String],
    index: usize,
) -> Result<T, CmeError> {
    match parameters.get(index).map(String::as_str) {
        None | Some("") => Ok(T::default()),
        Some(text) => text.parse().map_err(|_| CmeError::INCORRECT_PARAMETERS),
    }
}

/// A parameter of hex digits; an absent one is empty.
pub(super) fn bytes(parameters: &[String], index: usize) -> Result<Vec<u8>, CmeError> {
    let text = parameters.get(index).map_or("", String::as_str);
    hex::decode(text).map_err(|_| CmeError::INCORRECT_PARAMETERS)
}

/// A count of hex digits and as many of them: `10,"0070000001"`.
pub(super) fn counted_bytes(parameters: &[String], index: usize) -> Result<Vec<u8>, CmeError> {
    let count: usize = number(parameters, index)?;
    let bytes = bytes(parameters, index + 1)?;
    if parameters.len() != index + 2 || bytes.len() * 2 != count || bytes.is_empty() {
        return Err(CmeError::INCORRECT_PARAMETERS);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(name: &str, value: u32) -> AtCommand {
        AtCommand::Basic {
            name: name.to_owned(),
            value,
        }
    }

    fn extended(name: &str, form: Form) -> AtCommand {
        AtCommand::Extended {
            name: name.to_owned(),
            form,
        }
    }

    #[test]
    fn a_line_is_split_into_commands() {
        assert_eq!(parse(""), Some(vec![]));
        assert_eq!(
            parse("e0 V1&c1S3=13;+cmee=1;+CPIN?"),
            Some(vec![
                basic("E", 0),
                basic("V", 1),
                basic("&C", 1),
                AtCommand::Register,
                extended("+CMEE", Form::Set(vec!["1".to_owned()])),
                extended("+CPIN", Form::Read),
            ])
        );
        assert_eq!(
            parse("+A=1,\"x;,y\",,z;+B=?;^C"),
            Some(vec![
                extended(
                    "+A",
                    Form::Set(["1", "x;,y", "", "z"].map(str::to_owned).to_vec())
                ),
                extended("+B", Form::Test),
                extended("^C", Form::Execute),
            ])
        );
    }

    #[test]
    fn what_is_no_command_is_refused() {
        for text in ["1", "E99999999999", "&", "S3", "\u{e4}", "+A?B=1"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn counted_bytes_have_to_be_as_many() {
        let parameters = |text: &[&str]| text.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            counted_bytes(&parameters(&["4", "0070"]), 0),
            Ok(vec![0x00, 0x70])
        );
        for wrong in [
            &["4", "00"][..],
            &["4"],
            &["3", "007"],
            &["4", "0070", "1"],
            &["0", ""],
        ] {
            assert_eq!(
                counted_bytes(&parameters(wrong), 0),
                Err(CmeError::INCORRECT_PARAMETERS),
                "{wrong:?}"
            );
        }
    }
}

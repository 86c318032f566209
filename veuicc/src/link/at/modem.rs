// SPDX-License-Identifier: MIT OR Apache-2.0
//! The modem: bytes of the terminal in, bytes for the terminal out. Nothing unsolicited.

use super::super::{Slot, reader};
use super::error::CmeError;
use super::line::{self, AtCommand, Form};
use super::sim;
use crate::card::Reset;
use crate::status_word::StatusWord;

/// Longest command line: an extended command APDU in hex, and its command.
const LONGEST_LINE: usize = 2 * 0x1_0010 + 64;
/// IMEI of test equipment.
const IMEI: &str = "004999010640000";
/// Highest session number of `+CGLA`: the logical channel.
const HIGHEST_SESSION: u8 = 19;

/// How a modem differs from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ModemOptions {
    /// `+CCHO` answers the session alone, without its `+CCHO: ` before it.
    pub bare_session: bool,
}

/// A modem with the card of a slot.
#[derive(Debug)]
pub struct Modem {
    pub(super) slot: Slot,
    options: ModemOptions,
    line: Vec<u8>,
    too_long: bool,
    echo: bool,
    /// `+CMEE`: 0 `ERROR`, 1 codes, 2 text.
    errors: u8,
}

/// Information lines of an answer.
type Lines = Vec<String>;
/// One extended command.
type Handler = fn(&mut Modem, &Form) -> Result<Lines, CmeError>;

/// Every extended command.
const COMMANDS: &[(&str, Handler)] = &[
    ("+CCHC", close_session),
    ("+CCHO", open_session),
    ("+CCID", |modem, form| sim::iccid(modem, "+CCID", form)),
    ("+CFUN", functionality),
    ("+CGLA", session_access),
    ("+CGMI", |_, form| identify(form, "veuicc")),
    ("+CGMM", |_, form| identify(form, "virtual modem")),
    ("+CGMR", |_, form| identify(form, env!("CARGO_PKG_VERSION"))),
    ("+CGSN", |_, form| identify(form, IMEI)),
    ("+CIMI", sim::imsi),
    ("+CMEE", error_form),
    ("+CPIN", sim::pin),
    ("+CRSM", sim::restricted_access),
    ("+CSIM", generic_access),
    ("+GCAP", |_, form| identify(form, "+GCAP: +CGSM")),
    ("+GMI", |_, form| identify(form, "veuicc")),
    ("+GMM", |_, form| identify(form, "virtual modem")),
    ("+GMR", |_, form| identify(form, env!("CARGO_PKG_VERSION"))),
    ("+GSN", |_, form| identify(form, IMEI)),
    ("+ICCID", |modem, form| sim::iccid(modem, "+ICCID", form)),
];

/// Why a command line ended.
enum Failed {
    /// `ERROR`: not a command.
    Line,
    /// `+CME ERROR`.
    Command(CmeError),
}

impl From<CmeError> for Failed {
    fn from(error: CmeError) -> Self {
        Self::Command(error)
    }
}

impl Modem {
    /// A modem that echoes and answers `ERROR` without a reason, as after power on.
    #[must_use]
    pub fn new(slot: Slot, options: ModemOptions) -> Self {
        Self {
            slot,
            options,
            line: Vec::new(),
            too_long: false,
            echo: true,
            errors: 0,
        }
    }

    /// Takes what the terminal sent and returns what it gets.
    #[must_use]
    pub fn receive(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for &byte in bytes {
            if self.echo {
                out.push(byte);
            }
            match byte {
                b'\r' => self.end_of_line(&mut out),
                b'\n' => {}
                0x08 | 0x7F => drop(self.line.pop()),
                _ if self.line.len() >= LONGEST_LINE => self.too_long = true,
                _ => self.line.push(byte),
            }
        }
        out
    }

    fn end_of_line(&mut self, out: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.line);
        let too_long = std::mem::take(&mut self.too_long);
        let Some((prefix, body)) = line.split_at_checked(2) else {
            return;
        };
        // everything else is noise on the line
        if !prefix.eq_ignore_ascii_case(b"AT") {
            return;
        }
        let mut lines = Vec::new();
        let outcome = match std::str::from_utf8(body) {
            Ok(body) if !too_long => self.execute(body, &mut lines),
            Ok(_) | Err(_) => Err(Failed::Line),
        };
        lines.push(self.result_code(&outcome));
        for line in lines {
            out.extend_from_slice(format!("\r\n{line}\r\n").as_bytes());
        }
    }

    /// The commands of a line in order, up to the first that fails.
    fn execute(&mut self, body: &str, lines: &mut Lines) -> Result<(), Failed> {
        for command in line::parse(body).ok_or(Failed::Line)? {
            match command {
                AtCommand::Basic { name, value } => self.basic(&name, value, lines)?,
                AtCommand::Register => {}
                AtCommand::Extended { name, form } => {
                    let handler = COMMANDS.iter().find(|(known, _)| *known == name);
                    let (_, handler) = handler.ok_or(Failed::Line)?;
                    lines.extend(handler(self, &form)?);
                }
            }
        }
        Ok(())
    }

    fn basic(&mut self, name: &str, value: u32, lines: &mut Lines) -> Result<(), Failed> {
        match (name, value) {
            ("E", 0 | 1) => self.echo = value == 1,
            ("I", _) => lines.push(format!("veuicc {}", env!("CARGO_PKG_VERSION"))),
            ("Z" | "&F", _) => *self = Self::new(self.slot.clone(), self.options),
            // there is no call and no line: how they would be signalled changes nothing
            ("V", 1) | ("Q", 0) | ("X" | "&C" | "&D" | "&K" | "&W" | "L" | "M", _) => {}
            _ => return Err(Failed::Line),
        }
        Ok(())
    }

    fn result_code(&self, outcome: &Result<(), Failed>) -> String {
        match (outcome, self.errors) {
            (Ok(()), _) => "OK".to_owned(),
            (Err(Failed::Command(error)), 1) => format!("+CME ERROR: {}", error.0),
            (Err(Failed::Command(error)), 2) => format!("+CME ERROR: {}", error.text()),
            (Err(_), _) => "ERROR".to_owned(),
        }
    }
}

/// The parameters of a set command; nothing for a test command, which says that it is known.
pub(super) fn set(form: &Form) -> Result<Option<&[String]>, CmeError> {
    match form {
        Form::Set(parameters) => Ok(Some(parameters)),
        Form::Test => Ok(None),
        Form::Execute | Form::Read => Err(CmeError::NOT_SUPPORTED),
    }
}

fn identify(form: &Form, text: &str) -> Result<Lines, CmeError> {
    match form {
        Form::Execute => Ok(vec![text.to_owned()]),
        Form::Test => Ok(Lines::new()),
        Form::Read | Form::Set(_) => Err(CmeError::NOT_SUPPORTED),
    }
}

/// `+CMEE` (TS 27.007 §9.1).
fn error_form(modem: &mut Modem, form: &Form) -> Result<Lines, CmeError> {
    match form {
        Form::Read => Ok(vec![format!("+CMEE: {}", modem.errors)]),
        Form::Test => Ok(vec!["+CMEE: (0-2)".to_owned()]),
        Form::Execute => Err(CmeError::INCORRECT_PARAMETERS),
        Form::Set(parameters) => match line::number(parameters, 0)? {
            value @ 0..=2 => {
                modem.errors = value;
                Ok(Lines::new())
            }
            _ => Err(CmeError::INCORRECT_PARAMETERS),
        },
    }
}

/// `+CFUN` (TS 27.007 §8.2): with a second parameter of 1 the modem starts again, and the card with
/// it.
fn functionality(modem: &mut Modem, form: &Form) -> Result<Lines, CmeError> {
    match form {
        Form::Read => Ok(vec!["+CFUN: 1".to_owned()]),
        Form::Test => Ok(vec!["+CFUN: (0,1,4),(0,1)".to_owned()]),
        Form::Execute => Err(CmeError::INCORRECT_PARAMETERS),
        Form::Set(parameters) => {
            let wanted: u8 = line::number(parameters, 0)?;
            let restart: u8 = line::number(parameters, 1)?;
            if !matches!((wanted, restart), (0 | 1 | 4, 0 | 1)) {
                return Err(CmeError::INCORRECT_PARAMETERS);
            }
            if wanted == 0 || restart == 1 {
                modem
                    .slot
                    .reset(Reset::Cold)
                    .ok_or(CmeError::NOT_INSERTED)?;
            }
            Ok(Lines::new())
        }
    }
}

/// `+CSIM` (TS 27.007 §8.17): the command as it is, the answer as it comes.
fn generic_access(modem: &mut Modem, form: &Form) -> Result<Lines, CmeError> {
    let Some(parameters) = set(form)? else {
        return Ok(Lines::new());
    };
    let command = line::counted_bytes(parameters, 0)?;
    Ok(vec![counted("+CSIM", &modem.transmit(&command)?)])
}

/// `+CCHO` (TS 27.007 §8.45): a logical channel with that application; the session is the channel.
fn open_session(modem: &mut Modem, form: &Form) -> Result<Lines, CmeError> {
    let Some(parameters) = set(form)? else {
        return Ok(Lines::new());
    };
    let aid = line::bytes(parameters, 0)?;
    if !(1..=16).contains(&aid.len()) {
        return Err(CmeError::INCORRECT_PARAMETERS);
    }
    let opened = reader::open_channel(&modem.slot, &aid).ok_or_else(|| modem.silence())?;
    let session = opened.map_err(|status| match status {
        StatusWord::FILE_NOT_FOUND => CmeError::NOT_FOUND,
        _ => CmeError::NOT_ALLOWED,
    })?;
    let prefix = if modem.options.bare_session {
        ""
    } else {
        "+CCHO: "
    };
    Ok(vec![format!("{prefix}{session}")])
}

/// `+CGLA` (TS 27.007 §8.43): a command on the channel of a session.
fn session_access(modem: &mut Modem, form: &Form) -> Result<Lines, CmeError> {
    let Some(parameters) = set(form)? else {
        return Ok(Lines::new());
    };
    let session = session(parameters)?;
    let mut command = line::counted_bytes(parameters, 1)?;
    if let Some(cla) = command.first_mut() {
        *cla = reader::class_on(session, *cla);
    }
    Ok(vec![counted("+CGLA", &modem.transmit(&command)?)])
}

/// `+CCHC` (TS 27.007 §8.46): closes the channel of a session.
fn close_session(modem: &mut Modem, form: &Form) -> Result<Lines, CmeError> {
    let Some(parameters) = set(form)? else {
        return Ok(Lines::new());
    };
    let session = session(parameters)?;
    let status = reader::close_channel(&modem.slot, session).ok_or_else(|| modem.silence())?;
    if status.is_success() {
        Ok(vec!["+CCHC".to_owned()])
    } else {
        Err(CmeError::NOT_FOUND)
    }
}

fn session(parameters: &[String]) -> Result<u8, CmeError> {
    let given = parameters.first().is_some_and(|text| !text.is_empty());
    let session = line::number(parameters, 0)?;
    if given && session <= HIGHEST_SESSION {
        Ok(session)
    } else {
        Err(CmeError::INCORRECT_PARAMETERS)
    }
}

fn counted(name: &str, response: &[u8]) -> String {
    let digits = hex::encode_upper(response);
    format!("{name}: {},\"{digits}\"", digits.len())
}

impl Modem {
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, CmeError> {
        let response = self.slot.transmit(command);
        response
            .filter(|response| !response.is_empty())
            .ok_or_else(|| self.silence())
    }

    /// Why there is no answer. A card that has lost its power is given power again, as a modem does
    /// with a card that has gone mute; its channels are closed then.
    pub(super) fn silence(&self) -> CmeError {
        match self.slot.reset(Reset::Cold) {
            Some(_) => CmeError::SIM_FAILURE,
            None => CmeError::NOT_INSERTED,
        }
    }
}

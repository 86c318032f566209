// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files and PIN of the UICC, which the modem reaches on the basic channel.
//!
//! Trap: a file is named by its identifier, with its path or without; without, the modem looks
//! where files of that kind usually are.

use super::super::reader::{self, is_done};
use super::error::CmeError;
use super::line::{self, Form};
use super::modem::{Modem, set};
use crate::status_word::StatusWord;

/// Start of every USIM's AID (TS 101 220 Annex E).
const USIM: [u8; 7] = [0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02];
/// The ADF that is selected (TS 102 221 §8.3).
const CURRENT_ADF: [u8; 2] = [0x7F, 0xFF];
const MF: [u8; 2] = [0x3F, 0x00];
const EF_ICCID: [u8; 2] = [0x2F, 0xE2];
const EF_IMSI: [u8; 2] = [0x6F, 0x07];

/// Where files live whose identifier begins with that byte (TS 31.102 §4.7).
const USUAL_PLACES: &[(u8, &[&[u8]])] = &[
    (0x6F, &[&CURRENT_ADF, &[0x7F, 0x10], &[0x7F, 0x20]]),
    (
        0x4F,
        &[
            &[0x7F, 0xFF, 0x5F, 0xC0],
            &[0x7F, 0x10, 0x5F, 0x3A],
            &[0x7F, 0x10, 0x5F, 0x50],
        ],
    ),
];

/// What a card said: data and status word.
type Answer = (Vec<u8>, StatusWord);

/// `+CRSM` (TS 27.007 §8.18).
pub(super) fn restricted_access(modem: &mut Modem, form: &Form) -> Result<Vec<String>, CmeError> {
    let Some(parameters) = set(form)? else {
        return Ok(Vec::new());
    };
    let given = |index| {
        parameters
            .get(index)
            .is_some_and(|it: &String| !it.is_empty())
    };
    let (command, file): (u8, u16) = (line::number(parameters, 0)?, line::number(parameters, 1)?);
    let p1: u8 = line::number(parameters, 2)?;
    let p2: u8 = line::number(parameters, 3)?;
    let p3: u8 = line::number(parameters, 4)?;
    let data = line::bytes(parameters, 5)?;
    let path = line::bytes(parameters, 6)?;
    if !given(0) || path.len() % 2 != 0 || (!given(1) && command != 242) {
        return Err(CmeError::INCORRECT_PARAMETERS);
    }
    let apdu = match command {
        176 => vec![0x00, 0xB0, p1, p2, p3],
        178 => vec![0x00, 0xB2, p1, p2, p3],
        192 => Vec::new(),
        214 => with_data([0x00, 0xD6, p1, p2, p3], &data)?,
        220 => with_data([0x00, 0xDC, p1, p2, p3], &data)?,
        242 => vec![0x80, 0xF2, p1, p2, p3],
        _ => return Err(CmeError::NOT_SUPPORTED),
    };
    let selected = if given(1) {
        modem.select(file.to_be_bytes(), &path)?
    } else {
        (Vec::new(), StatusWord::OK)
    };
    // the answer to GET RESPONSE is what SELECT says about the file
    let answer = if is_done(selected.1) && !apdu.is_empty() {
        modem.exchange(&apdu)?
    } else {
        selected
    };
    Ok(vec![crsm(&answer)])
}

fn with_data(header: [u8; 5], data: &[u8]) -> Result<Vec<u8>, CmeError> {
    let [.., p3] = header;
    if data.is_empty() || data.len() != usize::from(p3) {
        return Err(CmeError::INCORRECT_PARAMETERS);
    }
    Ok([header.as_slice(), data].concat())
}

fn crsm((data, status): &Answer) -> String {
    let [sw1, sw2] = status.to_bytes();
    if data.is_empty() {
        format!("+CRSM: {sw1},{sw2}")
    } else {
        format!("+CRSM: {sw1},{sw2},\"{}\"", hex::encode_upper(data))
    }
}

impl Modem {
    fn exchange(&self, command: &[u8]) -> Result<Answer, CmeError> {
        reader::exchange(&self.slot, command).ok_or_else(|| self.silence())
    }

    /// Selects a file under that path, or where it usually is.
    fn select(&self, file: [u8; 2], path: &[u8]) -> Result<Answer, CmeError> {
        if !path.is_empty() {
            return self.select_path(&[path, &file].concat());
        }
        let [kind, _] = file;
        let places = USUAL_PLACES.iter().find(|(first, _)| *first == kind);
        let places = places.map_or(&[&[] as &[u8]][..], |(_, places)| places);
        let mut answer = (Vec::new(), StatusWord::FILE_NOT_FOUND);
        for place in places {
            answer = self.select_path(&[place, file.as_slice()].concat())?;
            if is_done(answer.1) {
                break;
            }
        }
        Ok(answer)
    }

    /// SELECT by path from the MF, after the USIM when the path leads through it.
    fn select_path(&self, path: &[u8]) -> Result<Answer, CmeError> {
        let path = path.strip_prefix(&MF).unwrap_or(path);
        if path.is_empty() {
            return self.exchange(&[0x00, 0xA4, 0x00, 0x04, 2, 0x3F, 0x00, 0x00]);
        }
        let length = u8::try_from(path.len()).map_err(|_| CmeError::INCORRECT_PARAMETERS)?;
        let mut select = vec![0x00, 0xA4, 0x08, 0x04, length];
        select.extend_from_slice(path);
        select.push(0x00);
        let answer = self.exchange(&select)?;
        if is_done(answer.1) || !path.starts_with(&CURRENT_ADF) {
            return Ok(answer);
        }
        let mut usim = vec![0x00, 0xA4, 0x04, 0x0C, 7];
        usim.extend_from_slice(&USIM);
        let (_, status) = self.exchange(&usim)?;
        if !is_done(status) {
            return Ok((Vec::new(), status));
        }
        self.exchange(&select)
    }

    fn read(&self, file: [u8; 2]) -> Result<Vec<u8>, CmeError> {
        let (_, selected) = self.select(file, &[])?;
        if !is_done(selected) {
            return Err(CmeError::SIM_FAILURE);
        }
        let (data, status) = self.exchange(&[0x00, 0xB0, 0x00, 0x00, 0x00])?;
        if is_done(status) {
            Ok(data)
        } else {
            Err(CmeError::SIM_FAILURE)
        }
    }

    fn verify(&self, pin: &[u8]) -> Result<StatusWord, CmeError> {
        let mut command = vec![0x00, 0x20, 0x00, 0x01];
        if !pin.is_empty() {
            let mut padded = pin.to_vec();
            padded.resize(8, 0xFF);
            command.push(8);
            command.append(&mut padded);
        }
        Ok(self.exchange(&command)?.1)
    }

    /// What the PIN hides tells whether it is wanted: EF.IMSI.
    fn pin_state(&self) -> Result<&'static str, CmeError> {
        let (_, selected) = self.select(EF_IMSI, &[])?;
        if !is_done(selected) {
            return Err(CmeError::SIM_FAILURE);
        }
        let (_, read) = self.exchange(&[0x00, 0xB0, 0x00, 0x00, 0x01])?;
        if is_done(read) {
            return Ok("READY");
        }
        match self.verify(&[])?.to_bytes() {
            [0x63, counter] if counter & 0x0F != 0 => Ok("SIM PIN"),
            [0x63, _] | [0x69, 0x83] => Ok("SIM PUK"),
            _ => Err(CmeError::SIM_FAILURE),
        }
    }
}

/// `+CPIN` (TS 27.007 §8.3).
pub(super) fn pin(modem: &mut Modem, form: &Form) -> Result<Vec<String>, CmeError> {
    match form {
        Form::Test => Ok(Vec::new()),
        Form::Execute => Err(CmeError::INCORRECT_PARAMETERS),
        Form::Read => Ok(vec![format!("+CPIN: {}", modem.pin_state()?)]),
        Form::Set(parameters) => {
            let pin = parameters.first().map_or("", String::as_str);
            let digits = pin.bytes().all(|byte| byte.is_ascii_digit());
            if !(4..=8).contains(&pin.len()) || !digits || parameters.len() != 1 {
                return Err(CmeError::INCORRECT_PARAMETERS);
            }
            match modem.verify(pin.as_bytes())?.to_bytes() {
                [0x90, 0x00] => Ok(Vec::new()),
                [0x63, counter] if counter & 0x0F != 0 => Err(CmeError::INCORRECT_PASSWORD),
                [0x63, _] | [0x69, 0x83] => Err(CmeError::PUK_REQUIRED),
                _ => Err(CmeError::NOT_ALLOWED),
            }
        }
    }
}

/// `+CIMI` (TS 27.007 §5.6).
pub(super) fn imsi(modem: &mut Modem, form: &Form) -> Result<Vec<String>, CmeError> {
    if *form == Form::Test {
        return Ok(Vec::new());
    }
    let content = modem.read(EF_IMSI)?;
    // the first digit is behind a nibble of parity (TS 31.102 §4.2.2)
    let digits = content.get(1..).map(swapped_digits).unwrap_or_default();
    Ok(vec![digits.get(1..).unwrap_or_default().to_owned()])
}

/// ICCID of the enabled profile; modems name the command differently.
pub(super) fn iccid(modem: &Modem, name: &str, form: &Form) -> Result<Vec<String>, CmeError> {
    if *form == Form::Test {
        return Ok(Vec::new());
    }
    let digits = swapped_digits(&modem.read(EF_ICCID)?);
    Ok(vec![format!("{name}: {digits}")])
}

/// Digits with the lower nibble first, up to the filler.
fn swapped_digits(bytes: &[u8]) -> String {
    let nibbles = bytes.iter().flat_map(|byte| [byte & 0x0F, byte >> 4]);
    nibbles
        .map_while(|nibble| char::from_digit(u32::from(nibble), 10))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_swapped_up_to_the_filler() {
        assert_eq!(swapped_digits(&[0x98, 0x10, 0xF2]), "89012");
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
//! Command APDUs in cases 1 to 4, short and extended, and response APDUs.
//!
//! A five-byte command is case 2: `80 12 00 00 00` asks for 256 bytes. Terminals that send a case 1
//! command with a trailing `00` (T=0) look the same, which does no harm: they get no data.

use crate::status_word::StatusWord;

/// A command APDU (ISO/IEC 7816-4 §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CommandApdu<'a> {
    /// Class byte.
    pub cla: u8,
    /// Instruction byte.
    pub ins: u8,
    /// Parameter byte 1.
    pub p1: u8,
    /// Parameter byte 2.
    pub p2: u8,
    /// Command data, empty in cases 1 and 2.
    pub data: &'a [u8],
    /// Most bytes the terminal takes in the answer; absent in cases 1 and 3.
    pub ne: Option<usize>,
}

/// What is wrong with the shape of a command APDU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApduError {
    /// Fewer bytes than a header.
    #[error("expected at least 4 bytes of header, got {0}")]
    Header(usize),
    /// Lc and the bytes that follow do not fit together.
    #[error("expected Lc {lc} to be followed by as many bytes and at most an Le, got {rest}")]
    Body {
        /// The length announced.
        lc: usize,
        /// The bytes present after it.
        rest: usize,
    },
}

impl<'a> CommandApdu<'a> {
    /// Reads a command APDU.
    ///
    /// # Errors
    /// When the length fields do not describe the bytes.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, ApduError> {
        let (&[cla, ins, p1, p2], body) = bytes
            .split_first_chunk()
            .ok_or(ApduError::Header(bytes.len()))?;
        let command = Self {
            cla,
            ins,
            p1,
            p2,
            data: &[],
            ne: None,
        };
        match body {
            [] => Ok(command),
            &[le] => Ok(Self {
                ne: Some(short_le(le)),
                ..command
            }),
            [0, rest @ ..] => command.extended(rest),
            &[lc, ref rest @ ..] => {
                let lc = usize::from(lc);
                let (data, le) = rest.split_at_checked(lc).ok_or(ApduError::Body {
                    lc,
                    rest: rest.len(),
                })?;
                match *le {
                    [] => Ok(Self { data, ..command }),
                    [le] => Ok(Self {
                        data,
                        ne: Some(short_le(le)),
                        ..command
                    }),
                    _ => Err(ApduError::Body {
                        lc,
                        rest: rest.len(),
                    }),
                }
            }
        }
    }

    /// The header.
    pub(crate) fn header(&self) -> [u8; 4] {
        [self.cla, self.ins, self.p1, self.p2]
    }

    /// The body after the `00` that announces extended length fields.
    fn extended(self, body: &'a [u8]) -> Result<Self, ApduError> {
        let (&length, rest) = body.split_first_chunk::<2>().ok_or(ApduError::Body {
            lc: 0,
            rest: body.len(),
        })?;
        let length = u16::from_be_bytes(length);
        if rest.is_empty() {
            return Ok(Self {
                ne: Some(extended_le(length)),
                ..self
            });
        }
        let lc = usize::from(length);
        let bad = ApduError::Body {
            lc,
            rest: rest.len(),
        };
        let (data, le) = rest.split_at_checked(lc).ok_or(bad)?;
        match *le {
            [] if lc > 0 => Ok(Self { data, ..self }),
            [high, low] if lc > 0 => {
                let ne = Some(extended_le(u16::from_be_bytes([high, low])));
                Ok(Self { data, ne, ..self })
            }
            _ => Err(bad),
        }
    }
}

fn short_le(le: u8) -> usize {
    if le == 0 { 256 } else { usize::from(le) }
}

fn extended_le(le: u16) -> usize {
    if le == 0 { 65_536 } else { usize::from(le) }
}

/// Answer of a command before it is cut to what the terminal can take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Response {
    /// Response data.
    pub(crate) data: Vec<u8>,
    /// Status after the last byte of data.
    pub(crate) status: StatusWord,
}

impl Response {
    /// Only a status word.
    pub(crate) fn status(status: StatusWord) -> Self {
        Self {
            data: Vec::new(),
            status,
        }
    }

    /// Data and `9000`.
    pub(crate) fn data(data: Vec<u8>) -> Self {
        Self {
            data,
            status: StatusWord::OK,
        }
    }

    /// The bytes of the response APDU.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        let mut bytes = self.data;
        bytes.extend_from_slice(&self.status.to_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(hex: &str) -> Result<(Vec<u8>, Option<usize>), ApduError> {
        let bytes = hex::decode(hex.replace(' ', "")).unwrap();
        CommandApdu::parse(&bytes).map(|command| (command.data.to_vec(), command.ne))
    }

    #[test]
    fn cases_1_to_4_short() {
        assert_eq!(parse("00A40400"), Ok((vec![], None)));
        assert_eq!(parse("00A4040000"), Ok((vec![], Some(256))));
        assert_eq!(parse("00A4040005"), Ok((vec![], Some(5))));
        assert_eq!(parse("00A40400 02 3F00"), Ok((vec![0x3F, 0], None)));
        assert_eq!(parse("00A40400 02 3F00 10"), Ok((vec![0x3F, 0], Some(16))));
    }

    #[test]
    fn cases_2_to_4_extended() {
        assert_eq!(parse("00A40400 000000"), Ok((vec![], Some(65_536))));
        assert_eq!(parse("00A40400 000102"), Ok((vec![], Some(258))));
        assert_eq!(parse("00A40400 000002 3F00"), Ok((vec![0x3F, 0], None)));
        assert_eq!(
            parse("00A40400 000002 3F00 0000"),
            Ok((vec![0x3F, 0], Some(65_536)))
        );
    }

    #[test]
    fn lengths_that_lie_are_refused() {
        for hex in [
            "",
            "00A404",
            "00A40400 0210",
            "00A40400 02 3F00 0000",
            "00A40400 0001",
            "00A40400 000003 3F00",
            "00A40400 000002 3F00 00",
            "00A40400 000000 00",
        ] {
            assert!(parse(hex).is_err(), "{hex}");
        }
    }
}

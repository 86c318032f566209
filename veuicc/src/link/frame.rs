// SPDX-License-Identifier: MIT OR Apache-2.0
//! Frames of APDUs on a stream: a 2-byte big-endian length and as many bytes.
//!
//! A command APDU goes to the card, a response APDU comes back. An empty frame resets the card and
//! is answered with its ATR; an empty answer says that the card is out, or that it did not answer.

use std::io::{BufReader, ErrorKind, Read, Write};

use super::Slot;
use crate::card::Reset;

/// Serves one stream until its end.
///
/// # Errors
/// When the stream fails, or ends in the middle of a frame.
pub fn serve(reader: impl Read, mut writer: impl Write, slot: &Slot) -> std::io::Result<()> {
    let mut reader = BufReader::new(reader);
    while let Some(command) = read_frame(&mut reader)? {
        let response = if command.is_empty() {
            slot.reset(Reset::Cold)
        } else {
            slot.transmit(&command)
        };
        write_frame(&mut writer, &response.unwrap_or_default())?;
    }
    Ok(())
}
/// Reads a frame; nothing at the end of the stream.
///
/// # Errors
/// When the stream fails or ends inside a frame.
pub fn read_frame(reader: &mut impl Read) -> std::io::Result<Option<Vec<u8>>> {
    let mut length = [0; 2];
    let [first, second] = &mut length;
    loop {
        match reader.read(std::slice::from_mut(first)) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    reader.read_exact(std::slice::from_mut(second))?;
    let mut frame = vec![0; usize::from(u16::from_be_bytes(length))];
    reader.read_exact(&mut frame)?;
    Ok(Some(frame))
}

/// Writes a frame in one go.
///
/// # Errors
/// When the stream fails, or the bytes do not fit into a frame.
pub fn write_frame(writer: &mut impl Write, bytes: &[u8]) -> std::io::Result<()> {
    let length = u16::try_from(bytes.len()).map_err(|_| {
        std::io::Error::new(
            ErrorKind::InvalidData,
            format!(
                "expected at most 65535 bytes in a frame, got {}",
                bytes.len()
            ),
        )
    })?;
    let mut frame = length.to_be_bytes().to_vec();
    frame.extend_from_slice(bytes);
    writer.write_all(&frame)?;
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_survive_the_way() {
        let mut wire = Vec::new();
        write_frame(&mut wire, &[1, 2, 3]).unwrap();
        write_frame(&mut wire, &[]).unwrap();
        assert_eq!(hex::encode(&wire), "00030102030000");
        let mut reader = wire.as_slice();
        assert_eq!(read_frame(&mut reader).unwrap(), Some(vec![1, 2, 3]));
        assert_eq!(read_frame(&mut reader).unwrap(), Some(vec![]));
        assert_eq!(read_frame(&mut reader).unwrap(), None);
    }

    #[test]
    fn a_cut_frame_is_an_error() {
        assert!(read_frame(&mut [0, 3, 1].as_slice()).is_err());
        assert!(read_frame(&mut [0].as_slice()).is_err());
        assert!(write_frame(&mut Vec::new(), &vec![0; 65_536]).is_err());
    }
}

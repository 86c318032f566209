// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a terminal does: readers, cards, commands.

use std::ffi::{CString, c_char};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::api::{
    Api, Code, Dword, Handle, INFINITE, IoRequest, LIBRARY, Long, ReaderState, SCOPE_SYSTEM,
    SHARE_SHARED, STATE_PRESENT,
};

/// Longest response: extended length with its status word, and some room.
const LONGEST: usize = 0x1_000C;

/// Why something did not work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The library is not there.
    #[error("expected the PC/SC library {name}: {source}")]
    Library {
        /// Its name.
        name: String,
        /// What the loader said.
        source: libloading::Error,
    },
    /// A function failed.
    #[error("{function}: {code}")]
    Function {
        /// Which.
        function: &'static str,
        /// How.
        code: Code,
    },
    /// An answer that is none: what a driver makes of a card that left during the command.
    #[error("SCardTransmit: expected data and a status word, got {0} bytes; the card may be gone")]
    Answer(usize),
    /// A name with a zero byte in it.
    #[error("expected a reader name without zero bytes")]
    Name,
}

impl Error {
    /// The code of a function that failed.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Function { code, .. } => Some(*code),
            Self::Library { .. } | Self::Answer(_) | Self::Name => None,
        }
    }
}

fn check(function: &'static str, code: Long) -> Result<(), Error> {
    // codes are 32 bits wide, whatever the type
    match u32::try_from(code & 0xFFFF_FFFF) {
        Ok(0) => Ok(()),
        Ok(code) => Err(Error::Function {
            function,
            code: Code(code),
        }),
        Err(_) => Err(Error::Function {
            function,
            code: Code(u32::MAX),
        }),
    }
}

/// What happens to the card when somebody lets go of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// Nothing.
    Leave = 0,
    /// A warm reset.
    Reset = 1,
    /// Power off; connecting again gives a cold reset.
    Unpower = 2,
}

impl Disposition {
    fn value(self) -> Dword {
        match self {
            Self::Leave => 0,
            Self::Reset => 1,
            Self::Unpower => 2,
        }
    }
}

/// Transmission protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// T=0, bytes.
    T0 = 1,
    /// T=1, blocks.
    T1 = 2,
    /// Either of them.
    Any = 3,
}

impl Protocol {
    fn value(self) -> Dword {
        match self {
            Self::T0 => 1,
            Self::T1 => 2,
            Self::Any => 3,
        }
    }
}

/// Whether a card is in a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// A card with that answer to reset.
    Present(Vec<u8>),
    /// None.
    Empty,
}

struct Inner {
    api: Api,
    handle: Handle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // SAFETY: the handle is ours and is not used again
        unsafe { (self.api.release)(self.handle) };
    }
}

/// A connection to the PC/SC service.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Context").field(&self.0.handle).finish()
    }
}

impl Context {
    /// Loads the library and connects to the service.
    ///
    /// # Errors
    /// When there is no library, or no service.
    pub fn establish() -> Result<Self, Error> {
        Self::with_library(LIBRARY)
    }

    /// As [`Self::establish`], with a library of another name.
    ///
    /// # Errors
    /// When there is no such library, or no service.
    pub fn with_library(name: &str) -> Result<Self, Error> {
        let api = Api::load(name).map_err(|source| Error::Library {
            name: name.to_owned(),
            source,
        })?;
        let mut handle = 0;
        let null = std::ptr::null();
        // SAFETY: the result goes to a variable of its type
        let code = unsafe { (api.establish)(SCOPE_SYSTEM, null, null, &raw mut handle) };
        check("SCardEstablishContext", code)?;
        Ok(Self(Arc::new(Inner { api, handle })))
    }

    /// The names of all readers.
    ///
    /// # Errors
    /// When the service fails; a service without readers has none.
    pub fn readers(&self) -> Result<Vec<String>, Error> {
        let mut length: Dword = 0x1_0000;
        let mut names = vec![0_u8; 0x1_0000];
        // SAFETY: the buffer is as long as `length` says
        let code = unsafe {
            (self.0.api.list)(
                self.0.handle,
                std::ptr::null(),
                names.as_mut_ptr().cast::<c_char>(),
                &raw mut length,
            )
        };
        match check("SCardListReaders", code) {
            Err(error) if error.code() == Some(Code::NO_READERS) => return Ok(Vec::new()),
            other => other?,
        }
        names.truncate(usize::try_from(length).unwrap_or(0));
        Ok(names
            .split(|byte| *byte == 0)
            .filter(|name| !name.is_empty())
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect())
    }

    /// Waits until the state of a reader is another one than `known`, and returns it with its
    /// state; 0 is known to nobody and returns at once.
    fn status_change(
        &self,
        reader: &str,
        known: Dword,
        most: Option<Duration>,
    ) -> Result<(Dword, Presence), Error> {
        let name = CString::new(reader).map_err(|_| Error::Name)?;
        let mut state = ReaderState::new(name.as_ptr(), known);
        let most = most.map_or(INFINITE, |most| {
            Dword::try_from(most.as_millis()).unwrap_or(INFINITE)
        });
        // SAFETY: one state, whose name outlives the call
        let code = unsafe { (self.0.api.status_change)(self.0.handle, most, &raw mut state, 1) };
        check("SCardGetStatusChange", code)?;
        let presence = if state.event & STATE_PRESENT == 0 {
            Presence::Empty
        } else {
            let length = usize::try_from(state.atr_length).unwrap_or(0);
            let atr = state.atr.get(..length).unwrap_or_default();
            Presence::Present(atr.to_vec())
        };
        // the upper half counts events
        Ok((state.event & !2, presence))
    }

    /// Whether a card is in that reader now.
    ///
    /// # Errors
    /// When there is no such reader.
    pub fn presence(&self, reader: &str) -> Result<Presence, Error> {
        Ok(self.status_change(reader, 0, Some(Duration::ZERO))?.1)
    }

    /// Waits until a card is in that reader and returns its answer to reset.
    ///
    /// # Errors
    /// When it takes longer than `most`, or the service fails.
    pub fn wait_for_card(&self, reader: &str, most: Duration) -> Result<Vec<u8>, Error> {
        self.wait(reader, most, |presence| match presence {
            Presence::Present(atr) => Some(atr),
            Presence::Empty => None,
        })
    }

    /// Waits until no card is in that reader.
    ///
    /// # Errors
    /// When it takes longer than `most`, or the service fails.
    pub fn wait_for_removal(&self, reader: &str, most: Duration) -> Result<(), Error> {
        self.wait(reader, most, |presence| {
            (presence == Presence::Empty).then_some(())
        })
    }

    fn wait<T>(
        &self,
        reader: &str,
        most: Duration,
        wanted: impl Fn(Presence) -> Option<T>,
    ) -> Result<T, Error> {
        let start = Instant::now();
        let mut known = 0;
        loop {
            let left = most.saturating_sub(start.elapsed());
            let (state, presence) = self.status_change(reader, known, Some(left))?;
            if let Some(found) = wanted(presence) {
                return Ok(found);
            }
            known = state;
        }
    }

    /// Connects to the card in a reader, together with others.
    ///
    /// # Errors
    /// When there is no such reader or no card in it.
    pub fn connect(&self, reader: &str) -> Result<Card, Error> {
        self.connect_over(reader, Protocol::Any)
    }

    /// As [`Self::connect`], over that protocol.
    ///
    /// # Errors
    /// When there is no such reader, no card in it, or the card does not have the protocol.
    pub fn connect_over(&self, reader: &str, wanted: Protocol) -> Result<Card, Error> {
        let name = CString::new(reader).map_err(|_| Error::Name)?;
        let (mut handle, mut protocol) = (0, 0);
        // SAFETY: the name outlives the call, the results go to variables of their types
        let code = unsafe {
            (self.0.api.connect)(
                self.0.handle,
                name.as_ptr(),
                SHARE_SHARED,
                wanted.value(),
                &raw mut handle,
                &raw mut protocol,
            )
        };
        check("SCardConnect", code)?;
        Ok(Card {
            context: self.clone(),
            handle,
            wanted,
            protocol,
            last: Disposition::Leave,
        })
    }
}

/// A card.
#[derive(Debug)]
pub struct Card {
    context: Context,
    handle: Handle,
    wanted: Protocol,
    protocol: Dword,
    last: Disposition,
}

impl Card {
    fn api(&self) -> &Api {
        &self.context.0.api
    }

    /// The protocol that connecting chose; none when it is neither of the two.
    #[must_use]
    pub fn protocol(&self) -> Option<Protocol> {
        let both = [Protocol::T0, Protocol::T1];
        both.into_iter().find(|it| it.value() == self.protocol)
    }

    /// Sends a command APDU and returns the response APDU.
    ///
    /// # Errors
    /// When the card does not answer, or was reset or removed meanwhile.
    pub fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, Error> {
        let request = IoRequest {
            protocol: self.protocol,
            length: 16,
        };
        let mut response = vec![0; LONGEST];
        let mut length = LONGEST as Dword;
        // SAFETY: both buffers are as long as their lengths say
        let code = unsafe {
            (self.api().transmit)(
                self.handle,
                &raw const request,
                command.as_ptr(),
                command.len() as Dword,
                std::ptr::null_mut(),
                response.as_mut_ptr(),
                &raw mut length,
            )
        };
        check("SCardTransmit", code)?;
        response.truncate(usize::try_from(length).unwrap_or(0));
        if response.len() < 2 {
            return Err(Error::Answer(response.len()));
        }
        Ok(response)
    }

    /// Connects again: after a reset by somebody else, or with one of our own.
    ///
    /// # Errors
    /// When the card is gone.
    pub fn reconnect(&mut self, first: Disposition) -> Result<(), Error> {
        let mut protocol = 0;
        // SAFETY: the result goes to a variable of its type
        let code = unsafe {
            (self.api().reconnect)(
                self.handle,
                SHARE_SHARED,
                self.wanted.value(),
                first.value(),
                &raw mut protocol,
            )
        };
        check("SCardReconnect", code)?;
        self.protocol = protocol;
        Ok(())
    }

    /// Keeps everybody else away until the transaction is dropped.
    ///
    /// # Errors
    /// When the card was reset or removed meanwhile.
    pub fn transaction(&self) -> Result<Transaction<'_>, Error> {
        // SAFETY: the handle is ours
        check("SCardBeginTransaction", unsafe {
            (self.api().begin)(self.handle)
        })?;
        Ok(Transaction(self))
    }

    /// What happens to the card when this is dropped; nothing unless told otherwise.
    pub fn leave_with(&mut self, last: Disposition) {
        self.last = last;
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        // SAFETY: the handle is ours and is not used again
        unsafe { (self.api().disconnect)(self.handle, self.last.value()) };
    }
}

/// A time in which the card is ours alone.
#[derive(Debug)]
pub struct Transaction<'a>(&'a Card);

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        let leave = Disposition::Leave.value();
        // SAFETY: the handle is ours, and the transaction was begun
        unsafe { (self.0.api().end)(self.0.handle, leave) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_is_told() {
        let error = Context::with_library("libnosuchpcsc.so.0").unwrap_err();
        assert!(matches!(error, Error::Library { .. }));
        assert!(error.to_string().contains("libnosuchpcsc"), "{error}");
    }

    #[test]
    fn codes_are_32_bits_whatever_their_sign() {
        assert!(check("f", 0).is_ok());
        let wide = Long::from(0x8010_000C_u32 as i32);
        assert_eq!(
            check("f", wide).unwrap_err().code(),
            Some(Code::NO_SMARTCARD)
        );
        assert_eq!(
            check("f", 0x8010_000C).unwrap_err().to_string(),
            "f: no smart card (8010000C)"
        );
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
//! The C side: types, constants and functions of libpcsclite, as in its winscard.h and pcsclite.h.

use std::ffi::{c_char, c_long, c_ulong, c_void};
use std::fmt;

use libloading::Library;

/// The name without a version exists only where development files are installed.
pub(crate) const LIBRARY: &str = "libpcsclite.so.1";

pub(crate) type Dword = c_ulong;
pub(crate) type Long = c_long;
pub(crate) type Handle = c_long;

pub(crate) const SCOPE_SYSTEM: Dword = 2;
pub(crate) const SHARE_SHARED: Dword = 2;
pub(crate) const STATE_PRESENT: Dword = 0x20;
pub(crate) const INFINITE: Dword = 0xFFFF_FFFF;
const MAX_ATR: usize = 33;

/// A code that a function returned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code(pub u32);

impl Code {
    /// No reader by that name.
    pub const UNKNOWN_READER: Self = Self(0x8010_0009);
    /// The time is over.
    pub const TIMEOUT: Self = Self(0x8010_000A);
    /// The card does not have the protocol that was asked for.
    pub const PROTO_MISMATCH: Self = Self(0x8010_000F);
    /// No card in the reader.
    pub const NO_SMARTCARD: Self = Self(0x8010_000C);
    /// The service is not running.
    pub const NO_SERVICE: Self = Self(0x8010_001D);
    /// There is no reader at all.
    pub const NO_READERS: Self = Self(0x8010_002E);
    /// The card was reset by somebody else.
    pub const RESET_CARD: Self = Self(0x8010_0068);
    /// The card was taken out.
    pub const REMOVED_CARD: Self = Self(0x8010_0069);
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08X}", self.0)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match *self {
            Self::UNKNOWN_READER => "unknown reader",
            Self::TIMEOUT => "timeout",
            Self::PROTO_MISMATCH => "the card does not have that protocol",
            Self::NO_SMARTCARD => "no smart card",
            Self::NO_SERVICE => "the service is not running",
            Self::NO_READERS => "no readers",
            Self::RESET_CARD => "the card was reset",
            Self::REMOVED_CARD => "the card was removed",
            _ => "error",
        };
        write!(f, "{text} ({:08X})", self.0)
    }
}

#[repr(C)]
pub(crate) struct IoRequest {
    pub(crate) protocol: c_ulong,
    pub(crate) length: c_ulong,
}

#[repr(C)]
pub(crate) struct ReaderState {
    pub(crate) reader: *const c_char,
    pub(crate) user_data: *mut c_void,
    pub(crate) current: Dword,
    pub(crate) event: Dword,
    pub(crate) atr_length: Dword,
    pub(crate) atr: [u8; MAX_ATR],
}

impl ReaderState {
    pub(crate) fn new(reader: *const c_char, current: Dword) -> Self {
        Self {
            reader,
            user_data: std::ptr::null_mut(),
            current,
            event: 0,
            atr_length: 0,
            atr: [0; MAX_ATR],
        }
    }
}

macro_rules! functions {
    ($($field:ident = $symbol:literal: fn($($argument:ty),*);)*) => {
        /// The functions, and the library that they are in.
        pub(crate) struct Api {
            $(pub(crate) $field: unsafe extern "C" fn($($argument),*) -> Long,)*
            /// Stays loaded as long as the functions can be called.
            _library: Library,
        }

        impl Api {
            /// Loads the library.
            pub(crate) fn load(name: &str) -> Result<Self, libloading::Error> {
                // SAFETY: the initialisers of pcsclite only set up its own state
                let library = unsafe { Library::new(name)? };
                Ok(Self {
                    // SAFETY: the signatures are those of winscard.h, and the library is kept
                    $($field: unsafe { *library.get($symbol)? },)*
                    _library: library,
                })
            }
        }
    };
}

functions! {
    establish = b"SCardEstablishContext\0":
        fn(Dword, *const c_void, *const c_void, *mut Handle);
    release = b"SCardReleaseContext\0": fn(Handle);
    list = b"SCardListReaders\0": fn(Handle, *const c_char, *mut c_char, *mut Dword);
    connect = b"SCardConnect\0":
        fn(Handle, *const c_char, Dword, Dword, *mut Handle, *mut Dword);
    reconnect = b"SCardReconnect\0": fn(Handle, Dword, Dword, Dword, *mut Dword);
    disconnect = b"SCardDisconnect\0": fn(Handle, Dword);
    begin = b"SCardBeginTransaction\0": fn(Handle);
    end = b"SCardEndTransaction\0": fn(Handle, Dword);
    transmit = b"SCardTransmit\0":
        fn(Handle, *const IoRequest, *const u8, Dword, *mut IoRequest, *mut u8, *mut Dword);
    status_change = b"SCardGetStatusChange\0": fn(Handle, Dword, *mut ReaderState, Dword);
}

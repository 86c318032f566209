// SPDX-License-Identifier: MIT OR Apache-2.0
//! The virtual eUICC behind a C ABI, for IPAs and LPAs whose unit tests link a card.
//!
//! The header `include/veuicc.h` is generated from this file. Traps: whatever panics below is
//! caught here, because it must not cross into C; what went wrong last is kept per thread.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

use rsp::env::SeededEnv;
use veuicc::{Card, CardConfig, Metadata, Reset, StateFile, Store};

/// Longest response APDU: extended length and the status word.
pub const VEUICC_RESPONSE_MAX: usize = 65538;

/// How a call ended.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VeuiccStatus {
    /// Done.
    Ok = 0,
    /// An argument is wrong: a null pointer, no EID, no JSON.
    Argument = 1,
    /// The buffer is too small. The command was executed; veuicc_card_response() gives the
    /// response again.
    Buffer = 2,
    /// The card or its surroundings refused it; veuicc_last_error() says why.
    Refused = 3,
    /// The card is broken: please report what veuicc_last_error() says.
    Panic = 4,
}

/// A card.
pub struct VeuiccCard {
    card: Card,
    response: Vec<u8>,
}

struct Failure(VeuiccStatus, String);

type Outcome<T> = Result<T, Failure>;

fn argument(why: impl std::fmt::Display) -> Failure {
    Failure(VeuiccStatus::Argument, why.to_string())
}

fn refused(why: impl std::fmt::Display) -> Failure {
    Failure(VeuiccStatus::Refused, why.to_string())
}

thread_local! {
    static LAST_ERROR: RefCell<CString> = RefCell::default();
}

fn remember(message: &str) {
    let text: Vec<u8> = message.bytes().filter(|byte| *byte != 0).collect();
    let text = CString::new(text).unwrap_or_default();
    LAST_ERROR.with(|last| last.replace(text));
}

/// Runs the body of a call and keeps its panics from the caller.
fn guarded<T>(body: impl FnOnce() -> Outcome<T>) -> Result<T, VeuiccStatus> {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Failure(status, message))) => {
            remember(&message);
            Err(status)
        }
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
            remember(text.unwrap_or("panic"));
            Err(VeuiccStatus::Panic)
        }
    }
}

fn status(outcome: Result<(), VeuiccStatus>) -> VeuiccStatus {
    match outcome {
        Ok(()) => VeuiccStatus::Ok,
        Err(status) => status,
    }
}

/// # Safety
/// Null, or a string that ends with a zero byte.
unsafe fn text<'a>(pointer: *const c_char) -> Outcome<Option<&'a str>> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller promises a string
    let text = unsafe { CStr::from_ptr(pointer) };
    text.to_str().map(Some).map_err(argument)
}

/// # Safety
/// Null with a length of 0, or so many bytes.
unsafe fn bytes<'a>(pointer: *const u8, length: usize) -> Outcome<&'a [u8]> {
    if length == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(argument("expected bytes, got a null pointer"));
    }
    // SAFETY: the caller promises as many bytes
    Ok(unsafe { std::slice::from_raw_parts(pointer, length) })
}

/// # Safety
/// Null, or a card that only this call uses.
unsafe fn card<'a>(pointer: *mut VeuiccCard) -> Outcome<&'a mut VeuiccCard> {
    // SAFETY: the caller promises a card of its own
    unsafe { pointer.as_mut() }.ok_or_else(|| argument("expected a card, got a null pointer"))
}

/// Copies `content` to a buffer of `*length` bytes and sets `*length` to its length.
///
/// # Safety
/// `length` is null or a length, and `buffer` has so many bytes.
unsafe fn give(content: &[u8], buffer: *mut u8, length: *mut usize) -> Outcome<()> {
    // SAFETY: the caller promises null or a length
    let Some(length) = (unsafe { length.as_mut() }) else {
        return Err(argument("expected a length, got a null pointer"));
    };
    let room = std::mem::replace(length, content.len());
    if content.len() > room || (buffer.is_null() && !content.is_empty()) {
        let needed = content.len();
        return Err(Failure(
            VeuiccStatus::Buffer,
            format!("expected a buffer of {needed} bytes, got {room}"),
        ));
    }
    // SAFETY: the buffer has `room` bytes, which are enough, and is not part of our memory
    unsafe { std::ptr::copy_nonoverlapping(content.as_ptr(), buffer, content.len()) };
    Ok(())
}

fn make(seed: u64, eid: Option<&str>, state: Option<&str>) -> Outcome<VeuiccCard> {
    let eid = match eid {
        Some(digits) => hex::decode(digits)
            .ok()
            .and_then(|eid| <[u8; 16]>::try_from(eid).ok())
            .ok_or_else(|| argument("expected an EID of 32 digits"))?,
        None => certs::TEST_EID,
    };
    let pki = certs::Pki::seeded(seed).map_err(refused)?;
    let mut file = state.map(|path| StateFile::open(path.into()));
    let mut file = file.take().transpose().map_err(refused)?;
    let kept = match &file {
        Some(file) => file.load().map_err(refused)?,
        None => None,
    };
    let kept_eid = kept
        .as_ref()
        .and_then(|state| state.eid.clone().try_into().ok());
    let config = CardConfig::from_pki(&pki, kept_eid.unwrap_or(eid)).map_err(refused)?;
    let state = match kept {
        Some(state) => state,
        None => config.factory_state(),
    };
    if let Some(file) = &mut file {
        file.save(&state).map_err(refused)?;
    }
    let store = file.map(|file| Box::new(file) as Box<dyn Store>);
    let env = Box::new(SeededEnv::new(seed, "card"));
    Ok(VeuiccCard {
        card: Card::with_state(config, env, state, store),
        response: Vec::new(),
    })
}

/// Makes a card. `seed` decides its keys, its PKI and its random numbers. `eid` is 32 digits, or
/// null for that of the test PKI. `state_path` names a file that keeps the card's state, or is null
/// for a card that forgets; an existing file keeps its EID. Null when that fails.
///
/// # Safety
/// `eid` and `state_path` are null or strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn veuicc_card_new(
    seed: u64,
    eid: *const c_char,
    state_path: *const c_char,
) -> *mut VeuiccCard {
    let made = guarded(|| {
        // SAFETY: the caller promises null or strings
        let (eid, state) = unsafe { (text(eid)?, text(state_path)?) };
        make(seed, eid, state)
    });
    match made {
        Ok(card) => Box::into_raw(Box::new(card)),
        Err(_) => std::ptr::null_mut(),
    }
}

/// Frees a card; null is no card.
///
/// # Safety
/// `card` is null or from veuicc_card_new() and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn veuicc_card_free(card: *mut VeuiccCard) {
    if card.is_null() {
        return;
    }
    // a panic on the way is remembered; there is nobody to tell
    let _ = guarded(|| {
        // SAFETY: the caller promises a card of ours
        drop(unsafe { Box::from_raw(card) });
        Ok(())
    });
}

/// Sends a command APDU. `*response_length` is the size of the buffer before and the length of the
/// response after the call. A response of no bytes says that the card lost its power.
///
/// # Safety
/// `card` is a card that no other thread uses now; the buffers are as long as their lengths.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn veuicc_card_transmit(
    card: *mut VeuiccCard,
    command: *const u8,
    command_length: usize,
    response: *mut u8,
    response_length: *mut usize,
) -> VeuiccStatus {
    status(guarded(|| {
        // SAFETY: the caller promises a card and bytes
        let (held, command) = unsafe { (self::card(card)?, bytes(command, command_length)?) };
        held.response = held.card.transmit(command);
        // SAFETY: the caller promises a buffer
        unsafe { give(&held.response, response, response_length) }
    }))
}

/// Gives the last response or answer to reset again, for a buffer that was too small.
///
/// # Safety
/// As for veuicc_card_transmit().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn veuicc_card_response(
    card: *mut VeuiccCard,
    response: *mut u8,
    response_length: *mut usize,
) -> VeuiccStatus {
    status(guarded(|| {
        // SAFETY: the caller promises a card and a buffer
        unsafe { give(&self::card(card)?.response, response, response_length) }
    }))
}

/// Resets the card, cold or warm, and gives its answer to reset.
///
/// # Safety
/// As for veuicc_card_transmit().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn veuicc_card_reset(
    card: *mut VeuiccCard,
    warm: bool,
    atr: *mut u8,
    atr_length: *mut usize,
) -> VeuiccStatus {
    status(guarded(|| {
        // SAFETY: the caller promises a card
        let held = unsafe { self::card(card)? };
        let kind = if warm { Reset::Warm } else { Reset::Cold };
        held.response = held.card.reset(kind);
        // SAFETY: the caller promises a buffer
        unsafe { give(&held.response, atr, atr_length) }
    }))
}

/// Installs a profile package (DER) without a download; the ICCID is that of its header. With
/// `enable` it becomes the enabled profile, and the card is reset.
///
/// # Safety
/// `card` is a card that no other thread uses now; `package` has so many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn veuicc_card_install(
    card: *mut VeuiccCard,
    package: *const u8,
    package_length: usize,
    enable: bool,
) -> VeuiccStatus {
    status(guarded(|| {
        // SAFETY: the caller promises a card and bytes
        let (held, package) = unsafe { (self::card(card)?, bytes(package, package_length)?) };
        let metadata = Metadata::of_package(package).map_err(refused)?;
        let aid = held
            .card
            .install_profile(package, metadata)
            .map_err(refused)?;
        if enable {
            held.card.enable_profile(&aid).map_err(refused)?;
        }
        Ok(())
    }))
}

/// Arms a fault, in the JSON form of the control endpoint:
/// {"at": {"nth": 1}, "kind": {"status": "6F00"}}.
///
/// # Safety
/// `card` is a card that no other thread uses now; `fault` is a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn veuicc_card_arm_fault(
    card: *mut VeuiccCard,
    fault: *const c_char,
) -> VeuiccStatus {
    status(guarded(|| {
        // SAFETY: the caller promises a card and a string
        let (held, fault) = unsafe { (self::card(card)?, text(fault)?) };
        let fault = fault.ok_or_else(|| argument("expected a fault, got a null pointer"))?;
        held.card
            .arm(serde_json::from_str(fault).map_err(argument)?);
        Ok(())
    }))
}

/// How many milliseconds late the last answer is, by an armed fault; the card itself never waits.
///
/// # Safety
/// `card` is null or a card that no other thread uses now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn veuicc_card_take_delay(card: *mut VeuiccCard) -> u64 {
    let delay = guarded(|| {
        // SAFETY: the caller promises null or a card
        let held = unsafe { self::card(card)? };
        Ok(held.card.take_delay().as_millis())
    });
    u64::try_from(delay.unwrap_or(0)).unwrap_or(u64::MAX)
}

/// What went wrong last in this thread; empty when nothing did. Valid until the next call.
#[unsafe(no_mangle)]
pub extern "C" fn veuicc_last_error() -> *const c_char {
    LAST_ERROR.with(|last| last.borrow().as_ptr())
}

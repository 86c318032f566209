// SPDX-License-Identifier: MIT OR Apache-2.0
//! PINs and PUKs (TCA §8.5): a list for the current directory, or the list of another one.

use rsp::pe::{
    PePinCodes, PePinCodesPinCodes, PePukCodes, PinConfiguration, PinKeyReferenceValue,
    PukConfiguration,
};

use super::Problem;
use super::builder::Builder;
use crate::uicc::image::{PinCode, PinContext, PinContextId, PukCode};

/// PINs of the directory that the elements are about.
pub(super) fn pins(builder: &mut Builder, element: &PePinCodes) -> Result<(), Problem> {
    let context = builder.context;
    if builder
        .image
        .dir(context)
        .is_some_and(|dir| dir.pins.is_some())
    {
        return Err(Problem::value("a second PIN list of the same directory"));
    }
    let id = match &element.pin_codes {
        PePinCodesPinCodes::Pinconfig(list) => new_list(builder, list)?,
        PePinCodesPinCodes::FilePath(path) => {
            let owner = builder.resolve_dir(path)?;
            let shared = builder.image.dir(owner).and_then(|dir| dir.pins);
            shared
                .ok_or_else(|| Problem::value("a PIN list shared with a directory without one"))?
        }
    };
    if let Some(dir) = builder.image.dirs.get_mut(usize::from(context.0)) {
        dir.pins = Some(id);
    }
    Ok(())
}

fn new_list(builder: &mut Builder, list: &[PinConfiguration]) -> Result<PinContextId, Problem> {
    let mut pins: Vec<PinCode> = Vec::with_capacity(list.len().min(26));
    for configuration in list {
        let pin = pin(configuration)?;
        if pins.iter().any(|other| other.reference == pin.reference) {
            return Err(Problem::value(format!(
                "a second PIN {:02X}",
                pin.reference
            )));
        }
        if let Some(puk) = pin.puk {
            builder.wanted_puks.push((puk, builder.element));
        }
        pins.push(pin);
    }
    let number = u16::try_from(builder.image.pin_contexts.len())
        .map_err(|_| Problem::memory("too many PIN lists"))?;
    builder.image.pin_contexts.push(PinContext { pins });
    Ok(PinContextId(number))
}

fn pin(configuration: &PinConfiguration) -> Result<PinCode, Problem> {
    let attributes = configuration.pin_attributes;
    let (retries, left) = tries(configuration.max_num_of_attemps_retry_num_left)?;
    let puk = configuration.unblocking_pin_reference;
    Ok(PinCode {
        reference: reference(configuration.key_reference)?,
        value: value(&configuration.pin_value)?,
        puk: puk.map(|puk| byte(puk.0, "PUK")).transpose()?,
        enabled: attributes & 0x01 != 0,
        changeable: attributes & 0x02 != 0,
        can_be_disabled: attributes & 0x04 != 0,
        retries,
        left,
    })
}

/// A key reference of TS 102 221 §9.5.1; 09 and 0F to 80 are not for PINs.
fn reference(reference: PinKeyReferenceValue) -> Result<u8, Problem> {
    if reference.name().is_none() {
        return Err(Problem::value(format!("key reference {}", reference.0)));
    }
    byte(reference.0, "PIN")
}

fn byte(number: i64, what: &str) -> Result<u8, Problem> {
    u8::try_from(number).map_err(|_| Problem::value(format!("{what} reference {number}")))
}

/// Most retries and retries left, a nibble each.
fn tries(both: i64) -> Result<(u8, u8), Problem> {
    let wrong = || Problem::value(format!("retry numbers {both}"));
    let both = u8::try_from(both).map_err(|_| wrong())?;
    let (most, left) = (both >> 4, both & 0x0F);
    if most == 0 || left > most {
        return Err(wrong());
    }
    Ok((most, left))
}

fn value(bytes: &[u8]) -> Result<[u8; 8], Problem> {
    <[u8; 8]>::try_from(bytes)
        .map_err(|_| Problem::value(format!("a code of {} bytes", bytes.len())))
}

/// PUKs of the profile.
pub(super) fn puks(builder: &mut Builder, element: &PePukCodes) -> Result<(), Problem> {
    for configuration in &element.puk_codes {
        let puk = puk(configuration)?;
        if builder.image.puk(puk.reference).is_some() {
            return Err(Problem::value(format!(
                "a second PUK {:02X}",
                puk.reference
            )));
        }
        builder.image.puks.push(puk);
    }
    Ok(())
}

fn puk(configuration: &PukConfiguration) -> Result<PukCode, Problem> {
    let (retries, left) = tries(configuration.max_num_of_attemps_retry_num_left)?;
    Ok(PukCode {
        reference: byte(configuration.key_reference.0, "PUK")?,
        value: value(&configuration.puk_value)?,
        retries,
        left,
    })
}

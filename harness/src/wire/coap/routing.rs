// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which requests are ESipa at all. What is none gets a CoAP code and never reaches the handler.

use coap_lite::{CoapOption, MessageClass, RequestType, ResponseType};

use super::Settings;
use super::message::Message;
use crate::defect::EimDefect;

/// Content-Formats for experiments (RFC 7252 §12.3), which ESipa has to use until one is
/// registered.
const EXPERIMENTAL: std::ops::RangeInclusive<u32> = 65_000..=65_535;

/// Checks what does not depend on the body.
///
/// # Errors
/// The code that says what is wrong, and why.
pub(super) fn check(
    request: &Message,
    settings: &Settings,
) -> Result<(), (ResponseType, &'static str)> {
    if request.is_for_proxy() {
        return Err((ResponseType::ProxyingNotSupported, "no proxy"));
    }
    let has = |defect| settings.server_defects.has(defect);
    if request.has_unknown_critical() && !has(EimDefect::IgnoresCriticalOptions) {
        return Err((ResponseType::BadOption, "unknown critical option"));
    }
    if !request.is_to(&settings.path) && !has(EimDefect::IgnoresPath) {
        return Err((ResponseType::NotFound, "no such path"));
    }
    let post = request.code() == MessageClass::Request(RequestType::Post);
    if !post && !has(EimDefect::IgnoresMethod) {
        return Err((ResponseType::MethodNotAllowed, "expected POST"));
    }
    match request.option(CoapOption::ContentFormat) {
        None => Ok(()),
        Some(_) if has(EimDefect::IgnoresFormat) => Ok(()),
        Some(_) => match request.uint(CoapOption::ContentFormat) {
            Some(format) if is_possible(format, settings) => Ok(()),
            _ => Err((
                ResponseType::UnsupportedContentFormat,
                "expected Content-Format 42",
            )),
        },
    }
}

/// octet-stream, an experimental number, or the one that is configured.
fn is_possible(format: u32, settings: &Settings) -> bool {
    format == u32::from(super::CONTENT_FORMAT)
        || format == u32::from(settings.content_format)
        || EXPERIMENTAL.contains(&format)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(change: impl FnOnce(&mut Message)) -> Option<String> {
        let mut request = Message::post(super::super::PATH, &[1]);
        change(&mut request);
        let outcome = check(&request, &Settings::default());
        outcome
            .err()
            .map(|(code, _)| MessageClass::Response(code).to_string())
    }

    #[test]
    fn what_is_no_esipa_gets_its_code() {
        assert_eq!(code(|_| ()), None);
        let other = Message::post("/esipa", &[1]);
        assert_eq!(code(|request| *request = other).as_deref(), Some("4.04"));
        let proxied = |request: &mut Message| request.set(CoapOption::ProxyUri, vec![1]);
        assert_eq!(code(proxied).as_deref(), Some("5.05"));
        let critical = |request: &mut Message| request.set(CoapOption::Unknown(2049), vec![]);
        assert_eq!(code(critical).as_deref(), Some("4.02"));
        let elective = |request: &mut Message| request.set(CoapOption::Unknown(2048), vec![]);
        assert_eq!(code(elective), None);
        let get = |request: &mut Message| *request = get();
        assert_eq!(code(get).as_deref(), Some("4.05"));
    }

    #[test]
    fn content_formats_that_may_be_esipa_pass() {
        let format =
            |number: u32| code(|request| request.set_uint(CoapOption::ContentFormat, number));
        assert_eq!(format(42), None);
        assert_eq!(format(65_535), None);
        assert_eq!(format(50).as_deref(), Some("4.15"));
        assert_eq!(format(u32::MAX).as_deref(), Some("4.15"));
    }

    fn get() -> Message {
        let mut bytes = Message::post(super::super::PATH, &[1]).to_bytes().unwrap();
        bytes[1] = 1;
        Message::read(&bytes).unwrap()
    }
}

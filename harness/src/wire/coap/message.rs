// SPDX-License-Identifier: MIT OR Apache-2.0
//! A CoAP message: what `coap-lite` reads, after the checks that it leaves to its user.

use coap_lite::{CoapOption, MessageClass, MessageType, Packet, RequestType, ResponseType};

use super::block::Block;

/// The largest datagram that is written: a block of 1024 bytes and its options.
const LARGEST: usize = 1280;
/// Request-Tag (RFC 9175 §3.2.1): tells the uploads of one client apart.
const REQUEST_TAG: CoapOption = CoapOption::Unknown(292);
/// Critical options that are understood (RFC 7252 §5.10, RFC 7959). Uri-Host, Uri-Port and Accept
/// decide nothing here: one resource, one format.
const UNDERSTOOD: [u16; 6] = [3, 7, 11, 17, 23, 27];
/// Proxy-Uri and Proxy-Scheme.
const PROXYING: [u16; 2] = [35, 39];

/// A datagram that is no message, or a message that has no datagram.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MessageFault {
    /// Header, token or options are damaged.
    #[error("expected a CoAP message: {0}")]
    Format(String),
    /// Another version.
    #[error("expected CoAP version 1, got {0}")]
    Version(u8),
    /// An empty message has nothing but its header (RFC 7252 §4.1).
    #[error("expected nothing after the header of an empty message")]
    NotEmpty,
    /// The payload marker stands before nothing (RFC 7252 §3).
    #[error("expected a payload after its marker")]
    NoPayload,
    /// Block1 or Block2 is there and no block.
    #[error("expected a block of 16 to 1024 bytes in Block1 and Block2")]
    Block,
    /// A message that cannot be written.
    #[error("expected a message of at most {LARGEST} bytes: {0}")]
    Write(String),
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message(Packet);

impl Message {
    /// Reads a datagram.
    ///
    /// # Errors
    /// [`MessageFault`] when it is no message of RFC 7252.
    pub fn read(datagram: &[u8]) -> Result<Self, MessageFault> {
        let packet = Packet::from_bytes(datagram)
            .map_err(|error| MessageFault::Format(format!("{error:?}")))?;
        let version = packet.header.get_version();
        if version != 1 {
            return Err(MessageFault::Version(version));
        }
        if packet.header.code == MessageClass::Empty && datagram.len() > 4 {
            return Err(MessageFault::NotEmpty);
        }
        let message = Self(packet);
        // a marker without a payload is dropped by the reader, and then missing from the copy
        let length = message.0.to_bytes_unlimited().map_or(0, |copy| copy.len());
        if message.0.payload.is_empty()
            && datagram.last() == Some(&0xFF)
            && length.checked_add(1) == Some(datagram.len())
        {
            return Err(MessageFault::NoPayload);
        }
        Ok(message)
    }

    /// The datagram.
    ///
    /// # Errors
    /// The message is too long for one.
    pub fn to_bytes(&self) -> Result<Vec<u8>, MessageFault> {
        self.0
            .to_bytes_with_limit(LARGEST)
            .map_err(|error| MessageFault::Write(format!("{error:?}")))
    }

    /// An empty message: acknowledgement, reset, or a ping when confirmable.
    #[must_use]
    pub fn empty(kind: MessageType, id: u16) -> Self {
        let mut packet = Packet::new();
        packet.header.code = MessageClass::Empty;
        packet.header.set_type(kind);
        packet.header.message_id = id;
        Self(packet)
    }

    /// A POST to `path`.
    #[must_use]
    pub fn post(path: &str, token: &[u8]) -> Self {
        let mut packet = Packet::new();
        packet.header.code = MessageClass::Request(RequestType::Post);
        packet.set_token(token.to_vec());
        for segment in segments(path) {
            packet.add_option(CoapOption::UriPath, segment.as_bytes().to_vec());
        }
        Self(packet)
    }

    /// Makes it a request of another method.
    pub(super) const fn set_method(&mut self, method: RequestType) {
        self.0.header.code = MessageClass::Request(method);
    }

    /// A response with the token of its request.
    #[must_use]
    pub fn response(code: ResponseType, token: &[u8]) -> Self {
        let mut packet = Packet::new();
        packet.header.code = MessageClass::Response(code);
        packet.set_token(token.to_vec());
        Self(packet)
    }

    /// Gives it another code, such as `4.04`.
    pub fn set_code(&mut self, code: &str) {
        if let Some(code) = super::options::code_byte(code) {
            self.0.header.code = code.into();
        }
    }

    /// Gives it another token.
    pub fn set_token(&mut self, token: &[u8]) {
        self.0.set_token(token.to_vec());
    }

    /// Makes it `kind`, with message id `id`.
    pub fn stamp(&mut self, kind: MessageType, id: u16) {
        self.0.header.set_type(kind);
        self.0.header.message_id = id;
    }

    /// Message id.
    #[must_use]
    pub const fn id(&self) -> u16 {
        self.0.header.message_id
    }

    /// Confirmable, non-confirmable, acknowledgement or reset.
    #[must_use]
    pub fn kind(&self) -> MessageType {
        self.0.header.get_type()
    }

    /// Method or response code.
    #[must_use]
    pub const fn code(&self) -> MessageClass {
        self.0.header.code
    }

    /// Token.
    #[must_use]
    pub fn token(&self) -> &[u8] {
        self.0.get_token()
    }

    /// Payload.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.0.payload
    }

    /// Puts a payload in.
    pub fn set_payload(&mut self, payload: &[u8]) {
        self.0.payload = payload.to_vec();
    }

    /// Block1 or Block2: none when absent, an error when it is there and unreadable.
    ///
    /// # Errors
    /// The option is there and no block value.
    pub fn block(&self, option: CoapOption) -> Result<Option<Block>, MessageFault> {
        match self.option(option) {
            None => Ok(None),
            Some(value) => Block::read(value).map(Some).ok_or(MessageFault::Block),
        }
    }

    /// Puts Block1 or Block2 in.
    pub fn set_block(&mut self, option: CoapOption, block: Block) {
        self.set(option, block.to_bytes());
    }

    /// Puts an option in that is a number.
    pub fn set_uint(&mut self, option: CoapOption, value: u32) {
        let bytes = value.to_be_bytes().into_iter();
        self.set(option, bytes.skip_while(|byte| *byte == 0).collect());
    }

    /// An option that is a number of up to four bytes.
    #[must_use]
    pub fn uint(&self, option: CoapOption) -> Option<u32> {
        let value = self.option(option)?;
        (value.len() <= 4).then(|| {
            value
                .iter()
                .fold(0, |number, byte| (number << 8) | u32::from(*byte))
        })
    }

    /// Puts an option in once.
    pub fn set(&mut self, option: CoapOption, value: Vec<u8>) {
        self.0.set_option(option, [value].into());
    }

    /// The first value of an option.
    #[must_use]
    pub fn option(&self, option: CoapOption) -> Option<&[u8]> {
        self.0.get_first_option(option).map(Vec::as_slice)
    }

    /// The value of Request-Tag, which may be empty; none is a value of its own.
    #[must_use]
    pub fn request_tag(&self) -> Option<Vec<u8>> {
        self.option(REQUEST_TAG).map(<[u8]>::to_vec)
    }

    /// Whether Uri-Path is `path`.
    #[must_use]
    pub fn is_to(&self, path: &str) -> bool {
        let found = self.0.get_option(CoapOption::UriPath);
        let found = found.into_iter().flatten().map(Vec::as_slice);
        found.eq(segments(path).map(str::as_bytes))
    }

    /// Whether it asks to be forwarded (RFC 7252 §5.7.2).
    #[must_use]
    pub fn is_for_proxy(&self) -> bool {
        self.has_any(|number| PROXYING.contains(&number))
    }

    /// Whether a critical option is in it that is not understood (RFC 7252 §5.4.1). Uri-Query,
    /// If-Match and If-None-Match are among these: no function has parameters or conditions.
    #[must_use]
    pub fn has_unknown_critical(&self) -> bool {
        self.has_any(|number| number % 2 == 1 && !UNDERSTOOD.contains(&number))
    }

    fn has_any(&self, is_meant: impl Fn(u16) -> bool) -> bool {
        self.0.options().any(|(number, _)| is_meant(*number))
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// A code as it is written, `4.04`.
#[must_use]
pub(crate) fn code_text(code: MessageClass) -> String {
    code.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_post_is_written_as_the_rfc_says() {
        let mut post = Message::post("/gsma/rsp2/asn1", &[0xAB]);
        post.stamp(MessageType::Confirmable, 0x1234);
        post.set_uint(CoapOption::ContentFormat, 42);
        post.set_payload(&[0xBF, 0x4F]);
        let bytes = post.to_bytes().unwrap();
        let expected = [
            &[0x41, 0x02, 0x12, 0x34, 0xAB][..],
            &[0xB4],
            b"gsma",
            &[0x04],
            b"rsp2",
            &[0x04],
            b"asn1",
            &[0x11, 42, 0xFF, 0xBF, 0x4F],
        ];
        assert_eq!(bytes, expected.concat());
        let read = Message::read(&bytes).unwrap();
        assert!(read.is_to("/gsma/rsp2/asn1") && !read.is_to("/gsma/rsp2"));
        assert!(!read.has_unknown_critical());
    }

    #[test]
    fn damaged_messages_are_refused() {
        let version = Message::read(&[0x81, 0, 0, 0, 1]).unwrap_err();
        assert_eq!(version, MessageFault::Version(2));
        let token = Message::read(&[0x41, 0, 0, 0, 1]).unwrap_err();
        assert_eq!(token, MessageFault::NotEmpty);
        let marker = Message::read(&[0x40, 2, 0, 0, 0xFF]).unwrap_err();
        assert_eq!(marker, MessageFault::NoPayload);
        assert!(matches!(
            Message::read(&[0x49, 2, 0, 0]),
            Err(MessageFault::Format(_))
        ));
    }

    #[test]
    fn an_option_value_may_end_in_the_marker_byte() {
        let mut post = Message::post("/a", &[]);
        post.set(CoapOption::ETag, vec![0xFF]);
        let bytes = post.to_bytes().unwrap();
        assert_eq!(Message::read(&bytes).unwrap(), post);
        let mut tagged = Message::post("", &[]);
        tagged.set(REQUEST_TAG, vec![1, 0xFF]);
        let bytes = tagged.to_bytes().unwrap();
        assert_eq!(bytes.last(), Some(&0xFF));
        assert_eq!(
            Message::read(&bytes).unwrap().request_tag(),
            Some(vec![1, 0xFF])
        );
    }

    #[test]
    fn critical_options_are_told_from_elective_ones() {
        let mut message = Message::post("/a", &[]);
        message.set(CoapOption::Observe, vec![]);
        assert!(!message.has_unknown_critical());
        message.set(CoapOption::IfMatch, vec![1]);
        assert!(message.has_unknown_critical());
        let mut proxied = Message::post("/a", &[]);
        proxied.set(CoapOption::ProxyScheme, b"coap".to_vec());
        assert!(proxied.is_for_proxy());
    }

    proptest! {
        #[test]
        fn any_datagram_is_read_or_refused(datagram: Vec<u8>) {
            if let Ok(message) = Message::read(&datagram) {
                let _code = code_text(message.code());
                prop_assert!(message.token().len() <= 8);
            }
        }
    }
}

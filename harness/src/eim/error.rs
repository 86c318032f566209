// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why an eIM cannot do what it is told.

use rsp::der::CodecError;
use smdp::store::StoreError;

use crate::wire::coap;
use crate::wire::tls::TlsError;

/// Why the eIM cannot do something that it was told to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A CI certificate is unusable.
    #[error("CI certificate: {0}")]
    Root(String),
    /// The server's certificate or key is unusable.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The server's certificate or key is unusable for DTLS.
    #[error(transparent)]
    Coap(#[from] coap::CoapError),
    /// The EID is not among those that it manages.
    #[error("expected an EID that this eIM manages, got {0}")]
    UnknownEid(String),
    /// The order is none that can be carried out.
    #[error("order: {0}")]
    Order(CodecError),
    /// The commands of an order make no eUICC package.
    #[error("order: {0}")]
    Commands(String),
    /// The activation code of an order is none.
    #[error(transparent)]
    ActivationCode(#[from] rsp::activation::ActivationCodeError),
    /// The address of an order is none.
    #[error("order: expected the FQDN of a server, got {0:?}")]
    Address(String),
    /// The file that keeps the state is unusable.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such order, or it is not one to be injected.
    #[error("expected the number of an order that is injected, got {0}")]
    NoOrder(String),
    /// The IPA did not take a package.
    #[error("TransferEimPackage: {0}")]
    Injection(String),
    /// The configuration data have no encoding.
    #[error("eIM configuration: {0}")]
    Configuration(String),
    /// The server was started already.
    #[error("expected an eIM that does not serve yet")]
    Serving,
}

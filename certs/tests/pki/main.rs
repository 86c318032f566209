// SPDX-License-Identifier: MIT OR Apache-2.0
//! The PKI as its users see it: seeded, loaded, exported, and judged by `rsp::chain`, OpenSSL
//! and rustls.
//!
//! The modules say `cfg(test)` because the lints let helper functions unwrap only below it.

#[cfg(test)]
mod chain;
#[cfg(test)]
mod common;
#[cfg(test)]
mod crl;
#[cfg(test)]
mod handshake;
#[cfg(test)]
mod invalid;
#[cfg(test)]
mod openssl;
#[cfg(test)]
mod published;
#[cfg(test)]
mod seeded;

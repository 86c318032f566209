// SPDX-License-Identifier: MIT OR Apache-2.0
//! Vocabulary of GSMA remote SIM provisioning for IoT: wire types, tags, cryptography, certificate chains, identifiers

pub mod activation;
pub mod bsp;
pub mod chain;
pub mod dialect;
pub mod ecdsa;
pub mod ecka;
pub mod env;
pub mod id;
pub mod kdf;
pub mod status;

pub mod asn1;
pub mod association;
pub mod compact;
pub mod der;
pub mod json;
#[cfg(test)]
mod known;
pub mod metadata;
pub mod package;
pub mod pe;
pub mod raw;
pub mod schema;
pub mod sgp22;
pub mod sgp32;
pub mod sgp32_v1_0;
pub mod tlv;

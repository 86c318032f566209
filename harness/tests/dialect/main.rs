// SPDX-License-Identifier: MIT OR Apache-2.0
//! The wire versions of SGP.32 that eIM and IPA speak: every message in every version against golden
//! bytes, no version misread as another, and whole procedures in v1.0.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod device;
mod flow;
mod forms;
mod learning;
mod vectors;

// SPDX-License-Identifier: MIT OR Apache-2.0
//! The `veuicc` command: APDUs by hand, a card behind a link, a decoder.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}

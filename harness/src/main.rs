// SPDX-License-Identifier: MIT OR Apache-2.0
//! The program `harness`; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    harness::cli::main()
}

// SPDX-License-Identifier: MIT OR Apache-2.0
//! `veuicc coverage`: every result code of every function with the test that reaches it.

use coverage::{Arguments, Failure as Problem};
use veuicc::coverage::SUBJECT;

use super::failure::{Failure, bad_input, failed};

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.run(&SUBJECT).map_err(|problem| match problem {
        Problem::Input(problem) => bad_input(problem),
        Problem::Work(problem) => failed(problem),
    })
}

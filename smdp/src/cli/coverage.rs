// SPDX-License-Identifier: MIT OR Apache-2.0
//! `smdp coverage`: every code of every function with the test that reaches it.

use coverage::{Arguments, Failure as Problem};
use smdp::coverage::SUBJECT;

use super::Failure;

pub(super) fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.run(&SUBJECT).map_err(|problem| match problem {
        Problem::Input(problem) => Failure::input(problem),
        Problem::Work(problem) => Failure::work(problem),
    })
}

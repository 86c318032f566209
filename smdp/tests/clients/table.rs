// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables of clients: what is started, with what, and what it has to say.

use std::io::Write as _;
use std::process::Stdio;

use crate::programs::Program;
use crate::world::World;

/// A text with what its words, in braces, stand for.
pub(crate) fn filled<W: AsRef<str>>(words: &[(W, String)], text: &str) -> String {
    words.iter().fold(text.to_owned(), |text, (word, meant)| {
        text.replace(&format!("{{{}}}", word.as_ref()), meant)
    })
}

/// One client. `{words}` in its texts stand for what [`World::fill`] knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) program: Program,
    /// Arguments behind those that all rows of the table have.
    pub(crate) arguments: &'static [&'static str],
    /// Standard input.
    pub(crate) input: &'static str,
    /// The input does not end before the client does.
    pub(crate) stays: bool,
    /// What it prints, each of these at least once.
    pub(crate) says: &'static [&'static str],
    /// What it never prints.
    pub(crate) never: &'static [&'static str],
}

impl Row {
    /// A client without input.
    pub(crate) const fn new(
        program: Program,
        arguments: &'static [&'static str],
        says: &'static [&'static str],
    ) -> Self {
        Self {
            program,
            arguments,
            input: "",
            stays: false,
            says,
            never: &[],
        }
    }

    /// What it prints, on both outputs; nothing where it is not installed.
    pub(crate) fn run(&self, world: &World, common: &[&str]) -> Option<String> {
        let mut command = self.program.command(world.folder())?;
        for argument in common.iter().chain(self.arguments) {
            command.arg(world.fill(argument));
        }
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take();
        if let Some(input) = &mut input {
            // one that is done without reading it may close it before
            drop(input.write_all(world.fill(self.input).as_bytes()));
        }
        let input = input.filter(|_| self.stays);
        let output = child.wait_with_output().unwrap();
        drop(input);
        let (out, err) = (output.stdout, output.stderr);
        Some(String::from_utf8_lossy(&[out, err].concat()).into_owned())
    }

    /// What is wrong about what it has printed.
    fn judge(&self, world: &World, printed: &str) -> Option<String> {
        let has = |text: &&&str| printed.contains(&world.fill(text));
        let missing = self.says.iter().find(|text| !has(text));
        let missing = missing.map(|text| format!("expected {:?}", world.fill(text)));
        let unwanted = self.never.iter().find(has);
        missing.or(unwanted.map(|text| format!("unexpected {text:?}")))
    }
}

/// Runs every row, and fails with all that went wrong.
#[track_caller]
pub(crate) fn check(world: &World, common: &[&str], rows: &[Row]) {
    let wrong: Vec<_> = rows
        .iter()
        .filter_map(|row| {
            let printed = row.run(world, common)?;
            let problem = row.judge(world, &printed)?;
            let Row {
                program,
                arguments,
                input,
                ..
            } = row;
            Some(format!(
                "{program:?} {arguments:?} {input:?}: {problem} in:\n{printed}\n"
            ))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

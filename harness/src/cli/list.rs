// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness list`.

use clap::Args;
use serde_json::json;

use super::{Cases, Failure, Format, say};
use crate::case::Case;
use crate::collect::{cases_folder, collect, selected};
use crate::verdict::exit;

/// Arguments of `harness list`.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// List only cases whose id contains one of these
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    /// What is written to standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    cases: Cases,
}

pub(super) fn execute(args: &ListArgs) -> Result<u8, Failure> {
    let root = cases_folder(args.cases.cases.as_deref()).map_err(Failure::input)?;
    let mut any = false;
    for found in collect(&root).map_err(Failure::input)? {
        if selected(&found.id, &args.filters) {
            any = true;
            say(line(&found.case.map_err(Failure::input)?, args.format));
        }
    }
    if any {
        Ok(exit::AS_EXPECTED)
    } else {
        Err(Failure::nothing(&root, &args.filters))
    }
}

fn line(case: &Case, format: Format) -> String {
    match format {
        Format::Text => format!("{}  {}", case.id, case.file.title),
        Format::Json => {
            let spec: Vec<String> = case.file.spec.iter().map(ToString::to_string).collect();
            let needs: Vec<&str> = case.file.needs.iter().map(|need| need.as_str()).collect();
            json!({
                "id": case.id,
                "title": case.file.title,
                "role": case.file.iut,
                "level": case.file.level,
                "spec": spec,
                "needs": needs,
            })
            .to_string()
        }
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
//! Scenarios: many steps of a device's life in one command, with real actors, told as they happen.
//!
//! A scenario is no test case: it judges nobody's conformance. It shows that the roles can live
//! together, and stops with one line at the first step that does not end as it should.

mod bootstrap;
mod factory;
mod gate;
mod northbound;
mod process;
mod story;

use clap::Subcommand;

pub use bootstrap::{BootstrapArgs, Victim};
pub use factory::FactoryArgs;
pub use story::{Story, Unexpected};

/// The scenarios.
#[derive(Debug, Subcommand)]
pub enum Scenario {
    /// From the bootstrap profile to the next owner: one device, one eIM, one SM-DP+.
    Bootstrap(BootstrapArgs),
    /// Profiles bound ahead and loaded in a factory without a network, and a device that needs its
    /// bootstrap profile.
    Factory(FactoryArgs),
}

/// Runs a scenario and tells it on standard output.
///
/// # Errors
/// The step that did not end as it should, in one line.
pub async fn run(scenario: Scenario) -> Result<(), Box<dyn std::error::Error>> {
    let mut story = Story::new(Box::new(std::io::stdout()));
    match scenario {
        Scenario::Bootstrap(args) => bootstrap::run(&args, &mut story).await,
        Scenario::Factory(args) => factory::run(&args, &mut story).await,
    }
}

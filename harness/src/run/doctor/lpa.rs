// SPDX-License-Identifier: MIT OR Apache-2.0
//! A look at an LPA: its commands start, it finds its card, and it finds and trusts the SM-DP+.

use std::sync::Arc;
use std::time::Duration;

use super::Checklist;
use super::ipa::{card, link_advice};
use crate::case::{Download, Wish};
use crate::run::SetUpError;
use crate::run::actors::Stage;
use crate::run::ipa_under_test::IpaUnderTest;
use crate::under_test::Description;

pub(super) async fn examine(
    stage: &Stage<'_>,
    description: &Arc<Description>,
    list: &mut Checklist<'_>,
) -> Result<(), SetUpError> {
    let smdp = super::smdp(stage).await?;
    let mut lpa = match IpaUnderTest::prepare(stage).await {
        Ok(lpa) => lpa,
        Err(error) => {
            list.wrong("card", &error, &link_advice(description), Vec::new());
            return Ok(());
        }
    };
    let look = Wish::LOOKS
        .into_iter()
        .find(|wish| description.user.contains_key(wish.name()));
    match look {
        Some(wish) => {
            if !begins(&mut lpa, stage, &wish, list).await {
                return Ok(());
            }
            let patience = lpa.start_timeout().unwrap_or(Duration::from_secs(20));
            let ended = tokio::time::timeout(patience, lpa.ended()).await;
            match ended {
                Ok(words) => list.fine("start", format!("{}: started; {words}", wish.name())),
                Err(_) => list.fine("start", format!("{}: {}", wish.name(), lpa.stop().await)),
            }
            let (seconds, output) = (patience.as_secs_f64(), lpa.output());
            if !card(stage.cast.card.slot(), description, seconds, &output, list) {
                return Ok(());
            }
        }
        None => list.skipped("card", "no command for info or profiles in [user]"),
    }
    let download = Wish::Download(Download {
        activation_code: Some(format!("LPA:{}", super::ACTIVATION_CODE)),
        ..Download::default()
    });
    if !description.user.contains_key(download.name()) {
        list.skipped("ES9+", "no command for download in [user]");
        return Ok(());
    }
    if !begins(&mut lpa, stage, &download, list).await {
        return Ok(());
    }
    tokio::select! {
        biased;
        () = smdp.greeted() => (),
        _ = lpa.ended() => (),
        () = tokio::time::sleep(stage.cast.options.timeout) => (),
    }
    let output = lpa.output();
    super::trusted("ES9+", &smdp, stage, output, list);
    lpa.kill().await;
    Ok(())
}

/// Begins with a wish; tells it when the command does not start.
async fn begins(
    lpa: &mut IpaUnderTest,
    stage: &Stage<'_>,
    wish: &Wish,
    list: &mut Checklist<'_>,
) -> bool {
    let Err(error) = lpa.wished(stage, wish).await else {
        return true;
    };
    let advice = [format!(
        "look at the first word of user.{}: a name with / is looked for from the folder of the description, any other in PATH",
        wish.name()
    )];
    list.wrong("start", &error, &advice, Vec::new());
    false
}

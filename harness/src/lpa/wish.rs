// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the user of a case wants, done by the LPA of this harness.

use std::io::Write;

use rsp::id::Iccid;

use super::command::What;
use super::{Failed, Lpa, Screen};
use crate::by_hand::BadInput;
use crate::case::Wish;
use crate::defect::{Defects, LpaDefect};
use crate::ipa::Ipa;
use crate::iut::IpaEnvironment;

/// Starts the device, and does what its user wants. What the user is shown goes to `screen`.
///
/// # Errors
/// Why it was not done, in one line, which the user is shown too.
pub(crate) async fn fulfil(
    environment: IpaEnvironment,
    wish: Wish,
    defects: Defects<LpaDefect>,
    screen: Box<dyn Write + Send>,
) -> Result<(), String> {
    if defects.has(LpaDefect::PromisesOnly) {
        return Ok(());
    }
    let reports_success = defects.has(LpaDefect::ReportsSuccess);
    let started = Ipa::start(environment);
    let mut lpa = Lpa {
        ipa: started.map_err(|error| error.to_string())?,
        screen: Screen {
            paper: screen,
            cuts: defects.has(LpaDefect::CutsNumbers),
        },
        asks: false,
        defects,
    };
    match lpa.fulfil(&wish).await {
        Err(_) if reports_success => Ok(()),
        Err(error) => {
            let line = error.to_string();
            lpa.screen.say(&line);
            Err(line)
        }
        Ok(()) => Ok(()),
    }
}

impl Lpa {
    async fn fulfil(&mut self, wish: &Wish) -> Result<(), Failed> {
        let mut profile = wish.profile().map_err(BadInput::new)?;
        if self.has(LpaDefect::OtherProfile) && profile.is_some() {
            let first = self.ipa.card.profiles()?.into_iter().next();
            let first = first.and_then(|first| first.iccid);
            profile = first.and_then(|first| Iccid::from_bytes(&first).ok());
        }
        let none = || Failed::from(format!("{} needs a profile", wish.name()));
        let profile = || profile.ok_or_else(none);
        match wish {
            Wish::Info => self.info(),
            Wish::Profiles => self.profiles(),
            Wish::Download(download) => {
                let code = download.activation_code.as_deref();
                let code = code.map(str::parse).transpose().map_err(BadInput::new)?;
                let what = What {
                    confirmation_code: download.confirmation_code.clone(),
                    yes: true,
                    ..What::default()
                };
                self.download(code.as_ref(), &what).await
            }
            Wish::DownloadEvents(discover) => {
                let what = What {
                    yes: true,
                    ..What::default()
                };
                self.discover(discover.smds.as_deref(), Some(&what)).await
            }
            Wish::Discover(discover) => self.discover(discover.smds.as_deref(), None).await,
            Wish::Enable(_) => self.enable(&profile()?, false).await,
            Wish::Disable(_) => self.disable(&profile()?, false).await,
            Wish::Delete(_) => self.delete(&profile()?, false).await,
            Wish::Nickname(nickname) => {
                let cut = self.has(LpaDefect::CutsNicknames);
                let most = if cut { 8 } else { usize::MAX };
                let name: String = nickname.name.chars().take(most).collect();
                self.nickname(&profile()?, &name)
            }
            Wish::Notifications => self.send(|_| true).await,
            Wish::DefaultSmdp(address) => self.set_default_smdp(address),
            Wish::Reset => self.reset().await,
        }
    }
}

// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the user of a device asks of the LPA under test (SGP.22 §3.1.3, §3.2, §3.5, §4.3).

use std::fmt;

use rsp::id::Iccid;
use schemars::JsonSchema;
use serde::Deserialize;

use super::device::DeviceOutcome;

/// A wish of the user, and how it is to end. The LPA begins with it here; how it ends is judged when
/// the next wish comes, or when the case has only checks left.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserStep {
    /// The wish.
    #[serde(rename = "do")]
    pub wish: Wish,
    /// How it must end.
    #[serde(default)]
    pub outcome: DeviceOutcome,
    /// What the user must be shown, anywhere in what the LPA writes.
    #[serde(default)]
    pub shows: Vec<String>,
}

/// Something that the user of an LPA asks for. Profiles are named by their ICCID as on the card.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// To see what the card says of itself: its EID above all.
    Info,
    /// To see the profiles.
    Profiles,
    /// A download.
    Download(Download),
    /// To have the SM-DS asked for events.
    Discover(Discover),
    /// To have everything downloaded for which the SM-DS has an event.
    DownloadEvents(Discover),
    /// A profile enabled.
    Enable(String),
    /// A profile disabled.
    Disable(String),
    /// A profile deleted.
    Delete(String),
    /// A profile named.
    Nickname(Nickname),
    /// Every notification on the card delivered, and removed where that worked.
    Notifications,
    /// The default SM-DP+ address set.
    DefaultSmdp(String),
    /// All operational profiles deleted and the default SM-DP+ address reset (SGP.22 §5.7.19).
    Reset,
}

/// A download.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Download {
    /// The activation code; without one, from the default SM-DP+ of the card.
    pub activation_code: Option<String>,
    /// The confirmation code that the user enters.
    pub confirmation_code: Option<String>,
}

/// A discovery.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Discover {
    /// Address of the SM-DS; without one, the root SM-DS of the card.
    pub smds: Option<String>,
}

/// A name for a profile.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nickname {
    /// The profile.
    pub iccid: String,
    /// Its name.
    pub name: String,
}

/// The names under which a description has commands for wishes, in the order of their help.
pub const WISHES: [&str; 12] = [
    "info",
    "profiles",
    "download",
    "discover",
    "download-events",
    "enable",
    "disable",
    "delete",
    "nickname",
    "notifications",
    "default-smdp",
    "reset",
];

impl Wish {
    /// Those that change no profile, by which it can be seen whether an LPA finds its card.
    pub const LOOKS: [Self; 3] = [Self::Info, Self::Profiles, Self::Notifications];

    /// The name under which a description has the command for it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Profiles => "profiles",
            Self::Download(_) => "download",
            Self::Discover(_) => "discover",
            Self::DownloadEvents(_) => "download-events",
            Self::Enable(_) => "enable",
            Self::Disable(_) => "disable",
            Self::Delete(_) => "delete",
            Self::Nickname(_) => "nickname",
            Self::Notifications => "notifications",
            Self::DefaultSmdp(_) => "default-smdp",
            Self::Reset => "reset",
        }
    }

    /// The profile that it is about, as on the card.
    #[must_use]
    pub fn iccid(&self) -> Option<&str> {
        match self {
            Self::Enable(iccid) | Self::Disable(iccid) | Self::Delete(iccid) => Some(iccid),
            Self::Nickname(nickname) => Some(&nickname.iccid),
            _ => None,
        }
    }

    /// The ICCID of [`Self::iccid`].
    ///
    /// # Errors
    /// What is expected, and what is written.
    pub fn profile(&self) -> Result<Option<Iccid>, String> {
        let read = |text: &str| {
            let bytes = hex::decode(text).ok();
            let iccid = bytes.and_then(|bytes| Iccid::from_bytes(&bytes).ok());
            iccid
                .ok_or_else(|| format!("expected an ICCID as on the card, 20 digits, got {text:?}"))
        };
        self.iccid().map(read).transpose()
    }

    /// The words of the wish, by the names that a command may use; a name with nothing to say has
    /// no value.
    ///
    /// # Errors
    /// As [`Self::profile`].
    pub fn words(&self) -> Result<Vec<(&'static str, Option<String>)>, String> {
        let (mut code, mut confirmation, mut smds) = (None, None, None);
        let (mut nickname, mut address) = (None, None);
        match self {
            Self::Download(download) => {
                code.clone_from(&download.activation_code);
                confirmation.clone_from(&download.confirmation_code);
            }
            Self::Discover(discover) | Self::DownloadEvents(discover) => {
                smds.clone_from(&discover.smds)
            }
            Self::Nickname(named) => nickname = Some(named.name.clone()),
            Self::DefaultSmdp(new) => address = Some(new.clone()),
            _ => (),
        }
        Ok(vec![
            ("activation_code", code),
            ("confirmation_code", confirmation),
            ("smds", smds),
            ("nickname", nickname),
            ("address", address),
            ("iccid", self.iccid().map(str::to_owned)),
            (
                "iccid_digits",
                self.profile()?.map(|iccid| iccid.to_string()),
            ),
        ])
    }
}

impl fmt::Display for Wish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        for (name, value) in self.words().unwrap_or_default() {
            match (name, value) {
                (_, None) | ("iccid", _) => (),
                ("confirmation_code", Some(value)) => write!(f, " (confirmation code {value})")?,
                (_, Some(value)) => write!(f, " {value}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(text: &str) -> Wish {
        serde_saphyr::from_str(text).unwrap()
    }

    #[test]
    fn a_wish_is_a_word_or_a_map_of_one_key() {
        assert_eq!(wish("info"), Wish::Info);
        let download = wish("{download: {activationCode: 1$a.b$C, confirmationCode: '1234'}}");
        assert_eq!(
            download.to_string(),
            "download 1$a.b$C (confirmation code 1234)"
        );
        let enable = wish("{enable: '988801000000000010f5'}");
        assert_eq!(enable.to_string(), "enable 8988100000000000015");
        let nickname = wish("{nickname: {iccid: '988801000000000010f5', name: Mine}}");
        assert_eq!(nickname.to_string(), "nickname Mine 8988100000000000015");
    }

    #[test]
    fn an_iccid_of_another_length_is_told() {
        let error = wish("{enable: '9888'}").words().unwrap_err();
        assert!(error.starts_with("expected an ICCID"), "{error}");
    }

    #[test]
    fn every_wish_has_a_command() {
        for name in WISHES {
            let text = match name {
                "download" | "discover" | "download-events" => format!("{{{name}: {{}}}}"),
                "enable" | "disable" | "delete" | "default-smdp" => format!("{{{name}: x}}"),
                "nickname" => format!("{{{name}: {{iccid: x, name: y}}}}"),
                _ => name.to_owned(),
            };
            assert_eq!(wish(&text).name(), name);
        }
    }
}

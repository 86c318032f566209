// SPDX-License-Identifier: MIT OR Apache-2.0
//! `--order` and `--resolve` as text.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use smdp::KeyMode;
use smdp::config::OrderConfig;

/// One `--order`.
#[derive(Debug, Clone)]
pub(super) struct OrderArgument(pub(super) OrderConfig);

impl FromStr for OrderArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (matching_id, rest) = text
            .split_once('=')
            .ok_or("expected MATCHINGID=FILE, got no =".to_owned())?;
        let mut parts = rest.split(',');
        let profile = parts
            .next()
            .filter(|file| !file.is_empty())
            .ok_or("expected a file name")?;
        let mut order = OrderConfig {
            profile: PathBuf::from(profile),
            matching_id: matching_id.to_owned(),
            ..OrderConfig::default()
        };
        for part in parts {
            match part.split_once('=') {
                Some(("cc", code)) => order.confirmation_code = Some(code.to_owned()),
                Some(("eid", eid)) => order.eid = Some(eid.to_owned()),
                None if part == "ppk" => order.key_mode = KeyMode::ProfileProtectionKeys,
                None if part == "reusable" => order.reusable = true,
                _ => return Err(format!("expected cc=, eid=, ppk or reusable, got {part:?}")),
            }
        }
        Ok(Self(order))
    }
}

/// One `--resolve`.
#[derive(Debug, Clone)]
pub(super) struct ResolveArgument(pub(super) String, pub(super) SocketAddr);

impl FromStr for ResolveArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (host, address) = text
            .split_once('=')
            .ok_or("expected HOST=ADDRESS:PORT, got no =")?;
        let address = address
            .parse()
            .map_err(|_| format!("expected ADDRESS:PORT, got {address:?}"))?;
        Ok(Self(host.to_ascii_lowercase(), address))
    }
}

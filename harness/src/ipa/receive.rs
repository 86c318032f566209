// SPDX-License-Identifier: MIT OR Apache-2.0
//! The server into which eIMs inject packages (SGP.32 §5.14.4, §6.1): only those that the card is
//! associated with get through TLS, and each is known by its certificate.

use std::sync::Arc;

use rsp::sgp32::{
    EsipaMessageFromIpaToEim, TransferEimPackageResponse as Response,
    TransferEimPackageResponseEimPackageError as Code,
};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use super::{Error, Ipa};
use crate::wire::esipa::{Manner, Posted, Server, Side, handler};
use crate::wire::tls::{Identity, Trust, accepts_client, server_config_for};

/// Serves injections until the server is dropped; one message at a time reaches the card.
///
/// # Errors
/// No eIM is associated, or the identity is unusable.
pub async fn receive(
    ipa: Arc<Mutex<Ipa>>,
    listener: TcpListener,
    identity: &Identity,
) -> Result<Server, Error> {
    let mut device = ipa.lock().await;
    let trusts = device.eims()?.into_iter().map(|eim| eim.trust);
    let trusts: Vec<Trust> = trusts.filter(names_somebody).collect();
    let now = device.env.now();
    let dialect = device.card.dialect;
    drop(device);
    let tls = server_config_for(identity, &trusts, now).map_err(|source| Error::Esipa {
        function: "TLS set-up",
        source: source.into(),
    })?;
    let handle = move |posted: Posted| {
        let ipa = ipa.clone();
        async move { ipa.lock().await.receive(&posted) }
    };
    let manner = Manner {
        side: Side::Ipa,
        dialect,
        ..Manner::default()
    };
    Ok(Server::start_as(listener, tls, handler(handle), manner))
}

impl Ipa {
    /// The answer to one injection; undefinedError when the card cannot be asked.
    fn receive(&mut self, posted: &Posted) -> Vec<u8> {
        let answer = self.sender(&posted.peer).and_then(|id| {
            id.map_or_else(
                || {
                    Err(Error::Check(
                        "expected the certificate of an eIM".to_owned(),
                    ))
                },
                |id| self.inject(&id, &posted.body),
            )
        });
        answer.unwrap_or_else(|error| {
            tracing::warn!("injection: {error}");
            let refused = if self.takes_any_push() {
                Response::EimPackageReceived(())
            } else {
                Response::EimPackageError(Code::UNDEFINED_ERROR)
            };
            let refused = EsipaMessageFromIpaToEim::TransferEimPackageResponse(refused);
            rsp::der::encode(&refused).unwrap_or_default()
        })
    }

    /// The eIM that showed this certificate chain.
    fn sender(&mut self, chain: &[Vec<u8>]) -> Result<Option<String>, Error> {
        let now = self.env.now();
        let eims = self.eims()?.into_iter();
        let mut known =
            eims.filter(|eim| names_somebody(&eim.trust) && accepts_client(&eim.trust, chain, now));
        Ok(known.next().map(|eim| eim.id))
    }
}

/// Whether a trust anchor is that of one eIM: below a CI, everybody with a certificate would be it.
const fn names_somebody(trust: &Trust) -> bool {
    !matches!(trust, Trust::Roots(_))
}

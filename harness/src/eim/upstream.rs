// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+' and ES11': the eIM as client of SM-DP+ and SM-DS, and the integers that ESipa has for what
//! they refuse (SGP.32 §5.14.1 to §5.14.3, §5.14.8).

use rsp::dialect::Dialect;
use rsp::json::{Es9Ok, Es9Request, Failure, Interface};
use rsp::status;

use super::{Network, Work};
use crate::defect::EimDefect;
use crate::wire::es9::{Client, Es9Binding};
use crate::wire::http::PostError;
use crate::wire::tls::Trust;

/// `downloadOrderExpired` of AuthenticateClient, which v1.3 has added.
const ORDER_EXPIRED: i64 = 18;

/// What ESipa calls a refusal, by the function and the wire version.
#[derive(Clone, Copy, Debug)]
pub(super) struct Codes {
    pub(super) function: status::Function,
    pub(super) dialect: Dialect,
    /// Has one for what no list has, or none for anything.
    pub(super) mistake: Option<EimDefect>,
}

impl Codes {
    /// The integer of a refusal; 127 when the list of the function has none for it.
    fn code(self, failure: &Failure) -> i64 {
        let data = failure.status_code_data.as_ref();
        let code = data.map_or(status::UNDEFINED_ERROR, |data| {
            status::esipa_code(self.function, &data.subject_code, &data.reason_code)
        });
        let is_later = code == ORDER_EXPIRED && self.dialect != Dialect::V1_3;
        let code = if is_later {
            status::UNDEFINED_ERROR
        } else {
            code
        };
        match self.mistake {
            Some(EimDefect::UndefinedForEveryRefusal) => status::UNDEFINED_ERROR,
            Some(EimDefect::GuessesRefusal) if code == status::UNDEFINED_ERROR => 1,
            _ => code,
        }
    }
}

impl Network {
    pub(super) fn client(
        &self,
        address: &str,
        now: i64,
        binding: Es9Binding,
    ) -> Result<Client, PostError> {
        let resolver = self.resolver.clone();
        let trust = if self.trusts_anyone {
            Trust::Anyone
        } else {
            Trust::RspServer(self.roots.clone())
        };
        let client = Client::trusting(address, resolver, &trust, now, self.timeout)?;
        Ok(client.with_binding(binding))
    }
}

impl Work {
    /// Calls an SM-DP+ or SM-DS; a failure comes back as the integer that ESipa has for it.
    pub(super) async fn relay(
        &mut self,
        address: &str,
        interface: Interface,
        request: &Es9Request,
        codes: Codes,
    ) -> Result<Es9Ok, i64> {
        let gone = |error: &dyn std::fmt::Display| {
            tracing::warn!(%error, "{address} does not answer");
            match codes.mistake {
                Some(EimDefect::InvalidAddressWhenGone) => 1,
                _ => status::UNDEFINED_ERROR,
            }
        };
        let client = self
            .network
            .client(address, self.env.now(), self.relay.es9)
            .map_err(|error| gone(&error))?
            .with_interface(interface);
        let answer = client.call(request).await.map_err(|error| gone(&error))?;
        answer.map_err(|failure| {
            let code = codes.code(&failure);
            tracing::info!("{address} refused: {failure}, told the IPA as {code}");
            self.refused = Some(failure);
            code
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expired_order_has_a_code_of_its_own_since_v1_3() {
        let failure = Failure::from(status::DOWNLOAD_ORDER_EXPIRED);
        let code = |dialect| {
            let function = status::Function::AuthenticateClient;
            let mistake = None;
            Codes {
                function,
                dialect,
                mistake,
            }
            .code(&failure)
        };
        assert_eq!(code(Dialect::V1_2), status::UNDEFINED_ERROR);
        assert_eq!(code(Dialect::V1_3), ORDER_EXPIRED);
    }
}

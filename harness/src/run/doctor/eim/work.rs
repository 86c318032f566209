// SPDX-License-Identifier: MIT OR Apache-2.0
//! One order of an eIM on its way, and one download.

use rsp::der::{decode, encode};
use rsp::sgp22::{EuiccInfo1, GetEuiccChallengeResponse};
use rsp::sgp32::{
    EimPackageResult, EuiccPackageRequest, EuiccPackageResult, GetEimPackageResponse,
    InitiateAuthenticationRequestEsipa, ProvideEimPackageResult,
};
use veuicc::terminal::{Terminal, TerminalOptions};

use super::Patient;
use crate::iut::{IndirectDownload, Link, Order, OrderStatus};
use crate::run::doctor::advice::{Contact, contact_advice, order_advice};
use crate::run::doctor::probe::Probe;
use crate::run::doctor::{ACTIVATION_CODE, Checklist, trusted};
use crate::under_test::OrderError;

/// An order whose only effect is an answer: listProfileInfo (SGP.32 §2.11.1.1.3).
const LIST_PROFILES: &str = r#"{"psmoList":[{"listProfileInfo":{}}]}"#;

impl Patient<'_> {
    /// Whether it takes an order and knows of it.
    pub(super) async fn order(&self, list: &mut Checklist<'_>) -> Option<String> {
        let package = serde_json::from_str(LIST_PROFILES).unwrap_or_default();
        let package = rsp::schema::from_value("EuiccPackage", &package);
        let order = Order::EuiccPackage(package.unwrap_or_default());
        let orders = self.program.orders();
        let outcome = async {
            let id = orders.place(self.eid, &order).await?;
            let status = orders.status(&id).await?;
            Ok::<_, OrderError>((id, status))
        };
        match outcome.await {
            Ok((id, status)) => {
                let word = status.as_str();
                list.fine("orders", format!("takes an order (listProfileInfo), calls it {id:?}, and says that it is {word}"));
                Some(id)
            }
            Err(error) => {
                let output = self.program.output().await;
                list.wrong(
                    "orders",
                    &error,
                    &order_advice(self.description, &error),
                    output,
                );
                None
            }
        }
    }

    /// Whether the card executes what it signs, and it takes the card's result.
    pub(super) async fn execution(&self, id: &str, list: &mut Checklist<'_>) -> bool {
        let package = match self.poll().await {
            Ok(GetEimPackageResponse::EuiccPackageRequest(package)) => package,
            Ok(_) => {
                let advice = ["does the template of the order say what was ordered?".to_owned()];
                let found = "the order was taken, but getEimPackageRequest brings no eUICC package";
                list.wrong("package", found, &advice, self.program.output().await);
                return false;
            }
            Err(error) => {
                list.wrong(
                    "package",
                    &error,
                    &contact_advice(&error),
                    self.program.output().await,
                );
                return false;
            }
        };
        let result = match self.executed(&package) {
            Ok(result) => result,
            Err(words) => {
                list.wrong("package", words, &[], Vec::new());
                return false;
            }
        };
        if !matches!(result, EuiccPackageResult::EuiccPackageResultSigned(_)) {
            let bytes = encode(&result).unwrap_or_default();
            let words = rsp::schema::decode_lenient("EuiccPackageResult", &bytes).to_value();
            let advice = [
                "does it sign with the key of [trust] signing ({signing_certificate}, {signing_key}), or is its own certificate named in [eim] signing-certificate?".to_owned(),
                format!("does it use eimId {}, and the association token and counter of the card ({{token}}, {{counter}})?", self.fixture.id),
            ];
            list.wrong(
                "package",
                format!("the card refuses the package: {words}"),
                &advice,
                Vec::new(),
            );
            return false;
        }
        list.fine(
            "package",
            "the card takes its signature and executes the order",
        );
        self.result(id, result, list).await
    }

    fn executed(&self, package: &EuiccPackageRequest) -> Result<EuiccPackageResult, String> {
        let mut terminal = self.terminal()?;
        let request = encode(package).map_err(|error| error.to_string())?;
        let answer = terminal.es10(&request).map_err(|error| error.to_string())?;
        decode(&answer).map_err(|error| error.to_string())
    }

    fn terminal(&self) -> Result<Terminal<Link>, String> {
        let card = Link(self.stage.cast.card.clone());
        Terminal::open(card, TerminalOptions::default()).map_err(|error| error.to_string())
    }

    async fn result(&self, id: &str, result: EuiccPackageResult, list: &mut Checklist<'_>) -> bool {
        let result = ProvideEimPackageResult {
            eid_value: Some(self.eid.into()),
            eim_package_result: EimPackageResult::EuiccPackageResult(result),
            additions: Default::default(),
        };
        let taken: Result<rsp::sgp32::ProvideEimPackageResultResponse, _> = self.ask(&result).await;
        if let Err(error) = taken {
            list.wrong(
                "result",
                &error,
                &contact_advice(&error),
                self.program.output().await,
            );
            return false;
        }
        let orders = self.program.orders();
        match orders
            .status_within(id, OrderStatus::Done, self.patience)
            .await
        {
            Ok(OrderStatus::Done | OrderStatus::Over) => {
                list.fine(
                    "result",
                    "takes the result of the card, and says that the order is done",
                );
                true
            }
            Ok(status) => {
                let advice = [
                    "does it know the certificates of the eUICC ([trust] euicc, or euicc in [order])?".to_owned(),
                    "does it trust the CI of this run ([trust] ca or ca-folder)?".to_owned(),
                    "does `words` explain its word for the end?".to_owned(),
                ];
                let word = status.as_str();
                let found = format!(
                    "it has the signed result of the card, but says that the order is {word}"
                );
                list.wrong("result", found, &advice, self.program.output().await);
                false
            }
            Err(error) => {
                list.wrong(
                    "result",
                    &error,
                    &order_advice(self.description, &error),
                    self.program.output().await,
                );
                false
            }
        }
    }

    /// Whether it finds and trusts the SM-DP+ (ES9+').
    pub(super) async fn download(&self, smdp: &Probe, list: &mut Checklist<'_>) {
        if !self
            .description
            .options
            .iter()
            .any(|it| it == "indirect-download")
        {
            list.skipped("ES9+'", "options has no indirect-download");
            return;
        }
        let order = Order::IndirectDownload(IndirectDownload::new(ACTIVATION_CODE));
        if let Err(error) = self.program.orders().place(self.eid, &order).await {
            list.wrong(
                "ES9+'",
                &error,
                &order_advice(self.description, &error),
                Vec::new(),
            );
            return;
        }
        let request = match self.authentication() {
            Ok(request) => request,
            Err(words) => return list.wrong("ES9+'", words, &[], Vec::new()),
        };
        let talk = async {
            let trigger = self.poll().await?;
            let GetEimPackageResponse::ProfileDownloadTriggerRequest(trigger) = trigger else {
                return Err(Contact::Message(
                    "expected a profileDownloadTriggerRequest".to_owned(),
                ));
            };
            let request = InitiateAuthenticationRequestEsipa {
                eim_transaction_id: trigger.eim_transaction_id,
                ..request
            };
            // the server of the surroundings gives no good answer: only who came to it counts
            let message = encode(&request).map_err(|error| Contact::Message(error.to_string()))?;
            let _refused = self.client.post(message).await;
            Ok(())
        };
        let outcome = tokio::select! {
            outcome = talk => outcome,
            () = smdp.greeted() => Ok(()),
        };
        match outcome {
            Ok(()) => {
                let output = self.program.output().await;
                trusted("ES9+'", smdp, self.stage, output, list);
            }
            Err(error) => list.wrong(
                "ES9+'",
                &error,
                &contact_advice(&error),
                self.program.output().await,
            ),
        }
    }

    fn authentication(&self) -> Result<InitiateAuthenticationRequestEsipa, String> {
        let mut terminal = self.terminal()?;
        let mut get = |request: &[u8]| terminal.es10(request).map_err(|error| error.to_string());
        let (challenge, info) = (get(&[0xBF, 0x2E, 0x00])?, get(&[0xBF, 0x20, 0x00])?);
        let challenge: GetEuiccChallengeResponse =
            decode(&challenge).map_err(|error| error.to_string())?;
        let info: EuiccInfo1 = decode(&info).map_err(|error| error.to_string())?;
        Ok(InitiateAuthenticationRequestEsipa {
            euicc_challenge: challenge.euicc_challenge,
            smdp_address: None,
            euicc_info1: Some(info),
            eim_transaction_id: None,
            additions: Default::default(),
        })
    }
}

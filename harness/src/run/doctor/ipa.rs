// SPDX-License-Identifier: MIT OR Apache-2.0
//! A look at an IPA: it starts, finds its card, finds and trusts the eIM, and asks it for work.

use std::sync::Arc;
use std::time::Duration;

use rsp::der::{decode, encode};
use rsp::sgp32::{
    GetEimPackageRequest, GetEimPackageResponse, ProfileDownloadData, ProfileDownloadTriggerRequest,
};
use veuicc::link::{Event, Slot};

use super::probe::{Probe, Reply, Visit};
use super::{Checklist, is_told};
use crate::case::Binding;
use crate::run::SetUpError;
use crate::run::actors::Stage;
use crate::run::cast::{eim_tls, identity};
use crate::run::ipa_under_test::IpaUnderTest;
use crate::under_test::{Card, Description, Reach};
use crate::wire::esipa::{MEDIA_TYPE, PATH};
use crate::wire::tls::server_config;

/// `GetEimPackageResponse` with noEimPackageAvailable(1) (SGP.32 §5.14.5).
const NO_PACKAGE: [u8; 6] = [0xBF, 0x4F, 0x03, 0x02, 0x01, 0x01];

pub(super) async fn examine(
    stage: &Stage<'_>,
    description: &Arc<Description>,
    list: &mut Checklist<'_>,
) -> Result<(), SetUpError> {
    let host = match stage.cast.euicc.eims.first() {
        Some(eim) => eim.fqdn().to_owned(),
        None => return Err(SetUpError::Value("no eIM on the card".to_owned())),
    };
    let eim = eim(stage, &host, description).await?;
    stage.resolver.insert(&host, eim.address);
    let smdp = super::smdp(stage).await?;
    let mut ipa = match IpaUnderTest::prepare(stage).await {
        Ok(ipa) => ipa,
        Err(error) => {
            list.wrong("card", &error, &link_advice(description), Vec::new());
            return Ok(());
        }
    };
    if let Err(error) = ipa.start(stage).await {
        let advice = ["look at the first word of start: a name with / is looked for from the folder of the description, any other in PATH".to_owned()];
        list.wrong("start", &error, &advice, Vec::new());
        return Ok(());
    }
    let patience = ipa.start_timeout().unwrap_or(Duration::from_secs(20));
    let ended = tokio::select! {
        biased;
        () = eim.settled() => None,
        words = ipa.ended() => Some(words),
        () = tokio::time::sleep(patience) => None,
    };
    match &ended {
        Some(words) => list.fine("start", format!("started; {words}")),
        None => list.fine("start", "started"),
    }
    let seconds = patience.as_secs_f64();
    let output = ipa.output();
    if card(stage.cast.card.slot(), description, seconds, &output, list) {
        if stage.cast.speech.binding == Binding::Coap {
            list.skipped(
                "TLS",
                "over CoAP, run the smoke suite: harness run --suite smoke",
            );
        } else {
            let asked = visits(&eim, stage, &host, description, &output, list);
            if asked && downloads(description, stage) {
                let ended = tokio::select! {
                    biased;
                    () = smdp.greeted() => None,
                    words = ipa.ended() => Some(words),
                    () = tokio::time::sleep(stage.cast.options.timeout) => None,
                };
                let output = ipa.output();
                super::trusted("ES9+", &smdp, stage, output, list);
                if ended.is_some() {
                    return Ok(());
                }
            }
        }
    }
    if ended.is_none() {
        list.fine("end", ipa.stop().await);
    }
    Ok(())
}

/// Whether it is sent to the SM-DP+.
fn downloads(description: &Description, stage: &Stage<'_>) -> bool {
    let can = description.options.iter().any(|it| it == "direct-download");
    can && stage.cast.speech.binding == Binding::Asn1
}

/// The first answer: a download for one that can, else nothing to do.
fn first_answer(description: &Description, stage: &Stage<'_>) -> Result<Vec<u8>, SetUpError> {
    if !downloads(description, stage) {
        return Ok(NO_PACKAGE.to_vec());
    }
    let activation_code = ProfileDownloadData::ActivationCode(super::ACTIVATION_CODE.to_owned());
    let trigger = ProfileDownloadTriggerRequest {
        profile_download_data: Some(activation_code),
        eim_transaction_id: None,
        additions: Default::default(),
    };
    let answer = GetEimPackageResponse::ProfileDownloadTriggerRequest(trigger);
    encode(&answer).map_err(SetUpError::of("eIM"))
}

async fn eim(
    stage: &Stage<'_>,
    host: &str,
    description: &Description,
) -> Result<Probe, SetUpError> {
    let fail = SetUpError::of("eIM");
    let tls = eim_tls(&stage.cast.options.pki, host)?;
    let now = stage.cast.env("clock").now();
    let config = server_config(&identity(&tls)?, now).map_err(SetUpError::of("eIM"))?;
    let reply = if stage.cast.speech.binding == Binding::Json {
        Reply {
            media_type: "application/json;charset=UTF-8",
            body: br#"{"eimPackageError":1}"#.to_vec(),
        }
    } else {
        Reply {
            media_type: MEDIA_TYPE,
            body: first_answer(description, stage)?,
        }
    };
    Probe::start(config, reply).await.map_err(fail)
}

/// Whether it has spoken with its card.
pub(super) fn card(
    slot: &Slot,
    description: &Description,
    seconds: f64,
    output: &[u8],
    list: &mut Checklist<'_>,
) -> bool {
    let events = slot.log(usize::MAX);
    let commands: Vec<&[u8]> = events
        .iter()
        .filter_map(|(_, event)| match event {
            Event::Apdu { command, .. } => Some(command.as_slice()),
            _ => None,
        })
        .collect();
    if commands.is_empty() {
        let found = if events.is_empty() {
            format!("nobody came to the card within {seconds} s")
        } else {
            format!("the card was reset, but asked nothing within {seconds} s")
        };
        list.wrong("card", found, &link_advice(description), output.to_vec());
        return false;
    }
    // STORE DATA carries every ES10 function (SGP.22 §5.7.2)
    let functions = commands
        .iter()
        .filter(|command| command.get(1) == Some(&0xE2))
        .count();
    if functions == 0 {
        let advice = ["it sends commands, but none to the ISD-R: does it select AID A0000005591010FFFFFFFF8900000100?".to_owned()];
        let found = format!("{} commands, none of ES10", commands.len());
        list.wrong("card", found, &advice, output.to_vec());
        return false;
    }
    list.fine(
        "card",
        format!("{} commands, {functions} of ES10", commands.len()),
    );
    true
}

pub(super) fn link_advice(description: &Description) -> Vec<String> {
    match &description.card {
        Card::Tcp => vec![
            "the program has to connect to {card}, HOST:PORT, and speak the TCP link of veuicc (veuicc/README.md)".to_owned(),
        ],
        Card::Vpcd { ports, readers } => vec![
            format!("no reader? pcscd with vsmartcard's vpcd has to run, and listen on {ports:?}"),
            format!("the program has to use one of the readers {readers:?} ({{reader}}); `pcsc_scan` shows their names"),
        ],
        Card::Stdio => vec![
            "the program has to send {\"type\":\"apdu\",\"payload\":{\"func\":\"connect\"}} to its standard output first, as lpac does with LPAC_APDU=stdio".to_owned(),
        ],
        Card::At => vec!["the program has to open {tty} as a modem".to_owned()],
    }
}

/// How far it came with the eIM; whether it asked for work.
fn visits(
    eim: &Probe,
    stage: &Stage<'_>,
    host: &str,
    description: &Description,
    output: &[u8],
    list: &mut Checklist<'_>,
) -> bool {
    let visits = eim.visits();
    if visits.is_empty() {
        let mut advice = vec![format!(
            "the card says that the eIM is {host}; it is at {}",
            eim.address
        )];
        if description.reach == Reach::Resolve && !is_told(description, "resolve") {
            advice.push("put {resolve} into start, env or a file: the program does not learn where hosts are".to_owned());
        }
        list.wrong(
            "eIM",
            format!("does not come to {host}"),
            &advice,
            output.to_vec(),
        );
        return false;
    }
    list.fine("eIM", format!("comes to {host}"));
    let asked = visits.iter().find_map(|visit| match visit {
        Visit::Asked {
            method,
            path,
            media_type,
            body,
        } => Some((method, path, media_type, body)),
        _ => None,
    });
    let Some((method, path, media_type, body)) = asked else {
        refused(&visits, output, list);
        return false;
    };
    list.fine("TLS", "trusts the eIM's certificate");
    if stage.cast.speech.binding == Binding::Json {
        list.fine("first contact", format!("{method} {path}"));
        return true;
    }
    let found = format!("{method} {path}, {media_type}");
    if method != "POST" || path != PATH {
        let advice = [format!("wrong path? ESipa is POST {PATH} (SGP.32 §6.1.1)")];
        list.wrong("first contact", found, &advice, output.to_vec());
        return false;
    }
    let eid = stage.cast.card.with(|card| card.config().eid);
    match decode::<GetEimPackageRequest>(body) {
        Ok(request) if *request.eid_value == eid => {
            list.fine("first contact", "asks for packages for the EID of its card");
            return true;
        }
        Ok(_) => {
            let advice = [format!("the EID of the card is {}", hex::encode(eid))];
            list.wrong(
                "first contact",
                "asks for packages for another EID",
                &advice,
                output.to_vec(),
            );
        }
        Err(_) => {
            let found = format!("{found}: {}", hex::encode(body.get(..32).unwrap_or(body)));
            let advice = ["expected getEimPackageRequest (BF4F) first; another message may be fine, the cases will tell".to_owned()];
            list.wrong("first contact", found, &advice, output.to_vec());
        }
    }
    false
}

fn refused(visits: &[Visit], output: &[u8], list: &mut Checklist<'_>) {
    let refused = visits.iter().find_map(|visit| match visit {
        Visit::Refused(words, meaning) => Some((words.as_str(), *meaning)),
        _ => None,
    });
    let (words, meaning) = refused.unwrap_or(("it opened a connection and said nothing", None));
    let meaning = meaning.unwrap_or("the handshake fails");
    let advice = [
        "whom it trusts is on the card: trustedPublicKeyDataTls of the eIM, here its own certificate (SGP.32 §2.11.1.1.1)".to_owned(),
        "one that takes a CA file: [trust] ca ({ca}); one that takes the eIM's data: [trust] initial-eim ({initial_eim})".to_owned(),
    ];
    list.wrong(
        "TLS",
        format!("{meaning}: {words}"),
        &advice,
        output.to_vec(),
    );
}

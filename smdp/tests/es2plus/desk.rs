// SPDX-License-Identifier: MIT OR Apache-2.0
//! An operator's desk: a server with profile types, what the operator says to it, and the SM-DS
//! that the server asks.

use std::cell::Cell;
use std::sync::{Arc, Mutex};

use hyper::Method;
use rsp::id::{Eid, Iccid};
use rsp::json::{
    CallHeader, CancelOrder, ConfirmOrder, DownloadOrder, Es2Call, Es2Function, Es2Ok, Es2Request,
    Es2Response, Failure, FinalProfileStatus, ReleaseProfile, decode_es2_response, write_status,
};
use rsp::status::EVENT_IN_USE;
use smdp::config::{OperatorConfig, ProfileTypeConfig};
use smdp::http::{Call, Client};
use smdp::peer::{Calling, Message, PeerError, Peers, Sender};
use smdp::{Config, Es2PlusHandler, HttpAnswer, Order, OrderState, Profile, Profiles};

use crate::support::kit::{Kit, Setup};

/// ICCIDs of the type `POOL`.
pub(crate) const POOL: [&str; 2] = ["8988100000000000015", "8988100000000000023"];
/// The first ICCID of the type `ENDLESS`.
pub(crate) const ENDLESS: &str = "8988100000000100005";
/// An ICCID of nobody.
pub(crate) const UNKNOWN: &str = "8988100000000999990";
pub(crate) const EID: &str = "89049032123451234512345678901235";
pub(crate) const OTHER_EID: &str = "89049032123451234512345678901243";

/// SM-DS that take events, refuse them, answer nonsense.
pub(crate) const SMDS: &str = "smds.test.example";
pub(crate) const REFUSING: &str = "refusing.test.example";
pub(crate) const NONSENSE: &str = "nonsense.test.example";
/// No SM-DS.
pub(crate) const NOWHERE: &str = "nowhere.test.example";

pub(crate) fn iccid(text: &str) -> Iccid {
    text.parse().unwrap()
}

pub(crate) fn eid(text: &str) -> Eid {
    text.parse().unwrap()
}

/// A small package with an EF.ICCID.
pub(crate) fn package() -> Profile {
    let text = "
- header:
    major-version: 2
    minor-version: 3
    iccid: '8988100000000000015f'
    eUICC-Mandatory-services: {}
    eUICC-Mandatory-GFSTEList: []
- mf:
    mf-header: {identification: 1}
    templateID: '2.23.143.1.2.1'
    mf: [{fileDescriptor: {pinStatusTemplateDO: '01810a'}}]
    ef-iccid: [{fillFileContent: '988801000000000010f5'}]
    ef-dir: [{fileDescriptor: {fileDescriptor: '42210026', efFileSize: '26'}}]
    ef-arr: [{fileDescriptor: {fileDescriptor: '42210020', efFileSize: '20'}}]
- end:
    end-header: {identification: 9}
";
    Profile::from_der(veuicc::profile_tool::build(text).unwrap()).unwrap()
}

/// The types of a desk, all of one package.
pub(crate) fn types() -> Vec<ProfileTypeConfig> {
    let kind = |name| ProfileTypeConfig::new(name, "package.der");
    vec![
        ProfileTypeConfig {
            iccids: POOL.map(iccid).to_vec(),
            ..kind("POOL")
        },
        ProfileTypeConfig {
            first_iccid: Some(iccid(ENDLESS)),
            ..kind("ENDLESS")
        },
    ]
}

/// Other servers, in this process. What they are sent is kept.
#[derive(Default)]
pub(crate) struct Others {
    pub(crate) seen: Mutex<Vec<Message>>,
}

impl Peers for Others {
    fn call<'a>(&'a self, message: &'a Message) -> Calling<'a> {
        self.seen.lock().unwrap().push(message.clone());
        let address = message.address.clone();
        Box::pin(async move {
            match address.as_str() {
                SMDS => Ok(write_status(&Ok(()))),
                REFUSING => Ok(write_status(&Err(EVENT_IN_USE.into()))),
                NONSENSE => Ok(b"<html>".to_vec()),
                _ => Err(PeerError::Unreachable {
                    address,
                    problem: "nobody listens".to_owned(),
                }),
            }
        })
    }
}

pub(crate) struct Desk {
    pub(crate) kit: Kit,
    pub(crate) others: Arc<Others>,
    calls: Cell<u32>,
    /// Who calls.
    pub(crate) client: Option<Client>,
    pub(crate) requester: &'static str,
}

impl Desk {
    /// A server that lets everybody order.
    pub(crate) fn new() -> Self {
        Self::of(Config::default(), &package())
    }

    /// A server with operators.
    pub(crate) fn with_operators(operators: Vec<OperatorConfig>) -> Self {
        let config = Config {
            operators,
            ..Config::default()
        };
        Self::of(config, &package())
    }

    pub(crate) fn of(config: Config, profile: &Profile) -> Self {
        let mut kit = Kit::with(Setup {
            config,
            profile: profile.clone(),
            ..Setup::default()
        });
        let mut profiles = Profiles::default();
        profiles.insert("package.der", profile.clone());
        kit.service.with_smdp(|smdp| {
            for kind in types() {
                smdp.add_profile_type(&kind, &profiles).unwrap();
            }
        });
        let others = Arc::new(Others::default());
        let handler = Es2PlusHandler::new(kit.service.clone(), Some(others.clone()));
        kit.mount("ES2+", Arc::new(handler));
        Self {
            kit,
            others,
            calls: Cell::new(0),
            client: None,
            requester: "2.999.1",
        }
    }

    /// A body on the path of a function.
    #[track_caller]
    pub(crate) fn raw(&self, function: Es2Function, body: impl Into<Vec<u8>>) -> HttpAnswer {
        self.kit.send(Call {
            method: Method::POST,
            path: function.path(),
            client: self.client.clone(),
            body: body.into(),
            ..Call::default()
        })
    }

    /// The next header of the operator.
    pub(crate) fn header(&self) -> CallHeader {
        self.calls.set(self.calls.get() + 1);
        CallHeader {
            function_requester_identifier: self.requester.to_owned(),
            function_call_identifier: format!("FCI-{}", self.calls.get()),
        }
    }

    #[track_caller]
    pub(crate) fn send(&self, request: &Es2Request) -> Es2Response {
        let function = request.call.function();
        let answer = self.raw(function, request.to_json());
        assert_eq!(answer.status, 200);
        decode_es2_response(function, &answer.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn call(&self, call: Es2Call) -> Es2Response {
        let header = self.header();
        self.send(&Es2Request { header, call })
    }

    #[track_caller]
    pub(crate) fn order(&self, call: DownloadOrder) -> Result<Iccid, Failure> {
        match self.call(Es2Call::DownloadOrder(call))? {
            Es2Ok::DownloadOrder { iccid } => Ok(iccid),
            other => panic!("another answer: {other:?}"),
        }
    }

    /// Orders a profile of `POOL`.
    #[track_caller]
    pub(crate) fn ordered(&self, for_eid: Option<&str>) -> Iccid {
        let call = DownloadOrder {
            eid: for_eid.map(eid),
            ..of_type("POOL")
        };
        self.order(call).unwrap()
    }

    #[track_caller]
    pub(crate) fn confirm(&self, call: ConfirmOrder) -> Result<String, Failure> {
        match self.call(Es2Call::ConfirmOrder(call))? {
            Es2Ok::ConfirmOrder { matching_id, .. } => Ok(matching_id),
            other => panic!("another answer: {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn cancel(&self, call: CancelOrder) -> Result<(), Failure> {
        assert_eq!(self.call(Es2Call::CancelOrder(call))?, Es2Ok::CancelOrder);
        Ok(())
    }

    #[track_caller]
    pub(crate) fn release(&self, iccid: &Iccid) -> Result<(), Failure> {
        let call = ReleaseProfile { iccid: *iccid };
        assert_eq!(
            self.call(Es2Call::ReleaseProfile(call))?,
            Es2Ok::ReleaseProfile
        );
        Ok(())
    }

    /// Changes the order of a profile.
    pub(crate) fn change<R>(&self, iccid: &Iccid, change: impl FnOnce(&mut Order) -> R) -> R {
        self.kit.service.with_smdp(|smdp| {
            let id = smdp.orders().of_iccid(iccid).unwrap().0;
            change(smdp.orders_mut().get_mut(id).unwrap())
        })
    }

    /// Where the order of a profile stands; nothing when there is none.
    pub(crate) fn state(&self, iccid: &Iccid) -> Option<OrderState> {
        self.kit
            .service
            .with_smdp(|smdp| smdp.orders().of_iccid(iccid).map(|it| it.1.state))
    }

    /// What the server sends of its own accord, all of it delivered.
    pub(crate) fn posted(&self) -> Vec<Message> {
        let due = Sender::take_due(&*self.kit.service, 100);
        for dispatch in &due {
            Sender::settle(&*self.kit.service, dispatch.id, Ok(write_status(&Ok(()))));
        }
        due.into_iter().map(|dispatch| dispatch.message).collect()
    }
}

pub(crate) fn of_type(name: &str) -> DownloadOrder {
    DownloadOrder {
        profile_type: Some(name.to_owned()),
        ..DownloadOrder::default()
    }
}

pub(crate) fn by_iccid(text: &str) -> DownloadOrder {
    DownloadOrder {
        iccid: Some(iccid(text)),
        ..DownloadOrder::default()
    }
}

/// A confirmation that releases.
pub(crate) fn confirmation(iccid: &Iccid) -> ConfirmOrder {
    ConfirmOrder {
        iccid: *iccid,
        eid: None,
        matching_id: None,
        confirmation_code: None,
        smds_address: None,
        release_flag: true,
    }
}

/// A cancellation that makes the profile available.
pub(crate) fn cancellation(iccid: &Iccid) -> CancelOrder {
    CancelOrder {
        iccid: *iccid,
        eid: None,
        matching_id: None,
        final_profile_status_indicator: FinalProfileStatus::Available,
    }
}

#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(
    response: Result<T, Failure>,
    subject: &str,
    reason: &str,
) {
    let failure = response.unwrap_err();
    assert!(
        failure.is(subject, reason),
        "expected {subject}/{reason}, got {failure}"
    );
}

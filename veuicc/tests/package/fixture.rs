// SPDX-License-Identifier: MIT OR Apache-2.0
//! A card with profiles, and an eIM that signs packages for it and checks what it answers.

use std::path::Path;
use std::sync::OnceLock;

use certs::{Pki, TEST_EID};
use rsp::asn1::{OctetString, SubjectPublicKeyInfo};
use rsp::chain::CertificateView;
use rsp::ecdsa::{Curve, PrivateKey};
use rsp::env::SeededEnv;
use rsp::raw::{Additions, Raw};
use rsp::sgp22::{Iccid, TransactionId};
use rsp::sgp32::*;
use rsp::tlv::{self, Tag, Tlv};
use veuicc::coverage::Recorder;
use veuicc::terminal::{Terminal, TerminalOptions};
use veuicc::{
    Card, CardConfig, Event, Metadata, NotificationConfiguration, PolicyRules, State, StatusWord,
    Store,
};

pub(crate) fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| Pki::seeded(1).unwrap())
}

pub(crate) fn config() -> CardConfig {
    static CONFIG: OnceLock<CardConfig> = OnceLock::new();
    CONFIG
        .get_or_init(|| CardConfig::from_pki(pki(), TEST_EID).unwrap())
        .clone()
}

/// The card, with a tap that records what it answers for the coverage table.
pub(crate) fn recorded(mut card: Card) -> Card {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    card.set_tap(Box::new(Recorder::new(temporary, env!("CARGO_CRATE_NAME"))));
    card
}

/// ICCID of fixture profile `n`, as in EF.ICCID.
pub(crate) fn iccid(n: u8) -> [u8; 10] {
    [0x98, 0, 0, 0, 0, 0, 0, 0, 0, n]
}

/// The same for commands.
pub(crate) fn wire_iccid(n: u8) -> Iccid {
    Iccid::from(iccid(n))
}

/// Header and end of a profile package.
pub(crate) fn elements(iccid: [u8; 10]) -> Vec<u8> {
    let mut header = vec![0x80, 1, 2, 0x81, 1, 3];
    tlv::write(
        &mut header,
        Tag::new(0x83),
        &iccid.map(|byte| byte.rotate_left(4)),
    );
    tlv::write(&mut header, Tag::new(0xA5), &[0x81, 0]);
    tlv::write(&mut header, Tag::new(0xA6), &[]);
    let mut elements = tlv::tlv(Tag::new(0xA0), &header);
    elements.extend_from_slice(&[0xAA, 5, 0xA0, 3, 0x81, 1, 2]);
    elements
}

/// Metadata of fixture profile `n`: every operation is reported to its own address.
pub(crate) fn metadata(n: u8) -> Metadata {
    let mut metadata = Metadata::for_iccid(&iccid(n), &format!("Profile {n}"));
    metadata.notification_configuration_info = vec![NotificationConfiguration {
        events: Event::ALL.to_vec(),
        address: format!("n{n}.example.com"),
    }];
    metadata
}

pub(crate) const PPR1: PolicyRules = PolicyRules {
    update_control: false,
    ppr1: true,
    ppr2: false,
};
pub(crate) const PPR2: PolicyRules = PolicyRules {
    update_control: false,
    ppr1: false,
    ppr2: true,
};

/// An eIM as the card knows it, and as it knows the card.
#[derive(Clone)]
pub(crate) struct Eim {
    pub(crate) id: String,
    pub(crate) key: PrivateKey,
    pub(crate) token: Option<i64>,
    pub(crate) counter: i64,
    pub(crate) transaction: Option<Vec<u8>>,
    /// Curve of the eUICC credential that signs for it.
    pub(crate) euicc_curve: Option<Curve>,
}

impl Eim {
    pub(crate) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            key: PrivateKey::generate(Curve::NistP256, &mut SeededEnv::new(1, id)),
            token: None,
            counter: 0,
            transaction: Some(vec![0xE1, 2]),
            euicc_curve: None,
        }
    }

    pub(crate) fn configuration(&self) -> EimConfigurationData {
        EimConfigurationData {
            eim_id: self.id.clone(),
            eim_fqdn: Some(format!("{}.example.com", self.id)),
            counter_value: Some(self.counter),
            eim_public_key_data: Some(public_key(&self.key)),
            euicc_ci_pk_id: self
                .euicc_curve
                .map(|curve| pki().ci_key_id(curve).unwrap().into()),
            ..Default::default()
        }
    }

    /// A package under the next counter value.
    pub(crate) fn package(&mut self, package: EuiccPackage) -> EuiccPackageSigned {
        self.counter += 1;
        EuiccPackageSigned {
            eim_id: self.id.clone(),
            eid_value: TEST_EID.into(),
            counter_value: self.counter,
            eim_transaction_id: self.transaction.clone().map(TransactionId::from),
            euicc_package: package,
            additions: Additions::none(),
        }
    }

    /// The request, signed with our token.
    pub(crate) fn request(&self, package: EuiccPackageSigned) -> Vec<u8> {
        self.request_for(Raw::new(package).unwrap().bytes())
    }

    /// The same for an euiccPackageSigned TLV given as bytes.
    pub(crate) fn request_for(&self, signed: &[u8]) -> Vec<u8> {
        let covered = [signed, &token_tlv(self.token)].concat();
        let mut content = signed.to_vec();
        tlv::write(&mut content, Tag::new(0x5F37), &self.key.sign(&covered));
        tlv::tlv(Tag::new(0xBF51), &content)
    }

    /// A request with a list of commands given as bytes, under tag A0 or A1.
    pub(crate) fn request_with(&mut self, list: u32, commands: &[u8]) -> Vec<u8> {
        let package = self.package(EuiccPackage::PsmoList(Vec::new()));
        let encoded = rsp::der::encode(&package).unwrap();
        let signed = Tlv::only(&encoded).unwrap();
        // the empty list is the last member: two bytes
        let mut content = signed.value[..signed.value.len() - 2].to_vec();
        tlv::write(&mut content, Tag::new(list), commands);
        self.request_for(&tlv::tlv(Tag::SEQUENCE, &content))
    }
}

pub(crate) fn public_key(key: &PrivateKey) -> EimConfigurationDataEimPublicKeyData {
    let spki = SubjectPublicKeyInfo::from_der(key.public_key().to_spki());
    EimConfigurationDataEimPublicKeyData::EimPublicKey(spki)
}

/// associationToken as signatures cover it, written without the card's help.
fn token_tlv(token: Option<i64>) -> Vec<u8> {
    match u8::try_from(token.unwrap_or(0)).unwrap() {
        small @ 0..=0x7F => vec![0x84, 1, small],
        large => vec![0x84, 2, 0, large],
    }
}

/// A terminal with a card in it, and the first eIM of that card.
pub(crate) struct Bench {
    pub(crate) terminal: Terminal<Card>,
    pub(crate) eim: Eim,
}

impl Bench {
    /// Profiles 1, 2 and 3, of which 1 is enabled; one eIM with a token; a terminal without toolkit.
    pub(crate) fn new() -> Self {
        Self::with(false, [metadata(1), metadata(2), metadata(3)])
    }

    pub(crate) fn with<const N: usize>(toolkit: bool, profiles: [Metadata; N]) -> Self {
        Self::configured(toolkit, profiles, |_| {})
    }

    /// The same for a card that differs from the usual one.
    pub(crate) fn configured<const N: usize>(
        toolkit: bool,
        profiles: [Metadata; N],
        change: impl FnOnce(&mut CardConfig),
    ) -> Self {
        let mut config = config();
        change(&mut config);
        let mut bench = Self::of(config, toolkit, profiles);
        let mut configuration = bench.eim.configuration();
        configuration.association_token = Some(-1);
        match bench.add_initial_eim(vec![configuration]) {
            AddInitialEimResponse::AddInitialEimOk(added) => match added.as_slice() {
                [AddInitialEimResponseAddInitialEimOk::AssociationToken(token)] => {
                    bench.eim.token = Some(*token);
                }
                other => panic!("expected one token, got {other:?}"),
            },
            other => panic!("expected addInitialEimOk, got {other:?}"),
        }
        bench
    }

    pub(crate) fn without_eim<const N: usize>(toolkit: bool, profiles: [Metadata; N]) -> Self {
        Self::of(config(), toolkit, profiles)
    }

    /// No eIM, any card.
    pub(crate) fn of<const N: usize>(
        config: CardConfig,
        toolkit: bool,
        profiles: [Metadata; N],
    ) -> Self {
        let mut card = recorded(Card::new(config, Box::new(SeededEnv::new(1, "card"))));
        let mut first = None;
        for metadata in profiles {
            let iccid = metadata.iccid.clone().try_into().unwrap();
            let aid = card.install_profile(&elements(iccid), metadata).unwrap();
            first.get_or_insert(aid);
        }
        card.edit_state(|state| {
            for profile in &mut state.profiles {
                if first.as_ref() == Some(&profile.aid) {
                    profile.state = veuicc::ProfileState::Enabled;
                }
            }
        })
        .unwrap();
        let options = TerminalOptions {
            toolkit,
            ..TerminalOptions::default()
        };
        Self {
            terminal: Terminal::open(card, options).unwrap(),
            eim: Eim::new("eim1"),
        }
    }

    /// Replaces the card by one that continues from that state.
    pub(crate) fn insert(&mut self, state: State, store: Option<Box<dyn Store>>) {
        let config = self.card().config().clone();
        let env = Box::new(SeededEnv::new(2, "card"));
        let card = Card::with_state(config, env, state, store);
        *self.card() = recorded(card);
        self.terminal.restart().unwrap();
    }

    pub(crate) fn card(&mut self) -> &mut Card {
        self.terminal.card()
    }

    /// Number of the enabled fixture profile.
    pub(crate) fn enabled(&mut self) -> Option<u8> {
        let enabled = self.card().state().enabled_profile()?;
        enabled.metadata.iccid.last().copied()
    }

    /// Sends a typed request and reads a typed response.
    pub(crate) fn es10<Q: rasn::Encode, A: rasn::Decode>(&mut self, request: &Q) -> A {
        let response = self
            .terminal
            .es10(&rsp::der::encode(request).unwrap())
            .unwrap();
        rsp::der::decode(&response).unwrap()
    }

    /// Sends a request in one block and does not serve what the card announces.
    pub(crate) fn raw(&mut self, request: &[u8]) -> (Vec<u8>, StatusWord) {
        let mut command = vec![0x81, 0xE2, 0x91, 0, u8::try_from(request.len()).unwrap()];
        command.extend_from_slice(request);
        self.terminal.exchange(&command).unwrap()
    }

    /// The same in hexadecimal digits, without the status word.
    pub(crate) fn hex(&mut self, request: &str) -> String {
        hex::encode(self.raw(&hex::decode(request).unwrap()).0)
    }

    /// Has a REFRESH announced: the card is busy until it is reset.
    pub(crate) fn make_busy(&mut self) {
        let request = "BF3111A00C5A0A980000000000000000028101FF";
        let (_, status) = self.raw(&hex::decode(request).unwrap());
        assert_eq!(status.0 >> 8, 0x91, "{status}");
    }

    /// Free non-volatile memory as EUICCInfo2 tells it.
    pub(crate) fn free_memory(&mut self) -> usize {
        let info: Sgp32EuiccInfo2 = self.es10(&rsp::sgp22::GetEuiccInfo2Request::default());
        let memory = tlv::find(&info.ext_card_resource, Tag::new(0x82)).unwrap();
        memory
            .value
            .iter()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    }

    pub(crate) fn clear_pending(&mut self) {
        self.card()
            .edit_state(|state| state.pending.clear())
            .unwrap();
    }

    pub(crate) fn add_initial_eim(
        &mut self,
        list: Vec<EimConfigurationData>,
    ) -> AddInitialEimResponse {
        self.es10(&AddInitialEimRequest {
            eim_configuration_data_list: list,
            additions: Additions::none(),
        })
    }

    /// Sends a BF51.
    pub(crate) fn load(&mut self, request: &[u8]) -> EuiccPackageResult {
        let response = self.terminal.es10(request).unwrap();
        rsp::der::decode(&response).unwrap()
    }

    /// Sends a BF51 of `eim` and returns the data of its result, after checking signature and
    /// echoes.
    pub(crate) fn result_of(&mut self, eim: &Eim, request: &[u8]) -> EuiccPackageResultDataSigned {
        let result = self.load(request);
        verified(eim, &result)
    }

    /// Has our eIM send commands and returns what they answered.
    pub(crate) fn psmo(&mut self, commands: Vec<Psmo>) -> Vec<EuiccResultData> {
        let package = self.eim.package(EuiccPackage::PsmoList(commands));
        self.run(package)
    }

    pub(crate) fn eco(&mut self, commands: Vec<Eco>) -> Vec<EuiccResultData> {
        let package = self.eim.package(EuiccPackage::EcoList(commands));
        self.run(package)
    }

    fn run(&mut self, package: EuiccPackageSigned) -> Vec<EuiccResultData> {
        let eim = self.eim.clone();
        self.result_of(&eim, &eim.request(package)).euicc_result
    }

    /// The signed error that `package` of our eIM brings.
    pub(crate) fn error(&mut self, package: EuiccPackageSigned) -> EuiccPackageErrorCode {
        let request = self.eim.request(package);
        match self.load(&request) {
            EuiccPackageResult::EuiccPackageErrorSigned(error) => {
                let data = &error.euicc_package_error_data_signed;
                verify(&self.eim, data.bytes(), &error.euicc_sign_epe);
                assert_eq!(data.eim_id, self.eim.id);
                assert_eq!(
                    data.eim_transaction_id.as_deref(),
                    self.eim.transaction.as_deref()
                );
                data.euicc_package_error_code
            }
            other => panic!("expected euiccPackageErrorSigned, got {other:?}"),
        }
    }

    /// Everything of one kind that is waiting.
    pub(crate) fn retrieve(
        &mut self,
        criteria: Option<Sgp32RetrieveNotificationsListRequestSearchCriteria>,
    ) -> Sgp32RetrieveNotificationsListResponse {
        self.es10(&Sgp32RetrieveNotificationsListRequest {
            search_criteria: criteria,
            additions: Additions::none(),
        })
    }

    /// The waiting eUICC package results.
    pub(crate) fn results(&mut self) -> Vec<EuiccPackageResult> {
        let criteria = Sgp32RetrieveNotificationsListRequestSearchCriteria::EuiccPackageResults(());
        match self.retrieve(Some(criteria)) {
            Sgp32RetrieveNotificationsListResponse::EuiccPackageResultList(list) => list,
            other => panic!("expected euiccPackageResultList, got {other:?}"),
        }
    }

    /// Event and address of the waiting notifications.
    pub(crate) fn notifications(&mut self) -> Vec<(Event, String)> {
        let pending = &self.card().state().pending;
        let told = |pending: &veuicc::Pending| match &pending.kind {
            veuicc::PendingKind::Notification { event, metadata } => {
                let metadata: NotificationMetadata = rsp::der::decode(metadata).unwrap();
                Some((*event, metadata.notification_address))
            }
            veuicc::PendingKind::EuiccPackageResult => None,
        };
        pending.iter().filter_map(told).collect()
    }
}

/// Checks signature and echoes of a result that `eim` gets.
#[track_caller]
pub(crate) fn verified(eim: &Eim, result: &EuiccPackageResult) -> EuiccPackageResultDataSigned {
    let EuiccPackageResult::EuiccPackageResultSigned(signed) = result else {
        panic!("expected euiccPackageResultSigned, got {result:?}");
    };
    let data = &signed.euicc_package_result_data_signed;
    verify(eim, data.bytes(), &signed.euicc_sign_epr);
    assert_eq!(data.eim_id, eim.id);
    assert_eq!(data.counter_value, eim.counter);
    assert_eq!(
        data.eim_transaction_id.as_deref(),
        eim.transaction.as_deref()
    );
    data.value().clone()
}

/// euiccSignEPR and euiccSignEPE cover the data and the token.
#[track_caller]
pub(crate) fn verify(eim: &Eim, data: &[u8], signature: &OctetString) {
    let curve = eim.euicc_curve.unwrap_or(Curve::NistP256);
    let ci = pki().ci_key_id(curve).unwrap();
    let config = config();
    let credential = config
        .credentials
        .iter()
        .find(|credential| credential.ci_key_id == ci);
    let certificate = CertificateView::parse(&credential.unwrap().euicc_certificate).unwrap();
    let covered = [data, &token_tlv(eim.token)].concat();
    certificate
        .public_key()
        .unwrap()
        .verify(&covered, signature)
        .unwrap();
}

pub(crate) fn enable(n: u8) -> Psmo {
    Psmo::Enable(PsmoEnable {
        iccid: wire_iccid(n),
        ..Default::default()
    })
}

pub(crate) fn enable_with_rollback(n: u8) -> Psmo {
    Psmo::Enable(PsmoEnable {
        iccid: wire_iccid(n),
        rollback_flag: Some(()),
        additions: Additions::none(),
    })
}

pub(crate) fn disable(n: u8) -> Psmo {
    Psmo::Disable(PsmoDisable {
        iccid: wire_iccid(n),
        ..Default::default()
    })
}

pub(crate) fn delete(n: u8) -> Psmo {
    Psmo::Delete(PsmoDelete {
        iccid: wire_iccid(n),
        ..Default::default()
    })
}

pub(crate) fn list() -> Psmo {
    Psmo::ListProfileInfo(ProfileInfoListRequest::default())
}

pub(crate) fn enabled(code: EnableProfileResult) -> EuiccResultData {
    EuiccResultData::EnableResult(code)
}

pub(crate) fn disabled(code: DisableProfileResult) -> EuiccResultData {
    EuiccResultData::DisableResult(code)
}

pub(crate) fn deleted(code: DeleteProfileResult) -> EuiccResultData {
    EuiccResultData::DeleteResult(code)
}

pub(crate) fn terminated(code: EuiccResultDataProcessingTerminated) -> EuiccResultData {
    EuiccResultData::ProcessingTerminated(code)
}

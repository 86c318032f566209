// SPDX-License-Identifier: MIT OR Apache-2.0
//! InitiateAuthentication (SGP.22 §5.6.1).

use certs::{Curve, Role};
use rsp::chain::CertificateView;
use rsp::json::Es9Request;
use rsp::sgp22::{EuiccInfo1, InitiateAuthenticationOkEs9, SubjectKeyIdentifier};
use smdp::config::Version;
use smdp::{Binding, Config, Es9Handler};

use crate::support::host::Host;
use crate::support::kit::{Kit, Setup, order, pki};
use crate::support::lpa::Lpa;

/// Runs InitiateAuthentication in both bindings with EUICCInfo1 changed.
fn with_info1(change: impl Fn(&mut EuiccInfo1), judge: impl Fn(crate::support::answer::Answer)) {
    for binding in Binding::ALL {
        let kit = Kit::new(order());
        let mut lpa = Lpa::on(&kit, Curve::NistP256, binding);
        change(&mut lpa.euicc.info1);
        let answer = lpa.initiate(&kit);
        judge(answer.clone());
        let refused = answer.response().is_err();
        assert_eq!(kit.open_sessions(), usize::from(!refused));
    }
}

fn refused(change: impl Fn(&mut EuiccInfo1), subject: &str, reason: &str) {
    with_info1(change, |answer| answer.refused(subject, reason));
}

/// Asserts that everything in an answer is what the eUICC will verify.
fn verify(kit: &Kit, lpa: &Lpa, curve: Curve, challenge: &[u8], ok: &InitiateAuthenticationOkEs9) {
    let signed = &ok.server_signed1;
    assert_eq!(*signed.euicc_challenge, *challenge);
    assert_eq!(signed.transaction_id, ok.transaction_id);
    assert_eq!(signed.server_address, "smdp1.test.example");
    assert_eq!(signed.server_challenge.len(), 16);
    let dp_auth = kit.pki.credential(Role::DpAuth, curve).unwrap();
    assert_eq!(ok.server_certificate.as_der(), dp_auth.certificate);
    let certificate = CertificateView::parse(ok.server_certificate.as_der()).unwrap();
    let key = certificate.public_key().unwrap();
    key.verify(signed.bytes(), &ok.server_signature1).unwrap();
    let used = ok.euicc_ci_pk_id_to_be_used.as_ref().unwrap();
    assert_eq!(**used, *lpa.euicc.ci_key_id);
}

fn nominal(curve: Curve) {
    for binding in Binding::ALL {
        let kit = Kit::new(order());
        let mut lpa = Lpa::on(&kit, curve, binding);
        let request = lpa.euicc.initiate();
        let challenge = request.euicc_challenge.to_vec();
        let ok = lpa
            .call(&kit, Es9Request::InitiateAuthentication(request))
            .initiated();
        verify(&kit, &lpa, curve, &challenge, &ok);
    }
}

/// TC_SM-DP+_ES9+.InitiateAuthenticationNIST#01
#[test]
fn nist_01_nominal() {
    nominal(Curve::NistP256);
}

/// TC_SM-DP+_ES9+.InitiateAuthenticationNIST#02
#[test]
fn nist_02_identifiers_and_challenges_are_unique() {
    let kit = Kit::new(order());
    let mut lpa = Lpa::new(&kit);
    let request = lpa.euicc.initiate();
    let ask = || {
        let request = Es9Request::InitiateAuthentication(request.clone());
        lpa.call(&kit, request).initiated()
    };
    let (first, second) = (ask(), ask());
    assert_ne!(first.transaction_id, second.transaction_id);
    assert_ne!(
        first.server_signed1.server_challenge,
        second.server_signed1.server_challenge
    );
    assert_eq!(kit.open_sessions(), 2);
}

/// TC_SM-DP+_ES9+.InitiateAuthenticationNIST#03
#[test]
fn nist_03_another_address_is_refused() {
    for binding in Binding::ALL {
        let kit = Kit::new(order());
        let mut lpa = Lpa::on(&kit, Curve::NistP256, binding);
        for address in ["smdp2.test.example", "smdp1.test", ""] {
            lpa.euicc.address = address.to_owned();
            lpa.initiate(&kit).refused("8.8.1", "3.8");
        }
    }
}

/// TC_SM-DP+_ES9+.InitiateAuthenticationNIST#04
#[test]
fn nist_04_unknown_cis_are_refused() {
    let unknown: Vec<SubjectKeyIdentifier> = vec![[1; 20].into()];
    let both = |info: &mut EuiccInfo1| {
        info.euicc_ci_pk_id_list_for_verification
            .clone_from(&unknown);
        info.euicc_ci_pk_id_list_for_signing.clone_from(&unknown);
    };
    refused(both, "8.8.2", "3.1");
    let signing = |info: &mut EuiccInfo1| {
        info.euicc_ci_pk_id_list_for_signing.clone_from(&unknown);
    };
    refused(signing, "8.8.2", "3.1");
    refused(
        |info| info.euicc_ci_pk_id_list_for_signing.clear(),
        "8.8.2",
        "3.1",
    );
}

/// TC_SM-DP+_ES9+.InitiateAuthenticationNIST#05
#[test]
fn nist_05_another_version_is_refused() {
    for svn in [&[1, 0, 0][..], &[3, 0, 0], &[2, 2], &[2, 2, 0, 0], &[]] {
        refused(|info| info.svn = svn.to_vec().into(), "8.8.3", "3.1");
    }
}

/// TC_SM-DP+_ES9+.InitiateAuthenticationNIST#06
#[test]
fn nist_06_no_certificate_for_the_euicc() {
    refused(
        |info| info.euicc_ci_pk_id_list_for_verification = vec![[1; 20].into()],
        "8.8.4",
        "3.7",
    );
    refused(
        |info| info.euicc_ci_pk_id_list_for_verification.clear(),
        "8.8.4",
        "3.7",
    );
}

macro_rules! versions {
    ($($(#[$id:meta])* $name:ident: $svn:expr;)+) => {$(
        $(#[$id])*
        #[test]
        fn $name() {
            with_info1(
                |info| info.svn = $svn.into(),
                |answer| drop(answer.initiated()),
            );
        }
    )+};
}

versions! {
    /// TC_SM-DP+_ES9+.InitiateAuthenticationNIST#07
    nist_07_euicc_v2_2_1: [2, 2, 1];
    /// TC_SM-DP+_ES9+.InitiateAuthenticationNIST#08
    nist_08_euicc_v2_2_2: [2, 2, 2];
    /// TC_SM-DP+_ES9+.InitiateAuthenticationNIST#09
    nist_09_euicc_v2_3: [2, 3, 0];
    euicc_v2_0: [2, 0, 0];
    euicc_v2_6: [2, 6, 0];
}

/// TC_SM-DP+_ES9+.InitiateAuthenticationBRP#01
#[test]
fn brp_01_nominal() {
    nominal(Curve::BrainpoolP256r1);
}

#[test]
fn versions_are_served_as_configured() {
    let config = Config {
        svn_majors: vec![2, 3],
        svn_minimum: Version([2, 2, 1]),
        ..Config::default()
    };
    let kit = Kit::with(Setup {
        config,
        ..Setup::default()
    });
    let mut lpa = Lpa::new(&kit);
    for (svn, served) in [
        ([2, 2, 0], false),
        ([2, 2, 1], true),
        ([3, 0, 0], true),
        ([4, 0, 0], false),
    ] {
        lpa.euicc.info1.svn = svn.into();
        assert_eq!(lpa.initiate(&kit).response().is_ok(), served, "{svn:?}");
    }
}

#[test]
fn the_address_may_differ_in_case_dot_and_port_and_the_signed_one_does_not() {
    let kit = Kit::new(order());
    let mut lpa = Lpa::new(&kit);
    for address in [
        "SMDP1.Test.Example",
        "smdp1.test.example.",
        "smdp1.test.example:443",
    ] {
        lpa.euicc.address = address.to_owned();
        let ok = lpa.initiated(&kit);
        assert_eq!(ok.server_signed1.server_address, "smdp1.test.example");
        // and the eUICC may sign the form that its device uses
        let signed = lpa.authenticate_signed(&kit, |signed| {
            signed.server_address = address.trim_end_matches(":443").to_owned();
        });
        signed.authenticated();
    }
}

#[test]
fn the_first_check_that_fails_decides() {
    let spoil_lists = |info: &mut EuiccInfo1| {
        info.euicc_ci_pk_id_list_for_signing.clear();
        info.euicc_ci_pk_id_list_for_verification.clear();
    };
    let spoil_version = |info: &mut EuiccInfo1| {
        spoil_lists(info);
        info.svn = [1, 0, 0].into();
    };
    refused(spoil_version, "8.8.3", "3.1");
    let kit = Kit::new(order());
    let mut lpa = Lpa::new(&kit);
    spoil_version(&mut lpa.euicc.info1);
    lpa.euicc.address.clear();
    lpa.initiate(&kit).refused("8.8.1", "3.8");
}

/// Both CIs in the lists of an eUICC, in different orders.
fn both_cis(lpa: &mut Lpa) -> [Vec<u8>; 2] {
    let pki = pki();
    let [nist, brainpool] = Curve::ALL.map(|curve| pki.ci_key_id(curve).unwrap());
    let list = |first: &[u8], second: &[u8]| vec![[9; 20].into(), first.into(), second.into()];
    lpa.euicc.info1.euicc_ci_pk_id_list_for_signing = list(&brainpool, &nist);
    lpa.euicc.info1.euicc_ci_pk_id_list_for_verification = list(&nist, &brainpool);
    [nist, brainpool]
}

#[test]
fn the_order_of_the_euicc_decides_between_cis() {
    let kit = Kit::new(order());
    let mut lpa = Lpa::new(&kit);
    let [_, brainpool] = both_cis(&mut lpa);
    let ok = lpa.initiated(&kit);
    assert_eq!(*ok.euicc_ci_pk_id_to_be_used.unwrap(), *brainpool);
    let dp_auth = kit.pki.credential(Role::DpAuth, Curve::NistP256).unwrap();
    assert_eq!(ok.server_certificate.as_der(), dp_auth.certificate);
}

#[test]
fn a_listener_for_one_ci_knows_no_other() {
    for (position, curve) in Curve::ALL.into_iter().enumerate() {
        let kit = Kit::new(order());
        let mut lpa = Lpa::new(&kit);
        let cis = both_cis(&mut lpa);
        let mut host = Host::new();
        let own = vec![cis[position].clone()];
        let handler = Es9Handler::new(kit.service.clone(), own);
        host.mount("ES9+", std::sync::Arc::new(handler));
        let ok = lpa.initiated(&host);
        assert_eq!(*ok.euicc_ci_pk_id_to_be_used.unwrap(), *cis[position]);
        let dp_auth = kit.pki.credential(Role::DpAuth, curve).unwrap();
        assert_eq!(ok.server_certificate.as_der(), dp_auth.certificate);
        let other = cis[1 - position].as_slice().into();
        lpa.euicc.info1.euicc_ci_pk_id_list_for_signing = vec![other];
        lpa.initiate(&host).refused("8.8.2", "3.1");
    }
}

#[test]
fn members_of_later_versions_are_accepted() {
    for binding in Binding::ALL {
        let kit = Kit::new(order());
        let mut lpa = Lpa::on(&kit, Curve::NistP256, binding);
        let list = lpa.euicc.info1.euicc_ci_pk_id_list_for_signing.clone();
        lpa.euicc.info1.euicc_ci_pk_id_list_for_signing_v3 = Some(list);
        lpa.euicc.info1.highest_svn = Some([3, 1, 0].into());
        lpa.euicc.info1.additions = [vec![0x9F, 0x7F, 0x01, 0x00]].into_iter().collect();
        lpa.downloaded(&kit);
    }
    let kit = Kit::new(order());
    let mut lpa = Lpa::on(&kit, Curve::NistP256, Binding::Asn1);
    lpa.initiate_with(&kit, |request| {
        request.additions = [vec![0x9F, 0x7F, 0x01, 0x00]].into_iter().collect();
    })
    .initiated();
}

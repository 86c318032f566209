// SPDX-License-Identifier: MIT OR Apache-2.0

use super::*;

fn refused(change: impl FnOnce(&mut InitiateAuthenticationRequest), subject: &str, reason: &str) {
    let mut bench = Bench::new(order());
    let mut request = bench.euicc.initiate();
    change(&mut request);
    assert_refused(
        bench.call(Es9Request::InitiateAuthentication(request)),
        subject,
        reason,
    );
    assert_eq!(bench.smdp.open_sessions(), 0);
}

#[test]
fn the_answer_is_signed_and_repeats_the_challenge() {
    for curve in Curve::ALL {
        let mut bench = Bench::on(curve, order());
        let request = bench.euicc.initiate();
        let response = bench
            .call(Es9Request::InitiateAuthentication(request.clone()))
            .unwrap();
        let Es9Ok::InitiateAuthentication(ok) = response else {
            panic!("{response:?}")
        };
        let signed = &ok.server_signed1;
        assert_eq!(signed.euicc_challenge, request.euicc_challenge);
        assert_eq!(signed.transaction_id, ok.transaction_id);
        assert_eq!(signed.server_address, "smdp1.test.example");
        let credentials = credentials();
        let ci = credentials.by_ci(&bench.euicc.ci_key_id).unwrap();
        assert_eq!(ci.curve(), curve);
        assert_eq!(ok.server_certificate.as_der(), ci.dp_auth.certificate);
        let key = ci.dp_auth.key.public_key();
        key.verify(signed.bytes(), &ok.server_signature1).unwrap();
        assert_eq!(*ok.euicc_ci_pk_id_to_be_used.unwrap(), *ci.ci_key_id());
    }
}

#[test]
fn each_session_has_its_own_identifier_and_challenge() {
    let mut bench = Bench::new(order());
    let (first, second) = (bench.initiated(), bench.initiated());
    assert_ne!(first.transaction_id, second.transaction_id);
    assert_ne!(
        first.server_signed1.server_challenge,
        second.server_signed1.server_challenge
    );
}

#[test]
fn the_address_may_differ_in_case_and_the_signed_one_does_not() {
    let mut bench = Bench::new(order());
    let mut request = bench.euicc.initiate();
    request.smdp_address = "SMDP1.Test.Example:443".to_owned();
    let response = bench
        .call(Es9Request::InitiateAuthentication(request))
        .unwrap();
    let Es9Ok::InitiateAuthentication(ok) = response else {
        panic!("{response:?}")
    };
    assert_eq!(ok.server_signed1.server_address, "smdp1.test.example");
}

#[test]
fn another_address_is_refused() {
    refused(
        |request| request.smdp_address = "smdp2.test.example".to_owned(),
        "8.8.1",
        "3.8",
    );
}

#[test]
fn another_major_version_is_refused() {
    refused(
        |request| request.euicc_info1.svn = [1, 9, 9].into(),
        "8.8.3",
        "3.1",
    );
    refused(
        |request| request.euicc_info1.svn = Vec::new().into(),
        "8.8.3",
        "3.1",
    );
}

#[test]
fn an_euicc_that_signs_under_no_known_ci_is_refused() {
    let unknown = |request: &mut InitiateAuthenticationRequest| {
        request.euicc_info1.euicc_ci_pk_id_list_for_signing = vec![[1; 20].into()];
    };
    refused(unknown, "8.8.2", "3.1");
}

#[test]
fn an_euicc_that_trusts_no_known_ci_is_refused() {
    let unknown = |request: &mut InitiateAuthenticationRequest| {
        request.euicc_info1.euicc_ci_pk_id_list_for_verification = vec![[1; 20].into()];
    };
    refused(unknown, "8.8.4", "3.7");
}

#[test]
fn the_first_check_that_fails_decides() {
    let spoil_lists = |request: &mut InitiateAuthenticationRequest| {
        request.euicc_info1.euicc_ci_pk_id_list_for_signing.clear();
        request
            .euicc_info1
            .euicc_ci_pk_id_list_for_verification
            .clear();
    };
    refused(spoil_lists, "8.8.2", "3.1");
    let spoil_version = |request: &mut InitiateAuthenticationRequest| {
        spoil_lists(request);
        request.euicc_info1.svn = [1, 0, 0].into();
    };
    refused(spoil_version, "8.8.3", "3.1");
    let spoil_address = |request: &mut InitiateAuthenticationRequest| {
        spoil_version(request);
        request.smdp_address.clear();
    };
    refused(spoil_address, "8.8.1", "3.8");
}

#[test]
fn the_order_of_the_euicc_decides_between_cis() {
    let mut bench = Bench::new(order());
    let brainpool = pki().ci_key_id(Curve::BrainpoolP256r1).unwrap();
    let nist = bench.euicc.ci_key_id.clone();
    let mut request = bench.euicc.initiate();
    let both = |first: &[u8], second: &[u8]| vec![[9; 20].into(), first.into(), second.into()];
    request.euicc_info1.euicc_ci_pk_id_list_for_signing = both(&brainpool, &nist);
    request.euicc_info1.euicc_ci_pk_id_list_for_verification = both(&nist, &brainpool);
    let response = bench
        .call(Es9Request::InitiateAuthentication(request))
        .unwrap();
    let Es9Ok::InitiateAuthentication(ok) = response else {
        panic!("{response:?}")
    };
    assert_eq!(*ok.euicc_ci_pk_id_to_be_used.unwrap(), *brainpool);
    let credentials = credentials();
    let expected = &credentials.by_ci(&nist).unwrap().dp_auth.certificate;
    assert_eq!(ok.server_certificate.as_der(), expected);
}

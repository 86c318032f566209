// SPDX-License-Identifier: MIT OR Apache-2.0
//! AddInitialEim, GetEimConfigurationData and every eCO, with every result code each can have here.

use crate::fixture::*;
use rsp::asn1::SubjectPublicKeyInfo;
use rsp::ecdsa::Curve;
use rsp::raw::Additions;
use rsp::sgp32::*;

use EuiccResultDataProcessingTerminated as Terminated;

fn get(bench: &mut Bench, eim_id: Option<&str>) -> Vec<EimConfigurationData> {
    let criteria =
        eim_id.map(|id| GetEimConfigurationDataRequestSearchCriteria::EimId(id.to_owned()));
    let response: GetEimConfigurationDataResponse = bench.es10(&GetEimConfigurationDataRequest {
        search_criteria: criteria,
        additions: Additions::none(),
    });
    response.eim_configuration_data_list
}

/// Damage to a configuration.
type Fault = fn(&mut EimConfigurationData);

/// Changes that make a configuration one that cannot be added, and the code of each.
fn faults() -> Vec<(Fault, i64)> {
    vec![
        (|data| data.euicc_ci_pk_id = Some([0xEE; 20].into()), 3),
        (|data| data.euicc_ci_pk_id = Some(Vec::new().into()), 3),
        (|data| data.association_token = Some(0), 5),
        (|data| data.association_token = Some(7), 5),
        (|data| data.counter_value = Some(0x80_0000), 6),
        (|data| data.counter_value = Some(-1), 6),
        (|data| data.counter_value = None, 7),
        (|data| data.eim_public_key_data = None, 7),
        (
            |data| {
                let spki = SubjectPublicKeyInfo::from_der([0x30, 0]);
                data.eim_public_key_data =
                    Some(EimConfigurationDataEimPublicKeyData::EimPublicKey(spki));
            },
            7,
        ),
        (|data| data.eim_id = String::new(), 7),
        (|data| data.eim_id = "a".repeat(129), 7),
    ]
}

#[test]
fn add_initial_eim_is_all_or_nothing() {
    use AddInitialEimResponse as Response;
    for (fault, code) in faults() {
        let mut bench = Bench::without_eim(false, []);
        let mut good = Eim::new("good").configuration();
        good.association_token = Some(-1);
        let mut bad = Eim::new("bad").configuration();
        fault(&mut bad);
        let before = bench.card().state().clone();
        let response = bench.add_initial_eim(vec![good, bad]);
        let expected = AddInitialEimResponseAddInitialEimError(code);
        assert_eq!(response, Response::AddInitialEimError(expected));
        assert_eq!(*bench.card().state(), before);
    }
    let mut bench = Bench::without_eim(false, []);
    let nine = (0..9)
        .map(|n| Eim::new(&format!("eim{n}")).configuration())
        .collect();
    assert_eq!(
        bench.add_initial_eim(nine),
        Response::AddInitialEimError(1.into())
    );
    assert_eq!(
        bench.add_initial_eim(Vec::new()),
        Response::AddInitialEimError(7.into())
    );
    let mut bench = Bench::new();
    let another = Eim::new("eim2").configuration();
    assert_eq!(
        bench.add_initial_eim(vec![another]),
        Response::AddInitialEimError(2.into())
    );
}

#[test]
fn add_initial_eim_answers_each_entry_with_its_token_or_null() {
    let mut bench = Bench::without_eim(false, []);
    let mut first = Eim::new("eim1").configuration();
    first.association_token = Some(-1);
    let second = Eim::new("eim2").configuration();
    let request = AddInitialEimRequest {
        eim_configuration_data_list: vec![first, second],
        additions: Additions::none(),
    };
    let response = bench
        .terminal
        .es10(&rsp::der::encode(&request).unwrap())
        .unwrap();
    assert_eq!(hex::encode(response), "bf5707a0058401010500");
}

#[test]
fn the_configuration_is_told_without_counter_and_package_key() {
    let mut bench = Bench::new();
    let mut second = Eim::new("eim2").configuration();
    second.eim_id_type = Some(EimIdType::EIM_ID_TYPE_FQDN);
    second.indirect_profile_download = Some(());
    bench.eco(vec![Eco::AddEim(second)]);
    let all = get(&mut bench, None);
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].association_token, bench.eim.token);
    assert_eq!(
        all[1],
        EimConfigurationData {
            eim_id: "eim2".to_owned(),
            eim_fqdn: Some("eim2.example.com".to_owned()),
            eim_id_type: Some(EimIdType::EIM_ID_TYPE_FQDN),
            indirect_profile_download: Some(()),
            ..Default::default()
        }
    );
    assert_eq!(get(&mut bench, Some("eim2")), [all[1].clone()]);
    assert_eq!(get(&mut bench, Some("eim3")), []);
}

fn code(code: i64) -> EuiccResultData {
    let code = AddEimResultAddEimResultCode(code);
    EuiccResultData::AddEimResult(AddEimResult::AddEimResultCode(code))
}

/// A card on which all but `left` bytes are taken.
fn nearly_full(left: usize) -> Bench {
    let mut bench = Bench::new();
    let free = bench.free_memory();
    bench
        .card()
        .edit_state(|state| {
            let elements = &mut state.profiles[0].profile_elements;
            elements.extend(vec![0; free - left]);
        })
        .unwrap();
    bench
}

#[test]
fn eim_configuration_takes_memory_and_gives_it_back() {
    let configuration = Eim::new("eim2").configuration();
    let size = rsp::der::encode(&configuration).unwrap().len();
    let mut bench = nearly_full(size - 1);
    let added = bench.eco(vec![Eco::AddEim(configuration.clone())]);
    assert_eq!(added, [code(1)]);

    let mut bench = nearly_full(size);
    let added = bench.eco(vec![Eco::AddEim(configuration.clone())]);
    assert_eq!(added, [code(0)]);
    assert_eq!(bench.free_memory(), 0);
    // no code says that an update does not fit
    let longer = EimConfigurationData {
        eim_fqdn: Some("a.longer.name.example.com".to_owned()),
        eim_id: "eim2".to_owned(),
        ..Default::default()
    };
    assert_eq!(
        bench.eco(vec![Eco::UpdateEim(longer)]),
        [EuiccResultData::UpdateEimResult(
            UpdateEimResult::UNDEFINED_ERROR
        )]
    );
    bench.eco(vec![delete_eim("eim2")]);
    assert_eq!(bench.free_memory(), size);

    let mut bench = nearly_full(0);
    bench.eco(vec![delete_eim("eim1")]);
    let freed = bench.free_memory();
    let list = vec![configuration.clone(), Eim::new("eim3").configuration()];
    assert!(size < freed && freed < 2 * size);
    assert_eq!(
        bench.add_initial_eim(list),
        AddInitialEimResponse::AddInitialEimError(1.into())
    );
    assert_eq!(bench.card().state().eims, []);
}

#[test]
fn how_many_eims_and_how_high_a_counter_is_the_cards() {
    let mut bench = Bench::configured(false, [], |config| {
        config.capabilities.limits.eims = 1;
        config.capabilities.limits.counter = 0xFF_FFFF;
    });
    let another = Eim::new("eim2").configuration();
    assert_eq!(bench.eco(vec![Eco::AddEim(another)]), [code(1)]);
    bench.eim.counter = 0x80_0000;
    assert_eq!(bench.eco(Vec::new()), []);
    bench.eim.counter = 0xFF_FFFF;
    let package = bench.eim.package(EuiccPackage::EcoList(Vec::new()));
    assert_eq!(
        bench.error(package),
        EuiccPackageErrorCode::COUNTER_VALUE_OUT_OF_RANGE
    );
}

fn token(token: i64) -> EuiccResultData {
    EuiccResultData::AddEimResult(AddEimResult::AssociationToken(token))
}

#[test]
fn add_eim_codes() {
    for (fault, expected) in faults() {
        let mut bench = Bench::new();
        let mut bad = Eim::new("bad").configuration();
        fault(&mut bad);
        let results = bench.eco(vec![Eco::AddEim(bad), Eco::ListEim(EcoListEim::default())]);
        assert_eq!(results, [code(expected)]);
        assert_eq!(bench.card().state().eims.len(), 1);
    }
    let mut bench = Bench::new();
    let again = bench.eim.configuration();
    assert_eq!(bench.eco(vec![Eco::AddEim(again)]), [code(2)]);
    let add = |n: i32| Eco::AddEim(Eim::new(&format!("more{n}")).configuration());
    let results = bench.eco((1..=8).map(add).collect());
    assert_eq!(results.last(), Some(&code(1)));
    assert_eq!(bench.card().state().eims.len(), 8);
}

#[test]
fn an_added_eim_uses_its_own_token_and_counter() {
    let mut bench = Bench::new();
    let mut second = Eim::new("eim2");
    second.counter = 41;
    let mut configuration = second.configuration();
    configuration.association_token = Some(-1);
    assert_eq!(bench.eco(vec![Eco::AddEim(configuration)]), [token(2)]);
    second.token = Some(2);
    let package = second.package(EuiccPackage::EcoList(Vec::new()));
    assert_eq!(package.counter_value, 42);
    let request = second.request(package);
    bench.result_of(&second, &request);
    let counters: Vec<_> = bench
        .card()
        .state()
        .eims
        .iter()
        .map(|eim| eim.counter_value)
        .collect();
    assert_eq!(counters, [1, 42]);
}

fn delete_eim(id: &str) -> Eco {
    Eco::DeleteEim(EcoDeleteEim {
        eim_id: id.to_owned(),
        additions: Additions::none(),
    })
}

#[test]
fn an_eim_id_of_no_eim_is_a_command_error() {
    for id in ["", &"a".repeat(129)] {
        let mut bench = Bench::new();
        assert_eq!(
            bench.eco(vec![delete_eim(id)]),
            [delete_result(DeleteEimResult::COMMAND_ERROR)]
        );
    }
}

fn delete_result(code: DeleteEimResult) -> EuiccResultData {
    EuiccResultData::DeleteEimResult(code)
}

#[test]
fn delete_eim_ends_an_association() {
    use DeleteEimResult as Code;
    let mut bench = Bench::new();
    let mut second = Eim::new("eim2");
    bench.eco(vec![Eco::AddEim(second.configuration())]);
    assert_eq!(
        bench.eco(vec![delete_eim("eim3")]),
        [delete_result(Code::EIM_NOT_FOUND)]
    );
    assert_eq!(
        bench.eco(vec![delete_eim("eim2")]),
        [delete_result(Code::OK)]
    );
    let package = second.package(EuiccPackage::EcoList(Vec::new()));
    let request = second.request(package);
    assert!(matches!(
        bench.load(&request),
        EuiccPackageResult::EuiccPackageErrorUnsigned(_)
    ));
}

#[test]
fn an_eim_may_delete_itself_and_the_card_begins_anew_with_another_token() {
    let mut bench = Bench::new();
    let old = {
        let mut eim = bench.eim.clone();
        let package = eim.package(EuiccPackage::EcoList(vec![delete_eim("eim1")]));
        eim.request(package)
    };
    // signed with the token of the association that ended
    let results = bench.eco(vec![
        delete_eim("eim1"),
        Eco::ListEim(EcoListEim::default()),
    ]);
    assert_eq!(
        results,
        [
            delete_result(DeleteEimResult::LAST_EIM_DELETED),
            EuiccResultData::ListEimResult(ListEimResult::EimIdList(Vec::new())),
        ]
    );
    assert_eq!(get(&mut bench, None), []);
    assert_eq!(bench.results().len(), 1);

    bench.eim.counter = 0;
    let mut configuration = bench.eim.configuration();
    configuration.association_token = Some(-1);
    let added = AddInitialEimResponseAddInitialEimOk::AssociationToken(2);
    assert_eq!(
        bench.add_initial_eim(vec![configuration]),
        AddInitialEimResponse::AddInitialEimOk(vec![added])
    );
    bench.eim.token = Some(2);
    // the package of the first association, whose counter would be good again
    match bench.load(&old) {
        EuiccPackageResult::EuiccPackageErrorUnsigned(error) => {
            assert_eq!(error.association_token, Some(2));
        }
        other => panic!("expected euiccPackageErrorUnsigned, got {other:?}"),
    }
    bench.eco(Vec::new());
}

fn update(eim: &Eim, change: impl FnOnce(&mut EimConfigurationData)) -> Eco {
    let mut data = EimConfigurationData {
        eim_id: eim.id.clone(),
        ..Default::default()
    };
    change(&mut data);
    Eco::UpdateEim(data)
}

fn update_result(code: i64) -> EuiccResultData {
    EuiccResultData::UpdateEimResult(UpdateEimResult(code))
}

#[test]
fn update_eim_codes() {
    let mut bench = Bench::new();
    bench.eim.counter = 100;
    bench.eco(Vec::new());
    let eim = bench.eim.clone();
    let mut send = |command: Eco| bench.eco(vec![command]);
    assert_eq!(send(update(&Eim::new("eim3"), |_| ())), [update_result(1)]);
    let unknown = |data: &mut EimConfigurationData| data.euicc_ci_pk_id = Some([9; 20].into());
    assert_eq!(send(update(&eim, unknown)), [update_result(3)]);
    assert_eq!(
        send(update(&eim, |data| data.counter_value = Some(0x80_0000))),
        [update_result(6)]
    );
    assert_eq!(
        send(update(&eim, |data| data.counter_value = Some(5))),
        [update_result(6)]
    );
    let same_key = |data: &mut EimConfigurationData| {
        data.counter_value = Some(5);
        data.eim_public_key_data = Some(public_key(&eim.key));
    };
    assert_eq!(send(update(&eim, same_key)), [update_result(6)]);
    let bad_key = |data: &mut EimConfigurationData| {
        let spki = SubjectPublicKeyInfo::from_der([0x30, 0]);
        data.eim_public_key_data = Some(EimConfigurationDataEimPublicKeyData::EimPublicKey(spki));
    };
    assert_eq!(send(update(&eim, bad_key)), [update_result(7)]);
    assert_eq!(
        send(update(&eim, |data| data.counter_value = Some(0x1000))),
        [update_result(0)]
    );
    assert_eq!(bench.card().state().eims[0].counter_value, 0x1000);
}

#[test]
fn a_new_key_holds_from_the_next_package_on_and_may_lower_the_counter() {
    let mut bench = Bench::new();
    bench.eim.counter = 100;
    let old = bench.eim.clone();
    let new_key = Eim::new("another key").key;
    let command = update(&bench.eim, |data| {
        data.counter_value = Some(5);
        data.eim_public_key_data = Some(public_key(&new_key));
        data.association_token = Some(77);
    });
    let list = Eco::ListEim(EcoListEim::default());
    assert_eq!(bench.eco(vec![command, list])[0], update_result(0));
    assert_eq!(bench.card().state().eims[0].counter_value, 5);
    assert_eq!(bench.card().state().eims[0].association_token, old.token);

    let mut old = Eim {
        counter: 200,
        ..old
    };
    let package = old.package(EuiccPackage::EcoList(Vec::new()));
    let request = old.request(package);
    assert!(matches!(
        bench.load(&request),
        EuiccPackageResult::EuiccPackageErrorUnsigned(_)
    ));
    bench.eim.key = new_key;
    bench.eim.counter = 5;
    bench.eco(Vec::new());
}

#[test]
fn an_update_leaves_what_it_does_not_name() {
    let mut bench = Bench::new();
    let tls = Eim::new("tls").key.public_key().to_spki();
    let tls = EimConfigurationDataTrustedPublicKeyDataTls::TrustedEimPkTls(
        SubjectPublicKeyInfo::from_der(tls),
    );
    let command = update(&bench.eim, |data| {
        data.trusted_public_key_data_tls = Some(tls.clone())
    });
    assert_eq!(bench.eco(vec![command]), [update_result(0)]);
    let told = get(&mut bench, Some("eim1"));
    assert_eq!(told[0].trusted_public_key_data_tls, Some(tls));
    assert_eq!(told[0].eim_fqdn.as_deref(), Some("eim1.example.com"));
    // its results are signed under another CI from the next package on
    let brainpool = pki().ci_key_id(Curve::BrainpoolP256r1).unwrap();
    let command = update(&bench.eim, |data| {
        data.euicc_ci_pk_id = Some(brainpool.into())
    });
    assert_eq!(bench.eco(vec![command]), [update_result(0)]);
    bench.eim.euicc_curve = Some(Curve::BrainpoolP256r1);
    bench.eco(Vec::new());
}

#[test]
fn list_eim_tells_the_type_of_oid_and_fqdn_only() {
    let mut bench = Bench::new();
    let kinds = [
        EimIdType::EIM_ID_TYPE_OID,
        EimIdType::EIM_ID_TYPE_FQDN,
        EimIdType::EIM_ID_TYPE_PROPRIETARY,
    ];
    let mut commands: Vec<_> = kinds
        .into_iter()
        .map(|kind| {
            let mut data = Eim::new(&format!("kind{}", kind.0)).configuration();
            data.eim_id_type = Some(kind);
            Eco::AddEim(data)
        })
        .collect();
    commands.push(Eco::ListEim(EcoListEim::default()));
    let results = bench.eco(commands);
    let Some(EuiccResultData::ListEimResult(ListEimResult::EimIdList(list))) = results.last()
    else {
        panic!("{results:?}");
    };
    let told: Vec<_> = list
        .iter()
        .map(|eim| (eim.eim_id.as_str(), eim.eim_id_type.map(|kind| kind.0)))
        .collect();
    assert_eq!(
        told,
        [
            ("eim1", None),
            ("kind1", Some(1)),
            ("kind2", Some(2)),
            ("kind3", None)
        ]
    );
}

#[test]
fn commands_of_the_other_list_are_unknown() {
    // setFallbackAttribute, unsetFallbackAttribute, enable, listProfileInfo; listEim with a member
    for foreign in [
        "A80C5A0A98000000000000000002",
        "A900",
        "A30C5A0A98000000000000000002",
        "BF2D00",
        "AB03800161",
    ] {
        let mut bench = Bench::new();
        let request = bench.eim.request_with(0xA1, &hex::decode(foreign).unwrap());
        let eim = bench.eim.clone();
        assert_eq!(
            bench.result_of(&eim, &request).euicc_result,
            [terminated(Terminated::UNKNOWN_OR_DAMAGED_COMMAND)]
        );
        assert_eq!(bench.enabled(), Some(1));
        assert_eq!(bench.card().state().eims.len(), 1);
    }
}

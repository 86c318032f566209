// SPDX-License-Identifier: MIT OR Apache-2.0
//! Deliberate mistakes with polls and packages: each is seen from outside.

use harness::defect::IpaDefect;
use harness::iut::OrderStatus;
use rsp::sgp32::*;
use veuicc::Personality;

use crate::kit::*;

/// What a correct and a mistaken IPA come to in the same story.
async fn both<T, F: Future<Output = T>>(defect: IpaDefect, story: impl Fn(World) -> F) -> (T, T) {
    let right = story(World::with(&[EIM1, EIM2], Personality::spec()).await).await;
    let world = World::with(&[EIM1, EIM2], Personality::spec()).await;
    (right, story(world.mistaken(defect)).await)
}

/// Enables over a network that is there, then one more round; what the two eIMs and the card have.
async fn enabled(world: World) -> impl PartialEq + std::fmt::Debug {
    world.eims[0].psmo(vec![enable(OPERATIONAL, true)]);
    drop(world.round().await);
    let at_once = world.card.enabled();
    drop(world.round().await);
    (
        at_once,
        world.eims[1].causes(),
        world.eims[1].polls().len(),
        world.requests.count(&[0xBF, 0x51]),
        world.card.pending(),
        format!("{:?}", world.eims[0].results()),
    )
}

#[tokio::test]
async fn mistakes_after_an_enable_are_seen() {
    for defect in [
        IpaDefect::IgnoresOtherEims,
        IpaDefect::ForgetsStateChange,
        IpaDefect::RepeatsStateChange,
        IpaDefect::WrongStateChangeCause,
        IpaDefect::StateChangeWithoutCause,
        IpaDefect::ExecutesTwice,
        IpaDefect::NeverRemoves,
        IpaDefect::DropsNotifications,
        IpaDefect::AlwaysRollsBack,
        IpaDefect::IgnoresRefresh,
    ] {
        let (right, wrong) = both(defect, enabled).await;
        assert_ne!(right, wrong, "{defect:?}");
    }
}

/// Enables where there is no network.
async fn stranded(world: World) -> (Option<u8>, usize, String) {
    world.modem.set(OPERATIONAL, false);
    world.eims[0].psmo(vec![enable(OPERATIONAL, true)]);
    drop(world.round().await);
    let rollbacks = world.requests.count(&[0xBF, 0x58]);
    (
        world.card.enabled(),
        rollbacks,
        format!("{:?}", world.eims[0].results()),
    )
}

async fn stranded_without_flag(world: World) -> usize {
    world.modem.set(OPERATIONAL, false);
    world.eims[0].psmo(vec![enable(OPERATIONAL, false)]);
    drop(world.round().await);
    world.requests.count(&[0xBF, 0x58])
}

#[tokio::test]
async fn mistakes_with_rollback_are_seen() {
    for defect in [
        IpaDefect::NeverRollsBack,
        IpaDefect::KeepsResultOfBeforeRollback,
    ] {
        let (right, wrong) = both(defect, stranded).await;
        assert_ne!(right, wrong, "{defect:?}");
    }
    let (right, wrong) = both(IpaDefect::RollsBackUnasked, stranded_without_flag).await;
    assert_eq!((right, wrong), (0, 1));
}

/// A result that is refused, acknowledged in part or not acknowledged at all.
async fn answered(world: World, answer: Vec<u8>) -> Vec<i64> {
    world.eims[0].answer_instead(move |message| is_result(message).then(|| answer.clone()));
    world.eims[0].psmo(vec![enable(OPERATIONAL, false)]);
    drop(world.round().await);
    world.card.pending()
}

fn refusal() -> Vec<u8> {
    rsp::der::encode(
        &ProvideEimPackageResultResponse::ProvideEimPackageResultError(
            ProvideEimPackageResultResponseProvideEimPackageResultError::UNDEFINED_ERROR,
        ),
    )
    .unwrap()
}

#[tokio::test]
async fn mistakes_with_acknowledgements_are_seen() {
    let none = || acknowledgement([]);
    for (defect, answer) in [
        (IpaDefect::RemovesBeforeAcknowledgement, refusal()),
        (IpaDefect::TakesErrorForAcknowledgement, refusal()),
        (IpaDefect::RemovesEverything, acknowledgement([1])),
        (IpaDefect::NeverRemoves, acknowledgement(0..20)),
    ] {
        let (right, wrong) = both(defect, |world| answered(world, answer.clone())).await;
        assert_ne!(right, wrong, "{defect:?}");
    }
    let kept = answered(World::new().await, none()).await;
    assert!(!kept.is_empty());
}

/// A package that nobody knows (BF5A), with a transaction that cannot be seen.
async fn unknown_package(world: World) -> String {
    let mut left = 1;
    world.eims[0].answer_instead(move |message| {
        let poll = matches!(message, EsipaMessageFromIpaToEim::GetEimPackageRequest(_));
        left -= i32::from(poll);
        (poll && left >= 0).then(|| hex::decode("bf4f07bf5a0482020102").unwrap())
    });
    drop(world.round().await);
    format!("{:?}", world.eims[0].results())
}

#[tokio::test]
async fn mistakes_with_unknown_packages_and_transactions_are_seen() {
    for defect in [
        IpaDefect::SilentOnUnknownPackage,
        IpaDefect::DropsTransactionId,
        IpaDefect::InventsTransactionId,
    ] {
        let (right, wrong) = both(defect, unknown_package).await;
        assert_ne!(right, wrong, "{defect:?}");
        assert!(right.contains("unknownPackage"), "{right}");
    }
}

/// Two packages wait.
async fn two_packages(world: World) -> (Vec<OrderStatus>, String) {
    let orders = [
        world.eims[0].psmo(vec![set_fallback(BOOTSTRAP)]),
        world.eims[0].psmo(vec![enable(OPERATIONAL, false)]),
    ];
    drop(world.round().await);
    let statuses = orders
        .iter()
        .map(|order| world.eims[0].status(order))
        .collect();
    let eid = world.eims[0]
        .polls()
        .first()
        .map(|poll| poll.eid_value.clone());
    (statuses, format!("{eid:?}"))
}

#[tokio::test]
async fn mistakes_with_polls_are_seen() {
    for defect in [IpaDefect::StopsAfterFirstPackage, IpaDefect::WrongEid] {
        let (right, wrong) = both(defect, two_packages).await;
        assert_ne!(right, wrong, "{defect:?}");
        assert_eq!(right.0, [OrderStatus::Done, OrderStatus::Done]);
    }
}

/// What the eIM makes of a result.
async fn delivered(world: World) -> OrderStatus {
    let order = world.eims[0].psmo(vec![set_fallback(BOOTSTRAP)]);
    drop(world.round().await);
    world.eims[0].status(&order)
}

#[tokio::test]
async fn results_in_another_form_are_not_accepted() {
    for defect in [IpaDefect::BareResult, IpaDefect::ErrorArmForResult] {
        let (right, wrong) = both(defect, delivered).await;
        assert_eq!(right, OrderStatus::Done);
        assert_ne!(wrong, OrderStatus::Done, "{defect:?}");
    }
}

/// A package with a member that nobody knows, which its signature covers.
async fn extended(world: World) -> Option<EuiccPackageResult> {
    let signing = pki()
        .issue_eim_signing(EIM1, rsp::ecdsa::Curve::NistP256)
        .unwrap();
    let mut signed = hex::decode("80").unwrap();
    signed.push(u8::try_from(EIM1.len()).unwrap());
    signed.extend(EIM1.as_bytes());
    signed.extend([0x5A, 0x10]);
    signed.extend(certs::TEST_EID);
    signed.extend(hex::decode("810101a0 03bf2d00 9e0101".replace(' ', "")).unwrap());
    let signed = rsp::tlv::tlv(rsp::tlv::Tag::new(0x30), &signed);
    let token = [0x84, 1, 1];
    let signature = signing.key.sign(&[signed.as_slice(), &token].concat());
    let signature = rsp::tlv::tlv(rsp::tlv::Tag::new(0x5F37), &signature);
    let package = rsp::tlv::tlv(rsp::tlv::Tag::new(0xBF51), &[signed, signature].concat());
    let answer = rsp::tlv::tlv(rsp::tlv::Tag::new(0xBF4E), &package);
    let answer = world.start().unwrap().inject(EIM1, &answer).unwrap();
    match rsp::der::decode(&answer).unwrap() {
        TransferEimPackageResponse::EuiccPackageResult(result) => Some(result),
        _ => None,
    }
}

#[tokio::test]
async fn a_package_written_anew_is_refused_by_the_card() {
    let mistaken = |defect: Option<IpaDefect>| async move {
        let mut world = World::new().await;
        world.settings.defects = defect.into_iter().collect();
        extended(world).await
    };
    let right = mistaken(None).await;
    assert!(
        matches!(right, Some(EuiccPackageResult::EuiccPackageResultSigned(_))),
        "{right:?}"
    );
    let wrong = mistaken(Some(IpaDefect::ReencodesPackage)).await;
    assert!(
        matches!(
            wrong,
            Some(EuiccPackageResult::EuiccPackageErrorUnsigned(_))
        ),
        "{wrong:?}"
    );
}

#[tokio::test]
async fn numbers_without_their_sign_remove_nothing() {
    let story = |defect: Option<IpaDefect>| async move {
        let personality = Personality::named("high-numbers").unwrap();
        let mut world = World::with(&[EIM1], personality).await;
        world.settings.defects = defect.into_iter().collect();
        world.eim().psmo(vec![enable(OPERATIONAL, false)]);
        drop(world.round().await);
        world.card.pending()
    };
    assert_eq!(story(None).await, [0; 0]);
    assert_ne!(story(Some(IpaDefect::UnsignedIntegers)).await, [0; 0]);
}

//! Models and calibrations as bytes.

use proptest::prelude::*;
use sipstr_eta::{Accepted, Assumptions, Calibration, EtaError, Model, PickedUp, Quoted};

use crate::physics::quoted;
use crate::{fitted, last_week};

fn used_calibration(model: &Model<Quoted>) -> Calibration<Quoted> {
    let mut calibration = Calibration::default();
    for record in last_week() {
        let told = model.predict(&record.quoted, &calibration).unwrap().told;
        calibration.learn(&told, record.took_seconds(&record.quoted), record.handed_over_at_epoch_seconds).unwrap();
    }
    calibration
}

#[test]
fn a_model_and_a_calibration_come_back_as_they_went() {
    let model = fitted::<Quoted>().model;
    let calibration = used_calibration(&model);
    assert_eq!(Model::from_bytes(&model.to_bytes()), Ok(model.clone()));
    assert_eq!(Calibration::from_bytes(&calibration.to_bytes()), Ok(calibration));
    assert!(model.to_bytes().len() < 200_000);
}

#[test]
fn one_stage_does_not_read_the_bytes_of_another() {
    let bytes = Model::<Quoted>::untrained(Assumptions::default()).unwrap().to_bytes();
    let other = Err(EtaError::Corrupt("another kind or stage"));
    assert_eq!(Model::<Accepted>::from_bytes(&bytes).map(|_| ()), other);
    assert_eq!(Calibration::<Quoted>::from_bytes(&bytes).map(|_| ()), other);
}

#[test]
fn a_flipped_bit_or_a_missing_end_is_noticed() {
    let bytes = Calibration::<PickedUp>::default().to_bytes();
    for place in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[place] ^= 0x10;
        assert!(Calibration::<PickedUp>::from_bytes(&flipped).is_err());
        assert!(Calibration::<PickedUp>::from_bytes(&bytes[..place]).is_err());
    }
}

/// As a forger would: the checksum fits.
fn sealed(mut body: Vec<u8>) -> Vec<u8> {
    let sum = body
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, &byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    body.extend(sum.to_le_bytes());
    body
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn bytes_that_were_tampered_with_give_an_error_or_a_model_that_answers(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        static BYTES: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| fitted::<Quoted>().model.to_bytes());
        let mut body = BYTES[..BYTES.len() - 8].to_vec();
        for (place, byte) in changes {
            let place = place.index(body.len());
            body[place] = byte;
        }
        if let Ok(model) = Model::<Quoted>::from_bytes(&sealed(body)) {
            let estimate = model.predict(&quoted(), &Calibration::default()).unwrap();
            prop_assert!(estimate.p50_seconds.is_finite() && estimate.p50_seconds <= estimate.p90_seconds);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_read(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Model::<Quoted>::from_bytes(&body);
        for kind in [1, 2] {
            let headed = sealed([b"SETA", &[1, kind, 0][..], &body].concat());
            let _ = Model::<Quoted>::from_bytes(&headed);
            if let Ok(calibration) = Calibration::<Quoted>::from_bytes(&headed) {
                let model = Model::untrained(Assumptions::default()).unwrap();
                prop_assert!(model.predict(&quoted(), &calibration).unwrap().p90_seconds.is_finite());
            }
        }
    }
}

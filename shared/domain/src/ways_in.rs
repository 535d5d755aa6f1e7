//! The ways into an account, and that one is always left.

/// What somebody can sign in with alone. A mailed code to set a new password is no way in, but a way to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaysIn {
    pub password: bool,
    pub passkeys: usize,
    /// Accounts with other identity providers that are linked to this one.
    pub federated: usize,
}

/// A way in that can be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayIn {
    Password,
    Passkey,
    Federated,
}

/// What would be left could open the account for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is the last way into the account")]
pub struct LastWayIn;

impl WaysIn {
    /// What is left without one of them; refused where that is nothing. One that is not there is taken away by nobody.
    pub fn without(self, way: WayIn) -> Result<Self, LastWayIn> {
        let left = match way {
            WayIn::Password => Self { password: false, ..self },
            WayIn::Passkey => Self { passkeys: self.passkeys.saturating_sub(1), ..self },
            WayIn::Federated => Self { federated: self.federated.saturating_sub(1), ..self },
        };
        if left.is_none() { Err(LastWayIn) } else { Ok(left) }
    }

    const fn is_none(self) -> bool {
        !self.password && self.passkeys == 0 && self.federated == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_way_in_stays() {
        let nothing = WaysIn { password: false, passkeys: 0, federated: 0 };
        for (ways, way) in [
            (WaysIn { password: true, ..nothing }, WayIn::Password),
            (WaysIn { passkeys: 1, ..nothing }, WayIn::Passkey),
            (WaysIn { federated: 1, ..nothing }, WayIn::Federated),
        ] {
            assert_eq!(ways.without(way), Err(LastWayIn));
        }
        let two = WaysIn { passkeys: 2, ..nothing };
        assert_eq!(two.without(WayIn::Passkey), Ok(WaysIn { passkeys: 1, ..nothing }));
        let other = WaysIn { password: true, passkeys: 1, federated: 0 };
        assert_eq!(other.without(WayIn::Passkey), Ok(WaysIn { passkeys: 0, ..other }));
        assert_eq!(other.without(WayIn::Password), Ok(WaysIn { password: false, ..other }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn whatever_is_taken_away_in_whatever_order_something_is_left(
            password: bool, passkeys in 0_usize..4, federated in 0_usize..4, order in proptest::collection::vec(0_u8..3, 0..20),
        ) {
            let mut ways = WaysIn { password, passkeys, federated };
            let began_empty = ways.is_none();
            for way in order {
                let way = [WayIn::Password, WayIn::Passkey, WayIn::Federated][usize::from(way)];
                ways = ways.without(way).unwrap_or(ways);
                prop_assert_eq!(ways.is_none(), began_empty);
            }
        }
    }
}

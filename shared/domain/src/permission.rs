//! What each role in a store's staff may do there, as one table.

use crate::account::StoreRole;

/// Something that not everybody of a store's staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    SeeOrders,
    /// Accept and reject.
    AcceptOrders,
    MarkReady,
    SeeStock,
    /// Note goods received, a count, a loss.
    AdjustStock,
    /// Say what the store offers, and at what price.
    ManagePrices,
    /// Make, change and end the store's promotions.
    ManagePromotions,
    /// See what the store is owed.
    SeeStatements,
    InvitePickers,
    /// Owners and managers among them.
    InviteAnybody,
    /// See who belongs to the staff, change what they are, remove them.
    ManageMembers,
    /// Say which identity provider signs the staff in, and as what.
    ManageSignOn,
    /// Say which partners hear of what happens, and see what they were told.
    ManageWebhooks,
}

use StoreRole::{Manager, Owner, Picker};

const EVERYBODY: &[StoreRole] = &[Owner, Manager, Picker];

impl Permission {
    pub const ALL: &'static [Self] = &[
        Self::SeeOrders,
        Self::AcceptOrders,
        Self::MarkReady,
        Self::SeeStock,
        Self::AdjustStock,
        Self::ManagePrices,
        Self::ManagePromotions,
        Self::SeeStatements,
        Self::InvitePickers,
        Self::InviteAnybody,
        Self::ManageMembers,
        Self::ManageSignOn,
        Self::ManageWebhooks,
    ];

    /// Who may.
    pub const fn roles(self) -> &'static [StoreRole] {
        match self {
            Self::SeeOrders | Self::AcceptOrders | Self::MarkReady | Self::SeeStock => EVERYBODY,
            Self::AdjustStock
            | Self::ManagePrices
            | Self::ManagePromotions
            | Self::SeeStatements
            | Self::InvitePickers => &[Owner, Manager],
            Self::InviteAnybody | Self::ManageMembers | Self::ManageSignOn | Self::ManageWebhooks => &[Owner],
        }
    }

    /// What inviting somebody into this role takes.
    pub const fn to_invite(role: StoreRole) -> Self {
        match role {
            Picker => Self::InvitePickers,
            Owner | Manager => Self::InviteAnybody,
        }
    }
}

impl StoreRole {
    pub fn may(self, permission: Permission) -> bool {
        permission.roles().contains(&self)
    }

    /// Whether this role may do all that the other may, and something more.
    pub fn is_above(self, other: Self) -> bool {
        let reaches = |role: Self| Permission::ALL.iter().filter(move |permission| role.may(**permission));
        reaches(other).all(|permission| self.may(*permission)) && reaches(self).count() > reaches(other).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_just_what_is_written_here() {
        let matrix = [
            //                          owner  manager picker
            (Permission::SeeOrders, [true, true, true]),
            (Permission::AcceptOrders, [true, true, true]),
            (Permission::MarkReady, [true, true, true]),
            (Permission::SeeStock, [true, true, true]),
            (Permission::AdjustStock, [true, true, false]),
            (Permission::ManagePrices, [true, true, false]),
            (Permission::ManagePromotions, [true, true, false]),
            (Permission::SeeStatements, [true, true, false]),
            (Permission::InvitePickers, [true, true, false]),
            (Permission::InviteAnybody, [true, false, false]),
            (Permission::ManageMembers, [true, false, false]),
            (Permission::ManageSignOn, [true, false, false]),
            (Permission::ManageWebhooks, [true, false, false]),
        ];
        assert_eq!(matrix.map(|(permission, _)| permission), Permission::ALL);
        for (permission, expected) in matrix {
            assert_eq!([Owner, Manager, Picker].map(|role| role.may(permission)), expected, "{permission:?}");
        }
    }

    #[test]
    fn the_roles_stand_above_each_other() {
        let order = [Owner, Manager, Picker];
        for (place, role) in order.iter().enumerate() {
            for (other_place, other) in order.iter().enumerate() {
                assert_eq!(role.is_above(*other), place < other_place, "{role:?} {other:?}");
            }
        }
    }

    #[test]
    fn nobody_makes_another_more_than_they_are() {
        for inviter in [Owner, Manager, Picker] {
            for invited in [Owner, Manager, Picker] {
                let may = inviter.may(Permission::to_invite(invited));
                assert!(!may || !invited.is_above(inviter), "{inviter:?} invites {invited:?}");
            }
        }
    }
}

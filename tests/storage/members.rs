//! A store's staff: invitations that are used once, owners who do not all go, and power that is taken while it is used.

use jiff::SignedDuration;
use sipstr_domain::account::{Membership, Role, StoreRole};
use sipstr_domain::security::SecurityEventKind;
use sipstr_domain::{InvitationId, StoreId, UserId};
use sipstr_storage::Action;
use sipstr_storage::accounts::{Account, Accounts};
use sipstr_storage::audit::{Audit, SecurityEvent};
use sipstr_storage::members::{Invitation, Members, role_in};
use sipstr_storage::powers::{Power, Powerful};
use sipstr_storage::stores::Stores;

use crate::ground::{Ground, at_once, now};
use crate::people::{account, email};

struct Staff {
    /// Its tables go when it does.
    _ground: Ground,
    accounts: Accounts,
    members: Members,
    stores: Stores,
    audit: Audit,
    store: StoreId,
    owner: Account,
}

impl Staff {
    async fn new() -> Self {
        let ground = Ground::new().await;
        let (accounts_table, stores_table) = (ground.table("accounts"), ground.table("stores"));
        let mut it = Self {
            accounts: Accounts::new(ground.db.clone(), &accounts_table),
            members: Members::new(ground.db.clone(), &accounts_table, &stores_table),
            stores: Stores::new(ground.db.clone(), &stores_table),
            audit: Audit::new(ground.db.clone(), ground.table("audit")),
            store: StoreId::new(),
            owner: account("owner@example.test".parse().unwrap()),
            _ground: ground,
        };
        it.owner = it.member("owner@example.test", StoreRole::Owner).await;
        it
    }

    async fn member(&self, email: &str, role: StoreRole) -> Account {
        let membership = Membership { store_id: self.store.clone(), role };
        let roles = vec![Role::Customer, Role::StoreStaff];
        let member = Account { roles, memberships: vec![membership], ..account(email.parse().unwrap()) };
        assert!(self.accounts.register(&member).await.unwrap());
        self.stores.add_member(&self.store, &member.id).await.unwrap();
        member
    }

    fn event(&self, user: &UserId, kind: SecurityEventKind) -> Action {
        self.audit.entry(&SecurityEvent::new(user, kind, now())).unwrap()
    }

    async fn invited(&self) -> Invitation {
        let invitation = Invitation {
            id: InvitationId::new(),
            store_id: self.store.clone(),
            role: StoreRole::Picker,
            email: email(),
            invited_by: self.owner.id.clone(),
            created_at: now(),
            expires_at: now() + SignedDuration::from_hours(1),
            accepted_by: None,
        };
        assert!(self.members.invite(&invitation).await.unwrap());
        invitation
    }

    async fn read(&self, account: &Account) -> Account {
        self.accounts.get(&account.id).await.unwrap().expect("the account")
    }
}

#[tokio::test]
async fn an_invitation_is_used_once_and_makes_one_member() {
    let it = Staff::new().await;
    let ada = account(email());
    assert!(it.accounts.register(&ada).await.unwrap());
    let invitation = it.invited().await;
    assert!(!it.members.invite(&invitation).await.unwrap(), "there is one with this id");
    let told = at_once(10, |_| {
        let (it, ada, invitation) = (&it, &ada, &invitation);
        async move {
            let with =
                vec![it.event(&ada.id, SecurityEventKind::RoleGranted), it.accounts.still(&Powerful::of(&it.owner))];
            it.members.accept(invitation, ada, now(), with).await.unwrap()
        }
    });
    assert_eq!(told.await.iter().filter(|done| **done).count(), 1);
    let after = it.read(&ada).await;
    assert_eq!(after.roles, [Role::Customer, Role::StoreStaff]);
    assert_eq!(role_in(&after, &it.store), Some(StoreRole::Picker));
    let used = it.members.invitation(&it.store, &invitation.id).await.unwrap().unwrap();
    assert_eq!(used.accepted_by, Some(ada.id.clone()));
    assert!(!it.members.withdraw(&it.store, &invitation.id).await.unwrap(), "it was accepted");
    let events = it.audit.of_user(&ada.id, 10, None).await.unwrap();
    assert_eq!(events.items.len(), 1, "one transaction, one record");
    let staff = it.members.of_store(&it.store).await.unwrap();
    assert_eq!(staff.len(), 2);
}

#[tokio::test]
async fn what_is_over_taken_back_or_of_somebody_without_power_is_not_accepted() {
    let it = Staff::new().await;
    let ada = account(email());
    assert!(it.accounts.register(&ada).await.unwrap());
    let late = it.invited().await;
    let after = late.expires_at + SignedDuration::from_secs(1);
    let event = || vec![it.event(&ada.id, SecurityEventKind::RoleGranted)];
    assert!(!it.members.accept(&late, &ada, after, event()).await.unwrap());

    let withdrawn = it.invited().await;
    assert_eq!(it.members.invitations(&it.store).await.unwrap().len(), 2);
    assert!(it.members.withdraw(&it.store, &withdrawn.id).await.unwrap());
    assert!(!it.members.withdraw(&it.store, &withdrawn.id).await.unwrap());
    assert!(!it.members.accept(&withdrawn, &ada, now(), event()).await.unwrap());

    let orphan = it.invited().await;
    let read_before = Powerful::of(&it.owner);
    let removal = vec![it.event(&it.owner.id, SecurityEventKind::RoleRevoked)];
    assert!(it.members.remove(&it.owner, &it.store, removal).await.unwrap());
    let with = event().into_iter().chain([it.accounts.still(&read_before)]).collect();
    assert!(!it.members.accept(&orphan, &ada, now(), with).await.unwrap());
    assert_eq!(it.read(&ada).await.memberships, []);
    assert!(it.audit.of_user(&ada.id, 10, None).await.unwrap().items.is_empty(), "nothing is half-done");
}

#[tokio::test]
async fn of_two_owners_who_demote_each_other_one_stays() {
    let it = Staff::new().await;
    let second = it.member("second@example.test", StoreRole::Owner).await;
    let pairs = [(&it.owner, &second), (&second, &it.owner)];
    let told = at_once(2, |number| {
        let (it, (by, of)) = (&it, pairs[number]);
        async move {
            let with = vec![it.event(&of.id, SecurityEventKind::RoleRevoked), it.accounts.still(&Powerful::of(by))];
            let to = Membership { store_id: it.store.clone(), role: StoreRole::Picker };
            it.members.change_role(of, to, Power::Lost, with).await.unwrap()
        }
    });
    assert_eq!(told.await.iter().filter(|done| **done).count(), 1);
    let staff = it.members.of_store(&it.store).await.unwrap();
    let owners: Vec<&Account> =
        staff.iter().filter(|(_, role)| *role == StoreRole::Owner).map(|(account, _)| account).collect();
    assert_eq!(owners.len(), 1);
    assert_eq!(it.members.another_owner(&it.store, &owners[0].id).await.unwrap(), None, "the last one");
}

#[tokio::test]
async fn who_leaves_their_only_store_is_no_staff_and_every_token_of_before_is_old() {
    let it = Staff::new().await;
    let picker = it.member("picker@example.test", StoreRole::Picker).await;
    let event = || vec![it.event(&picker.id, SecurityEventKind::RoleRevoked)];
    assert!(it.members.remove(&picker, &it.store, event()).await.unwrap());
    assert!(!it.members.remove(&picker, &it.store, event()).await.unwrap(), "read before the removal");
    let after = it.read(&picker).await;
    assert_eq!((after.roles.as_slice(), after.memberships.len()), (&[Role::Customer][..], 0));
    assert_eq!(after.security_version, picker.security_version + 1);
    assert_eq!(it.stores.members(&it.store).await.unwrap(), std::slice::from_ref(&it.owner.id));
}

#[tokio::test]
async fn roles_that_are_given_at_once_are_not_lost() {
    let it = Staff::new().await;
    let ada = account(email());
    assert!(it.accounts.register(&ada).await.unwrap());
    let wanted = [Role::Courier, Role::Moderator];
    let told = at_once(2, |number| {
        let (it, ada, role) = (&it, &ada, wanted[number]);
        async move {
            let roles = [Role::Customer, role];
            let with = vec![it.event(&ada.id, SecurityEventKind::RoleGranted)];
            it.accounts.set_roles(ada, &roles, Power::Gained, with).await.unwrap()
        }
    });
    assert_eq!(told.await.iter().filter(|done| **done).count(), 1, "the other reads again");
    assert_eq!(it.audit.of_user(&ada.id, 10, None).await.unwrap().items.len(), 1);
    let after = it.read(&ada).await;
    assert_eq!((after.roles.len(), after.security_version), (2, 0), "who gains loses no session");
}

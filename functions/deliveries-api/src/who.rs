//! Who may do what with a delivery. A delivery of somebody else's does not exist: 404.

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use sipstr_domain::account::Role;
use sipstr_domain::delivery::Delivery;
use sipstr_domain::{CourierId, StoreId};
use sipstr_http::{Person, Problem, Verifier};

macro_rules! whoever_has {
    ($($(#[$doc:meta])* $name:ident = $($role:ident)|+;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(Person);

        impl<S> FromRequestParts<S> for $name
        where
            S: Send + Sync,
            Verifier: FromRef<S>,
        {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                let person = Person::from_request_parts(parts, state).await?;
                let may = [$(Role::$role),+].into_iter().any(|role| person.has(role));
                if may { Ok(Self(person)) } else { Err(Problem::forbidden()) }
            }
        }
    )+};
}

whoever_has! {
    /// Looks at deliveries.
    Watcher = Courier | StoreStaff | Support | Admin;
    /// Gives deliveries to couriers.
    Dispatcher = StoreStaff | Support | Admin;
    /// Says that bottles are back: who brought them, or who took them.
    Receiver = Courier | StoreStaff;
}

/// How much of a delivery somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Name and address only while it is under way.
    UnderWay,
    /// Everything, always: to answer the customer's questions.
    Full,
}

impl Watcher {
    pub fn sight_of(&self, delivery: &Delivery) -> Result<Sight, Problem> {
        let theirs = self.courier() == delivery.courier_id && delivery.courier_id.is_some();
        match self.sight_of_store(&delivery.store_id) {
            Err(_) if theirs => Ok(Sight::UnderWay),
            sight => sight,
        }
    }

    pub fn sight_of_store(&self, store: &StoreId) -> Result<Sight, Problem> {
        if is_of_office(&self.0) {
            Ok(Sight::Full)
        } else if self.0.in_store(store).is_some() {
            Ok(Sight::UnderWay)
        } else {
            Err(Problem::not_found())
        }
    }

    /// The courier that this person is.
    pub fn courier(&self) -> Option<CourierId> {
        courier(&self.0)
    }
}

impl Dispatcher {
    /// Support may assign every delivery, staff those of their own store.
    pub fn of(&self, delivery: &Delivery) -> Result<Sight, Problem> {
        if is_of_office(&self.0) {
            return Ok(Sight::Full);
        }
        self.0.in_store(&delivery.store_id).map(|_| Sight::UnderWay).ok_or_else(Problem::not_found)
    }
}

impl Receiver {
    /// As whom they say it: the courier of the delivery, or (`None`) the store.
    pub fn of(&self, delivery: &Delivery) -> Result<Option<CourierId>, Problem> {
        if self.0.in_store(&delivery.store_id).is_some() {
            return Ok(None);
        }
        match courier(&self.0) {
            Some(courier) if delivery.courier_id.as_ref() == Some(&courier) => Ok(Some(courier)),
            _ => Err(Problem::not_found()),
        }
    }
}

fn is_of_office(person: &Person) -> bool {
    person.has(Role::Support) || person.has(Role::Admin)
}

fn courier(person: &Person) -> Option<CourierId> {
    person.has(Role::Courier).then(|| CourierId::of_user(person.id()))
}

#[cfg(test)]
mod tests {
    use sipstr_domain::account::{Membership, StoreRole};
    use sipstr_domain::{OrderId, UserId};
    use sipstr_http::auth::Claims;

    use super::*;
    use crate::view::tests::delivery;

    fn person(roles: &[Role], store: Option<&StoreId>) -> Person {
        let stores = store.map(|store| Membership { store_id: store.clone(), role: StoreRole::Picker });
        let claims = Claims {
            iss: String::new(),
            aud: String::new(),
            sub: UserId::derive(&["bo"]),
            exp: 0,
            iat: 0,
            jti: String::new(),
            sid: String::new(),
            roles: roles.to_vec(),
            stores: stores.into_iter().collect(),
            email_verified: true,
            sv: 0,
            auth_time: 0,
            amr: vec![],
            act: None,
        };
        Person { claims }
    }

    fn missing<T>(answer: Result<T, Problem>) -> bool {
        answer.err() == Some(Problem::not_found())
    }

    #[test]
    fn a_courier_sees_only_what_is_theirs_now() {
        let mut delivery = delivery();
        let bo = Watcher(person(&[Role::Courier], None));
        assert!(missing(bo.sight_of(&delivery)), "nobody's yet");
        delivery.courier_id = Some(CourierId::of_user(&UserId::derive(&["bo"])));
        assert_eq!(bo.sight_of(&delivery), Ok(Sight::UnderWay));
        delivery.courier_id = Some(CourierId::of_user(&UserId::derive(&["another"])));
        assert!(missing(bo.sight_of(&delivery)));
    }

    #[test]
    fn a_store_sees_and_dispatches_only_its_own() {
        let delivery = delivery();
        let (own, other) = (delivery.store_id.clone(), StoreId::derive(&["other"]));
        let staff = |store| person(&[Role::StoreStaff], Some(store));
        assert_eq!(Watcher(staff(&own)).sight_of(&delivery), Ok(Sight::UnderWay));
        assert!(missing(Watcher(staff(&other)).sight_of(&delivery)));
        assert_eq!(Dispatcher(staff(&own)).of(&delivery), Ok(Sight::UnderWay));
        assert!(missing(Dispatcher(staff(&other)).of(&delivery)));
        assert_eq!(Receiver(staff(&own)).of(&delivery), Ok(None));
        assert!(missing(Receiver(staff(&other)).of(&delivery)));
    }

    #[test]
    fn a_membership_without_the_role_opens_nothing() {
        let delivery = delivery();
        let former = person(&[Role::Courier], Some(&delivery.store_id));
        assert!(missing(Watcher(former.clone()).sight_of(&delivery)));
        assert!(missing(Receiver(former).of(&delivery)));
    }

    #[test]
    fn support_sees_all_of_every_delivery() {
        let mut delivery = delivery();
        delivery.order_id = OrderId::derive(&["any"]);
        assert_eq!(Watcher(person(&[Role::Support], None)).sight_of(&delivery), Ok(Sight::Full));
        assert_eq!(Dispatcher(person(&[Role::Admin], None)).of(&delivery), Ok(Sight::Full));
    }
}

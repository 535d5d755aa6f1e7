//! Accounts of the demo's people.

use demo_city::city::{self, Customer, Login, Role as DemoRole};
use demo_city::{City, stable_suffix};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde::Serialize;
use sipstr_domain::account::{Address, DateOfBirth, Membership, Role, StoreRole};
use sipstr_domain::delivery::{Courier, Vehicle};
use sipstr_domain::{AddressId, CourierId, UserId};
use sipstr_storage::accounts::Account;

use super::data::{point, store_id};

/// The day on which everybody of the demo city signed up; fixed, so that the same data always looks the same.
const SIGNED_UP: Date = date(2026, 1, 1);

/// Who works for Sipstr or a store is of age, and nobody asks further.
const BORN_WORKING: Date = date(1988, 2, 29);

/// An account that lacks but its hash.
#[derive(Debug, Serialize)]
pub struct Person {
    pub account: Account,
    pub addresses: Vec<Address>,
    pub password: &'static str,
}

pub fn everyone(city: &City) -> anyhow::Result<Vec<Person>> {
    let customers = city.customers.iter().map(customer);
    let staff = city.staff.iter().map(|member| {
        let role = if member.login.role == DemoRole::StoreOwner { StoreRole::Owner } else { StoreRole::Picker };
        let mut person = person(&member.login, Role::StoreStaff, BORN_WORKING)?;
        person.account.memberships.push(Membership { store_id: store_id(member.store)?, role });
        Ok(person)
    });
    let couriers = city.couriers.iter().map(|courier| person(&courier.login, Role::Courier, BORN_WORKING));
    let office = [(&city.support, Role::Support), (&city.admin, Role::Admin)];
    let office = office.into_iter().map(|(login, role)| person(login, role, BORN_WORKING));
    customers.chain(staff).chain(couriers).chain(office).collect()
}

pub fn courier(courier: &city::Courier) -> anyhow::Result<Courier> {
    Ok(Courier {
        id: CourierId::of_user(&user_id(courier.login.key)?),
        version: 1,
        name: courier.login.name.parse()?,
        vehicle: match courier.vehicle {
            city::Vehicle::Bicycle => Vehicle::Bicycle,
            city::Vehicle::Scooter => Vehicle::Scooter,
            city::Vehicle::Car => Vehicle::Car,
        },
        position: point(courier.start)?,
        delivery_id: None,
        on_shift: true,
    })
}

fn user_id(key: &str) -> anyhow::Result<UserId> {
    Ok(format!("{}{}", UserId::PREFIX, stable_suffix("usr", key)).parse()?)
}

fn person(login: &Login, role: Role, born: Date) -> anyhow::Result<Person> {
    let signed_up = SIGNED_UP.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC)?.timestamp();
    let born = DateOfBirth::new(born, Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date())?;
    let (email, name) = (login.email.parse()?, login.name.parse()?);
    let account = Account {
        phone: Some(login.phone.parse()?),
        email_verified_at: Some(signed_up),
        ..Account::new(user_id(login.key)?, email, name, born, vec![role], signed_up)
    };
    Ok(Person { account, addresses: Vec::new(), password: login.password })
}

fn customer(customer: &Customer) -> anyhow::Result<Person> {
    let mut person = person(&customer.login, Role::Customer, customer.date_of_birth.parse()?)?;
    if !customer.email_verified {
        person.account.email_verified_at = None;
    }
    let address = &customer.address;
    let id: AddressId = format!("{}{}", AddressId::PREFIX, stable_suffix("adr", customer.login.key)).parse()?;
    person.addresses.push(Address {
        id,
        recipient: customer.login.name.parse()?,
        line1: address.line.to_owned(),
        line2: None,
        city: address.city.to_owned(),
        region: address.region.to_owned(),
        postal_code: address.postal_code.to_owned(),
        country: address.country.to_owned(),
        location: point(address.position)?,
        instructions: None,
    });
    Ok(person)
}

//! Who can log in to the demo city. Names are invented, e-mail addresses end in the reserved `.example`, telephone
//! numbers are of the 555-01xx range kept for fiction, and customers live at public libraries.
//!
//! **Demo only.** The passwords are public; an environment that serves people must never load these accounts.

use serde::Serialize;

use super::{Address, Position, san_francisco};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Login {
    /// Stable slug of the account.
    pub key: &'static str,
    pub role: Role,
    pub name: &'static str,
    pub email: &'static str,
    pub phone: &'static str,
    /// Demo only.
    pub password: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Customer,
    StoreOwner,
    StorePicker,
    Courier,
    Support,
    Admin,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Courier {
    pub login: Login,
    /// Where the courier waits when the demo starts.
    pub start: Position,
    pub vehicle: Vehicle,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Vehicle {
    Bicycle,
    Scooter,
    Car,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StaffMember {
    pub login: Login,
    /// Key of the store.
    pub store: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Customer {
    pub login: Login,
    /// ISO 8601.
    pub date_of_birth: &'static str,
    pub email_verified: bool,
    /// The account's age has been verified; false for the customer who is too young.
    pub age_verified: bool,
    pub address: Address,
}

const CUSTOMER_PASSWORD: &str = "demo-only-lantern-harbor-1";
const STORE_PASSWORD: &str = "demo-only-cellar-ladder-2";
const COURIER_PASSWORD: &str = "demo-only-pedal-summit-3";
const SUPPORT_PASSWORD: &str = "demo-only-velvet-anchor-4";
const ADMIN_PASSWORD: &str = "demo-only-granite-orchid-5";

const fn login(
    role: Role,
    key: &'static str,
    name: &'static str,
    email: &'static str,
    phone: &'static str,
    password: &'static str,
) -> Login {
    Login { key, role, name, email, phone, password }
}

pub(super) fn customers() -> Vec<Customer> {
    let adult = |key, name, email, phone, date_of_birth, address| Customer {
        login: login(Role::Customer, key, name, email, phone, CUSTOMER_PASSWORD),
        date_of_birth,
        email_verified: true,
        age_verified: true,
        address,
    };
    vec![
        adult(
            "customer-maya",
            "Maya Lindqvist",
            "maya@sipstr.example",
            "+14155550101",
            "1991-04-18",
            san_francisco("100 Larkin St", "94102", 37.7791, -122.4158),
        ),
        adult(
            "customer-theo",
            "Theo Okafor",
            "theo@sipstr.example",
            "+14155550102",
            "1984-11-02",
            san_francisco("300 Bartlett St", "94110", 37.7521, -122.4198),
        ),
        Customer {
            // Eighteen when this was written, and under 21 until 14 June 2029; move the year on before then.
            date_of_birth: "2008-06-15",
            age_verified: false,
            ..adult(
                "customer-riley",
                "Riley Tanaka",
                "riley@sipstr.example",
                "+14155550103",
                "2008-06-15",
                san_francisco("1801 Green St", "94123", 37.7972, -122.4290),
            )
        },
    ]
}

pub(super) fn staff() -> Vec<StaffMember> {
    let member = |store, role, key, name, email, phone| StaffMember {
        login: login(role, key, name, email, phone, STORE_PASSWORD),
        store,
    };
    let owner = Role::StoreOwner;
    let picker = Role::StorePicker;
    let (valencia, chestnut, irving) = ("valencia-bottle-house", "chestnut-cellars", "irving-street-beer-and-wine");
    vec![
        member(valencia, owner, "owner-valencia", "Lucia Ferrante", "owner.valencia@sipstr.example", "+14155550131"),
        member(valencia, picker, "picker-valencia", "Sam Whitlock", "picker.valencia@sipstr.example", "+14155550132"),
        member(chestnut, owner, "owner-chestnut", "Henry Castellan", "owner.chestnut@sipstr.example", "+14155550133"),
        member(chestnut, picker, "picker-chestnut", "Noor Rahimi", "picker.chestnut@sipstr.example", "+14155550134"),
        member(irving, owner, "owner-irving", "Grace Liang", "owner.irving@sipstr.example", "+14155550135"),
        member(irving, picker, "picker-irving", "Diego Maren", "picker.irving@sipstr.example", "+14155550136"),
    ]
}

pub(super) fn couriers() -> Vec<Courier> {
    let courier = |key, name, email, phone, vehicle, lat, lng| Courier {
        login: login(Role::Courier, key, name, email, phone, COURIER_PASSWORD),
        start: Position { lat, lng },
        vehicle,
    };
    vec![
        // Dolores Park
        courier(
            "courier-ana",
            "Ana Sorensen",
            "ana.courier@sipstr.example",
            "+14155550141",
            Vehicle::Bicycle,
            37.7596,
            -122.4269,
        ),
        // 24th and Mission
        courier(
            "courier-kofi",
            "Kofi Brandt",
            "kofi.courier@sipstr.example",
            "+14155550142",
            Vehicle::Bicycle,
            37.7522,
            -122.4184,
        ),
        // Lombard and Fillmore
        courier(
            "courier-jun",
            "Jun Halloran",
            "jun.courier@sipstr.example",
            "+14155550143",
            Vehicle::Scooter,
            37.7997,
            -122.4359,
        ),
        // Golden Gate Park, 9th Avenue
        courier(
            "courier-priya",
            "Priya Vantongeren",
            "priya.courier@sipstr.example",
            "+14155550144",
            Vehicle::Bicycle,
            37.7661,
            -122.4664,
        ),
        // Civic Center
        courier(
            "courier-marcus",
            "Marcus Eklund",
            "marcus.courier@sipstr.example",
            "+14155550145",
            Vehicle::Car,
            37.7793,
            -122.4193,
        ),
    ]
}

pub(super) fn support() -> Login {
    let (name, email) = ("Ines Marchetti", "support@sipstr.example");
    login(Role::Support, "support-ines", name, email, "+14155550151", SUPPORT_PASSWORD)
}

pub(super) fn admin() -> Login {
    let (name, email) = ("Robin Achterberg", "admin@sipstr.example");
    login(Role::Admin, "admin-robin", name, email, "+14155550152", ADMIN_PASSWORD)
}

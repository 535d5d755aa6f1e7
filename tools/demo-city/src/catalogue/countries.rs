//! Countries by the names that the sources use.

use serde::Serialize;

/// A country: ISO 3166-1 alpha-2 code and the name to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Country {
    pub code: &'static str,
    pub name: &'static str,
}

impl Country {
    /// The country of a source's name, or none if it is not a country that we know.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = match name {
            "England" => "United Kingdom",
            "Czech Republic" => "Czechia",
            "Korea, Republic of" => "South Korea",
            "Macedonia, the Former Yugoslav Republic of" => "North Macedonia",
            "Taiwan, Province of China" => "Taiwan",
            other => other,
        };
        COUNTRIES.iter().find(|(_, known)| *known == name).map(|&(code, name)| Self { code, name })
    }
}

const COUNTRIES: [(&str, &str); 64] = [
    ("AR", "Argentina"),
    ("AW", "Aruba"),
    ("AU", "Australia"),
    ("AT", "Austria"),
    ("BE", "Belgium"),
    ("BB", "Barbados"),
    ("BZ", "Belize"),
    ("BR", "Brazil"),
    ("CA", "Canada"),
    ("CL", "Chile"),
    ("CN", "China"),
    ("CO", "Colombia"),
    ("HR", "Croatia"),
    ("CU", "Cuba"),
    ("CZ", "Czechia"),
    ("DK", "Denmark"),
    ("EG", "Egypt"),
    ("SV", "El Salvador"),
    ("EE", "Estonia"),
    ("FI", "Finland"),
    ("FR", "France"),
    ("PF", "French Polynesia"),
    ("DE", "Germany"),
    ("GR", "Greece"),
    ("GT", "Guatemala"),
    ("HN", "Honduras"),
    ("HU", "Hungary"),
    ("IN", "India"),
    ("IE", "Ireland"),
    ("IL", "Israel"),
    ("IT", "Italy"),
    ("JM", "Jamaica"),
    ("JP", "Japan"),
    ("KE", "Kenya"),
    ("LV", "Latvia"),
    ("LT", "Lithuania"),
    ("MO", "Macao"),
    ("MU", "Mauritius"),
    ("MX", "Mexico"),
    ("MM", "Myanmar"),
    ("NA", "Namibia"),
    ("NL", "Netherlands"),
    ("NZ", "New Zealand"),
    ("MK", "North Macedonia"),
    ("NO", "Norway"),
    ("PA", "Panama"),
    ("PH", "Philippines"),
    ("PL", "Poland"),
    ("PT", "Portugal"),
    ("RU", "Russia"),
    ("SL", "Sierra Leone"),
    ("SK", "Slovakia"),
    ("ZA", "South Africa"),
    ("KR", "South Korea"),
    ("ES", "Spain"),
    ("LK", "Sri Lanka"),
    ("SE", "Sweden"),
    ("CH", "Switzerland"),
    ("TW", "Taiwan"),
    ("TH", "Thailand"),
    ("TG", "Togo"),
    ("GB", "United Kingdom"),
    ("US", "United States"),
    ("UY", "Uruguay"),
];

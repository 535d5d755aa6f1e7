//! What an address tells about the law of its door.

use jiff::civil::Date;
use sipstr_domain::account::Address;
use sipstr_domain::geo::Point;

use crate::book::Book;
use crate::place::Destination;

/// A door with the place that it lies in. An address knows post code and town; a county only an outline can tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Doorstep {
    point: Point,
    jurisdiction: Option<String>,
    codes: Vec<String>,
}

impl Doorstep {
    pub fn of(address: &Address, book: &Book, on: Date) -> Self {
        let lower = |text: &str| text.trim().to_lowercase();
        let codes = vec![format!("town:{}", lower(&address.city)), format!("postcode:{}", lower(&address.postal_code))];
        // Where the region is written otherwise than in a key, the store's place holds.
        let region = format!("{}-{}", lower(&address.country), lower(&address.region));
        let known = book.at(&region, on).is_some();
        let jurisdiction = known.then(|| book.locate(&region, address.location, &codes, on).to_owned());
        Self { point: address.location, jurisdiction, codes }
    }

    pub fn destination(&self) -> Destination<'_> {
        let (point, codes) = (self.point, self.codes.as_slice());
        Destination { jurisdiction: self.jurisdiction.as_deref(), codes, ..Destination::at(point) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use sipstr_domain::AddressId;

    use super::*;

    fn doorstep(city: &str, region: &str, country: &str, location: Point) -> Doorstep {
        let address = Address {
            id: AddressId::derive(&["home"]),
            recipient: "Ada Lovelace".parse().unwrap(),
            line1: "1 Boardwalk".into(),
            line2: None,
            city: city.into(),
            region: region.into(),
            postal_code: "08226".into(),
            country: country.into(),
            location,
            instructions: None,
        };
        Doorstep::of(&address, Book::builtin(), date(2027, 3, 10))
    }

    #[test]
    fn an_address_finds_its_region_and_town() {
        let (mainland, island) = (Point::new(40.7, -74.2).unwrap(), Point::new(39.270, -74.580).unwrap());
        let key = |city, region, country, at| doorstep(city, region, country, at).jurisdiction;
        assert_eq!(key("Newark", "NJ", "US", mainland).as_deref(), Some("us-nj"));
        assert_eq!(key("Ocean City", "NJ", "US", mainland).as_deref(), Some("us-nj-ocean-city"), "by its name");
        assert_eq!(key("Ocean Cty", "NJ", "US", island).as_deref(), Some("us-nj-ocean-city"), "by its outline");
        assert_eq!(key("Newark", "New Jersey", "US", mainland), None);
        assert_eq!(doorstep("Newark", "NJ", "US", mainland).codes, ["town:newark", "postcode:08226"]);
    }
}

//! Where: codes, outlines, and what sort of premises a door belongs to.

use serde::{Deserialize, Serialize};
use sipstr_domain::geo::Point;

/// What sort of place the bottles go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Premises {
    Residence,
    /// Private, and nobody's home: an office, a rented hall.
    PrivatePlace,
    Hotel,
    LicensedPremises,
    Campus,
    School,
    Locker,
    PublicPlace,
}

/// Where an order goes.
#[derive(Debug, Clone, Copy)]
pub struct Destination<'a> {
    pub point: Point,
    /// Key of the rules that hold there, where the address tells; else those of the store do.
    pub jurisdiction: Option<&'a str>,
    /// Codes of the places that it lies in, such as `county:20091` (FIPS) or `town:ocean city`, in lower case.
    pub codes: &'a [String],
    pub premises: Option<Premises>,
    pub gift: bool,
}

impl Destination<'_> {
    /// A door of which only the place is known.
    pub const fn at(point: Point) -> Self {
        Self { point, jurisdiction: None, codes: &[], premises: None, gift: false }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidArea(&'static str);

/// A place on the map: whatever has one of the codes or lies within one of the outlines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "AreaText", into = "AreaText")]
pub struct Area(AreaText);

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AreaText {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    codes: Vec<String>,
    /// Each a ring of `[latitude, longitude]`, closed by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    outlines: Vec<Vec<[f64; 2]>>,
}

impl TryFrom<AreaText> for Area {
    type Error = InvalidArea;

    fn try_from(text: AreaText) -> Result<Self, InvalidArea> {
        let coded = |code: &String| {
            let (kind, value) = code.split_once(':').unwrap_or_default();
            !kind.is_empty() && !value.is_empty() && !code.chars().any(char::is_uppercase)
        };
        if !text.codes.iter().all(coded) {
            return Err(InvalidArea("a code is written `kind:value`, in lower case"));
        }
        let on_earth = |[lat, lng]: &[f64; 2]| Point::new(*lat, *lng).is_ok();
        if !text.outlines.iter().all(|ring| ring.len() >= 3 && ring.iter().all(on_earth)) {
            return Err(InvalidArea("an outline has three corners or more, each `[latitude, longitude]`"));
        }
        if text.outlines.iter().any(|ring| spans_the_date_line(ring)) {
            return Err(InvalidArea("an outline across the date line is written as two"));
        }
        if text.codes.is_empty() && text.outlines.is_empty() {
            return Err(InvalidArea("an area has a code or an outline"));
        }
        Ok(Self(text))
    }
}

impl From<Area> for AreaText {
    fn from(area: Area) -> AreaText {
        area.0
    }
}

fn spans_the_date_line(ring: &[[f64; 2]]) -> bool {
    let west = ring.iter().map(|corner| corner[1]).fold(f64::INFINITY, f64::min);
    let east = ring.iter().map(|corner| corner[1]).fold(f64::NEG_INFINITY, f64::max);
    east - west > 180.0
}

impl Area {
    pub fn contains(&self, point: Point, codes: &[String]) -> bool {
        self.0.codes.iter().any(|code| codes.contains(code)) || self.0.outlines.iter().any(|ring| within(ring, point))
    }
}

/// Even-odd rule: a ray to the east crosses the outline an odd number of times.
fn within(ring: &[[f64; 2]], point: Point) -> bool {
    let next = ring.iter().cycle().skip(1);
    let crossings = ring.iter().zip(next).filter(|([lat_a, lng_a], [lat_b, lng_b])| {
        let spans = (*lat_a > point.lat) != (*lat_b > point.lat);
        spans && point.lng < (lng_b - lng_a) * (point.lat - lat_a) / (lat_b - lat_a) + lng_a
    });
    crossings.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(json: &str) -> Result<Area, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn a_point_is_within_an_outline_or_not() {
        // An L: the notch at the upper right is outside.
        let ell = area(r#"{"outlines":[[[0,0],[0,2],[1,2],[1,1],[2,1],[2,0]]]}"#).unwrap();
        let inside = |lat, lng| ell.contains(Point::new(lat, lng).unwrap(), &[]);
        assert!(inside(0.5, 0.5) && inside(0.5, 1.5) && inside(1.5, 0.5));
        assert!(!inside(1.5, 1.5) && !inside(-0.5, 0.5) && !inside(0.5, 2.5));
    }

    #[test]
    fn a_code_is_enough() {
        let county = area(r#"{"codes":["county:20091"]}"#).unwrap();
        let here = Point::new(0.0, 0.0).unwrap();
        assert!(county.contains(here, &["county:20091".to_owned()]));
        assert!(!county.contains(here, &["county:20173".to_owned()]));
    }

    #[test]
    fn what_is_no_area_is_refused() {
        for json in [
            "{}",
            r#"{"codes":["20091"]}"#,
            r#"{"codes":["County:1"]}"#,
            r#"{"outlines":[[[0,0],[1,1]]]}"#,
            r#"{"outlines":[[[0,0],[1,1],[91,0]]]}"#,
            r#"{"outlines":[[[0,179],[1,-179],[0,-179]]]}"#,
        ] {
            assert!(area(json).is_err(), "{json}");
        }
    }
}

//! Retail price points.

/// The price ending in 49 or 99 cents that is nearest to `cents`; never below 49 cents.
pub(crate) fn price_point(cents: u32) -> u32 {
    // Price points are 50 apart and lie one below a multiple of 50.
    ((cents + 1 + 25) / 50 * 50).max(50) - 1
}

/// `percent` per cent of `cents`, rounded half up.
pub(crate) fn percent_of(cents: u32, percent: u32) -> u32 {
    (cents * percent + 50) / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn price_points_are_the_nearest() {
        assert_eq!(price_point(1_012), 999);
        assert_eq!(price_point(1_025), 1_049);
        assert_eq!(price_point(1_049), 1_049);
        assert_eq!(price_point(3), 49);
    }
}

//! DynamoDB's arithmetic, on items as they go over the wire.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>

use serde_json::Value;

/// Bytes of an item: its attributes' names and values.
pub fn item_size(item: &Value) -> usize {
    let attributes = item.as_object().into_iter().flatten();
    attributes.map(|(name, value)| name.len() + value_size(value)).sum()
}

/// Bytes of `{"S": "…"}` and its like.
pub fn value_size(value: &Value) -> usize {
    let Some((kind, value)) = value.as_object().and_then(|typed| typed.iter().next()) else { return 0 };
    let text = value.as_str().unwrap_or_default();
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    match kind.as_str() {
        "S" => text.len(),
        "N" => number_size(text),
        "B" => text.len() / 4 * 3,
        "SS" => list.iter().filter_map(Value::as_str).map(str::len).sum(),
        "NS" => list.iter().filter_map(Value::as_str).map(number_size).sum(),
        // Three bytes for the container and one for each element.
        "L" => 3 + list.iter().map(|element| 1 + value_size(element)).sum::<usize>(),
        "M" => 3 + value.as_object().map_or(0, serde_json::Map::len) + item_size(value),
        _ => 1,
    }
}

/// A byte for two significant digits, one more, and one for a sign.
fn number_size(text: &str) -> usize {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let significant = digits.trim_start_matches('0').trim_end_matches('0').len();
    significant.div_ceil(2) + 1 + usize::from(text.starts_with('-'))
}

/// Units of a plain write; one in a transaction takes twice as many, to prepare and to commit.
pub fn write_units(bytes: usize) -> usize {
    bytes.div_ceil(1_024).max(1)
}

/// Units of a consistent read; what is not there costs one too.
pub fn read_units(bytes: usize) -> usize {
    bytes.div_ceil(4_096).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn sizes_follow_the_guide() {
        assert_eq!(item_size(&json!({"pk": {"S": "abc"}})), 5);
        assert_eq!(item_size(&json!({"n": {"N": "1299"}})), 4);
        assert_eq!(item_size(&json!({"n": {"N": "-120000"}})), 4);
        assert_eq!(item_size(&json!({"l": {"L": [{"S": "ab"}, {"BOOL": true}]}})), 9);
        assert_eq!(item_size(&json!({"m": {"M": {"a": {"NULL": true}}}})), 7);
    }

    #[test]
    fn units_are_started_kilobytes() {
        assert_eq!([write_units(1), write_units(1_024), write_units(1_025)], [1, 1, 2]);
        assert_eq!([read_units(0), read_units(4_096), read_units(4_097)], [1, 1, 2]);
    }
}

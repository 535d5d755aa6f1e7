//! What the linter says of files that are wrong.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use sipstr_compliance::{Finding, RuleFile, RuleFileError, RuleSet, Severity, lint};

const TODAY: Date = date(2026, 11, 27);

fn age(id: &str) -> Value {
    json!({"id": id, "citation": "Code § 1", "source": "primary", "checkedOn": "2026-11-27",
        "asks": {"minimumAge": {"years": 21}}})
}

fn with(id: &str, asks: Value) -> Value {
    json!({"id": id, "citation": "Code § 1", "source": "primary", "checkedOn": "2026-11-27", "asks": asks})
}

fn file(rules: &[Value]) -> Value {
    json!({"key": "zz-a", "name": "A", "version": "2026-11-27", "note": "A sample to be confirmed by counsel.",
        "timeZones": ["Europe/Paris"], "rules": rules})
}

fn findings(file: &Value) -> Vec<Finding> {
    lint(&RuleFile::parse(&file.to_string()).unwrap(), None, TODAY)
}

/// The codes of what is found in a file with these rules beside a sound one.
fn found(rules: &[Value]) -> Vec<&'static str> {
    let rules = [&[age("zz-a.age")][..], rules].concat();
    findings(&file(&rules)).into_iter().map(|finding| finding.code).collect()
}

fn changed(change: impl FnOnce(&mut Value)) -> Vec<(&'static str, Severity)> {
    let mut file = file(&[age("zz-a.age")]);
    change(&mut file);
    findings(&file).into_iter().map(|finding| (finding.code, finding.severity)).collect()
}

#[test]
fn a_sound_file_has_nothing_against_it() {
    assert_eq!(changed(|_| {}), []);
}

#[test]
fn the_head_of_a_file_is_looked_at() {
    assert_eq!(changed(|file| file["note"] = "The law.".into()), [("note", Severity::Error)]);
    assert_eq!(changed(|file| file["timeZones"] = json!(["Mars/Base"])), [("time_zones", Severity::Error)]);
    assert_eq!(changed(|file| file["timeZones"] = json!([])), [("time_zones", Severity::Warning)]);
    assert_eq!(changed(|file| file["inherits"] = "zz@2026-11-27".into()), [("parent", Severity::Error)]);
    let codes: Vec<_> = changed(|file| file["key"] = "ZZ a".into()).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["key", "rule_id"]);
}

#[test]
fn a_rule_says_where_it_is_written_and_when_it_was_checked() {
    let rule = |field: &str, value: Value| changed(|file| file["rules"][0][field] = value);
    assert_eq!(rule("citation", " ".into()), [("citation", Severity::Error)]);
    assert_eq!(rule("checkedOn", "2025-11-26".into()), [("checked_on", Severity::Warning)]);
    assert_eq!(rule("checkedOn", "2025-11-27".into()), []);
    assert_eq!(rule("checkedOn", "2026-11-28".into()), [("checked_on", Severity::Error)]);
    assert_eq!(rule("id", "us.age".into()), [("rule_id", Severity::Error)]);
    assert_eq!(rule("replaces", json!(["zz.age"])), [("replaces_nothing", Severity::Error)]);
    assert_eq!(rule("asks", json!({"minimumAge": {"years": 12}})), [("implausible", Severity::Error)]);
}

#[test]
fn validities_neither_overlap_nor_leave_a_gap() {
    let dated = |id: &str, from: Option<&str>, until: Option<&str>| {
        let mut rule = age(id);
        for (field, day) in [("from", from), ("until", until)] {
            if let Some(day) = day {
                rule[field] = day.into();
            }
        }
        rule
    };
    let codes = |rules: &[Value]| findings(&file(rules)).into_iter().map(|finding| finding.code).collect::<Vec<_>>();
    let first = dated("zz-a.age", None, Some("2026-12-31"));
    assert_eq!(codes(&[first.clone(), dated("zz-a.age_2", Some("2027-01-01"), None)]), [""; 0]);
    assert_eq!(codes(&[first.clone(), dated("zz-a.age_2", Some("2026-12-31"), None)]), ["overlap"]);
    assert_eq!(codes(&[first.clone(), dated("zz-a.age_2", Some("2027-01-02"), None)]), ["gap"]);
    assert_eq!(codes(&[first, age("zz-a.age")]), ["rule_id_twice", "overlap"]);
    assert_eq!(codes(&[age("zz-a.age"), dated("zz-a.age_2", Some("2027-01-02"), Some("2027-01-01"))])[0], "validity");
}

#[test]
fn two_rules_about_different_drinks_do_not_overlap() {
    let of = |id: &str, drinks: Value| {
        let mut rule = age(id);
        rule["appliesTo"] = json!({"drinks": drinks});
        rule
    };
    let beer = of("zz-a.beer", json!([{"categories": ["beer"]}]));
    let rest = of("zz-a.rest", json!([{"categories": ["cider", "wine", "spirits", "ready_to_drink"]}]));
    assert_eq!(findings(&file(&[beer.clone(), rest.clone()])), []);
    let gaps = findings(&file(std::slice::from_ref(&rest)));
    assert_eq!((gaps.len(), gaps[0].code, gaps[0].severity), (1, "gap", Severity::Warning));
    let all_wine = of("zz-a.wine", json!([{"categories": ["wine"]}]));
    assert_eq!(findings(&file(&[beer, rest, all_wine]))[0].code, "overlap");
}

#[test]
fn hours_that_never_open_are_found() {
    let only = |from: &str, until: &str| json!({"onlyDuring": {"windows": [{"from": from, "until": until}], "steps": ["order"]}});
    let never = |from: &str, until: &str| json!({"neverDuring": {"windows": [{"from": from, "until": until}], "steps": ["order", "hand_over"]}});
    assert_eq!(found(&[with("zz-a.o", only("10:00", "22:00")), with("zz-a.n", never("00:00", "21:59"))]), [""; 0]);
    let shut = found(&[with("zz-a.o", only("10:00", "22:00")), with("zz-a.n", never("10:00", "22:00"))]);
    assert_eq!(shut, ["never_open"; 5], "for each drink");
    assert_eq!(found(&[with("zz-a.n", never("00:00", "24:00"))]), ["never_open"; 10]);
    assert_eq!(found(&[with("zz-a.n", json!({"neverDuring": {"windows": [], "steps": ["order"]}}))]), ["empty"]);
}

#[test]
fn rules_that_contradict_each_other_are_found() {
    let scan = |id: &str, scan: &str| with(id, json!({"identification": {"scan": scan}}));
    assert_eq!(found(&[scan("zz-a.i", "required"), scan("zz-a.j", "forbidden")]), ["contradiction"]);
    let only = with("zz-a.o", json!({"premisesOnly": {"premises": ["hotel"]}}));
    let never = with("zz-a.n", json!({"premisesNever": {"premises": ["hotel", "school"]}}));
    assert_eq!(found(&[only, never]), ["contradiction"]);
    let mut nothing = with("zz-a.x", json!({"attended": {}}));
    nothing["appliesTo"] = json!({"drinks": [{"abvAbove": 500, "abvUpTo": 500}]});
    assert_eq!(found(&[nothing]), ["drinks"]);
}

#[test]
fn what_is_no_rule_file_is_refused_with_the_place_of_the_mistake() {
    let refused = |file: Value| match RuleFile::parse(&file.to_string()) {
        Err(RuleFileError::Unreadable(why)) => why,
        other => panic!("{other:?}"),
    };
    let mut unknown = age("zz-a.age");
    unknown["appliesTo"] = json!({"drinks": [{"categories": ["mead"]}]});
    assert!(refused(file(&[unknown])).contains("unknown variant `mead`"));
    assert!(refused(file(&[with("zz-a.x", json!({"maximumAge": {"years": 90}}))])).contains("unknown variant"));
    assert!(
        refused(file(&[with("zz-a.x", json!({"minimumAge": {"years": 21, "sex": "f"}}))])).contains("unknown field")
    );
    let hours = json!({"onlyDuring": {"windows": [{"from": "10:00", "until": "25:00"}], "steps": ["order"]}});
    assert!(refused(file(&[with("zz-a.x", hours)])).contains("24:00"));
    let mut field = file(&[]);
    field["approvedBy"] = "counsel".into();
    assert!(refused(field).contains("unknown field"));
}

#[test]
fn a_town_that_adds_a_second_age_without_replacing_is_found() {
    let parent = RuleFile::parse(&file(&[age("zz-a.age")]).to_string()).unwrap();
    let parent = RuleSet::compile(parent, None).unwrap();
    let mut town = file(&[age("zz-a-b.age")]);
    town["key"] = "zz-a-b".into();
    town["inherits"] = "zz-a@2026-11-27".into();
    let codes = |file: &Value| -> Vec<&'static str> {
        let file = RuleFile::parse(&file.to_string()).unwrap();
        lint(&file, Some(&parent), TODAY).into_iter().map(|finding| finding.code).collect()
    };
    assert_eq!(codes(&town), ["overlap"]);
    town["rules"][0]["replaces"] = json!(["zz-a.age"]);
    assert_eq!(codes(&town), [""; 0]);
}

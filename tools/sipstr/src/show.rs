//! What is shown: tables for people, JSON for programs.

use std::io::{IsTerminal, Write, stderr, stdout};
use std::time::Duration;

use anyhow::Context;
use comfy_table::{ContentArrangement, Table};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use crate::client::Refusal;

#[derive(Debug, Clone, Copy)]
pub struct Output {
    pub json: bool,
}

impl Output {
    /// The value for programs, or what stands for it for people.
    pub fn show(&self, value: &Value, people: impl FnOnce() -> String) -> anyhow::Result<()> {
        let text = if self.json { serde_json::to_string_pretty(value)? } else { people() };
        self.write(format!("{text}\n").as_bytes())
    }

    pub fn write(&self, bytes: &[u8]) -> anyhow::Result<()> {
        let mut out = stdout().lock();
        out.write_all(bytes).and_then(|()| out.flush()).context("writing to the standard output")
    }

    pub fn failed(&self, error: &anyhow::Error) {
        let text = if self.json {
            let told = error.chain().find_map(|cause| cause.downcast_ref::<Refusal>());
            let told = told.map_or_else(|| json!({"detail": format!("{error:#}")}), |refusal| refusal.problem.clone());
            told.to_string()
        } else {
            format!("sipstr: {}", plain(&format!("{error:#}")))
        };
        // Where nobody listens there is nobody to tell.
        let _ = writeln!(stderr(), "{text}");
    }

    /// A bar that is seen by people at a terminal only.
    pub fn bar(&self) -> ProgressBar {
        let seen = !self.json && stderr().is_terminal();
        let target = if seen { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = ProgressStyle::with_template("{spinner} {msg:<10} {wide_bar} {pos}/{len} rows {elapsed}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }
}

/// A table of these fields of each item.
pub fn table(columns: &[(&str, &str)], items: &[Value]) -> String {
    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(columns.iter().map(|(title, _)| *title).collect::<Vec<_>>());
    for item in items {
        table.add_row(columns.iter().map(|(_, field)| cell(&item[*field])).collect::<Vec<_>>());
    }
    table.to_string()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => plain(text),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

/// Text from elsewhere without what a terminal would obey.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{FFFD}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_row_for_each_item() {
        let items = [json!({"productId": "prd_1", "available": 3, "low": true}), json!({"productId": "prd_2"})];
        let shown = table(&[("product", "productId"), ("free", "available"), ("low", "low")], &items);
        let lines: Vec<&str> = shown.lines().filter(|line| line.contains("prd_")).collect();
        assert_eq!(lines.len(), 2, "{shown}");
        assert!(lines[0].contains('3') && lines[0].contains("yes"), "{shown}");
    }

    #[test]
    fn a_terminal_obeys_nothing_that_a_file_says() {
        let items = [json!({"value": "\u{1b}[2Jgone\u{7}"})];
        let shown = table(&[("value", "value")], &items);
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{7}') && shown.contains("[2Jgone"), "{shown:?}");
    }
}

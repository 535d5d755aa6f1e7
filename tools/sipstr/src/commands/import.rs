use anyhow::Context;
use serde_json::{Value, json};

use super::followed;
use crate::args::Import;
use crate::client::Client;
use crate::show::{Output, table};

pub async fn run(client: &mut Client, wish: Import, output: &Output) -> anyhow::Result<bool> {
    let file = std::fs::read(&wish.file).with_context(|| format!("reading {}", wish.file.display()))?;
    let checksum = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &file));
    let (dry_run, on_errors) = (wish.dry_run, wish.on_errors.as_str());
    let order = json!({"dryRun": dry_run, "onErrors": on_errors, "size": file.len(), "checksum": checksum});
    let imports = format!("/v1/stores/{}/imports", wish.store);
    let order = client.post(&imports, Some(order)).await?;
    client.upload(&order["upload"], file).await?;
    let id = order["job"]["id"].as_str().context("the id of the job")?;
    let job = followed(client, &format!("{imports}/{id}"), &output.bar()).await?;
    if let (Some(path), true) = (&wish.errors, job["errorsUrl"].is_string()) {
        let errors = client.download(&job["errorsUrl"]).await?;
        std::fs::write(path, errors).with_context(|| format!("writing {}", path.display()))?;
    }
    output.show(&job, || summary(&job))?;
    Ok(succeeded(&job))
}

/// Whether every row is as the file says, or would be.
fn succeeded(job: &Value) -> bool {
    job["state"] == "done" && job["progress"]["failed"] == 0
}

fn summary(job: &Value) -> String {
    let rows = |name: &str| job["progress"][name].as_u64().unwrap_or_default();
    let mut text = format!(
        "{}: {} rows, {} unchanged, {} changing, {} applied, {} wrong",
        job["state"].as_str().unwrap_or_default(),
        rows("read"),
        rows("unchanged"),
        rows("changing"),
        rows("applied"),
        rows("failed"),
    );
    if job["dryRun"] == true {
        text.push_str(" (nothing was written)");
    }
    if let Some(fault) = job["fault"]["message"].as_str() {
        text.push_str(&format!("\n{fault}"));
    }
    let errors = job["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !errors.is_empty() {
        let columns =
            [("row", "row"), ("column", "column"), ("code", "code"), ("message", "message"), ("value", "value")];
        text.push_str(&format!("\n{}", table(&columns, errors)));
    }
    let more = rows("failed").saturating_sub(errors.len() as u64);
    if more > 0 {
        text.push_str(&format!("\nand {more} more: --errors FILE has them all"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_rows_and_what_was_wrong() {
        let job = json!({
            "state": "done", "dryRun": true,
            "progress": {"read": 40, "unchanged": 1, "changing": 9, "applied": 0, "failed": 30},
            "errors": [{"row": 3, "column": "price", "code": "price_missing", "message": "there is no price", "value": ""}],
        });
        let text = summary(&job);
        assert!(
            text.starts_with("done: 40 rows, 1 unchanged, 9 changing, 0 applied, 30 wrong (nothing was written)\n")
        );
        assert!(text.contains("price_missing") && text.ends_with("and 29 more: --errors FILE has them all"), "{text}");
        assert!(!succeeded(&job));
        assert!(succeeded(&json!({"state": "done", "progress": {"failed": 0}})));
        assert!(!succeeded(&json!({"state": "cancelled", "progress": {"failed": 0}})));
    }
}

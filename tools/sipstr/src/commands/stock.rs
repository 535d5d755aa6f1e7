use serde_json::{Value, json};

use crate::args::{Buckets, Remarks, Stock};
use crate::client::Client;
use crate::show::{Output, table};

pub async fn run(client: &mut Client, wish: Stock, output: &Output) -> anyhow::Result<bool> {
    match wish {
        Stock::List { store } => {
            let items = client.all(&format!("/v1/stores/{store}/stock")).await?;
            let columns = [
                ("product", "productId"),
                ("on hand", "onHand"),
                ("reserved", "reserved"),
                ("free", "available"),
                ("sold", "sold"),
                ("low", "low"),
            ];
            output.show(&json!({"items": items}), || table(&columns, &items))?;
        }
        Stock::Movements { store, product } => {
            let items = client.all(&format!("/v1/stores/{store}/stock/{product}/movements")).await?;
            let columns = [
                ("at", "at"),
                ("change", "change"),
                ("reason", "reason"),
                ("counted", "counted"),
                ("reference", "reference"),
                ("note", "note"),
                ("by", "actor"),
            ];
            output.show(&json!({"items": items}), || table(&columns, &items))?;
        }
        Stock::Receive { store, product, units, remarks } => {
            let body = json!({"productId": product, "change": units, "reason": "received"});
            adjust(client, &store, body, remarks, output).await?;
        }
        Stock::Adjust { store, product, change, reason, remarks } => {
            let body = json!({"productId": product, "change": change, "reason": reason.as_str()});
            adjust(client, &store, body, remarks, output).await?;
        }
        Stock::Count { store, product, counted, remarks } => {
            let body = with(json!({"productId": product, "counted": counted}), remarks);
            let taken = client.post(&format!("/v1/stores/{store}/stock/counts"), Some(body)).await?;
            output.show(&taken, || {
                let (counted, books) = (&taken["counted"], &taken["onHand"]);
                format!("counted {counted}, the books said {books}: {} noted", taken["difference"])
            })?;
        }
    }
    Ok(true)
}

pub async fn buckets(client: &mut Client, wish: Buckets, output: &Output) -> anyhow::Result<bool> {
    let path = format!("/v1/stores/{}/stock/{}/buckets", wish.store, wish.product);
    let now = client.put(&path, json!({"buckets": wish.buckets})).await?;
    output.show(&now, || format!("{} buckets", now["buckets"]))?;
    Ok(true)
}

async fn adjust(
    client: &mut Client,
    store: &str,
    body: Value,
    remarks: Remarks,
    output: &Output,
) -> anyhow::Result<()> {
    let made = client.post(&format!("/v1/stores/{store}/stock/adjustments"), Some(with(body, remarks))).await?;
    output.show(&made, || format!("noted as {}", made["entryId"].as_str().unwrap_or_default()))
}

fn with(mut body: Value, remarks: Remarks) -> Value {
    for (name, text) in [("note", remarks.note), ("reference", remarks.reference)] {
        if let Some(text) = text {
            body[name] = Value::String(text);
        }
    }
    body
}

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::args::{Line, Transfers};
use crate::client::Client;
use crate::show::{Output, table};

pub async fn run(client: &mut Client, wish: Transfers, output: &Output) -> anyhow::Result<bool> {
    match wish {
        Transfers::List { store, sent } => {
            let way = if sent { "out" } else { "in" };
            let items = client.all(&format!("/v1/stores/{store}/transfers?way={way}")).await?;
            let columns =
                [("transfer", "id"), ("state", "state"), ("from", "from"), ("to", "to"), ("sent at", "sentAt")];
            output.show(&json!({"items": items}), || table(&columns, &items))?;
        }
        Transfers::Send { from, to, lines, note } => {
            let lines: Vec<Value> =
                lines.iter().map(|line| json!({"productId": line.product, "quantity": line.units})).collect();
            let mut body = json!({"to": to, "lines": lines});
            if let Some(note) = note {
                body["note"] = Value::String(note);
            }
            let sent = client.post(&format!("/v1/stores/{from}/transfers"), Some(body)).await?;
            output.show(&sent, || format!("sent as {}", sent["id"].as_str().unwrap_or_default()))?;
        }
        Transfers::Receive { store, transfer, lines, damaged } => {
            let path = format!("/v1/stores/{store}/transfers/{transfer}");
            let sent = client.get(&path).await?;
            let body = json!({"lines": came(&sent, &lines, &damaged)?});
            let taken = client.post(&format!("{path}/receipt"), Some(body)).await?;
            output.show(&taken, || arrivals(&taken))?;
        }
        Transfers::Cancel { store, transfer } => {
            let path = format!("/v1/stores/{store}/transfers/{transfer}/cancellation");
            let back = client.post(&path, None).await?;
            output.show(&back, || "brought back".to_owned())?;
        }
    }
    Ok(true)
}

/// What came of each product of a transfer: what is named, else all that was sent less what came broken.
fn came(sent: &Value, whole: &[Line], damaged: &[Line]) -> anyhow::Result<Vec<Value>> {
    let lines = sent["lines"].as_array().context("the lines of the transfer")?;
    let is_of = |product: &str| lines.iter().any(|line| line["productId"] == product);
    if let Some(other) = whole.iter().chain(damaged).find(|line| !is_of(&line.product)) {
        bail!("{} is not of this transfer", other.product);
    }
    let named =
        |of: &[Line], product: &Value| of.iter().find(|line| *product == line.product.as_str()).map(|l| l.units);
    let line = |line: &Value| {
        let (product, sent) = (&line["productId"], line["sent"].as_u64().unwrap_or_default());
        let damaged = named(damaged, product).unwrap_or(0);
        let rest = sent.saturating_sub(u64::from(damaged));
        let received = named(whole, product).map_or(rest, u64::from);
        json!({"productId": product, "received": received, "damaged": damaged})
    };
    Ok(lines.iter().map(line).collect())
}

fn arrivals(transfer: &Value) -> String {
    let lines = transfer["lines"].as_array().into_iter().flatten().map(|line| {
        let mut row = line["arrival"].clone();
        row["productId"] = line["productId"].clone();
        row["sent"] = line["sent"].clone();
        row
    });
    let columns = [
        ("product", "productId"),
        ("sent", "sent"),
        ("received", "received"),
        ("lost", "lost"),
        ("damaged", "damaged"),
    ];
    table(&columns, &lines.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_came_but_for_what_is_named() {
        let sent = json!({"lines": [{"productId": "prd_1", "sent": 6}, {"productId": "prd_2", "sent": 3}]});
        let line = |product: &str, units| Line { product: product.into(), units };
        let came = |whole: &[Line], damaged: &[Line]| came(&sent, whole, damaged);
        let of = |product: &str, received: u64, damaged: u64| json!({"productId": product, "received": received, "damaged": damaged});
        assert_eq!(came(&[], &[]).unwrap(), [of("prd_1", 6, 0), of("prd_2", 3, 0)]);
        assert_eq!(came(&[line("prd_1", 4)], &[line("prd_2", 1)]).unwrap(), [of("prd_1", 4, 0), of("prd_2", 2, 1)]);
        assert!(came(&[line("prd_3", 1)], &[]).is_err());
    }
}

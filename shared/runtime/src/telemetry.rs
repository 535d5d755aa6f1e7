//! JSON logs, one line each, and metrics in CloudWatch's embedded format. Neither ever holds personal data.

use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use metrics_cloudwatch_embedded::{Builder, Collector};
use tracing_subscriber::EnvFilter;

static METRICS: OnceLock<&'static Collector> = OnceLock::new();
static WARM: AtomicBool = AtomicBool::new(false);

/// Starts logs and metrics; first thing in every `main`.
pub fn start(function: &'static str) {
    let level = std::env::var("LOG_LEVEL").unwrap_or_else(|_| "info".to_owned());
    let filter = EnvFilter::try_new(format!("{level},hyper=warn,aws=warn,lambda_runtime=warn"));
    let filter = filter.unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_env_filter(filter)
        .with_writer(std::io::stdout)
        .init();
    let collector = Builder::new().cloudwatch_namespace("Sipstr").with_dimension("function", function).init();
    if let Ok(collector) = collector {
        let _ = METRICS.set(collector);
    }
}

/// Counts something: `count("orders_placed", 1)`.
pub fn count(name: &'static str, by: u64) {
    metrics::counter!(name).increment(by);
}

/// Notes a measured value, of which CloudWatch shows percentiles: `record("webhook_age_seconds", 1.5)`.
pub fn record(name: &'static str, value: f64) {
    metrics::histogram!(name).record(value);
}

/// Writes the metrics of an invocation to the log, from where CloudWatch takes them.
pub fn flush_metrics() {
    if let Some(collector) = METRICS.get() {
        let _ = collector.flush(std::io::stdout().lock());
        let _ = std::io::stdout().flush();
    }
}

/// Whether this is the first invocation of this process.
pub(crate) fn is_cold() -> bool {
    !WARM.swap(true, Ordering::Relaxed)
}

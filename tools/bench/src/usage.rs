//! What a process has used so far, as Linux counts it.

use std::time::Duration;

use anyhow::Context;

#[derive(Debug, Clone, Copy)]
pub struct Usage {
    /// Processor time of all its threads.
    pub cpu: Duration,
    /// Resident memory now, in KiB.
    pub resident: u64,
    /// The most that it ever was.
    pub peak: u64,
}

impl Usage {
    pub fn of(process: u32) -> anyhow::Result<Self> {
        let mut nanoseconds = 0;
        for task in std::fs::read_dir(format!("/proc/{process}/task"))? {
            // Finer than the hundredths of a second in `stat`. A thread may end while we look.
            let text = std::fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
            nanoseconds += text.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(0);
        }
        let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).with_context(|| format!("no {name}"))
        };
        Ok(Self { cpu: Duration::from_nanos(nanoseconds), resident: field("VmRSS")?, peak: field("VmHWM")? })
    }
}

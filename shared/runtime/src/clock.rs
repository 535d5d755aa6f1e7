use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

/// Where the time comes from: the system, or whatever a test says.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    pub fn system() -> Self {
        // Milliseconds are what anybody asks for, and three digits less in everything that is stored.
        Self(Arc::new(|| Timestamp::from_millisecond(Timestamp::now().as_millisecond()).expect("now is in range")))
    }

    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

//! The two engines, each as thin as it can be.

pub(crate) mod postgres;
pub(crate) mod sqlite;

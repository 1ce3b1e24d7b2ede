//! What damaged Parquet does to the parquet crate.

use std::panic::{self, AssertUnwindSafe};

use parquet::errors::ParquetError;

/// What the parquet crate does, its panics as errors: some damage that its checks do not see makes it panic.
pub(crate) fn guarded<T, E: From<ParquetError>>(read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    panic::catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(ParquetError::General("its data are damaged".to_owned()).into()))
}

//! What the fuzz targets share.

/// Makes rayon work on the thread that asks: handing small inputs to another costs more than they do.
///
/// # Panics
/// If rayon has its threads already.
pub fn one_thread() {
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build_global()
        .expect("nothing has used rayon before");
}

//! What a file is that is no model, as far as its first bytes tell.

/// First bytes of files that people take for a model, and what they are.
const MAGIC: [(&[u8], &str); 18] = [
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive (a PyTorch model is one too)"),
    (b"\x1f\x8b", "a gzip file (unpack it first)"),
    (b"\x28\xb5\x2f\xfd", "a zstd file (unpack it first)"),
    (b"\xfd7zXZ", "an xz file (unpack it first)"),
    (b"BZh", "a bzip2 file (unpack it first)"),
    (b"version https://git-lfs", "a Git LFS pointer (fetch the file itself with `git lfs pull`)"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
    (b"\xba\x16\x4f\x2f", "a fastText model"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x89HDF", "an HDF5 file"),
    (b"GGUF", "a GGUF model"),
    (b"\x7fELF", "a program"),
];

/// The kind of a file by its first bytes, with a cure where there is one.
pub(super) fn kind(bytes: &[u8]) -> Option<&'static str> {
    let is_text = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace() || !byte.is_ascii();
    if bytes.is_empty() {
        Some("an empty file")
    } else if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        Some(what)
    } else if bytes.trim_ascii_start().first() == Some(&b'<') {
        Some("an HTML or XML page")
    } else if bytes.len() < 8 {
        Some("a file of fewer than 8 bytes")
    } else if bytes.iter().take(64).all(is_text) {
        Some("a text file")
    } else {
        None
    }
}

//! DEFLATE in the ZLIB format (RFC 1950, 1951), into a room that was measured before.

use miniz_oxide::{
    deflate::compress_to_vec_zlib,
    inflate::{
        TINFLStatus,
        core::{
            DecompressorOxide, decompress as inflate,
            inflate_flags::{
                TINFL_FLAG_COMPUTE_ADLER32, TINFL_FLAG_PARSE_ZLIB_HEADER,
                TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
            },
        },
    },
};

/// How hard to try.
///
/// draft-ietf-oauth-status-list-20 §4.1: "Implementations are RECOMMENDED to use the highest compression level available." With one
/// entry in a hundred set by chance the highest saves thirteen in a hundred and takes fifteen times as long (measured with zlib).
const LEVEL: u8 = 6;

/// Bytes that are no such stream, or stand for more than there is room for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a zlib stream of at most the length expected")]
pub struct NotZlib;

pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(bytes, LEVEL)
}

/// Unpacks a stream of at most `room` bytes, and nothing behind it.
pub(super) fn decompress(compressed: &[u8], room: usize) -> Result<Vec<u8>, NotZlib> {
    let mut bytes = vec![0; room];
    let mut state = Box::<DecompressorOxide>::default();
    let flags = TINFL_FLAG_PARSE_ZLIB_HEADER
        | TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF
        | TINFL_FLAG_COMPUTE_ADLER32;
    let (status, read, written) = inflate(&mut state, compressed, &mut bytes, 0, flags);
    if status != TINFLStatus::Done || read != compressed.len() {
        return Err(NotZlib);
    }
    bytes.truncate(written);
    Ok(bytes)
}

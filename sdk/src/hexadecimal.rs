//! Digests as texts.

/// The bytes in lowercase hexadecimal digits, as digests are written.
///
/// ```
/// assert_eq!(flit_sdk::hexadecimal(&[0, 0xab, 0x1f]), "00ab1f");
/// ```
pub fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

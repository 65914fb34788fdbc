//! Codes from an app as a second factor: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which is what every app
//! knows.
//!
//! For: [`super::accounts`]. Uses: `totp-rs`. Promises: a code is good for its own step and the ones beside it (RFC 6238,
//! §5.2); the caller takes care that none is taken twice; no `Debug` shows a secret.

use rand::TryRng as _;
use rand::rngs::{SysError, SysRng};
use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

use crate::survey::account::AccountName;
use crate::survey::time::Instant;

/// Bytes of a secret (RFC 4226, §4).
pub(super) const LENGTH: usize = 20;

/// What an app and the office share.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; LENGTH]>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// A new one.
    pub fn new() -> Result<Self, SysError> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        SysRng.try_fill_bytes(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    /// The secret of these bytes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    pub(super) fn as_bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }

    /// As people type it into an app that has no camera.
    #[must_use]
    pub fn base32(&self) -> String {
        totp_rs::Secret::from(*self.0).to_base32()
    }

    /// The secret of that text; spaces and case do not matter.
    #[must_use]
    pub fn from_base32(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let read = totp_rs::Secret::try_from_base32(plain.to_uppercase()).ok()?;
        Self::from_bytes(read.as_bytes())
    }

    /// The address that an app reads from a picture.
    #[must_use]
    pub fn address(&self, name: &AccountName) -> String {
        let name: String = name.as_str().bytes().fold(String::new(), |text, byte| {
            if byte.is_ascii_alphanumeric() {
                text + &char::from(byte).to_string()
            } else {
                text + &format!("%{byte:02X}")
            }
        });
        let secret = self.base32();
        format!(
            "otpauth://totp/Minyi:{name}?secret={secret}&issuer=Minyi&algorithm=SHA1&digits=6&period=30"
        )
    }

    fn totp(&self) -> Option<Totp> {
        let built = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(1)
            .with_step_duration(30)
            .with_secret(*self.0)
            .build();
        // Twenty bytes and six digits are what the standard asks for.
        built.ok()
    }

    /// The step of a code that is good now.
    #[must_use]
    pub fn step(&self, code: &str, now: Instant) -> Option<u64> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let seconds = u64::try_from(now.micros() / 1_000_000).ok()?;
        self.totp()?.check(&digits, seconds)
    }

    /// The code of an instant, for apps.
    #[must_use]
    pub fn code(&self, now: Instant) -> String {
        let seconds = u64::try_from(now.micros() / 1_000_000).unwrap_or_default();
        self.totp()
            .map_or_else(String::new, |totp| totp.generate(seconds).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret of the test values, and the last six of their eight digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let at = Instant::from_micros(seconds * 1_000_000);
            assert_eq!(secret.code(at), code);
            assert_eq!(secret.step(code, at), u64::try_from(seconds / 30).ok());
        }
    }

    #[test]
    fn a_code_is_good_for_its_neighbors_and_no_longer() {
        let secret = Secret::from_bytes(&[7; 20]).unwrap();
        let at = |seconds: i64| Instant::from_micros(seconds * 1_000_000);
        let code = secret.code(at(3_000));
        for seconds in [2_970, 3_000, 3_029, 3_059] {
            assert_eq!(secret.step(&code, at(seconds)), Some(100), "{seconds}");
        }
        assert_eq!(secret.step(&code, at(3_060)), None);
        assert_eq!(secret.step(&code, at(2_969)), None);
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        assert_eq!(secret.step(&spaced, at(3_000)), Some(100));
        for bad in ["", "12345", "1234567", "abcdef", "-12345"] {
            assert_eq!(secret.step(bad, at(3_000)), None, "{bad}");
        }
    }

    #[test]
    fn a_secret_reads_back_from_what_people_type() {
        let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
        let text = secret.base32();
        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let typed = text.to_lowercase().replace("GEZD", "GEZD ");
        assert_eq!(
            Secret::from_base32(&typed).unwrap().as_bytes(),
            secret.as_bytes()
        );
        assert!(Secret::from_base32("GEZDGNBV").is_none());
        let name = AccountName::parse("王芳").unwrap();
        assert!(
            secret
                .address(&name)
                .starts_with("otpauth://totp/Minyi:%E7%8E%8B%E8%8A%B3?secret=GEZD")
        );
    }
}

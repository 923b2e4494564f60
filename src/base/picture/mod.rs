//! Pictures of people. What somebody uploads is made small, upright and free of all but its pixels ([`reduce`]), in a process of its
//! own ([`apart`]); a square of the result is cut and kept in two sizes ([`cut`]). Nothing that was uploaded is ever kept as it came.

pub mod apart;
mod reduce;
mod whole;

use std::{fmt, io::Cursor, str::FromStr};

use image::{DynamicImage, GenericImageView as _, ImageFormat, ImageReader, RgbImage, codecs::jpeg::JpegEncoder, imageops};
use sha2::{Digest as _, Sha256};

use super::{ids::NotAnId, secret::hex};

pub use reduce::reduce;

/// The largest file that is taken.
pub const LARGEST_FILE: usize = 5 * 1024 * 1024;
/// The longer side of what an upload is reduced to, in pixels.
pub const LONGER_SIDE: u32 = 1280;
/// The shorter side of the smallest picture that is taken, in pixels.
pub const SHORTEST_SIDE: u32 = 16;
/// The sides a person's picture is kept at, in pixels: for lists, and for where it stands large.
pub const SIDES: [u32; 2] = [64, 256];

/// Bytes of pixels that a file may unfold to: a photo of 13 megapixels fits.
const UNFOLDED: u64 = 38 * 1024 * 1024;
/// The JPEG quality of what is kept.
const QUALITY: u8 = 90;

/// A picture as it was reduced: a JPEG that this console wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reduced {
    pub width: u32,
    pub height: u32,
    pub jpeg: Vec<u8>,
}

/// The square of a picture that becomes somebody's face. In percent: its side of the picture's shorter one, and how far across and
/// down it lies of what is left over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Square {
    size: f64,
    across: f64,
    down: f64,
}

impl Square {
    /// As large as it can be, in the middle.
    pub const MIDDLE: Self = Self { size: 100.0, across: 50.0, down: 50.0 };
    /// The smallest side, in percent.
    pub const SMALLEST: f64 = 10.0;

    /// Numbers beyond what is possible count as the nearest that is.
    pub fn of(size: f64, across: f64, down: f64) -> Self {
        let within = |n: f64, from: f64, otherwise: f64| if n.is_finite() { n.clamp(from, 100.0) } else { otherwise };
        Self { size: within(size, Self::SMALLEST, 100.0), across: within(across, 0.0, 50.0), down: within(down, 0.0, 50.0) }
    }

    pub fn percents(self) -> [f64; 3] {
        [self.size, self.across, self.down]
    }

    /// From the left, from the top, and its side, in pixels of a picture.
    pub fn within(self, width: u32, height: u32) -> (u32, u32, u32) {
        let shorter = width.min(height);
        let side = ((f64::from(shorter) * self.size / 100.0).round() as u32).clamp(1, shorter);
        let place = |all: u32, percent: f64| (f64::from(all - side) * percent / 100.0).round() as u32;
        (place(width, self.across), place(height, self.down), side)
    }
}

/// A person's picture in both sizes.
#[derive(Debug, Clone)]
pub struct Avatar {
    pub hash: AvatarHash,
    /// JPEGs, in the order of [`SIDES`].
    pub jpegs: [Vec<u8>; 2],
}

/// What a person's picture is called: the SHA-256 of what is kept of it, in hex. It cannot be guessed without having the picture.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AvatarHash(String);

impl AvatarHash {
    fn of(jpegs: &[Vec<u8>]) -> Self {
        let hash = jpegs.iter().fold(Sha256::new_with_prefix(b"noxus-console avatar\0"), |hash, jpeg| hash.chain_update(jpeg));
        Self(hex(&hash.finalize()))
    }
}

impl AsRef<str> for AvatarHash {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AvatarHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AvatarHash {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let good = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if good { Ok(Self(text.to_owned())) } else { Err(NotAnId) }
    }
}

/// Cuts a square out of what [`reduce`] made. The error is for the log: nobody can upload such a thing.
pub fn cut(jpeg: &[u8], square: Square) -> Result<Avatar, String> {
    let reader = ImageReader::with_format(Cursor::new(jpeg), ImageFormat::Jpeg);
    let whole = reader.decode().map_err(|e| e.to_string())?.into_rgb8();
    let (width, height) = whole.dimensions();
    let (x, y, side) = square.within(width, height);
    let cut = whole.view(x, y, side, side);
    let mut jpegs = [Vec::new(), Vec::new()];
    for (jpeg, side) in jpegs.iter_mut().zip(SIDES) {
        *jpeg = written(&imageops::resize(&*cut, side, side, imageops::FilterType::CatmullRom))?;
    }
    Ok(Avatar { hash: AvatarHash::of(&jpegs), jpegs })
}

fn written(image: &RgbImage) -> Result<Vec<u8>, String> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(image).map_err(|e| e.to_string())?;
    Ok(jpeg)
}

/// A JPEG has no transparency: what shows through is white.
fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [r, g, b, alpha] = image.get_pixel(x, y).0.map(u32::from);
        image::Rgb([r, g, b].map(|c| ((c * alpha + 255 * (255 - alpha)) / 255) as u8))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_lies_within_its_picture() {
        assert_eq!(Square::MIDDLE.within(600, 400), (100, 0, 400));
        assert_eq!(Square::of(50.0, 100.0, 100.0).within(600, 400), (400, 200, 200));
        assert_eq!(Square::of(f64::NAN, f64::INFINITY, -3.0).within(10, 10), (0, 0, 10));
        for (width, height) in [(1, 1), (16, 1280), (1279, 17)] {
            for size in [0.0, 33.3, 100.0] {
                for place in [0.0, 66.7, 100.0] {
                    let (x, y, side) = Square::of(size, place, place).within(width, height);
                    assert!(side >= 1 && x + side <= width && y + side <= height, "{width} × {height}: {x} {y} {side}");
                }
            }
        }
    }

    #[test]
    fn a_name_is_64_hex_digits() {
        let hash = AvatarHash::of(&[vec![1], vec![2]]);
        assert_eq!(hash.as_ref().parse(), Ok(hash.clone()));
        assert_ne!(hash, AvatarHash::of(&[vec![1], vec![3]]));
        for bad in ["", "../etc", &hash.as_ref().to_uppercase(), &hash.as_ref()[1..]] {
            assert!(bad.parse::<AvatarHash>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_shows_through_is_white() {
        let mut image = image::RgbaImage::from_pixel(2, 1, image::Rgba([0, 0, 0, 0]));
        image.put_pixel(1, 0, image::Rgba([10, 20, 30, 255]));
        let flat = on_white(image.into());
        assert_eq!((flat.get_pixel(0, 0).0, flat.get_pixel(1, 0).0), ([255; 3], [10, 20, 30]));
    }
}

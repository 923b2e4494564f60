//! Pictures, made here: good ones, and [`hostile`] ones.

#![allow(dead_code, reason = "a vocabulary: not every word is in use every day")]

pub mod hostile;

use std::io::{Cursor, Write as _};

use flate2::{Compression, write::ZlibEncoder};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::Method;

use super::{Client, Page};

/// A gradient, so that no part of it is like another: red grows to the right, green downwards.
pub fn gradient(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([(x * 255 / width.max(1)) as u8, (y * 255 / height.max(1)) as u8, 128]))
}

pub fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).expect("it is written");
    out.into_inner()
}

/// A gradient as a file.
pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    encoded(&gradient(width, height).into(), format)
}

/// A chunk of a PNG, with its checksum.
pub fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let sum = crc32fast::hash(&[kind, body].concat());
    [&(body.len() as u32).to_be_bytes()[..], kind, body, &sum.to_be_bytes()].concat()
}

/// The head of a PNG: sides, bits of a sample, kind of colour.
pub fn png_head(width: u32, height: u32, bits: u8, colour: u8) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, colour, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n", &chunk(b"IHDR", &head)[..]].concat()
}

/// `n` zero bytes, packed as small as they go.
pub fn packed_zeros(n: usize) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0; 1 << 20];
    let mut left = n;
    while left > 0 {
        let part = left.min(zeros.len());
        packer.write_all(&zeros[..part]).expect("memory");
        left -= part;
    }
    packer.finish().expect("memory")
}

/// Puts a chunk behind the head of a PNG.
pub fn with_chunk(png: &[u8], kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let head = 8 + 25;
    [&png[..head], &chunk(kind, body), &png[head..]].concat()
}

/// Puts a segment behind the beginning of a JPEG.
pub fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, body, &jpeg[2..]].concat()
}

/// A chunk of a WebP.
pub fn riff_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let pad: &[u8] = if body.len() % 2 == 1 { &[0] } else { &[] };
    [kind, &(body.len() as u32).to_le_bytes()[..], body, pad].concat()
}

/// A WebP of chunks.
pub fn webp(chunks: &[u8]) -> Vec<u8> {
    [b"RIFF", &(chunks.len() as u32 + 4).to_le_bytes()[..], b"WEBP", chunks].concat()
}

/// EXIF that says how a picture lies, and where it was taken.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend(b"\x12\x01\x03\0\x01\0\0\0");
    tiff.extend([orientation, 0, 0, 0]);
    // The address of the GPS block, and after it what must never be kept.
    tiff.extend(b"\x25\x88\x04\0\x01\0\0\0\x26\0\0\0");
    tiff.extend(b"\0\0\0\0");
    tiff.extend(PLACE);
    tiff
}

/// Stands in the metadata of [`exif`].
pub const PLACE: &[u8] = b"GPS 51.4994 N 0.1245 W";

pub const BOUNDARY: &str = "----edge-of-a-part";

/// A form with one file in it, as a browser sends it.
pub fn form(field: &str, file: &str, kind: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file}\"\r\nContent-Type: {kind}\r\n\r\n");
    [head.as_bytes(), bytes, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat()
}

impl Client {
    /// Posts a picture as the profile's form does.
    pub async fn upload(&self, bytes: &[u8]) -> Page {
        self.send_form(&format!("multipart/form-data; boundary={BOUNDARY}"), form("picture", "me.jpg", "image/jpeg", bytes)).await
    }

    pub async fn send_form(&self, content_type: &str, body: Vec<u8>) -> Page {
        self.send(self.request(Method::POST, "/account/profile/picture").header("content-type", content_type).body(body)).await
    }

    /// The bytes at an address.
    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        let answer = self.request(Method::GET, path).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        answer.bytes().await.expect("a body").to_vec()
    }
}

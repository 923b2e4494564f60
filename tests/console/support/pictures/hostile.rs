//! Files that are no picture, or one made to do harm. Each has a name for the message of a test that fails.

use image::ImageFormat;

use super::{BOUNDARY, chunk, form, packed_zeros, picture, png_head, riff_chunk, webp, with_chunk, with_segment};

pub struct Hostile {
    pub name: String,
    pub content_type: String,
    pub body: Vec<u8>,
}

const FORMATS: [(&str, ImageFormat); 4] = [("PNG", ImageFormat::Png), ("JPEG", ImageFormat::Jpeg), ("WebP", ImageFormat::WebP), ("GIF", ImageFormat::Gif)];

/// Everything that is to be refused.
pub fn all() -> Vec<Hostile> {
    let mut all = Vec::new();
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let mut file =
        |name: &str, bytes: &[u8]| all.push(Hostile { name: name.to_owned(), content_type: kind.clone(), body: form("picture", "me.png", "image/png", bytes) });
    truncated(&mut file);
    no_picture(&mut file);
    too_many_pixels(&mut file);
    broken(&mut file);
    bombs(&mut file);
    all.extend(forms());
    all
}

fn truncated(file: &mut impl FnMut(&str, &[u8])) {
    for (name, format) in FORMATS {
        let good = picture(160, 120, format);
        for part in 1..10 {
            file(&format!("{name}, {part} tenths of it"), &good[..good.len() * part / 10]);
        }
        for short in [1, 2, 3] {
            // A PNG ends with a checksum, a GIF with one byte, a WebP may have one to spare.
            let short = if format == ImageFormat::WebP { short * 2 } else { short };
            file(&format!("{name}, {short} bytes short"), &good[..good.len() - short]);
        }
        file(&format!("{name}, its first twelve bytes"), &good[..12]);
        file(&format!("{name}, its second half gone, its end put back"), &with_its_end(format, &good[..good.len() / 2]));
    }
}

/// So that only reading it shows that it is not all there.
fn with_its_end(format: ImageFormat, half: &[u8]) -> Vec<u8> {
    match format {
        ImageFormat::Png => [half, &chunk(b"IEND", b"")].concat(),
        ImageFormat::Jpeg => [&half[..half.len() / 2], b"\xff\xd9"].concat(),
        ImageFormat::Gif => [half, b"\0\x3b"].concat(),
        _ => webp(&half[12..]),
    }
}

fn no_picture(file: &mut impl FnMut(&str, &[u8])) {
    file("nothing", b"");
    file("a zero", &[0]);
    file("zeros", &[0; 4096]);
    file("text", b"This is not a picture.");
    file("HTML", b"<!doctype html><script>alert(1)</script>");
    file("SVG", br#"<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><script>alert(1)</script></svg>"#);
    file(
        "SVG behind a declaration",
        br#"<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>"#,
    );
    file("SVG, packed", &[&b"\x1f\x8b\x08\0\0\0\0\0\0\x03"[..], &packed_zeros(1000)].concat());
    file("a program", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0");
    file("an archive", b"PK\x03\x04\x14\0\0\0\x08\0");
    file("a PDF", b"%PDF-1.7\n1 0 obj");
    file("BMP", b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0\0\0\0\0");
    file("TIFF", b"II*\0\x08\0\0\0\x01\0\0\x01\x03\0\x01\0\0\0\xff\xff\0\0");
    file("an icon", b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0");
    file("AVIF", b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miaf");
    file("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    file("a header of EXR", b"\x76\x2f\x31\x01\x02\0\0\0");
    file("Farbfeld", b"farbfeld\xff\xff\xff\xff\xff\xff\xff\xff");
    for (name, format) in FORMATS {
        let mut wrong = picture(64, 64, format);
        wrong[0] ^= 0x20;
        file(&format!("{name} with another first byte"), &wrong);
        let mut swapped = picture(64, 64, format);
        let other = picture(64, 64, if format == ImageFormat::Png { ImageFormat::Jpeg } else { ImageFormat::Png });
        swapped[..8].copy_from_slice(&other[..8]);
        file(&format!("{name} that begins as another does"), &swapped);
    }
}

fn too_many_pixels(file: &mut impl FnMut(&str, &[u8])) {
    for (width, height) in [(65_535, 65_535), (0x7fff_ffff, 0x7fff_ffff), (0xffff_ffff, 1), (1, 0x7fff_ffff), (20_000, 20_000)] {
        let png = [png_head(width, height, 8, 6), chunk(b"IDAT", &packed_zeros(100_000)), chunk(b"IEND", b"")].concat();
        file(&format!("PNG of {width} × {height}"), &png);
    }
    file("PNG of 0 × 0", &[png_head(0, 0, 8, 6), chunk(b"IDAT", &packed_zeros(1)), chunk(b"IEND", b"")].concat());
    // Really that large, and only 80 KB: 256 MB of zeros.
    file("PNG of 8000 × 8000, all there", &[png_head(8_000, 8_000, 8, 6), chunk(b"IDAT", &packed_zeros(8_000 * 32_001)), chunk(b"IEND", b"")].concat());
    file("PNG of 16 bits, 3000 × 3000", &[png_head(3_000, 3_000, 16, 6), chunk(b"IDAT", &packed_zeros(3_000 * 24_001)), chunk(b"IEND", b"")].concat());
    for sides in [(65_535_u16, 65_535_u16), (0, 0), (0, 64), (65_500, 10_000)] {
        file(&format!("JPEG of {sides:?}"), &jpeg_of(sides, false));
    }
    // Fits as what is shown, not as what a progressive one is read into.
    file("progressive JPEG of 3600 × 3600", &jpeg_of((3_600, 3_600), true));
    for side in [65_535_u16, 20_000] {
        let side = side.to_le_bytes();
        let gif = [b"GIF89a", &side[..], &side, b"\x80\0\0\0\0\0\xff\xff\xff\x2c\0\0\0\0", &side, &side, b"\0\x02\x02\x44\x01\0\x3b"].concat();
        file(&format!("GIF of {side:?}"), &gif);
    }
    let frame = b"GIF89a\x20\0\x20\0\x80\0\0\0\0\0\xff\xff\xff\x2c\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0\x3b";
    file("GIF with a frame larger than itself", frame);
    file("lossless WebP of 16384 × 16384", &webp(&riff_chunk(b"VP8L", b"\x2f\xff\xff\xff\x0f\x88\x88\x08")));
    file("lossy WebP of 16383 × 16383", &webp(&riff_chunk(b"VP8 ", b"\x10\0\0\x9d\x01\x2a\xff\x3f\xff\x3f\0\0")));
    file("extended WebP of 16 million × 16 million", &webp(&riff_chunk(b"VP8X", b"\x10\0\0\0\xff\xff\xff\xff\xff\xff")));
    for side in [1, 15] {
        file(&format!("PNG of {side} × {side}"), &picture(side, side, ImageFormat::Png));
    }
    file("PNG of 4000 × 16, a line", &picture(4_000, 16, ImageFormat::Png));
}

/// A JPEG of some sides that has next to nothing in it.
fn jpeg_of((width, height): (u16, u16), progressive: bool) -> Vec<u8> {
    let mut jpeg = picture(64, 64, ImageFormat::Jpeg);
    let at = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).expect("a frame");
    if progressive {
        jpeg[at + 1] = 0xc2;
    }
    jpeg[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

fn broken(file: &mut impl FnMut(&str, &[u8])) {
    let png = picture(64, 64, ImageFormat::Png);
    let mut wrong = png.clone();
    wrong[30] ^= 1;
    file("PNG with a wrong checksum", &wrong);
    file("PNG without pixels", &[png_head(64, 64, 8, 2), chunk(b"IEND", b"")].concat());
    file("PNG with too few pixels", &[png_head(64, 64, 8, 2), chunk(b"IDAT", &packed_zeros(64 * 100)), chunk(b"IEND", b"")].concat());
    file("PNG of an unknown colour", &[png_head(64, 64, 8, 5), chunk(b"IDAT", &packed_zeros(64 * 300)), chunk(b"IEND", b"")].concat());
    file("PNG of colours it does not name", &[png_head(64, 64, 8, 3), chunk(b"IDAT", &packed_zeros(64 * 65)), chunk(b"IEND", b"")].concat());
    let long = [&png_head(64, 64, 8, 2)[..], &u32::MAX.to_be_bytes(), b"IDAT", &chunk(b"IEND", b"")].concat();
    file("PNG with a chunk of 4 GB", &long);
    let jpeg = picture(64, 64, ImageFormat::Jpeg);
    file("JPEG without a frame", b"\xff\xd8\xff\xda\0\x08\x01\x01\0\0\x3f\0\xff\xd9");
    file("JPEG that only ends", b"\xff\xd8\xff\xd9");
    file("JPEG with a segment past its end", &[&jpeg[..2], b"\xff\xe1\xff\xff", &jpeg[2..60], b"\xff\xd9"].concat());
    file("JPEG with a segment of no length", &[&jpeg[..2], b"\xff\xe1\0\0", &jpeg[2..]].concat());
    file("JPEG and HTML, without the picture", b"\xff\xd8\xff\xe0<html><script>alert(1)</script></html>\xff\xd9");
    file("GIF and script, without the picture", b"GIF89a/*\0\x01\0*/=1;alert(1)//;");
    file("GIF without a frame", b"GIF89a\x20\0\x20\0\0\0\0\x3b");
    file("GIF with a wrong code size", b"GIF89a\x20\0\x20\0\x80\0\0\0\0\0\xff\xff\xff\x2c\0\0\0\0\x20\0\x20\0\0\xff\x02\x44\x01\0\x3b");
    file("GIF without colours", b"GIF89a\x20\0\x20\0\0\0\0\x2c\0\0\0\0\x20\0\x20\0\0\x02\x02\x44\x01\0");
    file("GIF of many frames that does not end", &many_frames()[..4_000_000]);
    let animated =
        |frame: &[u8]| webp(&[riff_chunk(b"VP8X", b"\x02\0\0\0\x3f\0\0\x3f\0\0"), riff_chunk(b"ANIM", b"\0\0\0\0\0\0"), riff_chunk(b"ANMF", frame)].concat());
    file(
        "WebP with a frame outside of it",
        &animated(&[b"\xff\xff\0\xff\xff\0\x3f\0\0\x3f\0\0\x64\0\0\0", &riff_chunk(b"VP8L", b"\x2f\x3f\xc0\x0f\0\0\0\0")[..]].concat()),
    );
    file(
        "WebP with a frame of 16 million",
        &animated(&[b"\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\x64\0\0\0", &riff_chunk(b"VP8L", b"\x2f\xff\xff\xff\x0f\0\0\0")[..]].concat()),
    );
    file("WebP with an empty frame", &animated(b"\0\0\0\0\0\0\x3f\0\0\x3f\0\0\x64\0\0\0"));
    file("WebP without a picture", &webp(&riff_chunk(b"VP8X", b"\0\0\0\0\x3f\0\0\x3f\0\0")));
    file("WebP with nothing in it", &webp(b""));
    let mut lying = webp(&[riff_chunk(b"VP8X", b"\x08\0\0\0\x3f\0\0\x3f\0\0"), riff_chunk(b"EXIF", b"x")].concat());
    let at = lying.len() - 6;
    lying[at..at + 4].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
    file("WebP with metadata of 4 GB", &lying);
}

/// Frames of one pixel, as many as fit.
pub fn many_frames() -> Vec<u8> {
    let mut gif = b"GIF89a\x20\0\x20\0\x80\0\0\0\0\0\xff\xff\xff".to_vec();
    while gif.len() < 4_500_000 {
        gif.extend(b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0");
    }
    gif.push(0x3b);
    gif
}

fn bombs(file: &mut impl FnMut(&str, &[u8])) {
    // Two pixels in a colour table each, 60,000 times over: tables that unfold to hundreds of times what they are written in.
    file("WebP of tables", &webp(&riff_chunk(b"VP8L", &webp_tables())));
    let png = picture(64, 64, ImageFormat::Png);
    file("PNG that is larger than 5 MB", &with_chunk(&png, b"teXt", &vec![b'x'; 5 * 1024 * 1024]));
    file("5 MB and a byte of zeros", &vec![0; 5 * 1024 * 1024 + 1]);
    file("20 MB", &vec![0x89; 20 * 1024 * 1024]);
    let jpeg = picture(64, 64, ImageFormat::Jpeg);
    file("JPEG of nothing but segments", &[&jpeg[..2], &b"\xff\xfe\0\x02".repeat(1_000_000)[..], b"\xff\xd9"].concat());
    let icc = (0..70).fold(jpeg.clone(), |jpeg, _| with_segment(&jpeg, 0xe2, &[b"ICC_PROFILE\0\x01\xff".as_slice(), &[0; 65_000]].concat()));
    file("JPEG whose profile is all there is", &icc[..icc.len() - jpeg.len() + 4]);
}

/// Bits, the lowest first, as VP8L reads them.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for at in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if value >> at & 1 == 1 {
                *self.bytes.last_mut().expect("one was pushed") |= 1 << (self.used % 8);
            }
            self.used += 1;
        }
    }

    /// A prefix code of one symbol, which takes no bits to read.
    fn single(&mut self, symbol: u32) {
        self.put(1, 1);
        self.put(0, 1);
        self.put(1, 1);
        self.put(symbol, 8);
    }

    /// A prefix code whose longest word has 11 bits, so that its table is as large as tables get: lengths 1, 2, … 10, 11, 11.
    fn long(&mut self) {
        self.put(0, 1);
        // The code of lengths: 19 of them, in the format's own order; those of 1 to 11 have four bits, those of 0 and 12 to 15 too.
        self.put(15, 4);
        for symbol in [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] {
            self.put(if symbol < 16 { 4 } else { 0 }, 3);
        }
        // Only the first 12 symbols have a length, and the reader is told so.
        self.put(1, 1);
        self.put(1, 3);
        self.put(12 - 2, 4);
        for length in (1..=11).chain([11]) {
            let word = u32::reverse_bits(length) >> 28;
            self.put(word, 4);
        }
    }
}

/// 16384 groups of five prefix codes each, of which one pixel is made.
pub fn webp_tables() -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(0x2f, 8);
    bits.put(64 - 1, 14);
    bits.put(64 - 1, 14);
    bits.put(0, 1);
    bits.put(0, 3);
    // No transform, no colour cache, more than one group, one for each 512 × 512 pixels.
    bits.put(0, 1);
    bits.put(0, 1);
    bits.put(1, 1);
    bits.put(7, 3);
    // The picture of groups: one pixel, whose red and green name the last group.
    bits.put(0, 1);
    bits.single(0xff);
    bits.single(0xff);
    bits.single(0);
    bits.single(0xff);
    bits.single(0);
    while bits.bytes.len() < 5_000_000 {
        bits.long();
    }
    bits.bytes
}

/// Forms that are not as a form should be.
fn forms() -> Vec<Hostile> {
    let good = picture(64, 64, ImageFormat::Png);
    let whole = form("picture", "me.png", "image/png", &good);
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let of = |name: &str, content_type: &str, body: Vec<u8>| Hostile { name: name.to_owned(), content_type: content_type.to_owned(), body };
    let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nx\r\n").into_bytes();
    let twice = [&whole[..whole.len() - BOUNDARY.len() - 6], &whole].concat();
    vec![
        of("a form without an end", &kind, whole[..whole.len() - BOUNDARY.len() - 8].to_vec()),
        of("a form that ends in a head", &kind, whole[..60].to_vec()),
        of("a form without a boundary", "multipart/form-data", whole.clone()),
        of("a form with an empty boundary", "multipart/form-data; boundary=", whole.clone()),
        of("a form with another boundary", "multipart/form-data; boundary=other", whole.clone()),
        of("a form of many parts", &kind, [part.repeat(100_000), whole.clone()].concat()),
        of("a form of a few too many parts", &kind, [part.repeat(5), whole.clone()].concat()),
        of("a form with the file twice", &kind, twice),
        of("a form with the file under another name", &kind, form("portrait", "me.png", "image/png", &good)),
        of("a form without a file", &kind, format!("--{BOUNDARY}--\r\n").into_bytes()),
        of(
            "a form with a large part beside",
            &kind,
            [format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n").into_bytes(), vec![b'x'; 6_000_000], b"\r\n".to_vec()].concat(),
        ),
        of(
            "a form with a head of a megabyte",
            &kind,
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"{}\"\r\n\r\n", "x".repeat(1 << 20)).into_bytes(),
        ),
        of("a form with many heads", &kind, format!("--{BOUNDARY}\r\n{}\r\nx", "X-Head: x\r\n".repeat(1_000)).into_bytes()),
        of(
            "a form in a form",
            &kind,
            format!("--{BOUNDARY}\r\nContent-Type: multipart/mixed; boundary=inner\r\n\r\n--inner--\r\n--{BOUNDARY}--\r\n").into_bytes(),
        ),
        of("the file alone", "image/png", good.clone()),
        of("a form of another kind", "application/x-www-form-urlencoded", b"picture=x".to_vec()),
        of("JSON", "application/json", b"{}".to_vec()),
        of("mixed parts", &format!("multipart/mixed; boundary={BOUNDARY}"), whole.clone()),
        of("no body", &kind, Vec::new()),
        of("an unreadable type", "multipart/form-data; boundary=\"", whole),
    ]
}

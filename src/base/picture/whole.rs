//! Whether a file is all there. Decoders forgive a missing end, and fill what is missing with grey.

use std::io::Cursor;

use image::ImageFormat;

/// `false`: the file ends before its format says it may, or it does not begin as its format does.
pub fn is_whole(format: ImageFormat, file: &[u8]) -> bool {
    match format {
        ImageFormat::Png => png(file),
        ImageFormat::Jpeg => jpeg(file).unwrap_or(false),
        ImageFormat::WebP => webp(file).unwrap_or(false),
        ImageFormat::Gif => gif(file),
        _ => false,
    }
}

/// The last chunk, with its checksum; what follows it is no part of the picture.
fn png(file: &[u8]) -> bool {
    holds(file, b"\0\0\0\0IEND\xae\x42\x60\x82")
}

/// Between the first scan and the end of the image no `FF D9` stands for anything else (ITU T.81, B.1.1.2 and F.1.2.3). It may stand in
/// the segments before: a camera's thumbnail has an end of its own.
fn jpeg(file: &[u8]) -> Option<bool> {
    let mut at = 2;
    loop {
        while *file.get(at)? == 0xff && *file.get(at + 1)? == 0xff {
            at += 1;
        }
        let (0xff, marker) = (*file.get(at)?, *file.get(at + 1)?) else { return None };
        at += 2;
        if marker == 0xda {
            return Some(holds(&file[at..], b"\xff\xd9"));
        }
        at += usize::from(u16::from_be_bytes([*file.get(at)?, *file.get(at + 1)?]));
    }
}

/// The container says how long it is.
fn webp(file: &[u8]) -> Option<bool> {
    let length: [u8; 4] = file.get(4..8)?.try_into().ok()?;
    Some(u64::from(u32::from_le_bytes(length)) + 8 <= file.len() as u64)
}

/// Every frame up to the trailer, without unfolding any.
fn gif(file: &[u8]) -> bool {
    let mut options = gif::DecodeOptions::new();
    options.skip_frame_decoding(true);
    let Ok(mut reader) = options.read_info(Cursor::new(file)) else { return false };
    loop {
        match reader.next_frame_info() {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

fn holds(file: &[u8], end: &[u8]) -> bool {
    file.windows(end.len()).any(|part| part == end)
}

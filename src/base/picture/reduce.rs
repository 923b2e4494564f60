//! Making an upload small. Runs in a process of its own, see [`super::apart`]: what a decoder takes in memory and time is bounded there.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};

use super::{LONGER_SIDE, Reduced, SHORTEST_SIDE, UNFOLDED, on_white, whole, written};

/// Reads a PNG, JPEG, WebP or GIF (its first frame), whatever it is called, turns it upright, and writes its pixels anew. The
/// error is a sentence for whoever uploaded it.
pub fn reduce(file: Vec<u8>) -> Result<Reduced, String> {
    if file.is_empty() {
        return Err("The file is empty. Choose another.".into());
    }
    let format = image::guess_format(&file).ok();
    let Some(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif)) = format else {
        return Err("This is not a picture the console can read. Choose a PNG, JPEG, WebP or GIF file.".into());
    };
    if !whole::is_whole(format, &file) {
        return Err("The file ends before the picture does. Save it once more, or choose another.".into());
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(UNFOLDED);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if decoder.total_bytes() > UNFOLDED {
        return Err(format!("The picture has {width} × {height} pixels, which is too many. Save it smaller: 2000 × 2000 is plenty."));
    }
    if width.min(height) < SHORTEST_SIDE {
        return Err(format!("The picture has {width} × {height} pixels. Choose one with at least {SHORTEST_SIDE} each way."));
    }
    // A picture whose metadata cannot be read is shown as it lies.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    let mut image = if width.max(height) > LONGER_SIDE { image.thumbnail(LONGER_SIDE, LONGER_SIDE) } else { image };
    image.apply_orientation(orientation);
    let (width, height) = (image.width(), image.height());
    if width.min(height) < SHORTEST_SIDE {
        return Err("The picture is too narrow for a square. Choose another.".into());
    }
    let jpeg = written(&on_white(image))?;
    Ok(Reduced { width, height, jpeg })
}

fn unreadable(e: ImageError) -> String {
    match e {
        ImageError::Limits(_) => "The picture has too many pixels. Save it smaller: 2000 × 2000 is plenty.".into(),
        _ => DAMAGED.into(),
    }
}

/// Not only pixels: a progressive JPEG takes three times as much as another.
pub(super) const TOO_MUCH: &str = "The picture takes too much memory to be read. Save it smaller: 2000 × 2000 is plenty.";

/// Also said when the decoder ended without a word, or took too long.
pub(super) const DAMAGED: &str = "The picture is damaged, or made in a way the console cannot read. Save it once more, or choose another.";

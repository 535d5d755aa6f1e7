//! From what somebody uploaded to a picture that can be shown.
//!
//! The header is looked at first, so that a small file with a huge picture in it is refused before it is decoded. What comes out is
//! written anew: nothing of the file itself is ever shown.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use sipstr_domain::picture::PictureFault;

/// Pixels of a side, and in all: a telephone's largest photograph is within.
const MOST_SIDE: u32 = 8_192;
const MOST_PIXELS: u64 = 40_000_000;

/// Memory that a decoder may take: 40 megapixels of four bytes, and what the format needs besides.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;

/// JPEG's quality; nobody tells it from the original on a screen.
const QUALITY: u8 = 85;

/// A square picture of so many pixels a side, cut from the middle; smaller ones are not blown up.
pub fn square(file: &[u8], side: u32) -> Result<Vec<u8>, PictureFault> {
    let picture = read(file)?;
    let side = side.min(picture.width()).min(picture.height());
    jpeg(&picture.resize_to_fill(side, side, FilterType::Lanczos3))
}

/// The whole picture, at most so many pixels a side; smaller ones stay as they are.
pub fn within(file: &[u8], side: u32) -> Result<Vec<u8>, PictureFault> {
    fitted(&read(file)?, side)
}

/// The whole picture in several sizes, decoded once.
pub fn sizes<const N: usize>(file: &[u8], sides: [u32; N]) -> Result<[Vec<u8>; N], PictureFault> {
    let picture = read(file)?;
    let mut made = sides.map(|_| Vec::new());
    for (place, side) in sides.into_iter().enumerate() {
        made[place] = fitted(&picture, side)?;
    }
    Ok(made)
}

fn fitted(picture: &DynamicImage, side: u32) -> Result<Vec<u8>, PictureFault> {
    if picture.width() <= side && picture.height() <= side {
        return jpeg(picture);
    }
    jpeg(&picture.resize(side, side, FilterType::Lanczos3))
}

/// Decodes a file within bounds, upright.
fn read(file: &[u8]) -> Result<DynamicImage, PictureFault> {
    let reader = ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|_| PictureFault::NoPicture)?;
    if !matches!(reader.format(), Some(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) {
        return Err(PictureFault::NoPicture);
    }
    let mut decoder = reader.into_decoder().map_err(|_| PictureFault::NoPicture)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(PictureFault::NoPicture);
    }
    if width > MOST_SIDE || height > MOST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(PictureFault::TooManyPixels);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    decoder.set_limits(limits).map_err(|_| PictureFault::TooManyPixels)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| PictureFault::NoPicture)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// JPEG knows no transparency: what shows through is white, as paper is.
fn jpeg(picture: &DynamicImage) -> Result<Vec<u8>, PictureFault> {
    let mut flat = image::RgbaImage::from_pixel(picture.width(), picture.height(), image::Rgba([255, 255, 255, 255]));
    image::imageops::overlay(&mut flat, &picture.to_rgba8(), 0, 0);
    let mut file = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut file, QUALITY);
    DynamicImage::ImageRgba8(flat).to_rgb8().write_with_encoder(encoder).map_err(|_| PictureFault::NoPicture)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GenericImageView, Rgb, RgbImage, RgbaImage};
    use proptest::prelude::*;

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, ImageFormat::Png).unwrap();
        file.into_inner()
    }

    fn of(file: &[u8]) -> DynamicImage {
        image::load_from_memory_with_format(file, ImageFormat::Jpeg).unwrap()
    }

    #[test]
    fn a_portrait_is_cut_from_the_middle() {
        let mut wide = RgbImage::from_pixel(900, 300, Rgb([255, 0, 0]));
        for x in 300..600 {
            for y in 0..300 {
                wide.put_pixel(x, y, Rgb([0, 0, 255]));
            }
        }
        let cut = of(&square(&png(&wide.into()), 128).unwrap());
        assert_eq!(cut.dimensions(), (128, 128));
        let middle = cut.get_pixel(64, 64);
        assert!(middle[2] > 200 && middle[0] < 60, "{middle:?}");
    }

    #[test]
    fn a_small_picture_is_not_blown_up_and_what_shows_through_is_white() {
        let file = png(&RgbaImage::from_pixel(40, 30, image::Rgba([9, 9, 9, 0])).into());
        assert_eq!(of(&square(&file, 512).unwrap()).dimensions(), (30, 30));
        let whole = of(&within(&file, 512).unwrap());
        assert_eq!(whole.dimensions(), (40, 30));
        assert!(whole.get_pixel(5, 5)[0] > 250);
    }

    #[test]
    fn several_sizes_are_made_of_one_file_and_none_is_blown_up() {
        let file = png(&RgbImage::from_pixel(600, 900, Rgb([9, 9, 9])).into());
        let sides = sizes(&file, [160, 480, 1_200]).unwrap().map(|made| of(&made).dimensions());
        assert_eq!(sides, [(107, 160), (320, 480), (600, 900)]);
        assert_eq!(sizes(b"no picture", [160]), Err(PictureFault::NoPicture));
    }

    #[test]
    fn a_picture_lies_as_it_was_held() {
        // A JPEG of 60 by 20 whose EXIF says that it was held turned by a quarter (orientation 6).
        let mut file = Vec::new();
        let flat = RgbImage::from_pixel(60, 20, Rgb([1, 2, 3]));
        flat.write_with_encoder(JpegEncoder::new(&mut file)).unwrap();
        let exif: &[u8] = &[
            0xFF, 0xE1, 0x00, 0x22, b'E', b'x', b'i', b'f', 0, 0, b'M', b'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0,
            3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
        ];
        let turned = [&file[..2], exif, &file[2..]].concat();
        let shown = within(&turned, 512).unwrap();
        assert_eq!(of(&shown).dimensions(), (20, 60));
        assert!(!shown.windows(4).any(|bytes| bytes == b"Exif"), "no metadata is passed on");
    }

    #[test]
    fn a_bomb_is_refused_by_its_header() {
        // A PNG that claims 50,000 by 50,000 pixels.
        let mut bomb = png(&RgbImage::new(1, 1).into());
        bomb[16..24].copy_from_slice(&[0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50]);
        let refused = square(&bomb, 512).unwrap_err();
        assert!(matches!(refused, PictureFault::TooManyPixels | PictureFault::NoPicture), "{refused}");
        let huge = png(&DynamicImage::new_luma8(8_193, 1));
        assert_eq!(square(&huge, 512), Err(PictureFault::TooManyPixels));
    }

    #[test]
    fn what_a_file_calls_itself_does_not_count() {
        for file in [&b"GIF89a\x01\x00\x01\x00"[..], b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", b"%PDF-1.7", b""] {
            assert_eq!(square(file, 512), Err(PictureFault::NoPicture));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_file_brings_it_down(head in prop::sample::select(vec![&b"\xFF\xD8\xFF"[..], b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBPVP8 "]),
                                  rest in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = square(&[head, &rest].concat(), 64);
        }
    }
}

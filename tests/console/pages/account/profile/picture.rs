use std::{io::Write as _, net::TcpStream};

use diesel::prelude::*;
use image::ImageFormat;
use noxus_console::{
    db::schema::{avatar_drafts, avatars, users},
    domain::roles::built_in,
};

use crate::support::{
    Client, Console,
    engine::on_both_databases,
    people::PASSWORD,
    pictures::{PLACE, encoded, exif, gradient, hostile, packed_zeros, picture, riff_chunk, webp, with_chunk, with_segment},
};

/// All that is kept of pictures.
fn kept(console: &Console) -> Vec<Vec<u8>> {
    let drafts: Vec<Vec<u8>> = console.rows(|c| avatar_drafts::table.select(avatar_drafts::jpeg).load(c));
    let chosen: Vec<Vec<u8>> = console.rows(|c| avatars::table.select(avatars::jpeg).load(c));
    drafts.into_iter().chain(chosen).collect()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|it| it == part)
}

/// Uploads and takes the square in the middle; where the picture lies then.
async fn takes(client: &Client, file: &[u8]) -> String {
    let answer = client.upload(file).await;
    answer.is(303);
    let draft = answer.location.expect("a way on");
    client.get(&draft).await.is(200).says("Choose the square");
    client.post(&draft, &[("size", "100"), ("across", "50"), ("down", "50")]).await.is(303).leads_to("/account/profile");
    let page = client.get("/account/profile").await;
    page.says("Your picture is changed");
    page.attributes(".upload .avatar img", "src").remove(0)
}

fn pixels(jpeg: &[u8]) -> image::RgbImage {
    image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).expect("a JPEG").into_rgb8()
}

on_both_databases! {
    /// Two files on their way that never arrive keep their own sender from a third, and nobody else.
    async fn files_that_never_arrive_hold_up_their_sender_alone(console: Console) {
        let grace = console.set_up().await;
        console.member_of_organization("Ada Lovelace").await;
        let ada = console.sign_in("ada").await;
        let signed_in = console.visitor().post("/sign-in", &[("email", "ada@analytical.example"), ("password", PASSWORD)]).await;
        let cookie = signed_in.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let begun = format!(
            "POST /account/profile/picture HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n\
             --x\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a\"\r\n\r\nGIF"
        );
        let slow: Vec<TcpStream> = (0..2)
            .map(|_| {
                let mut line = TcpStream::connect(console.base.trim_start_matches("http://")).unwrap();
                line.write_all(begun.as_bytes()).unwrap();
                line
            })
            .collect();
        let mut third = ada.upload(&picture(60, 40, ImageFormat::Png)).await;
        for _ in 0..10 {
            if third.status == 429 {
                break;
            }
            // The two have not come in yet.
            third = ada.upload(&picture(60, 40, ImageFormat::Png)).await;
        }
        third.is(429).says("Two files of yours are on their way already.");
        let began = std::time::Instant::now();
        grace.upload(&picture(60, 40, ImageFormat::Png)).await.is(303);
        assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
        drop(slow);
    }

    async fn a_picture_is_uploaded_cut_and_shown_wherever_its_person_is(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &marketing, built_in::admin());
        let client = console.sign_in("ada").await;
        let large = takes(&client, &picture(600, 400, ImageFormat::Png)).await;
        assert!(large.starts_with("/avatars/") && large.ends_with("/256"), "{large}");
        let small = large.replace("/256", "/64");
        for (path, side) in [(&large, 256), (&small, 64)] {
            let answer = client.get(path).await;
            let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
            assert_eq!(header("content-type"), "image/jpeg");
            assert_eq!(header("cache-control"), "private, max-age=31536000, immutable");
            assert_eq!(header("content-security-policy"), "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox");
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(pixels(&client.bytes(path).await).dimensions(), (side, side));
        }
        // The square in the middle: a sixth of the width is gone at each side, and nothing of the height.
        let image = pixels(&client.bytes(&large).await);
        let near = |a: u8, b: u32| u32::from(a).abs_diff(b) < 12;
        assert!(near(image.get_pixel(2, 128)[0], 255 / 6) && near(image.get_pixel(253, 128)[0], 255 * 5 / 6), "{:?}", image.get_pixel(2, 128));
        assert!(near(image.get_pixel(128, 2)[1], 0) && near(image.get_pixel(128, 253)[1], 255));
        // One's own menu and the lists, the person's page, who holds a role, whom to ask.
        for page in ["/settings/users", &format!("/settings/users/{ada}"), "/settings/roles", &format!("/settings/roles/{}", built_in::admin()), &format!("/settings/users/{ada}/role")] {
            let pictures = grace.get(page).await.attributes("main .avatar img", "src");
            assert!(pictures.contains(&small) || pictures.contains(&large), "{page}: {pictures:?}");
        }
        assert_eq!(client.get("/").await.location.map(|to| to.starts_with("/workspaces/")), Some(true));
        assert_eq!(client.get(&format!("/workspaces/{marketing}")).await.attributes(".me img", "src"), [small.as_str()]);
        let rita = console.member_of_organization("Rita Reader").await;
        console.membership(&rita, &marketing, built_in::reader());
        let refused = console.sign_in("rita").await.get(&format!("/settings/workspaces/{marketing}/name")).await;
        assert!(refused.is(403).attributes("main .avatar img", "src").contains(&small), "whom to ask has a face");
        // Nobody else's business.
        console.visitor().get(&small).await.is(303);
    }

    async fn another_square_is_another_picture_and_the_old_one_is_gone(console: Console) {
        let grace = console.set_up().await;
        let first = takes(&grace, &picture(300, 500, ImageFormat::Jpeg)).await;
        let draft = grace.upload(&picture(300, 500, ImageFormat::Jpeg)).await.location.unwrap();
        // What is chosen shows before it is taken; what is no number counts as the middle.
        let page = grace.get(&format!("{draft}?size=50&across=100&down=0")).await;
        assert_eq!(page.attributes(".crop-square", "x"), ["150"]);
        assert_eq!(page.attributes("#size, #across, #down", "value"), ["50", "100", "0"]);
        assert_eq!(grace.get(&format!("{draft}?size=x&across=-5&down=1e99")).await.attributes(".crop-square", "y"), ["200"]);
        for _ in 0..2 {
            grace.post(&draft, &[("size", "50"), ("across", "100"), ("down", "0")]).await.is(303);
        }
        let second = grace.get("/account/profile").await.attributes(".upload img", "src").remove(0);
        assert_ne!(first, second);
        grace.get(&first).await.is(404);
        assert_eq!(console.rows(|c| avatars::table.count().get_result::<i64>(c)), 2, "two sizes of one picture");
        let image = pixels(&grace.bytes(&second).await);
        assert!(image.get_pixel(2, 128)[0] > 110 && image.get_pixel(128, 253)[1] < 90, "the upper right quarter");
    }

    async fn a_picture_is_removed_and_goes_with_its_person(console: Console) {
        let grace = console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.member_of_organization("Bea Base").await;
        let (of_ada, of_bea) = (console.sign_in("ada").await, console.sign_in("bea").await);
        let file = picture(64, 64, ImageFormat::Png);
        let (a, b) = (takes(&of_ada, &file).await, takes(&of_bea, &file).await);
        assert_eq!(a, b, "the same picture is kept once");
        of_bea.get("/account/profile").await.says("Remove picture");
        of_bea.post("/account/profile/picture/removal", &[]).await.is(303);
        let page = of_bea.get("/account/profile").await;
        page.says("Your picture is removed").does_not_say("Remove picture");
        assert!(page.attributes("main img", "src").is_empty());
        of_bea.get(&a).await.is(200);
        of_ada.upload(&file).await.is(303);
        grace.post("/sign-in/again", &[("password", PASSWORD), ("next", "/")]).await.is(303);
        grace.post(&format!("/settings/users/{ada}/removal"), &[("email", "ada@analytical.example")]).await.is(303);
        of_bea.get(&a).await.is(404);
        assert!(kept(&console).is_empty());
        let left: i64 = console.rows(|c| users::table.filter(users::avatar.is_not_null()).count().get_result(c));
        assert_eq!(left, 0);
    }

    async fn a_draft_is_its_owners_alone(console: Console) {
        let grace = console.set_up().await;
        console.member_of_organization("Ada Lovelace").await;
        let ada = console.sign_in("ada").await;
        let draft = grace.upload(&picture(64, 64, ImageFormat::Png)).await.location.unwrap();
        let image = grace.get(&format!("{draft}/image")).await;
        assert_eq!(image.headers["content-security-policy"], "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox");
        for path in [draft.clone(), format!("{draft}/image")] {
            ada.get(&path).await.is(404);
            console.visitor().get(&path).await.is(303);
        }
        ada.post(&draft, &[("size", "100")]).await.is(404);
        // Another upload takes its place.
        grace.upload(&picture(65, 64, ImageFormat::Png)).await.is(303);
        grace.post(&draft, &[("size", "100")]).await.is(404);
        console.rows(|c| diesel::update(avatar_drafts::table).set(avatar_drafts::created_at.eq(noxus_console::base::clock::now() - noxus_console::base::clock::hours(25))).execute(c));
        let over: String = console.rows(|c| avatar_drafts::table.select(avatar_drafts::id).first(c));
        grace.get(&format!("/account/profile/picture/{over}")).await.is(404);
        ada.upload(&picture(64, 64, ImageFormat::Png)).await.is(303);
        assert_eq!(console.rows(|c| avatar_drafts::table.count().get_result::<i64>(c)), 1, "what is over goes with the next");
    }

    async fn who_is_not_signed_in_uploads_nothing(console: Console) {
        console.set_up().await;
        console.visitor().upload(&picture(64, 64, ImageFormat::Png)).await.is(303).leads_to("/sign-in?next=%2Faccount%2Fprofile%2Fpicture");
        assert!(kept(&console).is_empty());
    }

    /// Pictures all the same, with something in them that is none: the pixels are taken, the rest is gone.
    async fn what_is_kept_is_pixels_and_nothing_else(console: Console) {
        let grace = console.set_up().await;
        let (png, jpeg, gif) = (picture(80, 60, ImageFormat::Png), picture(80, 60, ImageFormat::Jpeg), picture(80, 60, ImageFormat::Gif));
        let script = b"<script>alert('polyglot')</script>";
        let vp8l = picture(80, 60, ImageFormat::WebP)[12..].to_vec();
        // What it holds beside the picture stands in its head.
        let extended = |holds: u8, chunks: &[u8]| webp(&[riff_chunk(b"VP8X", &[holds, 0, 0, 0, 79, 0, 0, 59, 0, 0]), chunks.to_vec()].concat());
        let comment = [&gif[..gif.len() - 1], &[0x21, 0xfe, script.len() as u8], script, b"\0\x3b"].concat();
        let files: Vec<(&str, Vec<u8>, &[u8])> = vec![
            ("JPEG with a place", with_segment(&jpeg, 0xe1, &[b"Exif\0\0", &exif(1)[..]].concat()), PLACE),
            ("PNG with a place", with_chunk(&png, b"eXIf", &exif(1)), PLACE),
            ("WebP with a place", extended(8, &[vp8l.clone(), riff_chunk(b"EXIF", &exif(1))].concat()), PLACE),
            ("JPEG with script in a comment", with_segment(&jpeg, 0xfe, script), script),
            ("JPEG with script after its end", [&jpeg[..], script].concat(), script),
            ("PNG with script in a text", with_chunk(&png, b"tEXt", &[b"Comment\0".as_slice(), script].concat()), script),
            ("PNG with script after its end", [&png[..], script].concat(), script),
            ("GIF with script in a comment", comment, script),
            ("GIF with script after its end", [&gif[..], script].concat(), script),
            ("WebP with script in its description", extended(4, &[vp8l.clone(), riff_chunk(b"XMP ", script)].concat()), script),
            ("WebP with script after its end", [picture(80, 60, ImageFormat::WebP), script.to_vec()].concat(), script),
            ("JPEG with XMP", with_segment(&jpeg, 0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>secret place</x:xmpmeta>"), b"secret place"),
        ];
        for (name, file, payload) in files {
            assert!(holds(&file, payload), "{name}: the payload is in what is uploaded");
            takes(&grace, &file).await;
            let all = kept(&console);
            assert_eq!(all.len(), 3, "{name}: a draft and two sizes");
            for bytes in all {
                assert!(!holds(&bytes, payload) && !holds(&bytes, b"Exif"), "{name} is kept with what it brought");
                assert!(bytes.starts_with(b"\xff\xd8\xff") && bytes.ends_with(b"\xff\xd9"), "{name} is kept as a JPEG");
            }
        }
    }

    /// Pictures that unfold to much beside their pixels: taken or refused, and the answer is one or the other.
    async fn what_unfolds_beside_the_pixels_does_no_harm(console: Console) {
        let grace = console.set_up().await;
        let (png, jpeg) = (picture(80, 60, ImageFormat::Png), picture(80, 60, ImageFormat::Jpeg));
        let zeros = packed_zeros(400 << 20);
        let profile = (0..70).fold(jpeg, |jpeg, n: u8| with_segment(&jpeg, 0xe2, &[b"ICC_PROFILE\0", &[n + 1, 70][..], &[0; 65_000]].concat()));
        let files = [
            ("PNG with a profile of 400 MB", with_chunk(&png, b"iCCP", &[b"x\0\0".as_slice(), &zeros].concat())),
            ("PNG with a text of 400 MB", with_chunk(&png, b"zTXt", &[b"x\0\0".as_slice(), &zeros].concat())),
            ("PNG with a text of 400 MB in UTF-8", with_chunk(&png, b"iTXt", &[b"XML:com.adobe.xmp\0\x01\0\0\0".as_slice(), &zeros].concat())),
            ("JPEG with a profile of 4.5 MB", profile),
            ("GIF of many frames", hostile::many_frames()),
        ];
        for (name, file) in files {
            let answer = grace.upload(&file).await;
            assert!([303, 422].contains(&answer.status.as_u16()), "{name}: {} {}", answer.status, answer.text());
        }
        takes(&grace, &png).await;
    }

    async fn each_format_is_read_upright_and_on_white(console: Console) {
        let grace = console.set_up().await;
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
            takes(&grace, &picture(100, 100, format)).await;
        }
        // Taken with the camera turned: what the file has at the left belongs at the top.
        let jpeg = with_segment(&picture(100, 100, ImageFormat::Jpeg), 0xe1, &[b"Exif\0\0", &exif(6)[..]].concat());
        let image = pixels(&grace.bytes(&takes(&grace, &jpeg).await).await);
        assert!(image.get_pixel(128, 3)[0] < 30 && image.get_pixel(128, 252)[0] > 225, "red grows downwards now");
        let clear = image::RgbaImage::new(64, 64);
        let image = pixels(&grace.bytes(&takes(&grace, &encoded(&clear.into(), ImageFormat::Png)).await).await);
        assert_eq!(image.get_pixel(128, 128).0, [255; 3]);
        // A photo of 12 megapixels, and a square of a long strip.
        takes(&grace, &encoded(&gradient(4_032, 3_024).into(), ImageFormat::Jpeg)).await;
        takes(&grace, &picture(1_000, 20, ImageFormat::Png)).await;
    }
}

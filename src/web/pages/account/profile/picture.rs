//! `/account/profile/picture`: uploading a picture of oneself, choosing the square of it, taking it away.

use askama::Template;
use serde::Deserialize;

use super::again;
use crate::{
    access::need::SignedIn,
    base::{
        ids::DraftId,
        picture::{LARGEST_FILE, Reduced, Square},
    },
    domain::{avatars, sessions},
    web::kit::{Answer, At, May, Nav, Posted, Query, Shell, picture, redirect, render, upload::Arriving, view::Crumb},
};

/// Opened as a page it leads to where one uploads.
pub async fn back(may: May<SignedIn>) -> Answer {
    may.read(|_, _| Ok(())).await?;
    redirect("/account/profile")
}

/// Keeps an upload as a draft; then its square is chosen.
pub async fn upload(may: May<SignedIn>, arriving: Arriving) -> Answer {
    let who = may.read(|_, may| Ok(may.id().clone())).await?;
    let arrived = match arriving.file(may.tools(), &who, "picture", LARGEST_FILE).await? {
        Ok(arrived) => arrived,
        Err(why) => return again(&may, why).await,
    };
    let reduced = match picture::reduce(may.tools(), arrived.file).await? {
        Ok(reduced) => reduced,
        Err(why) => return again(&may, why).await,
    };
    let draft = may.write(move |tx, may| avatars::begin(tx, may, &reduced)).await?;
    redirect(&format!("/account/profile/picture/{draft}"))
}

/// In percent, as the sliders have them.
#[derive(Deserialize)]
pub struct SquareInput {
    #[serde(default)]
    size: String,
    #[serde(default)]
    across: String,
    #[serde(default)]
    down: String,
}

impl SquareInput {
    /// What is no number is where it was to begin with.
    fn square(&self) -> Square {
        let [size, across, down] = Square::MIDDLE.percents();
        let number = |text: &str, otherwise: f64| text.trim().parse().unwrap_or(otherwise);
        Square::of(number(&self.size, size), number(&self.across, across), number(&self.down, down))
    }
}

#[derive(Template)]
#[template(path = "pages/account/profile/picture.html")]
struct PicturePage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    path: String,
    width: u32,
    height: u32,
    square: SquareView,
}

/// Where the square lies in the picture's pixels, and the sliders.
struct SquareView {
    x: u32,
    y: u32,
    side: u32,
    smallest: f64,
    percents: [f64; 3],
}

pub async fn show(may: May<SignedIn>, At(draft): At<DraftId>, Query(asked): Query<SquareInput>) -> Answer {
    let path = format!("/account/profile/picture/{draft}");
    let (shell, Reduced { width, height, .. }) = may.page(move |c, may| avatars::find_draft(c, may, &draft)).await?;
    let square = asked.square();
    let (x, y, side) = square.within(width, height);
    render(&PicturePage {
        shell: shell.at("Choose the square", Nav::Profile),
        crumbs: vec![Crumb::link("Profile", "/account/profile"), Crumb::text("Picture")],
        path,
        width,
        height,
        square: SquareView { x, y, side, smallest: Square::SMALLEST, percents: square.percents() },
    })
}

/// The draft's own picture, which changes under nobody's eyes: another upload has another address.
pub async fn image(may: May<SignedIn>, At(draft): At<DraftId>) -> Answer {
    let reduced = may.read(move |c, may| avatars::find_draft(c, may, &draft)).await?;
    picture::answer(reduced.jpeg, "private, max-age=3600")
}

pub async fn submit(may: May<SignedIn>, At(draft): At<DraftId>, Posted(input): Posted<SquareInput>) -> Answer {
    let who = may.read(|_, may| Ok(may.id().clone())).await?;
    let turn = picture::turn(&who).await?;
    let from = draft.clone();
    let reduced = may.read(move |c, may| avatars::find_draft(c, may, &from)).await?;
    let avatar = picture::cut(turn, reduced, input.square()).await?;
    may.write(move |tx, may| {
        avatars::choose(tx, may, &draft, &avatar)?;
        sessions::notice(tx, may, "Your picture is changed.")?;
        Ok(())
    })
    .await?;
    redirect("/account/profile")
}

pub async fn remove(may: May<SignedIn>) -> Answer {
    may.write(|tx, may| {
        let there = avatars::remove(tx, may)?;
        sessions::notice(tx, may, if there { "Your picture is removed." } else { "You have no picture." })?;
        Ok(())
    })
    .await?;
    redirect("/account/profile")
}

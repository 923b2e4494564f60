//! `/avatars/{avatar}/64` and `/256`: a person's picture. Under its hash it never changes, so a browser keeps it for good. Only for
//! who is signed in: faces are nobody else's business, however hard their names are to guess; a browser asks once.

use crate::{
    access::need::SignedIn,
    base::picture::{AvatarHash, SIDES},
    domain::{Error, avatars},
    web::kit::{Answer, At, May, picture},
};

pub async fn small(may: May<SignedIn>, At(hash): At<AvatarHash>) -> Answer {
    show(may, hash, SIDES[0]).await
}

pub async fn large(may: May<SignedIn>, At(hash): At<AvatarHash>) -> Answer {
    show(may, hash, SIDES[1]).await
}

async fn show(may: May<SignedIn>, hash: AvatarHash, side: u32) -> Answer {
    let jpeg = may.read(move |c, may| avatars::find(c, may, &hash, side)?.ok_or(Error::NotFound)).await?;
    picture::answer(jpeg, "private, max-age=31536000, immutable")
}

//! Letters about one's own account: a link to a new password, one to another address, and what was changed.

use super::{Words, Written, blank, utc, words};
use crate::{
    base::{
        text::EmailAddress,
        token::{AddressChange, AddressUndo, PasswordReset},
    },
    config::Config,
    db::{Connection, Error as DbError},
    domain::{
        account::{self, Arrival, LinkState},
        organization::Organization,
        outbox::{Kind, Letter},
        users::{self, Status, User},
    },
    mail::Post,
};

pub(super) fn write(c: &mut Connection, post: &Post, letter: &Letter, to: &User, organization: &Organization) -> Result<Written, DbError> {
    if to.status != Status::Active {
        return Ok(Written::Unwanted);
    }
    if letter.kind == Kind::PasswordChanged {
        return Ok(password_changed(&post.config, letter, to, organization));
    }
    let arrival = match &letter.link {
        Some(link) => account::find(c, link)?,
        None => None,
    };
    let arrival = match arrival {
        Some(arrival) if arrival.state == LinkState::Works => arrival,
        Some(arrival) if arrival.state == LinkState::Expired => return Ok(Written::TooLate("the link expired before the mail server took the mail")),
        _ => return Ok(Written::Unwanted),
    };
    match letter.kind {
        Kind::Reset => reset(c, post, &arrival, to, organization),
        Kind::Address => address(c, post, &arrival, to, organization),
        Kind::AddressChanged => Ok(address_changed(post, &arrival, to, organization)),
        _ => Ok(Written::Unwanted),
    }
}

fn reset(c: &mut Connection, post: &Post, arrival: &Arrival, to: &User, organization: &Organization) -> Result<Written, DbError> {
    let by = super::named(c, arrival.link.created_by.as_ref())?;
    let (who, aside) = match by {
        Some(by) => {
            (format!("{} sends you a link to choose a new password", by.name), "Not expecting this? Ignore it: your password stays as it is.".to_owned())
        }
        None => ("somebody asked for a link to choose a new password".to_owned(), "It was not you? Ignore it: your password stays as it is.".to_owned()),
    };
    Ok(words(Words {
        address: arrival.link.email.clone(),
        title: format!("Choose a new password for {}", organization.name),
        preview: format!("The link works for {} minutes.", account::RESET_MINUTES),
        intro: format!("Hello {}, {who} for your account. It works once. When you have chosen, you are signed out everywhere.", to.display_name),
        button: "Choose a new password".into(),
        link: post.config.link(&format!("/password/reset/{}", account::token::<PasswordReset>(&post.key, &arrival.link.id))),
        until: Some(utc(arrival.link.expires_at)),
        aside,
        ..blank(to, organization)
    }))
}

/// Nothing is sent to the mailbox of somebody else who has the address: it is not theirs to know, and not the asker's.
fn address(c: &mut Connection, post: &Post, arrival: &Arrival, to: &User, organization: &Organization) -> Result<Written, DbError> {
    let email = &arrival.link.email;
    let taken = match EmailAddress::parse(email) {
        Ok(address) => users::find_by_email(c, &address)?.is_some(),
        Err(_) => true,
    };
    if taken {
        return Ok(Written::Unwanted);
    }
    Ok(words(Words {
        address: email.clone(),
        title: format!("Is this your new address at {}?", organization.name),
        preview: "Confirm it, and you sign in with it.".into(),
        intro: format!(
            "Hello {}, you asked to sign in to {} with this address instead of the one you have. Open the link, and confirm it.",
            to.display_name, organization.name
        ),
        button: "Confirm the address".into(),
        link: post.config.link(&format!("/email/confirm/{}", account::token::<AddressChange>(&post.key, &arrival.link.id))),
        until: Some(utc(arrival.link.expires_at)),
        aside: "It was not you? Ignore it: nothing changes.".into(),
        ..blank(to, organization)
    }))
}

/// To the old address: it is the only one that whoever took the account over does not have.
fn address_changed(post: &Post, arrival: &Arrival, to: &User, organization: &Organization) -> Written {
    let other = arrival.link.other_email.as_deref().unwrap_or_default();
    words(Words {
        address: arrival.link.email.clone(),
        title: format!("Your address at {} was changed", organization.name),
        preview: format!("It was not you? You can undo it for {} days.", account::UNDO_DAYS),
        intro: format!(
            "Hello {}, on {} the address of your account was changed to {other}. If that was you, you need not do anything. If not, undo it: the account gets this address back, and is signed out everywhere.",
            to.display_name,
            utc(arrival.link.created_at)
        ),
        button: "Undo the change".into(),
        link: post.config.link(&format!("/email/undo/{}", account::token::<AddressUndo>(&post.key, &arrival.link.id))),
        until: Some(utc(arrival.link.expires_at)),
        aside: "You get this because this was the address of your account.".into(),
        ..blank(to, organization)
    })
}

fn password_changed(config: &Config, letter: &Letter, to: &User, organization: &Organization) -> Written {
    words(Words {
        title: format!("Your password at {} was changed", organization.name),
        preview: "It was not you? Choose a new one.".into(),
        intro: format!(
            "Hello {}, on {} the password of your account was changed. If that was you, you need not do anything. If not, choose a new one now: you get a link to this address.",
            to.display_name,
            utc(letter.created_at)
        ),
        button: "It was not me: choose a new one".into(),
        link: config.link("/password/forgotten"),
        aside: "You get this whenever your password changes.".into(),
        ..blank(to, organization)
    })
}

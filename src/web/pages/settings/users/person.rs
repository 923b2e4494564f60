//! `GET /settings/users/{user}`: who somebody is, where they work and why they may do what they may do, what they did last.

use askama::Template;

use super::{
    OFFERED, acts, first_name, href, in_a_sentence, sees_every_workspace,
    why::{self, Named, Why},
};
use crate::{
    access::{OrgPermission, OrgSet, Permitted, WorkspacePermission, grants, permission::org},
    base::{
        clock::Moment,
        ids::{UserId, WorkspaceId},
    },
    db::Connection,
    domain::{
        Error, audit, invites,
        memberships::{self, Membership},
        outbox, people, roles,
        users::{Status, User},
        workspaces,
    },
    web::kit::{
        Answer, At, May, Nav, Shell, render,
        view::{Crumb, Face, Mark, State, When, day},
    },
};

/// How many of the last acts are shown.
const ACTS: usize = 8;

#[derive(Template)]
#[template(path = "pages/settings/users/person.html")]
struct PersonPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    face: Face,
    state: State,
    person: Person,
}

/// Everything the page tells.
struct Person {
    href: String,
    first: String,
    invitation: Option<Invitation>,
    /// For an organization admin: why they may do everything.
    everything: Option<Given>,
    /// Why nothing of it holds now, if so.
    not_now: Option<String>,
    memberships: Vec<Line>,
    hidden: usize,
    may_add: bool,
    withheld: Vec<Withheld>,
    acts: Option<Vec<(String, When)>>,
    leaving: Leaving,
    leaving_title: String,
    role: Given,
    role_words: String,
    changes_role: bool,
    display_name: String,
    added: (String, Option<Named>),
    seen: Option<When>,
    status_by: Option<(String, Option<Named>)>,
}

/// A role with its giver.
struct Given {
    role: String,
    by: Option<Named>,
    on: String,
}

struct Line {
    mark: Mark,
    given: Given,
    archived: bool,
    /// Where it is changed, for who may.
    change: Option<String>,
    why: Option<Why>,
}

struct Withheld {
    mark: Option<Mark>,
    role: String,
    by: Option<Named>,
    on: String,
    /// Where it is given now, for who may; the organization role is changed on a page of its own.
    give: Option<String>,
    change: Option<String>,
}

struct Invitation {
    state: State,
    by: Option<Named>,
    sent: String,
    works: String,
    asked: Option<String>,
    /// The mail is on its way: the page asks how it went.
    sending: bool,
    pending: bool,
    may: bool,
    /// No mail server: mails are files, and the link is passed on by hand.
    by_hand: bool,
}

#[derive(Default)]
struct Leaving {
    deactivate: bool,
    reactivate: bool,
    remove: bool,
    /// Oneself: why not.
    oneself: bool,
    /// Not in yet: there is an invitation to end, and nothing else.
    invited: bool,
    sessions: String,
}

impl Leaving {
    fn is_empty(&self) -> bool {
        !(self.deactivate || self.reactivate || self.remove || self.oneself)
    }
}

pub async fn show(may: May<org::UsersRead>, At(user): At<UserId>) -> Answer {
    let by_hand = may.app().config.mail_folder().is_some();
    let (shell, (user, state, person)) = may
        .page(move |c, may| {
            let user = people::find(c, &user)?;
            let view = Viewed::load(c, may, &user, by_hand)?;
            let state = view.state(c)?;
            let person = view.person(c)?;
            Ok((user, state, person))
        })
        .await?;
    let nav = if shell.me.as_ref().is_some_and(|me| me.face.id == user.id.as_str()) { Nav::Me } else { Nav::Users };
    render(&PersonPage {
        shell: shell.at(&user.name, nav),
        crumbs: vec![Crumb::text("Settings"), Crumb::link("Users", "/settings/users")],
        face: super::face(&user),
        state,
        person,
    })
}

/// A person, seen by somebody.
struct Viewed<'a> {
    may: &'a Permitted<org::UsersRead>,
    user: &'a User,
    own: OrgSet,
    held: OrgSet,
    /// Workspaces whose names the viewer knows.
    known: Vec<workspaces::Listed>,
    by_hand: bool,
}

impl<'a> Viewed<'a> {
    fn load(c: &mut Connection, may: &'a Permitted<org::UsersRead>, user: &'a User, by_hand: bool) -> Result<Self, Error> {
        let held = grants::holdings(c, &user.id)?.map_or(OrgSet::NONE, |held| held.organization);
        let known = workspaces::open_to(c, may.standing(), OFFERED)?;
        Ok(Self { may, user, own: may.organization(), held, known, by_hand })
    }

    fn is_me(&self) -> bool {
        self.user.id == *self.may.id()
    }

    fn within_reach(&self) -> bool {
        self.own.covers(self.held)
    }

    fn is_org_admin(&self) -> bool {
        self.held.has(OrgPermission::OrgAdmin)
    }

    fn knows(&self, workspace: &WorkspaceId) -> bool {
        sees_every_workspace(self.own) || self.known.iter().any(|w| w.id == *workspace)
    }

    fn named(&self, c: &mut Connection, id: Option<&UserId>) -> Result<Option<Named>, Error> {
        let Some(id) = id else { return Ok(None) };
        Ok(grants::name_of(c, id)?.map(|name| Named::of(id, &name)))
    }

    fn state(&self, c: &mut Connection) -> Result<State, Error> {
        Ok(match self.user.status {
            Status::Active => State::new("", "Active", None),
            Status::Deactivated | Status::Removed => State::new("off", "Deactivated", None),
            Status::Invited => match invites::find_of(c, &self.user.id)? {
                Some(i) if i.state == invites::State::Revoked => State::new("off", "Invitation revoked", None),
                Some(i) if i.state == invites::State::Declined => State::new("off", "Invitation declined", None),
                Some(i) if i.mail == outbox::State::Failed => State::new("bad", "Invitation not delivered", None),
                Some(i) if i.is_expired() => State::new("wait", "Invitation expired", None),
                _ => State::new("wait", "Invited", None),
            },
        })
    }

    fn person(&self, c: &mut Connection) -> Result<Person, Error> {
        let user = self.user;
        let role = roles::find(c, &user.role)?.ok_or(Error::NotFound)?;
        let given = |named| Given { role: role.name.clone(), by: named, on: day(user.role_given_at) };
        let by = self.named(c, user.role_given_by.as_ref())?;
        let memberships = memberships::of_user(c, &user.id)?;
        let (shown, hidden): (Vec<_>, Vec<_>) = memberships.into_iter().partition(|m| self.knows(&m.workspace));
        let may_add = !self.is_org_admin() && !people::open_for(c, self.may, &user.id, OFFERED)?.open.is_empty();
        let status_by = match user.status {
            Status::Deactivated => Some((day(user.status_changed_at), self.named(c, user.status_changed_by.as_ref())?)),
            _ => None,
        };
        Ok(Person {
            href: href(user),
            first: first_name(&user.name).to_owned(),
            invitation: self.invitation(c)?,
            not_now: why::not_now(c, user)?,
            everything: self.is_org_admin().then(|| given(by.clone())),
            memberships: self.lines(c, shown)?,
            hidden: hidden.len(),
            may_add,
            withheld: self.withheld(c)?,
            acts: self.acts(c)?,
            leaving: self.leaving(c)?,
            leaving_title: match user.status {
                Status::Invited => format!("End the invitation of {}", first_name(&user.name)),
                _ => format!("When {} leaves", first_name(&user.name)),
            },
            role: given(by),
            role_words: role.description.clone(),
            changes_role: self.own.has(OrgPermission::UsersEdit) && self.within_reach(),
            display_name: user.display_name.clone(),
            added: (day(user.created_at), self.named(c, user.created_by.as_ref())?),
            seen: user.last_active_at.map(When::of),
            status_by,
        })
    }

    fn lines(&self, c: &mut Connection, memberships: Vec<Membership>) -> Result<Vec<Line>, Error> {
        let roles = roles::of_workspaces(c)?;
        let mut lines = Vec::with_capacity(memberships.len());
        for membership in memberships {
            let why = if self.is_org_admin() { None } else { Some(why::explain(c, self.may, self.user, &membership, &roles)?) };
            let change = self.changes(c, &membership.workspace)?;
            lines.push(Line {
                mark: Mark::of(&membership.workspace, &membership.workspace_name, membership.hue),
                given: Given {
                    role: membership.role_name.clone(),
                    by: membership.given_by.as_ref().zip(membership.given_by_name.as_ref()).map(|(id, name)| Named::of(id, name)),
                    on: day(membership.given_at),
                },
                archived: membership.archived,
                change: change.then(|| format!("{}/workspaces/{}", href(self.user), membership.workspace)),
                why,
            });
        }
        Ok(lines)
    }

    /// Whether the viewer may change or end their role there.
    fn changes(&self, c: &mut Connection, workspace: &WorkspaceId) -> Result<bool, Error> {
        let own = self.may.in_workspace(c, workspace)?;
        let changes = own.has(WorkspacePermission::UsersEdit) || own.has(WorkspacePermission::UsersDelete);
        Ok(changes && own.covers(grants::in_workspace(c, &self.user.id, workspace, true)?))
    }

    fn withheld(&self, c: &mut Connection) -> Result<Vec<Withheld>, Error> {
        let mut all = Vec::new();
        for withheld in people::withheld_of(c, &self.user.id)? {
            if withheld.workspace.as_ref().is_some_and(|w| !self.knows(&w.id)) {
                continue;
            }
            let (mut give, mut change) = (None, None);
            match &withheld.workspace {
                Some(workspace) => {
                    let own = self.may.in_workspace(c, &workspace.id)?;
                    let may = own.has(WorkspacePermission::UsersEdit) && roles::grantable_in_workspace(c, own, &workspace.id, &withheld.role).is_ok();
                    give = may.then(|| format!("{}/withheld/{}", href(self.user), withheld.id));
                }
                None => {
                    let may = self.own.has(OrgPermission::UsersEdit) && self.within_reach();
                    let may = may && roles::grantable_in_organization(c, self.own, &withheld.role).is_ok();
                    change = may.then(|| format!("{}/role?role={}", href(self.user), withheld.role));
                }
            }
            all.push(Withheld {
                mark: withheld.workspace.as_ref().map(|w| Mark::of(&w.id, &w.name, w.hue)),
                role: withheld.role_name,
                by: self.named(c, withheld.by.as_ref())?,
                on: day(withheld.at),
                give,
                change,
            });
        }
        Ok(all)
    }

    fn invitation(&self, c: &mut Connection) -> Result<Option<Invitation>, Error> {
        if self.user.status != Status::Invited {
            return Ok(None);
        }
        let Some(invitation) = invites::find_of(c, &self.user.id)? else { return Ok(None) };
        let pending = invitation.state == invites::State::Pending && !invitation.is_expired();
        let ended = |at: Option<Moment>| at.map(|at| format!("on {}", day(at)));
        let state = match (invitation.state, invitation.mail) {
            (invites::State::Revoked, _) => State::new("off", "Revoked", ended(invitation.ended_at)),
            (invites::State::Declined, _) => State::new("off", "Declined", ended(invitation.ended_at)),
            (_, outbox::State::Failed) => State::new("bad", "Not delivered", invitation.mail_problem.clone()),
            _ if !pending => State::new("wait", "Expired", Some(format!("on {}", day(invitation.expires_at)))),
            (_, outbox::State::Queued) if self.by_hand => State::new("wait", "Being written to a file", None),
            (_, outbox::State::Sent) if self.by_hand => State::new("wait", "Written to a file", None),
            (_, outbox::State::Queued) => State::new("wait", "Sending", None),
            (_, outbox::State::Sent) => State::new("", "Sent", None),
            (_, outbox::State::Dropped) => State::new("wait", "Not sent", Some("it was no longer true".to_owned())),
        };
        Ok(Some(Invitation {
            sending: pending && invitation.mail == outbox::State::Queued,
            by: self.named(c, invitation.invited_by.as_ref())?,
            sent: day(invitation.sent_at),
            works: if pending { crate::web::kit::view::utc(invitation.expires_at) } else { String::new() },
            asked: invitation.asked_at.map(in_a_sentence),
            state,
            pending,
            may: invites::could_give(c, self.may, &self.user.id)?,
            by_hand: self.by_hand && pending,
        }))
    }

    /// The last acts are for oneself, and for who reads the audit or changes people: they say when and from where somebody works.
    fn acts(&self, c: &mut Connection) -> Result<Option<Vec<(String, When)>>, Error> {
        if !(self.is_me() || self.own.has(OrgPermission::OrgAudit) || self.own.has(OrgPermission::UsersEdit)) {
            return Ok(None);
        }
        let knows = |name: &str| sees_every_workspace(self.own) || self.known.iter().any(|w| w.name == name);
        let acts = audit::last_acts_of(c, &self.user.id, ACTS)?;
        Ok(Some(acts.iter().map(|act| (acts::describe(act, knows, true), When::of(act.at))).collect()))
    }

    fn leaving(&self, c: &mut Connection) -> Result<Leaving, Error> {
        let edits = self.own.has(OrgPermission::UsersEdit);
        let deletes = self.own.has(OrgPermission::UsersDelete);
        if self.is_me() {
            return Ok(Leaving { oneself: edits || deletes, ..Leaving::default() });
        }
        if !self.within_reach() {
            return Ok(Leaving::default());
        }
        let sessions = crate::domain::sessions::count(c, &self.user.id)?;
        Ok(Leaving {
            deactivate: edits && self.user.status == Status::Active,
            reactivate: edits && self.user.status == Status::Deactivated,
            remove: deletes,
            oneself: false,
            invited: self.user.status == Status::Invited,
            sessions: match sessions {
                0 => "They have no session open.".to_owned(),
                1 => "Their session ends now.".to_owned(),
                n => format!("Their {n} sessions end now."),
            },
        })
    }
}

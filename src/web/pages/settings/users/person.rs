//! `GET /settings/users/{user}`: who somebody is, where they work and why they may do what they may do, what they did last.

mod invitation;
mod leaving;
mod workspaces;

use std::collections::HashMap;

use askama::Template;

use invitation::Invitation;
use leaving::Leaving;
use workspaces::{Given, Line, Withheld};

use super::{KNOWN, OFFERED, href};
use crate::{
    access::{OrgPermission, OrgSet, Permitted, grants, permission::org},
    base::ids::{RoleId, UserId, WorkspaceId},
    db::Connection,
    domain::{
        Error, audit, invites, memberships, outbox, people,
        roles::{self, Role},
        users::{Status, User},
        workspaces::Listed,
    },
    web::kit::{
        Answer, At, May, Nav, Shell, render,
        told::{
            Called, Stage, acts, face, fallen, sees_every_workspace,
            why::{self, Named},
        },
        view::{Crumb, Face, State, When, day},
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
    called: Called,
    invitation: Option<Invitation>,
    /// For an organization admin: why they may do everything.
    everything: Option<Given>,
    /// Why nothing of it holds now, if so.
    not_now: Option<String>,
    /// Why the organization role would be withheld at acceptance, if so, and where it can be given again.
    role_falls: Option<(String, Option<String>)>,
    memberships: Vec<Line>,
    hidden: usize,
    may_add: bool,
    withheld: Vec<Withheld>,
    acts: Option<Vec<(String, When)>>,
    leaving: Leaving,
    role: Given,
    role_words: String,
    changes_role: bool,
    /// The reader's own, which cannot change now: why.
    keeps_role: bool,
    /// Whether the reader may send a link to a new password.
    may_reset: bool,
    display_name: String,
    added: (String, Option<Named>),
    seen: Option<When>,
    status_by: Option<(String, Option<Named>)>,
}

pub async fn show(may: May<org::UsersRead>, At(user): At<UserId>) -> Answer {
    let by_hand = may.tools().config.mail_folder().is_some();
    let (shell, (user, state, person)) = may
        .page(move |c, may| {
            let user = people::find(c, &user)?;
            let view = Viewed::load(c, may, &user, by_hand)?;
            let state = view.state(c)?;
            let person = view.person(c)?;
            Ok((user, state, person))
        })
        .await?;
    render(&PersonPage {
        shell: shell.at(&user.name, Nav::Users),
        crumbs: vec![Crumb::text("Settings"), Crumb::link("Users", "/settings/users")],
        face: face(&user),
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
    known: Vec<Listed>,
    by_hand: bool,
    called: Called,
    stage: Stage,
    /// Of somebody invited: what they would be if they accepted now.
    outcome: Option<invites::Outcome>,
    /// Whether the viewer could give all that their invitation carries.
    resends: bool,
    /// Whether somebody else would be left who administers the organization.
    may_step_down: bool,
    organization_roles: Vec<Role>,
    workspace_roles: Vec<Role>,
}

impl<'a> Viewed<'a> {
    fn load(c: &mut Connection, may: &'a Permitted<org::UsersRead>, user: &'a User, by_hand: bool) -> Result<Self, Error> {
        let held = grants::holdings(c, &user.id)?.map_or(OrgSet::NONE, |held| held.organization);
        let known = crate::domain::workspaces::open_to(c, may.standing(), KNOWN)?;
        Ok(Self {
            may,
            user,
            own: may.organization(),
            held,
            known,
            by_hand,
            called: Called::of(user, may.id()),
            stage: Stage::of(c, user)?,
            outcome: if user.status == Status::Invited { Some(invites::outcome(c, user)?) } else { None },
            resends: user.status == Status::Invited && invites::could_give(c, may, &user.id)?,
            may_step_down: people::may_step_down(c, may)?,
            organization_roles: roles::of_organization(c)?,
            workspace_roles: roles::of_workspaces(c)?,
        })
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
        Ok(grants::name_of(c, id)?.map(|name| Named::of(id, &name, self.may.id())))
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
                Some(i) if i.mail == outbox::State::Queued && i.mail_problem.is_some() => State::new("wait", "Invitation not sent yet", None),
                _ => State::new("wait", "Invited", None),
            },
        })
    }

    fn person(&self, c: &mut Connection) -> Result<Person, Error> {
        let user = self.user;
        let role = self.organization_roles.iter().find(|role| role.id == user.role).ok_or(Error::NotFound)?;
        let given = |named| Given { role: role.name.clone(), by: named, on: day(user.role_given_at) };
        let by = self.named(c, user.role_given_by.as_ref())?;
        let memberships = memberships::of_user(c, &user.id)?;
        let (shown, hidden): (Vec<_>, Vec<_>) = memberships.into_iter().partition(|m| self.knows(&m.workspace));
        let may_add = !self.is_org_admin() && !people::open_for(c, self.may, &user.id, OFFERED)?.open.is_empty();
        let status_by = match user.status {
            Status::Deactivated => Some((day(user.status_changed_at), self.named(c, user.status_changed_by.as_ref())?)),
            _ => None,
        };
        let changes_role = self.own.has(OrgPermission::UsersEdit) && self.within_reach();
        let keeps_role = changes_role && self.called.you && !self.may_step_down;
        Ok(Person {
            href: href(user),
            called: Called::of(user, self.may.id()),
            invitation: self.invitation(c)?,
            not_now: why::not_now(c, user)?,
            role_falls: self.role_falls(c, role, changes_role)?,
            everything: self.is_org_admin().then(|| given(by.clone())),
            memberships: self.lines(c, shown)?,
            hidden: hidden.len(),
            may_add,
            withheld: self.withheld(c)?,
            acts: self.acts(c)?,
            leaving: self.leaving(c)?,
            role: given(by),
            role_words: role.description.clone(),
            changes_role: changes_role && !keeps_role,
            keeps_role,
            may_reset: self.own.has(OrgPermission::UsersEdit) && self.within_reach() && !self.called.you && self.stage == Stage::Active,
            display_name: user.display_name.clone(),
            added: (day(user.created_at), self.named(c, user.created_by.as_ref())?),
            seen: user.last_active_at.map(When::of),
            status_by,
        })
    }

    /// Who cannot send the whole invitation again may still give the role themselves.
    fn role_falls(&self, c: &mut Connection, role: &Role, changes: bool) -> Result<Option<(String, Option<String>)>, Error> {
        let Some(fallen) = self.outcome.as_ref().and_then(invites::Outcome::fallen_role) else { return Ok(None) };
        let gives = changes && !self.resends && roles::grantable_in_organization(c, self.own, &role.id).is_ok();
        Ok(Some((fallen::because(fallen, self.may.id()), gives.then(|| format!("{}/role", href(self.user))))))
    }

    /// The last acts are for oneself, and for who reads the audit or changes people: they say when and from where somebody works.
    fn acts(&self, c: &mut Connection) -> Result<Option<Vec<(String, When)>>, Error> {
        let audits = self.own.has(OrgPermission::OrgAudit);
        if !(self.called.you || audits || self.own.has(OrgPermission::UsersEdit)) {
            return Ok(None);
        }
        let roles: HashMap<RoleId, String> = acts::names(self.organization_roles.iter().chain(&self.workspace_roles));
        let reader = acts::Reader {
            you: self.called.you,
            knows: &|name: &str| sees_every_workspace(self.own) || self.known.iter().any(|w| w.name == name),
            address: true,
            settings: audits || self.own.has(OrgPermission::OrgEdit),
            roles: &roles,
        };
        let acts = audit::last_acts_of(c, &self.user.id, ACTS)?;
        Ok(Some(acts.iter().map(|act| (acts::describe(act, &reader), When::of(act.at))).collect()))
    }
}

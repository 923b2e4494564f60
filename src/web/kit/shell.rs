//! What surrounds a page: the switcher, the navigation of what this person may use, their menu, a notice.

use super::{
    assets::Assets,
    told::article,
    view::{Face, Mark},
};
use crate::{
    access::{
        Permitted, WorkspacePermission, WorkspaceSet,
        actor::Session,
        explain::list,
        grants::{Place, Standing},
        need::{Need, OrgNeed, SeeFlows},
        permission::org,
    },
    base::ids::WorkspaceId,
    db::{Connection, Error},
    domain::{memberships::News, organization, workspaces},
};

/// How many workspaces the switcher lists before "All workspaces" has to do.
const SWITCHER: usize = 12;

/// A page of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    None,
    Home,
    Flows,
    WorkspaceGeneral,
    WorkspaceUsers,
    ApiKeys,
    General,
    Users,
    Roles,
    Workspaces,
    Profile,
    Password,
    Access,
    Activity,
    Help,
}

impl Nav {
    /// Whether the page belongs to a workspace.
    fn is_in_workspace(self) -> bool {
        matches!(self, Self::Home | Self::Flows | Self::WorkspaceGeneral | Self::WorkspaceUsers | Self::ApiKeys)
    }
}

#[derive(Debug, Clone)]
pub struct Shell {
    pub title: String,
    pub organization: String,
    pub assets: Assets,
    pub me: Option<Me>,
    pub workspace: Option<Mark>,
    /// What the reader may do there.
    pub may_here: WorkspaceSet,
    pub switcher: Vec<SwitcherItem>,
    pub switcher_all: Option<String>,
    pub nav: Vec<NavGroup>,
    /// The pages of one's own account: the tabs of each, and the beginning of one's menu.
    pub account: Vec<NavItem>,
    /// What follows them in the menu.
    pub menu: Vec<NavItem>,
    pub notice: Option<Notice>,
    pub in_settings: bool,
    /// The console was restored from a backup, and the reader is to look through what came back.
    pub restored: bool,
    pub support: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Me {
    pub face: Face,
    pub role: String,
    pub href: String,
}

#[derive(Debug, Clone)]
pub struct SwitcherItem {
    pub mark: Mark,
    pub href: String,
    pub current: bool,
}

#[derive(Debug, Clone)]
pub struct NavGroup {
    pub title: &'static str,
    pub items: Vec<NavItem>,
}

#[derive(Debug, Clone)]
pub struct NavItem {
    pub label: &'static str,
    pub icon: &'static str,
    pub href: String,
    pub current: bool,
    place: Nav,
}

impl NavItem {
    fn new(label: &'static str, icon: &'static str, href: String, place: Nav) -> Self {
        Self { label, icon, href, current: false, place }
    }
}

/// The sidebar: what this person may use, of the workspace they are in and of Settings. The set: what they may do in that workspace.
fn navigation(standing: &Standing, here: Option<(&Mark, WorkspaceSet)>) -> Vec<NavGroup> {
    let mut groups: Vec<(&'static str, Vec<(bool, NavItem)>)> = Vec::new();
    if let Some((here, may)) = here {
        let manages = may.has(WorkspacePermission::WorkspaceAdmin) || org::WorkspaceEdit::met(standing);
        let item = |label, icon, path: &str, place| NavItem::new(label, icon, format!("/workspaces/{}{path}", here.id), place);
        groups.push(("Workspace", vec![(true, item("Home", "house", "", Nav::Home)), (SeeFlows::is_in(may), item("Flows", "workflow", "/flows", Nav::Flows))]));
        let settings = vec![
            (manages, item("General", "settings", "/settings/general", Nav::WorkspaceGeneral)),
            (true, item("Users", "users", "/settings/users", Nav::WorkspaceUsers)),
        ];
        groups.push(("Workspace settings", settings));
        let administers = vec![(may.has(WorkspacePermission::WorkspaceAdmin), item("API keys", "key-round", "/control/api-keys", Nav::ApiKeys))];
        groups.push(("Workspace Control", administers));
    }
    let item = |label, icon, path: &str, place| NavItem::new(label, icon, format!("/settings/{path}"), place);
    groups.push((
        "Settings",
        vec![
            (org::OrgEdit::met(standing), item("General", "building-2", "general", Nav::General)),
            (org::UsersRead::met(standing), item("Users", "users", "users", Nav::Users)),
            (org::SettingsRead::met(standing), item("Roles", "shield", "roles", Nav::Roles)),
            (org::WorkspaceRead::met(standing), item("Workspaces", "layers", "workspaces", Nav::Workspaces)),
        ],
    ));
    let group =
        |(title, items): (_, Vec<(bool, NavItem)>)| NavGroup { title, items: items.into_iter().filter(|(may, _)| *may).map(|(_, item)| item).collect() };
    groups.into_iter().map(group).filter(|group: &NavGroup| !group.items.is_empty()).collect()
}

/// One's own account, page by page, in the order of the tabs and of the menu.
fn account() -> Vec<NavItem> {
    let item = |label, path: &str, place| NavItem::new(label, "", format!("/account/{path}"), place);
    vec![
        item("Profile", "profile", Nav::Profile),
        item("Password and sessions", "password", Nav::Password),
        item("My access", "access", Nav::Access),
        item("Activity", "activity", Nav::Activity),
    ]
}

/// A sentence about what was just done. `kind`: good, warn, bad.
#[derive(Debug, Clone)]
pub struct Notice {
    pub kind: &'static str,
    pub text: String,
    pub link: Option<Link>,
}

impl Notice {
    /// As the session keeps it: the sentence, and after tabs a link's label and where it goes.
    fn stored(text: &str) -> Self {
        let mut parts = text.splitn(3, '\t');
        let text = parts.next().unwrap_or_default().to_owned();
        let link = parts.next().zip(parts.next()).map(|(label, href)| Link { label: label.to_owned(), href: href.to_owned() });
        Self { kind: "good", text, link }
    }
}

#[derive(Debug, Clone)]
pub struct Link {
    pub label: String,
    pub href: String,
}

impl Shell {
    /// For a page of nobody: signing in, an invitation.
    pub fn bare(organization: &str, support: &str) -> Self {
        Self {
            title: String::new(),
            organization: organization.to_owned(),
            assets: Assets::of_pages(),
            me: None,
            workspace: None,
            may_here: WorkspaceSet::NONE,
            switcher: Vec::new(),
            switcher_all: None,
            nav: Vec::new(),
            account: Vec::new(),
            menu: Vec::new(),
            notice: None,
            in_settings: false,
            restored: false,
            support: Some(support.to_owned()).filter(|s| !s.is_empty()),
        }
    }

    /// For somebody signed in. `place`: the workspace the page is in; else the one they were in last.
    pub fn load(c: &mut Connection, standing: &Standing, session: &Session, place: Option<&Place>) -> Result<Self, Error> {
        let organization = organization::load(c)?;
        let mut open = workspaces::open_to(c, standing, SWITCHER + 1)?;
        let more = open.len() > SWITCHER;
        open.truncate(SWITCHER);
        // The one they are in stands in the list however many come before it by name.
        if let Some(last) = place.map(|p| &p.id).or(session.workspace.as_ref())
            && !open.iter().any(|w| w.id == *last)
            && let Some(last) = workspaces::find_open(c, standing, last)?
        {
            open.truncate(SWITCHER - 1);
            open.push(last);
        }
        let here = match place {
            Some(place) => Some(Mark::of(&place.id, &place.name, place.hue)),
            None => {
                let last = session.workspace.as_ref().and_then(|last| open.iter().find(|w| w.id == *last));
                last.or_else(|| open.first()).map(|w| Mark::of(&w.id, &w.name, w.hue))
            }
        };
        let mine = match (place, here.as_ref().and_then(|here| here.id.parse::<WorkspaceId>().ok())) {
            (Some(place), _) => place.may,
            (None, Some(last)) => standing.in_open(c, session, &last)?,
            (None, None) => WorkspaceSet::NONE,
        };
        let nav = navigation(standing, here.as_ref().map(|here| (here, mine)));
        let actor = &standing.actor;
        let me = Me {
            face: Face::of(&actor.id, &actor.name, &actor.email, actor.avatar.as_ref()),
            role: standing.role.name.clone(),
            href: "/account/profile".to_owned(),
        };
        let switcher = open
            .iter()
            .map(|w| SwitcherItem {
                mark: Mark::of(&w.id, &w.name, w.hue),
                href: format!("/workspaces/{}", w.id),
                current: here.as_ref().is_some_and(|h| h.id == w.id.as_str()),
            })
            .collect();
        Ok(Self {
            me: Some(me),
            workspace: here,
            may_here: mine,
            switcher,
            switcher_all: (more || org::WorkspaceRead::met(standing)).then(|| "/settings/workspaces".to_owned()),
            nav,
            account: account(),
            menu: vec![NavItem::new("Help", "", "/help".to_owned(), Nav::Help)],
            notice: session.notice.as_deref().map(Notice::stored),
            restored: organization.restored.is_some() && standing.is_org_admin(),
            ..Self::bare(&organization.name, &organization.support)
        })
    }

    /// Says which page this is.
    pub fn at(mut self, title: impl Into<String>, page: Nav) -> Self {
        self.title = title.into();
        for item in self.nav.iter_mut().flat_map(|group| &mut group.items).chain(&mut self.account).chain(&mut self.menu) {
            item.current = page != Nav::None && item.place == page;
        }
        self.in_settings = page != Nav::None && !page.is_in_workspace();
        self
    }

    /// Where a page is, if it exists and is the reader's to use.
    pub fn way_to(&self, page: Nav) -> Option<&str> {
        let mut all = self.nav.iter().flat_map(|group| &group.items).chain(&self.account).chain(&self.menu);
        all.find(|item| item.place == page).map(|item| item.href.as_str())
    }

    /// Puts a sentence on top of the page.
    pub fn say(mut self, kind: &'static str, text: impl Into<String>) -> Self {
        self.notice = Some(Notice { kind, text: text.into(), link: None });
        self
    }
}

/// What a member is told once: who added them where. `None`: nothing.
pub fn told_of(news: &[News]) -> Option<Notice> {
    let link = |one: &News| Link { label: format!("Open {}", one.name), href: format!("/workspaces/{}", one.workspace) };
    let text = match news {
        [] => return None,
        [one] => match &one.by {
            Some(by) => format!("{by} added you to {}, as {}.", one.name, article(&one.role)),
            None => format!("You were added to {}, as {}.", one.name, article(&one.role)),
        },
        several => {
            let places: Vec<String> = several.iter().map(|one| format!("{} as {}", one.name, article(&one.role))).collect();
            format!("You were added to {} workspaces: {}.", several.len(), list(&places.iter().map(String::as_str).collect::<Vec<_>>()))
        }
    };
    Some(Notice { kind: "good", text, link: if let [one] = news { Some(link(one)) } else { None } })
}

/// Whether an item is shown to somebody: the same question its page asks.
pub fn offers<M: OrgNeed, N: Need>(may: &Permitted<N>) -> bool {
    M::met(may.standing())
}

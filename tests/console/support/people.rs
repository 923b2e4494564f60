//! People and workspaces that are simply there: rows written past the acts, for tests of something else.

use diesel::prelude::*;
use noxus_console::{
    access::passes::Operator,
    base::{
        clock,
        ids::{RoleId, UserId, WorkspaceId},
        password::Password,
        text::{EmailAddress, OrganizationName, PersonName, WorkspaceName, fold},
    },
    db::{
        Connection,
        schema::{memberships, roles, user_prefixes, users, workspaces},
    },
    domain::{
        Error,
        roles::built_in,
        setup::{self, Beginning},
    },
    start,
};

use super::{Client, Console};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple";

/// What Settings, General shows after the set-up, field by field.
pub const AS_IT_WAS: [(&str, &str); 7] = [
    ("name", "Analytical Engines"),
    ("allowed_domains", ""),
    ("invitation_days", "7"),
    ("session_idle_hours", "8"),
    ("session_max_hours", "24"),
    ("key_max_days", ""),
    ("support", ""),
];

impl Console {
    /// Sets up Analytical Engines with Grace Hopper as its admin and the workspace Marketing; she is signed in.
    pub async fn set_up(&self) -> Client {
        let password = self.app.hasher.hash(&Password::choose(PASSWORD, &[]).expect("a good password")).await;
        let given = Beginning {
            organization: OrganizationName::parse("Analytical Engines").expect("a name"),
            name: PersonName::parse("Grace Hopper").expect("a name"),
            email: EmailAddress::parse("grace@analytical.example").expect("an address"),
            password,
            workspace: WorkspaceName::parse("Marketing").expect("a name"),
        };
        let done = self.app.database().write_now(start::console_origin(), |tx| {
            let token = setup::renew_link(tx, Operator::at_the_console())?.ok_or(Error::NotFound)?;
            let pass = setup::open_with(tx, &token)?.ok_or(Error::NotFound)?;
            setup::begin(tx, pass, &given)
        });
        done.expect("the set-up works");
        self.sign_in("grace").await
    }

    /// Signs in whoever has the address `{first}@analytical.example`.
    pub async fn sign_in(&self, first: &str) -> Client {
        let client = self.visitor();
        let answer = client.post("/sign-in", &[("email", &format!("{first}@analytical.example")), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{first} cannot sign in: {}", answer.text());
        client
    }

    /// Somebody with the given organization role and status: `active` ones can sign in by their first name, lower-cased.
    pub async fn person(&self, name: &str, role: RoleId, status: &str) -> UserId {
        let password = self.app.hasher.hash(&Password::choose(PASSWORD, &[]).expect("a good password")).await;
        let first = name.split(' ').next().unwrap_or_default().to_owned();
        let (id, email, name, status) = (UserId::new(), format!("{}@analytical.example", first.to_lowercase()), name.to_owned(), status.to_owned());
        let (now, user) = (clock::now(), id.clone());
        let password = Some(password).filter(|_| status != "invited");
        self.rows(move |c| {
            let seq: i64 = diesel::insert_into(users::table)
                .values((
                    (users::id.eq(&user), users::kind.eq("person"), users::status.eq(&status), users::name.eq(&name), users::display_name.eq(&first)),
                    (
                        users::name_key.eq(fold(&name)),
                        users::email.eq(&email),
                        users::email_key.eq(&email),
                        users::role_id.eq(&role),
                        users::role_given_at.eq(now),
                    ),
                    (users::password.eq(password), users::created_at.eq(now), users::status_changed_at.eq(now)),
                ))
                .returning(users::seq)
                .get_result(c)?;
            for prefix in [&fold(&name)[..1], &email[..2]] {
                diesel::insert_into(user_prefixes::table).values((user_prefixes::prefix.eq(prefix), user_prefixes::seq.eq(seq))).execute(c)?;
            }
            Ok(())
        });
        id
    }

    /// An active person with Org Base.
    pub async fn member_of_organization(&self, name: &str) -> UserId {
        self.person(name, built_in::org_base(), "active").await
    }

    pub fn workspace(&self, name: &str) -> WorkspaceId {
        let (id, name) = (WorkspaceId::new(), name.to_owned());
        let row = id.clone();
        self.rows(move |c| {
            diesel::insert_into(workspaces::table)
                .values((
                    workspaces::id.eq(&row),
                    workspaces::name.eq(&name),
                    workspaces::name_key.eq(fold(&name)),
                    workspaces::hue.eq(3),
                    workspaces::created_at.eq(clock::now()),
                ))
                .execute(c)
                .map(drop)
        });
        id
    }

    pub fn archive(&self, workspace: &WorkspaceId) {
        let workspace = workspace.clone();
        self.rows(move |c| diesel::update(workspaces::table.find(&workspace)).set(workspaces::archived_at.eq(clock::now())).execute(c).map(drop));
    }

    /// The id of a workspace by its name.
    pub fn workspace_named(&self, name: &str) -> WorkspaceId {
        let name = name.to_owned();
        self.rows(move |c| workspaces::table.filter(workspaces::name.eq(name)).select(workspaces::id).first(c))
    }

    /// The id of whoever has the address `{first}@analytical.example`.
    pub fn user_named(&self, first: &str) -> UserId {
        let email = format!("{first}@analytical.example");
        self.rows(move |c| users::table.filter(users::email_key.eq(email)).select(users::id).first(c))
    }

    pub fn membership(&self, user: &UserId, workspace: &WorkspaceId, role: RoleId) {
        let (user, workspace) = (user.clone(), workspace.clone());
        self.rows(move |c| {
            let name_key: String = users::table.filter(users::id.eq(&user)).select(users::name_key).first(c)?;
            diesel::insert_into(memberships::table)
                .values((
                    memberships::user_id.eq(&user),
                    memberships::workspace_id.eq(&workspace),
                    memberships::role_id.eq(&role),
                    memberships::given_at.eq(clock::now()),
                    memberships::name_key.eq(name_key),
                ))
                .execute(c)
                .map(drop)
        });
    }

    /// The role somebody has in a workspace.
    pub fn role_in(&self, user: &UserId, workspace: &WorkspaceId) -> Option<RoleId> {
        let key = (user.clone(), workspace.clone());
        self.rows(move |c| memberships::table.find(key).select(memberships::role_id).first(c).optional())
    }

    /// A custom role: `scope` organization or workspace, permissions as stored text.
    pub fn role(&self, scope: &str, name: &str, permissions: &str) -> RoleId {
        let (id, scope, name, permissions) = (RoleId::new(), scope.to_owned(), name.to_owned(), permissions.to_owned());
        let row = id.clone();
        self.rows(move |c| {
            diesel::insert_into(roles::table)
                .values((
                    roles::id.eq(&row),
                    roles::scope.eq(&scope),
                    roles::name.eq(&name),
                    roles::name_key.eq(fold(&name)),
                    roles::permissions.eq(&permissions),
                    roles::created_at.eq(clock::now()),
                ))
                .execute(c)
                .map(drop)
        });
        id
    }

    /// Rows written or read past the acts.
    pub fn rows<T>(&self, work: impl FnOnce(&mut Connection) -> QueryResult<T>) -> T {
        self.app.database().write_now(start::console_origin(), |tx| work(tx).map_err(|e| Error::Database(e.into()))).expect("the rows are there")
    }
}

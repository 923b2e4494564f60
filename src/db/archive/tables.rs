//! The tables of a backup with their columns, in an order in which each refers only to those before it. The compiler compares
//! them with the schema.

use diesel::{connection::DefaultLoadingMode, pg::PgRowByRowLoadingMode, prelude::*};
use serde::{Deserialize, Serialize};

use super::{Table, base64, read_lines, write_lines};
use crate::{
    base::clock::Moment,
    db::{Connection, schema},
};

/// Tables that no backup holds: what is in them is over within hours, and nobody is to be signed in by a backup; or the database
/// counts it by itself.
pub const LEFT_OUT: [&str; 7] = ["avatar_drafts", "drafts", "key_counts", "member_counts", "people_counts", "sessions", "throttles"];

macro_rules! tables {
    ($($table:ident { $($(#[$how:meta])? $column:ident: $type:ty,)+ })+) => {
        $(#[allow(non_camel_case_types, reason = "named as the table is")]
        #[derive(Queryable, Insertable, Serialize, Deserialize)]
        #[diesel(table_name = schema::$table)]
        #[serde(deny_unknown_fields)]
        struct $table {
            $($(#[$how])? $column: $type,)+
        })+

        pub const TABLES: &[Table] = &[$(Table {
            name: stringify!($table),
            write: |c, out| {
                let rows = schema::$table::table.select(($(schema::$table::$column,)+));
                match c {
                    Connection::Sqlite(c) => write_lines(rows.load_iter::<$table, DefaultLoadingMode>(c)?, out),
                    Connection::Postgres(c) => write_lines(rows.load_iter::<$table, PgRowByRowLoadingMode>(c)?, out),
                }
            },
            read: |c, lines| match c {
                Connection::Sqlite(c) => read_lines::<$table>(lines, |rows| {
                    rows.iter().try_fold(0, |n, row| Ok(n + diesel::insert_into(schema::$table::table).values(row).execute(c)?))
                }),
                Connection::Postgres(c) => read_lines::<$table>(lines, |rows| diesel::insert_into(schema::$table::table).values(rows).execute(c)),
            },
            clear: |c| {
                diesel::delete(schema::$table::table).execute(c)?;
                Ok(())
            },
        }),+];
    };
}

tables! {
organization {
    id: String,
    name: String,
    allowed_domains: String,
    invitation_days: i32,
    session_idle_hours: i32,
    session_max_hours: i32,
    key_max_days: Option<i32>,
    support: String,
    changed_at: Option<Moment>,
    changed_by: Option<String>,
    set_up_at: Option<Moment>,
    setup_token: Option<String>,
    master_key: Option<String>,
    restored_at: Option<Moment>,
    restored_from: Option<Moment>,
}
roles {
    id: String,
    scope: String,
    workspace_id: Option<String>,
    name: String,
    name_key: String,
    description: String,
    permissions: String,
    built_in: bool,
    rank: i32,
    created_at: Moment,
    created_by: Option<String>,
}
workspaces {
    id: String,
    name: String,
    name_key: String,
    description: String,
    hue: i32,
    created_at: Moment,
    created_by: Option<String>,
    archived_at: Option<Moment>,
    archived_by: Option<String>,
}
users {
    seq: i64,
    id: String,
    kind: String,
    status: String,
    name: String,
    display_name: String,
    name_key: String,
    email: Option<String>,
    email_key: Option<String>,
    role_id: String,
    role_given_by: Option<String>,
    role_given_at: Moment,
    password: Option<String>,
    password_changed_at: Option<Moment>,
    created_at: Moment,
    created_by: Option<String>,
    last_active_at: Moment,
    status_changed_at: Moment,
    status_changed_by: Option<String>,
    avatar: Option<String>,
}
user_prefixes {
    prefix: String,
    seq: i64,
}
avatars {
    hash: String,
    side: i32,
    #[serde(with = "base64")] jpeg: Vec<u8>,
}
memberships {
    user_id: String,
    workspace_id: String,
    role_id: String,
    given_by: Option<String>,
    given_at: Moment,
    name_key: String,
    announced: bool,
}
withheld {
    id: String,
    user_id: String,
    workspace_id: Option<String>,
    role_id: String,
    given_by: Option<String>,
    withheld_at: Moment,
}
invitations {
    id: String,
    user_id: String,
    state: String,
    generation: i32,
    invited_by: Option<String>,
    created_at: Moment,
    sent_at: Moment,
    expires_at: Moment,
    ended_at: Option<Moment>,
    ended_by: Option<String>,
    asked_at: Option<Moment>,
    mail_state: String,
    mail_problem: Option<String>,
    asked_of: Option<String>,
}
outbox {
    id: String,
    kind: String,
    user_id: String,
    invitation_id: Option<String>,
    generation: Option<i32>,
    subject_id: Option<String>,
    state: String,
    attempts: i32,
    next_at: Moment,
    problem: Option<String>,
    created_at: Moment,
    sent_at: Option<Moment>,
    workspace_id: Option<String>,
    link_id: Option<String>,
}
account_links {
    id: String,
    kind: String,
    user_id: String,
    email: String,
    other_email: Option<String>,
    password_at: Option<Moment>,
    created_at: Moment,
    created_by: Option<String>,
    expires_at: Moment,
    used_at: Option<Moment>,
    ended_at: Option<Moment>,
}
tours {
    user_id: String,
    workspace_id: String,
    state: String,
    stop: String,
    list_hidden: bool,
    changed_at: Moment,
}
api_keys {
    id: String,
    secret_hash: String,
    hint: String,
    name: String,
    workspace_id: Option<String>,
    owner_id: String,
    made_by: Option<String>,
    parent_id: Option<String>,
    permissions: Option<String>,
    created_at: Moment,
    expires_at: Option<Moment>,
    revoked_at: Option<Moment>,
    revoked_by: Option<String>,
    used_at: Option<Moment>,
    used_address: Option<String>,
    used_client: Option<String>,
    form: Option<String>,
    name_key: String,
}
flows {
    id: String,
    workspace_id: String,
    name: String,
    name_key: String,
    kind: String,
    definition: String,
    created_at: Moment,
    created_by: String,
    changed_at: Moment,
    changed_by: String,
}
audit {
    id: String,
    at: Moment,
    actor_kind: String,
    actor_id: Option<String>,
    action: String,
    subject_kind: String,
    subject_id: Option<String>,
    workspace_id: Option<String>,
    facts: String,
    request_id: String,
    key_id: Option<String>,
}
audit_personal {
    audit_id: String,
    user_id: String,
    field: String,
    before_text: Option<String>,
    after_text: Option<String>,
}}

//! The tables as diesel sees them, the same on both engines. Made from the migrations by `diesel print-schema`.

diesel::table! {
    account_links (id) {
        id -> Text,
        kind -> Text,
        user_id -> Text,
        email -> Text,
        other_email -> Nullable<Text>,
        password_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        created_by -> Nullable<Text>,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Text,
        secret_hash -> Text,
        hint -> Text,
        name -> Text,
        workspace_id -> Nullable<Text>,
        owner_id -> Text,
        made_by -> Nullable<Text>,
        parent_id -> Nullable<Text>,
        permissions -> Nullable<Text>,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        revoked_by -> Nullable<Text>,
        used_at -> Nullable<Timestamp>,
        used_address -> Nullable<Text>,
        used_client -> Nullable<Text>,
        form -> Nullable<Text>,
        name_key -> Text,
    }
}

diesel::table! {
    audit (id) {
        id -> Text,
        at -> Timestamp,
        actor_kind -> Text,
        actor_id -> Nullable<Text>,
        action -> Text,
        subject_kind -> Text,
        subject_id -> Nullable<Text>,
        workspace_id -> Nullable<Text>,
        facts -> Text,
        request_id -> Text,
        key_id -> Nullable<Text>,
    }
}

diesel::table! {
    audit_personal (audit_id, user_id, field) {
        audit_id -> Text,
        user_id -> Text,
        field -> Text,
        before_text -> Nullable<Text>,
        after_text -> Nullable<Text>,
    }
}

diesel::table! {
    avatar_drafts (id) {
        id -> Text,
        owner_id -> Text,
        width -> Integer,
        height -> Integer,
        jpeg -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    avatars (hash, side) {
        hash -> Text,
        side -> Integer,
        jpeg -> Binary,
    }
}

diesel::table! {
    drafts (id) {
        id -> Text,
        kind -> Text,
        owner_id -> Text,
        body -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    flows (id) {
        id -> Text,
        workspace_id -> Text,
        name -> Text,
        name_key -> Text,
        kind -> Text,
        definition -> Text,
        created_at -> Timestamp,
        created_by -> Text,
        changed_at -> Timestamp,
        changed_by -> Text,
    }
}

diesel::table! {
    invitations (id) {
        id -> Text,
        user_id -> Text,
        state -> Text,
        generation -> Integer,
        invited_by -> Nullable<Text>,
        created_at -> Timestamp,
        sent_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        ended_by -> Nullable<Text>,
        asked_at -> Nullable<Timestamp>,
        mail_state -> Text,
        mail_problem -> Nullable<Text>,
        asked_of -> Nullable<Text>,
    }
}

diesel::table! {
    memberships (user_id, workspace_id) {
        user_id -> Text,
        workspace_id -> Text,
        role_id -> Text,
        given_by -> Nullable<Text>,
        given_at -> Timestamp,
        name_key -> Text,
        announced -> Bool,
    }
}

diesel::table! {
    organization (id) {
        id -> Text,
        name -> Text,
        allowed_domains -> Text,
        invitation_days -> Integer,
        session_idle_hours -> Integer,
        session_max_hours -> Integer,
        key_max_days -> Nullable<Integer>,
        support -> Text,
        changed_at -> Nullable<Timestamp>,
        changed_by -> Nullable<Text>,
        set_up_at -> Nullable<Timestamp>,
        setup_token -> Nullable<Text>,
        master_key -> Nullable<Text>,
        restored_at -> Nullable<Timestamp>,
        restored_from -> Nullable<Timestamp>,
    }
}

diesel::table! {
    outbox (id) {
        id -> Text,
        kind -> Text,
        user_id -> Text,
        invitation_id -> Nullable<Text>,
        generation -> Nullable<Integer>,
        subject_id -> Nullable<Text>,
        state -> Text,
        attempts -> Integer,
        next_at -> Timestamp,
        problem -> Nullable<Text>,
        created_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
        workspace_id -> Nullable<Text>,
        link_id -> Nullable<Text>,
    }
}

diesel::table! {
    key_counts (workspace_id) {
        workspace_id -> Text,
        n -> BigInt,
        endless -> BigInt,
    }
}

diesel::table! {
    member_counts (workspace_id) {
        workspace_id -> Text,
        n -> BigInt,
    }
}

diesel::table! {
    people_counts (status, role_id) {
        status -> Text,
        role_id -> Text,
        n -> BigInt,
    }
}

diesel::table! {
    roles (id) {
        id -> Text,
        scope -> Text,
        workspace_id -> Nullable<Text>,
        name -> Text,
        name_key -> Text,
        description -> Text,
        permissions -> Text,
        built_in -> Bool,
        rank -> Integer,
        created_at -> Timestamp,
        created_by -> Nullable<Text>,
    }
}

diesel::table! {
    sessions (id_hash) {
        id_hash -> Text,
        user_id -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        confirmed_at -> Timestamp,
        address -> Text,
        browser -> Text,
        notice -> Nullable<Text>,
        workspace_id -> Nullable<Text>,
    }
}

diesel::table! {
    throttles (key) {
        key -> Text,
        failures -> Integer,
        last_at -> Timestamp,
    }
}

diesel::table! {
    tours (user_id, workspace_id) {
        user_id -> Text,
        workspace_id -> Text,
        state -> Text,
        stop -> Text,
        list_hidden -> Bool,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    user_prefixes (prefix, seq) {
        prefix -> Text,
        seq -> BigInt,
    }
}

diesel::table! {
    users (id) {
        seq -> BigInt,
        id -> Text,
        kind -> Text,
        status -> Text,
        name -> Text,
        display_name -> Text,
        name_key -> Text,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        role_id -> Text,
        role_given_by -> Nullable<Text>,
        role_given_at -> Timestamp,
        password -> Nullable<Text>,
        password_changed_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        created_by -> Nullable<Text>,
        last_active_at -> Timestamp,
        status_changed_at -> Timestamp,
        status_changed_by -> Nullable<Text>,
        avatar -> Nullable<Text>,
    }
}

diesel::table! {
    withheld (id) {
        id -> Text,
        user_id -> Text,
        workspace_id -> Nullable<Text>,
        role_id -> Text,
        given_by -> Nullable<Text>,
        withheld_at -> Timestamp,
    }
}

diesel::table! {
    workspaces (id) {
        id -> Text,
        name -> Text,
        name_key -> Text,
        description -> Text,
        hue -> Integer,
        created_at -> Timestamp,
        created_by -> Nullable<Text>,
        archived_at -> Nullable<Timestamp>,
        archived_by -> Nullable<Text>,
    }
}

diesel::joinable!(memberships -> users (user_id));
diesel::joinable!(memberships -> workspaces (workspace_id));
diesel::joinable!(memberships -> roles (role_id));
diesel::joinable!(users -> roles (role_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(invitations -> users (user_id));
diesel::joinable!(account_links -> users (user_id));
diesel::joinable!(withheld -> workspaces (workspace_id));
diesel::joinable!(withheld -> roles (role_id));

diesel::allow_tables_to_appear_in_same_query!(
    account_links,
    api_keys,
    audit,
    audit_personal,
    avatar_drafts,
    avatars,
    drafts,
    flows,
    invitations,
    key_counts,
    member_counts,
    memberships,
    organization,
    outbox,
    people_counts,
    roles,
    sessions,
    throttles,
    tours,
    user_prefixes,
    users,
    withheld,
    workspaces,
);

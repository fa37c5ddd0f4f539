// Generated from the catalogue of the database by `TIANPING_BLESS=1 cargo test --test it schema`.
diesel::table! {
    account (id) {
        id -> Text,
        login -> Text,
        name -> Text,
        power -> Nullable<Text>,
        password_hash -> Text,
        totp_secret -> Nullable<Binary>,
        phone -> Nullable<Binary>,
        email -> Nullable<Text>,
        organisation_id -> Nullable<Text>,
        region -> Text,
        opened_at -> BigInt,
        closed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    chain (id) {
        id -> Text,
        lot_id -> Text,
        subject -> Text,
        stage -> Text,
        tx -> Text,
    }
}

diesel::table! {
    event (c) {
        c -> Text,
        tx -> Text,
        n -> BigInt,
        ts -> BigInt,
        act -> Text,
        salt -> Nullable<Binary>,
        cj -> Nullable<Binary>,
        pos -> Nullable<BigInt>,
        erased -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency (id) {
        id -> Text,
        digest -> Text,
        answer -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    lease (id) {
        id -> Text,
        holder -> Text,
        until_at -> BigInt,
    }
}

diesel::table! {
    log_entry (pos) {
        pos -> BigInt,
        entry -> Binary,
        leaf -> Binary,
    }
}

diesel::table! {
    log_tile (level, n) {
        level -> BigInt,
        n -> BigInt,
        hashes -> Binary,
    }
}

diesel::table! {
    organisation (id) {
        id -> Text,
        code -> Text,
        name -> Text,
        kind -> Text,
        region -> Text,
        address -> Text,
        declaration -> Text,
        declared_at -> BigInt,
    }
}

diesel::table! {
    payload (h) {
        h -> Text,
        c -> Text,
        k -> Text,
        salt -> Binary,
        bytes -> Binary,
    }
}

diesel::table! {
    role_grant (id) {
        id -> Text,
        account_id -> Text,
        role -> Text,
        power -> Nullable<Text>,
        position -> Nullable<Text>,
        organisation_id -> Nullable<Text>,
        region -> Text,
        granted_by -> Text,
        granted_at -> BigInt,
        until_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    row_list (c) {
        c -> Text,
        refs -> Binary,
    }
}

diesel::table! {
    row_seal (id) {
        id -> Text,
        table_name -> Text,
        row_id -> Text,
        salt -> Binary,
        h -> Text,
        c -> Text,
    }
}

diesel::table! {
    session (id) {
        id -> Text,
        account_id -> Text,
        kind -> Text,
        has_factor -> Bool,
        created_at -> BigInt,
        until_at -> BigInt,
    }
}

diesel::table! {
    tick (size) {
        size -> BigInt,
        ts -> BigInt,
        n_events -> BigInt,
        noop_seed -> Binary,
        checkpoint -> Text,
        cosignatures -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    account,
    chain,
    event,
    idempotency,
    lease,
    log_entry,
    log_tile,
    organisation,
    payload,
    role_grant,
    row_list,
    row_seal,
    session,
    tick,
);

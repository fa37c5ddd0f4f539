// Generated from the catalogue of the database by `TIANPING_BLESS=1 cargo test --test it schema`.
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
    payload (h) {
        h -> Text,
        c -> Text,
        k -> Text,
        salt -> Binary,
        bytes -> Binary,
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
    tick (size) {
        size -> BigInt,
        ts -> BigInt,
        n_events -> BigInt,
        noop_seed -> Binary,
        checkpoint -> Text,
        cosignatures -> Text,
    }
}

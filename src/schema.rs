//! The tables, generated from the catalogue of the database by `TIANPING_BLESS=1 cargo test --test it schema`.
diesel::table! {
    account (id) {
        id -> Text,
        login -> Text,
        name -> Text,
        kind -> Text,
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
    announcement (id) {
        id -> Text,
        tender_id -> Text,
        lot_id -> Nullable<Text>,
        kind -> Text,
        title -> Text,
        text -> Text,
        is_material -> Bool,
        paper -> Nullable<Text>,
        digest -> Nullable<Text>,
        drafted_by -> Text,
        drafted_at -> BigInt,
        published_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    award (id) {
        id -> Text,
        lot_id -> Text,
        paper -> Nullable<Text>,
        digest -> Nullable<Text>,
        published_at -> Nullable<BigInt>,
        winner -> Nullable<Text>,
        contract_fen -> Nullable<BigInt>,
        notice -> Nullable<Text>,
        decided_at -> Nullable<BigInt>,
        contract -> Nullable<Text>,
        contract_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    award_session (id) {
        id -> Text,
        lot_id -> Text,
        list_digest -> Text,
        listed_at -> BigInt,
        opened_at -> Nullable<BigInt>,
        k -> Nullable<Text>,
        k_drawn_at -> Nullable<BigInt>,
        order_drawn_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    basis (id) {
        id -> Text,
        document_no -> Text,
        title -> Text,
        issued_at -> BigInt,
        valid_from_at -> BigInt,
        valid_until_at -> Nullable<BigInt>,
        cap_fen -> BigInt,
        trade -> Text,
        region -> Text,
        review -> Text,
        recorded_by -> Text,
        recorded_at -> BigInt,
    }
}

diesel::table! {
    bid (id) {
        id -> Text,
        lot_id -> Text,
        organisation_id -> Text,
        bidder -> Text,
        seq -> BigInt,
        act -> Text,
        state -> Text,
        digest -> Text,
        kid -> Text,
        signed -> Nullable<Text>,
        tx -> Text,
        n -> BigInt,
        received_at -> BigInt,
        account_id -> Text,
    }
}

diesel::table! {
    bid_part (id) {
        id -> Text,
        bid_id -> Text,
        part -> Text,
        stage -> Text,
        ct -> Nullable<Binary>,
        sha256 -> Text,
    }
}

diesel::table! {
    canary (id) {
        id -> Text,
        keyset_id -> Text,
        duty -> Text,
        round -> Text,
        key_digest -> Text,
        nonce -> Text,
        h -> Text,
        ciphertext -> Binary,
        sent_at -> BigInt,
        answer -> Nullable<Text>,
        answered_at -> Nullable<BigInt>,
        alarmed_at -> Nullable<BigInt>,
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
    complaint (id) {
        id -> Text,
        lot_id -> Text,
        submission -> Text,
        object -> Text,
        filed_at -> BigInt,
    }
}

diesel::table! {
    consent (id) {
        id -> Text,
        lot_id -> Text,
        matter -> Text,
        about_id -> Text,
        reason -> Text,
        given_by -> Text,
        power -> Text,
        given_at -> BigInt,
        until_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    contribution (id) {
        id -> Text,
        lot_id -> Text,
        stage -> Text,
        who -> Text,
        seq -> BigInt,
        keyset -> Text,
        tx -> Text,
        x_digest -> Text,
        signed -> Text,
        ct -> Binary,
        submitted_at -> BigInt,
    }
}

diesel::table! {
    document (id) {
        id -> Text,
        tender_id -> Text,
        notice_id -> Nullable<Text>,
        title -> Text,
        file_name -> Text,
        media -> Text,
        n_bytes -> BigInt,
        sha256 -> Text,
        added_by -> Text,
        added_at -> BigInt,
    }
}

diesel::table! {
    document_fetch (id) {
        id -> Text,
        tender_id -> Text,
        account_id -> Text,
        fetched_at -> BigInt,
    }
}

diesel::table! {
    draw (id) {
        id -> Text,
        lot_id -> Text,
        stage -> Text,
        draw_id -> Text,
        attempt -> BigInt,
        purpose -> Text,
        state -> Text,
        frozen -> Text,
        frozen_at -> BigInt,
        digits -> Nullable<Text>,
        transcript -> Nullable<Text>,
        sha256 -> Nullable<Text>,
        done_at -> Nullable<BigInt>,
        void_reason -> Nullable<Text>,
        voided_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    duty (id) {
        id -> Text,
        kind -> Text,
        about -> Text,
        subject_table -> Text,
        subject_id -> Text,
        lot_id -> Nullable<Text>,
        role -> Text,
        organisation_id -> Nullable<Text>,
        agency_id -> Nullable<Text>,
        account_id -> Nullable<Text>,
        region -> Text,
        arose_at -> BigInt,
        due_at -> Nullable<BigInt>,
        rule -> Nullable<Text>,
        met_at -> Nullable<BigInt>,
        lapsed_at -> Nullable<BigInt>,
        link -> Text,
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
    exclusion (id) {
        id -> Text,
        lot_id -> Text,
        bidder -> Text,
        cause -> Text,
        clause -> Text,
        reason -> Text,
        excluded_by -> Text,
        excluded_at -> BigInt,
    }
}

diesel::table! {
    expert (id) {
        id -> Text,
        expert_no -> Text,
        name -> Binary,
        id_no -> Binary,
        phone -> Binary,
        employer_code -> Text,
        employer -> Text,
        region -> Text,
        title -> Text,
        title_since_at -> BigInt,
        standing -> Text,
        suspended_until_at -> Nullable<BigInt>,
        library_id -> Nullable<Text>,
        account_id -> Nullable<Text>,
        imported_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    expert_library (id) {
        id -> Text,
        name -> Text,
        key -> Text,
        basis -> Text,
        added_at -> BigInt,
    }
}

diesel::table! {
    expert_specialty (id) {
        id -> Text,
        expert_id -> Text,
        specialty -> Text,
    }
}

diesel::table! {
    factor_use (id) {
        id -> Text,
        step -> BigInt,
    }
}

diesel::table! {
    heartbeat (id) {
        id -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    household (id) {
        id -> Text,
        expert_id -> Text,
        relation -> Text,
        person -> Binary,
        org_code -> Text,
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
    interest (id) {
        id -> Text,
        expert_id -> Text,
        org_code -> Text,
        reason -> Text,
        declared_at -> BigInt,
    }
}

diesel::table! {
    invitation (id) {
        id -> Text,
        account_id -> Text,
        until_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    keyset (id) {
        id -> Text,
        tender_id -> Text,
        lot_id -> Text,
        stage -> Text,
        parties -> Text,
        layers -> Text,
        not_before_at -> BigInt,
        grace_span -> BigInt,
        state -> Text,
        called_at -> BigInt,
        digest -> Nullable<Text>,
        pack -> Nullable<Text>,
        frozen_c -> Nullable<Text>,
        frozen_at -> Nullable<BigInt>,
        for_c -> Nullable<Text>,
        asked_at -> Nullable<BigInt>,
        opened_at -> Nullable<BigInt>,
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
    list_confirmation (id) {
        id -> Text,
        lot_id -> Text,
        organisation_id -> Text,
        account_id -> Text,
        digest -> Text,
        confirmed_at -> BigInt,
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
    lot (id) {
        id -> Text,
        tender_id -> Text,
        name -> Text,
        stage -> Text,
        procedure -> Text,
        procedure_version -> BigInt,
        rules_version -> BigInt,
        ceiling_fen -> BigInt,
        method -> Text,
        n_candidates -> BigInt,
        n_bidders_min -> BigInt,
        n_qualified_min -> BigInt,
        n_panel -> BigInt,
        n_owner_seats -> BigInt,
        specialty -> Text,
        needs_docs -> Bool,
        criteria -> Text,
        objection_span -> BigInt,
        issued_at -> Nullable<BigInt>,
        closes_at -> Nullable<BigInt>,
        incident_at -> Nullable<BigInt>,
        standstill_until_at -> Nullable<BigInt>,
        failed_for -> Nullable<Text>,
        next_tick_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    message (id) {
        id -> Text,
        account_id -> Nullable<Text>,
        tender_id -> Nullable<Text>,
        key -> Text,
        facts -> Text,
        link -> Text,
        told_at -> BigInt,
    }
}

diesel::table! {
    message_delivery (id) {
        id -> Text,
        message_id -> Text,
        account_id -> Text,
        told_at -> BigInt,
        next_at -> Nullable<BigInt>,
        n_tries -> BigInt,
        fault -> Nullable<Text>,
    }
}

diesel::table! {
    minutes_signature (id) {
        id -> Text,
        lot_id -> Text,
        account_id -> Text,
        role -> Text,
        digest -> Text,
        signed_at -> BigInt,
    }
}

diesel::table! {
    objection (id) {
        id -> Text,
        lot_id -> Text,
        kind -> Text,
        organisation_id -> Text,
        account_id -> Text,
        text -> Text,
        raised_at -> BigInt,
        due_at -> Nullable<BigInt>,
        reply -> Nullable<Text>,
        replied_by -> Nullable<Text>,
        replied_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    opened_bid (id) {
        id -> Text,
        bid_id -> Text,
        lot_id -> Text,
        organisation_id -> Text,
        bidder -> Text,
        code -> Nullable<Text>,
        total_fen -> Nullable<BigInt>,
        days -> Nullable<BigInt>,
        quality -> Nullable<Text>,
        manager -> Nullable<Text>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    opened_part (id) {
        id -> Text,
        bid_id -> Text,
        lot_id -> Text,
        part -> Text,
        stage -> Text,
        code -> Text,
        plain_sha256 -> Nullable<Text>,
        name -> Text,
        media -> Text,
        blob -> Nullable<Text>,
    }
}

diesel::table! {
    organisation (id) {
        id -> Text,
        code -> Text,
        id_number -> Nullable<Binary>,
        name -> Text,
        kind -> Text,
        region -> Text,
        address -> Text,
        declaration -> Text,
        declared_at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    panel (id) {
        id -> Text,
        lot_id -> Text,
        code -> Text,
        region -> Text,
        library_id -> Nullable<Text>,
        record -> Nullable<Binary>,
        state -> Text,
        draw_id -> Text,
        attempt -> BigInt,
        n_pool -> Nullable<BigInt>,
        n_experts -> BigInt,
        n_owner_seats -> BigInt,
        answer_span -> BigInt,
        begins_at -> BigInt,
        requested_by -> Text,
        requested_at -> BigInt,
        asked_at -> Nullable<BigInt>,
        checked_at -> Nullable<BigInt>,
        seated_at -> Nullable<BigInt>,
        report -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    panel_seat (id) {
        id -> Text,
        panel_id -> Text,
        lot_id -> Text,
        kind -> Text,
        attempt -> BigInt,
        position -> BigInt,
        expert_id -> Nullable<Text>,
        account_id -> Nullable<Text>,
        unit -> Text,
        state -> Text,
        reason -> Text,
        proof -> Nullable<Text>,
        called_at -> BigInt,
        answer_by_at -> BigInt,
        answered_at -> Nullable<BigInt>,
        left_at -> Nullable<BigInt>,
        busy_from_at -> BigInt,
        busy_until_at -> BigInt,
        pledge -> Nullable<Text>,
        pledged_at -> Nullable<BigInt>,
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
    platform (id) {
        id -> Text,
        sandbox -> Bool,
        origin -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    question (id) {
        id -> Text,
        tender_id -> Text,
        account_id -> Text,
        text -> Text,
        asked_at -> BigInt,
        answer -> Nullable<Text>,
        answered_by -> Nullable<Text>,
        answered_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    region (id) {
        id -> Text,
        name -> Text,
    }
}

diesel::table! {
    release (id) {
        id -> Text,
        keyset_id -> Text,
        duty -> Text,
        signer -> Text,
        for_c -> Text,
        signed -> Text,
        released_at -> BigInt,
        identity -> Nullable<Text>,
    }
}

diesel::table! {
    report_signature (id) {
        id -> Text,
        panel_id -> Text,
        seat_id -> Text,
        digest -> Text,
        opinion -> Text,
        reason -> Text,
        signed_at -> BigInt,
    }
}

diesel::table! {
    review (id) {
        id -> Text,
        panel_id -> Text,
        lot_id -> Text,
        bidder -> Text,
        alias -> Text,
        rank -> BigInt,
        outcome -> Text,
        by_program -> Bool,
        clause -> Text,
        reason -> Text,
        n_pass -> BigInt,
        n_reject -> BigInt,
        decided_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    review_sheet (id) {
        id -> Text,
        panel_id -> Text,
        seat_id -> Text,
        marks -> Text,
        saved_at -> BigInt,
    }
}

diesel::table! {
    role_grant (id) {
        id -> Text,
        account_id -> Text,
        role -> Text,
        kind -> Text,
        power -> Nullable<Text>,
        position -> Nullable<Text>,
        organisation_id -> Nullable<Text>,
        region -> Text,
        granted_by -> Text,
        granted_at -> BigInt,
        from_at -> BigInt,
        until_at -> Nullable<BigInt>,
        stands_in_for -> Nullable<Text>,
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
    rule_version (id) {
        id -> Text,
        version -> BigInt,
        rows -> Text,
        sha256 -> Text,
        imported_at -> BigInt,
    }
}

diesel::table! {
    session (id) {
        id -> Text,
        account_id -> Text,
        kind -> Text,
        label -> Text,
        has_factor -> Bool,
        created_at -> BigInt,
        until_at -> BigInt,
    }
}

diesel::table! {
    session_attendance (id) {
        id -> Text,
        lot_id -> Text,
        organisation_id -> Text,
        account_id -> Text,
        role -> Text,
        name -> Text,
        attended_at -> BigInt,
    }
}

diesel::table! {
    sign_in (id) {
        id -> Text,
        lot_id -> Text,
        organisation_id -> Text,
        account_id -> Text,
        signed_in_at -> BigInt,
    }
}

diesel::table! {
    signing_key (id) {
        id -> Text,
        organisation_id -> Text,
        public_key -> Text,
        kid -> Text,
        agreement_digest -> Text,
        agreement -> Text,
        registered_by -> Text,
        registered_at -> BigInt,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    specialty (id) {
        id -> Text,
        name -> Text,
        parent_id -> Nullable<Text>,
    }
}

diesel::table! {
    stage_ack (id) {
        id -> Text,
        keyset_id -> Text,
        duty -> Text,
        custodian -> Text,
        seat -> BigInt,
        signed -> Text,
        acknowledged_at -> BigInt,
    }
}

diesel::table! {
    stage_key (id) {
        id -> Text,
        keyset_id -> Text,
        duty -> Text,
        digest -> Text,
        recipient -> Text,
        signed -> Text,
        announced_at -> BigInt,
    }
}

diesel::table! {
    tender (id) {
        id -> Text,
        number -> Text,
        name -> Text,
        trade -> Text,
        owner_id -> Text,
        agency_id -> Nullable<Text>,
        region -> Text,
        funding -> Text,
        contract -> Text,
        budget_share -> BigInt,
        budget_fen -> Nullable<BigInt>,
        public_interest -> Nullable<Text>,
        is_procurement -> Bool,
        project_sum_fen -> BigInt,
        basis_id -> Nullable<Text>,
        summary -> Text,
        parties -> Nullable<Text>,
        drafted_by -> Text,
        drafted_at -> BigInt,
        published_at -> Nullable<BigInt>,
        version -> BigInt,
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

diesel::table! {
    upload (id) {
        id -> Text,
        lot_id -> Text,
        account_id -> Text,
        part -> Text,
        len -> BigInt,
        sha256 -> Text,
        chunks -> Text,
        is_complete -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    upload_piece (upload_id, i) {
        upload_id -> Text,
        i -> BigInt,
        leaf -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    account,
    announcement,
    award,
    award_session,
    basis,
    bid,
    bid_part,
    canary,
    chain,
    complaint,
    consent,
    contribution,
    document,
    document_fetch,
    draw,
    duty,
    event,
    exclusion,
    expert,
    expert_library,
    expert_specialty,
    factor_use,
    heartbeat,
    household,
    idempotency,
    interest,
    invitation,
    keyset,
    lease,
    list_confirmation,
    log_entry,
    log_tile,
    lot,
    message,
    message_delivery,
    minutes_signature,
    objection,
    opened_bid,
    opened_part,
    organisation,
    panel,
    panel_seat,
    payload,
    platform,
    question,
    region,
    release,
    report_signature,
    review,
    review_sheet,
    role_grant,
    row_list,
    row_seal,
    rule_version,
    session,
    session_attendance,
    sign_in,
    signing_key,
    specialty,
    stage_ack,
    stage_key,
    tender,
    tick,
    upload,
    upload_piece,
);

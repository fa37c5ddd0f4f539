# Words of the duty table: acts, roles, positions, powers, kinds of organisation.

act-organisation-changed = Change what an organisation declared
act-authority-recorded = Record a centre or an authority
act-account-invited = Make a one-time link
act-agent-authorised = Authorise an unattended client
act-agent-revoked = Revoke an unattended client
act-library-recorded = Record an outside library
act-pool-listed = List the blinded pool
act-record-imported = Import a library’s record
act-representative-named = Name the owner’s people
act-ties-checked = Compare members and bidders
act-member-replaced = Replace a member
act-report-presumed = Record presumed agreement
act-review-begun = Begin the review

position-administrator = Administrator
position-preparer = Preparer
position-checker = Checker
position-signatory = Authorised signatory

power-decide = deciding
power-operate = operating
power-supervise = supervising

account-kind-party = market people and experts
account-kind-staff = staff
account-kind-system = system administrator
account-kind-security = security administrator
account-kind-audit = audit administrator

organisation-kind-market = Company or other organisation
organisation-kind-person = Natural person
organisation-kind-centre = Trading centre
organisation-kind-bureau = Supervising bureau
organisation-kind-committee = Committee office
organisation-kind-inspection = Inspection authority
organisation-kind-audit = Audit authority

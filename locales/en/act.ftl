# Words of the duty table: acts, roles, positions, powers, kinds of organisation.

act-organisation-changed = Change what an organisation declared
act-authority-recorded = Record a centre or an authority
act-account-invited = Make a one-time link
act-agent-authorised = Authorise an unattended client
act-agent-revoked = Revoke an unattended client
act-library-recorded = Record an outside library
<<<<<<< HEAD
=======
act-basis-recorded = Record a local basis
act-expert-suspended = Suspend or remove an expert
act-interest-declared = Declare an interest
act-tender-drafted = Draft a project
act-tender-changed = Change a drafted project
act-lot-drafted = Draft a lot
act-lot-changed = Change a drafted lot
act-document-added = Add a document
act-document-removed = Remove a document
act-ceremony-called = Call the key ceremony
act-key-announced = Announce a key
act-share-acknowledged = Acknowledge a share
act-canary-sent = Send a canary
act-canary-answered = Answer a canary
act-keyset-frozen = Freeze a key set
act-contribution-submitted = Submit a sealed contribution
act-tender-published = Publish the notice
act-deadline-set = Set a deadline
act-documents-fetched = Fetch the documents
act-question-asked = Ask a question
act-question-answered = Answer a question
act-addendum-drafted = Draft an addendum
act-addendum-published = Publish an addendum
act-tender-withdrawn = Withdraw the tender
act-incident-opened = Put a lot on incident
act-incident-resolved = Set the new time after an incident
act-bid-submitted = Submit a sealed bid
act-bid-withdrawn = Withdraw a sealed bid
act-bidder-signed-in = Sign in for the opening
act-bids-closed = Close the list of bids
act-bids-corrected = Correct the list of bids
act-payload-erased = Erase superseded envelopes
act-custody-checked = Check the custody of envelopes
act-key-released = Release a key
act-share-released = Release a share
act-stage-opened = Open a stage
act-opening-published = Publish the opening record
act-objection-raised = Raise an objection
act-objection-answered = Answer an objection
act-panel-requested = Ask for the expert draw
>>>>>>> snap-tender
act-pool-listed = List the blinded pool
act-record-imported = Import a library’s record
act-representative-named = Name the owner’s people
act-ties-checked = Compare members and bidders
act-member-replaced = Replace a member
act-report-presumed = Record presumed agreement
act-review-begun = Begin the review
<<<<<<< HEAD
=======
act-evaluation-ended = End the evaluation
act-session-opened = Open a step of the award session
act-list-confirmed = Confirm the list
act-draw-voided = Void a draw
act-supervisor-decided = Decide as supervisor
act-minutes-signed = Sign the minutes
act-candidates-published = Publish the candidates
act-candidate-excluded = Exclude a candidate
act-award-decided = Decide the award
act-lot-failed = Declare a lot failed
act-lot-terminated = Terminate a lot
act-archive-made = Make the archive
act-sealed-read = Read sealed or personal data
act-attempt-refused = A refused attempt is recorded
act-clock-moved = Move the sandbox clock
act-rules-imported = Import the rule rows
act-platform-started = The platform starts

role-owner = Owner
role-agency = Agency
role-bidder = Bidder
role-expert = Expert
role-centre-operator = Centre staff
role-centre-head = Head of the centre
role-committee = Committee office
role-supervisor = Supervisor
role-inspector = Inspector
role-auditor = Auditor
role-civic-observer = Civic observer
role-system-admin = System administrator
role-security-admin = Security administrator
role-audit-admin = Audit administrator
role-holder = Key holder's client
role-clock = Time itself
role-public = Anybody
>>>>>>> snap-tender

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

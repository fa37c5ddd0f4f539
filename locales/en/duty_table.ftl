# The duty table: every act, every role.

act-platform-set-up = First set-up of the platform
act-organisation-registered = Organisation registers by declaration
act-account-opened = Account opened
act-account-closed = Account closed
act-role-granted = Role granted
act-role-revoked = Role revoked
act-duty-handed-over = Duty handed over
act-password-changed = Password changed
act-factor-enrolled = Second factor set up
act-signing-key-registered = Signing key registered
act-signing-key-retired = Signing key retired
act-codes-imported = Codes imported
act-experts-imported = Experts imported
act-draw-frozen = List frozen for a draw
act-beacon-entered = Hall balls entered
act-draw-done = Draw done
act-expert-called = Expert called
act-expert-answered = Expert answered
act-expert-silent = Expert silent
act-expert-recused = Expert recused
act-expert-pledged = Expert pledged
act-panel-seated = Panel seated
act-bid-reviewed = Bid reviewed
act-report-signed = Report signed

# roles

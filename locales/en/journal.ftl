# The journal and the health of the platform.

journal-health = Health of the platform
journal-status = Status
journal-status-ok = In order
journal-status-stopped = Writing is stopped: what is stored is not what was signed
journal-now = Platform time
journal-offset = Difference from the machine's clock
journal-origin = Journal
journal-size = Size of the tree
journal-ticked = Last grown
journal-witness = Witness
journal-counted = Witnessed up to { $size }
journal-unwitnessed = Not witnessed
journal-waiting = Acts waiting
journal-trouble = Trouble with the witness
journal-checkpoint = Checkpoint
journal-policy = Trust file log.policy

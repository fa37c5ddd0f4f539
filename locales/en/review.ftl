# The review: desk, report, signatures, refusals.

refusal-review-not-begun = The review has not begun.
refusal-review-not-begun-do = It begins when all members have signed the pledge.
refusal-review-not-pledged = You have not signed the pledge.
refusal-review-not-pledged-do = Sign the pledge and declare any interest first.
refusal-review-unknown-bid = “{ $bid }” is not to be reviewed now.
refusal-review-unknown-bid-do = Open the page again and review the bids listed.
refusal-review-twice = “{ $bid }” occurs twice in one request.
refusal-review-twice-do = Send one mark for each bid.
refusal-review-clause = “{ $clause }” is not a clause of the published criteria ({ $bid }).
refusal-review-clause-do = Choose one of the published clauses; no other criterion may be used.
refusal-review-no-reason = The rejection of “{ $bid }” needs its reason.
refusal-review-no-reason-do = Give the reason, 1,000 characters at most.
refusal-review-closed = Somebody has signed the report; marks no longer change.
refusal-review-closed-do = If you disagree, say so in writing when you sign.
refusal-review-incomplete = { $n } bids still lack the marks of all members.
refusal-review-incomplete-do = The report is made when every member has finished.
refusal-review-other-paper = What was signed is not the report as it stands.
refusal-review-other-paper-do = It may have changed; open the page again, check it and sign.
refusal-review-signed = You have signed the report already.
refusal-review-signed-do = There is nothing more to do.
refusal-review-no-dissent = A dissent must be explained in writing.
refusal-review-no-dissent-do = Give the reason, 1,000 characters at most.
refusal-review-others = { $n } other members have not signed.
refusal-review-others-do = This can be recorded when all others have signed.

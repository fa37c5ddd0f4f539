# Objections and replies

objection-title = Objections and replies
objection-none = There is no objection to show.
objection-kind = Objection to
objection-kind-documents = The documents
objection-kind-opening = The opening
objection-kind-result = The result of the draw
objection-kind-list = The list for the draw
objection-by = Raised by
objection-own = Raised by your organisation
objection-text = Objection
objection-raised-at = Raised
objection-due-at = Reply due
objection-late = The reply is overdue
objection-reply = Reply
objection-replied-at = Answered
objection-waiting = Waiting for the reply; what depends on it is on hold until then.
objection-raise = Raise an objection
objection-raise-hint = Give facts, basis and what you ask for. Nobody is told who objects to the documents; objection and reply are public once answered. Do not write your organisation's name into the text.
objection-page = Objections of this lot, with who may object and until when
objection-send = Submit the objection
objection-answer = Answer the objection
objection-answer-hint = A reply cannot be changed once submitted; whoever objected is told.
objection-answer-send = Submit the reply
objection-complaint = If the reply does not satisfy you, you may complain to the supervising department within the time set.

message-objection-replied = Your objection was answered
message-objection-replied-text = There is a reply to your objection on “{ $name }”.
message-objection-public = An objection to the documents was answered
message-objection-public-text = There is a reply to an objection to the documents of “{ $name }”; please read it.

refusal-objection-not-a-party = Your organisation has no bid that counts on this lot, so it cannot object to the opening, the list or the result.
refusal-objection-not-a-party-do = If you believe the procedure breaks the law, turn to the supervising department.
refusal-objection-over = The standstill ended on { $until }; objections to the result are no longer taken.
refusal-objection-over-do = While the time for complaints runs, you may complain to the supervising department.
refusal-objection-replied = This objection was answered already.
refusal-objection-replied-do = A reply cannot be changed; publish what has to be added as a notice.
refusal-objection-stands = Your organisation has an objection of this kind that waits for its reply.
refusal-objection-stands-do = Wait for the reply; what it leaves open may be raised then.
refusal-objection-twice = Your organisation has objected to this step { $n } times; no more are taken.
refusal-objection-twice-do = Whatever remains may be raised against the result while it is published, or with the supervising department.
refusal-objection-waits = { $n } objection(s) to “{ $kind }” wait for their reply, so this step is on hold.
refusal-objection-waits-do = Answer all of them, then go on.

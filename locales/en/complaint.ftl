# Complaints about a list of bids

message-complaint-filed = A bid was left out of the list of bids
message-complaint-filed-text = It is proven with the platform’s own acknowledgement that a bid for “{ $name }” was received in time and is missing from the list. The holders keep their keys; please find out why and decide.

refusal-complaint-filed = A complaint about this bid is kept already.
refusal-complaint-filed-do = Nothing more is needed: the holders are shown it and keep their keys.
refusal-complaint-no-list = The list of bids of this lot is not closed yet.
refusal-complaint-no-list-do = File it after the deadline, before the time for objections ends.
refusal-complaint-unfounded = Nothing shows that a bid for this lot was received in time and is missing from the list of bids.
refusal-complaint-unfounded-do = Send the signed bid with its acknowledgement, or with its receipt and the rows of its chain. If you believe this refusal is wrong, hand the same file to the supervision bureau, whose client judges it by itself.

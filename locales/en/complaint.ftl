# Complaints about a list of bids, or of a draw

message-complaint-filed = A submission was left out of its list
message-complaint-filed-text = It is proven with the platform’s own acknowledgement that a bid for “{ $name }”, or a contribution to its repeated draw, was received in time and is missing from the list. The holders keep their keys; please find out why and decide.

refusal-complaint-filed = A complaint about this submission is kept already.
refusal-complaint-filed-do = Nothing more is needed: the holders are shown it and keep their keys.
refusal-complaint-no-list = The list that would have to name this submission, of the bids or of the repeated draw, is not closed yet.
refusal-complaint-no-list-do = About the list of bids, file it after the deadline, before the time for objections ends. About a repeated draw, whose keys are given soon after its list is frozen, hand the file to the supervision bureau beforehand: its client compares it with the frozen list.
refusal-complaint-unfounded = Nothing shows that a submission for this lot was received in time and is missing from its list.
refusal-complaint-unfounded-do = Send the signed submission with its acknowledgement, or with its receipt and the rows of its chain. If you believe this refusal is wrong, hand the same file to the supervision bureau, whose client judges it by itself.

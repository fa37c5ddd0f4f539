# Messages: message-<key> is the subject, message-<key>-text the sentence.

message-inbox = My messages
message-none = No messages yet.
message-outbox = Messages of the sandbox
message-outbox-what = A sandbox sends no mail. What it would have sent is shown here to everybody, newest first.
message-to = To { $login }

# Messages: message-<key> is the subject, message-<key>-text the sentence.

message-inbox = My messages
message-none = No messages yet.

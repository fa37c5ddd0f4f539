# 消息：message-<键> 为标题，message-<键>-text 为正文。

message-inbox = 我的消息
message-none = 暂无消息。
message-outbox = 沙盒消息
message-outbox-what = 沙盒不发送邮件；本应发送的内容都显示在这里，任何人可见，最新的在前。
message-to = 收件人：{ $login }

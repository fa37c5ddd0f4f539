# 消息：message-<键> 为标题，message-<键>-text 为正文。

message-inbox = 我的消息
message-none = 暂无消息。

# 对截止名单的异议

message-complaint-filed = 截止名单遗漏竞选申请
message-complaint-filed-text = 经平台自己的接收确认证明，“{ $name }”有一份竞选申请在截止前收到，但未列入截止名单。各密钥持有方不释放密钥，请查明原因并作出决定。

refusal-complaint-filed = 该竞选申请的漏列异议已经收下。
refusal-complaint-filed-do = 无需再次提交：各密钥持有方已可看到，并保留密钥。
refusal-complaint-no-list = 该标段的截止名单尚未形成。
refusal-complaint-no-list-do = 请在截止之后、异议时间结束之前提交。
refusal-complaint-unfounded = 所提交的材料不能证明该标段有竞选申请在截止前收到而未列入截止名单。
refusal-complaint-unfounded-do = 请提交签名的竞选申请及其接收确认，或者回执及其所在链的各行。认为拒收有误的，可将同一文件直接交给行政监督部门，由其客户端自行核验。

# 对截止名单、抽取名单的异议

message-complaint-filed = 名单遗漏已收到的提交
message-complaint-filed-text = 经平台自己的接收确认证明，“{ $name }”有一份竞选申请或者重新抽取的随机数按时收到，但未列入名单。各密钥持有方不释放密钥，请查明原因并作出决定。

refusal-complaint-filed = 该项提交的漏列异议已经收下。
refusal-complaint-filed-do = 无需再次提交：各密钥持有方已可看到，并保留密钥。
refusal-complaint-no-list = 应当列明该项提交的名单（截止名单或者重新抽取的名单）尚未形成。
refusal-complaint-no-list-do = 对截止名单的异议，请在截止之后、异议时间结束之前提交。重新抽取的名单一经固定，密钥随即释放：请事先将该文件交给行政监督部门，由其客户端与固定的名单核对。
refusal-complaint-unfounded = 所提交的材料不能证明该标段有一项提交按时收到而未列入名单。
refusal-complaint-unfounded-do = 请提交签名的提交内容及其接收确认，或者回执及其所在链的各行。认为拒收有误的，可将同一文件直接交给行政监督部门，由其客户端自行核验。

# 异议与答复

objection-title = 异议与答复
objection-none = 目前没有可公开的异议。
objection-kind = 异议对象
objection-kind-documents = 竞选文件
objection-kind-opening = 开启
objection-kind-result = 抽取结果
objection-kind-list = 抽取名单
objection-by = 提出人
objection-own = 本单位提出
objection-text = 异议内容
objection-raised-at = 提出时间
objection-due-at = 答复期限
objection-late = 已逾期未答复
objection-reply = 答复内容
objection-replied-at = 答复时间
objection-waiting = 等待答复；答复前，相关环节暂停。
objection-raise = 提出异议
objection-raise-hint = 写明事实、依据和请求。对竞选文件的异议不向任何人透露提出人，答复后公开异议内容与答复。请勿在内容中写出本单位名称。
objection-page = 本标段的异议，谁可以提出、截至何时
objection-send = 提交异议
objection-answer = 答复异议
objection-answer-hint = 答复提交后不得更改，并通知提出人。
objection-answer-send = 提交答复
objection-complaint = 对答复不满意的，可在规定期限内向行政监督部门投诉。

message-objection-replied = 您的异议已答复
message-objection-replied-text = “{ $name }”的异议已有答复。
message-objection-public = 对竞选文件的异议已答复
message-objection-public-text = “{ $name }”竞选文件的一项异议已有答复，请查阅。

refusal-objection-not-a-party = 本单位在该标段没有有效的竞选申请，不能对开启、名单或结果提出异议。
refusal-objection-not-a-party-do = 如认为程序违法，可向行政监督部门反映。
refusal-objection-over = 公示期已于 { $until } 结束，不再受理对结果的异议。
refusal-objection-over-do = 如知道或应当知道违法行为未超过投诉期限，可向行政监督部门投诉。
refusal-objection-replied = 该异议已经答复。
refusal-objection-replied-do = 答复不得更改；需要补充的，请以公告方式发布。
refusal-objection-stands = 贵单位已有一件同类异议等待答复。
refusal-objection-stands-do = 请等待答复；答复后仍有疑义的，可再次提出。
refusal-objection-twice = 贵单位对这一环节已提出 { $n } 次异议，不能再提。
refusal-objection-twice-do = 仍有意见的，可在结果公示期内对结果提出异议，或者向行政监督部门投诉。
refusal-objection-waits = 还有 { $n } 项对“{ $kind }”的异议未答复，本环节暂停。
refusal-objection-waits-do = 先答复全部异议，再继续。

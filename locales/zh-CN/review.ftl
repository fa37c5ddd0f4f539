# 资格审查：审查台、报告、签署、拒绝的理由。

refusal-review-not-begun = 评审还没有开始。
refusal-review-not-begun-do = 全体成员签署承诺书后即可开始。
refusal-review-not-pledged = 您还没有签署承诺书。
refusal-review-not-pledged-do = 请先签署承诺书并声明有无回避情形。
refusal-review-unknown-bid = 现在不需要评审“{ $bid }”。
refusal-review-unknown-bid-do = 请重新打开页面，按列出的文件评审。
refusal-review-twice = “{ $bid }”在一次提交中出现了两次。
refusal-review-twice-do = 每份文件只提交一次结论。
refusal-review-clause = “{ $clause }”不是公布的审查标准的条款（{ $bid }）。
refusal-review-clause-do = 请从公布的条款中选择；不得使用文件没有规定的标准。
refusal-review-no-reason = 否决“{ $bid }”需要写明理由。
refusal-review-no-reason-do = 请填写理由，不超过 1000 字。
refusal-review-closed = 评审报告已有人签署，结论不能再改。
refusal-review-closed-do = 有不同意见的，请在签署时书面说明。
refusal-review-incomplete = 还有 { $n } 份文件没有全体成员的结论。
refusal-review-incomplete-do = 全体成员评审完毕后才能形成报告。
refusal-review-other-paper = 签署的不是当前的评审报告。
refusal-review-other-paper-do = 报告可能已更新；请重新打开页面，核对后签署。
refusal-review-signed = 您已经签署过评审报告。
refusal-review-signed-do = 无需重复签署。
refusal-review-no-dissent = 不同意见需要书面说明理由。
refusal-review-no-dissent-do = 请填写理由，不超过 1000 字。
refusal-review-others = 还有 { $n } 位成员没有签署。
refusal-review-others-do = 其他成员全部签署后才能作此记录。

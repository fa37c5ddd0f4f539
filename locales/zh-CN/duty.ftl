# 时限义务：工作台上的待办，按种类

owed-give-right = 给“{ $about }”授予权限
owed-answer-question = 答复提问：{ $about }
owed-answer-objection = 答复异议：{ $about }
owed-set-deadline = 确定新的截止时间：{ $about }
owed-answer-call = 答复评审邀请 { $about }
owed-sign-pledge = 签署回避承诺：{ $about }
owed-review-bids = 评审：{ $about }
owed-sign-report = 签署评审报告：{ $about }
owed-open-bids = 按时组织开启：{ $about }
owed-publish-opening = 签署并发布开启记录：{ $about }
owed-draw-coefficient = 抽取 K 值：{ $about }
owed-draw-order = 抽取成交候选人：{ $about }
owed-publish-result = 公示抽取结果：{ $about }
owed-decide-award = 公示结束后确定成交人：{ $about }
owed-sign-contract = 签订合同：{ $about }
owed-contribute = 为重新抽取递交随机数：{ $about }
owed-redraw-experts = 组织重新抽取专家：{ $about }
owed-attend = 抽取会签到：{ $about }
owed-confirm-list = 核对并确认入围名单：{ $about }
owed-finish-draft = 完善并发布：{ $about }
owed-sign-minutes = 签署会议记录：{ $about }

desk-rule = 规则 { $rule }

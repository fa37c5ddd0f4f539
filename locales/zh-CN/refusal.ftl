# 拒绝的理由：refusal-<代码> 说明什么不对，refusal-<代码>-do 说明怎么办。

refusal-field-bad = “{ $field }”的格式不对，应为：{ $expected }。
refusal-field-bad-do = 请改正后重新提交。
refusal-field-missing = 缺少“{ $field }”。
refusal-field-missing-do = 请补填后重新提交。
refusal-act-not-yours = 职责分工表没有把“{ $act }”交给角色“{ $role }”。
refusal-act-not-yours-do = 请由职责分工表列明的角色办理；权限有误的，请本单位管理员调整。
refusal-act-not-now = 时间未到：{ $at } 之后才可以办理。
refusal-act-not-now-do = 请在 { $at } 之后再办理；本次尝试已留痕。
refusal-act-wrong-stage = 标段现处于“{ $stage }”阶段，此事须在“{ $needed }”阶段办理。
refusal-act-wrong-stage-do = 请按程序进行；本次尝试已留痕。
refusal-act-password = 再次输入的密码不对。
refusal-act-password-do = 请重新输入本人的登录密码。
refusal-act-second-factor = 动态验证码缺失或不对。
refusal-act-second-factor-do = 请输入验证器上当前的六位数字。

refusal-money-form = “{ $given }”不是以元为单位的金额。
refusal-money-form-do = 只写数字，小数点后最多两位，例如 1234567.89，不加逗号和单位。
refusal-money-negative = 金额不能是负数。
refusal-money-negative-do = 请填写零或正数。
refusal-money-fraction = “{ $given }”比一分还小，不能取用。
refusal-money-fraction-do = 小数点后最多写两位（精确到分）。
refusal-money-limit = 金额超过平台可处理的上限 { $limit } 元。
refusal-money-limit-do = 请核对单位是元还是分，是否多写了零。

refusal-code-credit = “{ $given }”不是正确的统一社会信用代码。
refusal-code-credit-do = 请照营业执照填写 18 位代码；字母 I、O、S、V、Z 不会出现，校验位须相符。
refusal-code-region = “{ $given }”不是行政区划代码。
refusal-code-region-do = 请填写六位数字：省 xx0000、市 xxxx00、县六位。
refusal-code-resident = 公民身份号码不正确。
refusal-code-resident-do = 请照身份证填写 18 位号码；出生日期须存在，校验位须相符。
refusal-code-deal = “{ $given }”不是正确的统一交易标识码。
refusal-code-deal-do = 格式为：行业分类-平台代码-日期-六位顺序号-校验位，请核对。

refusal-calendar-year-unpublished = { $year } 年的放假安排尚未公布，不能计算落入该年的期限（已公布至 { $last } 年）。
refusal-calendar-year-unpublished-do = 请改用更早的日期；放假通知公布后，由平台更新日历即可继续。

refusal-rule-missing = 规则库中没有在 { $on } 有效的规则 { $rule }。
refusal-rule-missing-do = 请联系公管办补录该规则的有效版本。

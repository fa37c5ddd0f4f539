# 拒绝的理由：refusal-<代码> 说明什么不对，refusal-<代码>-do 说明怎么办。

refusal-field-bad = “{ $field }”的格式不对，应为：{ $expected }。
refusal-field-bad-do = 请改正后重新提交。
refusal-field-unknown = 这里没有“{ $field }”字段。
refusal-field-unknown-do = 可用的字段：{ $expected }。
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

refusal-dates-too-early = { $moment ->
    [documents_end] 文件提供的截止时间
    [closes_at] 递交截止时间
    [standstill_ends] 公示结束时间
   *[other] { $moment }
 }太早：最早为 { $earliest }（规则 { $rule }，{ $basis }）。
refusal-dates-too-early-do = 请改为 { $earliest } 或更晚；这是最短期限，不能缩短。
refusal-dates-too-late = { $moment ->
    [documents_objected] 对文件的提问或者异议
    [addendum_issued] 不顺延截止时间的澄清与修改
    [result_objected] 对结果的异议
    [complaint_filed] 投诉
    [evaluation_begins] 以此次抽取的专家开始评审
   *[other] { $moment }
 }已过期限：最迟为 { $latest }（规则 { $rule }，{ $basis }）。
refusal-dates-too-late-do = 逾期不再受理；认为期限计算有误的，可以凭本提示向行政监督部门反映。
refusal-dates-whole-minute = 递交截止时间须为整分钟。
refusal-dates-whole-minute-do = 请去掉秒和毫秒。
refusal-dates-in-the-past = 发布时间早于现在（{ $now }）。
refusal-dates-in-the-past-do = 请填写现在或以后的时间。

refusal-guard-must-tender = 资金或性质属于必须招标的范围（规则 { $scope }），金额 { $amount } 元达到 { $threshold } 元：必须招标，不得以随机抽取确定成交人（规则 { $rule }，{ $basis }）。
refusal-guard-must-tender-do = 合法的方式：公开招标；符合法定情形并经批准的邀请招标。招标中可以在有效的评标办法内随机抽取评标参数（K 值、基准价方法、下浮系数）。任何本地依据都不能改变这一点。
refusal-guard-procurement = 使用财政性资金并属于政府采购的工程，不适用随机抽取（规则 { $rule }，{ $basis }）。
refusal-guard-procurement-do = 合法的方式：竞争性谈判、竞争性磋商；符合法定情形的，单一来源采购。
refusal-guard-minimum-price = 不得规定最低限价（填写了 { $minimum } 元；规则 { $rule }，{ $basis }）。
refusal-guard-minimum-price-do = 请删去最低限价。合理区间的下限由公布的最高限价和 K 值范围计算得出。
refusal-guard-basis-missing = 没有登记本地依据，限额以下工程不能采用随机抽取（规则 { $rule }，{ $basis }）。
refusal-guard-basis-missing-do = 请选择在有效期内的本地依据；没有的，采用竞争性谈判、询价比选等其他合法方式，或者自愿招标。
refusal-guard-basis-not-in-force = 依据“{ $document }”现在不在有效期内（自 { $from } 至 { $until }；规则 { $rule }，{ $basis }）。
refusal-guard-basis-not-in-force-do = 请选择现行有效的依据，或者采用其他合法方式。
refusal-guard-basis-trade = 依据“{ $document }”适用于另一类交易（{ $trade ->
    [construction] 工程建设
    [procurement] 政府采购
    [land] 土地使用权
    [property] 产权
   *[other] { $trade }
 }；规则 { $rule }，{ $basis }）。
refusal-guard-basis-trade-do = 请选择适用于本类交易的依据，或者采用其他合法方式。
refusal-guard-basis-region = 工程所在地 { $region } 不在依据“{ $document }”的适用区域 { $scope } 内（规则 { $rule }，{ $basis }）。
refusal-guard-basis-region-do = 请选择工程所在地的依据，或者采用其他合法方式。
refusal-guard-basis-rejected = 依据“{ $document }”未通过公平竞争审查（规则 { $rule }，{ $basis }）。
refusal-guard-basis-rejected-do = 不能使用此依据；请采用其他合法方式。
refusal-guard-basis-cap = 最高限价 { $ceiling } 元达到或超过依据“{ $document }”的限额 { $cap } 元（规则 { $rule }，{ $basis }）。
refusal-guard-basis-cap-do = 最高限价须低于限额；达到限额的，采用招标或者其他合法方式，不得拆分。
refusal-guard-draw-before-review = 本地区不得以抽签、摇号决定谁接受资格审查（规则 { $rule }，{ $basis }）。
refusal-guard-draw-before-review-do = 请改为先审后抽。
refusal-guard-basis-recent = 注意：依据“{ $document }”制定于 { $since } 之后，以抽签确定成交人很可能不合法（规则 { $rule }，{ $basis }）。
refusal-guard-basis-recent-do = 请在公告之前请法制机构出具意见。
refusal-guard-basis-unreviewed = 注意：没有登记依据“{ $document }”的公平竞争审查结论（规则 { $rule }，{ $basis }）。
refusal-guard-basis-unreviewed-do = 请向制定机关取得审查结论并补充登记。

refusal-band-ceiling = 最高限价 { $ceiling } 元不可用。
refusal-band-ceiling-do = 请填写大于零、不超过平台上限的金额。
refusal-band-sums = 暂列金额与专业工程暂估价合计 { $sums } 元，须不为负且小于最高限价 { $ceiling } 元。
refusal-band-sums-do = 请核对最高限价、暂列金额和专业工程暂估价。
refusal-band-range = K 值范围 { $min }% 至 { $max }% 不可用。
refusal-band-range-do = 下限不小于 0，上限大于下限且不超过 100。
refusal-band-step = 步长 { $step } 在 { $min }% 至 { $max }% 之间得不到两个以上的 K 值。
refusal-band-step-do = 请把步长改小，最小为 0.01。
refusal-band-coefficient = “{ $given }”不是公布的 K 值之一。
refusal-band-coefficient-do = 请核对抽取文件与公布的 K 值清单。

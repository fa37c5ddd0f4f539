# 职责分工表的用词：事项、角色、岗位、权力、单位性质。

act-organisation-changed = 变更单位信息
act-authority-recorded = 登记中心或机关
act-account-invited = 发给一次性链接
act-agent-authorised = 授权值守程序登录
act-agent-revoked = 取消值守程序登录
act-library-recorded = 登记外部专家库
<<<<<<< HEAD
=======
act-basis-recorded = 登记依据文件
act-expert-suspended = 暂停或移除专家
act-interest-declared = 申报利害关系
act-tender-drafted = 起草项目
act-tender-changed = 修改项目草稿
act-lot-drafted = 起草标段
act-lot-changed = 修改标段草稿
act-document-added = 添加文件
act-document-removed = 移除文件
act-ceremony-called = 发起密钥仪式
act-key-announced = 公布密钥
act-share-acknowledged = 确认密钥份额
act-canary-sent = 发出试解密件
act-canary-answered = 回复试解密件
act-keyset-frozen = 冻结密钥组
act-contribution-submitted = 提交抽取密封值
act-tender-published = 发布公告
act-deadline-set = 设定截止时间
act-documents-fetched = 获取文件
act-question-asked = 提出疑问
act-question-answered = 答复疑问
act-addendum-drafted = 起草补遗
act-addendum-published = 发布澄清修改
act-tender-withdrawn = 撤回项目
act-incident-opened = 宣布故障中止
act-incident-resolved = 故障后另定时间
act-bid-submitted = 递交投标文件
act-bid-withdrawn = 撤回投标文件
act-bidder-signed-in = 在线签到
act-bids-closed = 截止收标
act-bids-corrected = 更正递交名单
act-payload-erased = 删除失效密文
act-custody-checked = 复核密文保管
act-key-released = 释放密钥
act-share-released = 释放密钥份额
act-stage-opened = 解密本阶段
act-opening-published = 公布开标记录
act-objection-raised = 提出异议
act-objection-answered = 答复异议
act-panel-requested = 申请抽取专家
>>>>>>> snap-tender
act-pool-listed = 提交盲化的专家名单
act-record-imported = 导入专家库抽取记录
act-representative-named = 指派发包人代表
act-ties-checked = 核对与竞选人的关系
act-member-replaced = 更换成员
act-report-presumed = 记录视为同意
act-review-begun = 开始评审
<<<<<<< HEAD
=======
act-evaluation-ended = 结束评审
act-session-opened = 开始抽取环节
act-list-confirmed = 确认名单
act-draw-voided = 宣布抽取无效
act-supervisor-decided = 监督决定
act-minutes-signed = 签署会议记录
act-candidates-published = 公示候选人
act-candidate-excluded = 排除候选人
act-award-decided = 确定中标人
act-lot-failed = 宣布流标
act-lot-terminated = 终止标段
act-archive-made = 归档
act-sealed-read = 查阅保密或个人信息
act-attempt-refused = 被拒绝的操作留痕
act-clock-moved = 拨动沙盒时钟
act-rules-imported = 导入规则
act-platform-started = 平台启动

role-owner = 招标人
role-agency = 代理机构
role-bidder = 投标人
role-expert = 评审专家
role-centre-operator = 交易中心工作人员
role-centre-head = 交易中心负责人
role-committee = 公共资源交易管理办公室
role-supervisor = 行政监督人员
role-inspector = 纪检监察人员
role-auditor = 审计、财政监督人员
role-civic-observer = 社会监督员
role-system-admin = 系统管理员
role-security-admin = 安全管理员
role-audit-admin = 审计管理员
role-holder = 密钥持有方程序
role-clock = 到期自动
role-public = 任何人
>>>>>>> snap-tender

position-administrator = 管理员
position-preparer = 经办人
position-checker = 复核人
position-signatory = 授权签署人

power-decide = 决策
power-operate = 运行
power-supervise = 监督

account-kind-party = 市场主体与专家
account-kind-staff = 工作人员
account-kind-system = 系统管理员
account-kind-security = 安全管理员
account-kind-audit = 审计管理员

organisation-kind-market = 企业等单位
organisation-kind-person = 自然人
organisation-kind-centre = 交易中心
organisation-kind-bureau = 行政监督部门
organisation-kind-committee = 公共资源交易管理办公室
organisation-kind-inspection = 纪检监察机关
organisation-kind-audit = 审计、财政监督机关

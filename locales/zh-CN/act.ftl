# 职责分工表的用词：事项、角色、岗位、权力、单位性质。

act-organisation-changed = 变更单位信息
act-authority-recorded = 登记中心或机关
act-account-invited = 发给一次性链接
act-agent-authorised = 授权值守程序登录
act-agent-revoked = 取消值守程序登录
act-library-recorded = 登记外部专家库
act-pool-listed = 提交盲化的专家名单
act-record-imported = 导入专家库抽取记录
act-representative-named = 指派发包人代表
act-ties-checked = 核对与竞选人的关系
act-member-replaced = 更换成员
act-report-presumed = 记录视为同意
act-review-begun = 开始评审

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

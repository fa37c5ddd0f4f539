# 职责分工表：每一事项、每一角色。

act-platform-set-up = 平台首次设置
act-organisation-registered = 单位登记（告知承诺）
act-account-opened = 开立账户
act-account-closed = 注销账户
act-role-granted = 授予角色
act-role-revoked = 收回角色
act-duty-handed-over = 代班、移交
act-password-changed = 修改密码
act-factor-enrolled = 设置动态验证码
act-signing-key-registered = 登记签名公钥
act-signing-key-retired = 停用签名公钥
act-codes-imported = 导入代码表
act-experts-imported = 导入专家库
act-draw-frozen = 名单定稿
act-beacon-entered = 录入摇号结果
act-draw-done = 完成抽取
act-expert-called = 通知专家
act-expert-answered = 专家答复
act-expert-silent = 专家未答复
act-expert-recused = 专家回避
act-expert-pledged = 专家承诺
act-panel-seated = 评审小组成立
act-bid-reviewed = 评审一份竞选申请
act-report-signed = 签署评审报告

# 角色

# 专家名单：导入、暂停、拒绝的理由。

refusal-expert-columns = 表头不对，应为：{ $columns }。
refusal-expert-columns-do = 请按模板的列名和顺序填写后重新导入。
refusal-expert-cells = 这一行的列数不对，应为 { $n } 列。
refusal-expert-cells-do = 请补齐或删去多余的列；内容含逗号的，请加英文双引号。
refusal-expert-twice = 专家编号“{ $expert_no }”在表中重复，以第一行为准。
refusal-expert-twice-do = 请删去重复的行。
refusal-expert-number = 专家编号的格式不对。
refusal-expert-number-do = 只用字母、数字和 . _ -，以字母或数字开头，不超过 64 个字符。
refusal-expert-specialty = 没有专业代码。
refusal-expert-specialty-do = 请填写专业代码，多个代码之间用英文分号隔开。
refusal-expert-since = 取得职称的日期不对。
refusal-expert-since-do = 请写成 2010-05 或 2010-05-01。
refusal-expert-standing = 状态不对。
refusal-expert-standing-do = 请填写 active（在库）、suspended（暂停）或 removed（清退）。
refusal-expert-unknown = 名单中没有编号为“{ $expert_no }”的专家。
refusal-expert-unknown-do = 请先导入专家名单，或者改正编号。
refusal-expert-suspension = 暂停的截止时间已经过去。
refusal-expert-suspension-do = 请填写以后的时间；要立即恢复的，请留空。
refusal-expert-library-key = 不是有效的 Ed25519 公钥，或者已经登记给别的专家库。
refusal-expert-library-key-do = 请填写专家库以可靠途径提供的 64 位十六进制公钥。

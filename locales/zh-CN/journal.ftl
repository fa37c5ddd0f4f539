# The journal and the health of the platform.

journal-health = 平台运行状况
journal-status = 状态
journal-status-ok = 正常
journal-status-stopped = 已停止写入：存储内容与已签名的存证不一致
journal-now = 平台时间
journal-offset = 与机器时钟之差
journal-origin = 存证日志
journal-size = 存证树大小
journal-ticked = 最近一次入树
journal-witness = 见证
journal-counted = 已见证至 { $size }
journal-unwitnessed = 未见证
journal-waiting = 排队中的操作
journal-trouble = 见证异常
journal-checkpoint = 检查点
journal-policy = 信任文件 log.policy

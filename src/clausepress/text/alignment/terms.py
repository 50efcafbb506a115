"""The terms of the glossary, as data."""

# ruff: noqa: E501 - one concept a line, however long

from __future__ import annotations

# One concept a line: Chinese terms | English phrases. "!" marks what a reader must not find in
# one language only: a kind of data, a right, a use or a party that the text promises about.
TERMS = """
隐私政策 隐私权政策 隐私声明 | privacy policy, privacy right policy, privacy statement
用户协议 服务协议 用户服务协议 | user agreement, service agreement
服务条款 | service terms, terms of service
格式条款 | standard terms, standard clauses
协议 协定 | agreement
合同 | contract
条款 | term, terms, clause, provision
条件 | condition
附件 | annex, attachment, appendix, schedule
引言 前言 | introduction, foreword
目录 | contents
总则 一般规定 | general provisions, general
附则 | supplementary provisions, final provisions
特别提示 | special notification, special notice
适用范围 | applicable scope, scope, scope of application
适用 | apply, applicable, application, applied, applies
不适用 | not applicable, does not apply, do not apply
范围 | scope
定义 释义 | definition, defined
修订 修改 变更 更改 改变 | revision, revise, change, modify, modification, amend, amendment, alter, alteration, adjust
更新 | update, updated
重大变更 重大变化 | material change, major change, significant change
版本 文本 | version, edition, text
旧版本 | old version, earlier version, previous version
存档 归档 | archive
生效 | effective, take effect, effect, come into force, enter into force, in force
通知 告知 公告 提醒 提示 知会 | notice, notify, notification, inform, announcement, announce, remind, tip, prompt, tell
发布 公布 | publish, release, publication
个人信息 个人资料 个人数据 | personal information, personal data
敏感 敏感信息 个人敏感信息 | sensitive, personal sensitive information, sensitive personal information
基本信息 基本资料 | basic information, profile
身份 | identity, identify
!身份证 身份证号 身份证号码 证件号 | id card, identity card, id card number, id number, identity number, document number, identity document number, certificate number, id document number
身份证明 身份证件 身份资料 | proof of identity, identity document, identity information
!护照 | passport
!回乡证 | home return permit, home-return permit
!台胞证 | mainland travel permit, taiwan compatriot permit, taiwan compatriot
!军官证 军人证 | military certificate, military id, military officer
!驾驶证 驾照 | driving license, driving licence, driver's license
!户口本 户口簿 | household registration book, household register
!营业执照 营业执照号 | business license, business licence, business license number
姓名 名称 | name, full name
!密码 口令 | password
!手机号码 手机号 移动电话 手机 | mobile phone number, mobile number, mobile phone, mobile, phone, phone number, cell phone, handset, text message
电话 电话号码 联系电话 致电 拨打 来电 | phone number, telephone, phone, telephone number, call, by phone, contact phone number
客服 客户服务 | customer service, customer support
热线 咨询热线 客服电话 | hotline
邮箱 电子邮箱 邮箱地址 邮件 电子邮件 | email, e-mail, email address, e-mail address, mailbox, mail
地址 联系地址 收货地址 邮政地址 邮寄地址 | address, mailing address, postal address, delivery address, shipping address
!收件人 | recipient, addressee, consignee
邮寄 寄送 寄 | mail, post, mailing, courier, send, send by post
!发票 电子发票 | invoice, electronic invoice, e-invoice
账单 票据 凭证 | bill, voucher
联系人 | contact person, contact, contact information
联系方式 联络方式 联系信息 联系 联络 | contact information, contact, contact details, contacts, contacting
!子账号 子账户 | sub-account, subaccount, sub account
主账号 主账户 | main account, master account, primary account
账户 账号 | account, account number
账户名 | account name
昵称 | nickname
会员 | member, membership
注册 | register, registration, registered, sign up
登录 登陆 | log in, login, logging in, sign in, logged in
实名 实名认证 | real-name, real-name verification, real name, real-name authentication, real name verification
认证 验证 鉴权 | verification, verify, authentication, certification, verified
验证码 | verification code
注销 | cancel, cancellation, closure, close, account cancellation, canceled, cancelled, deregister, deregistration, closing
注销须知 | instructions for cancellation, instructions for the cancellation, closure instructions, notes on closure
恢复 | recover, restore, recovery, recovered, restored
备份 | backup, back up
放弃 | give up, waive, forgo, giving up, given up
资产 | asset
虚拟 虚拟财产 | virtual, virtual property
代金券 优惠券 | coupon, voucher
余额 | balance
保证金 | deposit
欠款 欠费 | arrears, overdue, outstanding payment
!京东支付 | jd pay
支付 付款 缴纳 付费 | pay, payment, paid, pays
费用 价款 价格 计费 | fee, price, charge, fees, charging, billing
充值 | top up, top-up, recharge
退款 退还 | refund, return
提现 | withdraw cash, cash withdrawal, cash out
!银行账号 银行账户 对公银行账号 | bank account, bank account number, corporate bank account
订单 | order
交易 交易记录 | transaction, trade, transaction record
购买 购物 消费 | purchase, buy, shopping, consumption
个人财产信息 财产 财产信息 | property, property information
商品 | commodity, goods, product
商家 店铺 商家店铺 | merchant, shop, store
产品 | product
Cookies Cookie | cookie
APP App | app, application
服务 | service
技术服务 | technical service
服务商 服务提供商 供应商 | service provider, supplier, provider, vendor
云市场 | marketplace, cloud marketplace
云主机 | virtual machine, cloud host
云存储 | cloud storage
域名 | domain, domain name
备案 网站备案 | filing, icp filing, website filing, record filing
网站 | website, site, web site
网页 页面 浏览页面 | page, web page, webpage
客户端 | client
浏览 | browse, browsing
浏览器 | browser
搜索 查询 | search, query, search for
检索 查阅 | retrieve, consult, reference, look up, read
访问 | access, visit, accessing, accessed
收集 采集 | collect, collection, collecting
使用 | use, using, used, usage
保存 存储 储存 留存 | save, store, storage, keep, kept, stored, saved, retain, storing
保留 保留期 | retain, retention, kept, keep
保存期限 期限 期间 服务期 | period, term, duration
共享 | share, sharing, shared
转让 | transfer, transferring, assign, assignment
披露 公开披露 公开 | disclose, disclosure, public disclosure, disclosing, publicly disclose
提供 | provide, provision, supply, offer, providing
提交 | submit, submission, submitted
填写 | fill in, fill, filling, complete
处理 | handle, process, handling, processing, deal with
委托 | entrust, commission, delegate
第三方 | third party, third-party, third parties
合作伙伴 合作 | partner, cooperate, cooperation, business partner
关联方 关联公司 | affiliate, affiliated party, affiliated company, affiliated parties
绑定 解绑 绑定关系 关联 | bind, binding, association, associate, link, unbind, disassociate, linked, bound
接收方 | receiver, recipient, receiving party
!境外 跨境 出境 | overseas, cross-border, across the border, across border, abroad, outside china, outside the territory
境内 中华人民共和国境内 | within the people's republic of china, in the people's republic of china, mainland china, within the territory
中华人民共和国 中国 | people's republic of china, china, prc
法律 法律法规 法规 | law, law and regulation, laws and regulations, regulation, legal
合法 | lawful, legal, legality
违法 违反 违规 | violate, violation, unlawful, illegal, in breach, breach, illegally
司法 | judicial, court
行政 | administrative
国家机关 有权机关 国家有权机关 | national authority, national authorities, state authority, competent authority, authorities
监管 监管部门 主管部门 | regulatory, supervisory, regulator, authority, authorities, regulatory department
公安 公安部 | public security, ministry of public security
电信 电信运营商 运营商 | telecom, telecommunication, operator, carrier, telecom operator
网信 | network information, cyberspace
工商 | industry and commerce
投诉 举报 | complaint, complain, report, complaints
起诉 诉讼 | litigation, lawsuit, sue, legal proceedings, proceedings, suit
仲裁 | arbitration, arbitrate
纠纷 争议 | dispute, controversy
管辖 | jurisdiction
法院 人民法院 | court, people's court
适用法律 | governing law, applicable law
传票 | summons, summon, subpoena
调查 调查函 | investigation, investigate, inquiry, survey letter
执法 | law enforcement, law-enforcing, enforcement
目的 | purpose
必要 必需 | necessary, need, required, necessity
合理 | reasonable
正当 | legitimate, proper
同意 | consent, agree, agreed, agrees, approval
明确同意 明示同意 | express consent, explicit consent, expressly agree, clear consent
书面 书面同意 | written, in writing, written consent
授权 | authorization, authorize, authorized, authorise, authorisation, authorised, permission
撤回 | withdraw, withdrawal, withdrawing, withdrawn
拒绝 拒绝权 | refuse, refusal, reject, deny, decline
拒收 退订 取消订阅 | unsubscribe, opt out, opt-out
取消 | cancel, canceling, cancelling
订阅 | subscription, subscribe
删除 | delete, deletion, deleting, erase, erasure
更正 | correct, correction, rectify
匿名化 匿名 | anonymize, anonymous, anonymise, anonymized, anonymisation, anonymization
去标识化 | de-identify, de-identified, de-identification, deidentify
脱敏 | desensitization, masking, desensitisation, mask
加密 | encryption, encrypt, encrypted
隔离 | isolate, isolation, isolated
传输 | transport, transmission, transmit, transfer, in transit
权限 | permission, access permission, right
审计 | audit
监控 | monitor, monitoring
保密 保密义务 | confidential, confidentiality
保密协定 保密协议 | confidentiality agreement, non-disclosure agreement
安全 | security, safety, secure, safe
安全事件 | security incident
安全漏洞 漏洞 | vulnerability, security vulnerability
应急 应急响应 | emergency, emergency response
风险 | risk
泄露 泄密 | leak, leakage, divulge, disclosed, divulged, leaked
损坏 毁损 损毁 毁坏 | damage, corruption, destruction, destroy
丢失 遗失 | loss, lose, lost
篡改 | tamper, tampering, alter
保护 | protect, protection, protecting
措施 防护措施 | measure, safeguard
技术 | technology, technical
制度 规范 | system, specification, standard, norm, rules
标准 业界标准 | standard, industry standard, industry
分类 分级 分类分级 | classification, grading, classify, grade
培训 培训课程 | training, training course
员工 人员 | employee, personnel, staff, people
专员 | specialist, officer
部门 责任部门 | department
组织 | organization, organisation
公司 | company
个人 | individual, personal
企业 单位 | enterprise, business, company
法人 | legal person, legal representative
授权人 | authorized person, authorised person
用户 | user
客户 | customer, client
业务 | business
业务数据 | business data
业务通知 | business notification, business notice
推送 推送通知 | push, pushing
!推广 宣传 促销 营销 介绍产品 促进 | promote, promotion, publicize, marketing, promotional, promoting, advertise, publicise, introduce products
!广告 商业广告 | advertisement, advertising, advertiser, ad
促销信息 推广信息 | promotion information, promotional information, promotion, promotional
商业性电子信息 | commercial electronic information, commercial electronic message, promotion information
!个性化 | personalized, personalised, personalization, individual needs
!用户画像 画像 | user portrait, profiling, user profile
推荐 | recommend, recommendation
短信 手机短信 | sms, text message, short message
回复 | reply, replying, respond, response
平台 | platform
媒体 | media
宗教 宗教信仰 | religious, religious faith, religion, religious belief
疾病 | disease, illness
设备 设备信息 | device, device information
!设备标识 唯一标识 设备唯一标识码 唯一标识码 | unique identifier, unique device identifier, device identifier, unique device identification code
设备型号 型号 硬件型号 | device model, model, hardware model
硬件 | hardware
软件 | software
软件工具开发包 | software development kit
操作系统 | operating system
安装 | install, installation
位置 位置信息 | location, location information, position
传感器 | sensor
蓝牙 | bluetooth, blue tooth
日志 日志信息 网络日志 | log, log information, network log
上网记录 | internet surfing record, surfing, browsing record, internet record
记录 | record
语言 | language
日期 | date
时间 | time
年 | year
天 日 | day
未成年人 | minor, minors
父母 家长 | parent
监护人 法定监护人 | guardian, statutory guardian, legal guardian
周岁 | age, years old, years of age
权利 权益 合法权益 | right, interest, rights and interests, entitlement
义务 | obligation, duty
责任 法律责任 | liability, responsibility, responsible, liable
免除 豁免 免责 | exempt, exemption, exclude, release, excuse
限制 | restrict, limit, limitation, restriction, limited
减轻 | reduce, relieve, mitigate, lessen
损失 损害 | loss, damage, harm, impair, damages
赔偿 | compensate, compensation, indemnify, indemnity
违约 | breach, default, breach of contract
违约金 | liquidated damages, penalty
解除 终止 | terminate, termination, release, rescind, end
停止 中止 暂停 | stop, suspend, suspension, cease, discontinue, interrupt
不可抗力 | force majeure
知识产权 | intellectual property
著作权 版权 | copyright
商标 | trademark, trade mark
专利 | patent
商业秘密 | trade secret
许可 | license, licence, permit, permission
合并 | merger, merge
收购 并购 | acquisition, acquire
破产 | bankrupt, bankruptcy
所有权 所有者 | ownership, owner, own
评估 影响评估 | assessment, impact assessment, evaluation, influence assessment
报告 | report
学术 学术研究 | academic, academic research
研究 | research
公共利益 社会公众 | public interest, public
法律程序 | legal procedure, legal process, legal proceedings
强制 强制性 | mandatory, compulsory
核心功能 | core function
功能 业务功能 | function, feature, business function
信用 | credit
欺诈 | fraud
出售 出租 | sell, sold, rent, sale, rented, lease
工单 | ticket, work order
管理控制台 控制台 | console, management console
咨询 | consultation, consult, inquiry, enquiry, question
故障 | failure, fault, troubleshooting
维护 | maintain, maintenance, safeguard
改进 | improve, improvement
升级 | upgrade
问题 疑问 | question, problem, doubt, issue
意见 建议 | opinion, suggestion, comment, advice, recommendation
获得 取得 | obtain, acquire, get
证明 证据 | evidence, proof, prove
盖章 签章 | seal, sealed, stamp, chop
签署 签订 | sign, signed, signing, conclude, execute
电子协议 在线签署 | electronic agreement, signed online, online
送达 | service, serve, serve notice, delivered, delivery
工作日 | working day, business day
甲方 | party a
乙方 | party b
双方 各方 | both parties, parties, two parties
一方 任何一方 任一方 | either party, one party, party
自动 | automatic, automatically
续费 续约 | renew, renewal
试用 | trial
测试 | test, testing, beta
源代码 代码 | code, source code
数据 | data
图片 照片 | photo, picture, image
人脸 面部 面部信息 扫脸 | face, facial, facial information
内容 | content
链接 | link
术语 | terminology, relevant terms
权威 优先 为准 | prevail, precedence, subject to
解释 | interpret, interpretation, construe, explain
转售 | resale, resell
攻击 | attack
病毒 | virus
黑客 | hacker, hacking
可信云 | trusted cloud
数据中心 | data center, data centre
等级保护 | security protection, graded protection, classified protection, multi-level protection
社交 社交软件 | social, social software
即时通讯 | instant messaging
绝对 | absolute, absolutely
复杂 | complex
删减 削减 | cut, reduce
妥善 | properly, proper care
确认 | confirm, ensure, confirmation, make sure
阅读 | read, reading
理解 | understand, understood
默认 | default
贿赂 反贿赂 商业贿赂 | bribery, bribe, anti-bribery, commercial bribery
诚信 | integrity, good faith
反洗钱 | anti-money laundering
税 税费 税金 | tax
服务等级 | service level
可用性 | availability
宪法 | constitution
国家安全 | national security, state security
国家秘密 | state secret
颠覆 | subvert, overthrow
国家统一 | national unity
荣誉 | honor, honour
民族 民族团结 | ethnic, nationality, ethnic unity
邪教 | cult, evil cult
迷信 | superstition
谣言 | rumor, rumour
社会秩序 | social order, public order
淫秽 色情 | obscene, obscenity, pornographic, pornography
赌博 | gambling
暴力 | violence, violent
凶杀 | murder, homicide
恐怖 | terror, terrorism, terrorist
教唆 犯罪 | crime, instigate, abet, incite
侮辱 诽谤 | insult, defame, slander, libel
侵权 侵害 侵犯 | infringe, infringement
垃圾邮件 | spam, junk mail
反向工程 | reverse engineer, reverse engineering
备用金 预付费 预付 | prepaid, prepay, prepayment, advance payment
后付费 | postpaid, post-paid, pay-as-you-go
带宽 | bandwidth
流量 | traffic
机密 | confidential
自然灾害 | natural disaster
战争 | war
罢工 | strike
间接损失 | indirect loss, indirect damages, consequential
连带 | joint, jointly
举证 | burden of proof
传真 | fax
快递 | courier, express
微信 | wechat
京东云 京东智联云 | jd cloud, jd zhilian cloud
京东账号 | jd account
京东商城 | jd mall
京东 | jd
微电云 | weidianyun, microgrid cloud
"""

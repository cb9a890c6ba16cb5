"""What columns of venue lists, booking exports and population tables may say: one row a field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

TableName = Literal["venues", "bookings", "population", "numbers"]
TABLE_NAMES: tuple[TableName, ...] = get_args(TableName)


@dataclass(frozen=True, slots=True)
class Field:
    """A thing that a column may say.

    Attributes
    ----------
    table, name
        Where it belongs and what `mapping.yaml` calls it.
    words
        Headers that mean it, the plainest first.
    needed
        Whether the table says nothing without it.
    personal
        Whether its cells are about a person: they are never written, printed or kept.
    """

    table: TableName
    name: str
    words: tuple[str, ...]
    needed: bool = False
    personal: bool = False


def _of(table: TableName, text: str) -> list[Field]:
    """Fields of a table from lines `name[!*]: word, word`; `!` needed, `*` personal."""
    found = []
    for line in text.strip().splitlines():
        head, _, words = line.strip().partition(":")
        found.append(
            Field(
                table,
                head.rstrip("!*"),
                (head.rstrip("!*"), *(w.strip() for w in words.split(","))),
                "!" in head,
                "*" in head,
            )
        )
    return found


_VENUES = """
venue!: 场地, 场地名称, 场地名, 活动室名称, 房间名称, 房间, 名称, 空间名称, 功能室, 设施名称, 场馆名称, 场馆, 名字, venue name, name, room, court, facility name
centre: 邻里中心, 所属邻里中心, 所属中心, 中心名称, 中心, 所属场馆, 所在场馆, 场馆, 场馆名称, 站点, 所属站点, 所属机构, 场所, center, building, site, facility
kind: 类型, 场地类型, 场馆类型, 类别, 场地类别, 功能, 功能类型, 用途类型, type, category, venue type
capacity: 容纳人数, 可容纳人数, 最大容纳人数, 容量, 人数上限, 座位数, 座位, 席位, 人数, seats, max people, persons
area_m2: 面积, 建筑面积, 使用面积, 场地面积, area, floor area, size
hours: 开放时间, 开放时段, 营业时间, 开馆时间, 服务时间, opening hours, opening_hours, open hours, opening times
tier: 层级, 级别, 等级, 中心级别, level
community: 社区, 所属社区, 所在社区, 社区名称, 村社, 村社区, neighbourhood, neighborhood
subdistrict: 街道, 所属街道, 镇街, 街道名称, 街镇, street, township
zone: 片区, 所属片区, 片区名称, district zone
compound: 小区, 所属小区, 所在小区, 小区名称, estate
lon: 经度, 东经, lng, long, longitude, 坐标x, x坐标, x
lat: 纬度, 北纬, latitude, 坐标y, y坐标, y
access: 开放对象, 预约权限, 服务对象, 开放范围, who may book
slot_minutes: 预约单位, 时段长度, 每段时长, 预约粒度, slot, slot length
drop_in: 散客, 免预约, 无需预约, 自由入场, drop in, walk in
address: 地址, 详细地址, 位置, 所在地址, location
contact*: 联系人, 负责人, 管理员, 管理人, 联系人姓名, contact person, manager
phone*: 电话, 联系电话, 手机, 手机号, 联系方式, 手机号码, telephone, mobile
remark*: 备注, 说明, 简介, 备注说明, notes, remarks, description, comment
"""
_BOOKINGS = """
booking: 预约编号, 订单编号, 订单号, 预约单号, 预约号, 单号, 编号, 序号, booking id, order id, order number, reference, id
venue!: 场地, 场地名称, 预约场地, 使用场地, 活动室, 房间, 场馆名称, 场馆, 预约场馆, 名称, 设施, venue name, room, court, facility, resource
centre: 邻里中心, 所属邻里中心, 所属中心, 中心名称, 中心, 所属场馆, 场馆, 场馆名称, 站点, center, building, site, 社区, 所属社区, 社区名称
made_at: 下单时间, 提交时间, 创建时间, 申请时间, 下单日期, 提交日期, 预约提交时间, 预约时间, booked at, created, created at, made at, order time, booking time
date: 使用日期, 预约日期, 日期, 活动日期, 使用时间, 开始日期, date of use, booking date, use date
start: 开始时间, 起始时间, 使用开始时间, 预约开始时间, 开始, 入场时间, 预约时间, start time, from, begin, starts
end: 结束时间, 使用结束时间, 预约结束时间, 终止时间, 截止时间, 结束, end time, until, to, ends
period: 使用时段, 预约时段, 时段, 时间段, 场次, time slot, slot, session
duration: 时长, 使用时长, 预约时长, 小时数, length, minutes, hours booked
status: 状态, 预约状态, 订单状态, 使用状态, 审核状态, booking status, state
type: 预约类型, 订单类型, 预约来源, 来源, booking type, source
cancelled_at: 取消时间, 退订时间, 撤销时间, 取消日期, cancelled, cancel time, canceled at
checked_in: 签到, 签到时间, 是否签到, 签到状态, 核销, 核销状态, 核销时间, 是否核销, 到场, 是否到场, 入场, checkin, check in, attended, arrived
party: 人数, 预约人数, 使用人数, 参加人数, 活动人数, 到场人数, party size, people, attendees, persons
booker*: 用户编号, 用户id, 会员号, 会员编号, 用户, 账号, user id, member, member id, customer id, account
phone*: 手机号, 手机号码, 手机, 电话, 联系电话, 联系方式, telephone, mobile
identity*: 身份证号, 身份证, 证件号, 证件号码, identity number, id card, passport
person*: 预约人, 姓名, 预约人姓名, 联系人, 申请人, 使用人, 预订人, 名字, name, booked by, customer
purpose*: 用途, 活动名称, 活动主题, 预约用途, 活动内容, 事由, purpose, title, event
remark*: 备注, 说明, 取消原因, 留言, 单位, 组织, notes, remarks, comment, reason
email*: 邮箱, 电子邮箱, email, e-mail, mail
address*: 地址, 住址, 家庭住址, address
"""
_POPULATION = """
community: 社区, 所属社区, 社区名称, 村社, 村社区, 单元, neighbourhood, neighborhood
compound: 小区, 小区名称, 住宅小区, 楼盘, origin, estate, name
zone: 片区, 所属片区
subdistrict: 街道, 所属街道, 镇街, 街镇
people: 人口, 总人口, 常住人口, 人口数, 人数, 居民人数, 总人数, 实有人口, population, residents, inhabitants, total
households: 户数, 总户数, 家庭户数, 居民户数, homes, dwellings
lon: 经度, 东经, lng, long, longitude, 坐标x, x
lat: 纬度, 北纬, latitude, 坐标y, y
contact*: 联系人, 负责人, 书记, 网格员, 姓名, contact person
phone*: 电话, 联系电话, 手机号, telephone, mobile
remark*: 备注, 说明, notes, remarks
"""
_NUMBERS = """
key!: 参数, 键, parameter
low: 低值, 最低, minimum
base!: 基准值, 取值, value
high: 高值, 最高, maximum
source: 来源
basis: 依据, 出处
"""
FIELDS: tuple[Field, ...] = (
    *_of("venues", _VENUES), *_of("bookings", _BOOKINGS), *_of("population", _POPULATION),
    *_of("numbers", _NUMBERS)
)  # fmt: skip
BOOKERS = ("booker", "phone", "identity", "person", "email")
"""Personal fields that tell bookers apart, the best first."""


def fields_of(table: str) -> dict[str, Field]:
    """Fields of a table by name."""
    return {field.name: field for field in FIELDS if field.table == table}


KINDS: dict[str, tuple[str, ...]] = {
    "badminton_court": ("羽毛球", "badminton"),
    "basketball_court": ("篮球", "basketball"),
    "table_tennis": ("乒乓", "table tennis", "ping pong"),
    "dance_studio": ("舞蹈", "瑜伽", "形体", "排练", "dance", "yoga"),
    "children_room": ("亲子", "儿童", "少儿", "幼儿", "托育", "child"),
    "co_working": ("共享办公", "联合办公", "创客", "办公", "co-working", "coworking"),
    "reading_room": ("共学", "自习", "阅览", "书房", "读书", "study", "reading"),
    "art_room": ("书画", "美术", "书法", "手工", "绘画", "陶艺", "手作", "art"),
    "meeting_room": ("会议", "洽谈", "议事", "meeting", "conference"),
    "hall": ("礼堂", "报告厅", "剧场", "剧院", "大厅", "多功能厅", "音乐厅", "hall", "theatre"),
    "activity_room": ("活动室", "多功能", "教室", "培训", "活动", "棋牌", "activity", "class"),
}
"""Kinds of venues of the shipped scenario -> parts of words that mean them, tried in this order."""
TIERS: dict[str, tuple[str, ...]] = {
    "subdistrict": ("街道级", "街道", "镇级", "镇街级", "subdistrict", "一级"),
    "community": ("社区级", "社区", "村级", "村社级", "community", "二级"),
    "compound": ("小区级", "小区", "微型", "compound", "三级"),
}
ACCESS: dict[str, tuple[str, ...]] = {
    "public": ("公众", "所有人", "全体市民", "市民", "不限", "全部", "对外开放", "public", "all"),
    "community": ("本社区", "社区居民", "本社区居民", "社区", "community"),
    "compound": ("本小区", "本小区居民", "小区居民", "小区业主", "业主", "小区", "compound"),
}
YES = ("是", "有", "已签到", "已核销", "已到场", "已到", "到场", "已入场", "签到", "核销", "y",
       "yes", "true", "1", "√", "✓", "☑", "v")  # fmt: skip
NO = ("否", "无", "未签到", "未核销", "未到场", "未到", "未入场", "n", "no", "false", "0", "×", "x",
      "✗")  # fmt: skip
STATUSES: dict[str, tuple[str, ...]] = {
    "kept": ("已完成", "完成", "已使用", "使用中", "已预约", "预约成功", "成功", "已签到", "已核销",
             "待使用", "已通过", "通过", "审核通过", "正常", "有效", "已确认", "已结束", "已支付",
             "kept", "confirmed", "completed", "booked", "used", "approved", "active", "ok"),
    "cancelled": ("已取消", "取消", "用户取消", "系统取消", "主动取消", "已撤销", "已退订", "已退款",
                  "cancelled", "canceled"),
    "no_show": ("爽约", "未到", "未签到", "缺席", "失约", "违约", "已爽约", "未到场", "未使用",
                "未核销", "no_show", "no show", "no-show", "noshow", "absent"),
    "block": ("占用", "内部占用", "锁定", "已锁定", "维护", "停用", "内部使用", "场地占用", "活动占用",
              "block", "blocked", "maintenance", "internal"),
    "left_out": ("待审核", "审核中", "已拒绝", "拒绝", "驳回", "已驳回", "未通过", "审核不通过",
                 "待支付", "未支付", "超时未支付", "支付超时", "已过期", "排队中", "候补", "草稿",
                 "left_out", "pending", "rejected", "refused", "expired", "waiting", "draft"),
}  # fmt: skip
"""What became of a booking -> words of exports; `left_out` never held a room."""
BLOCK_TYPES = ("内部", "占用", "锁定", "维护", "后台", "管理员", "停用", "block", "staff")
"""Parts of words by which a type of booking means use that staff entered."""
TOTALS = ("合计", "总计", "小计", "共计", "总数", "total", "subtotal", "sum")
EMPTY = ("", "-", "--", "—", "——", "/", "\\", "无",
         "暂无", "空", "n/a", "na", "nan", "null", "none")  # fmt: skip
"""Texts of a cell that says nothing."""

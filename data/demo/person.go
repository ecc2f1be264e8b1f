package demo

import (
	"fmt"
	"math/rand/v2"
)

var (
	surnames = []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "林", "郑"}
	given    = []string{"建国", "志强", "海波", "晓东", "立军", "文博", "秀英", "丽华", "永刚", "春生", "国庆", "小雨", "明远", "天宇", "玉兰", "卫东", "思源", "长河", "一鸣", "雪梅"}
)

// someone invents a contact with n phones. Numbers begin with 100, which no
// mobile network gives out.
func someone(rng *rand.Rand, phones int) *person {
	p := &person{Name: pick(rng, surnames) + pick(rng, given) + "（示例）", VerifiedAt: day(-between(rng, 5, 300))}
	for range phones {
		p.Phones = append(p.Phones, fmt.Sprintf("100%08d", rng.IntN(1e8)))
	}
	return p
}

//! Made-up names of companies and people, as they are met in the trade.
//!
//! In: a number. Out: the same name for it each time. Never: a name that two of one cast are meant to be
//! told apart by and share.

/// Bidders' companies; those beyond are numbered.
const COMPANIES: [&str; 20] = [
    "蜀源建设有限公司",
    "锦川市政工程有限公司",
    "岷江路桥工程有限公司",
    "青羊建筑工程有限公司",
    "恒信园林绿化有限公司",
    "金沙建设集团有限公司",
    "锦禾晟建筑工程有限公司",
    "岷岳恒建设有限公司",
    "川和筑业工程有限公司",
    "蓉砚市政工程有限公司",
    "青衍路桥建设有限公司",
    "沱汇泰建筑有限公司",
    "岭澄园林工程有限公司",
    "嘉陵禾建设工程有限公司",
    "瑞朴建筑工程有限公司",
    "望丛筑安工程有限公司",
    "宏垚建设集团有限公司",
    "浣砌建筑工程有限公司",
    "天邛路桥工程有限公司",
    "泽屹水利工程有限公司",
];
const FAMILY: [&str; 30] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何",
    "林", "罗", "高", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹",
];
const GIVEN: [&str; 29] = [
    "建国", "志强", "秀英", "文博", "丽华", "晓东", "海燕", "国庆", "思远", "雅琴", "永康", "春梅", "立新",
    "子涵", "长青", "玉兰", "明哲", "淑珍", "向阳", "若兰", "晓梅", "雨桐", "海波", "静怡", "俊杰", "国栋",
    "春燕", "鹏程", "明轩",
];

/// The company of the `i`-th bidder, from 0.
#[must_use]
pub fn company(i: usize) -> String {
    let named = COMPANIES.get(i).map(|name| (*name).to_owned());
    named.unwrap_or_else(|| format!("第{}建筑工程有限公司", numeral(i + 1)))
}

/// The `i`-th person; 870 are unlike.
#[must_use]
pub fn person(i: usize) -> String {
    // the two lengths have no divisor in common, so every pair comes before one comes again
    let family = FAMILY.iter().cycle().nth(i % FAMILY.len()).copied();
    let given = GIVEN.iter().cycle().nth(i % GIVEN.len()).copied();
    [family, given].into_iter().flatten().collect()
}

/// A number in Chinese digits, place by place.
fn numeral(n: usize) -> String {
    let places = n.to_string();
    let digit = |c: char| {
        "〇一二三四五六七八九"
            .chars()
            .zip('0'..='9')
            .find(|(_, d)| *d == c)
    };
    places
        .chars()
        .filter_map(digit)
        .map(|(chinese, _)| chinese)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn everybody_has_a_name_of_his_own() {
        let people: BTreeSet<String> = (0..870).map(person).collect();
        let companies: BTreeSet<String> = (0..200).map(company).collect();
        assert_eq!((people.len(), companies.len()), (870, 200));
        assert_eq!(company(104), "第一〇五建筑工程有限公司");
    }
}

//! What became of low ratings, for section IV: the tasks of the month and what the leader did about each.

use super::{
    facts::Facts,
    paper::{Block, Table},
    words::n,
};
use crate::{
    domain::{
        ids::NodeId,
        number::date,
        period::Period,
        tasks::{Outcome, level_vi},
        time::{LocalDay, Month},
    },
    store::{
        Reader, Result, explain,
        figures::Scope,
        roster,
        tasks::{self, Task},
    },
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most tasks that stand in the table; the sentence above it counts all of them.
const LISTED: usize = 40;

/// A task as a report tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskFact {
    /// Its number.
    pub no: i64,
    /// The reception point.
    pub node: NodeId,
    /// When it was opened.
    pub opened: LocalDay,
    /// How many low ratings.
    pub ballots: u64,
    /// Highest level that was low.
    pub level: u8,
    /// What it came to; `None`: it was open.
    pub outcome: Option<Outcome>,
    /// When it was closed.
    pub closed: Option<LocalDay>,
    /// The leader's own words.
    pub words: String,
}

impl TaskFact {
    fn of(task: Task) -> Self {
        let closed = task.closed().map(|entry| LocalDay::of(entry.hour));
        let last = task.entries.last();
        Self {
            no: task.no,
            node: task.node,
            opened: task.day,
            ballots: task.ballots,
            level: task.level,
            outcome: last.and_then(|entry| entry.outcome),
            closed,
            words: last.map(|entry| entry.words.clone()).unwrap_or_default(),
        }
    }
}

/// The tasks of these counters' reception points that a report of the period tells of, as of a log position.
pub(super) fn count(conn: &Reader, scope: &Scope, period: Period, pos: i64) -> Result<Vec<TaskFact>> {
    let points = scope.counters.iter().map(|counter| counter.node).collect();
    let told = tasks::of_period(conn, &points, period, pos)?;
    Ok(told.into_iter().map(TaskFact::of).collect())
}

/// What an officer explained, without their name: figures of officers are not in a report either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// About which task; `None`: about the month.
    pub task: Option<i64>,
    /// Their words.
    pub words: String,
}

/// What officers of these reception points explained of the month, or of these tasks, up to a log position.
pub(super) fn explained(
    conn: &Reader,
    scope: &Scope,
    (month, told): (Month, &[TaskFact]),
    pos: i64,
) -> Result<Vec<Explained>> {
    let points: BTreeSet<NodeId> = scope.counters.iter().map(|counter| counter.node).collect();
    let officers = roster::officers(conn)?
        .into_iter()
        .filter(|officer| points.contains(&officer.node));
    let officers: BTreeSet<i64> = officers.map(|officer| officer.no).collect();
    let mut found: BTreeMap<i64, Explained> = BTreeMap::new();
    let of_tasks = told.iter().map(|task| explain::of_task(conn, task.no));
    for explained in of_tasks.chain([explain::of_month(conn, month)]) {
        for explained in explained?.into_iter().filter(|explained| explained.pos <= pos) {
            let about = explained.task;
            let of_month = about.is_none() && officers.contains(&explained.officer_no);
            if of_month || told.iter().any(|task| Some(task.no) == about) {
                let words = explained.words;
                found.insert(explained.no, Explained { task: about, words });
            }
        }
    }
    Ok(found.into_values().collect())
}

/// The annex's table of them.
pub(super) fn annex(facts: &Facts, blocks: &mut Vec<Block>) {
    let explained = facts.explained.as_deref().unwrap_or_default();
    if explained.is_empty() {
        return;
    }
    let mut table = Table::new("Giải trình của cán bộ", &[("Về", -28), ("Nội dung", -72)]);
    for explained in explained {
        let about = explained
            .task
            .map_or_else(|| "Kết quả của tháng".to_owned(), |no| format!("Việc số {no}"));
        table.rows.push(vec![about, explained.words.clone()]);
    }
    blocks.push(Block::Table(table));
}

/// What section IV says of them. Reports that were filed before there were tasks say nothing.
pub(super) fn section(facts: &Facts, blocks: &mut Vec<Block>) {
    let Some(tasks) = &facts.tasks else { return };
    if tasks.is_empty() {
        blocks.push(Block::Text(
            "Trong kỳ không có việc cần xử lý nào mở từ đánh giá thấp.".to_owned(),
        ));
        return;
    }
    let earlier = tasks.iter().filter(|task| task.opened < facts.period().first()).count() as u64;
    let came_to = |outcome| tasks.iter().filter(|task| task.outcome == outcome).count() as u64;
    let closed = Outcome::ALL.map(|outcome| format!("{} {}", outcome.vietnamese(), n(came_to(Some(outcome)))));
    let before = match earlier {
        0 => String::new(),
        earlier => format!(", trong đó {} việc mở từ kỳ trước", n(earlier)),
    };
    blocks.push(Block::Text(format!(
        "Việc cần xử lý mở từ đánh giá thấp: {}{before}. Lãnh đạo đơn vị đã xử lý: {}; chưa xử lý xong: {}.",
        n(tasks.len() as u64),
        closed.join("; "),
        n(came_to(None))
    )));
    let mut table = Table::new(
        "Việc từ đánh giá thấp và kết quả xử lý",
        &[
            ("Việc số", 9),
            ("Điểm tiếp nhận", -24),
            ("Ngày mở", -15),
            ("Số đánh giá thấp", 12),
            ("Kết quả xử lý", -20),
            ("Ghi chú của lãnh đạo", -30),
        ],
    );
    for task in tasks.iter().take(LISTED) {
        let point = facts.labels.points.get(&task.node).cloned().unwrap_or_default();
        let came_to = match (task.outcome, task.closed) {
            (Some(outcome), Some(day)) => format!("{} ({})", outcome.vietnamese(), date(day)),
            (Some(outcome), None) => outcome.vietnamese().to_owned(),
            (None, _) => "đang xử lý".to_owned(),
        };
        table.rows.push(vec![
            task.no.to_string(),
            point,
            date(task.opened),
            n(task.ballots),
            came_to,
            task.words.clone(),
        ]);
    }
    blocks.push(Block::Table(table));
    let more = tasks.len().saturating_sub(LISTED) as u64;
    let more = match more {
        0 => String::new(),
        more => format!("Còn {} việc nữa, xem trang Việc cần xử lý. ", n(more)),
    };
    let level = tasks.iter().map(|task| task.level).max().unwrap_or(0);
    blocks.push(Block::Note(format!(
        "{more}Đánh giá thấp: {}. Việc được mở vào sáng hôm sau, không nêu quầy, giờ, công chức hay người dân.",
        level_vi(level)
    )));
}

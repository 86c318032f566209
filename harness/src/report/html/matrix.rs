// SPDX-License-Identifier: MIT OR Apache-2.0
//! The matrix: a line per case, a column per implementation, and under a line the reason of what
//! nobody expected.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::changes::Change;
use super::page::{Row, VERDICTS, badge, bar, counted, level};
use super::text::{duration, escaped, link};
use crate::record::{CaseRecord, RunRecord};

/// The matrix with its filters.
pub(super) fn section(run: &RunRecord, rows: &[Row<'_>], baseline: bool) -> String {
    let mut out = String::from("<section id='results' class='view'>");
    stale(&mut out, run);
    filters(&mut out, run, baseline);
    out.push_str("<div id='strip' aria-hidden='true'></div>");
    // what needs somebody comes first, groups and cases
    let poor: BTreeSet<&str> = rows
        .iter()
        .filter(|row| !row.case.as_expected)
        .map(|row| group_of(row.case))
        .collect();
    let mut groups: BTreeMap<(bool, &str), Vec<&Row<'_>>> = BTreeMap::new();
    for row in rows {
        let group = group_of(row.case);
        let key = (!poor.contains(group), group);
        groups.entry(key).or_default().push(row);
    }
    let columns = columns(rows);
    out.push_str("<table id='matrix'><thead><tr>");
    for column in &columns {
        let name = column.unwrap_or("verdict");
        let _ = write!(out, "<th scope='col'>{}</th>", escaped(name));
    }
    out.push_str(
        "<th scope='col'>case</th><th scope='col' class='spec'>judged by</th>\
         <th scope='col' class='lev'>level</th><th scope='col' class='time'>time</th></tr></thead>",
    );
    for ((_, group), rows) in groups {
        body(&mut out, group, &rows, &columns);
    }
    out.push_str(
        "</table><p id='nothing' class='empty' hidden>No case fits these filters. \
         <button type='button' id='clear'>Show all</button></p></section>",
    );
    out
}

fn group_of(case: &CaseRecord) -> &str {
    case.id.rsplit_once('/').map_or("", |(group, _)| group)
}

/// One column, or one per implementation when a case was run with several.
fn columns<'a>(rows: &[Row<'a>]) -> Vec<Option<&'a str>> {
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.case.id.as_str()).collect();
    if ids.len() == rows.len() {
        return vec![None];
    }
    let names: BTreeSet<&str> = rows.iter().map(|row| row.case.iut.as_str()).collect();
    names.into_iter().map(Some).collect()
}

fn filters(out: &mut String, run: &RunRecord, baseline: bool) {
    out.push_str(
        "<form id='filters' role='search' autocomplete='off'>\
         <input type='search' id='q' placeholder='Search: id, words, §clause, call:function' aria-label='Search cases' spellcheck='false'>\
         <div class='chips' role='group' aria-label='Verdicts'>",
    );
    for (verdict, sign) in VERDICTS {
        let count = run
            .cases
            .iter()
            .filter(|case| case.verdict == verdict)
            .count();
        if count > 0 {
            let _ = write!(
                out,
                "<label class='v {verdict}'><input type='checkbox' name='v' value='{verdict}'>\
                 <i>{sign}</i>{verdict} <b>{count}</b></label>"
            );
        }
    }
    out.push_str("</div>");
    let unexpected = run.cases.iter().filter(|case| !case.as_expected).count();
    let mut toggle = |name: &str, words: &str| {
        let _ = write!(
            out,
            "<label class='tog'><input type='checkbox' name='{name}'>{words}</label>"
        );
    };
    if unexpected > 0 && unexpected < run.cases.len() {
        toggle("unexpected", "not as expected");
    }
    if baseline {
        toggle("changed", "changed");
    }
    let levels: BTreeSet<&str> = run.cases.iter().map(|case| level(case.level)).collect();
    select(out, "level", "every level", &levels);
    let names: BTreeSet<&str> = run.cases.iter().map(|case| case.iut.as_str()).collect();
    select(out, "iut", "every implementation", &names);
    out.push_str("<output id='count' aria-live='polite'></output></form>");
}

fn select(out: &mut String, name: &str, all: &str, values: &BTreeSet<&str>) {
    if values.len() < 2 {
        return;
    }
    let _ = write!(
        out,
        "<select name='{name}' aria-label='{all}'><option value=''>{all}</option>"
    );
    for value in values {
        let value = escaped(value);
        let _ = write!(out, "<option value='{value}'>{value}</option>");
    }
    out.push_str("</select>");
}

fn body(out: &mut String, group: &str, rows: &[&Row<'_>], columns: &[Option<&str>]) {
    let _ = write!(
        out,
        "<tbody><tr class='group'><th colspan='{}' scope='rowgroup'><span>{}</span>{}<small>{}</small></th></tr>",
        columns.len() + 4,
        escaped(if group.is_empty() { "cases" } else { group }),
        bar(rows.iter().map(|row| row.case.verdict)),
        counted(rows.len(), "case", "cases"),
    );
    let mut ids: BTreeMap<&str, Vec<&Row<'_>>> = BTreeMap::new();
    for row in rows {
        ids.entry(&row.case.id).or_default().push(row);
    }
    let mut lines: Vec<_> = ids.into_values().collect();
    lines.sort_by_key(|rows| rows.iter().all(|row| row.case.as_expected));
    for rows in lines {
        case(out, &rows, columns);
    }
    out.push_str("</tbody>");
}

/// One line of the matrix, and under it why verdicts are not as expected.
fn case(out: &mut String, rows: &[&Row<'_>], columns: &[Option<&str>]) {
    let Some(first) = rows.first().map(|row| row.case) else {
        return;
    };
    out.push_str("<tr class='case'>");
    for column in columns {
        let here = rows
            .iter()
            .find(|row| column.is_none_or(|name| name == row.case.iut));
        out.push_str("<td class='vs'>");
        if let Some(row) = here {
            cell(out, row);
        }
        out.push_str("</td>");
    }
    let name = first.id.rsplit('/').next().unwrap_or(&first.id);
    let _ = write!(
        out,
        "<th scope='row'><a href='#/case/{}'>{}</a><span>{}</span>",
        link(&first.folder()),
        escaped(name),
        escaped(&first.title),
    );
    let took: Vec<u64> = rows.iter().filter_map(|row| row.case.duration).collect();
    let took = took.iter().max().map(|took| duration(*took));
    let _ = write!(
        out,
        "</th><td class='spec'>{}</td><td class='lev'>{}</td><td class='time'>{}</td></tr>",
        first
            .spec
            .iter()
            .map(|it| escaped(it))
            .collect::<Vec<_>>()
            .join("<br>"),
        level(first.level),
        took.unwrap_or_default(),
    );
    reason(out, rows, columns);
}

fn cell(out: &mut String, row: &Row<'_>) {
    let case = row.case;
    let _ = write!(
        out,
        "<a class='cell' href='#/case/{}' data-case='{}' aria-label='{} {} with {}'>{}</a>",
        link(&case.folder()),
        escaped(&case.folder()),
        case.verdict,
        escaped(&case.id),
        escaped(&case.iut),
        badge(case.verdict),
    );
    if let Some(expected) = &case.expected {
        let kind = if case.as_expected { "exp" } else { "exp wrong" };
        let _ = write!(
            out,
            "<span class='{kind}' title='{}'>expected {}</span>",
            escaped(&expected.reason),
            expected.verdict
        );
    }
    if let Some(change) = row.change {
        let words = match change.before() {
            Some(before) => format!("was {before}"),
            None if change == Change::New => "new case".to_owned(),
            None => "other traffic".to_owned(),
        };
        let _ = write!(out, "<span class='chg {}'>{words}</span>", change.word());
    }
}

/// Under a line: why its verdicts are not as expected.
fn reason(out: &mut String, rows: &[&Row<'_>], columns: &[Option<&str>]) {
    let found: Vec<_> = rows
        .iter()
        .filter(|row| !row.case.as_expected)
        .filter_map(|row| Some((row.case, row.case.finding.as_ref()?)))
        .collect();
    if found.is_empty() {
        return;
    }
    let _ = write!(
        out,
        "<tr class='reason'><td colspan='{}'>",
        columns.len() + 4
    );
    for (case, finding) in found {
        let _ = write!(out, "<dl class='why {}'>", case.verdict);
        let mut line = |name: &str, text: &str| {
            let _ = write!(out, "<dt>{name}</dt><dd>{}</dd>", escaped(text));
        };
        if columns.len() > 1 {
            line("with", &case.iut);
        }
        line("expected", &finding.expected);
        for actual in &finding.actual {
            line("actual", actual);
        }
        out.push_str("</dl>");
    }
    out.push_str("</td></tr>");
}

/// What makes the run fail beside the cases.
fn stale(out: &mut String, run: &RunRecord) {
    if run.stale_expectations.is_empty() {
        return;
    }
    out.push_str("<div class='card warn'><h2>Stale expectations</h2><ul>");
    for words in &run.stale_expectations {
        let _ = write!(out, "<li>{}</li>", escaped(words));
    }
    out.push_str("</ul></div>");
}

//! The table, written out on its own.

use std::collections::BTreeMap;

/// S: system administrator, L: leader, C: clerk, I: inspector; each of the unit that the page is about.
const TABLE: &str = "
GET  /admin/                  S L C I
GET  /admin/units             S L C I
GET  /admin/detail            S L C I
GET  /admin/reports           S L C -
POST /admin/reports           S L C -
GET  /admin/reports/file      S L C -
GET  /admin/reports/filed     S L C -
POST /admin/reports/settings  S L - -
GET  /admin/reports/volume    S L C -
POST /admin/reports/volume    S L C -
POST /admin/sign-out          S L C I
GET  /admin/start             S L - -
POST /admin/start             S L - -
GET  /admin/start/counters    S L - -
POST /admin/start/counters    S L - -
GET  /admin/start/sheets      S L C -
POST /admin/start/sheets      S L C -
GET  /admin/comments          S L C -
GET  /admin/comments/read     S L C -
POST /admin/comments/mark     S L C -
POST /admin/comments/switch   S L - -
GET  /admin/devices           S L C I
GET  /admin/devices/revoke    S L - -
POST /admin/devices/revoke    S L - -
POST /admin/devices/replace   S L - -
GET  /admin/devices/operator  S L - -
POST /admin/devices/unlock    S L - -
POST /admin/devices/erase-code  S L - -
GET  /admin/pin               S L - -
POST /admin/pin               S L - -
GET  /admin/ballot-file       S L - -
POST /admin/ballot-file/take  S L - -
GET  /admin/ballot-file/receipts  S L - -
GET  /admin/export            S L C I
GET  /admin/export/file       S L C I
GET  /admin/dossier           S L C I
GET  /admin/dossier/file      S L C I
GET  /admin/mine              - - - -
POST /admin/mine/explain      - - - -
GET  /admin/tasks             S L C I
GET  /admin/tasks/digest      S L C I
POST /admin/tasks/close       S L - -
POST /admin/tasks/reopen      S L - -
GET  /admin/tasks/rule        S L - -
POST /admin/tasks/rule        S L - -
POST /admin/tasks/closed-days S L - -
GET  /admin/manage            S L C I
GET  /admin/account           S L C I
POST /admin/account           S L C I
POST /admin/account/elsewhere S L C I
GET  /admin/places            S L C I
GET  /admin/places/unit       S L C I
POST /admin/places/add        S L - -
POST /admin/places/rename     S L - -
POST /admin/places/contact    S L - -
POST /admin/places/hours      S L - -
POST /admin/places/public     S L - -
POST /admin/places/languages  S L - -
POST /admin/places/close      S L - -
POST /admin/places/counter/add     S L - -
POST /admin/places/counter/change  S L - -
POST /admin/places/counter/close   S L - -
GET  /admin/import            S L - -
POST /admin/import/try        S L - -
POST /admin/import/store      S L - -
GET  /admin/surveys           S L C I
GET  /admin/surveys/version   S L C I
GET  /admin/surveys/history   S L C I
GET  /admin/surveys/difference  S L C I
GET  /admin/surveys/preview   S L C I
GET  /admin/surveys/preview.json  S L C I
GET  /admin/surveys/languages  S L C I
POST /admin/surveys/languages  S L - -
POST /admin/surveys/language  S L - -
GET  /admin/surveys/draft     S L - -
POST /admin/surveys/draft     S L - -
POST /admin/surveys/draft/save     S L - -
POST /admin/surveys/draft/discard  S L - -
GET  /admin/surveys/question  S L - -
POST /admin/surveys/question  S L - -
GET  /admin/surveys/publish   S L - -
POST /admin/surveys/publish   S L - -
GET  /admin/roster            S L C I
GET  /admin/roster/duty       S L C -
POST /admin/roster/officer    S L C -
POST /admin/roster/add        S L C -
POST /admin/roster/correct    S L C -
GET  /admin/officers          S L - I
GET  /admin/exclusions        S L C I
POST /admin/exclusions/add    S L - -
POST /admin/exclusions/undo   S L - -
GET  /admin/waiting           S L C I
POST /admin/waiting/decide    S L - -
GET  /admin/users             S L - -
POST /admin/users/add         S L - -
POST /admin/users/change      S L - -
POST /admin/users/disable     S L - -
POST /admin/users/password    S L - -
";

pub fn table() -> BTreeMap<(String, String), [bool; 4]> {
    let rows = TABLE.lines().filter(|line| !line.trim().is_empty()).map(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        let cells = ["S", "L", "C", "I"].map(|role| words[2..].contains(&role));
        assert_eq!(words.len(), 6, "{line}");
        ((words[0].to_owned(), words[1].to_owned()), cells)
    });
    rows.collect()
}

//! The fictional places of a demo folder.

use super::{
    Result, WriteTx,
    places::{NewCounter, NewNode, NodeKind},
};
use crate::domain::{ballot::Moment, settings::NodeSettings};

/// Adds them.
pub(super) fn places(tx: &WriteTx<'_>, now: i64) -> Result<()> {
    // The ward's counters have one lĩnh vực each, the commune's take everything.
    let units = [
        ("Xã Mẫu", "xã", [None; 3]),
        (
            "Phường Mẫu",
            "phường",
            [Some("Chứng thực"), Some("Hộ tịch"), Some("Đất đai")],
        ),
    ];
    for (name, kind_word, fields) in units {
        let node = tx.add_node(
            &NewNode {
                name: name.into(),
                parent: None,
                kind: Some(NodeKind::Commune),
                contact: Some(format!(
                    "Trung tâm Phục vụ hành chính công {kind_word} (số liệu minh họa)"
                )),
            },
            now,
        )?;
        let moments = [Moment::Reception, Moment::Returned, Moment::Result];
        for (n, (moment, field)) in moments.into_iter().zip(fields).enumerate() {
            let name = format!("Quầy {} – {}", n + 1, moment.vietnamese());
            let field = field.map(str::to_owned);
            tx.add_counter(
                &NewCounter {
                    name,
                    node,
                    moment,
                    field,
                },
                now,
            )?;
        }
        let shown = NodeSettings {
            public: Some(true),
            ..NodeSettings::default()
        };
        tx.set_settings(node, &shown, "init", now)?;
    }
    Ok(())
}

//! No ratings now: why, and what to do.

use crate::{
    engine::message::Block,
    session::operator::OperatorTap,
    ui::{lang::Texts, model::Act, operator::OperatorAct, pictures},
};
use dioxus::prelude::*;

/// The block's name in `data-block`.
pub(in crate::ui) fn block_name(block: Block) -> &'static str {
    match block {
        Block::PlainHttp => "plain-http",
        Block::NoOpfs => "no-opfs",
        Block::SecondWindow => "second-window",
        Block::Storage => "storage",
        Block::Revoked => "revoked",
    }
}

pub(super) fn screen(texts: &'static Texts, block: Block, act: Callback<Act>) -> Element {
    let notice = texts.block(block);
    // A cupboardful of other reasons may have passed by then; a page loaded anew finds out.
    let may_pass = matches!(block, Block::Storage | Block::SecondWindow);
    rsx! {
        div { class: "middle", role: "alert",
            {pictures::paused()}
            h1 { class: "ask", tabindex: "-1", "data-heading": true, "data-operator": true,
                onclick: move |_| act.call(Act::Operator(OperatorAct::Tap(OperatorTap::Name))),
                {notice.title}
            }
            p { class: "body", {notice.body} }
            if may_pass {
                button { class: "secondary", r#type: "button", "data-action": "retry",
                    onclick: move |_| act.call(Act::Retry),
                    {texts.retry}
                }
            }
        }
    }
}

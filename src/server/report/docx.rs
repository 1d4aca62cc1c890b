//! A [`Paper`] as .docx: A4, Times New Roman, the margins and sizes of NĐ 30/2020 (domain.md §3.4), page numbers centred in
//! the top margin but not on the first page.
//!
//! Written by hand: a report needs headings, paragraphs and tables, and the crates for more are far larger than this file.
//! The same paper gives the same bytes: no clock and no random number is in them.

use super::paper::{Block, Paper, Table};
use std::io::{Cursor, Write};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

/// Why there is no document. Nothing in a paper can bring this about; memory may.
#[derive(Debug, thiserror::Error)]
pub enum DocxError {
    /// The archive.
    #[error("putting the document together: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// Its parts.
    #[error("writing the document: {0}")]
    Io(#[from] std::io::Error),
}

impl DocxError {
    /// Whether trying again can't help.
    pub fn is_permanent(&self) -> bool {
        matches!(self, Self::Zip(_))
    }
}

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#;
const PARTS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" Target="header1.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/></Relationships>"#;
/// Body: 14 pt, at least 6 pt after, 1.15 lines. "w:lang" keeps a spell checker from reading it as English.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="Times New Roman"/><w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="vi-VN" w:eastAsia="vi-VN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="0"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="120" w:after="120"/><w:ind w:firstLine="720"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/></w:rPr></w:style></w:styles>"#;
const W: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;
const XML: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
/// Width between the margins in twentieths of a point: 210 mm less 30 and 20.
const WIDTH: u32 = 9_071;

/// The bytes of the document.
pub fn write(paper: &Paper) -> Result<Vec<u8>, DocxError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let title = escape(&paper.subject);
    let core = format!(
        "{XML}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{title}</dc:title><dc:language>vi-VN</dc:language>\
         </cp:coreProperties>"
    );
    let footer = format!(
        "{XML}<w:ftr {W}>{}</w:ftr>",
        paragraph(
            &paper.footer,
            &Look {
                size: 18,
                centred: true,
                ..Look::default()
            }
        )
    );
    let parts = [
        ("[Content_Types].xml", TYPES.to_owned()),
        ("_rels/.rels", RELATIONS.to_owned()),
        ("docProps/core.xml", core),
        ("word/_rels/document.xml.rels", PARTS.to_owned()),
        ("word/styles.xml", STYLES.to_owned()),
        ("word/header1.xml", page_number()),
        ("word/footer1.xml", footer),
        ("word/document.xml", document(paper)),
    ];
    for (name, text) in parts {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn page_number() -> String {
    format!(
        "{XML}<w:hdr {W}><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r>\
         <w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>\
         </w:hdr>"
    )
}

fn document(paper: &Paper) -> String {
    let centred = |size, bold| Look {
        size,
        bold,
        centred: true,
        ..Look::default()
    };
    let mut body = head(paper);
    if let Some(mark) = &paper.mark {
        body.push_str(&paragraph(mark, &centred(26, true)));
    }
    body.push_str(&paragraph("", &centred(16, false)));
    body.push_str(&paragraph(&paper.title, &centred(28, true)));
    body.push_str(&paragraph(&paper.subject, &centred(28, true)));
    body.push_str(&rule(3_200));
    for (place, block) in (1..).zip(&paper.blocks) {
        match block {
            // A signature never stands on a page of its own.
            Block::Text(text) if place == paper.blocks.len() => body.push_str(&paragraph(
                text,
                &Look {
                    keep: true,
                    ..Look::text()
                },
            )),
            block => body.push_str(&part(block)),
        }
    }
    body.push_str(&foot(paper));
    body.push_str("<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>");
    paper.annex.iter().for_each(|block| body.push_str(&part(block)));
    // A4; top and bottom 20 mm, left 30 mm, right 20 mm.
    format!(
        "{XML}<w:document {W}><w:body>{body}<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId2\"/>\
         <w:footerReference w:type=\"default\" r:id=\"rId3\"/><w:footerReference w:type=\"first\" r:id=\"rId3\"/>\
         <w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1701\" \
         w:header=\"567\" w:footer=\"454\" w:gutter=\"0\"/><w:titlePg/></w:sectPr></w:body></w:document>"
    )
}

fn part(block: &Block) -> String {
    let note = Look {
        size: 22,
        italic: true,
        ..Look::default()
    };
    match block {
        Block::Heading(text) => {
            format!(
                "<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr>{}</w:p>",
                run(text, "")
            )
        }
        Block::Text(text) => paragraph(text, &Look::text()),
        Block::Note(text) => paragraph(text, &note),
        Block::Table(table) => rows(table),
    }
}

/// Issuing body to the left, Quốc hiệu and Tiêu ngữ to the right.
fn head(paper: &Paper) -> String {
    let look = |size, bold, italic| Look {
        size,
        bold,
        italic,
        centred: true,
        ..Look::default()
    };
    let mut left = String::new();
    if !paper.above.is_empty() {
        left.push_str(&paragraph(&paper.above, &look(24, false, false)));
    }
    left.push_str(&paragraph(&paper.body, &look(24, true, false)));
    left.push_str(&rule(1_100));
    left.push_str(&paragraph("Số:        /BC-UBND", &look(26, false, false)));
    let mut right = paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", &look(24, true, false));
    right.push_str(&paragraph("Độc lập - Tự do - Hạnh phúc", &look(26, true, false)));
    right.push_str(&rule(1_300));
    right.push_str(&paragraph(&paper.place_and_date, &look(26, false, true)));
    two_columns(&left, &right, 3_700)
}

/// Receivers to the left, the signature to the right.
fn foot(paper: &Paper) -> String {
    let small = Look {
        size: 22,
        ..Look::default()
    };
    let mut left = paragraph(
        "Nơi nhận:",
        &Look {
            size: 24,
            bold: true,
            italic: true,
            ..Look::default()
        },
    );
    for receiver in &paper.receivers {
        left.push_str(&paragraph(&format!("- {receiver}"), &small));
    }
    let bold = Look {
        bold: true,
        centred: true,
        ..Look::default()
    };
    let mut right = String::new();
    for line in &paper.signature {
        right.push_str(&paragraph(line, &bold));
    }
    // Room for a signature, on paper or electronic.
    (0..4).for_each(|_| right.push_str(&paragraph("", &bold)));
    two_columns(&left, &right, 4_500)
}

fn two_columns(left: &str, right: &str, width: u32) -> String {
    let rest = WIDTH - width;
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>\
         <w:gridCol w:w=\"{width}\"/><w:gridCol w:w=\"{rest}\"/></w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc>\
         <w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>{left}</w:tc><w:tc><w:tcPr><w:tcW w:w=\"{rest}\" \
         w:type=\"dxa\"/></w:tcPr>{right}</w:tc></w:tr></w:tbl>"
    )
}

fn rows(table: &Table) -> String {
    let whole: u32 = table.columns.iter().map(|column| column.width).sum::<u32>().max(1);
    let widths: Vec<u32> = table
        .columns
        .iter()
        .map(|column| WIDTH * column.width / whole)
        .collect();
    let mut out = paragraph(
        &table.caption,
        &Look {
            size: 26,
            bold: true,
            before: 120,
            keep: true,
            ..Look::default()
        },
    );
    out.push_str(&format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/><w:tblBorders>"
    ));
    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        out.push_str(&format!(
            "<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>"
        ));
    }
    out.push_str("</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
    widths
        .iter()
        .for_each(|width| out.push_str(&format!("<w:gridCol w:w=\"{width}\"/>")));
    out.push_str("</w:tblGrid>");
    let titles: Vec<&str> = table.columns.iter().map(|column| column.title.as_str()).collect();
    row(
        &mut out,
        &titles,
        &widths,
        |_| Look {
            size: 24,
            bold: true,
            centred: true,
            ..Look::default()
        },
        true,
    );
    for (place, cells) in table.rows.iter().enumerate() {
        let bold = table.total && place + 1 == table.rows.len();
        let texts: Vec<&str> = cells.iter().map(String::as_str).collect();
        row(
            &mut out,
            &texts,
            &widths,
            |column| Look {
                size: 24,
                bold,
                right: table.columns.get(column).is_some_and(|column| column.number),
                ..Look::default()
            },
            false,
        );
    }
    out.push_str("</w:tbl>");
    // Two tables must not touch, or they become one.
    out.push_str(&paragraph(
        "",
        &Look {
            size: 12,
            ..Look::default()
        },
    ));
    out
}

fn row(out: &mut String, cells: &[&str], widths: &[u32], look: impl Fn(usize) -> Look, head: bool) {
    out.push_str("<w:tr><w:trPr><w:cantSplit/>");
    if head {
        out.push_str("<w:tblHeader/>");
    }
    out.push_str("</w:trPr>");
    for (column, (text, width)) in cells.iter().zip(widths).enumerate() {
        out.push_str(&format!(
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>{}</w:tc>",
            paragraph(text, &look(column))
        ));
    }
    out.push_str("</w:tr>");
}

/// How a paragraph looks; sizes in half points.
#[derive(Clone, Debug)]
struct Look {
    size: u32,
    bold: bool,
    italic: bool,
    centred: bool,
    right: bool,
    justified: bool,
    before: u32,
    keep: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            size: 28,
            bold: false,
            italic: false,
            centred: false,
            right: false,
            justified: false,
            before: 0,
            keep: false,
        }
    }
}

impl Look {
    /// Justified, the first line indented by 1.27 cm, 6 pt apart, 1.15 lines.
    fn text() -> Self {
        Self {
            justified: true,
            ..Self::default()
        }
    }
}

fn paragraph(text: &str, look: &Look) -> String {
    let mut shape = String::new();
    if look.keep {
        shape.push_str("<w:keepNext/>");
    }
    if look.justified {
        shape.push_str("<w:spacing w:before=\"0\" w:after=\"120\" w:line=\"276\" w:lineRule=\"auto\"/>");
        shape.push_str("<w:ind w:firstLine=\"720\"/><w:jc w:val=\"both\"/>");
    } else if look.before > 0 {
        shape.push_str(&format!("<w:spacing w:before=\"{}\" w:after=\"60\"/>", look.before));
    }
    if look.centred {
        shape.push_str("<w:jc w:val=\"center\"/>");
    } else if look.right {
        shape.push_str("<w:jc w:val=\"right\"/>");
    }
    let mut letters = String::new();
    if look.bold {
        letters.push_str("<w:b/>");
    }
    if look.italic {
        letters.push_str("<w:i/>");
    }
    letters.push_str(&format!("<w:sz w:val=\"{0}\"/><w:szCs w:val=\"{0}\"/>", look.size));
    format!("<w:p><w:pPr>{shape}</w:pPr>{}</w:p>", run(text, &letters))
}

fn run(text: &str, letters: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!(
        "<w:r><w:rPr>{letters}</w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r>",
        escape(text)
    )
}

/// A line under what stands above, indented from both sides of its cell or the page.
fn rule(indent: u32) -> String {
    format!(
        "<w:p><w:pPr><w:pBdr><w:top w:val=\"single\" w:sz=\"6\" w:space=\"1\" w:color=\"000000\"/></w:pBdr>\
         <w:spacing w:after=\"60\"/><w:ind w:left=\"{indent}\" w:right=\"{indent}\"/></w:pPr><w:r><w:rPr>\
         <w:sz w:val=\"8\"/></w:rPr></w:r></w:p>"
    )
}

/// Text in XML: no marks of its own, no characters that XML 1.0 forbids.
fn escape(text: &str) -> String {
    let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r') || (*c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(allowed) {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

//! What can be wrong with a survey document: a code for programs, words for people.

/// Why a survey is refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {problem} ({})", .problem.code())]
pub struct SurveyError {
    /// The exact place, such as `questions[3].tiles[2].text`; `document` for the whole.
    pub at: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong at a place of a survey document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// More bytes than a survey may have.
    #[error("the document is larger than {most} bytes")]
    TooLarge {
        /// The limit.
        most: usize,
    },
    /// The bytes are not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// The document says a version that this program does not know.
    #[error("this version is not known here")]
    UnknownVersion,
    /// A member is missing.
    #[error("missing")]
    Missing,
    /// A member is of another type.
    #[error("{expected} expected")]
    WrongType {
        /// What was expected.
        expected: &'static str,
    },
    /// A member that means nothing here: a slip of the pen would silently change what is asked.
    #[error("this member is not known here")]
    UnknownMember,
    /// A word that is none of the possible ones.
    #[error("{found:?} is none of {known}")]
    UnknownWord {
        /// What stands there.
        found: String,
        /// What could.
        known: &'static str,
    },
    /// A question of a kind that this program does not know.
    #[error("{0:?} is no kind of question")]
    UnknownKind(String),
    /// Not an id.
    #[error("an id has 1 to 40 of a-z, A-Z, 0-9, '_', '-'")]
    BadId,
    /// Not a date.
    #[error("a date like 2026-11-22 is expected")]
    BadDate,
    /// An id stands twice in one list.
    #[error("used twice")]
    Duplicate,
    /// Too few or too many items.
    #[error("{least} to {most} are needed")]
    Count {
        /// At least.
        least: usize,
        /// At most.
        most: usize,
    },
    /// Nothing to read.
    #[error("the text is empty")]
    EmptyText,
    /// Too much to read.
    #[error("the text has more than {most} characters")]
    LongText {
        /// The limit.
        most: usize,
    },
    /// A control character in a text.
    #[error("control characters are not text")]
    ControlCharacter,
    /// A ballot that answers everything would not fit into a record.
    #[error("a ballot with everything chosen would be too long")]
    LongBallot,
    /// The headline names something without faces.
    #[error("must name a question of kind scale with faces")]
    HeadlineNotFaces,
    /// The headline has a condition.
    #[error("the headline question is always asked: it can have no condition")]
    HeadlineConditional,
    /// More than one question of kind text.
    #[error("only one question may be of kind text")]
    SecondText,
    /// A condition names a question that is not there.
    #[error("names no question")]
    UnknownQuestion,
    /// A condition names a question that is asked later.
    #[error("names a question that is asked later")]
    LaterQuestion,
    /// Conditions that wait for each other.
    #[error("a loop of conditions: {0}")]
    Loop(String),
    /// A condition names the comment channel, whose answers are in no ballot.
    #[error("a question of kind text has no answer to ask for")]
    ConditionOnText,
    /// A condition asks for an answer that its question can't have.
    #[error("the question can't be answered so")]
    ImpossibleAnswer,
    /// A published id is now another kind of question ([`super::Meaning`]).
    #[error("this id was published as {was}; an id keeps its meaning")]
    KindChanged {
        /// The published kind.
        was: &'static str,
    },
    /// A new question or answer has an id that was published before ([`super::Meaning`]).
    #[error("this id was published before with a meaning of its own; an id is never used again")]
    Reused,
    /// An answer now says what another answer to the same question said ([`super::Meaning`]).
    #[error("this wording was published under the answer {0}; an id keeps its meaning")]
    Swapped(String),
}

impl Problem {
    /// Its name for programs; never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::NotJson(_) => "not_json",
            Self::UnknownVersion => "unknown_version",
            Self::Missing => "missing",
            Self::WrongType { .. } => "wrong_type",
            Self::UnknownMember => "unknown_member",
            Self::UnknownWord { .. } => "unknown_word",
            Self::UnknownKind(_) => "unknown_kind",
            Self::BadId => "bad_id",
            Self::BadDate => "bad_date",
            Self::Duplicate => "duplicate",
            Self::Count { .. } => "count",
            Self::EmptyText => "empty_text",
            Self::LongText { .. } => "long_text",
            Self::ControlCharacter => "control_character",
            Self::LongBallot => "long_ballot",
            Self::HeadlineNotFaces => "headline_not_faces",
            Self::HeadlineConditional => "headline_conditional",
            Self::SecondText => "second_text",
            Self::UnknownQuestion => "unknown_question",
            Self::LaterQuestion => "later_question",
            Self::Loop(_) => "loop",
            Self::ConditionOnText => "condition_on_text",
            Self::ImpossibleAnswer => "impossible_answer",
            Self::KindChanged { .. } => "kind_changed",
            Self::Reused => "reused",
            Self::Swapped(_) => "swapped",
        }
    }

    /// What an administrator reads.
    pub fn vietnamese(&self) -> String {
        match self {
            Self::TooLarge { most } => format!("tệp lớn quá {most} byte"),
            Self::NotJson(error) => format!("không phải tệp JSON đúng: {error}"),
            Self::UnknownVersion => "phiên bản này chưa dùng được (cần số 1)".into(),
            Self::Missing => "còn thiếu".into(),
            Self::WrongType { expected } => format!("sai kiểu dữ liệu, cần {expected}"),
            Self::UnknownMember => "tên mục không có trong mẫu; xin xem lại chính tả".into(),
            Self::UnknownWord { found, known } => format!("“{found}” không dùng được; cần một trong: {known}"),
            Self::UnknownKind(found) => format!("không có loại câu hỏi “{found}”"),
            Self::BadId => "mã cần từ 1 đến 40 ký tự: chữ không dấu, chữ số, dấu gạch dưới hoặc dấu gạch nối".into(),
            Self::BadDate => "cần ngày dạng 2026-11-22".into(),
            Self::Duplicate => "mã này đã dùng ở trên".into(),
            Self::Count { least, most } if least == most => format!("cần đúng {least} mục"),
            Self::Count { least, most } => format!("cần từ {least} đến {most} mục"),
            Self::EmptyText => "chưa có chữ".into(),
            Self::LongText { most } => format!("dài quá {most} ký tự"),
            Self::ControlCharacter => "có ký tự điều khiển (xuống dòng, tab, đổi chiều chữ…)".into(),
            Self::LongBallot => "phiếu chọn hết mọi ô sẽ dài quá mức cho phép".into(),
            Self::HeadlineNotFaces => "câu chính phải là câu loại “scale” có khuôn mặt".into(),
            Self::HeadlineConditional => "câu chính luôn được hỏi, không đặt điều kiện".into(),
            Self::SecondText => "chỉ được một câu loại “text”".into(),
            Self::UnknownQuestion => "không có câu hỏi mang mã này".into(),
            Self::LaterQuestion => "câu này được hỏi sau; điều kiện chỉ được dựa vào câu hỏi trước".into(),
            Self::Loop(path) => format!("các điều kiện chờ nhau thành vòng: {path}"),
            Self::ConditionOnText => "câu loại “text” không có trong phiếu, không làm điều kiện được".into(),
            Self::ImpossibleAnswer => "câu hỏi đó không thể có câu trả lời này".into(),
            Self::KindChanged { was } => {
                format!("mã này đã công bố là câu loại “{was}”; muốn hỏi kiểu khác, xin thêm câu mới với mã mới")
            }
            Self::Reused => "mã này đã được công bố với ý nghĩa riêng, không dùng lại; xin đặt mã khác".into(),
            Self::Swapped(was) => {
                format!("câu chữ này đã công bố cho câu trả lời “{was}”; mỗi mã giữ nguyên ý nghĩa, không đổi chỗ")
            }
        }
    }
}

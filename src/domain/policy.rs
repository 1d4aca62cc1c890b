//! Every number that is a decision, with its unit and its reason.

use std::time::Duration;

/// Width of the time bucket a ballot carries, in seconds. Wide enough that a person opposite can't match a
/// rating to a minute, narrow enough to attribute it to a duty.
pub const BUCKET_SECS: i64 = 900;

/// Longest record line in bytes. A ballot is about 450 bytes; nine times that leaves room for 22 questions.
pub const MAX_RECORD_BYTES: usize = 4 * 1024;
/// Deepest JSON nesting a record may have. A ballot needs 3.
pub const MAX_RECORD_DEPTH: usize = 16;
/// Most record lines in one bundle: one fsync of the district settles that many.
pub const MAX_BUNDLE_RECORDS: usize = 500;
/// Largest bundle, decompressed, in bytes. Bounds the district's memory per request.
pub const MAX_BUNDLE_BYTES: usize = 256 * 1024;
/// Largest bundle, as it arrives (gzip), in bytes. Random salts don't compress, so this is not much smaller.
pub const MAX_BUNDLE_WIRE_BYTES: usize = 256 * 1024;
/// Largest `surveys` member of a bundle's header, in bytes.
pub const MAX_HEADER_SURVEYS_BYTES: usize = 64 * 1024;
/// Largest survey document, in bytes. The SIPAS form has 10 KB; a header's `surveys` must be able to carry any, and a tablet
/// reads it at every start.
pub const MAX_SURVEY_BYTES: usize = 48 * 1024;
/// Drafts of surveys that one unit may have at once: more than people work on, few enough to see through.
pub const MAX_DRAFTS: i64 = 20;
/// Largest draft of a survey with its words in other languages, in bytes: what a survey may have, and room for what is
/// too long and still to be corrected.
pub const MAX_DRAFT_BYTES: usize = 4 * MAX_SURVEY_BYTES;
/// How far into a refused bundle its nonce is looked for, in bytes (unpacked). Members are sorted, so it stands before
/// all that can be long; what is refused must cost less than what is taken.
pub const NONCE_WITHIN_BYTES: usize = 64 * 1024;
/// First bytes of a bundle (unpacked) in which its device is looked for before anything else: an honest header names it
/// within 1 KiB, after the app, a checkpoint and the clock. What is not found there waits with strangers.
pub const DEVICE_WITHIN_BYTES: usize = 4 * 1024;
/// How long the strangers' one place rests after a bundle that was refused, in times of what refusing it took: whoever
/// sends without a key costs an eighth of a processor at the most.
pub const STRANGERS_REST: u32 = 7;
/// Most runs in one bundle. Each opening of the tablet that writes makes an epoch, so weeks offline make many.
pub const MAX_BUNDLE_RUNS: usize = 200;

/// How long after its bucket a record waits at most before it may travel, in seconds (design §4, hold):
/// arrival times then say no more than the bucket does.
pub const HOLD_JITTER_SECS: i64 = 600;
/// First pause after a failed try.
pub const BACKOFF_BASE: Duration = Duration::from_secs(2);
/// Shortest pause after a failed try: full jitter may draw nothing, and nothing would be a storm.
pub const BACKOFF_FLOOR: Duration = Duration::from_millis(500);
/// Longest pause after failed tries, when nobody said otherwise.
pub const BACKOFF_CAP: Duration = Duration::from_secs(300);
/// Longest `Retry-After` a tablet obeys: a wrong header must not silence it for days.
pub const RETRY_AFTER_CAP: Duration = Duration::from_secs(3600);
/// How long the tablet waits for one answer.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// A tablet with nothing to send reports once in this time, at a random minute.
pub const HEARTBEAT: Duration = Duration::from_secs(3600);

/// Days a settled body stays on the tablet, counted between receipt times (the district's clock).
pub const PRUNE_DAYS: i64 = 30;

/// Wall and monotonic clock may part by this much before it counts as a clock step, in seconds.
pub const CLOCK_STEP_SECS: i64 = 300;
/// A skew up to this is taken as it is, a larger one is corrected and marked, in seconds.
pub const SKEW_AS_IS_SECS: i64 = 900;
/// A ballot that arrives later than this after its bucket is marked `late_sync`, in seconds (48 h).
pub const LATE_SYNC_SECS: i64 = 48 * 3600;

/// Silence on the screen before the question "do you need more time?" (design §6).
pub const SILENCE_ASK: Duration = Duration::from_secs(30);
/// Silence after which the visit ends: a face tapped is cast, otherwise nothing is kept.
pub const SILENCE_END: Duration = Duration::from_secs(50);
/// How long "Cảm ơn" stays.
pub const THANKS_SHOWN: Duration = Duration::from_secs(12);
/// Touches in this first part of "Cảm ơn" do nothing: they belong to the citizen who is leaving.
pub const THANKS_DEAF: Duration = Duration::from_secs(2);
/// A second tap on the same control within this time is a trembling finger; so is any tap this soon after the screen
/// changed, which was meant for what stood there before (domain.md §7: debounce 400 ms).
pub const DEBOUNCE: Duration = Duration::from_millis(400);
/// A cast that was not confirmed is asked for again after this time; it is idempotent.
pub const CAST_REPEAT: Duration = Duration::from_secs(3);
/// A cast that was not confirmed for this long means that the storage does not answer, and the screen says so.
pub const CAST_PATIENCE: Duration = Duration::from_secs(10);

/// Outside the opening hours the screen rests again this long after it was last touched: long enough for a visit and
/// the next person in the queue.
pub const REST_AFTER: Duration = Duration::from_secs(120);
/// Counts of languages are told in steps of this many ballots: fewer would be about single people.
pub const LANGUAGE_STEP: u32 = 5;

/// A visit is `quick` below this time from first touch to last tap, in seconds.
pub const TOOK_QUICK_SECS: i64 = 5;
/// A visit is `normal` below this time, in seconds; `slow` above.
pub const TOOK_NORMAL_SECS: i64 = 60;
/// A ballot less than this after the one before is `burst`, in seconds: one person can't be served in it.
pub const PACE_BURST_SECS: i64 = 20;
/// A ballot less than this after the one before is `brisk`, in seconds; `calm` above.
pub const PACE_BRISK_SECS: i64 = 120;

/// Below this many answers no rate is shown at all.
pub const MIN_N_RATE: u64 = 10;
/// Below this many answers nothing is ranked, and a headline looks further back.
pub const MIN_N_RANK: u64 = 30;
/// Ballots of a counter's half month are released to the figures only together with at least this many, and a cell or a
/// day with fewer is not shown by itself.
pub const MIN_CELL: u64 = 5;
/// While the half month goes on, as many are waited for: five by five, a counter with 17 ballots a month would leave 22 %
/// of them behind at the ends of its half months, so few that they can't be shown; ten by ten it is 7 %.
pub const MIN_RUNNING: u64 = 2 * MIN_CELL;
/// Below this many answers nothing of a unit's month is put out for everybody (issue 4, F09).
pub const MIN_N_PUBLIC: u64 = MIN_N_RANK;
/// Seconds after which the screen in the hall asks for itself again.
pub const BOARD_REFRESH_SECS: u32 = 300;
/// Seconds for which a public page may be kept on its way: what is on it changes once a day.
pub const PUBLIC_CACHE_SECS: u32 = 300;
/// A rate above this, in percent, among few of those served prints the caveat of self-selection (domain.md F38).
pub const CAVEAT_RATE_PERCENT: u64 = 98;
/// "Few": fewer ballots than this share of the transactions, in percent (domain.md F38).
pub const CAVEAT_RESPONSE_PERCENT: u64 = 20;
/// Windows a headline figure may fall back to, in months, shortest first.
pub const FALLBACK_MONTHS: [u32; 4] = [1, 3, 6, 12];

/// Days a printed enrolment code lives.
pub const CODE_SHEET_DAYS: i64 = 14;
/// Minutes a short, on-screen enrolment code lives.
pub const CODE_SHORT_MINUTES: i64 = 30;
/// Characters of a printed enrolment code: 80 bits, safe against guessing for 14 days.
pub const CODE_SHEET_CHARS: usize = 16;
/// Characters of an on-screen code: 40 bits, safe for 30 minutes behind the limit on wrong tries.
pub const CODE_SHORT_CHARS: usize = 8;

/// Digits of the operator's PIN.
pub const PIN_DIGITS: usize = 6;
/// argon2id for a PIN: memory in KiB, passes, lanes. Half of what passwords get, so that a tablet of 2018 answers within
/// a second. It buys little: six digits are a million tries for whoever has a tablet's files; the PIN keeps out
/// people at the counter, and behind it nothing can make a rating disappear unseen.
pub const PIN_ARGON2: (u32, u32, u32) = (8 * 1024, 3, 1);
/// Wrong PINs without a wait: slips of the finger.
pub const PIN_FREE_TRIES: u32 = 5;
/// Seconds to wait after the last free one; doubles with each further one.
pub const PIN_FIRST_WAIT_SECS: i64 = 30;
/// Longest wait for another try, in seconds.
pub const PIN_MAX_WAIT_SECS: i64 = 3600;
/// Wrong PINs after which only a code from the district opens: one in 50,000 finds a random PIN before.
pub const PIN_MAX_TRIES: u32 = 20;
/// Taps on the unit's name that ask for the PIN.
pub const OPERATOR_TAPS: usize = 5;
/// Time for these taps: nobody does it by chance.
pub const OPERATOR_TAPS_WITHIN: Duration = Duration::from_secs(3);
/// Silence after which operator mode ends by itself: a citizen must never find it open.
pub const OPERATOR_SILENCE: Duration = Duration::from_secs(60);
/// How long an erase that is allowed waits for the district to hear of it.
pub const ERASE_PATIENCE: Duration = Duration::from_secs(30);
/// After so long without contact a tablet is silent, in seconds (a day): its own status dot says "offline", the
/// district's metrics count it.
pub const OFFLINE_SECS: i64 = 86_400;

/// A tablet that is neither heard of nor taken out of use for so long was forgotten, in days: its counter may have another
/// one, and whatever it holds is not here. Two weeks are longer than any holiday.
pub const NEVER_CLOSED_DAYS: i64 = 14;

/// Most bundles in one file: 32,000 records, years of a counter without a network.
pub const MAX_FILE_BUNDLES: usize = 64;
/// Largest file that is read, in bytes: the bundles, each sealed and with its length, and the head.
pub const MAX_FILE_BYTES: usize = MAX_FILE_BUNDLES * (MAX_BUNDLE_WIRE_BYTES + 1024);
/// Bundles in files that a tablet remembers, to know their receipts again.
pub const FILED_KEPT: i64 = 4096;

/// Digits in a row, whatever but letters between them, that are hidden in a comment: a phone number has ten, an
/// identity card nine or twelve; eight are a date.
pub const HIDDEN_DIGITS: usize = 9;
/// Longest comment in characters: what somebody standing at a counter writes; at most 2,400 bytes.
pub const COMMENT_MAX_CHARS: usize = 600;
/// What a comment is padded to before it is sealed, in bytes: the length says only "short, longer, long".
pub const COMMENT_CLASSES: [usize; 3] = [512, 1024, 2816];
/// Largest body of `POST /api/v1/comments`, in bytes: the largest class in hex with what stands around it.
pub const MAX_COMMENT_BYTES: usize = 8 * 1024;
/// A comment waits at least this long on the tablet, in seconds: who was just at the counter is gone.
pub const COMMENT_DELAY_MIN_SECS: i64 = 2 * 3600;
/// A comment waits at most this long, in seconds (48 h); drawn evenly, so that its arrival tells of no visit.
pub const COMMENT_DELAY_MAX_SECS: i64 = 48 * 3600;
/// Days after the end of its month for which a comment is kept, on the tablet and in the district (domain.md §6).
pub const COMMENT_DAYS: i64 = 90;
/// Most comments of one unit and month: a busy ward writes tens; a broken or hostile tablet must not fill the disk.
pub const MAX_COMMENTS_A_MONTH: u64 = 5_000;
/// After the district refused a comment, the next try comes after this time: comments never delay ballots.
pub const COMMENT_RETRY: Duration = Duration::from_secs(3600);

/// Largest language pack in bytes: five times the English one.
pub const MAX_PACK_BYTES: usize = 64 * 1024;
/// Most languages besides Vietnamese and English that one tablet offers: they come with every setup.
pub const MAX_PACKS: usize = 8;
/// Longest text of a pack in characters, as for a survey.
pub const MAX_PACK_TEXT: usize = 300;
/// Largest recorded clip in bytes: 30 s at 64 kbit/s take 240 KB.
pub const MAX_CLIP_BYTES: usize = 512 * 1024;
/// Most bytes of all clips of one pack: a tablet keeps them for when there is no network.
pub const MAX_PACK_CLIP_BYTES: usize = 24 * 1024 * 1024;

/// How far the server's clock may be from what it said when it was last looked at, in seconds: a server that is off over a
/// weekend, and no more.
pub const CLOCK_JUMP_SECS: i64 = 3 * 86_400;
/// How long a time that is farther off must hold before it is believed, in seconds: a day has office hours in it, and
/// somebody who sees a wrong date.
pub const CLOCK_HELD_SECS: i64 = 86_400;
/// What one pause between two looks counts towards it at most, in seconds: the night of an office machine. Days that
/// nobody has seen pass are no proof.
pub const CLOCK_PAUSE_SECS: i64 = 12 * 3600;

/// Nightly backups that are kept: two weeks leave time to notice.
pub const BACKUPS_KEPT: usize = 14;
/// When the newest of the nightly backups is older than this, in seconds, a night was missed: two days.
pub const BACKUP_OLD_SECS: i64 = 2 * 86_400;
/// Months after which answers one by one are deleted (domain.md §6: 24, then counts only).
pub const RETENTION_MONTHS: u32 = 24;

/// Longest contact of a unit, in characters, and its lines: it stands on the thank-you screen for 12 seconds.
pub const CONTACT_CHARS: usize = 500;
/// Lines of a contact.
pub const CONTACT_LINES: usize = 6;

/// Days after a month's end on which its duties can still be entered and corrected: a working week, so that a clerk who
/// was away finds a day for it. Figures of officers are there once it is over, and nothing moves them any more.
pub const DUTY_DAYS: i64 = 5;
/// Most days of one exclusion: a year and a day; longer is no exclusion, but another question.
pub const EXCLUSION_DAYS: i64 = 366;
/// Ballots of one tablet and day less than [`PACE_BURST_SECS`] after the one before that are worth a flag: one person
/// may tap twice, five are no citizens in a queue.
pub const FLAG_PACE_BALLOTS: u64 = 5;
/// Ballots of one tablet in one hour that are worth a flag: one every three minutes is as fast as a counter serves.
pub const FLAG_HOUR_BALLOTS: u64 = 20;
/// Ballots of one counter and day outside opening hours that are worth a flag: a last citizen or two is everyday.
pub const FLAG_AFTER_HOURS_BALLOTS: u64 = 3;

/// Largest list that may be brought, in bytes as it is uploaded.
pub const IMPORT_BYTES: usize = 2 * 1024 * 1024;
/// The same unpacked, in bytes: an XLSX is a zip, and a zip may be a bomb.
pub const IMPORT_UNPACKED_BYTES: u64 = 32 * 1024 * 1024;
/// Most rows of a list: a province has under 200 communes, and all rows are one transaction.
pub const IMPORT_ROWS: usize = 1_000;
/// Most columns of a list.
pub const IMPORT_COLUMNS: usize = 40;
/// Lists that wait for their confirmation at once, of all users.
pub const IMPORTS_WAITING: usize = 8;
/// How long one waits, in seconds.
pub const IMPORT_WAIT_SECS: i64 = 1800;

/// A rating of this level or less is low, unless a unit says otherwise: "Không hài lòng".
pub const TASK_LEVEL: u8 = 2;
/// So many low ratings at one reception point open a task, unless a unit says otherwise (issue 5: two within five working
/// days). One alone would be one citizen.
pub const TASK_COUNT: u64 = 2;
/// Within so many working days, unless a unit says otherwise.
pub const TASK_DAYS: u64 = 5;
/// Highest level that a unit may call low: "Bình thường".
pub const TASK_MAX_LEVEL: u8 = 3;
/// How many low ratings a unit may ask for: never one, and not so many that nothing ever opens a task.
pub const TASK_COUNT_RANGE: std::ops::RangeInclusive<u64> = 2..=50;
/// Most working days that a rule may look over: a month's.
pub const TASK_MAX_DAYS: u64 = 23;
/// How old a rating may be to open a task with, in days: a tablet may have been without a network for weeks, but what is
/// older than two months is history, not news.
pub const TASK_REACH_DAYS: i64 = 62;
/// A task that is open longer than so many working days is overdue: a week, as long as the window of the default rule.
pub const TASK_OVERDUE_DAYS: u64 = 5;
/// Months that the preview of a rule looks back over.
pub const TASK_PREVIEW_MONTHS: u32 = 12;
/// Longest daily digest, in characters (domain.md F37).
pub const DIGEST_CHARS: usize = 600;

/// Days before the end of the TLS certificate from which on the log warns: programs that renew certificates do so thirty
/// days before, so that something is wrong by then, and there is time to mend it.
pub const CERTIFICATE_SOON_DAYS: i64 = 14;

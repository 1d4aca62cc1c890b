//! Hài Lòng: a ballot box for public counters.

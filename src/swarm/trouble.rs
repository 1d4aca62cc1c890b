//! What goes wrong with some tablets of a swarm: which ones and when follows from the seed, so that who asks can compare
//! what a district says of them with what happened.

/// What happens to a tablet. "The day" is the one of its [`Fate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// From the day on nobody switches it on.
    Silent,
    /// In the night after the day everything on it goes back to that day's morning; the day's ballots had been sent.
    PutBack,
    /// The day has no network, and in the night only the queue goes back to the morning: the day's ballots are gone.
    QueuePutBack,
    /// The day has no network, and in the night the queue's file is overwritten: the day's ballots are gone.
    Damaged,
    /// The day has no network; the next morning the tablet is withdrawn, in the evening it sends what it had.
    Withdrawn,
    /// On the morning of the day somebody copies it to another machine; both go on.
    Copied,
}

/// A tablet's trouble and its day, counted in working days from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// What.
    pub trouble: Trouble,
    /// When.
    pub day: usize,
}

/// Tablets of a thousand that meet each trouble; at least one does. One is copied, however many there are.
const OF_A_THOUSAND: [(Trouble, usize); 5] = [
    (Trouble::Silent, 50),
    (Trouble::PutBack, 25),
    (Trouble::QueuePutBack, 25),
    (Trouble::Damaged, 25),
    (Trouble::Withdrawn, 50),
];

/// Which of so many tablets meet what, in a time of so many working days: fewer than five days, and nothing happens.
pub fn fates(tablets: usize, days: usize, seed: u64) -> Vec<Option<Fate>> {
    let mut fates = vec![None; tablets];
    if days < 5 {
        return fates;
    }
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut order: Vec<usize> = (0..tablets).collect();
    rng.shuffle(&mut order);
    let many = OF_A_THOUSAND
        .into_iter()
        .flat_map(|(trouble, share)| std::iter::repeat_n(trouble, (tablets * share / 1000).max(1)));
    for (number, trouble) in order.into_iter().zip(std::iter::once(Trouble::Copied).chain(many)) {
        // Something before it, and two days after it.
        let day = rng.usize(1..days - 2);
        if let Some(fate) = fates.get_mut(number) {
            *fate = Some(Fate { trouble, day });
        }
    }
    fates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_fates_and_every_trouble_is_there() {
        let all = fates(1000, 22, 7);
        assert_eq!(all, fates(1000, 22, 7));
        assert_ne!(all, fates(1000, 22, 8));
        let of = |trouble| all.iter().flatten().filter(|fate| fate.trouble == trouble).count();
        assert_eq!(
            (of(Trouble::Copied), of(Trouble::Silent), of(Trouble::Damaged)),
            (1, 50, 25)
        );
        let few = fates(10, 22, 7);
        assert_eq!(few.iter().flatten().count(), 6, "one of each");
        assert!(fates(10, 4, 7).iter().all(Option::is_none));
    }
}

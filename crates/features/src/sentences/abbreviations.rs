//! Abbreviations by what a full stop after them means, and the words that decide the doubtful ones.

/// What a full stop after an abbreviation means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// Something always follows ("Mr.", "vs."): hardly ever the end of a sentence.
    Never,
    /// Ends a sentence when the next word is one that sentences begin with ("Inc. It closed" but "Inc. Chief Jane Roe").
    Perhaps,
    /// Goes before a number ("No. 5", "p. 7"); before a capital letter it is an ordinary word or the end.
    Number,
    /// Ends a sentence before any capital letter ("etc.", "oz.").
    Before,
}

// Keys are in lower case and sorted.

/// Titles and ranks, told apart from words by their capital letter.
const TITLES: &[&str] = &[
    "abp", "adm", "asst", "atty", "brig", "capt", "cmdr", "col", "comdr", "cpl", "cpt", "det", "drs", "ens", "fr",
    "gen", "gov", "govs", "hon", "insp", "lieut", "lt", "maj", "mme", "msgr", "mssrs", "pfc", "pres", "prof", "profs",
    "pte", "pvt", "rep", "reps", "rev", "rt", "sen", "sens", "sgt", "supt", "treas",
];

/// States, months and days, told apart from words by their capital letter.
const PLACES_AND_DATES: &[&str] = &[
    "ala", "apr", "ariz", "ark", "aug", "cal", "calif", "colo", "conn", "dec", "del", "feb", "fla", "fri", "ft", "ga",
    "ill", "ind", "jan", "jul", "jun", "kan", "ky", "la", "mar", "mass", "md", "mich", "minn", "miss", "mont", "mt",
    "neb", "nev", "nov", "oct", "okla", "ont", "ore", "pa", "phd", "sep", "sept", "tenn", "tex", "thur", "thurs",
    "tue", "tues", "va", "vt", "wash", "wed", "wis", "wyo",
];

/// In either case, [`Abbreviation::Never`].
const NEVER: &[&str] = &[
    "approx", "avg", "ca", "cf", "dr", "esp", "messrs", "mlle", "mr", "mrs", "ms", "mx", "n°", "nº", "op", "pls", "ps",
    "sq", "viz", "vs",
];

/// In either case, [`Abbreviation::Perhaps`]: firms, streets and the like.
const PERHAPS: &[&str] = &[
    "al", "apt", "assn", "assoc", "ave", "bldg", "blvd", "bros", "cia", "co", "corp", "cos", "dept", "dist", "ed",
    "eds", "esq", "est", "hwy", "inc", "jr", "llc", "ltd", "mfg", "pl", "plc", "pt", "pty", "rd", "sr", "st", "ste",
    "univ",
];

/// In either case, [`Abbreviation::Number`].
const NUMBER: &[&str] = &[
    "art", "ch", "eq", "ext", "fig", "figs", "max", "min", "no", "nos", "para", "pg", "pp", "rm", "sec", "tel", "vol",
    "vols",
];

/// In either case, [`Abbreviation::Before`].
const BEFORE: &[&str] = &["etc", "ibid", "lb", "lbs", "oz"];

/// Words that are also abbreviations in lower case: a small letter after them begins a sentence as after any word.
const ALSO_WORDS: &[&str] = &["art", "no", "min", "max", "apt", "sec", "pt", "pl", "miss", "ill", "ed"];

/// The longest key of the tables in bytes.
const LONGEST: usize = 6;

/// The class of `word`, written without its full stop; none when it is an ordinary word.
pub(super) fn abbreviation(word: &str) -> Option<Abbreviation> {
    if word.len() > LONGEST {
        return None;
    }
    let at = KEYS.binary_search_by_key(&key(word.as_bytes()), |known| known.0).ok()?;
    let capital = word.starts_with(|c: char| c.is_ascii_uppercase());
    let tables = KEYS[at].1 & if capital { !0 } else { !CAPITAL };
    let is_in = |table: usize| tables >> table & 1 == 1;
    if is_in(0) || is_in(1) {
        Some(Abbreviation::Never)
    } else if is_in(2) || is_in(3) {
        Some(Abbreviation::Perhaps)
    } else if is_in(4) {
        Some(Abbreviation::Number)
    } else if is_in(5) {
        Some(Abbreviation::Before)
    } else {
        None
    }
}

/// The tables by their numbers in [`KEYS`].
const TABLES: [&[&str]; 6] = [NEVER, TITLES, PERHAPS, PLACES_AND_DATES, NUMBER, BEFORE];
/// The bits of tables that are for words with a capital.
const CAPITAL: u8 = 0b1010;
/// How many keys they have.
const COUNT: usize = {
    let (mut count, mut table) = (0, 0);
    while table < TABLES.len() {
        count += TABLES[table].len();
        table += 1;
    }
    count
};

/// All keys as numbers, in order, each with the bit of its table: one search in place of six, and of numbers.
const KEYS: [(u64, u8); COUNT] = {
    let mut keys = [(0, 0); COUNT];
    let (mut count, mut table) = (0, 0);
    while table < TABLES.len() {
        let mut entry = 0;
        while entry < TABLES[table].len() {
            let key = key(TABLES[table][entry].as_bytes());
            // Into its place among those before.
            let mut at = count;
            while at > 0 && keys[at - 1].0 > key {
                keys[at] = keys[at - 1];
                at -= 1;
            }
            keys[at] = (key, 1 << table);
            count += 1;
            entry += 1;
        }
        table += 1;
    }
    keys
};

/// A word of at most eight bytes as a number, ASCII in lower case.
const fn key(word: &[u8]) -> u64 {
    let (mut key, mut at) = (0, 0);
    while at < word.len() {
        key = key << 8 | word[at].to_ascii_lowercase() as u64;
        at += 1;
    }
    key
}

/// Whether `word` is an ordinary word as well as an abbreviation.
pub(super) fn also_word(word: &str) -> bool {
    ALSO_WORDS.contains(&word)
}

/// Words that sentences often begin with and names hardly ever do; sorted.
#[rustfmt::skip] // one word a line otherwise
const STARTERS: &[&str] = &[
    "A", "About", "According", "After", "Again", "All", "Also", "Although", "Among", "An", "And",
    "Another", "Any", "Are", "As", "At", "Be", "Because", "Before", "Being", "Both", "But", "By",
    "Can", "Could", "Despite", "Did", "Do", "Does", "Don", "During", "Each", "Earlier", "Either",
    "Even", "Every", "Everyone", "Few", "For", "From", "Had", "Has", "Have", "He", "Her", "Here",
    "His", "How", "However", "I", "If", "In", "Indeed", "Instead", "Is", "Isn", "It", "Its", "Just",
    "Last", "Later", "Like", "Many", "Maybe", "Meanwhile", "Moreover", "Most", "Much", "My",
    "Nevertheless", "Next", "No", "Nobody", "None", "Nor", "Not", "Nothing", "Now", "Of", "On",
    "Once", "Only", "Or", "Other", "Others", "Our", "Over", "People", "Perhaps", "Please",
    "Several", "She", "Should", "Since", "So", "Some", "Still", "Such", "Than", "Thanks", "That",
    "The", "Their", "Then", "There", "Therefore", "These", "They", "This", "Those", "Though",
    "Through", "Thus", "To", "Today", "Too", "Two", "Under", "Unless", "Unlike", "Until", "Was",
    "We", "Were", "What", "When", "Where", "Whether", "Which", "While", "Who", "Why", "With",
    "Within", "Without", "Would", "Yes", "Yet", "You", "Your",
];

/// Whether sentences often begin with `word`.
pub(super) fn is_starter(word: &str) -> bool {
    STARTERS.binary_search(&word).is_ok()
}

/// Whether `word` may follow a time of day within its sentence ("8 p.m. Tuesday", "9 a.m. ET").
pub(super) fn follows_time(word: &str) -> bool {
    const ZONES: &[&str] = &[
        "AEST", "BST", "CDT", "CEST", "CET", "CST", "CT", "Central", "EDT", "EST", "ET", "Eastern", "GMT", "IST",
        "JST", "Local", "MDT", "MST", "MT", "Mountain", "PDT", "PST", "PT", "Pacific", "UTC",
    ];
    const DAYS: &[&str] = &[
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "Aug",
        "Sept",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
        "Mon",
        "Tue",
        "Tues",
        "Wed",
        "Thu",
        "Thurs",
        "Fri",
        "Sat",
        "Sun",
    ];
    word.strip_suffix('s').unwrap_or(word).ends_with("day") || ZONES.contains(&word) || DAYS.contains(&word)
}

/// Whether a sentence that begins with `word` and has only reached a time of day has yet to say anything
/// ("At 5 a.m. Ms. Roe …").
pub(super) fn leads_to_time(word: &str) -> bool {
    ["About", "After", "Around", "At", "Before", "Between", "By", "From", "On", "Since", "Until"].contains(&word)
}

/// Whether `word` is a name with an exclamation mark of its own ("Yahoo!").
pub(super) fn is_exclamatory_name(word: &str) -> bool {
    ["E", "Jeopardy", "Panic", "Wham", "Yahoo", "Yum"].contains(&word)
}

/// Whether `word` says that someone spoke ("asked", "said").
pub(super) fn is_speech_verb(word: &str) -> bool {
    [
        "added",
        "argued",
        "asked",
        "asks",
        "called",
        "continued",
        "cried",
        "declared",
        "demanded",
        "exclaimed",
        "insisted",
        "joked",
        "quipped",
        "replied",
        "responded",
        "said",
        "says",
        "shouted",
        "told",
        "tweeted",
        "wondered",
        "writes",
        "wrote",
        "yelled",
    ]
    .contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_keys_fit() {
        for table in [TITLES, PLACES_AND_DATES, NEVER, PERHAPS, NUMBER, BEFORE] {
            assert!(table.is_sorted_by(|a, b| a < b));
            assert!(table.iter().all(|key| key.len() <= LONGEST && *key == key.to_lowercase()));
        }
        assert!(STARTERS.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn every_key_is_in_one_table() {
        assert!(KEYS.is_sorted_by(|a, b| a.0 < b.0));
        for (table, keys) in TABLES.iter().enumerate() {
            for word in *keys {
                let capital = word[..1].to_uppercase() + &word[1..];
                let found = [abbreviation(word), abbreviation(&capital)];
                let expected = [Abbreviation::Never, Abbreviation::Perhaps, Abbreviation::Number, Abbreviation::Before];
                let kind = Some(expected[[0, 0, 1, 1, 2, 3][table]]);
                let only_capital = table == 1 || table == 3;
                assert_eq!(found, [kind.filter(|_| !only_capital), kind], "{word}");
            }
        }
    }

    #[test]
    fn capital_letters_tell_abbreviations_from_words() {
        assert_eq!(abbreviation("Gov"), Some(Abbreviation::Never));
        assert_eq!(abbreviation("GOV"), Some(Abbreviation::Never));
        assert_eq!(abbreviation("gov"), None);
        assert_eq!(abbreviation("co"), Some(Abbreviation::Perhaps));
        assert_eq!(abbreviation("N°"), Some(Abbreviation::Never));
        assert_eq!(abbreviation("governor"), None);
        assert!(also_word("no") && !also_word("No"));
    }
}

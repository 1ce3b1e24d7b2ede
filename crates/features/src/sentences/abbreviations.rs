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
    let mut buffer = [0; LONGEST];
    let key = lower(word, &mut buffer)?;
    let capital = word.starts_with(|c: char| c.is_ascii_uppercase());
    let is_in = |table: &[&str]| table.binary_search(&key).is_ok();
    if is_in(NEVER) || capital && is_in(TITLES) {
        Some(Abbreviation::Never)
    } else if is_in(PERHAPS) || capital && is_in(PLACES_AND_DATES) {
        Some(Abbreviation::Perhaps)
    } else if is_in(NUMBER) {
        Some(Abbreviation::Number)
    } else if is_in(BEFORE) {
        Some(Abbreviation::Before)
    } else {
        None
    }
}

/// Whether `word` is an ordinary word as well as an abbreviation.
pub(super) fn also_word(word: &str) -> bool {
    ALSO_WORDS.contains(&word)
}

fn lower<'a>(word: &str, buffer: &'a mut [u8; LONGEST]) -> Option<&'a str> {
    let bytes = buffer.get_mut(..word.len())?;
    bytes.copy_from_slice(word.as_bytes());
    bytes.make_ascii_lowercase();
    std::str::from_utf8(bytes).ok()
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

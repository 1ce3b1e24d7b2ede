//! Sentences by kind.

use super::characters::is_blank;
use super::{QuotePolicy, sentences};

/// Checks texts written with `|` where a sentence ends; without the marks they are the text.
fn check(policy: QuotePolicy, cases: &[&str]) {
    for case in cases {
        let text: String = case.split('|').collect();
        let expected: Vec<_> = case.split('|').map(|part| part.trim_matches(is_blank)).collect();
        let found: Vec<_> = sentences(&text, policy).map(|sentence| &text[sentence.bytes]).collect();
        assert_eq!(found, expected, "{policy:?}");
    }
}

fn split(cases: &[&str]) {
    check(QuotePolicy::Split, cases);
}

#[test]
fn plain_stops() {
    split(&[
        "no stop at all",
        "The dam held.| Nobody slept.| Would it hold again?| It must!",
        "What?!| No way!!!| Fine.",
        "it rained all day.| we stayed in.| why go out? | it was warm.",
        "The price rose to $3.50.| It fell in 2019.| 15 shops closed.",
        "Version 2.0.1 is out.| Get it at files.example.org/new.zip.| Thanks!",
        "Write to jo.roe@example.com. |She answers.",
        "Tokenised text ends so .| Then it goes on .",
    ]);
    for blank in ["", " \n\u{200B}\u{A0}\t"] {
        assert_eq!(sentences(blank, QuotePolicy::Split).count(), 0);
    }
}

#[test]
fn abbreviations() {
    split(&[
        "Mr. Hill met Dr. Vale and Gov. Ann Lake.| They ate.",
        "Acme Inc. Chairman Bo Reed quit.| He sold Acme Inc. |The firm shrank.",
        "She moved to the U.S. |When she left, the U.S. Army followed.",
        "The U.S. Mint in Denver, Colo. closed on Jan. 4.| It was No. 2 in size.",
        "The answer was no.| Nobody minded.| See vol. 3, p. 12, for more.",
        "We sell pens, ink, etc. |Customers like them.",
        "The case of Roe vs. Doe, i.e. Smith, is old.",
        "Pike v. The State was old.| He works for “Acme Inc.” |Nobody cares.",
        "Find him at St. Mary's, on 4th st. near Mt. Hood.",
        "VOTE IN VA. |Find your place.",
        "He has a Ph.D. |She has none.",
        "A gap of 3 ft. |Then nothing.",
    ]);
}

#[test]
fn initials_and_letters() {
    split(&[
        "J. R. Marsh and Ann B. Field wed.| G.K. West spoke.",
        "It was my sister and I. |Did you know Paul I. North?",
        "Take vitamin C. |It helps against E. coli.",
    ]);
}

#[test]
fn times() {
    split(&[
        "At 7 a.m. Ms. Pike rose.| She slept by 9 p.m. |Ms. Pike is tidy.",
        "Polls close at 8 p.m. Tuesday.| Call by 5 p.m. EST.| Come at 6 p.m. (ET) or later.",
    ]);
}

#[test]
fn ellipses() {
    split(&[
        "Our town can change... |But we need you!",
        "Well ... I mean . . . nothing.| Wait… what?",
        "He left.... |She stayed.",
        "It ended. |… Another war began. |... It lasted.",
        "It ended. |. . . Another war began.",
        "The law [...] was void.| So there.",
    ]);
}

#[test]
fn quotations() {
    split(&[
        "“Is it over?” asked the mayor.| “It is.” |The mayor left.",
        "\"Stop!\" she said.| \"Why?\" Mayor Ann Lake asked.| \"Why not?\" |The mayor left.",
        "He said, “I came.| I saw.| I left.” |Nobody laughed.",
        "He called it ‘a shame.’ |She called it 'bold.' |They argued.",
        "«Enough!» cried Anna.| «We go.» |They went.",
        "He said \"go. \" |She went.",
    ]);
    check(
        QuotePolicy::Keep,
        &[
            "He said, “I came. I saw. I left.” |Nobody laughed.",
            "“Open at first. Never closed.\n\n|A new paragraph.| Another sentence.",
            "Nothing quoted.| Split as ever.",
        ],
    );
}

#[test]
fn names_with_marks() {
    split(&[
        "She left Yahoo! in May.| He joined Yahoo! News.| They like Yahoo! |It paid well.",
        "Read it on Wired.com today.| Amazon.com said so.",
        "See Jr.'s shop.| iPhone sales rose.| eBay fell.",
    ]);
}

#[test]
fn brackets_and_notes() {
    split(&[
        "He teaches (He once drove a cab for a year.) at the college.| (She paints.) |They met.",
        "It was true.[3] |Later it was not.[4][5] |He sighed.",
        "Lovely (!) weather.| Is this (?) Greek?",
    ]);
}

#[test]
fn glued_sentences() {
    split(&[
        "The match was over.|Then she left.|It rained.",
        "Was it over?|Nobody knew.| “It was.”|The mayor left.",
        "Use Node.Js or example.Com or main.Py here.",
        "It happened in 2012.|The town forgot.",
    ]);
}

#[test]
fn list_items() {
    split(&[
        "1. Wash the pears |2. Cut them |3. Eat",
        "1.) Wash |2.) Cut",
        "1) Wash the pears. |2) Cut them.",
        "a. Wash |b. Cut",
        "To do: |• Wash the pears |• Cut them",
        "Bring 1) salt, 2) oil and 3) bread.",
        "Pack:\n|- two shirts\n|- a hat\n|* socks\n|3. a coat",
    ]);
}

#[test]
fn line_breaks() {
    split(&[
        "A Flood in the Valley\n|By Ann Lake\n\n|The river rose\nagain in the night.",
        "A wrapped line of text that is about as long as lines of mail are, by\nAnn Lake of the valley paper, and goes on to a third\nline.",
        "Dear friends,\n|We need you.\n|Yours,\n|Bo",
        "The plan is this:\n|Nobody leaves.",
        "One\r\n\r\n|Two\r\r|Three\u{2029}|Four\u{2028}\u{2028}|Five",
        "First part\n|-----\n|Second part",
    ]);
}

#[test]
fn emoji_and_smileys() {
    split(&[
        "We won! 🎉 |Thank you.| It rains 😢 |Come in.",
        "Right? :) |It took years.| We tried :-) |Then we slept.",
        "All done. |🚀 Ready for more.| I ❤ New York.",
    ]);
}

#[test]
fn other_scripts() {
    split(&[
        "今日は晴れ。|明日は雨！|本当？",
        "彼は「行く。」と言った。|終わり",
        "वह गया।| वह आया।",
        "Он ушёл.| Она осталась.",
    ]);
}

#[test]
fn quoted_share() {
    let quoted =
        |text: &str| -> Vec<bool> { sentences(text, QuotePolicy::Split).map(|sentence| sentence.quoted).collect() };
    assert_eq!(quoted("He left. “I am tired of it all,” she said. They slept."), [false, true, false]);
    assert_eq!(quoted("\"One. Two. Three.\" Four."), [true, true, true, false]);
    assert_eq!(quoted("He called the plan “bold” in a long speech to the house."), [false]);
    // An open quotation ends with its paragraph; the next carries it on with a mark of its own.
    assert_eq!(quoted("“One. Two.\n\n“Three.\n\nFour."), [true, true, true, false]);
    assert_eq!(quoted("‘We can’t stay in the dog’s house,’ he said. Don’t go."), [true, false]);
    assert_eq!(quoted("‘Tis the season of the ‘90s. We don’t mind."), [false, false]);
    assert_eq!(quoted("A 5\" nail. A 6\" nail. Nothing more."), [false, false, false]);
    // Exactly half of the letters.
    assert_eq!(quoted("“abcd” efgh"), [true]);
    assert_eq!(quoted("“abcd” efghi"), [false]);
    assert_eq!(quoted("“…” “12”"), [false]);
}

#[test]
fn policies_are_named_in_snake_case() {
    assert_eq!(serde_json::to_string(&QuotePolicy::Split).expect("a name"), "\"split\"");
    assert_eq!(serde_json::from_str::<QuotePolicy>("\"keep\"").expect("a policy"), QuotePolicy::Keep);
}

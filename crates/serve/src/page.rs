//! The page, embedded: nothing is read from the disk or loaded from elsewhere.

/// A file of the page.
#[derive(Debug)]
pub(crate) struct Asset {
    pub path: &'static str,
    pub content_type: &'static str,
    pub body: &'static str,
}

const ASSETS: [Asset; 5] = [
    Asset { path: "/", content_type: "text/html; charset=utf-8", body: include_str!("../page/page.html") },
    Asset { path: "/page.css", content_type: "text/css; charset=utf-8", body: include_str!("../page/page.css") },
    Asset { path: "/page.js", content_type: "text/javascript; charset=utf-8", body: include_str!("../page/page.js") },
    Asset { path: "/icon.svg", content_type: "image/svg+xml", body: include_str!("../page/icon.svg") },
    Asset {
        path: "/example.txt",
        content_type: "text/plain; charset=utf-8",
        body: include_str!("../page/example.txt"),
    },
];

/// What a browser lets the page do: use its own files and this server, and nothing else.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                                 connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The file at a path.
pub(crate) fn asset(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_needs_nothing_from_elsewhere_and_no_inline_code() {
        for asset in &ASSETS[..4] {
            let body = asset.body.replace("http://www.w3.org/2000/svg", "");
            for outside in ["http:", "https:", "//cdn", "url(", "@import", "innerHTML", "eval(", " style=", " onclick="]
            {
                assert!(!body.contains(outside), "{}: {outside}", asset.path);
            }
        }
        for asset in ASSETS[0].body.split(['"']).filter(|part| part.starts_with('/')) {
            assert!(super::asset(asset).is_some(), "{asset}");
        }
    }

    #[test]
    fn the_example_is_the_repositorys() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets/examples/library-vote.txt");
        assert_eq!(asset("/example.txt").unwrap().body, std::fs::read_to_string(path).unwrap());
    }
}

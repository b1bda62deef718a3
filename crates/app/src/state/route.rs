//! Which page the address names: the part behind `#`, which never reaches a server.

use std::fmt;

/// A page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// The prompt playground.
    #[default]
    Playground,
    /// The list of lessons.
    Lessons,
    /// One page of a lesson.
    Lesson {
        id: String,
        /// From 1.
        page: usize,
    },
    /// The models: to choose one, and to see what is kept.
    Models,
    /// The playground with a run that a link brought, in the link's own form.
    Shared(String),
}

impl Route {
    /// Reads the part of an address behind `#`. What is not understood is the playground: old
    /// links must lead somewhere.
    pub fn parse(fragment: &str) -> Self {
        let path = fragment.trim_start_matches('#').trim_matches('/');
        match path.split('/').collect::<Vec<_>>()[..] {
            ["lessons"] => Self::Lessons,
            ["lessons", id] => Self::Lesson { id: id.to_owned(), page: 1 },
            ["lessons", id, page] => {
                Self::Lesson { id: id.to_owned(), page: page.parse().unwrap_or(1).max(1) }
            }
            ["models"] => Self::Models,
            ["run", run] => Self::Shared(run.to_owned()),
            _ => Self::Playground,
        }
    }
}

impl fmt::Display for Route {
    /// The address, with `#`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Playground => f.write_str("#/"),
            Self::Lessons => f.write_str("#/lessons"),
            Self::Lesson { id, page } => write!(f, "#/lessons/{id}/{page}"),
            Self::Models => f.write_str("#/models"),
            Self::Shared(run) => write!(f, "#/run/{run}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_back_to_their_pages() {
        for route in [
            Route::Playground,
            Route::Lessons,
            Route::Lesson { id: "one".to_owned(), page: 3 },
            Route::Models,
            Route::Shared("abc_-".to_owned()),
        ] {
            assert_eq!(Route::parse(&route.to_string()), route);
        }
    }

    #[test]
    fn an_address_that_is_not_understood_is_the_playground() {
        for fragment in ["", "#", "#about", "#/nowhere/at/all", "#/run/"] {
            assert_eq!(Route::parse(fragment), Route::Playground, "{fragment}");
        }
        let first = Route::Lesson { id: "one".to_owned(), page: 1 };
        assert_eq!(Route::parse("#/lessons/one/zero"), first);
    }
}

//! What can be looked at inside the model.

/// A view inside the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Tokens,
    Shots,
    Attention,
    Layers,
}

impl View {
    pub const ALL: [Self; 4] = [Self::Tokens, Self::Shots, Self::Attention, Self::Layers];

    /// Its name in keys and files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Shots => "shots",
            Self::Attention => "attention",
            Self::Layers => "layers",
        }
    }

    /// Whether it shows what the model keeps only when asked to.
    pub const fn needs_capture(self) -> bool {
        matches!(self, Self::Attention | Self::Layers)
    }
}

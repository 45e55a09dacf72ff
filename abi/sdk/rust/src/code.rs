macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// An error code that an operation answers or a handler gives. The list is closed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, in the order of the reference page.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as it stands in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// The code of that text; `None` if the list does not have it.
            pub fn of(text: &str) -> Option<Code> {
                match text { $($text => Some(Code::$name),)* _ => None }
            }
        }
    };
}

codes! {
    /// The request is malformed.
    InvalidArgument = "invalid_argument",
    /// An operator is unknown.
    UnsupportedOperator = "unsupported_operator",
    /// The content is refused by a schema.
    ValidationFailed = "validation_failed",
    /// There is no such thing.
    NotFound = "not_found",
    /// The state of the data does not allow it.
    Conflict = "conflict",
    /// Another document has this unique key.
    UniqueConflict = "unique_conflict",
    /// The document was changed meanwhile.
    RevisionConflict = "revision_conflict",
    /// The cursor is not one of this query.
    CursorInvalid = "cursor_invalid",
    /// A referenced document is missing.
    ReferenceMissing = "reference_missing",
    /// A document is still referenced.
    ReferenceConflict = "reference_conflict",
    /// No declaration names this collection for this module.
    UndeclaredCollection = "undeclared_collection",
    /// No declaration names this event for this action.
    UndeclaredEvent = "undeclared_event",
    /// No declaration names this notification.
    UndeclaredNotification = "undeclared_notification",
    /// No declaration names this capability.
    UndeclaredCapability = "undeclared_capability",
    /// No declaration names this workflow.
    UndeclaredWorkflow = "undeclared_workflow",
    /// No declaration names this host.
    UndeclaredHost = "undeclared_host",
    /// No declaration names this model.
    UndeclaredModel = "undeclared_model",
    /// No declaration names this secret.
    UndeclaredSecret = "undeclared_secret",
    /// The caller lacks a permission.
    PermissionDenied = "permission_denied",
    /// The scope of the call does not reach it.
    ScopeDenied = "scope_denied",
    /// The data was granted for reading only.
    ReadOnly = "read_only",
    /// No plan grants it.
    EntitlementRequired = "entitlement_required",
    /// The action's effects do not allow it; the invocation is doomed.
    EffectRefused = "effect_refused",
    /// A limit was reached.
    LimitExceeded = "limit_exceeded",
    /// Too many documents would have to be looked at.
    ScanBudgetExceeded = "scan_budget_exceeded",
    /// The document is too large.
    DocumentTooLarge = "document_too_large",
    /// The tenant has used up what it may store.
    QuotaExceeded = "quota_exceeded",
    /// The tenant has used up its tokens.
    TokensExhausted = "tokens_exhausted",
    /// A capability calls itself.
    CallCycle = "call_cycle",
    /// The called module failed.
    CalleeFailed = "callee_failed",
    /// The network address is refused.
    EgressDenied = "egress_denied",
    /// The host or a remote is busy; try again later.
    Busy = "busy",
    /// It took too long; try again later.
    Timeout = "timeout",
    /// The host or a remote cannot be had; try again later.
    Unavailable = "unavailable",
    /// A handler's own refusal without a better word.
    Failed = "failed",
    /// A fault of the host.
    Internal = "internal",
}

impl Code {
    /// Whether the same call may succeed later: true for `busy`, `timeout` and `unavailable`, and for no other.
    pub fn retryable(self) -> bool {
        matches!(self, Code::Busy | Code::Timeout | Code::Unavailable)
    }
}

#[cfg(test)]
mod test {
    use super::*;

    #[test]
    fn a_code_and_its_text_are_the_same() {
        for &code in Code::ALL {
            assert_eq!(Code::of(code.as_str()), Some(code));
        }
        assert_eq!(Code::of("teapot"), None);
        assert_eq!(Code::of("BUSY"), None);
    }

    #[test]
    fn three_codes_are_retryable() {
        let retryable: Vec<_> = Code::ALL.iter().filter(|code| code.retryable()).map(|code| code.as_str()).collect();
        assert_eq!(retryable, ["busy", "timeout", "unavailable"]);
    }

    // The catalogue is the host's; a guest's list that lags behind it would turn a known code into `internal`.
    #[test]
    fn the_codes_are_those_of_the_catalogue() {
        let catalogue = concat!(env!("CARGO_MANIFEST_DIR"), "/../../codes_gen.go");
        let text = match std::fs::read_to_string(catalogue) {
            Ok(text) => text,
            Err(_) => return, // a copy of this crate without the host around it
        };
        let listed = text.lines().filter(|line| line.contains("= fault.Value")).count();
        assert_eq!(Code::ALL.len(), listed);
        for &code in Code::ALL {
            let name = format!("= fault.Value{:?}", code);
            assert!(text.lines().any(|line| line.ends_with(&name)), "{}", name);
        }
    }
}

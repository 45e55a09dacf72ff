// Code generated from contracts/faults.json by contracts/fault/gen; DO NOT EDIT.

package fault

const (
	// PathInvalid: a path with dot or empty segments, or encoded slashes.
	PathInvalid Code = "PATH_INVALID"
	// JsonInvalid: body is not one JSON value; duplicate key; too deep.
	JsonInvalid Code = "JSON_INVALID"
	// InvalidHeader: a header of ours has a bad form.
	InvalidHeader Code = "INVALID_HEADER"
	// InvalidParams: parameters do not fit; errors[] says where.
	InvalidParams Code = "INVALID_PARAMS"
	// QueryNotAllowed: query parameters on a POST.
	QueryNotAllowed Code = "QUERY_NOT_ALLOWED"
	// IdentityInBody: the body names app, tenant, workspace, user or token.
	IdentityInBody Code = "IDENTITY_IN_BODY"
	// TokenInQuery: a token in the query.
	TokenInQuery Code = "TOKEN_IN_QUERY"
	// TenantRequired: several tenants proven, none chosen.
	TenantRequired Code = "TENANT_REQUIRED"
	// IdempotencyKeyInvalid: bad form, or a key without a token.
	IdempotencyKeyInvalid Code = "IDEMPOTENCY_KEY_INVALID"
	// IdempotencyKeyRequired: the caller or the action needs a key.
	IdempotencyKeyRequired Code = "IDEMPOTENCY_KEY_REQUIRED"
	// CursorInvalid: a foreign or altered cursor.
	CursorInvalid Code = "CURSOR_INVALID"
	// InputInvalid: an answer to a run does not fit its schema; still open.
	InputInvalid Code = "INPUT_INVALID"
	// WsSubprotocolRequired: socket without mozaiks.v1.
	WsSubprotocolRequired Code = "WS_SUBPROTOCOL_REQUIRED"
	// ContentDigest: the body does not have the digest named.
	ContentDigest Code = "CONTENT_DIGEST"
	// ConfirmationRequired: erasure without the own user id.
	ConfirmationRequired Code = "CONFIRMATION_REQUIRED"
	// WebhookUrl: an endpoint that is not allowed.
	WebhookUrl Code = "WEBHOOK_URL"
	// TokenMissing: no token where one is needed.
	TokenMissing Code = "TOKEN_MISSING"
	// TokenInvalid: a bad token; reason says which.
	TokenInvalid Code = "TOKEN_INVALID"
	// AuthNotConfigured: mode closed.
	AuthNotConfigured Code = "AUTH_NOT_CONFIGURED"
	// EntitlementRequired: no plan grants the gate; gate, reason.
	EntitlementRequired Code = "ENTITLEMENT_REQUIRED"
	// EntitlementLimit: a usage limit is reached; resets_at.
	EntitlementLimit Code = "ENTITLEMENT_LIMIT"
	// TokenUsageDenied: the guest had no AI tokens left.
	TokenUsageDenied Code = "TOKEN_USAGE_DENIED"
	// InsufficientTokens: the wallet does not cover a run or an AI call.
	InsufficientTokens Code = "INSUFFICIENT_TOKENS"
	// TokenUsageScopeMissing: no id for the wallet's scope.
	TokenUsageScopeMissing Code = "TOKEN_USAGE_SCOPE_MISSING"
	// TokenQuotaExceeded: a token quota is reached; resets_at.
	TokenQuotaExceeded Code = "TOKEN_QUOTA_EXCEEDED"
	// ScopeMissing: the token lacks the required scope.
	ScopeMissing Code = "SCOPE_MISSING"
	// AppMismatch: the token is not for this app.
	AppMismatch Code = "APP_MISMATCH"
	// TenantMissing: the token names no tenant.
	TenantMissing Code = "TENANT_MISSING"
	// TenantMismatch: the tenant is not proven.
	TenantMismatch Code = "TENANT_MISMATCH"
	// WorkspaceMismatch: the workspace is not proven.
	WorkspaceMismatch Code = "WORKSPACE_MISMATCH"
	// ServiceNotAllowed: the service role on an unlisted client.
	ServiceNotAllowed Code = "SERVICE_NOT_ALLOWED"
	// LocalOnly: development access from elsewhere; rule.
	LocalOnly Code = "LOCAL_ONLY"
	// OriginRefused: a browser origin that is not allowed.
	OriginRefused Code = "ORIGIN_REFUSED"
	// RoleRequired: the lane needs a role.
	RoleRequired Code = "ROLE_REQUIRED"
	// PermissionDenied: a permission or policy refuses.
	PermissionDenied Code = "PERMISSION_DENIED"
	// RouteNotFound: no such route.
	RouteNotFound Code = "ROUTE_NOT_FOUND"
	// AppNotFound: no such app here.
	AppNotFound Code = "APP_NOT_FOUND"
	// ModuleNotFound: no such module for this lane.
	ModuleNotFound Code = "MODULE_NOT_FOUND"
	// ActionNotFound: no such action for this lane.
	ActionNotFound Code = "ACTION_NOT_FOUND"
	// RecordNotFound: the guest did not find it.
	RecordNotFound Code = "RECORD_NOT_FOUND"
	// NotificationNotFound: not in the caller's inbox.
	NotificationNotFound Code = "NOTIFICATION_NOT_FOUND"
	// InvocationNotFound: operator routes.
	InvocationNotFound Code = "INVOCATION_NOT_FOUND"
	// EventNotFound: operator routes.
	EventNotFound Code = "EVENT_NOT_FOUND"
	// DeliveryNotFound: operator routes.
	DeliveryNotFound Code = "DELIVERY_NOT_FOUND"
	// ScheduleNotFound: operator routes.
	ScheduleNotFound Code = "SCHEDULE_NOT_FOUND"
	// RunNotFound: no such run for the caller.
	RunNotFound Code = "RUN_NOT_FOUND"
	// WorkflowNotFound: none that the caller may start.
	WorkflowNotFound Code = "WORKFLOW_NOT_FOUND"
	// InputNotFound: no such question for the caller.
	InputNotFound Code = "INPUT_NOT_FOUND"
	// TopicNotFound: no such topic for the caller.
	TopicNotFound Code = "TOPIC_NOT_FOUND"
	// PageNotFound: no such page for the caller.
	PageNotFound Code = "PAGE_NOT_FOUND"
	// AssetNotFound: no such file of brand/.
	AssetNotFound Code = "ASSET_NOT_FOUND"
	// SettingNotFound: not declared, or not for this layer.
	SettingNotFound Code = "SETTING_NOT_FOUND"
	// BundleNotFound: no such staged bundle.
	BundleNotFound Code = "BUNDLE_NOT_FOUND"
	// SnapshotNotFound: not kept.
	SnapshotNotFound Code = "SNAPSHOT_NOT_FOUND"
	// TransitionNotFound: no such transition.
	TransitionNotFound Code = "TRANSITION_NOT_FOUND"
	// ErasureNotFound: no such erasure.
	ErasureNotFound Code = "ERASURE_NOT_FOUND"
	// MethodNotAllowed: other method; GET on what is not read.
	MethodNotAllowed Code = "METHOD_NOT_ALLOWED"
	// RequestTimeout: the request came too slowly.
	RequestTimeout Code = "REQUEST_TIMEOUT"
	// Conflict: the guest's data changed or clashed.
	Conflict Code = "CONFLICT"
	// IdempotencyInProgress: the key's first call still runs.
	IdempotencyInProgress Code = "IDEMPOTENCY_IN_PROGRESS"
	// DeliveryNotDead: replay of what is no dead letter.
	DeliveryNotDead Code = "DELIVERY_NOT_DEAD"
	// RunTerminal: the run has ended.
	RunTerminal Code = "RUN_TERMINAL"
	// RunStateConflict: the command does not fit the run's state.
	RunStateConflict Code = "RUN_STATE_CONFLICT"
	// InputAlreadyAnswered: another answer was first.
	InputAlreadyAnswered Code = "INPUT_ALREADY_ANSWERED"
	// AppState: the app's state or a limit of apps does not allow it.
	AppState Code = "APP_STATE"
	// HostNameTaken: the name is bound elsewhere.
	HostNameTaken Code = "HOST_NAME_TAKEN"
	// BundleState: a step in the wrong state.
	BundleState Code = "BUNDLE_STATE"
	// PromotionInProgress: another promotion of the app runs.
	PromotionInProgress Code = "PROMOTION_IN_PROGRESS"
	// DigestMismatch: not the staged bundle's digest.
	DigestMismatch Code = "DIGEST_MISMATCH"
	// GateNotPassed: errors[] by gate.
	GateNotPassed Code = "GATE_NOT_PASSED"
	// ModulesFailed: failed modules that nobody accepted.
	ModulesFailed Code = "MODULES_FAILED"
	// SecretUnset: a required secret has no value.
	SecretUnset Code = "SECRET_UNSET"
	// SnapshotPrepareFailed: a node could not prepare it.
	SnapshotPrepareFailed Code = "SNAPSHOT_PREPARE_FAILED"
	// RollbackBlocked: the target does not fit the data.
	RollbackBlocked Code = "ROLLBACK_BLOCKED"
	// InputExpired: the question is closed.
	InputExpired Code = "INPUT_EXPIRED"
	// SnapshotChanged: another snapshot is current.
	SnapshotChanged Code = "SNAPSHOT_CHANGED"
	// RevisionChanged: the record changed meanwhile.
	RevisionChanged Code = "REVISION_CHANGED"
	// PayloadTooLarge: body over its limit, by bytes read.
	PayloadTooLarge Code = "PAYLOAD_TOO_LARGE"
	// UriTooLong: target over 8 KiB.
	UriTooLong Code = "URI_TOO_LONG"
	// UnsupportedMediaType: other media type, or a content encoding.
	UnsupportedMediaType Code = "UNSUPPORTED_MEDIA_TYPE"
	// ActionFailed: the guest refused without a more exact code.
	ActionFailed Code = "ACTION_FAILED"
	// IdempotencyMismatch: the key was used with another request.
	IdempotencyMismatch Code = "IDEMPOTENCY_MISMATCH"
	// BundleRejected: findings in errors[]; nothing kept.
	BundleRejected Code = "BUNDLE_REJECTED"
	// SettingInvalid: a value does not fit; nothing stored.
	SettingInvalid Code = "SETTING_INVALID"
	// ArtifactDigestMismatch: content unlike the digest.
	ArtifactDigestMismatch Code = "ARTIFACT_DIGEST_MISMATCH"
	// ArtifactUnsigned: no statement.
	ArtifactUnsigned Code = "ARTIFACT_UNSIGNED"
	// ArtifactKeyUnknown: no such key for app, kind or time.
	ArtifactKeyUnknown Code = "ARTIFACT_KEY_UNKNOWN"
	// ArtifactKeyRevoked: the key was revoked.
	ArtifactKeyRevoked Code = "ARTIFACT_KEY_REVOKED"
	// ArtifactSignatureInvalid: the signature does not verify.
	ArtifactSignatureInvalid Code = "ARTIFACT_SIGNATURE_INVALID"
	// ArtifactStatementInvalid: the statement is malformed.
	ArtifactStatementInvalid Code = "ARTIFACT_STATEMENT_INVALID"
	// ArtifactStatementMismatch: it is about something else.
	ArtifactStatementMismatch Code = "ARTIFACT_STATEMENT_MISMATCH"
	// ArtifactVersionOld: lower than promoted before.
	ArtifactVersionOld Code = "ARTIFACT_VERSION_OLD"
	// ArtifactVersionConflict: the version exists with another digest.
	ArtifactVersionConflict Code = "ARTIFACT_VERSION_CONFLICT"
	// RateLimited: a rate is used up.
	RateLimited Code = "RATE_LIMITED"
	// ConcurrencyLimited: too many at once for app, module or tenant.
	ConcurrencyLimited Code = "CONCURRENCY_LIMITED"
	// ConnectionLimit: too many sockets or streams.
	ConnectionLimit Code = "CONNECTION_LIMIT"
	// RunQueueFull: too many queued runs.
	RunQueueFull Code = "RUN_QUEUE_FULL"
	// QuotaExceeded: a quota of data or calls.
	QuotaExceeded Code = "QUOTA_EXCEEDED"
	// StagingFull: too many unfinished staged bundles.
	StagingFull Code = "STAGING_FULL"
	// HeadersTooLarge: headers over 32 KiB.
	HeadersTooLarge Code = "HEADERS_TOO_LARGE"
	// Cancelled: caller of a read gone, run cancelled, lease lost.
	Cancelled Code = "CANCELLED"
	// Internal: a fault of the host; no cause shown.
	Internal Code = "INTERNAL"
	// ExecutionError: trap, stack limit, contained host fault.
	ExecutionError Code = "EXECUTION_ERROR"
	// FuelExhausted: the fuel is spent.
	FuelExhausted Code = "FUEL_EXHAUSTED"
	// MemoryExceeded: the memory is spent.
	MemoryExceeded Code = "MEMORY_EXCEEDED"
	// ResultNotJson: the result is not strict JSON of the ABI's shape.
	ResultNotJson Code = "RESULT_NOT_JSON"
	// ResponseTooLarge: the result is too large.
	ResponseTooLarge Code = "RESPONSE_TOO_LARGE"
	// InvalidOutput: the result breaks the output schema.
	InvalidOutput Code = "INVALID_OUTPUT"
	// EventRefused: an event that the action does not list.
	EventRefused Code = "EVENT_REFUSED"
	// InvalidEventPayload: a payload too large or unlike its schema.
	InvalidEventPayload Code = "INVALID_EVENT_PAYLOAD"
	// EventLimit: too many events in an invocation.
	EventLimit Code = "EVENT_LIMIT"
	// NotificationRefused: not declared, or a bad payload.
	NotificationRefused Code = "NOTIFICATION_REFUSED"
	// DepthExceeded: too deep, or too many events in the tree.
	DepthExceeded Code = "DEPTH_EXCEEDED"
	// EffectRefused: an operation that effects does not allow.
	EffectRefused Code = "EFFECT_REFUSED"
	// NotSupported: by the run's engine.
	NotSupported Code = "NOT_SUPPORTED"
	// ShuttingDown: the node drains.
	ShuttingDown Code = "SHUTTING_DOWN"
	// Overloaded: no room on the node.
	Overloaded Code = "OVERLOADED"
	// Busy: conflicts or waits for the store did not end.
	Busy Code = "BUSY"
	// Unavailable: the guest answered busy, timeout, unavailable.
	Unavailable Code = "UNAVAILABLE"
	// StoreUnavailable: the store; outcome: unknown at a lost COMMIT.
	StoreUnavailable Code = "STORE_UNAVAILABLE"
	// AuthUnavailable: the identity provider's keys cannot be had.
	AuthUnavailable Code = "AUTH_UNAVAILABLE"
	// EntitlementUnavailable: the look-up failed.
	EntitlementUnavailable Code = "ENTITLEMENT_UNAVAILABLE"
	// AppUnavailable: disabled, or not served.
	AppUnavailable Code = "APP_UNAVAILABLE"
	// ModuleUnavailable: the module failed to load.
	ModuleUnavailable Code = "MODULE_UNAVAILABLE"
	// EngineUnavailable: the engine of runs.
	EngineUnavailable Code = "ENGINE_UNAVAILABLE"
	// ArtifactUnavailable: the artifact cannot be had.
	ArtifactUnavailable Code = "ARTIFACT_UNAVAILABLE"
	// BundleCorrupt: stored content unlike its digest.
	BundleCorrupt Code = "BUNDLE_CORRUPT"
	// ActionTimeout: the deadline, or the hold of the store, passed.
	ActionTimeout Code = "ACTION_TIMEOUT"
	// FrameInvalid: bad shape.
	FrameInvalid Code = "FRAME_INVALID"
	// FrameUnknown: unknown type.
	FrameUnknown Code = "FRAME_UNKNOWN"
	// SubscriptionLimit: too many topics on a socket.
	SubscriptionLimit Code = "SUBSCRIPTION_LIMIT"
	// SlowConsumer: the stream was not read fast enough.
	SlowConsumer Code = "SLOW_CONSUMER"
	// AttemptsExhausted: no attempt left.
	AttemptsExhausted Code = "ATTEMPTS_EXHAUSTED"
	// ReactionGone: the subscription is no longer declared.
	ReactionGone Code = "REACTION_GONE"
	// TriggerGone: no trigger for the workflow and event.
	TriggerGone Code = "TRIGGER_GONE"
	// IdempotencyValueMissing: a path of idempotency_key missing or null.
	IdempotencyValueMissing Code = "IDEMPOTENCY_VALUE_MISSING"
	// AudienceInvalid: a malformed value at user_id_field.
	AudienceInvalid Code = "AUDIENCE_INVALID"
	// AudienceTooLarge: too many recipients; nothing sent.
	AudienceTooLarge Code = "AUDIENCE_TOO_LARGE"
	// AudienceNobody: no recipient.
	AudienceNobody Code = "AUDIENCE_NOBODY"
	// PermissionMissing: the event's authority lacks the reaction's permissions.
	PermissionMissing Code = "PERMISSION_MISSING"
	// ConditionUnmet: the rule's condition did not hold.
	ConditionUnmet Code = "CONDITION_UNMET"
	// Duplicate: the idempotency key took effect before.
	Duplicate Code = "DUPLICATE"
	// NoSender: no sender for the channel; no verified address; rate.
	NoSender Code = "NO_SENDER"
	// NoAddress: no sender for the channel; no verified address; rate.
	NoAddress Code = "NO_ADDRESS"
	// Rate: no sender for the channel; no verified address; rate.
	Rate Code = "RATE"
	// JournalDiverged: a request unlike the recorded one.
	JournalDiverged Code = "JOURNAL_DIVERGED"
	// PolicyDenied: a host policy denied.
	PolicyDenied Code = "POLICY_DENIED"
	// ScopeViolation: row-level security refused the host.
	ScopeViolation Code = "SCOPE_VIOLATION"
	// MirrorFailed: a file was not mirrored.
	MirrorFailed Code = "MIRROR_FAILED"
	// RunTimeout: over its deadline; queued too long.
	RunTimeout Code = "RUN_TIMEOUT"
	// RunQueueTimeout: over its deadline; queued too long.
	RunQueueTimeout Code = "RUN_QUEUE_TIMEOUT"
	// RunLogFull: too many log events; outputs too large; subworkflows too deep.
	RunLogFull Code = "RUN_LOG_FULL"
	// RunContextFull: too many log events; outputs too large; subworkflows too deep.
	RunContextFull Code = "RUN_CONTEXT_FULL"
	// RunDepth: too many log events; outputs too large; subworkflows too deep.
	RunDepth Code = "RUN_DEPTH"
	// ClaimsExhausted: claims without progress; the fence is another's.
	ClaimsExhausted Code = "CLAIMS_EXHAUSTED"
	// ClaimLost: claims without progress; the fence is another's.
	ClaimLost Code = "CLAIM_LOST"
	// StepInDoubt: the step as named.
	StepInDoubt Code = "STEP_IN_DOUBT"
	// StepLimit: the step as named.
	StepLimit Code = "STEP_LIMIT"
	// StepTimeout: the step as named.
	StepTimeout Code = "STEP_TIMEOUT"
	// StepOutputTooLarge: the step as named.
	StepOutputTooLarge Code = "STEP_OUTPUT_TOO_LARGE"
	// ExpressionFailed: an expression failed or cost too much.
	ExpressionFailed Code = "EXPRESSION_FAILED"
	// CompensationIncomplete: an undo step failed.
	CompensationIncomplete Code = "COMPENSATION_INCOMPLETE"
	// Declined: a human refused a tool call.
	Declined Code = "DECLINED"
	// AiProviderError: the model endpoint.
	AiProviderError Code = "AI_PROVIDER_ERROR"
	// AiRateLimited: the model endpoint.
	AiRateLimited Code = "AI_RATE_LIMITED"
	// AiTimeout: the model endpoint.
	AiTimeout Code = "AI_TIMEOUT"
	// AiOutputInvalid: the answer; the turns; the filter.
	AiOutputInvalid Code = "AI_OUTPUT_INVALID"
	// AiTurnsExhausted: the answer; the turns; the filter.
	AiTurnsExhausted Code = "AI_TURNS_EXHAUSTED"
	// AiContentFiltered: the answer; the turns; the filter.
	AiContentFiltered Code = "AI_CONTENT_FILTERED"
	// AiContextTooLong: the prompt; the step's tokens.
	AiContextTooLong Code = "AI_CONTEXT_TOO_LONG"
	// AiBudgetExceeded: the prompt; the step's tokens.
	AiBudgetExceeded           Code = "AI_BUDGET_EXCEEDED"
	GuestUnreachable           Code = "GUEST_UNREACHABLE"
	GuestMemoryBounds          Code = "GUEST_MEMORY_BOUNDS"
	GuestTableBounds           Code = "GUEST_TABLE_BOUNDS"
	GuestNullCall              Code = "GUEST_NULL_CALL"
	GuestCallType              Code = "GUEST_CALL_TYPE"
	GuestDivZero               Code = "GUEST_DIV_ZERO"
	GuestIntOverflow           Code = "GUEST_INT_OVERFLOW"
	GuestConversion            Code = "GUEST_CONVERSION"
	GuestStack                 Code = "GUEST_STACK"
	GuestAbort                 Code = "GUEST_ABORT"
	GuestExit                  Code = "GUEST_EXIT"
	GuestAlloc                 Code = "GUEST_ALLOC"
	GuestRange                 Code = "GUEST_RANGE"
	GuestReentry               Code = "GUEST_REENTRY"
	ExtismHostError            Code = "EXTISM_HOST_ERROR"
	HostPanic                  Code = "HOST_PANIC"
	ExportUnknown              Code = "EXPORT_UNKNOWN"
	EngineClosed               Code = "ENGINE_CLOSED"
	Deadline                   Code = "DEADLINE"
	InputTooLarge              Code = "INPUT_TOO_LARGE"
	OutputTooLarge             Code = "OUTPUT_TOO_LARGE"
	OutputNotJson              Code = "OUTPUT_NOT_JSON"
	OutputShape                Code = "OUTPUT_SHAPE"
	HostBusy                   Code = "HOST_BUSY"
	WorkerLost                 Code = "WORKER_LOST"
	ConfigUnknown              Code = "CONFIG_UNKNOWN"
	ConfigValue                Code = "CONFIG_VALUE"
	ConfigMissing              Code = "CONFIG_MISSING"
	ConfigContradiction        Code = "CONFIG_CONTRADICTION"
	StoreRoleUnsafe            Code = "STORE_ROLE_UNSAFE"
	StorePolicyDrift           Code = "STORE_POLICY_DRIFT"
	StoreLocked                Code = "STORE_LOCKED"
	StoreFilesystem            Code = "STORE_FILESYSTEM"
	StoreVersionNewer          Code = "STORE_VERSION_NEWER"
	StoreCorrupt               Code = "STORE_CORRUPT"
	StoreNotEmpty              Code = "STORE_NOT_EMPTY"
	CacheUnsafe                Code = "CACHE_UNSAFE"
	EngineRunning              Code = "ENGINE_RUNNING"
	FileMissing                Code = "FILE_MISSING"
	FileUnreadable             Code = "FILE_UNREADABLE"
	FileLink                   Code = "FILE_LINK"
	FileName                   Code = "FILE_NAME"
	FileMisplaced              Code = "FILE_MISPLACED"
	FileUnknown                Code = "FILE_UNKNOWN"
	FileSize                   Code = "FILE_SIZE"
	FileEncoding               Code = "FILE_ENCODING"
	FolderLimit                Code = "FOLDER_LIMIT"
	SubscriptionsRefused       Code = "SUBSCRIPTIONS_REFUSED"
	YamlSyntax                 Code = "YAML_SYNTAX"
	YamlDuplicateKey           Code = "YAML_DUPLICATE_KEY"
	YamlKey                    Code = "YAML_KEY"
	YamlFeature                Code = "YAML_FEATURE"
	YamlLimit                  Code = "YAML_LIMIT"
	NotAnObject                Code = "NOT_AN_OBJECT"
	SchemaVersion              Code = "SCHEMA_VERSION"
	FieldUnknown               Code = "FIELD_UNKNOWN"
	FieldMissing               Code = "FIELD_MISSING"
	FieldConflict              Code = "FIELD_CONFLICT"
	Type                       Code = "TYPE"
	Enum                       Code = "ENUM"
	Range                      Code = "RANGE"
	TextForm                   Code = "TEXT_FORM"
	CountLimit                 Code = "COUNT_LIMIT"
	ListDuplicate              Code = "LIST_DUPLICATE"
	VersionForm                Code = "VERSION_FORM"
	IdPattern                  Code = "ID_PATTERN"
	IdReserved                 Code = "ID_RESERVED"
	IdFolderMismatch           Code = "ID_FOLDER_MISMATCH"
	DuplicateId                Code = "DUPLICATE_ID"
	SchemaInvalid              Code = "SCHEMA_INVALID"
	SchemaRef                  Code = "SCHEMA_REF"
	SchemaRoot                 Code = "SCHEMA_ROOT"
	SchemaLimit                Code = "SCHEMA_LIMIT"
	SchemaKeyword              Code = "SCHEMA_KEYWORD"
	PermissionUndeclared       Code = "PERMISSION_UNDECLARED"
	PermissionNotHeld          Code = "PERMISSION_NOT_HELD"
	EventUndeclared            Code = "EVENT_UNDECLARED"
	EventNamespace             Code = "EVENT_NAMESPACE"
	EventProducer              Code = "EVENT_PRODUCER"
	ActionUndeclared           Code = "ACTION_UNDECLARED"
	ActionNotRead              Code = "ACTION_NOT_READ"
	ActionNeedsInput           Code = "ACTION_NEEDS_INPUT"
	CapabilityTarget           Code = "CAPABILITY_TARGET"
	HandlerAmbiguous           Code = "HANDLER_AMBIGUOUS"
	NotificationUndeclared     Code = "NOTIFICATION_UNDECLARED"
	AdapterUnknown             Code = "ADAPTER_UNKNOWN"
	SettingUndeclared          Code = "SETTING_UNDECLARED"
	ExtensionUndeclared        Code = "EXTENSION_UNDECLARED"
	ActionUnreachable          Code = "ACTION_UNREACHABLE"
	EffectsConflict            Code = "EFFECTS_CONFLICT"
	AskContextIneligible       Code = "ASK_CONTEXT_INELIGIBLE"
	IdempotencyLabel           Code = "IDEMPOTENCY_LABEL"
	PayloadPath                Code = "PAYLOAD_PATH"
	PayloadPathUnknown         Code = "PAYLOAD_PATH_UNKNOWN"
	FilterForm                 Code = "FILTER_FORM"
	ConditionForm              Code = "CONDITION_FORM"
	TemplateForm               Code = "TEMPLATE_FORM"
	ChannelUnavailable         Code = "CHANNEL_UNAVAILABLE"
	AudienceEveryone           Code = "AUDIENCE_EVERYONE"
	ContextFieldDropped        Code = "CONTEXT_FIELD_DROPPED"
	SettingEnum                Code = "SETTING_ENUM"
	SettingDefault             Code = "SETTING_DEFAULT"
	RouteForm                  Code = "ROUTE_FORM"
	RouteConflict              Code = "ROUTE_CONFLICT"
	ScheduleForm               Code = "SCHEDULE_FORM"
	GrantHost                  Code = "GRANT_HOST"
	GrantRequired              Code = "GRANT_REQUIRED"
	GrantUnused                Code = "GRANT_UNUSED"
	LimitCeiling               Code = "LIMIT_CEILING"
	EntrypointForm             Code = "ENTRYPOINT_FORM"
	EntrypointNotLocal         Code = "ENTRYPOINT_NOT_LOCAL"
	EntrypointNotBackend       Code = "ENTRYPOINT_NOT_BACKEND"
	HandlerMethodMissing       Code = "HANDLER_METHOD_MISSING"
	AccountDataMissing         Code = "ACCOUNT_DATA_MISSING"
	BackendAmbiguous           Code = "BACKEND_AMBIGUOUS"
	BackendFileMissing         Code = "BACKEND_FILE_MISSING"
	BackendDigest              Code = "BACKEND_DIGEST"
	BackendSize                Code = "BACKEND_SIZE"
	BackendInvalid             Code = "BACKEND_INVALID"
	BackendFeature             Code = "BACKEND_FEATURE"
	BackendLimit               Code = "BACKEND_LIMIT"
	BackendMemory              Code = "BACKEND_MEMORY"
	BackendMemoryClamped       Code = "BACKEND_MEMORY_CLAMPED"
	BackendTable               Code = "BACKEND_TABLE"
	BackendNotReactor          Code = "BACKEND_NOT_REACTOR"
	BackendAbiMismatch         Code = "BACKEND_ABI_MISMATCH"
	BackendImportUnknown       Code = "BACKEND_IMPORT_UNKNOWN"
	BackendImportDenied        Code = "BACKEND_IMPORT_DENIED"
	BackendImportSignature     Code = "BACKEND_IMPORT_SIGNATURE"
	BackendExportMissing       Code = "BACKEND_EXPORT_MISSING"
	BackendExportSignature     Code = "BACKEND_EXPORT_SIGNATURE"
	BackendInit                Code = "BACKEND_INIT"
	BackendReserved            Code = "BACKEND_RESERVED"
	BackendCompile             Code = "BACKEND_COMPILE"
	BackendUnfrozen            Code = "BACKEND_UNFROZEN"
	HostModulesMissing         Code = "HOST_MODULES_MISSING"
	ModuleEmpty                Code = "MODULE_EMPTY"
	ModuleOverride             Code = "MODULE_OVERRIDE"
	ModuleLoadPanic            Code = "MODULE_LOAD_PANIC"
	DependencyFailed           Code = "DEPENDENCY_FAILED"
	CapabilityDuplicate        Code = "CAPABILITY_DUPLICATE"
	CapabilityUnresolved       Code = "CAPABILITY_UNRESOLVED"
	CapabilityTargetUnresolved Code = "CAPABILITY_TARGET_UNRESOLVED"
	WorkflowUnresolved         Code = "WORKFLOW_UNRESOLVED"
	ReactionCycle              Code = "REACTION_CYCLE"
	ReactionInputShape         Code = "REACTION_INPUT_SHAPE"
	EventUnknown               Code = "EVENT_UNKNOWN"
	EventShared                Code = "EVENT_SHARED"
	PermissionUnknown          Code = "PERMISSION_UNKNOWN"
	GateUngranted              Code = "GATE_UNGRANTED"
	DataUndeclared             Code = "DATA_UNDECLARED"
	PageUnknown                Code = "PAGE_UNKNOWN"
	EventFanout                Code = "EVENT_FANOUT"
	TriggerUnresolved          Code = "TRIGGER_UNRESOLVED"
	MatcherForm                Code = "MATCHER_FORM"
	TestFailed                 Code = "TEST_FAILED"
	TestNondeterministic       Code = "TEST_NONDETERMINISTIC"
	TestUncovered              Code = "TEST_UNCOVERED"
	BuildLanguageUnknown       Code = "BUILD_LANGUAGE_UNKNOWN"
	BuildLanguageAmbiguous     Code = "BUILD_LANGUAGE_AMBIGUOUS"
	BuildToolMissing           Code = "BUILD_TOOL_MISSING"
	BuildFailed                Code = "BUILD_FAILED"
	BuildTimeout               Code = "BUILD_TIMEOUT"
	BuildOutputMissing         Code = "BUILD_OUTPUT_MISSING"
	BuildNotReproducible       Code = "BUILD_NOT_REPRODUCIBLE"
	GeneratedStale             Code = "GENERATED_STALE"
	GenOpaque                  Code = "GEN_OPAQUE"
	GenName                    Code = "GEN_NAME"
	ExtismModules              Code = "EXTISM_MODULES"
	ExtismUrl                  Code = "EXTISM_URL"
	ExtismPaths                Code = "EXTISM_PATHS"
	BundleRoot                 Code = "BUNDLE_ROOT"
	PathForm                   Code = "PATH_FORM"
	PathCharacter              Code = "PATH_CHARACTER"
	PathReserved               Code = "PATH_RESERVED"
	PathLength                 Code = "PATH_LENGTH"
	PathDuplicate              Code = "PATH_DUPLICATE"
	PathCollision              Code = "PATH_COLLISION"
	PathLink                   Code = "PATH_LINK"
	LayoutProhibited           Code = "LAYOUT_PROHIBITED"
	LayoutUnknown              Code = "LAYOUT_UNKNOWN"
	FileMedia                  Code = "FILE_MEDIA"
	BundleSize                 Code = "BUNDLE_SIZE"
	BundleFiles                Code = "BUNDLE_FILES"
	ZipMethod                  Code = "ZIP_METHOD"
	ZipFeature                 Code = "ZIP_FEATURE"
	ZipInconsistent            Code = "ZIP_INCONSISTENT"
	ZipRatio                   Code = "ZIP_RATIO"
	JsonSyntax                 Code = "JSON_SYNTAX"
	JsonDuplicateKey           Code = "JSON_DUPLICATE_KEY"
	AliasConflict              Code = "ALIAS_CONFLICT"
	EnvExpansion               Code = "ENV_EXPANSION"
	SecretPath                 Code = "SECRET_PATH"
	SecretValue                Code = "SECRET_VALUE"
	SecretSuspect              Code = "SECRET_SUSPECT"
	RefRoute                   Code = "REF_ROUTE"
	RefPage                    Code = "REF_PAGE"
	RefModule                  Code = "REF_MODULE"
	RefAction                  Code = "REF_ACTION"
	RefWorkflow                Code = "REF_WORKFLOW"
	RefTransition              Code = "REF_TRANSITION"
	RefPlan                    Code = "REF_PLAN"
	RefAddOn                   Code = "REF_ADD_ON"
	RefWallet                  Code = "REF_WALLET"
	RefAlias                   Code = "REF_ALIAS"
	RefSecret                  Code = "REF_SECRET"
	RefFile                    Code = "REF_FILE"
	RefComponent               Code = "REF_COMPONENT"
	RefProvider                Code = "REF_PROVIDER"
	AppIdMismatch              Code = "APP_ID_MISMATCH"
	AdminEmailIgnored          Code = "ADMIN_EMAIL_IGNORED"
	TestsMissing               Code = "TESTS_MISSING"
	GateTimeout                Code = "GATE_TIMEOUT"
	AuthContractMissing        Code = "AUTH_CONTRACT_MISSING"
	AuthContractUnexpected     Code = "AUTH_CONTRACT_UNEXPECTED"
	AuthUrl                    Code = "AUTH_URL"
	AuthRoute                  Code = "AUTH_ROUTE"
	ShortcutUnbound            Code = "SHORTCUT_UNBOUND"
	ValueUnknown               Code = "VALUE_UNKNOWN"
	RouteReserved              Code = "ROUTE_RESERVED"
	PageName                   Code = "PAGE_NAME"
	PageType                   Code = "PAGE_TYPE"
	PagePrimitive              Code = "PAGE_PRIMITIVE"
	PageModal                  Code = "PAGE_MODAL"
	PageEvent                  Code = "PAGE_EVENT"
	PageEndpoint               Code = "PAGE_ENDPOINT"
	PageSurface                Code = "PAGE_SURFACE"
	PageFormIncomplete         Code = "PAGE_FORM_INCOMPLETE"
	PageEffects                Code = "PAGE_EFFECTS"
	ActionShape                Code = "ACTION_SHAPE"
	BindingUnknown             Code = "BINDING_UNKNOWN"
	GateNotConfigured          Code = "GATE_NOT_CONFIGURED"
	SubscriptionsRemoved       Code = "SUBSCRIPTIONS_REMOVED"
	SequenceOrder              Code = "SEQUENCE_ORDER"
	SequenceBackend            Code = "SEQUENCE_BACKEND"
	SequenceCycle              Code = "SEQUENCE_CYCLE"
	DataAppMismatch            Code = "DATA_APP_MISMATCH"
	DataSurfaceUnknown         Code = "DATA_SURFACE_UNKNOWN"
	DataOwnershipConflict      Code = "DATA_OWNERSHIP_CONFLICT"
	DataOwnerField             Code = "DATA_OWNER_FIELD"
	DataNameCollision          Code = "DATA_NAME_COLLISION"
	DataNameAmbiguous          Code = "DATA_NAME_AMBIGUOUS"
	DataLegacyField            Code = "DATA_LEGACY_FIELD"
	DataObsoleteField          Code = "DATA_OBSOLETE_FIELD"
	DataFieldsMissing          Code = "DATA_FIELDS_MISSING"
	DataFieldReserved          Code = "DATA_FIELD_RESERVED"
	DataDefaultMisfit          Code = "DATA_DEFAULT_MISFIT"
	DataDefaultText            Code = "DATA_DEFAULT_TEXT"
	DataIndexField             Code = "DATA_INDEX_FIELD"
	DataIndexEmpty             Code = "DATA_INDEX_EMPTY"
	DataIndexDuplicate         Code = "DATA_INDEX_DUPLICATE"
	DataIndexOption            Code = "DATA_INDEX_OPTION"
	DataIndexScopePart         Code = "DATA_INDEX_SCOPE_PART"
	DataAppWideOpen            Code = "DATA_APP_WIDE_OPEN"
	DataGrantUnknown           Code = "DATA_GRANT_UNKNOWN"
	DataGrantConflict          Code = "DATA_GRANT_CONFLICT"
	DataAccount                Code = "DATA_ACCOUNT"
	DataLimit                  Code = "DATA_LIMIT"
	DataReferenceScope         Code = "DATA_REFERENCE_SCOPE"
	NotInThisBuild             Code = "NOT_IN_THIS_BUILD"
	MigrationOperation         Code = "MIGRATION_OPERATION"
	MigrationTarget            Code = "MIGRATION_TARGET"
	MigrationChanged           Code = "MIGRATION_CHANGED"
	MigrationOrder             Code = "MIGRATION_ORDER"
	MigrationBlocked           Code = "MIGRATION_BLOCKED"
	MigrationApprovalRequired  Code = "MIGRATION_APPROVAL_REQUIRED"
	MigrationBusy              Code = "MIGRATION_BUSY"
	MigrationLeaseLost         Code = "MIGRATION_LEASE_LOST"
	WorkflowName               Code = "WORKFLOW_NAME"
	WorkflowLimit              Code = "WORKFLOW_LIMIT"
	WorkflowRecursion          Code = "WORKFLOW_RECURSION"
	StepType                   Code = "STEP_TYPE"
	StepField                  Code = "STEP_FIELD"
	StepReference              Code = "STEP_REFERENCE"
	ExpressionInvalid          Code = "EXPRESSION_INVALID"
	ExpressionType             Code = "EXPRESSION_TYPE"
	AiRouteUnknown             Code = "AI_ROUTE_UNKNOWN"
	AiToolForbidden            Code = "AI_TOOL_FORBIDDEN"
	EngineMissing              Code = "ENGINE_MISSING"
	Required                   Code = "REQUIRED"
	Null                       Code = "NULL"
	MaxLength                  Code = "MAX_LENGTH"
	FieldUndeclared            Code = "FIELD_UNDECLARED"
	FieldReserved              Code = "FIELD_RESERVED"
	Immutable                  Code = "IMMUTABLE"
	NumberRange                Code = "NUMBER_RANGE"
	StringInvalid              Code = "STRING_INVALID"
	DuplicateKey               Code = "DUPLICATE_KEY"
	Depth                      Code = "DEPTH"
	IdInvalid                  Code = "ID_INVALID"
	KeyTooLong                 Code = "KEY_TOO_LONG"
	KeyNotScalar               Code = "KEY_NOT_SCALAR"
)

var table = map[Code]Info{
	PathInvalid:                {Code: "PATH_INVALID", Group: "http", Status: 400, Retryable: false, Meaning: "a path with dot or empty segments, or encoded slashes", Action: ""},
	JsonInvalid:                {Code: "JSON_INVALID", Group: "http", Status: 400, Retryable: false, Meaning: "body is not one JSON value; duplicate key; too deep", Action: ""},
	InvalidHeader:              {Code: "INVALID_HEADER", Group: "http", Status: 400, Retryable: false, Meaning: "a header of ours has a bad form", Action: ""},
	InvalidParams:              {Code: "INVALID_PARAMS", Group: "http", Status: 400, Retryable: false, Meaning: "parameters do not fit; errors[] says where", Action: ""},
	QueryNotAllowed:            {Code: "QUERY_NOT_ALLOWED", Group: "http", Status: 400, Retryable: false, Meaning: "query parameters on a POST", Action: ""},
	IdentityInBody:             {Code: "IDENTITY_IN_BODY", Group: "http", Status: 400, Retryable: false, Meaning: "the body names app, tenant, workspace, user or token", Action: ""},
	TokenInQuery:               {Code: "TOKEN_IN_QUERY", Group: "http", Status: 400, Retryable: false, Meaning: "a token in the query", Action: ""},
	TenantRequired:             {Code: "TENANT_REQUIRED", Group: "http", Status: 400, Retryable: false, Meaning: "several tenants proven, none chosen", Action: ""},
	IdempotencyKeyInvalid:      {Code: "IDEMPOTENCY_KEY_INVALID", Group: "http", Status: 400, Retryable: false, Meaning: "bad form, or a key without a token", Action: ""},
	IdempotencyKeyRequired:     {Code: "IDEMPOTENCY_KEY_REQUIRED", Group: "http", Status: 400, Retryable: false, Meaning: "the caller or the action needs a key", Action: ""},
	CursorInvalid:              {Code: "CURSOR_INVALID", Group: "http", Status: 400, Retryable: false, Meaning: "a foreign or altered cursor", Action: ""},
	InputInvalid:               {Code: "INPUT_INVALID", Group: "http", Status: 400, Retryable: false, Meaning: "an answer to a run does not fit its schema; still open", Action: ""},
	WsSubprotocolRequired:      {Code: "WS_SUBPROTOCOL_REQUIRED", Group: "http", Status: 400, Retryable: false, Meaning: "socket without mozaiks.v1", Action: ""},
	ContentDigest:              {Code: "CONTENT_DIGEST", Group: "http", Status: 400, Retryable: false, Meaning: "the body does not have the digest named", Action: ""},
	ConfirmationRequired:       {Code: "CONFIRMATION_REQUIRED", Group: "http", Status: 400, Retryable: false, Meaning: "erasure without the own user id", Action: ""},
	WebhookUrl:                 {Code: "WEBHOOK_URL", Group: "http", Status: 400, Retryable: false, Meaning: "an endpoint that is not allowed", Action: ""},
	TokenMissing:               {Code: "TOKEN_MISSING", Group: "http", Status: 401, Retryable: false, Meaning: "no token where one is needed", Action: ""},
	TokenInvalid:               {Code: "TOKEN_INVALID", Group: "http", Status: 401, Retryable: false, Meaning: "a bad token; reason says which", Action: ""},
	AuthNotConfigured:          {Code: "AUTH_NOT_CONFIGURED", Group: "http", Status: 401, Retryable: false, Meaning: "mode closed", Action: ""},
	EntitlementRequired:        {Code: "ENTITLEMENT_REQUIRED", Group: "http", Status: 402, Retryable: false, Meaning: "no plan grants the gate; gate, reason", Action: ""},
	EntitlementLimit:           {Code: "ENTITLEMENT_LIMIT", Group: "http", Status: 402, Retryable: false, Meaning: "a usage limit is reached; resets_at", Action: ""},
	TokenUsageDenied:           {Code: "TOKEN_USAGE_DENIED", Group: "http", Status: 402, Retryable: false, Meaning: "the guest had no AI tokens left", Action: ""},
	InsufficientTokens:         {Code: "INSUFFICIENT_TOKENS", Group: "http", Status: 402, Retryable: false, Meaning: "the wallet does not cover a run or an AI call", Action: ""},
	TokenUsageScopeMissing:     {Code: "TOKEN_USAGE_SCOPE_MISSING", Group: "http", Status: 402, Retryable: false, Meaning: "no id for the wallet's scope", Action: ""},
	TokenQuotaExceeded:         {Code: "TOKEN_QUOTA_EXCEEDED", Group: "http", Status: 402, Retryable: false, Meaning: "a token quota is reached; resets_at", Action: ""},
	ScopeMissing:               {Code: "SCOPE_MISSING", Group: "http", Status: 403, Retryable: false, Meaning: "the token lacks the required scope", Action: ""},
	AppMismatch:                {Code: "APP_MISMATCH", Group: "http", Status: 403, Retryable: false, Meaning: "the token is not for this app", Action: ""},
	TenantMissing:              {Code: "TENANT_MISSING", Group: "http", Status: 403, Retryable: false, Meaning: "the token names no tenant", Action: ""},
	TenantMismatch:             {Code: "TENANT_MISMATCH", Group: "http", Status: 403, Retryable: false, Meaning: "the tenant is not proven", Action: ""},
	WorkspaceMismatch:          {Code: "WORKSPACE_MISMATCH", Group: "http", Status: 403, Retryable: false, Meaning: "the workspace is not proven", Action: ""},
	ServiceNotAllowed:          {Code: "SERVICE_NOT_ALLOWED", Group: "http", Status: 403, Retryable: false, Meaning: "the service role on an unlisted client", Action: ""},
	LocalOnly:                  {Code: "LOCAL_ONLY", Group: "http", Status: 403, Retryable: false, Meaning: "development access from elsewhere; rule", Action: ""},
	OriginRefused:              {Code: "ORIGIN_REFUSED", Group: "http", Status: 403, Retryable: false, Meaning: "a browser origin that is not allowed", Action: ""},
	RoleRequired:               {Code: "ROLE_REQUIRED", Group: "http", Status: 403, Retryable: false, Meaning: "the lane needs a role", Action: ""},
	PermissionDenied:           {Code: "PERMISSION_DENIED", Group: "http", Status: 403, Retryable: false, Meaning: "a permission or policy refuses", Action: ""},
	RouteNotFound:              {Code: "ROUTE_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "no such route", Action: ""},
	AppNotFound:                {Code: "APP_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "no such app here", Action: ""},
	ModuleNotFound:             {Code: "MODULE_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "no such module for this lane", Action: ""},
	ActionNotFound:             {Code: "ACTION_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "no such action for this lane", Action: ""},
	RecordNotFound:             {Code: "RECORD_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "the guest did not find it", Action: ""},
	NotificationNotFound:       {Code: "NOTIFICATION_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "not in the caller's inbox", Action: ""},
	InvocationNotFound:         {Code: "INVOCATION_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "operator routes", Action: ""},
	EventNotFound:              {Code: "EVENT_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "operator routes", Action: ""},
	DeliveryNotFound:           {Code: "DELIVERY_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "operator routes", Action: ""},
	ScheduleNotFound:           {Code: "SCHEDULE_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "operator routes", Action: ""},
	RunNotFound:                {Code: "RUN_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "no such run for the caller", Action: ""},
	WorkflowNotFound:           {Code: "WORKFLOW_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "none that the caller may start", Action: ""},
	InputNotFound:              {Code: "INPUT_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "no such question for the caller", Action: ""},
	TopicNotFound:              {Code: "TOPIC_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "no such topic for the caller", Action: ""},
	PageNotFound:               {Code: "PAGE_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "no such page for the caller", Action: ""},
	AssetNotFound:              {Code: "ASSET_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "no such file of brand/", Action: ""},
	SettingNotFound:            {Code: "SETTING_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "not declared, or not for this layer", Action: ""},
	BundleNotFound:             {Code: "BUNDLE_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "no such staged bundle", Action: ""},
	SnapshotNotFound:           {Code: "SNAPSHOT_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "not kept", Action: ""},
	TransitionNotFound:         {Code: "TRANSITION_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "no such transition", Action: ""},
	ErasureNotFound:            {Code: "ERASURE_NOT_FOUND", Group: "http", Status: 404, Retryable: false, Meaning: "no such erasure", Action: ""},
	MethodNotAllowed:           {Code: "METHOD_NOT_ALLOWED", Group: "http", Status: 405, Retryable: false, Meaning: "other method; GET on what is not read", Action: ""},
	RequestTimeout:             {Code: "REQUEST_TIMEOUT", Group: "http", Status: 408, Retryable: true, Meaning: "the request came too slowly", Action: ""},
	Conflict:                   {Code: "CONFLICT", Group: "http", Status: 409, Retryable: false, Meaning: "the guest's data changed or clashed", Action: ""},
	IdempotencyInProgress:      {Code: "IDEMPOTENCY_IN_PROGRESS", Group: "http", Status: 409, Retryable: true, Meaning: "the key's first call still runs", Action: ""},
	DeliveryNotDead:            {Code: "DELIVERY_NOT_DEAD", Group: "http", Status: 409, Retryable: false, Meaning: "replay of what is no dead letter", Action: ""},
	RunTerminal:                {Code: "RUN_TERMINAL", Group: "http", Status: 409, Retryable: false, Meaning: "the run has ended", Action: ""},
	RunStateConflict:           {Code: "RUN_STATE_CONFLICT", Group: "http", Status: 409, Retryable: false, Meaning: "the command does not fit the run's state", Action: ""},
	InputAlreadyAnswered:       {Code: "INPUT_ALREADY_ANSWERED", Group: "http", Status: 409, Retryable: false, Meaning: "another answer was first", Action: ""},
	AppState:                   {Code: "APP_STATE", Group: "http", Status: 409, Retryable: false, Meaning: "the app's state or a limit of apps does not allow it", Action: ""},
	HostNameTaken:              {Code: "HOST_NAME_TAKEN", Group: "http", Status: 409, Retryable: false, Meaning: "the name is bound elsewhere", Action: ""},
	BundleState:                {Code: "BUNDLE_STATE", Group: "http", Status: 409, Retryable: false, Meaning: "a step in the wrong state", Action: ""},
	PromotionInProgress:        {Code: "PROMOTION_IN_PROGRESS", Group: "http", Status: 409, Retryable: true, Meaning: "another promotion of the app runs", Action: ""},
	DigestMismatch:             {Code: "DIGEST_MISMATCH", Group: "http", Status: 409, Retryable: false, Meaning: "not the staged bundle's digest", Action: ""},
	GateNotPassed:              {Code: "GATE_NOT_PASSED", Group: "http", Status: 409, Retryable: false, Meaning: "errors[] by gate", Action: ""},
	ModulesFailed:              {Code: "MODULES_FAILED", Group: "http", Status: 409, Retryable: false, Meaning: "failed modules that nobody accepted", Action: ""},
	SecretUnset:                {Code: "SECRET_UNSET", Group: "http", Status: 409, Retryable: false, Meaning: "a required secret has no value", Action: ""},
	SnapshotPrepareFailed:      {Code: "SNAPSHOT_PREPARE_FAILED", Group: "http", Status: 409, Retryable: false, Meaning: "a node could not prepare it", Action: ""},
	RollbackBlocked:            {Code: "ROLLBACK_BLOCKED", Group: "http", Status: 409, Retryable: false, Meaning: "the target does not fit the data", Action: ""},
	InputExpired:               {Code: "INPUT_EXPIRED", Group: "http", Status: 410, Retryable: false, Meaning: "the question is closed", Action: ""},
	SnapshotChanged:            {Code: "SNAPSHOT_CHANGED", Group: "http", Status: 412, Retryable: false, Meaning: "another snapshot is current", Action: ""},
	RevisionChanged:            {Code: "REVISION_CHANGED", Group: "http", Status: 412, Retryable: false, Meaning: "the record changed meanwhile", Action: ""},
	PayloadTooLarge:            {Code: "PAYLOAD_TOO_LARGE", Group: "http", Status: 413, Retryable: false, Meaning: "body over its limit, by bytes read", Action: ""},
	UriTooLong:                 {Code: "URI_TOO_LONG", Group: "http", Status: 414, Retryable: false, Meaning: "target over 8 KiB", Action: ""},
	UnsupportedMediaType:       {Code: "UNSUPPORTED_MEDIA_TYPE", Group: "http", Status: 415, Retryable: false, Meaning: "other media type, or a content encoding", Action: ""},
	ActionFailed:               {Code: "ACTION_FAILED", Group: "http", Status: 422, Retryable: false, Meaning: "the guest refused without a more exact code", Action: ""},
	IdempotencyMismatch:        {Code: "IDEMPOTENCY_MISMATCH", Group: "http", Status: 422, Retryable: false, Meaning: "the key was used with another request", Action: ""},
	BundleRejected:             {Code: "BUNDLE_REJECTED", Group: "http", Status: 422, Retryable: false, Meaning: "findings in errors[]; nothing kept", Action: ""},
	SettingInvalid:             {Code: "SETTING_INVALID", Group: "http", Status: 422, Retryable: false, Meaning: "a value does not fit; nothing stored", Action: ""},
	ArtifactDigestMismatch:     {Code: "ARTIFACT_DIGEST_MISMATCH", Group: "http", Status: 422, Retryable: false, Meaning: "content unlike the digest", Action: ""},
	ArtifactUnsigned:           {Code: "ARTIFACT_UNSIGNED", Group: "http", Status: 422, Retryable: false, Meaning: "no statement", Action: ""},
	ArtifactKeyUnknown:         {Code: "ARTIFACT_KEY_UNKNOWN", Group: "http", Status: 422, Retryable: false, Meaning: "no such key for app, kind or time", Action: ""},
	ArtifactKeyRevoked:         {Code: "ARTIFACT_KEY_REVOKED", Group: "http", Status: 422, Retryable: false, Meaning: "the key was revoked", Action: ""},
	ArtifactSignatureInvalid:   {Code: "ARTIFACT_SIGNATURE_INVALID", Group: "http", Status: 422, Retryable: false, Meaning: "the signature does not verify", Action: ""},
	ArtifactStatementInvalid:   {Code: "ARTIFACT_STATEMENT_INVALID", Group: "http", Status: 422, Retryable: false, Meaning: "the statement is malformed", Action: ""},
	ArtifactStatementMismatch:  {Code: "ARTIFACT_STATEMENT_MISMATCH", Group: "http", Status: 422, Retryable: false, Meaning: "it is about something else", Action: ""},
	ArtifactVersionOld:         {Code: "ARTIFACT_VERSION_OLD", Group: "http", Status: 422, Retryable: false, Meaning: "lower than promoted before", Action: ""},
	ArtifactVersionConflict:    {Code: "ARTIFACT_VERSION_CONFLICT", Group: "http", Status: 422, Retryable: false, Meaning: "the version exists with another digest", Action: ""},
	RateLimited:                {Code: "RATE_LIMITED", Group: "http", Status: 429, Retryable: true, Meaning: "a rate is used up", Action: ""},
	ConcurrencyLimited:         {Code: "CONCURRENCY_LIMITED", Group: "http", Status: 429, Retryable: true, Meaning: "too many at once for app, module or tenant", Action: ""},
	ConnectionLimit:            {Code: "CONNECTION_LIMIT", Group: "http", Status: 429, Retryable: true, Meaning: "too many sockets or streams", Action: ""},
	RunQueueFull:               {Code: "RUN_QUEUE_FULL", Group: "http", Status: 429, Retryable: true, Meaning: "too many queued runs", Action: ""},
	QuotaExceeded:              {Code: "QUOTA_EXCEEDED", Group: "http", Status: 429, Retryable: false, Meaning: "a quota of data or calls", Action: ""},
	StagingFull:                {Code: "STAGING_FULL", Group: "http", Status: 429, Retryable: false, Meaning: "too many unfinished staged bundles", Action: ""},
	HeadersTooLarge:            {Code: "HEADERS_TOO_LARGE", Group: "http", Status: 431, Retryable: false, Meaning: "headers over 32 KiB", Action: ""},
	Cancelled:                  {Code: "CANCELLED", Group: "http", Status: 499, Retryable: false, Meaning: "caller of a read gone, run cancelled, lease lost", Action: ""},
	Internal:                   {Code: "INTERNAL", Group: "http", Status: 500, Retryable: false, Meaning: "a fault of the host; no cause shown", Action: ""},
	ExecutionError:             {Code: "EXECUTION_ERROR", Group: "http", Status: 500, Retryable: false, Meaning: "trap, stack limit, contained host fault", Action: ""},
	FuelExhausted:              {Code: "FUEL_EXHAUSTED", Group: "http", Status: 500, Retryable: false, Meaning: "the fuel is spent", Action: ""},
	MemoryExceeded:             {Code: "MEMORY_EXCEEDED", Group: "http", Status: 500, Retryable: false, Meaning: "the memory is spent", Action: ""},
	ResultNotJson:              {Code: "RESULT_NOT_JSON", Group: "http", Status: 500, Retryable: false, Meaning: "the result is not strict JSON of the ABI's shape", Action: ""},
	ResponseTooLarge:           {Code: "RESPONSE_TOO_LARGE", Group: "http", Status: 500, Retryable: false, Meaning: "the result is too large", Action: ""},
	InvalidOutput:              {Code: "INVALID_OUTPUT", Group: "http", Status: 500, Retryable: false, Meaning: "the result breaks the output schema", Action: ""},
	EventRefused:               {Code: "EVENT_REFUSED", Group: "http", Status: 500, Retryable: false, Meaning: "an event that the action does not list", Action: ""},
	InvalidEventPayload:        {Code: "INVALID_EVENT_PAYLOAD", Group: "http", Status: 500, Retryable: false, Meaning: "a payload too large or unlike its schema", Action: ""},
	EventLimit:                 {Code: "EVENT_LIMIT", Group: "http", Status: 500, Retryable: false, Meaning: "too many events in an invocation", Action: ""},
	NotificationRefused:        {Code: "NOTIFICATION_REFUSED", Group: "http", Status: 500, Retryable: false, Meaning: "not declared, or a bad payload", Action: ""},
	DepthExceeded:              {Code: "DEPTH_EXCEEDED", Group: "http", Status: 500, Retryable: false, Meaning: "too deep, or too many events in the tree", Action: ""},
	EffectRefused:              {Code: "EFFECT_REFUSED", Group: "http", Status: 500, Retryable: false, Meaning: "an operation that effects does not allow", Action: ""},
	NotSupported:               {Code: "NOT_SUPPORTED", Group: "http", Status: 501, Retryable: false, Meaning: "by the run's engine", Action: ""},
	ShuttingDown:               {Code: "SHUTTING_DOWN", Group: "http", Status: 503, Retryable: true, Meaning: "the node drains", Action: ""},
	Overloaded:                 {Code: "OVERLOADED", Group: "http", Status: 503, Retryable: true, Meaning: "no room on the node", Action: ""},
	Busy:                       {Code: "BUSY", Group: "http", Status: 503, Retryable: true, Meaning: "conflicts or waits for the store did not end", Action: ""},
	Unavailable:                {Code: "UNAVAILABLE", Group: "http", Status: 503, Retryable: true, Meaning: "the guest answered busy, timeout, unavailable", Action: ""},
	StoreUnavailable:           {Code: "STORE_UNAVAILABLE", Group: "http", Status: 503, Retryable: true, Meaning: "the store; outcome: unknown at a lost COMMIT", Action: ""},
	AuthUnavailable:            {Code: "AUTH_UNAVAILABLE", Group: "http", Status: 503, Retryable: true, Meaning: "the identity provider's keys cannot be had", Action: ""},
	EntitlementUnavailable:     {Code: "ENTITLEMENT_UNAVAILABLE", Group: "http", Status: 503, Retryable: true, Meaning: "the look-up failed", Action: ""},
	AppUnavailable:             {Code: "APP_UNAVAILABLE", Group: "http", Status: 503, Retryable: true, Meaning: "disabled, or not served", Action: ""},
	ModuleUnavailable:          {Code: "MODULE_UNAVAILABLE", Group: "http", Status: 503, Retryable: true, Meaning: "the module failed to load", Action: ""},
	EngineUnavailable:          {Code: "ENGINE_UNAVAILABLE", Group: "http", Status: 503, Retryable: true, Meaning: "the engine of runs", Action: ""},
	ArtifactUnavailable:        {Code: "ARTIFACT_UNAVAILABLE", Group: "http", Status: 503, Retryable: true, Meaning: "the artifact cannot be had", Action: ""},
	BundleCorrupt:              {Code: "BUNDLE_CORRUPT", Group: "http", Status: 503, Retryable: false, Meaning: "stored content unlike its digest", Action: ""},
	ActionTimeout:              {Code: "ACTION_TIMEOUT", Group: "http", Status: 504, Retryable: true, Meaning: "the deadline, or the hold of the store, passed", Action: ""},
	FrameInvalid:               {Code: "FRAME_INVALID", Group: "stream", Status: 0, Retryable: false, Meaning: "bad shape", Action: ""},
	FrameUnknown:               {Code: "FRAME_UNKNOWN", Group: "stream", Status: 0, Retryable: false, Meaning: "unknown type", Action: ""},
	SubscriptionLimit:          {Code: "SUBSCRIPTION_LIMIT", Group: "stream", Status: 0, Retryable: false, Meaning: "too many topics on a socket", Action: ""},
	SlowConsumer:               {Code: "SLOW_CONSUMER", Group: "stream", Status: 0, Retryable: false, Meaning: "the stream was not read fast enough", Action: ""},
	AttemptsExhausted:          {Code: "ATTEMPTS_EXHAUSTED", Group: "delivery", Status: 0, Retryable: false, Meaning: "no attempt left", Action: ""},
	ReactionGone:               {Code: "REACTION_GONE", Group: "delivery", Status: 0, Retryable: false, Meaning: "the subscription is no longer declared", Action: ""},
	TriggerGone:                {Code: "TRIGGER_GONE", Group: "delivery", Status: 0, Retryable: false, Meaning: "no trigger for the workflow and event", Action: ""},
	IdempotencyValueMissing:    {Code: "IDEMPOTENCY_VALUE_MISSING", Group: "delivery", Status: 0, Retryable: false, Meaning: "a path of idempotency_key missing or null", Action: ""},
	AudienceInvalid:            {Code: "AUDIENCE_INVALID", Group: "delivery", Status: 0, Retryable: false, Meaning: "a malformed value at user_id_field", Action: ""},
	AudienceTooLarge:           {Code: "AUDIENCE_TOO_LARGE", Group: "delivery", Status: 0, Retryable: false, Meaning: "too many recipients; nothing sent", Action: ""},
	AudienceNobody:             {Code: "AUDIENCE_NOBODY", Group: "delivery", Status: 0, Retryable: false, Meaning: "no recipient", Action: ""},
	PermissionMissing:          {Code: "PERMISSION_MISSING", Group: "delivery", Status: 0, Retryable: false, Meaning: "the event's authority lacks the reaction's permissions", Action: ""},
	ConditionUnmet:             {Code: "CONDITION_UNMET", Group: "delivery", Status: 0, Retryable: false, Meaning: "the rule's condition did not hold", Action: ""},
	Duplicate:                  {Code: "DUPLICATE", Group: "delivery", Status: 0, Retryable: false, Meaning: "the idempotency key took effect before", Action: ""},
	NoSender:                   {Code: "NO_SENDER", Group: "delivery", Status: 0, Retryable: false, Meaning: "no sender for the channel; no verified address; rate", Action: ""},
	NoAddress:                  {Code: "NO_ADDRESS", Group: "delivery", Status: 0, Retryable: false, Meaning: "no sender for the channel; no verified address; rate", Action: ""},
	Rate:                       {Code: "RATE", Group: "delivery", Status: 0, Retryable: false, Meaning: "no sender for the channel; no verified address; rate", Action: ""},
	JournalDiverged:            {Code: "JOURNAL_DIVERGED", Group: "delivery", Status: 0, Retryable: false, Meaning: "a request unlike the recorded one", Action: ""},
	PolicyDenied:               {Code: "POLICY_DENIED", Group: "delivery", Status: 0, Retryable: false, Meaning: "a host policy denied", Action: ""},
	ScopeViolation:             {Code: "SCOPE_VIOLATION", Group: "delivery", Status: 0, Retryable: false, Meaning: "row-level security refused the host", Action: ""},
	MirrorFailed:               {Code: "MIRROR_FAILED", Group: "delivery", Status: 0, Retryable: false, Meaning: "a file was not mirrored", Action: ""},
	RunTimeout:                 {Code: "RUN_TIMEOUT", Group: "run", Status: 0, Retryable: false, Meaning: "over its deadline; queued too long", Action: ""},
	RunQueueTimeout:            {Code: "RUN_QUEUE_TIMEOUT", Group: "run", Status: 0, Retryable: false, Meaning: "over its deadline; queued too long", Action: ""},
	RunLogFull:                 {Code: "RUN_LOG_FULL", Group: "run", Status: 0, Retryable: false, Meaning: "too many log events; outputs too large; subworkflows too deep", Action: ""},
	RunContextFull:             {Code: "RUN_CONTEXT_FULL", Group: "run", Status: 0, Retryable: false, Meaning: "too many log events; outputs too large; subworkflows too deep", Action: ""},
	RunDepth:                   {Code: "RUN_DEPTH", Group: "run", Status: 0, Retryable: false, Meaning: "too many log events; outputs too large; subworkflows too deep", Action: ""},
	ClaimsExhausted:            {Code: "CLAIMS_EXHAUSTED", Group: "run", Status: 0, Retryable: false, Meaning: "claims without progress; the fence is another's", Action: ""},
	ClaimLost:                  {Code: "CLAIM_LOST", Group: "run", Status: 0, Retryable: false, Meaning: "claims without progress; the fence is another's", Action: ""},
	StepInDoubt:                {Code: "STEP_IN_DOUBT", Group: "run", Status: 0, Retryable: false, Meaning: "the step as named", Action: ""},
	StepLimit:                  {Code: "STEP_LIMIT", Group: "run", Status: 0, Retryable: false, Meaning: "the step as named", Action: ""},
	StepTimeout:                {Code: "STEP_TIMEOUT", Group: "run", Status: 0, Retryable: false, Meaning: "the step as named", Action: ""},
	StepOutputTooLarge:         {Code: "STEP_OUTPUT_TOO_LARGE", Group: "run", Status: 0, Retryable: false, Meaning: "the step as named", Action: ""},
	ExpressionFailed:           {Code: "EXPRESSION_FAILED", Group: "run", Status: 0, Retryable: false, Meaning: "an expression failed or cost too much", Action: ""},
	CompensationIncomplete:     {Code: "COMPENSATION_INCOMPLETE", Group: "run", Status: 0, Retryable: false, Meaning: "an undo step failed", Action: ""},
	Declined:                   {Code: "DECLINED", Group: "run", Status: 0, Retryable: false, Meaning: "a human refused a tool call", Action: ""},
	AiProviderError:            {Code: "AI_PROVIDER_ERROR", Group: "run", Status: 0, Retryable: true, Meaning: "the model endpoint", Action: ""},
	AiRateLimited:              {Code: "AI_RATE_LIMITED", Group: "run", Status: 0, Retryable: true, Meaning: "the model endpoint", Action: ""},
	AiTimeout:                  {Code: "AI_TIMEOUT", Group: "run", Status: 0, Retryable: true, Meaning: "the model endpoint", Action: ""},
	AiOutputInvalid:            {Code: "AI_OUTPUT_INVALID", Group: "run", Status: 0, Retryable: false, Meaning: "the answer; the turns; the filter", Action: ""},
	AiTurnsExhausted:           {Code: "AI_TURNS_EXHAUSTED", Group: "run", Status: 0, Retryable: false, Meaning: "the answer; the turns; the filter", Action: ""},
	AiContentFiltered:          {Code: "AI_CONTENT_FILTERED", Group: "run", Status: 0, Retryable: false, Meaning: "the answer; the turns; the filter", Action: ""},
	AiContextTooLong:           {Code: "AI_CONTEXT_TOO_LONG", Group: "run", Status: 0, Retryable: false, Meaning: "the prompt; the step's tokens", Action: ""},
	AiBudgetExceeded:           {Code: "AI_BUDGET_EXCEEDED", Group: "run", Status: 0, Retryable: false, Meaning: "the prompt; the step's tokens", Action: ""},
	GuestUnreachable:           {Code: "GUEST_UNREACHABLE", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	GuestMemoryBounds:          {Code: "GUEST_MEMORY_BOUNDS", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	GuestTableBounds:           {Code: "GUEST_TABLE_BOUNDS", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	GuestNullCall:              {Code: "GUEST_NULL_CALL", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	GuestCallType:              {Code: "GUEST_CALL_TYPE", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	GuestDivZero:               {Code: "GUEST_DIV_ZERO", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	GuestIntOverflow:           {Code: "GUEST_INT_OVERFLOW", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	GuestConversion:            {Code: "GUEST_CONVERSION", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	GuestStack:                 {Code: "GUEST_STACK", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	GuestAbort:                 {Code: "GUEST_ABORT", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	GuestExit:                  {Code: "GUEST_EXIT", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	GuestAlloc:                 {Code: "GUEST_ALLOC", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	GuestRange:                 {Code: "GUEST_RANGE", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	GuestReentry:               {Code: "GUEST_REENTRY", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	ExtismHostError:            {Code: "EXTISM_HOST_ERROR", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	HostPanic:                  {Code: "HOST_PANIC", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	ExportUnknown:              {Code: "EXPORT_UNKNOWN", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	EngineClosed:               {Code: "ENGINE_CLOSED", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "EXECUTION_ERROR"},
	Deadline:                   {Code: "DEADLINE", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "ACTION_TIMEOUT"},
	InputTooLarge:              {Code: "INPUT_TOO_LARGE", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "PAYLOAD_TOO_LARGE"},
	OutputTooLarge:             {Code: "OUTPUT_TOO_LARGE", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "RESPONSE_TOO_LARGE"},
	OutputNotJson:              {Code: "OUTPUT_NOT_JSON", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "RESULT_NOT_JSON"},
	OutputShape:                {Code: "OUTPUT_SHAPE", Group: "engine", Status: 0, Retryable: false, Meaning: "", Action: "RESULT_NOT_JSON"},
	HostBusy:                   {Code: "HOST_BUSY", Group: "engine", Status: 0, Retryable: true, Meaning: "", Action: "OVERLOADED"},
	WorkerLost:                 {Code: "WORKER_LOST", Group: "engine", Status: 0, Retryable: true, Meaning: "", Action: "UNAVAILABLE"},
	ConfigUnknown:              {Code: "CONFIG_UNKNOWN", Group: "process", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ConfigValue:                {Code: "CONFIG_VALUE", Group: "process", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ConfigMissing:              {Code: "CONFIG_MISSING", Group: "process", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ConfigContradiction:        {Code: "CONFIG_CONTRADICTION", Group: "process", Status: 0, Retryable: false, Meaning: "", Action: ""},
	StoreRoleUnsafe:            {Code: "STORE_ROLE_UNSAFE", Group: "process", Status: 0, Retryable: false, Meaning: "", Action: ""},
	StorePolicyDrift:           {Code: "STORE_POLICY_DRIFT", Group: "process", Status: 0, Retryable: false, Meaning: "", Action: ""},
	StoreLocked:                {Code: "STORE_LOCKED", Group: "process", Status: 0, Retryable: false, Meaning: "", Action: ""},
	StoreFilesystem:            {Code: "STORE_FILESYSTEM", Group: "process", Status: 0, Retryable: false, Meaning: "", Action: ""},
	StoreVersionNewer:          {Code: "STORE_VERSION_NEWER", Group: "process", Status: 0, Retryable: false, Meaning: "", Action: ""},
	StoreCorrupt:               {Code: "STORE_CORRUPT", Group: "process", Status: 0, Retryable: false, Meaning: "", Action: ""},
	StoreNotEmpty:              {Code: "STORE_NOT_EMPTY", Group: "process", Status: 0, Retryable: false, Meaning: "", Action: ""},
	CacheUnsafe:                {Code: "CACHE_UNSAFE", Group: "process", Status: 0, Retryable: false, Meaning: "", Action: ""},
	EngineRunning:              {Code: "ENGINE_RUNNING", Group: "process", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FileMissing:                {Code: "FILE_MISSING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FileUnreadable:             {Code: "FILE_UNREADABLE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FileLink:                   {Code: "FILE_LINK", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FileName:                   {Code: "FILE_NAME", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FileMisplaced:              {Code: "FILE_MISPLACED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FileUnknown:                {Code: "FILE_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FileSize:                   {Code: "FILE_SIZE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FileEncoding:               {Code: "FILE_ENCODING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FolderLimit:                {Code: "FOLDER_LIMIT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SubscriptionsRefused:       {Code: "SUBSCRIPTIONS_REFUSED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	YamlSyntax:                 {Code: "YAML_SYNTAX", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	YamlDuplicateKey:           {Code: "YAML_DUPLICATE_KEY", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	YamlKey:                    {Code: "YAML_KEY", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	YamlFeature:                {Code: "YAML_FEATURE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	YamlLimit:                  {Code: "YAML_LIMIT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	NotAnObject:                {Code: "NOT_AN_OBJECT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SchemaVersion:              {Code: "SCHEMA_VERSION", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FieldUnknown:               {Code: "FIELD_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FieldMissing:               {Code: "FIELD_MISSING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FieldConflict:              {Code: "FIELD_CONFLICT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	Type:                       {Code: "TYPE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	Enum:                       {Code: "ENUM", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	Range:                      {Code: "RANGE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	TextForm:                   {Code: "TEXT_FORM", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	CountLimit:                 {Code: "COUNT_LIMIT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ListDuplicate:              {Code: "LIST_DUPLICATE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	VersionForm:                {Code: "VERSION_FORM", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	IdPattern:                  {Code: "ID_PATTERN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	IdReserved:                 {Code: "ID_RESERVED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	IdFolderMismatch:           {Code: "ID_FOLDER_MISMATCH", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DuplicateId:                {Code: "DUPLICATE_ID", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SchemaInvalid:              {Code: "SCHEMA_INVALID", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SchemaRef:                  {Code: "SCHEMA_REF", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SchemaRoot:                 {Code: "SCHEMA_ROOT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SchemaLimit:                {Code: "SCHEMA_LIMIT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SchemaKeyword:              {Code: "SCHEMA_KEYWORD", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PermissionUndeclared:       {Code: "PERMISSION_UNDECLARED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PermissionNotHeld:          {Code: "PERMISSION_NOT_HELD", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	EventUndeclared:            {Code: "EVENT_UNDECLARED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	EventNamespace:             {Code: "EVENT_NAMESPACE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	EventProducer:              {Code: "EVENT_PRODUCER", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ActionUndeclared:           {Code: "ACTION_UNDECLARED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ActionNotRead:              {Code: "ACTION_NOT_READ", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ActionNeedsInput:           {Code: "ACTION_NEEDS_INPUT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	CapabilityTarget:           {Code: "CAPABILITY_TARGET", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	HandlerAmbiguous:           {Code: "HANDLER_AMBIGUOUS", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	NotificationUndeclared:     {Code: "NOTIFICATION_UNDECLARED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	AdapterUnknown:             {Code: "ADAPTER_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SettingUndeclared:          {Code: "SETTING_UNDECLARED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ExtensionUndeclared:        {Code: "EXTENSION_UNDECLARED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ActionUnreachable:          {Code: "ACTION_UNREACHABLE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	EffectsConflict:            {Code: "EFFECTS_CONFLICT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	AskContextIneligible:       {Code: "ASK_CONTEXT_INELIGIBLE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	IdempotencyLabel:           {Code: "IDEMPOTENCY_LABEL", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PayloadPath:                {Code: "PAYLOAD_PATH", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PayloadPathUnknown:         {Code: "PAYLOAD_PATH_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FilterForm:                 {Code: "FILTER_FORM", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ConditionForm:              {Code: "CONDITION_FORM", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	TemplateForm:               {Code: "TEMPLATE_FORM", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ChannelUnavailable:         {Code: "CHANNEL_UNAVAILABLE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	AudienceEveryone:           {Code: "AUDIENCE_EVERYONE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ContextFieldDropped:        {Code: "CONTEXT_FIELD_DROPPED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SettingEnum:                {Code: "SETTING_ENUM", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SettingDefault:             {Code: "SETTING_DEFAULT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RouteForm:                  {Code: "ROUTE_FORM", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RouteConflict:              {Code: "ROUTE_CONFLICT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ScheduleForm:               {Code: "SCHEDULE_FORM", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	GrantHost:                  {Code: "GRANT_HOST", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	GrantRequired:              {Code: "GRANT_REQUIRED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	GrantUnused:                {Code: "GRANT_UNUSED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	LimitCeiling:               {Code: "LIMIT_CEILING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	EntrypointForm:             {Code: "ENTRYPOINT_FORM", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	EntrypointNotLocal:         {Code: "ENTRYPOINT_NOT_LOCAL", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	EntrypointNotBackend:       {Code: "ENTRYPOINT_NOT_BACKEND", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	HandlerMethodMissing:       {Code: "HANDLER_METHOD_MISSING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	AccountDataMissing:         {Code: "ACCOUNT_DATA_MISSING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendAmbiguous:           {Code: "BACKEND_AMBIGUOUS", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendFileMissing:         {Code: "BACKEND_FILE_MISSING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendDigest:              {Code: "BACKEND_DIGEST", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendSize:                {Code: "BACKEND_SIZE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendInvalid:             {Code: "BACKEND_INVALID", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendFeature:             {Code: "BACKEND_FEATURE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendLimit:               {Code: "BACKEND_LIMIT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendMemory:              {Code: "BACKEND_MEMORY", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendMemoryClamped:       {Code: "BACKEND_MEMORY_CLAMPED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendTable:               {Code: "BACKEND_TABLE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendNotReactor:          {Code: "BACKEND_NOT_REACTOR", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendAbiMismatch:         {Code: "BACKEND_ABI_MISMATCH", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendImportUnknown:       {Code: "BACKEND_IMPORT_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendImportDenied:        {Code: "BACKEND_IMPORT_DENIED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendImportSignature:     {Code: "BACKEND_IMPORT_SIGNATURE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendExportMissing:       {Code: "BACKEND_EXPORT_MISSING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendExportSignature:     {Code: "BACKEND_EXPORT_SIGNATURE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendInit:                {Code: "BACKEND_INIT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendReserved:            {Code: "BACKEND_RESERVED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendCompile:             {Code: "BACKEND_COMPILE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BackendUnfrozen:            {Code: "BACKEND_UNFROZEN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	HostModulesMissing:         {Code: "HOST_MODULES_MISSING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ModuleEmpty:                {Code: "MODULE_EMPTY", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ModuleOverride:             {Code: "MODULE_OVERRIDE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ModuleLoadPanic:            {Code: "MODULE_LOAD_PANIC", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DependencyFailed:           {Code: "DEPENDENCY_FAILED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	CapabilityDuplicate:        {Code: "CAPABILITY_DUPLICATE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	CapabilityUnresolved:       {Code: "CAPABILITY_UNRESOLVED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	CapabilityTargetUnresolved: {Code: "CAPABILITY_TARGET_UNRESOLVED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	WorkflowUnresolved:         {Code: "WORKFLOW_UNRESOLVED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ReactionCycle:              {Code: "REACTION_CYCLE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ReactionInputShape:         {Code: "REACTION_INPUT_SHAPE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	EventUnknown:               {Code: "EVENT_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	EventShared:                {Code: "EVENT_SHARED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PermissionUnknown:          {Code: "PERMISSION_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	GateUngranted:              {Code: "GATE_UNGRANTED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataUndeclared:             {Code: "DATA_UNDECLARED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PageUnknown:                {Code: "PAGE_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	EventFanout:                {Code: "EVENT_FANOUT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	TriggerUnresolved:          {Code: "TRIGGER_UNRESOLVED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	MatcherForm:                {Code: "MATCHER_FORM", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	TestFailed:                 {Code: "TEST_FAILED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	TestNondeterministic:       {Code: "TEST_NONDETERMINISTIC", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	TestUncovered:              {Code: "TEST_UNCOVERED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BuildLanguageUnknown:       {Code: "BUILD_LANGUAGE_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BuildLanguageAmbiguous:     {Code: "BUILD_LANGUAGE_AMBIGUOUS", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BuildToolMissing:           {Code: "BUILD_TOOL_MISSING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BuildFailed:                {Code: "BUILD_FAILED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BuildTimeout:               {Code: "BUILD_TIMEOUT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BuildOutputMissing:         {Code: "BUILD_OUTPUT_MISSING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BuildNotReproducible:       {Code: "BUILD_NOT_REPRODUCIBLE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	GeneratedStale:             {Code: "GENERATED_STALE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	GenOpaque:                  {Code: "GEN_OPAQUE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	GenName:                    {Code: "GEN_NAME", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ExtismModules:              {Code: "EXTISM_MODULES", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ExtismUrl:                  {Code: "EXTISM_URL", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ExtismPaths:                {Code: "EXTISM_PATHS", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BundleRoot:                 {Code: "BUNDLE_ROOT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PathForm:                   {Code: "PATH_FORM", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PathCharacter:              {Code: "PATH_CHARACTER", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PathReserved:               {Code: "PATH_RESERVED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PathLength:                 {Code: "PATH_LENGTH", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PathDuplicate:              {Code: "PATH_DUPLICATE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PathCollision:              {Code: "PATH_COLLISION", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PathLink:                   {Code: "PATH_LINK", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	LayoutProhibited:           {Code: "LAYOUT_PROHIBITED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	LayoutUnknown:              {Code: "LAYOUT_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FileMedia:                  {Code: "FILE_MEDIA", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BundleSize:                 {Code: "BUNDLE_SIZE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BundleFiles:                {Code: "BUNDLE_FILES", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ZipMethod:                  {Code: "ZIP_METHOD", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ZipFeature:                 {Code: "ZIP_FEATURE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ZipInconsistent:            {Code: "ZIP_INCONSISTENT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ZipRatio:                   {Code: "ZIP_RATIO", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	JsonSyntax:                 {Code: "JSON_SYNTAX", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	JsonDuplicateKey:           {Code: "JSON_DUPLICATE_KEY", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	AliasConflict:              {Code: "ALIAS_CONFLICT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	EnvExpansion:               {Code: "ENV_EXPANSION", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SecretPath:                 {Code: "SECRET_PATH", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SecretValue:                {Code: "SECRET_VALUE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SecretSuspect:              {Code: "SECRET_SUSPECT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RefRoute:                   {Code: "REF_ROUTE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RefPage:                    {Code: "REF_PAGE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RefModule:                  {Code: "REF_MODULE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RefAction:                  {Code: "REF_ACTION", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RefWorkflow:                {Code: "REF_WORKFLOW", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RefTransition:              {Code: "REF_TRANSITION", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RefPlan:                    {Code: "REF_PLAN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RefAddOn:                   {Code: "REF_ADD_ON", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RefWallet:                  {Code: "REF_WALLET", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RefAlias:                   {Code: "REF_ALIAS", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RefSecret:                  {Code: "REF_SECRET", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RefFile:                    {Code: "REF_FILE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RefComponent:               {Code: "REF_COMPONENT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RefProvider:                {Code: "REF_PROVIDER", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	AppIdMismatch:              {Code: "APP_ID_MISMATCH", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	AdminEmailIgnored:          {Code: "ADMIN_EMAIL_IGNORED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	TestsMissing:               {Code: "TESTS_MISSING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	GateTimeout:                {Code: "GATE_TIMEOUT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	AuthContractMissing:        {Code: "AUTH_CONTRACT_MISSING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	AuthContractUnexpected:     {Code: "AUTH_CONTRACT_UNEXPECTED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	AuthUrl:                    {Code: "AUTH_URL", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	AuthRoute:                  {Code: "AUTH_ROUTE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ShortcutUnbound:            {Code: "SHORTCUT_UNBOUND", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ValueUnknown:               {Code: "VALUE_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	RouteReserved:              {Code: "ROUTE_RESERVED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PageName:                   {Code: "PAGE_NAME", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PageType:                   {Code: "PAGE_TYPE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PagePrimitive:              {Code: "PAGE_PRIMITIVE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PageModal:                  {Code: "PAGE_MODAL", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PageEvent:                  {Code: "PAGE_EVENT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PageEndpoint:               {Code: "PAGE_ENDPOINT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PageSurface:                {Code: "PAGE_SURFACE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PageFormIncomplete:         {Code: "PAGE_FORM_INCOMPLETE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	PageEffects:                {Code: "PAGE_EFFECTS", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ActionShape:                {Code: "ACTION_SHAPE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	BindingUnknown:             {Code: "BINDING_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	GateNotConfigured:          {Code: "GATE_NOT_CONFIGURED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SubscriptionsRemoved:       {Code: "SUBSCRIPTIONS_REMOVED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SequenceOrder:              {Code: "SEQUENCE_ORDER", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SequenceBackend:            {Code: "SEQUENCE_BACKEND", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	SequenceCycle:              {Code: "SEQUENCE_CYCLE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataAppMismatch:            {Code: "DATA_APP_MISMATCH", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataSurfaceUnknown:         {Code: "DATA_SURFACE_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataOwnershipConflict:      {Code: "DATA_OWNERSHIP_CONFLICT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataOwnerField:             {Code: "DATA_OWNER_FIELD", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataNameCollision:          {Code: "DATA_NAME_COLLISION", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataNameAmbiguous:          {Code: "DATA_NAME_AMBIGUOUS", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataLegacyField:            {Code: "DATA_LEGACY_FIELD", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataObsoleteField:          {Code: "DATA_OBSOLETE_FIELD", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataFieldsMissing:          {Code: "DATA_FIELDS_MISSING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataFieldReserved:          {Code: "DATA_FIELD_RESERVED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataDefaultMisfit:          {Code: "DATA_DEFAULT_MISFIT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataDefaultText:            {Code: "DATA_DEFAULT_TEXT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataIndexField:             {Code: "DATA_INDEX_FIELD", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataIndexEmpty:             {Code: "DATA_INDEX_EMPTY", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataIndexDuplicate:         {Code: "DATA_INDEX_DUPLICATE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataIndexOption:            {Code: "DATA_INDEX_OPTION", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataIndexScopePart:         {Code: "DATA_INDEX_SCOPE_PART", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataAppWideOpen:            {Code: "DATA_APP_WIDE_OPEN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataGrantUnknown:           {Code: "DATA_GRANT_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataGrantConflict:          {Code: "DATA_GRANT_CONFLICT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataAccount:                {Code: "DATA_ACCOUNT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataLimit:                  {Code: "DATA_LIMIT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DataReferenceScope:         {Code: "DATA_REFERENCE_SCOPE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	NotInThisBuild:             {Code: "NOT_IN_THIS_BUILD", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	MigrationOperation:         {Code: "MIGRATION_OPERATION", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	MigrationTarget:            {Code: "MIGRATION_TARGET", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	MigrationChanged:           {Code: "MIGRATION_CHANGED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	MigrationOrder:             {Code: "MIGRATION_ORDER", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	MigrationBlocked:           {Code: "MIGRATION_BLOCKED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	MigrationApprovalRequired:  {Code: "MIGRATION_APPROVAL_REQUIRED", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	MigrationBusy:              {Code: "MIGRATION_BUSY", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	MigrationLeaseLost:         {Code: "MIGRATION_LEASE_LOST", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	WorkflowName:               {Code: "WORKFLOW_NAME", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	WorkflowLimit:              {Code: "WORKFLOW_LIMIT", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	WorkflowRecursion:          {Code: "WORKFLOW_RECURSION", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	StepType:                   {Code: "STEP_TYPE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	StepField:                  {Code: "STEP_FIELD", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	StepReference:              {Code: "STEP_REFERENCE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ExpressionInvalid:          {Code: "EXPRESSION_INVALID", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	ExpressionType:             {Code: "EXPRESSION_TYPE", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	AiRouteUnknown:             {Code: "AI_ROUTE_UNKNOWN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	AiToolForbidden:            {Code: "AI_TOOL_FORBIDDEN", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	EngineMissing:              {Code: "ENGINE_MISSING", Group: "finding", Status: 0, Retryable: false, Meaning: "", Action: ""},
	Required:                   {Code: "REQUIRED", Group: "document", Status: 0, Retryable: false, Meaning: "", Action: ""},
	Null:                       {Code: "NULL", Group: "document", Status: 0, Retryable: false, Meaning: "", Action: ""},
	MaxLength:                  {Code: "MAX_LENGTH", Group: "document", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FieldUndeclared:            {Code: "FIELD_UNDECLARED", Group: "document", Status: 0, Retryable: false, Meaning: "", Action: ""},
	FieldReserved:              {Code: "FIELD_RESERVED", Group: "document", Status: 0, Retryable: false, Meaning: "", Action: ""},
	Immutable:                  {Code: "IMMUTABLE", Group: "document", Status: 0, Retryable: false, Meaning: "", Action: ""},
	NumberRange:                {Code: "NUMBER_RANGE", Group: "document", Status: 0, Retryable: false, Meaning: "", Action: ""},
	StringInvalid:              {Code: "STRING_INVALID", Group: "document", Status: 0, Retryable: false, Meaning: "", Action: ""},
	DuplicateKey:               {Code: "DUPLICATE_KEY", Group: "document", Status: 0, Retryable: false, Meaning: "", Action: ""},
	Depth:                      {Code: "DEPTH", Group: "document", Status: 0, Retryable: false, Meaning: "", Action: ""},
	IdInvalid:                  {Code: "ID_INVALID", Group: "document", Status: 0, Retryable: false, Meaning: "", Action: ""},
	KeyTooLong:                 {Code: "KEY_TOO_LONG", Group: "document", Status: 0, Retryable: false, Meaning: "", Action: ""},
	KeyNotScalar:               {Code: "KEY_NOT_SCALAR", Group: "document", Status: 0, Retryable: false, Meaning: "", Action: ""},
}

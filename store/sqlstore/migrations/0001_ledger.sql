-- The ledger. {id} is text that compares bytewise. Text and ids are never NULL.
-- Times are microseconds since 1970, NULL where there is none. Lists and maps are
-- JSON in bytes, NULL where they are empty.

-- The accounts. On Postgres an update locks its row. journal and overwritten
-- are the last numbers given.
CREATE TABLE {accounts} (
	id {id},
	journal {int} NOT NULL,
	overwritten {int} NOT NULL,
	PRIMARY KEY (id)
) {clustered};

CREATE TABLE {integrations} (
	account {id},
	id {id},
	connector {text},
	name {text},
	disabled {bool},
	settings_version {int} NOT NULL,
	sealed {bytes},
	match_revision {int} NOT NULL,
	upstream_account {text},
	connection_state {text},
	connection_at {int},
	connection_problem {text},
	connection_code {text},
	types {bytes},
	applied_plan {text},
	revision {int} NOT NULL,
	PRIMARY KEY (account, id)
);

CREATE TABLE {settings} (
	account {id},
	integration {id},
	version {int} NOT NULL,
	config {bytes},
	default_layouts {bytes},
	skip_types {bytes},
	rules {bytes},
	connected {bytes},
	auto_update_names {bool},
	keep_details {bool},
	refile {text},
	match_certain {bool},
	one_to_one {bool},
	skip_keys {bytes},
	junk {bytes},
	limits {bytes},
	stale_days {int} NOT NULL,
	archive_days {int} NOT NULL,
	at_time {int},
	by_kind {text},
	by_id {text},
	by_name {text},
	PRIMARY KEY (account, integration, version)
);

CREATE TABLE {mirror} (
	account {id},
	integration {id},
	kind {id},
	record {id},
	container {id},
	name {text},
	type {text},
	type_id {text},
	status {int} NOT NULL,
	url {text},
	created_at {int},
	updated_at {int},
	hash {text},
	data {bytes},
	sealed {bytes},
	problem {text},
	last_seen_at {int},
	first_seen_at {int},
	presence {text},
	since {int},
	stamp {text},
	reason {text},
	reason_args {bytes},
	PRIMARY KEY (account, integration, kind, record)
);
CREATE INDEX {:mirror_by_container} ON {mirror} (account, integration, kind, container, record);

CREATE TABLE {scans} (
	account {id},
	id {id},
	integration {id},
	kind {id},
	within_keys {bytes},
	state {text},
	checkpoint {text},
	pages {int} NOT NULL,
	delivered {int} NOT NULL,
	rejected {int} NOT NULL,
	started_at {int},
	ended_at {int},
	problem {text},
	marked {bool},
	PRIMARY KEY (account, id)
);
CREATE INDEX {:scans_by_kind} ON {scans} (account, integration, kind, id);

CREATE TABLE {seen} (
	account {id},
	scan {id},
	record {id},
	PRIMARY KEY (account, scan, record)
) {clustered};

CREATE TABLE {matches} (
	account {id},
	integration {id},
	kind {id},
	record {id},
	state {text},
	company {id},
	is_primary {bool},
	match_group {text},
	suggestions {bytes},
	counts {bytes},
	counts_before {bytes},
	wrote {bytes},
	leave_policy {text},
	merged_into {text},
	merge_answer {text},
	imported_at {int},
	at_time {int},
	revision {int} NOT NULL,
	by_kind {text},
	by_id {text},
	by_name {text},
	PRIMARY KEY (account, integration, kind, record)
);
CREATE INDEX {:matches_by_company} ON {matches} (account, company, integration, kind, record);

CREATE TABLE {cards} (
	account {id},
	integration {id},
	kind {id},
	record {id},
	asset {id},
	company {id},
	home {id},
	container {id},
	layout {id},
	state {text},
	origin {text},
	provisional {bool},
	pinned {bool},
	name {text},
	type {text},
	url {text},
	hash {text},
	data {bytes},
	wrote {bytes},
	links {bytes},
	since {int},
	run {text},
	PRIMARY KEY (account, integration, kind, record)
);
CREATE INDEX {:cards_by_company} ON {cards} (account, company, integration, kind, record);

CREATE TABLE {rejections} (
	account {id},
	integration {id},
	kind {id},
	record {id},
	company {id},
	asset {id},
	at_time {int},
	by_kind {text},
	by_id {text},
	by_name {text},
	PRIMARY KEY (account, integration, kind, record, company, asset)
);

CREATE TABLE {pins} (
	account {id},
	asset {id},
	field {id},
	company {id},
	at_time {int},
	by_kind {text},
	by_id {text},
	by_name {text},
	PRIMARY KEY (account, asset, field)
);
CREATE INDEX {:pins_by_company} ON {pins} (account, company, asset, field);

CREATE TABLE {tombstones} (
	account {id},
	integration {id},
	kind {id},
	record {id},
	company {id},
	asset {id},
	name {text},
	at_time {int},
	PRIMARY KEY (account, integration, kind, record)
);
CREATE INDEX {:tombstones_by_company} ON {tombstones} (account, company, integration, kind, record);

CREATE TABLE {overwritten} (
	account {id},
	seq {int} NOT NULL,
	asset {id},
	company {id},
	field {id},
	value {bytes},
	sealed {bytes},
	run {text},
	at_time {int},
	integration {text},
	kind {text},
	record {text},
	PRIMARY KEY (account, seq)
);
CREATE INDEX {:overwritten_by_company} ON {overwritten} (account, company, seq);
CREATE INDEX {:overwritten_by_asset} ON {overwritten} (account, asset, seq);

CREATE TABLE {approvals} (
	account {id},
	integration {id},
	code {id},
	company {id},
	kind {id},
	ceiling {int} NOT NULL,
	at_time {int},
	expires_at {int},
	by_kind {text},
	by_id {text},
	by_name {text},
	PRIMARY KEY (account, integration, code, company, kind)
);

-- due_at is never NULL, so that what is due first comes first.
CREATE TABLE {due} (
	account {id},
	integration {id},
	due_at {int} NOT NULL,
	failures {int} NOT NULL,
	deployment {text},
	PRIMARY KEY (account, integration)
);
CREATE INDEX {:due_by_time} ON {due} (due_at, account, integration);

CREATE TABLE {claims} (
	account {id},
	work {id},
	holder {text},
	fence {int} NOT NULL,
	until_at {int},
	PRIMARY KEY (account, work)
);

CREATE TABLE {plans} (
	account {id},
	id {id},
	integration {id},
	at_time {int},
	settings_version {int} NOT NULL,
	match_revision {int} NOT NULL,
	upstream_account {text},
	after_plan {text},
	fingerprint {text},
	changes {int} NOT NULL,
	counts {bytes},
	held {int} NOT NULL,
	read_at {int},
	violations {bytes},
	notes {bytes},
	state {text},
	by_kind {text},
	by_id {text},
	by_name {text},
	PRIMARY KEY (account, id)
);
CREATE INDEX {:plans_by_integration} ON {plans} (account, integration, id);

CREATE TABLE {changes} (
	account {id},
	plan {id},
	seq {int} NOT NULL,
	action {text},
	hash {text},
	company {text},
	home {text},
	layout {text},
	asset {text},
	base {text},
	name {text},
	was {text},
	fields {bytes},
	details {bytes},
	origin {text},
	provisional {bool},
	to_asset {text},
	link {text},
	other_integration {text},
	other_kind {text},
	other_record {text},
	hold {text},
	outcome {text},
	outcome_asset {text},
	outcome_problem {text},
	integration {text},
	kind {text},
	record {text},
	reason {text},
	reason_args {bytes},
	PRIMARY KEY (account, plan, seq)
);

CREATE TABLE {open_writes} (
	account {id},
	intent {id},
	plan {text},
	seq {int} NOT NULL,
	company {text},
	layout {text},
	name {text},
	at_time {int},
	problem {text},
	looked_at {int},
	candidates {bytes},
	integration {id},
	kind {text},
	record {text},
	by_kind {text},
	by_id {text},
	by_name {text},
	PRIMARY KEY (account, intent)
);
CREATE INDEX {:open_writes_by_integration} ON {open_writes} (account, integration, intent);

CREATE TABLE {runs} (
	account {id},
	id {id},
	integration {id},
	companies {bytes},
	settings_version {int},
	state {text},
	started_at {int},
	ended_at {int},
	read_counts {bytes},
	plan {text},
	outcomes {bytes},
	problems {bytes},
	code {text},
	by_kind {text},
	by_id {text},
	by_name {text},
	PRIMARY KEY (account, id)
);
CREATE INDEX {:runs_by_integration} ON {runs} (account, integration, id);

CREATE TABLE {journal} (
	account {id},
	seq {int} NOT NULL,
	at_time {int},
	of_integration {text},
	run {id},
	event {text},
	company {id},
	asset {id},
	fields {bytes},
	by_kind {text},
	by_id {text},
	by_name {text},
	integration {text},
	kind {text},
	record {text},
	reason {text},
	reason_args {bytes},
	PRIMARY KEY (account, seq)
);
CREATE INDEX {:journal_by_run} ON {journal} (account, run, seq);
CREATE INDEX {:journal_by_company} ON {journal} (account, company, seq);
CREATE INDEX {:journal_by_asset} ON {journal} (account, asset, seq);

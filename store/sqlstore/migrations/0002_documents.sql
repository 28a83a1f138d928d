-- The documents, for hosts whose platform is kept here. Values of fields are JSON
-- in bytes; those of confidential fields are in secrets, sealed.

CREATE TABLE {companies} (
	account {id},
	id {id},
	name {text},
	phone {text},
	website {text},
	street {text},
	street_2 {text},
	city {text},
	state {text},
	postcode {text},
	country {text},
	archived {bool},
	created_at {int},
	version {int} NOT NULL,
	foreign_refs {bytes},
	PRIMARY KEY (account, id)
);

CREATE TABLE {layouts} (
	account {id},
	id {id},
	name {text},
	inactive {bool},
	fields {bytes},
	PRIMARY KEY (account, id)
);

CREATE TABLE {assets} (
	account {id},
	id {id},
	company {id},
	layout {id},
	name {text},
	field_values {bytes},
	secrets {bytes},
	archived {bool},
	touched {bool},
	created_at {int},
	version {int} NOT NULL,
	foreign_refs {bytes},
	PRIMARY KEY (account, id)
);
CREATE INDEX {:assets_by_company} ON {assets} (account, company, id);
CREATE INDEX {:assets_by_layout} ON {assets} (account, layout, id);

-- The beginnings of values in lower case, for finding assets by them.
CREATE TABLE {found_by} (
	account {id},
	layout {id},
	field {id},
	beginning {id},
	asset {id},
	PRIMARY KEY (account, layout, field, beginning, asset)
) {clustered};

-- low and high are the two assets in the order of their ids: there is one link
-- between two assets.
CREATE TABLE {links} (
	account {id},
	id {id},
	from_asset {id},
	to_asset {id},
	low {id},
	high {id},
	PRIMARY KEY (account, id)
);
CREATE UNIQUE INDEX {:links_by_assets} ON {links} (account, low, high);
CREATE INDEX {:links_by_high} ON {links} (account, high);

-- What each create made, by its intent. It outlives what was made.
CREATE TABLE {created} (
	account {id},
	intent {id},
	company {text},
	layout {text},
	asset {text},
	PRIMARY KEY (account, intent)
) {clustered};

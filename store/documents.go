package store

import (
	"context"
	"fmt"
	"iter"
)

// Documents is a documentation platform, as far as dovetail needs it: its
// companies, layouts, assets and the links between assets. A host implements it
// over its own tables, or over the API of a platform that it doesn't own. It is
// safe for concurrent use, though dovetail applies one plan at a time.
//
// Every operation stands alone; none is atomic with another, unless the
// platform is in the ledger's database and says so (Capabilities.Joint). No
// iterator promises an order, and none promises a snapshot: a platform behind an
// API lists page by page while people work. An iterator may be left at any pair;
// ranged over again it lists anew.
//
// A write returns the thing as it is stored afterwards (the post-image): a
// platform that trims names or rewrites dates says so by what it returns, and
// dovetail compares with that. Otherwise the platform's own tidying would look
// like a person's edit for ever. Tidying loses nothing: what can't be kept whole
// is refused. Texts come back as valid UTF-8 without NUL. What is handed in may
// be changed by the caller afterwards, and what is returned belongs to it.
//
// Errors: a write that certainly did not happen wraps ErrNotFound, ErrStale,
// ErrRefused or ErrUnavailable, whichever is true. With any other error it
// counts as possibly done, and is looked up before anything else is done about
// it. So when in doubt return the error as it came: a needless look-up is the
// worst that follows. Iterators and point reads return ErrNotFound for what
// isn't there, and any error otherwise; a non-nil error is an iterator's last
// pair, and one that can't yield everything never ends without it.
type Documents interface {
	Companies
	Layouts
	Assets
	Links

	// Capabilities says what the platform can do. Its answer doesn't change
	// while an engine runs.
	Capabilities() Capabilities

	// FindCreated returns what a create with this intent made, also when it was
	// deleted since, or ErrNotFound if it made nothing. It is called only where
	// Capabilities.Intents is true. Once it has returned ErrNotFound, no create
	// with that intent that was begun before may succeed any more, or dovetail's
	// second try makes a double: a platform where a request can be delayed
	// answers with an error until that is certain.
	FindCreated(ctx context.Context, intent string) (Created, error)
}

// Companies are the platform's companies.
type Companies interface {
	// Companies yields all companies, archived ones included, each once.
	Companies(ctx context.Context) iter.Seq2[Company, error]
	// Company returns one company, archived or not, or ErrNotFound.
	Company(ctx context.Context, id CompanyID) (Company, error)
	// CreateCompany makes a company. A blank name is ErrRefused.
	CreateCompany(ctx context.Context, c NewCompany, intent Intent) (Company, error)
	// UpdateCompany changes a company. One that isn't there is ErrNotFound, and
	// a name of white space alone is ErrRefused.
	UpdateCompany(ctx context.Context, p CompanyPatch, intent Intent) (Company, error)
}

// Layouts are the platform's asset layouts.
type Layouts interface {
	// Layouts yields all layouts, inactive ones included, each once.
	Layouts(ctx context.Context) iter.Seq2[Layout, error]
	// CreateLayout makes a layout. It is called only on a person's request.
	// ErrRefused: a name is blank, its own or a field's, or a type isn't the
	// platform's. A platform where layouts can't be made by a program always
	// returns it.
	CreateLayout(ctx context.Context, l NewLayout, intent Intent) (Layout, error)
}

// Assets are the platform's assets.
type Assets interface {
	// Assets yields all assets of a company, archived ones included, each once.
	// A platform that lists archived ones apart is asked twice. A company that
	// isn't there has none.
	Assets(ctx context.Context, company CompanyID) iter.Seq2[Asset, error]
	// Asset returns one asset, archived or not, or ErrNotFound.
	Asset(ctx context.Context, id AssetID) (Asset, error)
	// CreateAsset makes an asset. ErrRefused: the name is blank, the company
	// isn't there or is archived, the layout isn't there or is inactive, a
	// required field has no value, a value doesn't fit its field, a field is not
	// the layout's.
	CreateAsset(ctx context.Context, a NewAsset, intent Intent) (Asset, error)
	// UpdateAsset changes an asset. One that isn't there is ErrNotFound. A patch
	// is carried out whole or not at all: ErrRefused if any part of it doesn't
	// fit, with what CreateAsset refuses, and a move to another layout that would
	// lose a value.
	UpdateAsset(ctx context.Context, p AssetPatch, intent Intent) (Asset, error)
}

// Links are the links between assets. They are called only where
// Capabilities.Links is true: a platform without links returns ErrRefused from
// all three.
type Links interface {
	// Links yields all links of the account, each once. Platforms list them
	// slowly: dovetail asks at most once a run.
	Links(ctx context.Context) iter.Seq2[Link, error]
	// CreateLink makes a link. Where the two assets are linked already, in
	// whichever direction, the link that is there is returned and no second one
	// is made: a create may therefore be repeated. An asset that isn't there is
	// ErrRefused.
	CreateLink(ctx context.Context, l NewLink, intent Intent) (Link, error)
	// DeleteLink removes a link. One that isn't there is ErrNotFound.
	DeleteLink(ctx context.Context, id LinkID, intent Intent) error
}

// Capabilities says what a platform can do. The zero value is a platform that
// can only create and update. A write that needs what isn't there is ErrRefused.
type Capabilities struct {
	// Versions: Company.Version and Asset.Version are set, change with every
	// change to the thing and with none to others, and a write with another Base
	// is refused with ErrStale. Without versions a person's edit between plan
	// and apply is noticed only by comparing values.
	Versions bool
	// Intents: a create keeps its intent's id, so that FindCreated finds it, and
	// a second create with the same intent returns what the first one made.
	// Without intents a create whose outcome can't be told is looked for by what
	// it would have made, and is never repeated by itself.
	Intents bool
	// Joint: a call with the context that Update of the ledger beside it
	// (Store.Ledger) handed to its function is part of that update: it is kept
	// when the update is, undone when the update fails, and sees what the update
	// has written. A write that is refused leaves the update usable. See TxOf.
	Joint bool
	// Archive: AssetPatch.Archived works.
	Archive bool
	// MoveCompany: AssetPatch.Company works.
	MoveCompany bool
	// MoveLayout: AssetPatch.Layout works.
	MoveLayout bool
	// MoveNeedsFields: a move to another layout is refused unless that has all
	// fields of the one before, by name and type, also those that are blank on the
	// asset: the platform would make them there.
	MoveNeedsFields bool
	// Touched: Asset.Touched is set. Without it only names and values tell
	// whether a person worked on an asset.
	Touched bool
	// Links: the methods of Links work.
	Links bool
}

// Intent is the mark that every write carries.
type Intent struct {
	// ID is the same for every try of one write and different for any other: 1
	// to 191 bytes of printable ASCII.
	ID string
	// By is who writes, for the platform's own audit.
	By Actor
}

// maxIntent is how long an intent's id can be, in bytes.
const maxIntent = 191

// Check returns ErrRefused if the id isn't one that Intent describes, for
// Documents that keep it. An empty one passes: it is the write of a person, whom
// nobody asks about it.
func (i Intent) Check() error {
	if len(i.ID) > maxIntent {
		return fmt.Errorf("%w: the intent's id has %d bytes, more than %d", ErrRefused, len(i.ID), maxIntent)
	}
	for n := range len(i.ID) {
		if i.ID[n] < ' ' || i.ID[n] > '~' {
			return fmt.Errorf("%w: the intent's id %q is not printable ASCII", ErrRefused, i.ID)
		}
	}
	return nil
}

// Created is what an intent made: exactly one of the ids is set.
type Created struct {
	// Company is the company that was made.
	Company CompanyID
	// Layout is the layout that was made.
	Layout LayoutID
	// Asset is the asset that was made.
	Asset AssetID
}

// ExternalRef names a record in another system, as the platform itself knows
// it.
type ExternalRef struct {
	// System is the platform's name of the other system, as in "syncro".
	System string `json:"system"`
	// Kind is that system's kind of record.
	Kind string `json:"kind"`
	// ID is the record's id there.
	ID string `json:"id"`
}

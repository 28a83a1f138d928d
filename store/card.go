package store

import (
	"iter"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Card is the link between one upstream record and one asset, with the record's
// data. A record has at most one card; an asset can carry many.
type Card struct {
	// ID identifies the record.
	ID RecordID
	// Asset is the asset that carries it, and Company that asset's company.
	Asset   AssetID
	Company CompanyID
	// Home is the company that the record belonged to when it was put on the
	// asset. It differs from Company where a person moved the asset since.
	Home CompanyID
	// Container is the upstream company that the record belonged to when the card
	// was last written.
	Container connector.Key
	// Layout is the layout that the asset had when this card last put it there
	// or met it. It differs from the asset's where a person moved it since.
	Layout LayoutID
	// State says whether it is kept up to date.
	State CardState
	// Origin says how the record came to the asset, and so what may be written
	// there.
	Origin Origin
	// Provisional says that it was attached by what a person should look at, such
	// as its name alone: he can confirm or undo it.
	Provisional bool
	// Pinned says that a person put the record on this asset: it stays there,
	// wherever the upstream moves it.
	Pinned bool
	// Name, Type, URL, Hash and Data are the record's, as the mirror had them
	// when the card was last written.
	Name, Type, URL, Hash string
	Data                  []byte
	// Wrote are the values that this card wrote, as the platform stored them.
	// NameField is the asset's name; without it the card never wrote the name.
	Wrote map[FieldID]Written
	// Links are the links that dovetail made from its asset to others, because
	// the record names another one.
	Links []CardLink
	// Since is when the card was made, and Run the run that last wrote it.
	Since time.Time
	Run   RunID
}

// Head returns the card without what makes most of it: Data, Wrote and Links.
func (c Card) Head() Card {
	c.Data, c.Wrote, c.Links = nil, nil, nil
	return c
}

// CardLink is a link between two assets that dovetail made.
type CardLink struct {
	// Link is the platform's link.
	Link LinkID `json:"link"`
	// To is the asset at its other end.
	To AssetID `json:"to"`
}

// CardState says whether a card is kept up to date.
type CardState string

// The states of a card.
const (
	// CardActive is kept up to date.
	CardActive CardState = "active"
	// CardOrphaned is the card of a record that is gone upstream.
	CardOrphaned CardState = "orphaned"
	// CardFrozen is no longer synced: the record is skipped now, or its company
	// is no longer matched to this one.
	CardFrozen CardState = "frozen"
)

// Origin says how a record came to its asset.
type Origin string

// The origins.
const (
	// OriginCreated: dovetail made the asset for the record. All of it is ours
	// until a person touches it.
	OriginCreated Origin = "created"
	// OriginLinked: a person put the record on the asset.
	OriginLinked Origin = "linked"
	// OriginClaimed: the asset was there and a key of it agreed. It is never
	// renamed, moved or archived.
	OriginClaimed Origin = "claimed"
)

// CardReader reads cards.
type CardReader interface {
	// Card returns the card of one record.
	Card(id RecordID) (Card, error)
	// CardsFor yields the cards of those of these records that have one, each
	// once, by record id. There may be any number of ids.
	CardsFor(ids []RecordID) iter.Seq2[Card, error]
	// Cards yields an integration's cards, by record id.
	Cards(id IntegrationID) iter.Seq2[Card, error]
	// CardsOf yields all cards, of any integration, on the assets of one
	// company, by record id.
	CardsOf(company CompanyID) iter.Seq2[Card, error]
	// CardCompanies yields the companies in which an integration has cards, each
	// once, in the order of their ids.
	CardCompanies(id IntegrationID) iter.Seq2[CompanyID, error]
	// CardHeadsOf is CardsOf with each card as Card.Head returns it.
	CardHeadsOf(company CompanyID) iter.Seq2[Card, error]
}

// CardWriter writes cards.
type CardWriter interface {
	// PutCard writes a card.
	PutCard(c Card) error
	// DeleteCard removes the card of one record.
	DeleteCard(id RecordID) error
}

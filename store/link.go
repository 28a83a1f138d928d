package store

// Link is a link between two assets. It has no direction: platforms show it on
// both.
type Link struct {
	// ID is the platform's id.
	ID LinkID
	// From and To are the assets, in whichever order the platform has them.
	From, To AssetID
}

// NewLink is a link to be made.
type NewLink struct {
	// From and To are the assets. They differ, and neither is empty.
	From, To AssetID
}

// Joins reports whether l links a and b, in whichever direction.
func (l Link) Joins(a, b AssetID) bool {
	return l.From == a && l.To == b || l.From == b && l.To == a
}

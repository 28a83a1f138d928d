package dovetail

// FieldState says how a field that a record feeds stands on its asset.
type FieldState string

// The states of a fed field.
const (
	// FieldSilent: the upstream has no value.
	FieldSilent FieldState = "nothing upstream"
	// FieldFed: the value is dovetail's, and the upstream's.
	FieldFed FieldState = "fed"
	// FieldAgrees: the value was there, and the upstream has the same.
	FieldAgrees FieldState = "agrees"
	// FieldBlank: it is blank, and will be filled.
	FieldBlank FieldState = "blank"
	// FieldFollows: the value is dovetail's, and the upstream's will take its
	// place.
	FieldFollows FieldState = "follows"
	// FieldClears: the value is dovetail's, and will be cleared because the
	// upstream has none any more.
	FieldClears FieldState = "clears"
	// FieldDiffers: the value was there before dovetail wrote any. It stays, and
	// differs from the upstream's until TakeUpstream.
	FieldDiffers FieldState = "differs"
	// FieldOverwritten: a person has put a value in the place of a fed one. The
	// upstream's will take its place, and the person's goes to the list of
	// overwritten values.
	FieldOverwritten FieldState = "overwritten"
	// FieldPinning: a person has put a value in the place of a fed one. It will
	// be pinned.
	FieldPinning FieldState = "to be pinned"
	// FieldPinned: the value is pinned, and differs from the upstream's.
	FieldPinned FieldState = "pinned"
	// FieldReported: a person has put a value in the place of a fed one. It stays
	// by the settings.
	FieldReported FieldState = "reported"
	// FieldOutside: something here has changed the fed value a second time. It
	// stays until a person decides.
	FieldOutside FieldState = "changed outside"
	// FieldOther: another card on the asset feeds it, with another value.
	FieldOther FieldState = "fed by another"
	// FieldUnfit: the upstream's value doesn't fit the field's type.
	FieldUnfit FieldState = "does not fit"
	// FieldKept: the name differs from the upstream's, and by the settings it is
	// set at creation only.
	FieldKept FieldState = "kept"
)

// writes reports whether a value is written to a field in that state.
func (s FieldState) writes() bool {
	switch s {
	case FieldBlank, FieldFollows, FieldClears, FieldOverwritten:
		return true
	default:
		return false
	}
}

// drifts reports whether the value here differs from the upstream's, and stays.
func (s FieldState) drifts() bool {
	switch s {
	case FieldDiffers, FieldPinned, FieldPinning, FieldReported, FieldOutside, FieldKept:
		return true
	default:
		return false
	}
}

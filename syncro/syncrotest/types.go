package syncrotest

import "slices"

// AssetTypeInfo is one asset type of the account.
type AssetTypeInfo struct {
	// ID identifies the type, also after it was renamed.
	ID int64
	// Name is what assets show as their type.
	Name string
}

// firstTypeID keeps type ids apart from small row ids, so that a client that
// mixes them up finds nothing.
const firstTypeID = 70001

// AddAssetType makes a type known and returns its id. A name that is known
// already keeps its id.
func (a *Account) AddAssetType(name string) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.typeID(name)
}

func (a *Account) typeID(name string) int64 {
	for _, t := range a.types {
		if t.Name == name {
			return t.ID
		}
	}
	id := int64(firstTypeID)
	if n := len(a.types); n > 0 {
		id = a.types[n-1].ID + 1
	}
	a.types = append(a.types, AssetTypeInfo{ID: id, Name: name})
	return id
}

// RenameAssetType gives a type another name under the same id: all its assets
// show it, and their UpdatedAt stays. It reports whether there is such a type
// and no other one has the name.
func (a *Account) RenameAssetType(id int64, name string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	at := slices.IndexFunc(a.types, func(t AssetTypeInfo) bool { return t.ID == id })
	taken := slices.ContainsFunc(a.types, func(t AssetTypeInfo) bool { return t.Name == name })
	if at < 0 || taken {
		return false
	}
	old := a.types[at].Name
	a.types[at].Name = name
	for i, row := range a.assets.rows {
		if row.Type == old {
			asset := *row
			asset.Type = name
			a.assets.rows[i] = &asset
		}
	}
	a.assets.byCustomer = nil
	return true
}

// AssetTypes returns the account's types in the order they were added.
func (a *Account) AssetTypes() []AssetTypeInfo {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.types)
}

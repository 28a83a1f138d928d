package syncrotest

import "cmp"

// AddAsset adds an asset, or replaces the one of the same id, and returns its
// id. Its customer and contact needn't exist.
func (a *Account) AddAsset(asset Asset) int64 {
	asset = asset.clone()
	a.mu.Lock()
	defer a.mu.Unlock()
	if asset.ID == 0 {
		asset.ID = a.assets.nextID()
	}
	a.created(&asset.CreatedAt, &asset.UpdatedAt)
	a.putAsset(&asset)
	return asset.ID
}

// putAsset stores an asset and makes its type known.
func (a *Account) putAsset(asset *Asset) {
	asset.Type = cmp.Or(asset.Type, AgentType)
	a.typeID(asset.Type)
	a.assets.put(asset)
}

// UpdateAsset changes an asset and moves its UpdatedAt forward. It reports
// whether there is such an asset. The id can't be changed; change must not
// call the account.
func (a *Account) UpdateAsset(id int64, change func(*Asset)) bool {
	return a.changeAsset(id, true, change)
}

// CheckIn changes what an agent reports without touching the asset's
// UpdatedAt: whether a check-in moves it is not known of Syncro. It reports
// whether there is such an asset with an agent.
func (a *Account) CheckIn(id int64, change func(*Agent)) bool {
	agent := false
	return a.changeAsset(id, false, func(asset *Asset) {
		if asset.Agent != nil {
			change(asset.Agent)
			agent = true
		}
	}) && agent
}

func (a *Account) changeAsset(id int64, touch bool, change func(*Asset)) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	row := a.assets.get(id)
	if row == nil {
		return false
	}
	draft := row.clone()
	change(&draft)
	asset := draft.clone() // The caller may have kept the draft.
	asset.ID = id
	if touch {
		asset.UpdatedAt = a.stamp()
	}
	a.putAsset(&asset)
	return true
}

// MoveAsset moves an asset to another customer. Its contact stays linked,
// although it is then somebody else's. It reports whether there is such an
// asset.
func (a *Account) MoveAsset(id, customer int64) bool {
	return a.UpdateAsset(id, func(asset *Asset) { asset.CustomerID = customer })
}

// DeleteAsset deletes an asset, which answers 404 from now on. It reports
// whether there was such an asset.
func (a *Account) DeleteAsset(id int64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.assets.delete(id)
}

// Asset returns a copy of one asset, and whether there is one.
func (a *Account) Asset(id int64) (Asset, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if row := a.assets.get(id); row != nil {
		return row.clone(), true
	}
	return Asset{}, false
}

// Assets returns copies of all assets in order of id.
func (a *Account) Assets() []Asset {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := make([]Asset, len(a.assets.rows))
	for i, row := range a.assets.rows {
		out[i] = row.clone()
	}
	return out
}

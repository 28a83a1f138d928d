package syncrotest

// MergeCustomers merges one customer into another, as Syncro's pages do: the
// contacts and assets of the losing one become the survivor's, and the losing
// id answers 404. It reports whether both exist and differ.
func (a *Account) MergeCustomers(losing, survivor int64) bool {
	if _, ok := a.Customer(survivor); !ok || losing == survivor {
		return false
	}
	if _, ok := a.Customer(losing); !ok {
		return false
	}
	for _, c := range a.Contacts() {
		if c.CustomerID == losing {
			a.UpdateContact(c.ID, func(c *Contact) { c.CustomerID = survivor })
		}
	}
	for _, s := range a.Assets() {
		if s.CustomerID == losing {
			a.MoveAsset(s.ID, survivor)
		}
	}
	return a.DeleteCustomer(losing)
}

// MergeAssets merges one asset into another: the losing id answers 404, and
// the survivor takes over what it lacks of serial number and contact. It
// reports whether both exist and differ.
func (a *Account) MergeAssets(losing, survivor int64) bool {
	lost, ok := a.Asset(losing)
	if !ok || losing == survivor {
		return false
	}
	return a.UpdateAsset(survivor, func(s *Asset) {
		if s.Serial == "" {
			s.Serial = lost.Serial
		}
		if s.ContactID == 0 {
			s.ContactID = lost.ContactID
		}
	}) && a.DeleteAsset(losing)
}

// ArchiveAsset takes an asset off the list; it still answers by its id. How an
// archived asset behaves in Syncro isn't known: for one that answers 404, use
// DeleteAsset. It reports whether there is such an asset.
func (a *Account) ArchiveAsset(id int64) bool {
	return a.UpdateAsset(id, func(s *Asset) { s.Archived = true })
}

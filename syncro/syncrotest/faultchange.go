package syncrotest

import "slices"

// changeFaults change the account's rows while they are read.
func changeFaults() []faultSpec {
	return []faultSpec{
		{FaultInfo{
			Name: FaultPageShift, Moves: true,
			Does: "Before a later page of a list, three times, the list's first row is deleted and a new one added at its end: the total stays, and a row that nobody deleted is on no page.",
			Why:  "Lists are numbered pages of a table that people work on.",
		}, stageCall, both(laterPage, aFullList), schedule{from: 1, run: 1, of: 2, times: 3}, shiftPages},
		{FaultInfo{
			Name: FaultReorder, Moves: true,
			Does: "Lists begin with what was changed last, and before each later page the list's last row is edited: it moves to the first page, which was read already.",
			Why:  "The order of lists is documented nowhere.",
		}, stageCall, aFullList, schedule{from: 1}, reorder},
		{FaultInfo{
			Name: FaultMerge, Moves: true,
			Does: "Before a later page of a list, three times, two customers or two assets of one customer are merged: what hung on the one hangs on the other, and the losing id vanishes.",
			Why:  "Syncro has merging in its pages, for both.",
		}, stageCall, both(laterPage, aFullList), schedule{from: 1, run: 1, of: 2, times: 3}, mergeRows},
		{FaultInfo{
			Name: FaultArchive, Moves: true,
			Does: "Before a later page of the assets, twice, an asset is archived: it isn't listed any more, and answers by its id.",
			Why:  "Assets are archived in Syncro's pages. How an archived one lists isn't known.",
		}, stageCall, laterAssetPage, schedule{from: 1, run: 1, of: 2, times: 2}, archiveAsset},
		{FaultInfo{
			Name: FaultArchive404, Moves: true,
			Does: "Before a later page of the assets, twice, an asset is archived: it isn't listed any more, and answers 404.",
			Why:  "Assets are archived in Syncro's pages. How an archived one lists isn't known.",
		}, stageCall, laterAssetPage, schedule{from: 1, run: 1, of: 2, times: 2}, hideAsset},
	}
}

func both(x, y func(*exchange) bool) func(*exchange) bool {
	return func(e *exchange) bool { return x(e) && y(e) }
}

func shiftPages(x *exchange, _ int) {
	a := x.account
	switch x.call.list {
	case ListCustomers:
		if rows := a.Customers(); len(rows) > 0 {
			a.DeleteCustomer(rows[0].ID)
			a.AddCustomer(Customer{BusinessName: rows[0].BusinessName + " Holding", FirstName: rows[0].FirstName, LastName: rows[0].LastName})
		}
	case ListContacts:
		if rows := a.Contacts(); len(rows) > 0 {
			a.DeleteContact(rows[0].ID)
			a.AddContact(Contact{CustomerID: rows[len(rows)-1].CustomerID, Name: rows[0].Name + " Junior"})
		}
	case ListAssets:
		if rows := a.Assets(); len(rows) > 0 {
			a.DeleteAsset(rows[0].ID)
			a.AddAsset(Asset{CustomerID: rows[len(rows)-1].CustomerID, Name: rows[0].Name + "-NEW", Type: rows[0].Type})
		}
	}
}

func reorder(x *exchange, _ int) {
	x.call.newestFirst = true
	if x.call.page == 1 {
		return
	}
	a := x.account
	switch x.call.list {
	case ListCustomers:
		if rows := byNewest(pointers(a.Customers()), updatedCustomer); len(rows) > 0 {
			a.UpdateCustomer(rows[len(rows)-1].ID, func(c *Customer) { c.Notes += " called back" })
		}
	case ListContacts:
		if rows := byNewest(pointers(a.Contacts()), updatedContact); len(rows) > 0 {
			a.UpdateContact(rows[len(rows)-1].ID, func(c *Contact) { c.Notes += " called back" })
		}
	case ListAssets:
		if rows := byNewest(pointers(a.Assets()), updatedAsset); len(rows) > 0 {
			a.UpdateAsset(rows[len(rows)-1].ID, func(s *Asset) { s.PolicyFolderID++ })
		}
	}
}

func pointers[T any](rows []T) []*T {
	out := make([]*T, len(rows))
	for i := range rows {
		out[i] = &rows[i]
	}
	return out
}

// mergeRows merges the last customer into the first, or the two assets with
// the highest ids that one customer has.
func mergeRows(x *exchange, nth int) {
	a := x.account
	if nth%2 == 1 {
		if rows := a.Customers(); len(rows) > 1 {
			a.MergeCustomers(rows[len(rows)-1].ID, rows[0].ID)
		}
		return
	}
	rows := a.Assets()
	later := make(map[int64]int64)
	for _, row := range slices.Backward(rows) {
		if losing, ok := later[row.CustomerID]; ok && row.CustomerID != 0 {
			a.MergeAssets(losing, row.ID)
			return
		}
		later[row.CustomerID] = row.ID
	}
}

// archiveAsset archives the first asset that isn't yet.
func archiveAsset(x *exchange, _ int) {
	for _, row := range x.account.Assets() {
		if !row.Archived {
			x.account.ArchiveAsset(row.ID)
			return
		}
	}
}

func hideAsset(x *exchange, _ int) {
	if rows := x.account.Assets(); len(rows) > 0 {
		x.account.DeleteAsset(rows[0].ID)
	}
}

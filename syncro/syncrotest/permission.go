package syncrotest

// Permission is a right of the API token, named as Syncro's pages name it.
type Permission string

// The rights that the endpoints ask for. /me and /settings need none.
const (
	// CustomersList is needed for the list of customers.
	CustomersList Permission = "Customers - List/Search"
	// CustomersView is needed for a customer by id, and for contacts, listed or by id.
	CustomersView Permission = "Customers - View Detail"
	// AssetsList is needed for the list of assets.
	AssetsList Permission = "Assets - List/Search"
	// AssetsView is needed for an asset by id.
	AssetsView Permission = "Assets - View Details"
)

// Deny takes rights from the token: what needs them answers 401 from now on. A
// new account has all of them.
func (a *Account) Deny(rights ...Permission) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, right := range rights {
		a.denied[right] = true
	}
}

// Allow gives rights back to the token.
func (a *Account) Allow(rights ...Permission) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, right := range rights {
		delete(a.denied, right)
	}
}

package storetest

// DocumentsCheckNames returns the names of the checks of a platform.
func DocumentsCheckNames() []string {
	var names []string
	for _, c := range documentsChecks() {
		names = append(names, c.name)
	}
	return names
}

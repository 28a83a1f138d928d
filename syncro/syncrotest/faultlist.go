package syncrotest

import "net/http"

func refuse(x *exchange, _ int) { x.answer(unauthorized()) }

// limitTheToken goes by the number of a customer and not by its place, so that
// what the token sees doesn't change when customers come and go.
func limitTheToken(x *exchange, _ int) {
	x.call.sees = func(customer int64) bool { return customer != 0 && customer%2 == 0 }
}

func repeatRow(x *exchange, _ int) { x.call.repeat = true }

func wrapContact(x *exchange, _ int) { x.call.wrapContact = true }

func keepToPerPage(x *exchange, _ int) { x.call.keepToPerPage = true }

func lieAboutTotal(x *exchange, nth int) {
	x.call.tell = append(x.call.tell, func(m *metaBody) *metaBody {
		if nth%2 == 1 {
			m.TotalEntries /= 2
		} else {
			m.TotalEntries *= 2
		}
		return m
	})
}

// lagTotal leaves short lists alone: one that claims to end on its first page
// can't be told from one that does.
func lagTotal(x *exchange, _ int) {
	x.call.tell = append(x.call.tell, func(m *metaBody) *metaBody {
		if m.Page == 1 && m.TotalPages > 2 {
			m.TotalPages--
			m.TotalEntries = m.TotalPages * m.PerPage
		}
		return m
	})
}

func shortenTotal(x *exchange, _ int) {
	x.call.tell = append(x.call.tell, func(m *metaBody) *metaBody {
		if m.TotalPages > 1 {
			m.TotalPages--
			m.TotalEntries = m.TotalPages * m.PerPage
		}
		return m
	})
}

func dropMeta(x *exchange, _ int) {
	x.call.tell = append(x.call.tell, func(*metaBody) *metaBody { return nil })
}

func timeOutLargePage(x *exchange, _ int) {
	x.out = htmlPage(http.StatusGatewayTimeout, "504 Gateway Time-out")
}

func truncate(x *exchange, nth int) {
	whole := len(x.out.body)
	x.out.body = x.out.body[:whole/2]
	if nth%2 == 1 {
		x.out.cut, x.out.length = true, whole
	}
}

func emptyBody(x *exchange, _ int) { x.out.body, x.out.length, x.out.cut = nil, 0, false }

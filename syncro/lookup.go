package syncro

import (
	"context"
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// Get implements connector.Getter.
func (s *session) Get(ctx context.Context, kind connector.Kind, key connector.Key) (connector.Record, error) {
	ctx, done := s.join(ctx)
	defer done()
	list, err := listingOf(kind)
	if err != nil {
		return connector.Record{}, err
	}
	if kind == KindAsset {
		if err := s.loadTypes(ctx); err != nil {
			return connector.Record{}, err
		}
	}
	found, err := s.lookUp(ctx, list, key, nil)
	return found.record, err
}

// lookUp reads one record by its id. An asset needs the table of types.
func (s *session) lookUp(ctx context.Context, list listing, key connector.Key, waiting func(string)) (row, error) {
	op := fmt.Sprintf("get %s %.40s", list.label, key)
	if !isID(string(key)) {
		return row{}, &connector.Error{Code: connector.CodeNotFound, Source: name, Op: op, Detail: "an id is a whole number"}
	}
	var found row
	err := s.get(ctx, query{
		op: op, path: list.path + "/" + string(key), right: list.viewRight, waiting: waiting,
		decode: func(data []byte) (err error) {
			found, err = decodeOne(s, list, data)
			return err
		},
	})
	if connector.CodeOf(err) == connector.CodeNotFound {
		return row{}, s.absent(ctx, list, op, err)
	}
	if err != nil {
		return row{}, err
	}
	if found.record.Key == "" {
		return row{}, &connector.Error{Code: connector.CodeProtocol, Source: name, Op: op, Detail: "the answer has no record with an id"}
	}
	if found.record.Key != key {
		return row{}, &connector.Error{Code: connector.CodeProtocol, Source: name, Op: op, Detail: "another record was answered"}
	}
	return found, nil
}

// absent confirms that a record that was answered with 404 doesn't exist. A
// 404 also comes from an address without the API, and for what a key that sees
// some customers only may not see: neither says that anything is gone.
func (s *session) absent(ctx context.Context, list listing, op string, notFound error) error {
	who, err := s.recentMe(ctx)
	if err != nil {
		return err
	}
	if who.Customers != nil {
		limited := missing(op, "")
		limited.Detail = fmt.Sprintf("the API key sees %d customers only, so that it can't tell whether the %s exists", len(who.Customers), list.label)
		limited.Remedy = "use a key that sees all customers"
		return limited
	}
	return notFound
}

// lookUpPage is how many customers are looked up for one page.
const lookUpPage = 20

// lookUp reads the next customers of a read that is limited to some. Those
// that don't exist are left out.
func (r *reader) lookUp(ctx context.Context, at rest.Place) (rest.Fetched, error) {
	next := r.within[at.Part*lookUpPage:]
	next = next[:min(lookUpPage, len(next))]
	got := rest.Fetched{Rows: len(next), Last: true, Total: len(r.within)}
	for _, key := range next {
		found, err := r.s.lookUp(ctx, r.list, key, at.Waiting)
		switch connector.CodeOf(err) {
		case "":
			got.Page.Records = append(got.Page.Records, found.record)
		case connector.CodeNotFound:
		case connector.CodeProtocol:
			got.Page.Rejected = append(got.Page.Rejected, connector.Rejected{Key: key, Err: err})
		default:
			return rest.Fetched{}, err
		}
	}
	return got, nil
}

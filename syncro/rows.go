package syncro

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/dovetail-sync/dovetail/connector"
)

// row is one decoded record, and the account that it shows, if it does.
type row struct {
	record  connector.Record
	account string
}

// rows decodes the records of one answer.
type rows struct {
	in input
	// web is the address of the account's pages.
	web string
	// types are the ids of asset types by name.
	types map[string]string
	// names are what is known of the names of custom fields, which come again
	// with each record.
	names map[string]propertyName
	// found are the properties of the record being read.
	found []property
}

func (s *session) newRows(data []byte) *rows {
	return &rows{in: input{data: data}, web: s.web, types: s.types.known(), names: make(map[string]propertyName)}
}

// meta is what a list says about itself. All of it may be missing: then the
// numbers are zero.
type meta struct {
	TotalPages, TotalEntries, PerPage, Page int
}

// listed is the answer of a list.
type listed struct {
	// rows are the records that could be decoded, rejected the others.
	rows     []row
	rejected []connector.Rejected
	// ids are those of all rows, in order. Empty for one that shows none.
	ids  []connector.Key
	meta meta
}

// decode reads the answer of a list. One without its rows is an error: taken
// for an empty page, it would end the read.
func (l *listed) decode(s *session, list listing, data []byte) error {
	*l = listed{}
	d := s.newRows(data)
	found, times := false, 0
	if !d.in.isObject() {
		return errors.Join(d.in.end(), errors.New("the list is not an object"))
	}
	for d.in.field() {
		switch string(d.in.name) {
		case list.many:
			times++
			found = d.in.peek() == '['
			l.readRows(d, list)
		case "meta":
			l.meta = d.in.meta()
		default:
			d.in.skip()
		}
	}
	if err := d.in.end(); err != nil {
		return err
	}
	switch {
	case times > 1: // the later would hold, and may be empty
		return fmt.Errorf("the list has %q twice", list.many)
	case !found:
		return fmt.Errorf("the list has no %q", list.many)
	}
	return nil
}

// usualPage is the room that is made for the rows of a page.
const usualPage = 100

func (l *listed) readRows(d *rows, list listing) {
	l.rows, l.rejected, l.ids = make([]row, 0, usualPage), nil, make([]connector.Key, 0, usualPage)
	if !d.in.isList() {
		return
	}
	for d.in.item() {
		d.in.odd = nil
		r := list.decode(d)
		l.ids = append(l.ids, r.record.Key)
		err := d.in.odd
		if err == nil {
			err = r.record.Key.Check()
		}
		if err == nil {
			l.rows = append(l.rows, r)
			continue
		}
		l.rejected = append(l.rejected, connector.Rejected{Key: r.record.Key, Err: undecodable(list, r.record.Key, err)})
	}
	d.in.odd = nil
}

func undecodable(l listing, key connector.Key, cause error) error {
	return &connector.Error{
		Code: connector.CodeProtocol, Source: name, Op: "decode " + l.label + " " + string(key),
		Detail: "the record has another shape than expected", Err: cause,
	}
}

// maxCount bounds what a list may say about itself.
const maxCount = 1<<31 - 1

func (in *input) meta() meta {
	var m meta
	if !in.isObject() {
		return m
	}
	for in.field() {
		switch string(in.name) {
		case "total_pages":
			m.TotalPages = in.count()
		case "total_entries":
			m.TotalEntries = in.count()
		case "per_page":
			m.PerPage = in.count()
		case "page":
			m.Page = in.count()
		default:
			in.skip()
		}
	}
	return m
}

// count reads a number that isn't negative, also as text. Anything else is
// zero: not said.
func (in *input) count() int {
	n, err := strconv.Atoi(in.anyText().trim())
	if err != nil || n < 0 || n > maxCount {
		return 0
	}
	return n
}

// decodeOne reads the answer of a look-up: the record, wrapped or bare. The spec
// has contacts bare, and clients have seen them wrapped.
func decodeOne(s *session, list listing, data []byte) (row, error) {
	var body map[string]json.RawMessage
	if err := json.Unmarshal(data, &body); err != nil || body == nil {
		return row{}, errors.New("the record is not an object")
	}
	if inner, ok := body[list.one]; ok && len(inner) > 0 && inner[0] == '{' {
		data = inner
	}
	d := s.newRows(data)
	r := list.decode(d)
	if err := d.in.end(); err != nil {
		return row{}, err
	}
	if d.in.odd != nil {
		return row{}, undecodable(list, r.record.Key, d.in.odd)
	}
	return r, nil
}

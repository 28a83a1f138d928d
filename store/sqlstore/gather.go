package sqlstore

// gathered are rows of one table that an Update has put and that aren't written
// yet. The interface of a ledger puts one row at a time; a database wants many
// in one statement.
type gathered[T any, K comparable] struct {
	table   *table[T, K]
	account string
	rows    []T
	at      map[K]int // the index in rows
}

// gatherKey is what gathered rows are found by: a table and an account, for the
// documents of another account may be written within an update.
type gatherKey struct {
	table   any
	account string
}

// gatheredOf returns the gathered rows of an account's table, or nil where there
// are none.
func gatheredOf[T any, K comparable](s scope, of *table[T, K]) *gathered[T, K] {
	if s.over.Load() {
		return nil // they are another transaction's by now
	}
	g, _ := s.gathered[gatherKey{of, s.account}].(*gathered[T, K])
	return g
}

// gather puts a row, which is the table's from now on.
func gather[T any, K comparable](s scope, of *table[T, K], row T) error {
	if err := s.usable(); err != nil {
		return err
	}
	g := gatheredOf(s, of)
	if g == nil {
		g = of.gathered(s.account)
		s.gathered[gatherKey{of, s.account}] = g
	}
	last := len(g.rows)
	g.rows = append(g.rows, row)
	k := of.key(&g.rows[last])
	if i, found := g.at[k]; found {
		g.rows[i] = g.rows[last]
		g.rows = g.rows[:last]
		return nil
	}
	g.at[k] = last
	if len(g.rows) == most {
		return g.flush(s.tx)
	}
	return nil
}

// gathered returns an account's, with memory of one that is done with.
func (t *table[T, K]) gathered(account string) *gathered[T, K] {
	g, _ := t.spare.Get().(*gathered[T, K])
	if g == nil {
		g = &gathered[T, K]{table: t, rows: make([]T, 0, most), at: make(map[K]int, most)}
	}
	g.account = account
	return g
}

// release implements flusher.
func (g *gathered[T, K]) release() {
	g.empty()
	g.table.spare.Put(g)
}

func (g *gathered[T, K]) empty() {
	clear(g.rows)
	g.rows = g.rows[:0]
	clear(g.at)
}

// find returns the gathered row with that key, or nil.
func (g *gathered[T, K]) find(k K) *T {
	if g == nil {
		return nil
	}
	if i, found := g.at[k]; found {
		return &g.rows[i]
	}
	return nil
}

// drop takes a row out.
func (g *gathered[T, K]) drop(k K) {
	if g == nil {
		return
	}
	i, found := g.at[k]
	if !found {
		return
	}
	last := len(g.rows) - 1
	g.rows[i] = g.rows[last]
	g.at[g.table.key(&g.rows[i])] = i
	g.rows = g.rows[:last]
	delete(g.at, k)
}

// flush implements flusher.
func (g *gathered[T, K]) flush(t *tx) error {
	if g == nil {
		return nil
	}
	if err := g.table.write(scope{t, g.account}, g.rows); err != nil {
		return err
	}
	g.empty()
	return nil
}

// write writes rows with as few statements as there are chunks for. No two rows
// have the same key.
func (t *table[T, K]) write(s scope, rows []T) error {
	args := make([]any, 0, min(len(rows), t.puts[0].rows)*(len(t.columns)+1))
	for _, c := range t.puts {
		for len(rows) >= c.rows {
			args = args[:0]
			for n := range rows[:c.rows] {
				var err error
				args = append(args, s.account)
				if args, err = t.args(args, &rows[n], len(t.columns)); err != nil {
					return s.fail("put "+t.what, err)
				}
			}
			if _, err := s.exec("put "+t.what, c.put, args...); err != nil {
				return err
			}
			rows = rows[c.rows:]
		}
	}
	return nil
}

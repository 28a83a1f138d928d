package restplatform

import (
	"net/http"
	"strings"
)

func (s *Server) listRelations(c *call) reply {
	return answer(http.StatusOK, object{"relations": listed(s, c.URL.Query(), s.state.relations, nil, renderRelation)})
}

// createRelation makes a relation and its inverse, however often it is asked.
func (s *Server) createRelation(c *call) reply {
	var given struct {
		FromID   int    `json:"fromable_id"`
		FromType string `json:"fromable_type"`
		ToID     int    `json:"toable_id"`
		ToType   string `json:"toable_type"`
	}
	if !c.decode("relation", &given) || !s.exists(given.FromType, given.FromID) || !s.exists(given.ToType, given.ToID) {
		return answer(http.StatusUnprocessableEntity, object{"error": "Unable to process request", "details": []string{"Relation is invalid"}})
	}
	there := &relation{id: s.state.next(), from: given.FromID, to: given.ToID, fromKind: given.FromType, toKind: given.ToType}
	back := &relation{
		id: s.state.next(), from: there.to, to: there.from, fromKind: there.toKind, toKind: there.fromKind, inverse: true, pair: there.id,
	}
	there.pair = back.id
	s.state.relations[there.id], s.state.relations[back.id] = there, back
	return answer(http.StatusOK, object{"relation": renderRelation(there)})
}

func (s *Server) exists(kind string, id int) bool {
	switch kind {
	case "Asset":
		return s.state.assets[id] != nil
	case "Company":
		return s.state.companies[id] != nil
	default:
		return false
	}
}

// deleteRelation takes the inverse along.
func (s *Server) deleteRelation(c *call) reply {
	r := s.state.relations[c.id("id")]
	if r == nil {
		return s.missing(c)
	}
	delete(s.state.relations, r.id)
	delete(s.state.relations, r.pair)
	return reply{status: http.StatusNoContent}
}

// forget takes the relations of an asset out that is gone.
func (s *state) forget(id int) {
	for _, r := range s.relations {
		if r.from == id && r.fromKind == "Asset" || r.to == id && r.toKind == "Asset" {
			delete(s.relations, r.id)
		}
	}
}

func renderRelation(r *relation) object {
	return object{
		"id": r.id, "fromable_id": r.from, "fromable_type": r.fromKind, "toable_id": r.to, "toable_type": r.toKind,
		"is_inverse": r.inverse, "description": nil, "name": strings.ToLower(r.fromKind) + " to " + strings.ToLower(r.toKind),
	}
}

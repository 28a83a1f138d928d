package sortrules

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/dovetail-sync/dovetail/store"
)

// Fingerprint stands for what the set decides. It is equal for sets with the
// same enabled rules in the same order, whatever these are called and whatever
// is noted beside them, and different for any others.
func (s *RuleSet) Fingerprint() (string, error) {
	type decides struct {
		Kind   string         `json:"kind"`
		When   conditionJSON  `json:"when"`
		Layout store.LayoutID `json:"layout"`
		Skip   bool           `json:"skip"`
	}
	var all []decides
	for _, r := range s.Rules() {
		if !r.Disabled {
			all = append(all, decides{Kind: string(r.Kind), When: conditionForm(r.When), Layout: r.Layout, Skip: r.Skip})
		}
	}
	data, err := json.Marshal(all)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16]), nil
}

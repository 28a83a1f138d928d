package matching

import (
	"fmt"
	"strconv"
	"strings"
)

// names returns the name of each feature in data/weights.txt.
func featureNames() [featureCount]string {
	return [featureCount]string{
		featWords: "words", featWords50: "words.50", featWords75: "words.75", featWords90: "words.90",
		featLetters: "letters", featLetters50: "letters.50", featLetters75: "letters.75", featLetters90: "letters.90",
		featRare: "rare", featLess: "less", featMore: "more", featHead: "head", featExact: "exact", featAcronym: "acronym",
		featInside: "inside", featNumberOther: "number.other", featNumberMore: "number.more",
		featPlaceOther: "place.other", featPlaceMore: "place.more", featSide: "side",
		featFormSame: "form.same", featFormOther: "form.other", featRole: "role",
		featPhoneSame: "phone.same", featPhoneOther: "phone.other", featMailSame: "mail.same", featMailOther: "mail.other",
		featHouseSame: "house.same", featHouseText: "house.text", featHouseNear: "house.near", featHouseArea: "house.area", featHouseOther: "house.other",
		featTwoFields: "two.same", featNumberSame: "identifier.same", featNumberDiffers: "identifier.other", featCountryOther: "country.other",
		featPrior: "prior",
	}
}

// readWeights reads the weights of the score. Lines that name no feature are
// settings.
func (t *Tables) readWeights() {
	byName := make(map[string]feature, featureCount)
	for f, name := range featureNames() {
		byName[name] = feature(f)
	}
	t.settings = make(map[string]float64)
	for line := range lines("weights.txt") {
		name, value, _ := strings.Cut(line, " ")
		bits, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil {
			continue // not reached: a test reads the file
		}
		if f, ok := byName[name]; ok {
			t.weights[f] = bits
		} else {
			t.settings[name] = bits
		}
	}
}

// Model returns the version of what decides: it changes with every change of
// weights and shipped tables that can change a decision.
func (t *Tables) Model() string { return fmt.Sprintf("companies/%g", t.settings["version"]) }

// Threshold is the confidence from which a candidate is more likely right than
// worth leaving out, in the sense of the best balance of precision and recall.
func (t *Tables) Threshold() float64 { return t.settings["threshold"] }

package matching

import "fmt"

// names returns the name of each feature in data/weights.txt.
func featureNames() [featureCount]string {
	return [featureCount]string{
		featWords50: "words.50", featWords75: "words.75", featLetters: "letters",
		featRare: "rare", featRarest: "rarest", featLess: "less", featStrange: "strange", featHead: "head", featAcronym: "acronym", featInside: "inside",
		featNumberMore: "number.more", featPlaceOther: "place.other", featPlaceMore: "place.more", featFormOther: "form.other", featRole: "role",
		featPhoneSame: "phone.same", featPhoneOther: "phone.other", featMailSame: "mail.same", featMailOther: "mail.other",
		featHouseSame: "house.same", featHouseText: "house.text", featHouseNear: "house.near", featHouseArea: "house.area", featHouseOther: "house.other",
		featNumberSame: "identifier.same", featNumberDiffers: "identifier.other", featCountryOther: "country.other",
		featPrior: "prior",
	}
}

// readWeights reads the weights of the score. Lines that name no feature are
// settings.
func (t *Tables) readWeights() {
	file, _ := data.Open("data/weights.txt") // that it can be read is tested
	defer func() { _ = file.Close() }()
	if read, err := t.WithWeights(file); err == nil {
		*t = *read
	}
}

// Model returns the version of what decides: it changes with every change of
// weights and shipped tables that can change a decision.
func (t *Tables) Model() string { return fmt.Sprintf("companies/%g", t.settings["version"]) }

// Threshold is the confidence from which a candidate is more likely right than
// worth leaving out, in the sense of the best balance of precision and recall.
func (t *Tables) Threshold() float64 { return t.settings["threshold"] }

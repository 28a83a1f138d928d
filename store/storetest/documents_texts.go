package storetest

import (
	"errors"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func docTextChecks() []check[DocumentsFixture] {
	return []check[DocumentsFixture]{
		documentsCheck("texts come back whole or are refused",
			"Tidying loses nothing: what can't be kept whole is refused.", checkHardTexts),
		documentsCheck("texts come back without NUL and broken UTF-8",
			"Texts come back as valid UTF-8 without NUL.", checkBrokenTexts),
	}
}

// hardTexts are texts that something on the way may take for something else.
func hardTexts() []string {
	return []string{
		`O'Brien "&" <Söhne>`, `back\slash \n \u0041`, "100 % of_it %d %s", "a; DROP TABLE assets; --", "日本語 العربية 🖨️", "{\"a\":1}",
		"[1]", "null", "true", "7", "1e3", "2026-05-06", "<b>not bold</b> &amp; &lt;", "e\u0301 é", strings.Repeat("long ", 50) + "end",
		strings.Repeat("ü", 300) + "end", strings.Repeat("very long ", 7000) + "end",
	}
}

func checkHardTexts(w *world) {
	o := w.office()
	for i, text := range hardTexts() {
		c, err := w.docs.CreateCompany(w.ctx, store.NewCompany{Name: text, Details: store.Details{City: text}}, w.intent())
		if err == nil {
			w.whole("a company's name", text, c.Name)
			w.whole("a company's city", text, c.Details.City)
			w.sameCompany(c, w.readCompany(c.ID), "Company after CreateCompany with text %d", i)
		} else {
			w.wantErr(err, store.ErrRefused, "CreateCompany with text %d", i)
		}
		p := store.AssetPatch{ID: o.asset.ID, Name: text, Values: store.Values{o.serial: connector.Text(text)}}
		before := w.readAsset(o.asset.ID)
		a, err := w.docs.UpdateAsset(w.ctx, p, w.intent())
		if err == nil {
			w.whole("an asset's name", text, a.Name)
			w.whole("a value", text, a.Values[o.serial].String())
			w.sameAsset(a, w.readAsset(a.ID), "Asset after UpdateAsset with text %d", i)
		} else {
			w.wantErr(err, store.ErrRefused, "UpdateAsset with text %d", i)
			w.unchanged(before, "a refused UpdateAsset")
		}
	}
	short := hardTexts()[0]
	if a := w.patch(store.AssetPatch{ID: o.asset.ID, Name: short}); collapse(a.Name) != short {
		w.errorf("an asset's name is %q, where %q was sent", a.Name, short)
	}
}

// whole notes a failure unless a text is the one sent, but for white space.
func (w *world) whole(what, sent, stored string) {
	if collapse(stored) != collapse(sent) {
		w.errorf("%s is %.60q… of %d bytes, where %.60q… of %d bytes was sent", what, stored, len(stored), sent, len(sent))
	}
}

func checkBrokenTexts(w *world) {
	o := w.office()
	for _, text := range []string{"nul\x00nul", "broken \xff\xfe utf-8", "cut \xe2\x82", "control \x01\x1b"} {
		c, err := w.docs.CreateCompany(w.ctx, store.NewCompany{Name: text, Details: store.Details{City: text}}, w.intent())
		if !errors.Is(err, store.ErrRefused) {
			w.must(err, "CreateCompany with the name %q", text)
			w.wholeText("a company's name", c.Name)
			w.wholeText("a company's city", c.Details.City)
			w.sameCompany(c, w.readCompany(c.ID), "Company after CreateCompany with the name %q", text)
			w.sameCompany(c, w.companies()[c.ID], "Companies after CreateCompany with the name %q", text)
		}
		a, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: o.asset.ID, Name: text}, w.intent())
		if !errors.Is(err, store.ErrRefused) {
			w.must(err, "UpdateAsset with the name %q", text)
			w.wholeText("an asset's name", a.Name)
			w.sameAsset(a, w.readAsset(a.ID), "Asset after UpdateAsset with the name %q", text)
		}
	}
}

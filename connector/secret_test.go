package connector_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
)

// prints are the ways in which a value gets into a log, an error or a body by
// accident.
func prints(v any) map[string]string {
	out := make(map[string]string)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10.3s", "%08b", "%p", "%c"} {
		out[verb] = fmt.Sprintf(verb, v)
	}
	out["Sprint"], out["Sprintln"] = fmt.Sprint(v), fmt.Sprintln(v)
	out["error"] = fmt.Errorf("open %v: %w", v, errors.New("x")).Error()
	text, err := json.Marshal(v)
	out["json"] = fmt.Sprint(string(text), err)
	text, err = xml.Marshal(v)
	out["xml"] = fmt.Sprint(string(text), err)
	var buf bytes.Buffer
	err = gob.NewEncoder(&buf).Encode(v)
	out["gob"] = fmt.Sprint(buf.String(), err)
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"slog text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"slog JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var line bytes.Buffer
		l := slog.New(handler(&line))
		l.Info("m", "v", v)
		l.With("v", v).WithGroup("g").Info("m", slog.Group("h", slog.Any("v", v)), "list", []any{v}, "map", map[string]any{"v": v})
		out[name] = line.String()
	}
	var line bytes.Buffer
	log.New(&line, "", 0).Printf("%v %+v %#v", v, v, v)
	out["log"] = line.String()
	return out
}

func TestASecretShowsInNoForm(t *testing.T) {
	t.Parallel()
	const text = "hush"
	secret := connector.NewSecret(text)
	type inside struct {
		Public  connector.Secret
		private connector.Secret
		Pointer *connector.Secret
	}
	shapes := map[string]any{
		"itself": secret, "pointer": &secret, "slice": []connector.Secret{secret}, "map": map[string]connector.Secret{"k": secret},
		"array": [1]connector.Secret{secret}, "struct": inside{secret, secret, &secret}, "pointer to struct": &inside{secret, secret, &secret},
		"any": []any{secret, &secret}, "config": connector.Config{Secrets: map[string]connector.Secret{"api_key": secret}},
		"options": connector.OpenOptions{Config: connector.Config{Secrets: map[string]connector.Secret{"api_key": secret}}}.Config,
	}
	for shape, v := range shapes {
		for form, shown := range prints(v) {
			require.NotContains(t, shown, text, "%s, %s", shape, form)
			require.NotContains(t, shown, "68757368", "%s, %s: in hexadecimal", shape, form)
		}
	}
	for form, shown := range prints(secret) {
		if form != "gob" && form != "%p" { // one refuses it, the other shows an address
			require.Contains(t, shown, "[redacted]", form)
		}
	}
}

func TestASecretIsReadByRevealAlone(t *testing.T) {
	t.Parallel()
	secret := connector.NewSecret("hush")
	require.Equal(t, "hush", secret.Reveal())
	require.False(t, secret.IsZero())
	require.True(t, secret.Equal(connector.NewSecret("hush")))
	require.False(t, secret.Equal(connector.NewSecret("other")))
	var none connector.Secret
	require.True(t, none.IsZero())
	require.True(t, connector.NewSecret("").IsZero())
	require.Empty(t, none.Reveal())
	require.Equal(t, "[redacted]", none.String(), "whether there is one shows neither")
	require.Equal(t, "[redacted]", secret.GoString())
}

func TestARedactedSecretIsNotReadBackAsOne(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(connector.NewSecret("hush"))
	require.NoError(t, err)
	var back connector.Secret
	require.Error(t, json.Unmarshal(text, &back)) //nolint:staticcheck // it can't be read back: that is what is tested
	require.True(t, back.IsZero())
}

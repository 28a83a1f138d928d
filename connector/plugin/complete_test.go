//go:build unix

package plugin_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
)

// What is added to the SDK must not get lost between two processes. These types
// travel field by field; Info, CheckResult, Discovery and Hint travel whole. A
// new field needs a place in the protocol, a capability, and its name here.
func TestEveryFieldOfTheSDKHasAPlaceInTheProtocol(t *testing.T) {
	t.Parallel()
	for _, travels := range []struct {
		what   any
		fields []string
	}{
		{connector.OpenOptions{}, []string{"Config", "Logger", "Host", "Endpoint", "RoundTripper"}},
		{connector.Config{}, []string{"Values", "Secrets"}},
		{connector.Host{}, []string{"Pace", "Progress", "SaveSecret"}},
		{connector.Progress{}, []string{"Kind", "Done", "Total", "Waiting"}},
		{connector.ReadRequest{}, []string{"Kind", "Mode", "Checkpoint", "SizeHint", "Within"}},
		{connector.Page{}, []string{"Records", "Rejected", "Checkpoint", "End", "Account"}},
		{connector.Rejected{}, []string{"Key", "Err"}},
		{connector.Record{}, []string{"Key", "Container", "Name", "Type", "TypeID", "Created", "Updated", "Status", "URL", "Fields"}},
		{connector.Features{}, []string{"Check", "Get", "Count", "Discover", "Hint"}},
		{connector.Error{}, []string{"Code", "Source", "Op", "Detail", "Remedy", "Right", "RetryAfter", "Err"}},
		{connector.Problem{}, []string{"Field", "Text", "Suggestion"}},
	} {
		typ := reflect.TypeOf(travels.what)
		var fields []string
		for field := range typ.Fields() {
			fields = append(fields, field.Name)
		}
		require.Equal(t, travels.fields, fields, "%s", typ)
	}
}

package restplatform_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/dovetail-sync/dovetail/store/storetest"
	"github.com/dovetail-sync/dovetail/store/storetest/restplatform"
)

func TestDocuments(t *testing.T) {
	t.Parallel()
	storetest.TestDocuments(t, storetest.DocumentsFixture{New: newPlatform()})
}

// Where the key may not make layouts, people make them.
func TestDocumentsWithoutTheRightToMakeLayouts(t *testing.T) {
	t.Parallel()
	storetest.TestDocuments(t, storetest.DocumentsFixture{
		New: newPlatform(restplatform.Fault{Kind: restplatform.Forbidden, Method: http.MethodPost, Path: "/asset_layouts"}),
	})
}

// newPlatform returns what makes an empty platform over HTTP.
func newPlatform(faults ...restplatform.Fault) func(context.Context) (storetest.Platform, error) {
	return func(context.Context) (storetest.Platform, error) {
		server := restplatform.NewServer()
		for _, f := range faults {
			server.Fault(f)
		}
		listener := httptest.NewServer(server)
		docs, err := restplatform.New(restplatform.Config{URL: listener.URL + "/api/v1", Key: server.Key()})
		if err != nil {
			return storetest.Platform{}, err
		}
		return storetest.Platform{Documents: docs, People: server.People(), Close: func() {
			docs.Close()
			listener.Close()
		}}, nil
	}
}

package syncrotest_test

import (
	"fmt"
	"io"
	"net/http"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func Example() {
	account, err := syncrotest.New(syncrotest.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	clinic := account.AddCustomer(syncrotest.Customer{BusinessName: "Oak Clinic"})
	account.AddContact(syncrotest.Contact{CustomerID: clinic, Name: "Ada Oakley"})

	client := &http.Client{Transport: account.RoundTripper()}
	req, err := http.NewRequest(http.MethodGet, account.BaseURL()+"/contacts?customer_id=1", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	req.Header.Set("Authorization", "Bearer "+account.Token())
	resp, err := client.Do(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status)
	for _, r := range account.Requests() {
		fmt.Println(r.Method, r.Path, r.Query.Get("customer_id"), r.Status)
	}
	// Output:
	// 200 OK
	// GET /api/v1/contacts 1 200
}

func ExampleAccount_Deny() {
	account, err := syncrotest.New(syncrotest.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	account.Deny(syncrotest.AssetsList)
	server := account.Start()
	defer server.Close()

	for _, path := range []string{"/me", "/customer_assets"} {
		req, err := http.NewRequest(http.MethodGet, server.BaseURL()+path, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		req.Header.Set("Authorization", "Bearer test-token")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			fmt.Println(err)
			return
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		fmt.Println(path, resp.StatusCode)
	}
	// Output:
	// /me 200
	// /customer_assets 401
}

func ExampleAccount_UpdateAsset() {
	account, err := syncrotest.New(syncrotest.Options{Customers: 3, Assets: 10})
	if err != nil {
		fmt.Println(err)
		return
	}
	// A board was swapped: the same asset, another serial number.
	id := account.Assets()[0].ID
	account.UpdateAsset(id, func(asset *syncrotest.Asset) { asset.Serial = "BOARD-2" })
	asset, ok := account.Asset(id)
	fmt.Println(asset.Serial, ok)
	// Output: BOARD-2 true
}

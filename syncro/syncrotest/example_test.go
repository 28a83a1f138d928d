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

func ExampleAccount_SwitchOn() {
	account, err := syncrotest.New(syncrotest.Options{Customers: 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	// Two requests are refused, from the second on.
	if err := account.SwitchOn(syncrotest.Fault429Storm.At(2, 2)); err != nil {
		fmt.Println(err)
		return
	}
	client := &http.Client{Transport: account.RoundTripper()}
	for range 4 {
		req, err := http.NewRequest(http.MethodGet, account.BaseURL()+"/me", nil)
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
		resp.Body.Close()
		fmt.Println(resp.Status)
	}
	fmt.Println(account.SwitchedOn())
	// Output:
	// 200 OK
	// 429 Too Many Requests
	// 429 Too Many Requests
	// 200 OK
	// [429-storm@2x2]
}

func ExampleAccount_BeforePage() {
	account, err := syncrotest.New(syncrotest.Options{Assets: 120})
	if err != nil {
		fmt.Println(err)
		return
	}
	// The first asset goes while the list is read: all others move up by one, and
	// the one that was to be the first of the second page is on no page.
	first := account.Assets()[0]
	account.BeforePage(syncrotest.ListAssets, 2, func() { account.DeleteAsset(first.ID) })

	client := &http.Client{Transport: account.RoundTripper()}
	for _, page := range []string{"1", "2"} {
		req, err := http.NewRequest(http.MethodGet, account.BaseURL()+"/customer_assets?page="+page, nil)
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
		resp.Body.Close()
		fmt.Println("page", page, "of", len(account.Assets()), "assets")
	}
	// Output:
	// page 1 of 120 assets
	// page 2 of 119 assets
}

package syncrotest

import (
	"fmt"
	"net/http"
	"time"
)

const (
	late    = 20 * time.Second
	tooLate = 100 * time.Second
)

// beSlow is the one fault of the gate that lets the request through.
func beSlow(x *exchange, nth int) {
	x.delay = late
	if nth%4 == 0 {
		x.delay = tooLate
	}
}

func reset(x *exchange, _ int) { x.answer(reply{cut: true}) }

func htmlPage(status int, title string) reply {
	return reply{
		status: status, contentType: "text/html; charset=utf-8",
		body: fmt.Appendf(nil, "<!DOCTYPE html>\n<html>\n<head><title>%s</title></head>\n<body><h1>%s</h1></body>\n</html>\n", title, title),
	}
}

func plainText(status int, text string) reply {
	return reply{status: status, contentType: "text/plain", body: []byte(text)}
}

func rateLimited() reply { return plainText(http.StatusTooManyRequests, "Retry later") }

// retryAfter is how long a refusal asks to wait, where it says so.
const retryAfter = 7 * time.Second

func noRetryAfter(time.Time) string { return "" }

func retryAfterSeconds(time.Time) string { return fmt.Sprint(int(retryAfter.Seconds())) }

func retryAfterDate(now time.Time) string { return now.Add(retryAfter).UTC().Format(http.TimeFormat) }

func tooMany(header func(now time.Time) string) func(*exchange, int) {
	return func(x *exchange, _ int) {
		out := rateLimited()
		if wait := header(x.at); wait != "" {
			out.header = http.Header{"Retry-After": {wait}}
		}
		x.answer(out)
	}
}

func unavailable(x *exchange, _ int) {
	x.answer(htmlPage(http.StatusServiceUnavailable, "503 Service Unavailable"))
}

func forbidden(x *exchange, _ int) { x.answer(htmlPage(http.StatusForbidden, "Access denied")) }

func redirect(to string) reply {
	out := htmlPage(http.StatusFound, "Moved")
	out.header = http.Header{"Location": {to}}
	return out
}

func redirectToLogin(x *exchange, _ int) { x.answer(redirect("https://www.syncromsp.com/login")) }

func redirectToNewName(x *exchange, _ int) {
	x.answer(redirect("https://" + x.account.opt.Subdomain + "-renamed.syncromsp.com" + x.request.URL.RequestURI()))
}

func webPage(x *exchange, nth int) {
	out := htmlPage(http.StatusOK, "Log in")
	if nth%2 == 0 {
		out.contentType = jsonType
	}
	x.answer(out)
}

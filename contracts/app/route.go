package app

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mozaiks/mozaiks/contracts/document"
	"github.com/mozaiks/mozaiks/contracts/fault"
)

const maxRoute = 200

var routeSegment = regexp.MustCompile(`^(?:[A-Za-z0-9_.-]+|:[A-Za-z_][A-Za-z0-9_]*\??|\{[A-Za-z_][A-Za-z0-9_]*\})$`)

// reservedRoutes are the first segments of the host's own routes.
var reservedRoutes = []string{"api", "console", ".well-known"}

// Route is the form of a route of an app's shell: "/", or segments that are literal, :name or {name}; :name? only last.
func Route(route string) (code fault.Code, message, hint string) {
	const want = "write / or /segment/…, a segment being letters, digits, _ . - or a parameter like :id"
	refuse := func(why string) (fault.Code, string, string) {
		return fault.RouteForm, document.Quote(route) + " is not a route: " + why, want
	}
	switch {
	case route == "/":
		return "", "", ""
	case !strings.HasPrefix(route, "/"):
		return refuse("it does not begin with /")
	case utf8.RuneCountInString(route) > maxRoute:
		return refuse("it has more than 200 characters")
	}
	segments := strings.Split(route[1:], "/")
	for i, s := range segments {
		switch {
		case s == "":
			return refuse("a segment is empty")
		case s == "." || s == "..":
			return refuse("a segment is " + s)
		case !routeSegment.MatchString(s):
			return refuse("a segment is neither literal nor a parameter")
		case s[0] == ':' && strings.HasSuffix(s, "?") && i < len(segments)-1:
			return refuse("an optional parameter stands before the end")
		}
	}
	if slices.Contains(reservedRoutes, segments[0]) {
		return fault.RouteReserved, document.Quote(route) + " is below a route of the host", "begin with another segment than " + segments[0]
	}
	return "", "", ""
}

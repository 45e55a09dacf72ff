package app_test

import (
	"fmt"

	"github.com/mozaiks/mozaiks/contracts/app"
)

func ExampleDecode() {
	a, findings := app.Decode([]byte(`{"appId": "shop", "startup": {"landing_spot": "tasks"}}`), app.Options{})
	for _, f := range findings {
		fmt.Println(f.Code, f.Path, f.Message)
	}
	fmt.Println(a.ID, a.Name, a.Version, a.LandingSpot)
	// Output:
	// ROUTE_FORM $.startup.landing_spot tasks is not a route: it does not begin with /
	// shop shop 1.0 /
}

func ExampleValidatePath() {
	code, message := app.ValidatePath("modules/../app.json")
	fmt.Println(code, message)
	// Output: PATH_FORM a part of the path is ..
}

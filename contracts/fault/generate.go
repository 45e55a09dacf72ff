package fault

//go:generate go run ./gen ../..

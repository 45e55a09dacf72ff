// Tickets is the module of the help desk that opens, assigns, comments, closes, lists and searches tickets.
package main

func main() {}

package main

import mozaiks "github.com/mozaiks/mozaiks/abi/sdk/go"

// The exports that module.yaml names. Each hands its call to the handler of the same action.

//go:wasmexport open_ticket
func openTicket(ptr, n uint32) uint64 { return mozaiks.Handle(ptr, n, open) }

//go:wasmexport assign_ticket
func assignTicket(ptr, n uint32) uint64 { return mozaiks.Handle(ptr, n, assign) }

//go:wasmexport comment_ticket
func commentTicket(ptr, n uint32) uint64 { return mozaiks.Handle(ptr, n, comment) }

//go:wasmexport close_ticket
func closeTicket(ptr, n uint32) uint64 { return mozaiks.Handle(ptr, n, closing) }

//go:wasmexport get_ticket
func getTicket(ptr, n uint32) uint64 { return mozaiks.Handle(ptr, n, get) }

//go:wasmexport list_tickets
func listTickets(ptr, n uint32) uint64 { return mozaiks.Handle(ptr, n, list) }

//go:wasmexport search_tickets
func searchTickets(ptr, n uint32) uint64 { return mozaiks.Handle(ptr, n, search) }

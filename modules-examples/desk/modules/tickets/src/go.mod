module github.com/mozaiks/mozaiks/modules-examples/desk/tickets

go 1.26

require github.com/mozaiks/mozaiks/abi/sdk/go v0.0.0

replace github.com/mozaiks/mozaiks/abi/sdk/go => ../../../../../abi/sdk/go

module github.com/mozaiks/mozaiks/abi/sdk/go

go 1.26
